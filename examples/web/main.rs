//! A web service that answers from the cache: its handlers send no request to the API server. With `/readyz` and `/livez`
//! from the informer's health, and a graceful shutdown.
//!
//! `cargo run --example web` needs no cluster: it starts an in-process API server with a few config maps, and prints the
//! addresses to open. `-- --cluster` serves those of the current kubeconfig instead. The service listens on the loopback
//! interface only.

use std::net::Ipv4Addr;

use anyhow::Result;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use clap::Parser;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Client, ResourceExt as _};
use reflector_apiserver::ApiServer;
use reflector_runtime::{Health, Index, Informer};
use serde_json::json;
use tokio::net::TcpListener;

/// Options of the example.
#[derive(Parser)]
struct Options {
    /// Serves the config maps of the current kubeconfig's cluster.
    #[arg(long)]
    cluster: bool,
}

/// By the label `team`.
const BY_TEAM: Index<ConfigMap> = Index::new("by_team", |map, values| {
    if let Some(team) = map.labels().get("team") {
        values.push(team);
    }
});

#[tokio::main]
async fn main() -> Result<()> {
    let client = if Options::parse().cluster { Client::try_default().await? } else { server()?.client() };
    let maps = start(client);

    // Listens before the cache is complete: until then, `/readyz` says why it is not.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    for path in ["readyz", "livez", "teams", "teams/web"] {
        println!("curl http://{address}/{path}");
    }
    axum::serve(listener, router(maps.clone()))
        .with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) })
        .await?;
    maps.shutdown().await;
    Ok(())
}

fn start(client: Client) -> Informer<ConfigMap> {
    Informer::<ConfigMap>::builder(client).index(BY_TEAM).start()
}

/// The informer is the state of the handlers. Its clones share one cache.
fn router(maps: Informer<ConfigMap>) -> Router {
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

fn server() -> Result<ApiServer> {
    let server = ApiServer::new();
    for (name, team) in [("site", "web"), ("routes", "web"), ("backup", "db")] {
        let map = json!({ "metadata": { "name": name, "labels": { "team": team } } });
        server.create("v1", "configmaps", Some("default"), map)?;
    }
    Ok(server)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{body::Body, http::Request};
    use http_body_util::BodyExt as _;
    use reflector_apiserver::RequestMatcher;
    use tower::ServiceExt as _;

    use super::*;

    async fn answer(maps: &Informer<ConfigMap>, path: &str) -> (u16, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router(maps.clone()).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn the_service_answers_from_the_cache() {
        let server = server().unwrap();
        let maps = start(server.client());
        maps.wait_for_sync().await.unwrap();
        server.clear_requests();
        assert_eq!(answer(&maps, "/teams").await, (200, "db: 1\nweb: 2\n".to_owned()));
        assert_eq!(answer(&maps, "/teams/db").await, (200, "backup\n".to_owned()));
        assert_eq!(answer(&maps, "/teams/none").await.0, 404);
        assert!(server.requests().is_empty(), "{:?}", server.requests());
    }

    #[tokio::test(start_paused = true)]
    async fn the_probes_follow_the_health() {
        let server = server().unwrap();
        let denied = server.faults().on(RequestMatcher::resource("configmaps")).always().status(403);
        let maps = start(server.client());
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(denied.fired() > 0);
        let (status, text) = answer(&maps, "/readyz").await;
        assert!(status == 503 && text.contains("forbidden (403)"), "{status} {text}");
        assert_eq!(answer(&maps, "/livez").await.0, 200);

        denied.remove();
        maps.wait_for_sync().retry_forever().await.unwrap();
        assert_eq!(answer(&maps, "/readyz").await.0, 200);

        // Without an API server, the last state is served.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let refused = server.faults().on(RequestMatcher::any()).always().refuse_connection();
        server.drop_all_watches();
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert!(refused.fired() > 0);
        let (status, text) = answer(&maps, "/readyz").await;
        assert!(status == 200 && text.contains("degraded"), "{status} {text}");
        assert_eq!(answer(&maps, "/teams/web").await.0, 200);

        maps.shutdown().await;
        assert_eq!(answer(&maps, "/livez").await.0, 503);
    }
}
