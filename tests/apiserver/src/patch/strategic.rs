//! Strategic merge: maps are merged, lists with a merge key are merged item by item, other lists are replaced.
//! Supports the directives `$patch`, `$retainKeys`, `$deleteFromPrimitiveList/` and `$setElementOrder/`.

use serde_json::{Map, Value};

use crate::{
    registry::{ListKind, ResourceType, list_kind},
    status::Status,
};

const DIRECTIVE: &str = "$patch";
const RETAIN: &str = "$retainKeys";
const DELETE_PRIMITIVES: &str = "$deleteFromPrimitiveList/";
const SET_ORDER: &str = "$setElementOrder/";

/// Returns the object with the patch applied.
pub(super) fn merge(ty: &ResourceType, patch: &Value, current: Value) -> Result<Value, Status> {
    Merge { kind: &ty.kind }.value("", patch, Some(current)).map(std::option::Option::unwrap_or_default)
}

struct Merge<'a> {
    kind: &'a str,
}

impl Merge<'_> {
    /// Merges a value; `None` if the delta deletes it.
    fn value(&self, path: &str, delta: &Value, current: Option<Value>) -> Result<Option<Value>, Status> {
        match (delta, current) {
            (Value::Null, _) => Ok(None),
            (Value::Object(delta), Some(Value::Object(current))) => self.map(path, delta, current),
            (Value::Object(delta), _) => self.map(path, delta, Map::new()),
            (Value::Array(delta), current) => {
                let current = match current {
                    Some(Value::Array(items)) => items,
                    _ => Vec::new(),
                };
                self.list(path, delta, current).map(Some)
            }
            (scalar, _) => Ok(Some(scalar.clone())),
        }
    }

    fn map(
        &self,
        path: &str,
        delta: &Map<String, Value>,
        mut current: Map<String, Value>,
    ) -> Result<Option<Value>, Status> {
        match delta.get(DIRECTIVE).and_then(Value::as_str) {
            None | Some("merge") => {}
            Some("delete") => return Ok(None),
            Some("replace") => current.clear(),
            Some(other) => {
                return Err(Status::bad_request(format!("unknown $patch directive \"{other}\"")));
            }
        }
        if let Some(kept) = delta.get(RETAIN).and_then(Value::as_array) {
            current.retain(|key, _| kept.iter().any(|name| name == key));
        }
        for (key, change) in delta {
            if key == DIRECTIVE || key == RETAIN || key.starts_with(SET_ORDER) {
                continue;
            }
            if let Some(list) = key.strip_prefix(DELETE_PRIMITIVES) {
                if let (Some(Value::Array(items)), Some(gone)) = (current.get_mut(list), change.as_array()) {
                    items.retain(|item| !gone.contains(item));
                }
                continue;
            }
            let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let before = current.remove(key);
            if let Some(after) = self.value(&at, change, before)? {
                current.insert(key.clone(), after);
            }
        }
        for (key, order) in delta {
            if let (Some(list), Some(order)) = (key.strip_prefix(SET_ORDER), order.as_array()) {
                let at = if path.is_empty() { list.to_owned() } else { format!("{path}.{list}") };
                if let Some(Value::Array(items)) = current.get_mut(list) {
                    self.reorder(&at, items, order);
                }
            }
        }
        Ok(Some(Value::Object(current)))
    }

    fn list(&self, path: &str, delta: &[Value], current: Vec<Value>) -> Result<Value, Status> {
        let replaced = delta
            .iter()
            .any(|item| item[DIRECTIVE] == "replace" && item.as_object().is_some_and(|m| m.len() == 1));
        let fresh = || delta.iter().filter(|item| item.get(DIRECTIVE).is_none()).cloned().collect();
        if replaced {
            return Ok(Value::Array(fresh()));
        }
        match list_kind(self.kind, path) {
            ListKind::Atomic => Ok(Value::Array(fresh())),
            ListKind::Set => {
                let mut merged = current;
                merged
                    .extend(delta.iter().filter(|item| !merged.contains(item)).cloned().collect::<Vec<_>>());
                Ok(Value::Array(merged))
            }
            ListKind::Map { merge_key, .. } => self.keyed_list(path, merge_key, delta, current),
        }
    }

    fn keyed_list(
        &self,
        path: &str,
        merge_key: &str,
        delta: &[Value],
        mut current: Vec<Value>,
    ) -> Result<Value, Status> {
        for change in delta {
            let Some(id) = change.get(merge_key) else {
                let why = format!("map: {change} does not contain declared merge key: {merge_key}");
                return Err(Status::bad_request(why));
            };
            let at = current.iter().position(|item| item.get(merge_key) == Some(id));
            let before = at.map(|at| current[at].take());
            let after = self.value(path, change, before)?;
            match (at, after) {
                (Some(at), Some(after)) => current[at] = after,
                (Some(at), None) => {
                    current.remove(at);
                }
                (None, Some(after)) => current.push(after),
                (None, None) => {}
            }
        }
        Ok(Value::Array(current))
    }

    /// Sorts the items in the order first; the others follow in their previous relative order.
    fn reorder(&self, path: &str, items: &mut [Value], order: &[Value]) {
        let place = |item: &Value| {
            order
                .iter()
                .position(|wanted| match list_kind(self.kind, path) {
                    ListKind::Map { merge_key, .. } => wanted.get(merge_key) == item.get(merge_key),
                    ListKind::Set | ListKind::Atomic => wanted == item,
                })
                .unwrap_or(order.len())
        };
        items.sort_by_key(place);
    }
}
