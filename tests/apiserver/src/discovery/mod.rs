//! Requests that are not for a resource: health, version, the served groups and kinds, and their `OpenAPI` documents.

mod aggregated;
mod groups;
mod openapi;

use http::{HeaderMap, Method, header};
use serde_json::json;

use crate::{
    answer::Answer,
    engine::Engine,
    request::RequestInfo,
    status::{Status, StatusDetails},
};

/// Answers a request that is not for a resource.
pub(crate) fn answer(engine: &Engine, method: &Method, info: &RequestInfo, headers: &HeaderMap) -> Answer {
    let registry = &engine.registry;
    let text = |name: header::HeaderName| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    let accept = text(header::ACCEPT);
    let parts: Vec<&str> = info.path.split('/').filter(|part| !part.is_empty()).collect();
    let reads = matches!(*method, Method::GET | Method::HEAD);
    match parts.as_slice() {
        ["api" | "apis", ..] if !reads => return failure(Status::for_code(405)),
        _ if !reads => return Answer::no_such_path(),
        ["api" | "apis", ..] if !accepts_json(accept) => {
            let why = "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, \
                       application/vnd.kubernetes.protobuf";
            return failure(Status::failure(406, "NotAcceptable", why));
        }
        _ => {}
    }
    match (parts.as_slice(), aggregated::requested(accept)) {
        (["healthz" | "readyz" | "livez", ..], _) => Answer::text(200, "ok"),
        (["version"], _) => Answer::value(200, &version()),
        (["api"], Some(version)) => aggregated::core(registry, version),
        (["apis"], Some(version)) => aggregated::named(registry, version),
        (["api"], None) => Answer::value(200, &groups::core_versions(text(header::HOST))),
        (["apis"], None) => Answer::value(200, &groups::group_list(registry)),
        (["api", version], _) => found(engine, "", groups::resource_list(registry, "", version)),
        (["apis", group], _) => found(engine, group, groups::group(registry, group)),
        (["apis", group, version], _) => {
            found(engine, group, groups::resource_list(registry, group, version))
        }
        (["openapi", "v2"], _) => openapi::v2(registry, accept),
        (["openapi", "v3"], _) => Answer::value(200, &openapi::v3_index(registry)),
        (["openapi", "v3", "api", version], _) => found(engine, "", openapi::v3(registry, "", version)),
        (["openapi", "v3", "apis", group, version], _) => {
            found(engine, group, openapi::v3(registry, group, version))
        }
        ([], _) => Answer::value(200, &json!({"paths": groups::paths(registry)})),
        _ => Answer::no_such_path(),
    }
}

/// The response if nothing exists at the path: a status for built-in groups, and a line of text for all others.
pub(crate) fn not_found(engine: &Engine, group: &str) -> Answer {
    if engine.registry.is_builtin_group(group) {
        failure(Status::for_code(404))
    } else {
        Answer::no_such_path()
    }
}

fn failure(status: Status) -> Answer {
    Answer::failure(&status.with_details(StatusDetails::default()))
}

fn accepts_json(accept: &str) -> bool {
    accept.is_empty() || ["json", "yaml", "*/*", "application/*"].iter().any(|part| accept.contains(part))
}

fn found(engine: &Engine, group: &str, document: Option<serde_json::Value>) -> Answer {
    document.map_or_else(|| not_found(engine, group), |document| Answer::value(200, &document))
}

fn version() -> serde_json::Value {
    json!({
        "major": "1", "minor": "37", "emulationMajor": "1", "emulationMinor": "37", "minCompatibilityMajor": "1",
        "minCompatibilityMinor": "36", "gitVersion": "v1.37.2", "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "none", "compiler": "rustc", "platform": std::env::consts::OS,
    })
}

/// For documents that exist only in a binary form.
fn not_acceptable() -> Answer {
    Answer::failure(&Status::not_acceptable(&["application/json"]))
}
