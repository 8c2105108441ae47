//! Finds where two transcripts differ, and prints it. Must not know servers.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::runner::Answer;

/// One place where the answers to a call differ.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) step: String,
    pub(crate) pointer: String,
    /// What each side has there, if anything.
    pub(crate) sides: [Option<Value>; 2],
}

/// All of them, call by call.
pub(crate) fn differences(one: &[Answer], other: &[Answer]) -> Vec<Difference> {
    assert_eq!(one.len(), other.len(), "the same script was run");
    let mut found = Vec::new();
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one.step, other.step, "the same script was run");
        compare(
            &one.step,
            String::new(),
            [Some(&one.said), Some(&other.said)],
            &mut found,
        );
    }
    found
}

fn compare(step: &str, pointer: String, sides: [Option<&Value>; 2], found: &mut Vec<Difference>) {
    match sides {
        [one, other] if one == other => {}
        [Some(Value::Object(one)), Some(Value::Object(other))] => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                compare(
                    step,
                    format!("{pointer}/{key}"),
                    [one.get(key), other.get(key)],
                    found,
                );
            }
        }
        [Some(Value::Array(one)), Some(Value::Array(other))] => {
            for index in 0..one.len().max(other.len()) {
                compare(
                    step,
                    format!("{pointer}/{index}"),
                    [one.get(index), other.get(index)],
                    found,
                );
            }
        }
        [one, other] => {
            found.push(Difference {
                step: step.into(),
                pointer,
                sides: [one.cloned(), other.cloned()],
            });
        }
    }
}

/// The differences as a table, grouped by call.
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
            let value = side
                .as_ref()
                .map_or_else(|| "(nothing)".to_owned(), Value::to_string);
            lines.push(format!("  {name:>9}: {value}"));
        }
    }
    lines.join("\n")
}
