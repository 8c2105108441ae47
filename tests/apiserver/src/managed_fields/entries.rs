//! The entries of `metadata.managedFields`: the fields of each manager, the operation and the time.

use serde_json::{Map, Value, json};

use super::set::FieldSet;

/// The operation by which a manager acquired its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    Apply,
    Update,
}

impl Operation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// The owner of an entry. No two entries of an object have the same owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) manager: String,
    pub(super) operation: Operation,
    pub(super) api_version: String,
    pub(super) subresource: String,
}

/// One entry.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) owner: Owner,
    pub(super) time: String,
    pub(super) fields: FieldSet,
}

impl Entry {
    fn from_json(value: &Value) -> Self {
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
        Self {
            owner: Owner {
                manager: text("manager"),
                operation: if value["operation"] == "Apply" { Operation::Apply } else { Operation::Update },
                api_version: text("apiVersion"),
                subresource: text("subresource"),
            },
            time: text("time"),
            fields: FieldSet::from_json(&value["fieldsV1"]),
        }
    }

    fn to_json(&self) -> Value {
        let mut map = Map::new();
        let owner = &self.owner;
        let texts = [
            ("apiVersion", owner.api_version.as_str()),
            ("manager", &owner.manager),
            ("operation", owner.operation.as_str()),
            ("subresource", &owner.subresource),
            ("time", &self.time),
        ];
        for (key, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            map.insert(key.to_owned(), text.into());
        }
        map.insert("fieldsType".to_owned(), "FieldsV1".into());
        map.insert("fieldsV1".to_owned(), self.fields.to_json());
        Value::Object(map)
    }

    /// `"kubectl" using v1 at 2026-01-01T00:00:00Z`: the owner in the message of a conflict.
    pub(super) fn display(&self) -> String {
        let owner = &self.owner;
        let subresource = match owner.subresource.as_str() {
            "" => String::new(),
            name => format!(" with subresource \"{name}\""),
        };
        let manager = crate::status::quote(&owner.manager);
        match (owner.operation, self.time.as_str()) {
            (Operation::Apply, _) => format!("{manager}{subresource}"),
            (Operation::Update, "") => format!("{manager}{subresource} using {}", owner.api_version),
            (Operation::Update, time) => {
                format!("{manager}{subresource} using {} at {time}", owner.api_version)
            }
        }
    }
}

/// All entries of an object.
pub(super) fn read(object: &Value) -> Vec<Entry> {
    let list = object["metadata"]["managedFields"].as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .filter(|entry| entry.as_object().is_some_and(|map| !map.is_empty()))
        .map(Entry::from_json)
        .collect()
}

/// Writes the entries to an object, in the real server's order; entries without fields are dropped.
pub(super) fn write(object: &mut Value, mut entries: Vec<Entry>) {
    entries.retain(|entry| !entry.fields.is_empty());
    entries.sort_by(|a, b| {
        let key = |e: &Entry| {
            let owner = e.owner.clone();
            (owner.operation, e.time.clone(), owner.manager, owner.api_version, owner.subresource)
        };
        key(a).cmp(&key(b))
    });
    let Some(metadata) = object["metadata"].as_object_mut() else {
        return;
    };
    if entries.is_empty() {
        metadata.remove("managedFields");
    } else {
        metadata.insert(
            "managedFields".to_owned(),
            json!(entries.iter().map(Entry::to_json).collect::<Vec<_>>()),
        );
    }
}
