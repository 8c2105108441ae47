//! `CustomResourceDefinition`s: their validation, and the types that they define.

use serde_json::{Value, json};

use crate::status::FieldError;

use super::{
    Column, GroupResource, JsonPath, ResourceType, Schema, Scope, Source,
    crd_status::is_terminating,
    names::{compare_versions, is_label, is_subdomain},
    resource_type::{GenerationRule, Origin, StatusSubresource},
};

const VERBS: &[&str] = &["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
/// The verbs in discovery while the objects are being deleted. (Updates and patches are still accepted.)
const TERMINATING_VERBS: &[&str] = &["delete", "deletecollection", "get", "list", "watch"];

/// Sets the names that a CRD may omit.
pub(super) fn default_names(crd: &mut Value) {
    let names = &mut crd["spec"]["names"];
    let Some(kind) = names["kind"].as_str().map(str::to_owned) else {
        return;
    };
    if names["singular"].as_str().unwrap_or_default().is_empty() {
        names["singular"] = kind.to_lowercase().into();
    }
    if names["listKind"].as_str().unwrap_or_default().is_empty() {
        names["listKind"] = format!("{kind}List").into();
    }
    if crd["spec"]["conversion"].is_null() {
        crd["spec"]["conversion"] = json!({"strategy": "None"});
    }
}

/// Returns all errors in a CRD.
pub(crate) fn validate_crd(crd: &Value) -> Vec<FieldError> {
    let spec = &crd["spec"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (group, plural, kind) =
        (text(&spec["group"]), text(&spec["names"]["plural"]), text(&spec["names"]["kind"]));
    let mut errors = Vec::new();
    if text(&crd["metadata"]["name"]) != format!("{plural}.{group}") {
        let name = text(&crd["metadata"]["name"]);
        errors.push(FieldError::invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
    }
    if group.is_empty() {
        errors.push(FieldError::required("spec.group", ""));
    } else if !is_subdomain(&group) {
        errors.push(FieldError::invalid("spec.group", group, "a lowercase RFC 1123 subdomain is required"));
    } else if !group.contains('.') {
        errors.push(FieldError::invalid("spec.group", group, "should be a domain with at least one dot"));
    }
    match text(&spec["scope"]).as_str() {
        "" => errors.push(FieldError::required("spec.scope", "")),
        "Namespaced" | "Cluster" => {}
        other => errors.push(FieldError::not_supported(
            "spec.scope",
            other,
            &["Cluster".to_owned(), "Namespaced".to_owned()],
        )),
    }
    if plural.is_empty() {
        errors.push(FieldError::required("spec.names.plural", ""));
    } else if !is_label(&plural) {
        errors.push(FieldError::invalid(
            "spec.names.plural",
            plural,
            "a lowercase RFC 1035 label is required",
        ));
    }
    if kind.is_empty() {
        errors.push(FieldError::required("spec.names.kind", ""));
    }
    validate_versions(spec["versions"].as_array().map_or(&[], Vec::as_slice), &mut errors);
    errors
}

fn validate_versions(versions: &[Value], errors: &mut Vec<FieldError>) {
    for (i, version) in versions.iter().enumerate() {
        let at = format!("spec.versions[{i}]");
        let name = version["name"].as_str().unwrap_or_default();
        if !is_label(name) {
            errors.push(FieldError::invalid(
                format!("{at}.name"),
                name,
                "a lowercase RFC 1035 label is required",
            ));
        }
        let schema = &version["schema"]["openAPIV3Schema"];
        if !schema.is_object() {
            errors.push(FieldError::required(format!("{at}.schema.openAPIV3Schema"), ""));
        } else if schema["type"] != "object" {
            let field = format!("{at}.schema.openAPIV3Schema.type");
            errors.push(match schema["type"].as_str().unwrap_or_default() {
                "" => FieldError::required(field, "must not be empty at the root"),
                other => FieldError::invalid(field, other, "must be object at the root"),
            });
        }
    }
    let mut names: Vec<&str> = versions.iter().filter_map(|v| v["name"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() != versions.len() {
        errors.push(FieldError::invalid(
            "spec.versions",
            versions.to_vec(),
            "must contain unique version names",
        ));
    }
    if versions.iter().filter(|v| v["storage"] == true).count() != 1 {
        let why = "must have exactly one version marked as storage version";
        errors.push(FieldError::invalid("spec.versions", versions.to_vec(), why));
    }
    if versions.iter().all(|v| v["storage"] != true) {
        let why = "must have at least one stored version";
        errors.push(FieldError::invalid("status.storedVersions", Value::Null, why));
    }
}

/// The types that a valid CRD defines: one for each served version.
pub(crate) fn types_of_crd(crd: &Value) -> Vec<ResourceType> {
    versions(crd)
        .iter()
        .filter(|version| version["served"] == true)
        .map(|version| type_of(crd, version))
        .collect()
}

/// The type in which the objects of a CRD are stored, whether or not its version is served.
pub(crate) fn stored_type_of_crd(crd: &Value) -> Option<ResourceType> {
    Some(type_of(crd, stored_version(crd)?))
}

fn versions(crd: &Value) -> &[Value] {
    crd["spec"]["versions"].as_array().map_or(&[], Vec::as_slice)
}

fn stored_version(crd: &Value) -> Option<&Value> {
    versions(crd).iter().find(|version| version["storage"] == true)
}

fn type_of(crd: &Value, version: &Value) -> ResourceType {
    let spec = &crd["spec"];
    let names = &spec["names"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| {
        value
            .as_array()
            .map_or_else(Vec::new, |all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    ResourceType {
        group_resource: GroupResource::new(text(&spec["group"]), text(&names["plural"])),
        version: text(&version["name"]),
        storage_version: stored_version(crd).map(|stored| text(&stored["name"])).unwrap_or_default(),
        kind: text(&names["kind"]),
        list_kind: text(&names["listKind"]),
        singular: text(&names["singular"]),
        short_names: list(&names["shortNames"]),
        categories: list(&names["categories"]),
        verbs: if is_terminating(crd) { TERMINATING_VERBS } else { VERBS },
        deprecation: deprecation(spec, version),
        scope: if spec["scope"] == "Namespaced" { Scope::Namespaced } else { Scope::Cluster },
        origin: Origin::Custom,
        status: match version["subresources"]["status"] {
            Value::Null => StatusSubresource::Absent,
            _ => StatusSubresource::Served,
        },
        generation: GenerationRule::OnAnyContent,
        schema: Some(Schema::parse(&version["schema"]["openAPIV3Schema"])),
        selectable: version["selectableFields"].as_array().map_or_else(Vec::new, |fields| {
            fields.iter().filter_map(|field| JsonPath::parse(field["jsonPath"].as_str()?)).collect()
        }),
        columns: version["additionalPrinterColumns"]
            .as_array()
            .map_or_else(Vec::new, |columns| columns.iter().filter_map(column).collect()),
    }
}

/// The warning for clients that use a deprecated version.
fn deprecation(spec: &Value, version: &Value) -> Option<String> {
    if version["deprecated"] != true {
        return None;
    }
    if let Some(own) = version["deprecationWarning"].as_str() {
        return Some(own.to_owned());
    }
    let name = |version: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        format!("{}/{} {}", text(&spec["group"]), text(&version["name"]), text(&spec["names"]["kind"]))
    };
    let current = spec["versions"]
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter(|other| other["served"] == true && other["deprecated"] != true)
        .max_by(|a, b| {
            let text = |v: &Value| v["name"].as_str().unwrap_or_default().to_owned();
            compare_versions(&text(a), &text(b))
        });
    let instead = current.map(|current| format!("; use {}", name(current))).unwrap_or_default();
    Some(format!("{} is deprecated{instead}", name(version)))
}

fn column(definition: &Value) -> Option<Column> {
    let text = |field: &str| definition[field].as_str().unwrap_or_default().to_owned();
    let path = text("jsonPath");
    let description = match text("description") {
        empty if empty.is_empty() => {
            format!("Custom resource definition column (in JSONPath format): {path}")
        }
        description => description,
    };
    Some(Column {
        name: text("name"),
        kind: text("type"),
        format: text("format"),
        description,
        priority: definition["priority"].as_i64().unwrap_or_default(),
        source: Source::Path(JsonPath::parse(&path)?),
    })
}
