//! Pruning: fields that are not in the schema are dropped, silently or with a warning about each.

use serde_json::Value;

use super::{Additional, Schema, Unknown};

/// The fields at the root of a resource that the server itself defines.
const ROOT_FIELDS: [&str; 3] = ["apiVersion", "kind", "metadata"];

impl Schema {
    /// Prunes a whole resource and returns the paths of the dropped fields.
    pub(crate) fn prune_resource(&self, value: &mut Value) -> Vec<String> {
        let mut dropped = Vec::new();
        self.prune_fields(value, "", &ROOT_FIELDS, &mut dropped);
        dropped
    }

    fn prune(&self, value: &mut Value, path: &str, dropped: &mut Vec<String>) {
        let known: &[&str] = if self.embedded_resource { &ROOT_FIELDS } else { &[] };
        self.prune_fields(value, path, known, dropped);
    }

    fn prune_fields(&self, value: &mut Value, path: &str, known: &[&str], dropped: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                let keys: Vec<String> = map.keys().cloned().collect();
                for key in keys {
                    let at = join(path, &key);
                    // The server validates these fields itself, regardless of the schema.
                    if known.contains(&key.as_str()) {
                        continue;
                    }
                    match (self.property(&key), &self.additional) {
                        (Some(schema), _) => schema.prune(&mut map[&key], &at, dropped),
                        (None, Additional::Any) => {}
                        (None, _) if self.unknown == Unknown::Preserved => {}
                        (None, _) => {
                            map.remove(&key);
                            dropped.push(at);
                        }
                    }
                }
            }
            Value::Array(items) => {
                for (i, item) in items.iter_mut().enumerate() {
                    if let Some(schema) = &self.items {
                        schema.prune(item, &format!("{path}[{i}]"), dropped);
                    }
                }
            }
            _ => {}
        }
    }
}

fn join(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    }
}
