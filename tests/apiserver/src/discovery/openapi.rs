//! `OpenAPI` documents: enough for `kubectl` to validate and apply. Each kind is an object that allows all fields;
//! the server itself validates strictly when `kubectl` requests it.

use serde_json::{Map, Value, json};

use crate::{
    answer::Answer,
    registry::{Registry, ResourceType, Scope},
};

const PATCH_TYPES: [&str; 4] = [
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
];

/// The `OpenAPI` v2 document, in JSON only.
pub(super) fn v2(registry: &Registry, accept: &str) -> Answer {
    let only_binary = !accept.is_empty() && !accept.contains("json") && !accept.contains("*/*");
    if only_binary {
        return super::not_acceptable();
    }
    let types = registry.all();
    let definitions: Map<String, Value> =
        types.iter().map(|ty| (definition_name(ty), definition(ty))).collect();
    Answer::value(
        200,
        &json!({
            "swagger": "2.0",
            "info": {"title": "Kubernetes", "version": "v1.37.2"},
            "paths": {},
            "definitions": definitions,
        }),
    )
}

/// The index of the documents.
pub(super) fn v3_index(registry: &Registry) -> Value {
    let mut paths = Map::new();
    for group in registry.groups() {
        for (version, _) in &group.versions {
            let path = match group.name.as_str() {
                "" => format!("api/{version}"),
                name => format!("apis/{name}/{version}"),
            };
            let url = format!("/openapi/v3/{path}");
            paths.insert(path, json!({"serverRelativeURL": url}));
        }
    }
    json!({"paths": paths})
}

/// The document of one group version.
pub(super) fn v3(registry: &Registry, group: &str, version: &str) -> Option<Value> {
    let found: Vec<_> = registry
        .all()
        .into_iter()
        .filter(|ty| ty.group_resource.group == group && ty.version == version)
        .collect();
    if found.is_empty() {
        return None;
    }
    let schemas: Map<String, Value> = found.iter().map(|ty| (definition_name(ty), definition(ty))).collect();
    let paths: Map<String, Value> = found.iter().map(|ty| (object_path(ty), operations(ty))).collect();
    Some(json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": "v1.37.2"},
        "paths": paths,
        "components": {"schemas": schemas},
    }))
}

fn object_path(ty: &ResourceType) -> String {
    let root = match ty.group_resource.group.as_str() {
        "" => format!("/api/{}", ty.version),
        group => format!("/apis/{group}/{}", ty.version),
    };
    let namespace = match ty.scope {
        Scope::Namespaced => "/namespaces/{namespace}",
        Scope::Cluster => "",
    };
    format!("{root}{namespace}/{}/{{name}}", ty.group_resource.resource)
}

/// `kubectl` reads here whether the server supports dry-run and field validation for this kind.
fn operations(ty: &ResourceType) -> Value {
    let kind = group_version_kind(ty);
    let parameters: Vec<Value> = ["dryRun", "fieldManager", "fieldValidation", "force"]
        .iter()
        .map(|name| json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}}))
        .collect();
    let content: Map<String, Value> = PATCH_TYPES
        .iter()
        .map(|media| ((*media).to_owned(), json!({"schema": {"type": "object"}})))
        .collect();
    json!({
        "get": {"x-kubernetes-action": "get", "x-kubernetes-group-version-kind": kind},
        "patch": {
            "x-kubernetes-action": "patch",
            "x-kubernetes-group-version-kind": kind,
            "parameters": parameters,
            "requestBody": {"content": content},
        },
    })
}

fn group_version_kind(ty: &ResourceType) -> Value {
    json!({"group": ty.group_resource.group, "kind": ty.kind, "version": ty.version})
}

fn definition(ty: &ResourceType) -> Value {
    json!({
        "type": "object",
        "x-kubernetes-preserve-unknown-fields": true,
        "x-kubernetes-group-version-kind": [group_version_kind(ty)],
    })
}

/// The labels of the group in reverse order, then version and kind: `com.example.v1.Widget`.
fn definition_name(ty: &ResourceType) -> String {
    let group = match ty.group_resource.group.as_str() {
        "" => "io.k8s.api.core".to_owned(),
        group => group.rsplit('.').collect::<Vec<_>>().join("."),
    };
    format!("{group}.{}.{}", ty.version, ty.kind)
}
