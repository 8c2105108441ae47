//! Aggregated discovery: all groups in one document, which `kubectl` requests first.

use http::{HeaderValue, header};
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    registry::{ApiGroup, Origin, Registry, ResourceType, Scope, StatusSubresource},
};

use super::groups::STATUS_VERBS;

/// Returns the version of the document, if the client requests a known one.
pub(super) fn requested(accept: &str) -> Option<&'static str> {
    let clause = |clause: &str| {
        let part = |wanted: &str| clause.split(';').any(|part| part.trim() == wanted);
        if !part("as=APIGroupDiscoveryList") || !part("g=apidiscovery.k8s.io") {
            return None;
        }
        ["v2", "v2beta1"].into_iter().find(|version| part(&format!("v={version}")))
    };
    accept.split(',').filter(|c| c.trim().starts_with("application/json")).find_map(clause)
}

pub(super) fn core(registry: &Registry, version: &str) -> Answer {
    document(registry, version, |group| group.name.is_empty())
}

pub(super) fn named(registry: &Registry, version: &str) -> Answer {
    document(registry, version, |group| !group.name.is_empty())
}

fn document(registry: &Registry, version: &str, wanted: impl Fn(&ApiGroup) -> bool) -> Answer {
    let items: Vec<Value> = registry.groups().iter().filter(|group| wanted(group)).map(group).collect();
    let mut answer = Answer::value(
        200,
        &json!({
            "kind": "APIGroupDiscoveryList",
            "apiVersion": format!("apidiscovery.k8s.io/{version}"),
            "metadata": {},
            "items": items,
        }),
    );
    let media = format!("application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
    if let Ok(media) = HeaderValue::from_str(&media) {
        answer.headers.insert(header::CONTENT_TYPE, media);
    }
    answer
}

fn group(group: &ApiGroup) -> Value {
    let versions: Vec<Value> = group
        .versions
        .iter()
        .map(|(version, types)| {
            let resources: Vec<Value> = types.iter().map(|ty| resource(ty)).collect();
            json!({"version": version, "freshness": "Current", "resources": resources})
        })
        .collect();
    let metadata = if group.name.is_empty() { json!({}) } else { json!({"name": group.name}) };
    json!({"metadata": metadata, "versions": versions})
}

fn resource(ty: &ResourceType) -> Value {
    // The group and version of built-in types are omitted.
    let (group, version) = match ty.origin {
        Origin::BuiltIn => ("", ""),
        Origin::Custom => (ty.group_resource.group.as_str(), ty.version.as_str()),
    };
    let kind = json!({"group": group, "version": version, "kind": ty.kind});
    let mut value = json!({
        "resource": ty.group_resource.resource,
        "responseKind": kind,
        "scope": if ty.scope == Scope::Namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": ty.singular,
        "verbs": ty.verbs,
    });
    if !ty.short_names.is_empty() {
        value["shortNames"] = ty.short_names.clone().into();
    }
    if !ty.categories.is_empty() {
        value["categories"] = ty.categories.clone().into();
    }
    if ty.status == StatusSubresource::Served {
        value["subresources"] =
            json!([{"subresource": "status", "responseKind": kind, "verbs": STATUS_VERBS}]);
    }
    value
}
