//! Replaces what two servers cannot have in common (uids, times, versions, tokens) by what they must have in common:
//! which of them are the same, and which version is newer. Must not know the script.

use std::collections::{BTreeMap, HashMap};

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use crate::runner::Answer;

/// Normalises one server's answers, in order. Names are given per object, by order of appearance, so that one
/// difference is not the cause of others.
pub(crate) fn normalise(answers: Vec<Answer>) -> Vec<Answer> {
    let mut names = Names::new();
    let normalised = |mut answer: Answer| {
        names.value(&mut answer.said, None);
        answer
    };
    answers.into_iter().map(normalised).collect()
}

/// Offered in refusals by the real server alone: the embedded one does not speak it.
const PROTOBUF: &str = ", application/vnd.kubernetes.protobuf";

struct Names {
    /// What uids are called.
    uids: HashMap<String, String>,
    /// What the versions of objects are called.
    versions: BTreeMap<u64, String>,
    /// How many names an object has given.
    given: HashMap<String, usize>,
    patterns: Patterns,
}

struct Patterns {
    uid: Regex,
    time: Regex,
    address: Regex,
    generated: Regex,
    age: Regex,
    quoted_object: Regex,
    version_in_message: Regex,
}

impl Names {
    fn new() -> Self {
        let regex = |pattern| Regex::new(pattern).expect("a pattern");
        let patterns = Patterns {
            uid: regex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
            time: regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
            address: regex(r"127\.0\.0\.1:\d+"),
            generated: regex("generated-[bcdfghjklmnpqrstvwxz2456789]{5}"),
            // Its managed fields are in the order of the seconds in which they were made.
            quoted_object: regex(r#"Invalid value: "\{.*\}""#),
            age: regex("^([0-9]+[smhd])+$"),
            version_in_message: regex(
                r#"(current: |resource version: |in record \(|resourceVersion\\":\\")\d+(?: \(\d+\))?"#,
            ),
        };
        let (uids, versions, given) = (HashMap::new(), BTreeMap::new(), HashMap::new());
        Self { uids, versions, given, patterns }
    }

    /// `key` is the field that holds the value.
    fn value(&mut self, value: &mut Value, key: Option<&str>) {
        match value {
            Value::Object(fields) => {
                let object = self.meet(fields);
                sort_errors(fields);
                sort_lists(fields);
                for (key, value) in fields {
                    match (key.as_str(), &mut *value) {
                        ("resourceVersion", Value::String(version)) => {
                            *version = self.version(version, object.as_deref());
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

    /// The identity of the object whose metadata these fields are, if they are that, its uid being named.
    fn meet(&mut self, fields: &Map<String, Value>) -> Option<String> {
        let text = |field| fields.get(field).and_then(Value::as_str);
        let (uid, name) = (text("uid")?, text("name")?);
        let name = self.patterns.generated.replace(name, "generated-xxxxx");
        let identity = format!("{}/{name}", text("namespace").unwrap_or_default());
        if !self.uids.contains_key(uid) {
            let name = self.next_name("uid", &identity);
            self.uids.insert(uid.to_owned(), name);
        }
        Some(identity)
    }

    fn next_name(&mut self, what: &str, identity: &str) -> String {
        let given = self.given.entry(format!("{what} {identity}")).or_default();
        *given += 1;
        format!("{what} {given} of {identity}")
    }

    /// An object's version has a name of its own. A collection's is that of the newest object known by then: the real
    /// server writes things of its own as well, so the numbers between mean nothing.
    fn version(&mut self, version: &str, object: Option<&str>) -> String {
        let Ok(number) = version.parse::<u64>() else { return version.to_owned() };
        let newest = self.versions.last_key_value().map_or(0, |(newest, _)| *newest);
        match (object, self.versions.get(&number)) {
            (None, _) if number >= newest => "the present".into(),
            (None, _) => {
                let by_then = self.versions.range(..=number).next_back();
                by_then.map_or_else(|| "before all".into(), |(_, name)| format!("as of {name}"))
            }
            (Some(_), Some(known)) => known.clone(),
            (Some(object), None) => {
                let age = if number < newest { " (not newer)" } else { "" };
                let name = self.next_name("version", object) + age;
                self.versions.insert(number, name.clone());
                name
            }
        }
    }

    fn text(&self, text: &str, key: Option<&str>) -> String {
        if key == Some("continue") && !text.is_empty() {
            return "a token".into();
        }
        if key == Some("cells") && self.patterns.age.is_match(text) {
            return "an age".into();
        }
        let uid =
            |found: &Captures<'_>| self.uids.get(&found[0]).cloned().unwrap_or_else(|| found[0].to_owned());
        let time = |found: &Captures<'_>| match found.get(1) {
            Some(_) => "a time with fractions",
            None => "a time",
        };
        let patterns = &self.patterns;
        let text = text.replace(PROTOBUF, "");
        let text = patterns.quoted_object.replace(&text, "Invalid value: an object");
        let text = patterns.uid.replace_all(&text, uid);
        let text = patterns.time.replace_all(&text, time);
        let text = patterns.address.replace_all(&text, "127.0.0.1:port");
        let text = patterns.generated.replace_all(&text, "generated-xxxxx");
        patterns.version_in_message.replace_all(&text, "${1}number").into_owned()
    }
}

/// The real server finds some errors by walking a map of Go, so their order is random.
fn sort_errors(fields: &mut Map<String, Value>) {
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

/// Lists whose order is that of a map of Go, or of the second in which an entry was made.
fn sort_lists(fields: &mut Map<String, Value>) {
    for (list, key) in
        [("causes", ""), ("resources", "/name"), ("groups", "/name"), ("managedFields", "/fieldsV1")]
    {
        if let Some(Value::Array(items)) = fields.get_mut(list) {
            items.sort_by_key(|item| item.pointer(key).map(ToString::to_string));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(bodies: Vec<Value>) -> Vec<Value> {
        let answer = |said| Answer { step: String::new(), said };
        normalise(bodies.into_iter().map(answer).collect()).into_iter().map(|answer| answer.said).collect()
    }

    fn object(uid: u8, version: u64) -> Value {
        let uid = format!("0000000{uid}-0000-4000-8000-000000000000");
        json!({ "name": "one", "uid": uid, "resourceVersion": version.to_string() })
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
        let told = said(vec![object(1, 5), object(1, 8), list(8), list(100), list(5), list(6), list(4)]);
        let versions: Vec<&Value> = told[2..].iter().map(|list| &list["resourceVersion"]).collect();
        let of_then = "as of version 1 of /one";
        assert_eq!(versions, ["the present", "the present", of_then, of_then, "before all"]);
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
