//! Unaggregated discovery: one document per group and one per group version.

use serde_json::{Value, json};

use crate::registry::{ApiGroup, Registry, ResourceType, Scope, StatusSubresource};

/// `address` is the address at which the client reached the server.
pub(super) fn core_versions(address: &str) -> Value {
    json!({
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
    })
}

pub(super) fn group_list(registry: &Registry) -> Value {
    let groups: Vec<Value> =
        registry.groups().iter().filter(|group| !group.name.is_empty()).map(group_value).collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

pub(super) fn group(registry: &Registry, name: &str) -> Option<Value> {
    let group = registry.groups().into_iter().find(|group| group.name == name)?;
    let mut value = group_value(&group);
    value["kind"] = "APIGroup".into();
    value["apiVersion"] = "v1".into();
    Some(value)
}

fn group_value(group: &ApiGroup) -> Value {
    let versions: Vec<Value> = group
        .versions
        .iter()
        .map(|(version, _)| json!({"groupVersion": format!("{}/{version}", group.name), "version": version}))
        .collect();
    json!({"name": group.name, "preferredVersion": versions.first(), "versions": versions})
}

pub(super) fn resource_list(registry: &Registry, group: &str, version: &str) -> Option<Value> {
    let groups = registry.groups();
    let found = groups.iter().find(|known| known.name == group)?;
    let (_, types) = found.versions.iter().find(|(known, _)| known == version)?;
    let mut resources = Vec::new();
    for ty in types {
        resources.push(resource(ty));
        if ty.status == StatusSubresource::Served {
            resources.push(json!({
                "name": format!("{}/status", ty.group_resource.resource),
                "singularName": "",
                "namespaced": ty.scope == Scope::Namespaced,
                "kind": ty.kind,
                "verbs": STATUS_VERBS,
            }));
        }
    }
    let group_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    let mut list = json!({"kind": "APIResourceList", "groupVersion": group_version, "resources": resources});
    if !group.is_empty() {
        list["apiVersion"] = "v1".into();
    }
    Some(list)
}

pub(super) const STATUS_VERBS: [&str; 3] = ["get", "patch", "update"];

fn resource(ty: &ResourceType) -> Value {
    let mut value = json!({
        "name": ty.group_resource.resource,
        "singularName": ty.singular,
        "namespaced": ty.scope == Scope::Namespaced,
        "kind": ty.kind,
        "verbs": ty.verbs,
    });
    if !ty.short_names.is_empty() {
        value["shortNames"] = ty.short_names.clone().into();
    }
    if !ty.categories.is_empty() {
        value["categories"] = ty.categories.clone().into();
    }
    value
}

/// The served paths, for people who open `/`.
pub(super) fn paths(registry: &Registry) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/api",
        "/api/v1",
        "/apis",
        "/healthz",
        "/livez",
        "/openapi/v2",
        "/openapi/v3",
        "/readyz",
        "/version",
    ]
    .map(str::to_owned)
    .into();
    for group in registry.groups().iter().filter(|group| !group.name.is_empty()) {
        paths.push(format!("/apis/{}", group.name));
        paths.extend(group.versions.iter().map(|(version, _)| format!("/apis/{}/{version}", group.name)));
    }
    paths.sort();
    paths
}
