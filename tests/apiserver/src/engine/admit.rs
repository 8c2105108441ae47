//! Converts a decoded body to an object of a type: checks kind and version, drops unknown fields and fills in
//! defaults.

use serde_json::{Map, Value};

use crate::{
    registry::{Origin, ResourceType, apply_builtin_defaults},
    request::FieldValidation,
    status::{FieldError, Status, quote},
    storage::encode_object,
};

use super::typed;

/// An object that is ready to be validated and stored, in its storage version.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) value: Value,
    pub(crate) warnings: Vec<String>,
}

/// Checks an object of this type and completes it.
pub(crate) fn admit(
    ty: &ResourceType,
    value: Value,
    validation: FieldValidation,
) -> Result<Admitted, Status> {
    try_admit(ty, value, validation).map_err(|rejection| match rejection {
        Rejection::Undecodable(why) => cannot_handle(ty, &why),
        Rejection::Other(status) => *status,
    })
}

/// Like `admit`, for the result of a patch: a value that cannot be decoded is reported as an error in the patch.
pub(crate) fn admit_patched(
    ty: &ResourceType,
    value: &Value,
    validation: FieldValidation,
) -> Result<Admitted, Status> {
    try_admit(ty, value.clone(), validation).map_err(|rejection| match rejection {
        Rejection::Undecodable(why) => {
            let shown = String::from_utf8_lossy(&encode_object(ty.key_order(), value)).into_owned();
            let error = FieldError::invalid("patch", shown, why);
            Status::invalid("", "", "", &[error])
        }
        Rejection::Other(status) => *status,
    })
}

/// Why an object is rejected.
enum Rejection {
    /// The object does not match its type.
    Undecodable(String),
    Other(Box<Status>),
}

impl From<Status> for Rejection {
    fn from(status: Status) -> Self {
        Self::Other(Box::new(status))
    }
}

fn try_admit(
    ty: &ResourceType,
    mut value: Value,
    validation: FieldValidation,
) -> Result<Admitted, Rejection> {
    check_type(ty, &mut value).map_err(|mut status| {
        if validation != FieldValidation::Warn {
            status.warnings.clear();
        }
        status
    })?;
    check_shape(&value).map_err(Rejection::Undecodable)?;
    if value["metadata"].is_null() {
        value["metadata"] = Value::Object(Map::new());
    }
    let (mut value, dropped) = match ty.origin {
        Origin::BuiltIn => admit_builtin(ty, value, validation)?,
        Origin::Custom => admit_custom(ty, value, validation)?,
    };
    let messages: Vec<String> = dropped.iter().map(|path| format!("unknown field {}", quote(path))).collect();
    if validation == FieldValidation::Strict && !messages.is_empty() {
        return Err(Rejection::Undecodable(format!("strict decoding error: {}", messages.join(", "))));
    }
    value["apiVersion"] = ty.storage_api_version().into();
    value["kind"] = ty.kind.clone().into();
    let warnings = if validation == FieldValidation::Warn { messages } else { Vec::new() };
    Ok(Admitted { value, warnings })
}

fn cannot_handle(ty: &ResourceType, why: &str) -> Status {
    let (kind, version) = (&ty.kind, &ty.version);
    Status::bad_request(format!("{kind} in version {} cannot be handled as a {kind}: {why}", quote(version)))
}

fn check_type(ty: &ResourceType, value: &mut Value) -> Result<(), Status> {
    let Value::Object(map) = value else {
        return Err(Status::bad_request(format!(
            "the object provided is unrecognized (must be of type {}): couldn't get version/kind; json parse error: \
             json: cannot unmarshal into Go value of type struct",
            ty.kind
        )));
    };
    let text = |field: &str| map.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (kind, api_version) = (text("kind"), text("apiVersion"));
    let version = api_version.rsplit('/').next().unwrap_or_default().to_owned();
    match ty.origin {
        Origin::BuiltIn => {
            if kind.is_empty() {
                map.insert("kind".to_owned(), ty.kind.clone().into());
            }
            if api_version.is_empty() {
                map.insert("apiVersion".to_owned(), ty.api_version().into());
            }
            let api_version = if api_version.is_empty() { ty.api_version() } else { api_version };
            if (!kind.is_empty() && kind != ty.kind) || api_version != ty.api_version() {
                return Err(Status::bad_request(format!(
                    "{kind} in version {} cannot be handled as a {}: no kind {} is registered for version {} in scheme \
                     \"pkg/api/legacyscheme/scheme.go:30\"",
                    quote(&version),
                    ty.kind,
                    quote(&kind),
                    quote(&api_version)
                )));
            }
            Ok(())
        }
        Origin::Custom if kind.is_empty() => Err(Status::bad_request(format!(
            "the object provided is unrecognized (must be of type {}): Object 'Kind' is missing in '{}'",
            ty.kind,
            Value::Object(map.clone())
        ))),
        Origin::Custom if api_version != ty.api_version() => {
            // There is no schema for that version, so all of its fields are unknown.
            let fields =
                map.keys().filter(|field| !matches!(field.as_str(), "apiVersion" | "kind" | "metadata"));
            let mut status = Status::bad_request(format!(
                "the API version in the data ({api_version}) does not match the expected API version ({})",
                ty.api_version()
            ));
            status.warnings = fields.map(|field| format!("unknown field {}", quote(field))).collect();
            Err(status)
        }
        // The real server accepts any kind until validation, which returns a 422.
        Origin::Custom if kind != ty.kind => {
            let why = format!("must be {}", ty.kind);
            let name = map.get("metadata").and_then(|m| m["name"].as_str()).unwrap_or_default();
            let error = FieldError::invalid("kind", kind.as_str(), why);
            Err(Status::invalid(&ty.group_resource.group, &kind, name, &[error]))
        }
        Origin::Custom => Ok(()),
    }
}

/// The code after this check indexes into these fields and relies on them being objects.
fn check_shape(value: &Value) -> Result<(), String> {
    for field in ["metadata", "spec", "status"] {
        let found = &value[field];
        // A custom resource may use `spec` for any type; its schema defines it.
        if field == "metadata" && !found.is_null() && !found.is_object() {
            return Err(format!("json: cannot unmarshal {} into Go struct field .{field}", type_name(found)));
        }
    }
    Ok(())
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn admit_builtin(
    ty: &ResourceType,
    value: Value,
    validation: FieldValidation,
) -> Result<(Value, Vec<String>), Rejection> {
    let before = compared(&value, validation);
    let mut value = typed::round_trip(&ty.kind, value).map_err(Rejection::Undecodable)?;
    let dropped = dropped_fields(before.as_ref(), &value, "");
    apply_builtin_defaults(ty, &mut value);
    Ok((value, dropped))
}

fn admit_custom(
    ty: &ResourceType,
    mut value: Value,
    validation: FieldValidation,
) -> Result<(Value, Vec<String>), Rejection> {
    let metadata = value["metadata"].take();
    let before = compared(&metadata, validation);
    let metadata = typed::round_trip_metadata(metadata).map_err(Rejection::Undecodable)?;
    let mut dropped = dropped_fields(before.as_ref(), &metadata, "metadata");
    value["metadata"] = metadata;
    if let Some(schema) = &ty.schema {
        dropped.extend(schema.prune_resource(&mut value));
        schema.drop_defaulted_nulls(&mut value);
        schema.apply_defaults(&mut value);
    }
    Ok((value, dropped))
}

/// The value for a later comparison, if unknown fields are to be reported.
fn compared(value: &Value, validation: FieldValidation) -> Option<Value> {
    (validation != FieldValidation::Ignore).then(|| value.clone())
}

fn dropped_fields(before: Option<&Value>, after: &Value, path: &str) -> Vec<String> {
    let mut dropped = Vec::new();
    if let Some(before) = before {
        missing_fields(before, after, path, &mut dropped);
    }
    dropped
}

/// Collects the paths of fields that had a value before and are missing now.
fn missing_fields(before: &Value, after: &Value, path: &str, missing: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, old) in before {
                let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match after.get(key) {
                    Some(new) => missing_fields(old, new, &at, missing),
                    None if is_empty(old) => {}
                    None => missing.push(at),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for (i, (old, new)) in before.iter().zip(after).enumerate() {
                missing_fields(old, new, &format!("{path}[{i}]"), missing);
            }
        }
        _ => {}
    }
}

/// Values that a typed object omits although it knows the field.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
