//! Replaces values that differ between servers (uids, times, versions, tokens) with names that preserve their
//! relations: which of them are equal, and which version is newer. Must not know the script.

use std::collections::{BTreeMap, HashMap};

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use crate::runner::Answer;

/// Normalises one server's responses, in order. Names are assigned per object in order of appearance, so that one
/// difference does not cause others.
pub(crate) fn normalise(answers: Vec<Answer>) -> Vec<Answer> {
    let mut names = Names::new();
    let normalised = |mut answer: Answer| {
        names.value(&mut answer.response, None);
        answer
    };
    answers.into_iter().map(normalised).collect()
}

struct Names {
    /// The names of uids.
    uids: HashMap<String, String>,
    /// The names of the objects' versions.
    versions: BTreeMap<u64, String>,
    /// The number of names assigned, per object.
    assigned: HashMap<String, usize>,
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
            // The order of the managed fields in the object depends on the second in which each was written.
            quoted_object: regex(r#"Invalid value: "\{.*\}""#),
            age: regex("^([0-9]+[smhd])+$"),
            version_in_message: regex(
                r#"(current: |resource version: |in record \(|resourceVersion\\":\\")\d+(?: \(\d+\))?"#,
            ),
        };
        let (uids, versions, assigned) = (HashMap::new(), BTreeMap::new(), HashMap::new());
        Self { uids, versions, assigned, patterns }
    }

    /// Normalises a value. `key` is the field that contains it.
    fn value(&mut self, value: &mut Value, key: Option<&str>) {
        match value {
            Value::Object(fields) => {
                let object = self.identify(fields);
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

    /// If these fields are an object's metadata, returns its identity and assigns a name to its uid.
    fn identify(&mut self, fields: &Map<String, Value>) -> Option<String> {
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
        let assigned = self.assigned.entry(format!("{what} {identity}")).or_default();
        *assigned += 1;
        format!("{what} {assigned} of {identity}")
    }

    /// Returns the name of a version. Each version of an object has its own name. The version of a collection is
    /// named after the newest object version up to it: the real server also writes other objects, so the numbers in
    /// between have no meaning.
    fn version(&mut self, version: &str, object: Option<&str>) -> String {
        let Ok(number) = version.parse::<u64>() else { return version.to_owned() };
        let newest = self.versions.last_key_value().map_or(0, |(newest, _)| *newest);
        match (object, self.versions.get(&number)) {
            (None, _) if number >= newest => "the latest".into(),
            (None, _) => {
                let newest_before = self.versions.range(..=number).next_back();
                newest_before.map_or_else(|| "before the first".into(), |(_, name)| format!("as of {name}"))
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
        let text = patterns.quoted_object.replace(text, "Invalid value: an object");
        let text = patterns.uid.replace_all(&text, uid);
        let text = patterns.time.replace_all(&text, time);
        let text = patterns.address.replace_all(&text, "127.0.0.1:port");
        let text = patterns.generated.replace_all(&text, "generated-xxxxx");
        patterns.version_in_message.replace_all(&text, "${1}number").into_owned()
    }
}

/// Sorts errors in a message. The real server finds some errors by iterating over a Go map, so their order is random.
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

/// Sorts lists whose order is that of a Go map, or depends on the second in which an entry was written.
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

    fn normalised(bodies: Vec<Value>) -> Vec<Value> {
        let answer = |response| Answer { step: String::new(), response };
        normalise(bodies.into_iter().map(answer).collect())
            .into_iter()
            .map(|answer| answer.response)
            .collect()
    }

    fn object(uid: u8, version: u64) -> Value {
        let uid = format!("0000000{uid}-0000-4000-8000-000000000000");
        json!({ "name": "one", "uid": uid, "resourceVersion": version.to_string() })
    }

    #[test]
    fn responses_that_differ_only_in_numbers_are_equal() {
        let responses = |uids: [u8; 2], from: u64| {
            normalised(vec![
                object(uids[0], from),
                object(uids[1], from + 9),
                json!({ "resourceVersion": (from + 20).to_string() }),
            ])
        };
        assert_eq!(responses([1, 2], 100), responses([8, 7], 4_000));
    }

    #[test]
    fn a_different_uid_or_an_older_version_is_a_difference() {
        let one = normalised(vec![object(1, 5), object(1, 6)]);
        assert_ne!(one, normalised(vec![object(1, 5), object(2, 6)]));
        assert_ne!(one, normalised(vec![object(1, 5), object(1, 4)]));
        assert_ne!(one, normalised(vec![object(1, 5), object(1, 5)]));
    }

    #[test]
    fn a_list_is_latest_or_as_of_an_object_version() {
        let list = |version: u64| json!({ "resourceVersion": version.to_string() });
        let lists =
            normalised(vec![object(1, 5), object(1, 8), list(8), list(100), list(5), list(6), list(4)]);
        let versions: Vec<&Value> = lists[2..].iter().map(|list| &list["resourceVersion"]).collect();
        let as_of_one = "as of version 1 of /one";
        assert_eq!(versions, ["the latest", "the latest", as_of_one, as_of_one, "before the first"]);
    }

    #[test]
    fn the_order_of_errors_is_ignored() {
        let errors = normalised(vec![
            json!({ "message": "x is invalid: [b: no, a: no]", "causes": [{ "field": "b" }, { "field": "a" }] }),
            json!({ "message": "x is invalid: [a: no, b: no]", "causes": [{ "field": "a" }, { "field": "b" }] }),
        ]);
        assert_eq!(errors[0], errors[1]);
    }
}
