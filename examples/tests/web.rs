//! The service of the example `web` answers from the cache, and its probes follow the health of the informer.

#[path = "../web/service.rs"]
mod service;

use std::time::Duration;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use k8s_openapi::api::core::v1::ConfigMap;
use reflector_apiserver::RequestMatcher;
use reflector_runtime::Informer;
use service::{router, server, start};
use tower::ServiceExt as _;

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
