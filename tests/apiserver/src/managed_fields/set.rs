//! Sets of fields, as a tree; their JSON form is `FieldsV1`.
//!
//! The parts of a path are in the format of `FieldsV1`: `f:name` for a field, `k:{"name":"a"}` for an item of a list
//! with keys, `v:"a"` for an item of a set.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A set of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSet {
    /// Whether the path of this node is in the set.
    owned: bool,
    children: BTreeMap<String, FieldSet>,
}

/// The position of a value in an object.
pub(super) type Path = Vec<String>;

impl FieldSet {
    pub(super) fn is_empty(&self) -> bool {
        !self.owned && self.children.is_empty()
    }

    pub(super) fn insert(&mut self, path: &[String]) {
        match path {
            [] => self.owned = true,
            [first, rest @ ..] => self.children.entry(first.clone()).or_default().insert(rest),
        }
    }

    /// Whether the path, or any path below it, is in the set.
    pub(super) fn contains_at_or_below(&self, path: &[String]) -> bool {
        match path {
            [] => !self.is_empty(),
            [first, rest @ ..] => {
                self.children.get(first).is_some_and(|child| child.contains_at_or_below(rest))
            }
        }
    }

    /// Adds all paths of the other set.
    pub(super) fn union(&mut self, other: &Self) {
        self.owned |= other.owned;
        for (key, child) in &other.children {
            self.children.entry(key.clone()).or_default().union(child);
        }
    }

    /// Removes all paths of the other set.
    pub(super) fn subtract(&mut self, other: &Self) {
        self.owned &= !other.owned;
        for (key, child) in &other.children {
            if let Some(mine) = self.children.get_mut(key) {
                mine.subtract(child);
                if mine.is_empty() {
                    self.children.remove(key);
                }
            }
        }
    }

    /// The paths that are in both sets.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        let children = self.children.iter().filter_map(|(key, child)| {
            let both = child.intersection(other.children.get(key)?);
            (!both.is_empty()).then(|| (key.clone(), both))
        });
        Self { owned: self.owned && other.owned, children: children.collect() }
    }

    /// Removes a path and all paths below it.
    pub(super) fn remove_below(&mut self, path: &[&str]) {
        match path {
            [] => *self = Self::default(),
            [first, rest @ ..] => {
                if let Some(child) = self.children.get_mut(*first) {
                    child.remove_below(rest);
                    if child.is_empty() {
                        self.children.remove(*first);
                    }
                }
            }
        }
    }

    /// Removes one path, but not the paths below it.
    pub(super) fn remove_only(&mut self, path: &[&str]) {
        match path {
            [] => self.owned = false,
            [first, rest @ ..] => {
                if let Some(child) = self.children.get_mut(*first) {
                    child.remove_only(rest);
                    if child.is_empty() {
                        self.children.remove(*first);
                    }
                }
            }
        }
    }

    /// All paths, parents before children.
    pub(super) fn paths(&self) -> Vec<Path> {
        let mut found = Vec::new();
        self.collect(&mut Vec::new(), &mut found);
        found
    }

    fn collect(&self, at: &mut Path, found: &mut Vec<Path>) {
        if self.owned {
            found.push(at.clone());
        }
        for (key, child) in &self.children {
            at.push(key.clone());
            child.collect(at, found);
            at.pop();
        }
    }

    /// Encodes the set as `FieldsV1`.
    pub(super) fn to_json(&self) -> Value {
        let mut map = Map::new();
        if self.owned && !self.children.is_empty() {
            map.insert(".".to_owned(), Value::Object(Map::new()));
        }
        for (key, child) in &self.children {
            map.insert(key.clone(), child.to_json());
        }
        Value::Object(map)
    }

    /// Decodes the set from `FieldsV1`.
    pub(super) fn from_json(value: &Value) -> Self {
        let mut set = Self::parse(value);
        set.owned = false;
        set
    }

    fn parse(value: &Value) -> Self {
        let Value::Object(map) = value else {
            return Self::default();
        };
        let children: BTreeMap<String, Self> = map
            .iter()
            .filter(|(key, _)| *key != ".")
            .map(|(key, child)| (key.clone(), Self::parse(child)))
            .collect();
        // A node without children can only be in the set itself.
        Self { owned: map.contains_key(".") || children.is_empty(), children }
    }
}

/// A path in display form: `.spec.containers[name="a"].image`.
pub(super) fn shown(path: &[String]) -> String {
    let mut text = String::new();
    for part in path {
        match part.split_once(':') {
            Some(("f", name)) => text.extend([".", name]),
            Some(("v", value)) => text.extend(["[=", value, "]"]),
            Some(("k", keys)) => {
                let keys: Map<String, Value> = serde_json::from_str(keys).unwrap_or_default();
                let pairs: Vec<String> = keys.iter().map(|(key, value)| format!("{key}={value}")).collect();
                text.extend(["[", &pairs.join(","), "]"]);
            }
            _ => text.push_str(part),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_v1_round_trips() {
        let fields = json!({"f:metadata": {"f:labels": {".": {}, "f:a": {}}}, "f:spec": {"f:ports": {
            "k:{\"port\":80}": {".": {}, "f:port": {}}}, "f:set": {"v:\"x\"": {}}}});
        let set = FieldSet::from_json(&fields);
        assert_eq!(set.to_json(), fields);
        let shown: Vec<String> = set.paths().iter().map(|path| super::shown(path)).collect();
        assert_eq!(
            shown,
            [
                ".metadata.labels",
                ".metadata.labels.a",
                ".spec.ports[port=80]",
                ".spec.ports[port=80].port",
                ".spec.set[=\"x\"]"
            ]
        );
    }

    #[test]
    fn set_operations() {
        let set = |fields: Value| FieldSet::from_json(&fields);
        let mut a = set(json!({"f:a": {}, "f:b": {"f:c": {}, "f:d": {}}}));
        let b = set(json!({"f:b": {"f:c": {}}, "f:e": {}}));
        assert_eq!(a.intersection(&b), set(json!({"f:b": {"f:c": {}}})));
        a.subtract(&b);
        assert_eq!(a, set(json!({"f:a": {}, "f:b": {"f:d": {}}})));
        a.union(&b);
        assert_eq!(a, set(json!({"f:a": {}, "f:b": {"f:c": {}, "f:d": {}}, "f:e": {}})));
        a.remove_below(&["f:b"]);
        assert_eq!(a, set(json!({"f:a": {}, "f:e": {}})));
    }
}
