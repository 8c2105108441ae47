//! Validation of a value by a schema, with the error messages of the real server's validator.

use serde_json::{Number, Value};

use crate::status::{FieldError, FieldErrorKind};

use super::{Bound, ListType, Rules, Schema, formats};

impl Schema {
    /// Returns all errors in a custom resource (except in its `metadata`).
    pub(crate) fn validate_resource(&self, value: &Value) -> Vec<FieldError> {
        let mut errors = Vec::new();
        self.validate(value, "", &mut errors);
        errors
    }

    /// Returns all errors in the status. The paths in the messages are relative to the status, as in the real server.
    pub(crate) fn validate_status(&self, value: &Value) -> Vec<FieldError> {
        let (Some(schema), Some(status)) = (self.property("status"), value.get("status")) else {
            return Vec::new();
        };
        let mut errors = Vec::new();
        schema.validate(status, "", &mut errors);
        for error in &mut errors {
            error.field = match error.field.as_str() {
                ROOT => "status".to_owned(),
                below => join("status", below),
            };
        }
        errors
    }

    fn validate(&self, value: &Value, path: &str, errors: &mut Vec<FieldError>) {
        if value.is_null() && (self.nullable || self.type_name.is_empty()) {
            return;
        }
        if let Some(error) = self.wrong_type(value, path) {
            errors.push(error);
            return;
        }
        self.rules.check_allowed(value, path, errors);
        match value {
            Value::String(text) => {
                self.rules.check_string(text, path, errors);
                if !self.format.is_empty() && !formats::matches(&self.format, text) {
                    let why = format!("{} in body must be of type {}: {value}", shown(path), self.format);
                    errors.push(FieldError::invalid(shown(path), value.clone(), why));
                }
            }
            Value::Number(number) => self.rules.check_number(number, path, errors),
            Value::Array(items) => self.validate_items(items, path, errors),
            Value::Object(map) => {
                self.rules.check_size(map.len(), &PROPERTIES, path, errors);
                for name in self.rules.required.iter().filter(|name| !map.contains_key(*name)) {
                    errors.push(FieldError::required(join(path, name), ""));
                }
                for (name, child) in map {
                    // The server validates the metadata itself.
                    if path.is_empty() && name == "metadata" {
                        continue;
                    }
                    if let Some(schema) = self.property(name) {
                        let at = join(path, name);
                        schema.validate(child, &at, errors);
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
        self.validate_combined(value, path, errors);
    }

    fn validate_items(&self, items: &[Value], path: &str, errors: &mut Vec<FieldError>) {
        self.rules.check_size(items.len(), &ITEMS, path, errors);
        let identity = |item: &Value| match &self.list_type {
            ListType::Map(keys) => keys.iter().map(|key| item[key].clone()).collect(),
            ListType::Set | ListType::Atomic => vec![item.clone()],
        };
        let compared = self.rules.unique_items || self.list_type != ListType::Atomic;
        let mut seen: Vec<Vec<Value>> = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let at = format!("{path}[{i}]");
            if let Some(schema) = &self.items {
                schema.validate(item, &at, errors);
            }
            if !compared {
                continue;
            }
            let id = identity(item);
            if seen.contains(&id) {
                errors.push(FieldError {
                    field: at,
                    kind: FieldErrorKind::Duplicate,
                    value: Some(self.duplicate_value(item)),
                    detail: String::new(),
                });
            } else {
                seen.push(id);
            }
        }
    }

    fn duplicate_value(&self, item: &Value) -> Value {
        match &self.list_type {
            ListType::Map(keys) => keys.iter().map(|key| (key.clone(), item[key].clone())).collect(),
            ListType::Set | ListType::Atomic => item.clone(),
        }
    }

    fn validate_combined(&self, value: &Value, path: &str, errors: &mut Vec<FieldError>) {
        let holds = |schema: &Schema| {
            let mut found = Vec::new();
            schema.validate(value, path, &mut found);
            found.is_empty()
        };
        for schema in &self.rules.all_of {
            schema.validate(value, path, errors);
        }
        let mut invalid = |why: &str| errors.push(FieldError::invalid(shown(path), value.clone(), why));
        let any = &self.rules.any_of;
        if !any.is_empty() && !any.iter().any(holds) {
            invalid(&format!("{} in body must validate at least one schema (anyOf)", quoted(path)));
        }
        let one = &self.rules.one_of;
        if !one.is_empty() && one.iter().filter(|schema| holds(schema)).count() != 1 {
            invalid(&format!("{} in body must validate one and only one schema (oneOf)", quoted(path)));
        }
        if self.rules.not.as_deref().is_some_and(holds) {
            invalid(&format!("{} in body must not validate the schema (not)", quoted(path)));
        }
    }

    fn wrong_type(&self, value: &Value, path: &str) -> Option<FieldError> {
        let wanted = match (self.int_or_string, self.type_name.as_str()) {
            (true, _) => "integer,string",
            (false, "") => return None,
            (false, name) => name,
        };
        let found = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(n) if is_whole(n) => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let fits = wanted.split(',').any(|name| name == found || (name == "number" && found == "integer"));
        let why = format!("{} in body must be of type {wanted}: \"{found}\"", shown(path));
        (!fits).then(|| FieldError::wrong_type(shown(path), found, why))
    }
}

/// What is counted, and the noun for it in messages.
struct Counted {
    limits: fn(&Rules) -> (Option<u64>, Option<u64>),
    noun: &'static str,
}

const ITEMS: Counted = Counted { limits: |rules| (rules.min_items, rules.max_items), noun: "items" };
const PROPERTIES: Counted =
    Counted { limits: |rules| (rules.min_properties, rules.max_properties), noun: "properties" };

impl Rules {
    fn check_allowed(&self, value: &Value, path: &str, errors: &mut Vec<FieldError>) {
        let Some(allowed) = &self.allowed else { return };
        if !allowed.contains(value) {
            let supported: Vec<String> =
                allowed.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect();
            errors.push(FieldError::not_supported(shown(path), value.clone(), &supported));
        }
    }

    /// Reports the first violated rule; the real validator also stops there.
    fn check_string(&self, text: &str, path: &str, errors: &mut Vec<FieldError>) {
        let length = text.chars().count() as u64;
        if let Some(max) = self.max_length.filter(|max| length > *max) {
            errors.push(FieldError {
                field: shown(path),
                kind: FieldErrorKind::TooLong,
                value: None,
                detail: format!("may not be more than {max} bytes"),
            });
        } else if let Some(min) = self.min_length.filter(|min| length < *min) {
            let why = format!("{} in body should be at least {min} chars long", shown(path));
            errors.push(FieldError::invalid(shown(path), text, why));
        } else if let Some(pattern) = self.pattern.as_ref().filter(|pattern| !pattern.is_match(text)) {
            let why = format!("{} in body should match '{pattern}'", shown(path));
            errors.push(FieldError::invalid(shown(path), text, why));
        }
    }

    fn check_number(&self, number: &Number, path: &str, errors: &mut Vec<FieldError>) {
        let found = number.as_f64().unwrap_or_default();
        let mut invalid =
            |why: String| errors.push(FieldError::invalid(shown(path), Value::Number(number.clone()), why));
        let beyond = |bound: &Bound, below: f64| {
            let distance = (found - bound.limit.as_f64().unwrap_or_default()) * below;
            distance > 0.0 || (bound.exclusive && distance >= 0.0)
        };
        let message = |bound: &Bound, than: &str| {
            let equal = if bound.exclusive { "" } else { "or equal to " };
            format!("{} in body should be {than} than {equal}{}", shown(path), bound.limit)
        };
        if let Some(bound) = self.minimum.as_ref().filter(|bound| beyond(bound, -1.0)) {
            invalid(message(bound, "greater"));
        }
        if let Some(bound) = self.maximum.as_ref().filter(|bound| beyond(bound, 1.0)) {
            invalid(message(bound, "less"));
        }
        if let Some(factor) = self.multiple_of.filter(|factor| (found / factor).fract() != 0.0) {
            invalid(format!("{} in body should be a multiple of {factor}", shown(path)));
        }
    }

    fn check_size(&self, found: usize, counted: &Counted, path: &str, errors: &mut Vec<FieldError>) {
        let (min, max) = (counted.limits)(self);
        let found = found as u64;
        let noun = counted.noun;
        if let Some(min) = min.filter(|min| found < *min) {
            let why = format!("{} in body should have at least {min} {noun}", shown(path));
            errors.push(FieldError::invalid(shown(path), found, why));
        }
        if let Some(max) = max.filter(|max| found > *max) {
            errors.push(FieldError {
                field: shown(path),
                kind: FieldErrorKind::TooMany,
                value: Some(found.into()),
                detail: format!("must have at most {max} items"),
            });
        }
    }
}

fn is_whole(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|n| n.fract() == 0.0)
}

/// What Go prints for an empty path.
const ROOT: &str = "<nil>";

fn shown(path: &str) -> String {
    match path {
        "" => ROOT.to_owned(),
        _ => path.to_owned(),
    }
}

fn quoted(path: &str) -> String {
    format!("\"{path}\"")
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}
