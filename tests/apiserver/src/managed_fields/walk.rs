//! Typed traversal of objects: the fields of an object, the difference between two objects, and merging.

use serde_json::{Map, Value};

use super::{
    set::{FieldSet, Path},
    typing::{ListShape, Typing},
};

/// The fields that a configuration sets.
pub(super) fn fields_of(typing: &Typing<'_>, value: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    collect(typing, value, &mut Vec::new(), &mut set);
    set
}

fn collect(typing: &Typing<'_>, value: &Value, path: &mut Path, set: &mut FieldSet) {
    match value {
        Value::Object(map) if !typing.is_atomic_map() => {
            for (name, child) in map {
                path.push(format!("f:{name}"));
                collect(&typing.field(name), child, path, set);
                let empty = child.is_null() || child.as_object().is_some_and(Map::is_empty);
                if empty || !typing.declares(name) {
                    set.insert(path);
                }
                path.pop();
            }
        }
        Value::Array(items) if typing.list_shape() != ListShape::Atomic => {
            let shape = typing.list_shape();
            for item in items {
                path.push(shape.element(item));
                collect(&typing.item(), item, path, set);
                set.insert(path);
                path.pop();
            }
        }
        _ => set.insert(path),
    }
}

/// The difference between two objects.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Fields that are new or have a different value.
    pub(super) changed: FieldSet,
    /// Fields that were removed.
    pub(super) removed: FieldSet,
}

pub(super) fn compare(typing: &Typing<'_>, old: &Value, new: &Value) -> Comparison {
    let mut found = Comparison::default();
    differ(typing, Some(old), Some(new), &mut Vec::new(), &mut found);
    found
}

fn differ(
    typing: &Typing<'_>,
    old: Option<&Value>,
    new: Option<&Value>,
    path: &mut Path,
    found: &mut Comparison,
) {
    let divides = |value: &Value| match value {
        Value::Object(_) => !typing.is_atomic_map(),
        Value::Array(_) => typing.list_shape() != ListShape::Atomic,
        _ => false,
    };
    let (old_parts, new_parts) = (old.filter(|v| divides(v)), new.filter(|v| divides(v)));
    let leaf = |value: Option<&Value>| value.is_some_and(|v| !divides(v) && !v.is_null());
    if leaf(old) || leaf(new) || (old_parts.is_none() && new_parts.is_none()) {
        if old != new {
            let set = if new.is_some() { &mut found.changed } else { &mut found.removed };
            set.insert(path);
        }
        return;
    }
    match (old, new) {
        (None, Some(_)) => found.changed.insert(path),
        (Some(_), None) => found.removed.insert(path),
        _ => {}
    }
    if let (Some(Value::Array(_)), _) | (_, Some(Value::Array(_))) = (old_parts, new_parts) {
        let shape = typing.list_shape();
        let (old, new) = (items(&shape, old_parts), items(&shape, new_parts));
        for (element, before) in &old {
            let after = new.iter().find(|(name, _)| name == element).map(|(_, item)| *item);
            step(&typing.item(), element, Some(before), after, path, found);
        }
        for (element, after) in new.iter().filter(|(element, _)| old.iter().all(|(name, _)| name != element))
        {
            step(&typing.item(), element, None, Some(after), path, found);
        }
        return;
    }
    let fields = |value: Option<&'_ Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    let (old, new) = (fields(old_parts), fields(new_parts));
    for (name, before) in &old {
        step(&typing.field(name), &format!("f:{name}"), Some(before), new.get(name), path, found);
    }
    for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        step(&typing.field(name), &format!("f:{name}"), None, Some(after), path, found);
    }
}

fn step(
    typing: &Typing<'_>,
    element: &str,
    old: Option<&Value>,
    new: Option<&Value>,
    path: &mut Path,
    found: &mut Comparison,
) {
    path.push(element.to_owned());
    differ(typing, old, new, path, found);
    path.pop();
}

fn items<'v>(shape: &ListShape, list: Option<&'v Value>) -> Vec<(String, &'v Value)> {
    let items = list.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    items.iter().map(|item| (shape.element(item), item)).collect()
}

/// Merges a configuration into an object.
pub(super) fn merge(typing: &Typing<'_>, object: &mut Value, configuration: &Value) {
    match (&mut *object, configuration) {
        (Value::Object(into), Value::Object(from)) if !typing.is_atomic_map() => {
            for (name, child) in from {
                match into.get_mut(name) {
                    Some(there) => merge(&typing.field(name), there, child),
                    None => {
                        into.insert(name.clone(), child.clone());
                    }
                }
            }
        }
        (Value::Array(into), Value::Array(from)) if typing.list_shape() != ListShape::Atomic => {
            let shape = typing.list_shape();
            for item in from {
                let element = shape.element(item);
                match into.iter_mut().find(|there| shape.element(there) == element) {
                    Some(there) => merge(&typing.item(), there, item),
                    None => into.push(item.clone()),
                }
            }
        }
        _ => object.clone_from(configuration),
    }
}

/// Removes the field at this path from an object.
pub(super) fn remove(typing: &Typing<'_>, object: &mut Value, path: &[String]) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    match object {
        Value::Object(map) => {
            let Some(name) = first.strip_prefix("f:") else {
                return;
            };
            if rest.is_empty() {
                map.remove(name);
            } else if let Some(child) = map.get_mut(name) {
                remove(&typing.field(name), child, rest);
            }
        }
        Value::Array(items) => {
            let shape = typing.list_shape();
            let Some(at) = items.iter().position(|item| shape.element(item) == *first) else {
                return;
            };
            if rest.is_empty() {
                items.remove(at);
            } else {
                remove(&typing.item(), &mut items[at], rest);
            }
        }
        _ => {}
    }
}
