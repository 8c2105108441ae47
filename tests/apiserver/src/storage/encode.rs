//! JSON in the format of the real server: custom resources with all keys sorted, built-in types in the order of their
//! Go structs (down to `metadata`), independent of the features of `serde_json`.

use bytes::Bytes;
use serde_json::{Map, Value};

/// The order in which the keys of an object are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyOrder {
    /// `apiVersion, kind, metadata, spec`: unstructured objects.
    Sorted,
    /// `kind, apiVersion, metadata, spec`: typed objects.
    Struct,
}

const OBJECT_ORDER: &[&str] = &["kind", "apiVersion", "metadata"];
const METADATA_ORDER: &[&str] = &[
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
];

/// Encodes the object, without a line end.
pub(crate) fn object(order: KeyOrder, value: &Value) -> Bytes {
    let mut out = Vec::with_capacity(512);
    match (order, value) {
        (KeyOrder::Struct, Value::Object(map)) => typed_object(&mut out, map),
        _ => sorted(&mut out, value),
    }
    out.into()
}

fn typed_object(out: &mut Vec<u8>, map: &Map<String, Value>) {
    ordered(out, map, OBJECT_ORDER, |out, key, value| match (key, value) {
        ("metadata", Value::Object(metadata)) => {
            ordered(out, metadata, METADATA_ORDER, |out, _, v| sorted(out, v));
        }
        _ => sorted(out, value),
    });
}

/// Writes the keys in `first` in that order, then the others, sorted.
fn ordered(
    out: &mut Vec<u8>,
    map: &Map<String, Value>,
    first: &[&str],
    mut write: impl FnMut(&mut Vec<u8>, &str, &Value),
) {
    let mut rest: Vec<&String> = map.keys().filter(|key| !first.contains(&key.as_str())).collect();
    rest.sort_unstable();
    let known = first.iter().copied().filter(|key| map.contains_key(*key));
    out.push(b'{');
    for (i, key) in known.chain(rest.into_iter().map(String::as_str)).enumerate() {
        if i > 0 {
            out.push(b',');
        }
        string(out, key);
        out.push(b':');
        write(out, key, &map[key]);
    }
    out.push(b'}');
}

fn sorted(out: &mut Vec<u8>, value: &Value) {
    match value {
        // Maps are already sorted, unless `serde_json` is built with the `preserve_order` feature.
        Value::Object(map) if map.keys().is_sorted() => {
            out.push(b'{');
            for (i, (key, value)) in map.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                string(out, key);
                out.push(b':');
                sorted(out, value);
            }
            out.push(b'}');
        }
        Value::Object(map) => ordered(out, map, &[], |out, _, v| sorted(out, v)),
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                sorted(out, item);
            }
            out.push(b']');
        }
        scalar => write_serde(out, scalar),
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    write_serde(out, text);
}

fn write_serde<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Writing a string or a number to a Vec cannot fail.
    let _ = serde_json::to_writer(out, value);
}
