//! Finds and formats the differences between two transcripts. Must not know the servers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::runner::Answer;

/// One difference between the responses to a call.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) step: String,
    pub(crate) pointer: String,
    /// The value on each side, if any.
    pub(crate) sides: [Option<Value>; 2],
}

/// Returns all differences, call by call.
pub(crate) fn differences(one: &[Answer], other: &[Answer]) -> Vec<Difference> {
    assert_eq!(one.len(), other.len(), "both servers ran the same script");
    let mut found = Vec::new();
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one.step, other.step, "both servers ran the same script");
        let mut finder = Finder { step: &one.step, found: &mut found };
        let sides = [&one.response, &other.response];
        if one.response["status"] == other.response["status"] {
            finder.compare(String::new(), sides.map(Some));
        } else {
            // Other differences follow from the status.
            finder.differ("/status".into(), sides.map(|response| Some(summary(response))));
        }
    }
    found
}

/// Summarises a response: its status, and the message or kind of its body.
fn summary(response: &Value) -> Value {
    let body = &response["body"];
    let text = ["message", "kind"].into_iter().find_map(|field| body.get(field)).unwrap_or(body);
    json!([response["status"], text])
}

struct Finder<'a> {
    step: &'a str,
    found: &'a mut Vec<Difference>,
}

impl Finder<'_> {
    fn differ(&mut self, pointer: String, sides: [Option<Value>; 2]) {
        self.found.push(Difference { step: self.step.into(), pointer, sides });
    }

    fn compare(&mut self, pointer: String, sides: [Option<&Value>; 2]) {
        match sides {
            [one, other] if one == other => {}
            [Some(Value::Object(one)), Some(Value::Object(other))] => {
                let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
                for key in keys {
                    self.compare(format!("{pointer}/{key}"), [one.get(key), other.get(key)]);
                }
            }
            [Some(Value::Array(one)), Some(Value::Array(other))] => match [names(one), names(other)] {
                [Some(names), Some(others)] if names != others => {
                    self.compare_by_name(&pointer, [(&names, one), (&others, other)]);
                }
                _ => {
                    for index in 0..one.len().max(other.len()) {
                        self.compare(format!("{pointer}/{index}"), [one.get(index), other.get(index)]);
                    }
                }
            },
            [one, other] => self.differ(pointer, [one.cloned(), other.cloned()]),
        }
    }

    /// Compares lists with different objects or a different order: the objects in both lists are compared by name.
    fn compare_by_name(&mut self, pointer: &str, [one, other]: [(&Vec<&str>, &Vec<Value>); 2]) {
        self.differ(format!("{pointer}/*/metadata/name"), [one.0, other.0].map(|names| Some(json!(names))));
        for (name, item) in one.0.iter().zip(one.1) {
            if let Some(index) = other.0.iter().position(|other| other == name) {
                self.compare(format!("{pointer}/{name}"), [Some(item), other.1.get(index)]);
            }
        }
    }
}

/// The names of a list of objects.
fn names(items: &[Value]) -> Option<Vec<&str>> {
    items.iter().map(|item| item.pointer("/metadata/name")?.as_str()).collect()
}

/// Formats the differences as a table, grouped by call.
pub(crate) fn table(differences: &[Difference], names: [&str; 2]) -> String {
    let mut lines = vec![format!("{} differences", differences.len())];
    let mut step = "";
    for difference in differences {
        if difference.step != step {
            step = &difference.step;
            lines.push(format!("\n## {step}"));
        }
        lines.push(difference.pointer.clone());
        for (name, side) in names.iter().zip(&difference.sides) {
            let value = side.as_ref().map_or_else(|| "(nothing)".to_owned(), Value::to_string);
            lines.push(format!("  {name:>9}: {value}"));
        }
    }
    lines.join("\n")
}
