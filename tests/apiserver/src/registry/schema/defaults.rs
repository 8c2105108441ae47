//! Defaulting: missing fields get the default from their schema; a null that is not allowed is treated as missing.

use serde_json::Value;

use super::Schema;

impl Schema {
    /// Sets all defaults in this value.
    pub(crate) fn apply_defaults(&self, value: &mut Value) {
        match value {
            Value::Object(map) => {
                for (name, schema) in &self.properties {
                    let Some(default) = &schema.default else { continue };
                    let missing = match map.get(name) {
                        None => true,
                        Some(Value::Null) => !schema.nullable,
                        Some(_) => false,
                    };
                    if missing {
                        map.insert(name.clone(), default.clone());
                    }
                }
                for (name, child) in map.iter_mut() {
                    if let Some(schema) = self.property(name) {
                        schema.apply_defaults(child);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(schema) = &self.items {
                    for item in items {
                        schema.apply_defaults(item);
                    }
                }
            }
            _ => {}
        }
    }

    /// Drops nulls that the schema does not allow if it has a default, as the server does before defaulting.
    pub(crate) fn drop_defaulted_nulls(&self, value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.retain(|name, child| {
                    let schema = self.properties.get(name);
                    !(child.is_null() && schema.is_some_and(|s| s.default.is_some() && !s.nullable))
                });
                for (name, child) in map.iter_mut() {
                    if let Some(schema) = self.property(name) {
                        schema.drop_defaulted_nulls(child);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(schema) = &self.items {
                    for item in items {
                        schema.drop_defaulted_nulls(item);
                    }
                }
            }
            _ => {}
        }
    }
}
