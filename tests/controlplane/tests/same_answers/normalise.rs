//! Replaces what two servers cannot have in common (uids, times, versions, tokens) by what they must have in common:
//! which of them are the same, and which version is newer. Must not know the script.

use std::collections::HashMap;

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use crate::runner::Answer;

/// Normalises one server's answers, in order: names are given by order of appearance.
pub(crate) fn normalise(answers: Vec<Answer>) -> Vec<Answer> {
    let mut names = Names::new();
    let normalised = |mut answer: Answer| {
        names.value(&mut answer.said, None);
        answer
    };
    answers.into_iter().map(normalised).collect()
}

struct Names {
    uids: HashMap<String, usize>,
    versions: HashMap<u64, usize>,
    /// The newest version of an object that was answered so far.
    newest: u64,
    uid: Regex,
    time: Regex,
    address: Regex,
    generated: Regex,
    version_in_message: Regex,
}

impl Names {
    fn new() -> Self {
        let regex = |pattern| Regex::new(pattern).expect("a pattern");
        Self {
            uids: HashMap::new(),
            versions: HashMap::new(),
            newest: 0,
            uid: regex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
            time: regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
            address: regex(r"127\.0\.0\.1:\d+"),
            generated: regex("generated-[bcdfghjklmnpqrstvwxz2456789]{5}"),
            version_in_message: regex(
                r#"(current: |resource version: |in record \(|resourceVersion\\":\\")\d+(?: \(\d+\))?"#,
            ),
        }
    }

    /// `key` is the field that holds the value.
    fn value(&mut self, value: &mut Value, key: Option<&str>) {
        match value {
            Value::Object(fields) => {
                let of_an_object = fields.contains_key("uid");
                sort_causes(fields);
                for (key, value) in fields {
                    match (key.as_str(), &mut *value) {
                        ("resourceVersion", Value::String(version)) => {
                            *version = self.version(version, of_an_object);
                        }
                        (key, value) => self.value(value, Some(key)),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item, key)),
            Value::String(text) => *text = self.text(text, key),
            _ => {}
        }
    }

    /// An object's version has a name of its own. A collection's is of the present if nothing newer is known: servers
    /// differ in what else they write.
    fn version(&mut self, version: &str, of_an_object: bool) -> String {
        let Ok(number) = version.parse::<u64>() else {
            return version.to_owned();
        };
        let next = self.versions.len() + 1;
        match (of_an_object, self.versions.get(&number)) {
            (true, None) => {
                let age = if number < self.newest { " (not newer)" } else { "" };
                self.versions.insert(number, next);
                self.newest = self.newest.max(number);
                format!("version {next}{age}")
            }
            (false, _) if number >= self.newest => "the present".into(),
            (_, Some(known)) => format!("version {known}"),
            (false, None) => "an older one".into(),
        }
    }

    fn text(&mut self, text: &str, key: Option<&str>) -> String {
        if key == Some("continue") && !text.is_empty() {
            return "a token".into();
        }
        let uids = &mut self.uids;
        let uid = |found: &Captures<'_>| {
            let next = uids.len() + 1;
            format!("uid {}", uids.entry(found[0].to_owned()).or_insert(next))
        };
        let time = |found: &Captures<'_>| {
            if found.get(1).is_some() {
                "a time with fractions"
            } else {
                "a time"
            }
        };
        let text = self.uid.replace_all(text, uid);
        let text = self.time.replace_all(&text, time);
        let text = self.address.replace_all(&text, "127.0.0.1:port");
        let text = self.generated.replace_all(&text, "generated-xxxxx");
        self.version_in_message
            .replace_all(&text, "${1}number")
            .into_owned()
    }
}

/// The real server finds some errors by walking a map of Go, so their order is random.
fn sort_causes(fields: &mut Map<String, Value>) {
    if let Some(Value::Array(causes)) = fields.get_mut("causes") {
        causes.sort_by_key(ToString::to_string);
    }
    let Some(Value::String(message)) = fields.get_mut("message") else {
        return;
    };
    let Some((start, list)) = message.split_once(" is invalid: [") else {
        return;
    };
    let Some(list) = list.strip_suffix(']') else {
        return;
    };
    let mut errors: Vec<&str> = list.split(", ").collect();
    errors.sort_unstable();
    *message = format!("{start} is invalid: [{}]", errors.join(", "));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(bodies: Vec<Value>) -> Vec<Value> {
        let answer = |said| Answer {
            step: String::new(),
            said,
        };
        normalise(bodies.into_iter().map(answer).collect())
            .into_iter()
            .map(|answer| answer.said)
            .collect()
    }

    fn object(uid: u8, version: u64) -> Value {
        let uid = format!("0000000{uid}-0000-4000-8000-000000000000");
        json!({ "uid": uid, "resourceVersion": version.to_string() })
    }

    #[test]
    fn the_same_story_told_with_other_numbers_is_the_same() {
        let story = |uids: [u8; 2], from: u64| {
            said(vec![
                object(uids[0], from),
                object(uids[1], from + 9),
                json!({ "resourceVersion": (from + 20).to_string() }),
            ])
        };
        assert_eq!(story([1, 2], 100), story([8, 7], 4_000));
    }

    #[test]
    fn another_uid_or_an_older_version_is_another_story() {
        let one = said(vec![object(1, 5), object(1, 6)]);
        assert_ne!(one, said(vec![object(1, 5), object(2, 6)]));
        assert_ne!(one, said(vec![object(1, 5), object(1, 4)]));
        assert_ne!(one, said(vec![object(1, 5), object(1, 5)]));
    }

    #[test]
    fn a_list_is_of_the_present_or_says_of_when() {
        let list = |version: u64| json!({ "resourceVersion": version.to_string() });
        let told = said(vec![
            object(1, 5),
            object(1, 8),
            list(8),
            list(100),
            list(5),
            list(6),
        ]);
        let versions: Vec<&Value> = told[2..].iter().map(|list| &list["resourceVersion"]).collect();
        assert_eq!(
            versions,
            ["the present", "the present", "version 1", "an older one"]
        );
    }

    #[test]
    fn errors_found_in_any_order_are_the_same() {
        let told = said(vec![
            json!({ "message": "x is invalid: [b: no, a: no]", "causes": [{ "field": "b" }, { "field": "a" }] }),
            json!({ "message": "x is invalid: [a: no, b: no]", "causes": [{ "field": "a" }, { "field": "b" }] }),
        ]);
        assert_eq!(told[0], told[1]);
    }
}
