//! Every state of every object that the server has ever had. The objects of an informer must be among them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::thing::{Resource, key_text};

/// All states of all objects.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    states: BTreeMap<(Resource, String), BTreeSet<String>>,
}

impl Truth {
    /// Records a state, unless it cannot be decoded.
    pub(super) fn record(&mut self, resource: Resource, object: &Value) {
        if let Some(fingerprint) = fingerprint(resource, object) {
            self.states.entry((resource, key(object))).or_default().insert(fingerprint);
        }
    }

    /// Whether the server ever had this state.
    pub(crate) fn has(&self, resource: Resource, key: &str, fingerprint: &str) -> bool {
        let states = self.states.get(&(resource, key.to_owned()));
        states.is_some_and(|states| states.contains(fingerprint))
    }
}

pub(super) fn key(object: &Value) -> String {
    let metadata = &object["metadata"];
    key_text(metadata["namespace"].as_str(), metadata["name"].as_str().unwrap_or_default())
}

/// Like `Thing::fingerprint`, or `None` if the object cannot be decoded.
pub(super) fn fingerprint(resource: Resource, object: &Value) -> Option<String> {
    let metadata = &object["metadata"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let color = match &object[resource.content()]["color"] {
        Value::Null => "",
        color => color.as_str()?,
    };
    let uid = text(&metadata["uid"]);
    Some(format!(
        "{}@{} {} {} {color}",
        key(object),
        text(&metadata["resourceVersion"]),
        uid.get(..8).unwrap_or_default(),
        text(&metadata["labels"]["tier"]),
    ))
}
