//! Differences between two schemas: those because of which an object that the API server accepts, or stores, cannot be
//! decoded as the type.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};

use super::{CrdDifference, compare::report};

/// Compares the schema of a type (`ours`) with the one of a CRD (`theirs`) at this path. The path of an object is empty.
pub(super) fn compare(
    found: &mut Vec<CrdDifference>,
    path: &str,
    ours: &JSONSchemaProps,
    theirs: &JSONSchemaProps,
) {
    if accepts_everything(ours) {
        return;
    }
    let (our_type, their_type) = (type_of(ours), type_of(theirs));
    if our_type != their_type {
        // The parts of different types cannot be compared.
        return report(found, path, format!("the type expects {our_type}, the CRD has {their_type}"));
    }
    if let (Some(ours), theirs) = (&ours.format, &theirs.format)
        && Some(ours) != theirs.as_ref()
    {
        let theirs =
            theirs.as_ref().map_or("no format".to_owned(), |theirs| format!("the format `{theirs}`"));
        report(found, path, format!("the type expects the format `{ours}`, the CRD has {theirs}"));
    }
    if theirs.nullable == Some(true) && ours.nullable != Some(true) {
        report(found, path, "the CRD accepts `null`, the type does not".to_owned());
    }
    compare_enum(found, path, ours, theirs);
    compare_fields(found, path, ours, theirs);
    if let (Some(ours), Some(theirs)) = (items(ours), items(theirs)) {
        compare(found, &format!("{path}[]"), ours, theirs);
    }
    if let (Some(ours), Some(theirs)) = (map_values(ours), map_values(theirs)) {
        compare(found, &format!("{path}[*]"), ours, theirs);
    }
}

fn compare_fields(
    found: &mut Vec<CrdDifference>,
    path: &str,
    ours: &JSONSchemaProps,
    theirs: &JSONSchemaProps,
) {
    let is_required =
        |schema: &JSONSchemaProps, name: &String| schema.required.iter().flatten().any(|r| r == name);
    for (name, our_field) in ours.properties.iter().flatten() {
        let field = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let required = is_required(ours, name);
        match theirs.properties.iter().flatten().find(|(other, _)| *other == name) {
            Some((_, their_field)) => {
                // A default fills the field in.
                if required && !is_required(theirs, name) && their_field.default.is_none() {
                    report(
                        found,
                        &field,
                        "the type requires this field, in the CRD it is optional".to_owned(),
                    );
                }
                compare(found, &field, our_field, their_field);
            }
            None if !required => {}
            None if theirs.x_kubernetes_preserve_unknown_fields == Some(true) => {
                report(
                    found,
                    &field,
                    "the type requires this field, the CRD does not describe it".to_owned(),
                );
            }
            None => {
                report(
                    found,
                    &field,
                    "the type requires this field, the CRD does not have it, so that the API server removes it"
                        .to_owned(),
                );
            }
        }
    }
}

/// A value that only the CRD accepts cannot be decoded. One that only the type has cannot be written.
fn compare_enum(
    found: &mut Vec<CrdDifference>,
    path: &str,
    ours: &JSONSchemaProps,
    theirs: &JSONSchemaProps,
) {
    let Some(ours) = &ours.enum_ else { return };
    let Some(theirs) = &theirs.enum_ else {
        return report(found, path, "the type accepts certain values only, the CRD accepts any".to_owned());
    };
    for unknown in theirs.iter().filter(|value| !ours.contains(value) && !value.0.is_null()) {
        report(found, path, format!("the CRD accepts the value {}, the type does not", unknown.0));
    }
    for refused in ours.iter().filter(|value| !theirs.contains(value) && !value.0.is_null()) {
        report(found, path, format!("the type has the value {}, the CRD does not accept it", refused.0));
    }
}

/// A schema without any restriction, such as the one of `serde_json::Value`.
fn accepts_everything(schema: &JSONSchemaProps) -> bool {
    schema.type_.is_none()
        && schema.properties.is_none()
        && schema.enum_.is_none()
        && schema.x_kubernetes_int_or_string != Some(true)
}

fn type_of(schema: &JSONSchemaProps) -> String {
    match &schema.type_ {
        _ if schema.x_kubernetes_int_or_string == Some(true) => "an integer or a string".to_owned(),
        Some(name) => format!("the type `{name}`"),
        None if schema.properties.is_some() => "the type `object`".to_owned(),
        None => "no type".to_owned(),
    }
}

fn items(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match schema.items.as_ref()? {
        JSONSchemaPropsOrArray::Schema(items) => Some(items),
        JSONSchemaPropsOrArray::Schemas(_) => None,
    }
}

fn map_values(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match schema.additional_properties.as_ref()? {
        JSONSchemaPropsOrBool::Schema(values) => Some(values),
        JSONSchemaPropsOrBool::Bool(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn differences(ours: &Value, theirs: &Value) -> Vec<String> {
        let schema = |value: &Value| serde_json::from_value::<JSONSchemaProps>(value.clone()).unwrap();
        let mut found = Vec::new();
        compare(&mut found, "spec", &schema(ours), &schema(theirs));
        found.iter().map(ToString::to_string).collect()
    }

    fn object(required: &[&str], field: &Value) -> Value {
        json!({ "type": "object", "required": required, "properties": { "a": field } })
    }

    #[test]
    fn a_required_field_must_be_required_by_the_crd() {
        let text = json!({ "type": "string" });
        let required = object(&["a"], &text);
        assert_eq!(differences(&required, &required), [""; 0]);
        let optional = object(&[], &text);
        assert_eq!(
            differences(&required, &optional),
            ["spec.a: the type requires this field, in the CRD it is optional"]
        );
        assert_eq!(differences(&optional, &required), [""; 0]);
        let filled_in = object(&[], &json!({ "type": "string", "default": "x" }));
        assert_eq!(differences(&required, &filled_in), [""; 0]);
        let absent = json!({ "type": "object" });
        assert_eq!(
            differences(&required, &absent),
            [
                "spec.a: the type requires this field, the CRD does not have it, so that the API server removes it"
            ]
        );
        assert_eq!(differences(&optional, &absent), [""; 0]);
        let unknown = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
        assert_eq!(
            differences(&required, &unknown),
            ["spec.a: the type requires this field, the CRD does not describe it"]
        );
    }

    #[test]
    fn types_formats_null_and_values_must_agree() {
        let check = |ours: Value, theirs: Value, expected: &[&str]| {
            assert_eq!(differences(&ours, &theirs), expected);
        };
        check(
            json!({ "type": "string" }),
            json!({ "type": "integer" }),
            &["spec: the type expects the type `string`, the CRD has the type `integer`"],
        );
        check(
            json!({ "type": "string" }),
            json!({ "x-kubernetes-int-or-string": true }),
            &["spec: the type expects the type `string`, the CRD has an integer or a string"],
        );
        check(
            json!({ "type": "integer", "format": "int32" }),
            json!({ "type": "integer", "format": "int64" }),
            &["spec: the type expects the format `int32`, the CRD has the format `int64`"],
        );
        check(
            json!({ "type": "string" }),
            json!({ "type": "string", "nullable": true }),
            &["spec: the CRD accepts `null`, the type does not"],
        );
        check(
            json!({ "type": "string", "enum": ["a", "b"] }),
            json!({ "type": "string", "enum": ["a", "c"] }),
            &[
                "spec: the CRD accepts the value \"c\", the type does not",
                "spec: the type has the value \"b\", the CRD does not accept it",
            ],
        );
        check(
            json!({ "type": "string", "enum": ["a"] }),
            json!({ "type": "string" }),
            &["spec: the type accepts certain values only, the CRD accepts any"],
        );
        check(json!({ "x-kubernetes-preserve-unknown-fields": true }), json!({ "type": "string" }), &[]);
    }

    #[test]
    fn lists_and_maps_are_compared_by_their_items() {
        let (text, number) = (json!({ "type": "string" }), json!({ "type": "integer" }));
        let message = "the type expects the type `string`, the CRD has the type `integer`";
        let list = |items: &Value| json!({ "type": "array", "items": object(&["a"], items) });
        assert_eq!(differences(&list(&text), &list(&number)), [format!("spec[].a: {message}")]);
        let map = |values: &Value| json!({ "type": "object", "additionalProperties": values });
        assert_eq!(differences(&map(&text), &map(&number)), [format!("spec[*]: {message}")]);
    }
}
