//! Everything that is not about a resource: health, version, which groups and kinds there are, and their OpenAPI.

mod aggregated;
mod groups;
mod openapi;

use http::{HeaderMap, Method, header};
use serde_json::json;

use crate::{answer::Answer, engine::Engine, request::RequestInfo, status::Status};

/// Answers a request that is about no resource.
pub(crate) fn answer(engine: &Engine, method: &Method, info: &RequestInfo, headers: &HeaderMap) -> Answer {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Answer::no_such_path();
    }
    let registry = &engine.registry;
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let parts: Vec<&str> = info.path.split('/').filter(|part| !part.is_empty()).collect();
    let aggregated = aggregated::wanted(accept);
    match (parts.as_slice(), aggregated) {
        (["healthz" | "readyz" | "livez", ..], _) => Answer::text(200, "ok"),
        (["version"], _) => Answer::value(200, &version()),
        (["api"], Some(version)) => aggregated::core(registry, version),
        (["apis"], Some(version)) => aggregated::named(registry, version),
        (["api"], None) => Answer::value(200, &groups::core_versions()),
        (["apis"], None) => Answer::value(200, &groups::group_list(registry)),
        (["api", "v1"], _) => found(groups::resource_list(registry, "", "v1")),
        (["apis", group], _) => found(groups::group(registry, group)),
        (["apis", group, version], _) => found(groups::resource_list(registry, group, version)),
        (["openapi", "v2"], _) => openapi::v2(registry, accept),
        (["openapi", "v3"], _) => Answer::value(200, &openapi::v3_index(registry)),
        (["openapi", "v3", "api", version], _) => found(openapi::v3(registry, "", version)),
        (["openapi", "v3", "apis", group, version], _) => found(openapi::v3(registry, group, version)),
        ([], _) => Answer::value(200, &json!({"paths": groups::paths(registry)})),
        _ => Answer::no_such_path(),
    }
}

fn found(document: Option<serde_json::Value>) -> Answer {
    document.map_or_else(Answer::no_such_path, |document| Answer::value(200, &document))
}

fn version() -> serde_json::Value {
    json!({
        "major": "1", "minor": "37", "emulationMajor": "1", "emulationMinor": "37", "minCompatibilityMajor": "1",
        "minCompatibilityMinor": "36", "gitVersion": "v1.37.2", "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "none", "compiler": "rustc", "platform": std::env::consts::OS,
    })
}

/// For documents which only exist in a binary form.
fn not_acceptable() -> Answer {
    Answer::failure(&Status::not_acceptable(&["application/json"]))
}
