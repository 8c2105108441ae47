//! The web service: its addresses, and their answers from the cache.

use anyhow::Result;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Client, ResourceExt as _};
use reflector_apiserver::ApiServer;
use reflector_runtime::{Health, Index, Informer};
use serde_json::json;

/// By the label `team`.
const BY_TEAM: Index<ConfigMap> = Index::new("by_team", |map, values| {
    if let Some(team) = map.labels().get("team") {
        values.push(team);
    }
});

pub(super) fn start(client: Client) -> Informer<ConfigMap> {
    Informer::<ConfigMap>::builder(client).index(BY_TEAM).start()
}

/// The informer is the state of the handlers. Its clones share one cache.
pub(super) fn router(maps: Informer<ConfigMap>) -> Router {
    Router::new()
        .route("/readyz", get(ready))
        .route("/livez", get(live))
        .route("/teams", get(teams))
        .route("/teams/{team}", get(team))
        .with_state(maps)
}

/// Ready from the first complete list on, also while the API server cannot be reached: the last state is still served.
async fn ready(State(maps): State<Informer<ConfigMap>>) -> (StatusCode, String) {
    let health = maps.health().borrow().to_string();
    match (maps.has_synced(), maps.last_error()) {
        (true, _) => (StatusCode::OK, format!("ok: {health}\n")),
        (false, Some(error)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{health}: {error}\n")),
        (false, None) => (StatusCode::SERVICE_UNAVAILABLE, format!("{health}\n")),
    }
}

/// An informer retries everything by itself. Only a stopped one needs a restart of the program.
async fn live(State(maps): State<Informer<ConfigMap>>) -> StatusCode {
    match *maps.health().borrow() {
        Health::Stopped => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    }
}

/// The teams, with the number of their config maps.
async fn teams(State(maps): State<Informer<ConfigMap>>) -> String {
    let teams = maps.lister().index_values(BY_TEAM);
    lines(teams.into_iter().map(|(team, count)| format!("{team}: {count}")))
}

/// The config maps of a team.
async fn team(State(maps): State<Informer<ConfigMap>>, Path(team): Path<String>) -> (StatusCode, String) {
    let found = maps.lister().by_index(BY_TEAM, &team);
    if found.is_empty() {
        return (StatusCode::NOT_FOUND, format!("no ConfigMap of team {team}\n"));
    }
    (StatusCode::OK, lines(found.iter().map(|map| map.name_any())))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.flat_map(|line| [line, "\n".to_owned()]).collect()
}

/// An in-process API server with the config maps of two teams.
pub(super) fn server() -> Result<ApiServer> {
    let server = ApiServer::new();
    for (name, team) in [("site", "web"), ("routes", "web"), ("backup", "db")] {
        let map = json!({ "metadata": { "name": name, "labels": { "team": team } } });
        server.create("v1", "configmaps", Some("default"), map)?;
    }
    Ok(server)
}
