//! Bodies in protobuf that end anywhere: nothing is lost, and nothing that has not arrived is believed.

use reflector_apiserver::RequestMatcher;

use super::*;
use crate::support::until;

/// The length of a response's body.
async fn length_of(server: &ApiServer, query: &str) -> usize {
    use http_body_util::BodyExt as _;
    let request = Request::get(format!("/api/v1/namespaces/default/configmaps?{query}"))
        .header(header::ACCEPT, PROTOBUF)
        .body(Body::empty())
        .unwrap();
    let response = server.clone().call(request).await.unwrap();
    response.into_body().collect().await.unwrap().to_bytes().len()
}

fn filled() -> ApiServer {
    let server = new_server();
    for name in ["a", "b", "c"] {
        create(&server, name, &json!({ "k": name }));
    }
    server
}

#[tokio::test(start_paused = true)]
async fn a_list_may_end_at_every_byte() {
    let length = length_of(&filled(), "resourceVersion=0").await;
    for is_reset in [false, true] {
        for bytes in 0..length {
            let server = filled();
            let list = server.faults().on(RequestMatcher::list("configmaps"));
            if is_reset {
                list.cut_after_bytes(bytes)
            } else {
                list.end_after_bytes(bytes)
            };
            let informer =
                config_maps(server.client()).initial_list_strategy(InitialListStrategy::List).start();
            informer.wait_for_sync().await.unwrap();
            let expected = ["a", "b", "c"].map(|name| Some(name.to_owned()));
            assert_eq!(["a", "b", "c"].map(|name| value(&informer, name)), expected, "{bytes}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_streaming_list_may_end_at_every_byte() {
    let query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=3";
    let length = length_of(&filled(), query).await;
    for bytes in 0..length {
        let server = filled();
        server.faults().on(RequestMatcher::watch_list("configmaps")).end_after_bytes(bytes);
        let informer =
            config_maps(server.client()).initial_list_strategy(InitialListStrategy::WatchList).start();
        informer.wait_for_sync().await.unwrap();
        let expected = ["a", "b", "c"].map(|name| Some(name.to_owned()));
        assert_eq!(["a", "b", "c"].map(|name| value(&informer, name)), expected, "{bytes}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_may_end_at_every_byte() {
    let changes = |server: &ApiServer| {
        change(server, "a", &json!({ "k": "x" }));
        delete(server, "b");
        create(server, "d", &json!({ "k": "d" }));
    };
    let server = filled();
    let version = server.resource_version();
    changes(&server);
    let length = length_of(&server, &format!("watch=true&resourceVersion={version}&timeoutSeconds=3")).await;
    for is_reset in [false, true] {
        for bytes in 0..length {
            let server = filled();
            let watch = server.faults().on(RequestMatcher::plain_watch("configmaps"));
            if is_reset {
                watch.cut_after_bytes(bytes)
            } else {
                watch.end_after_bytes(bytes)
            };
            let informer =
                config_maps(server.client()).initial_list_strategy(InitialListStrategy::List).start();
            informer.wait_for_sync().await.unwrap();
            changes(&server);
            let expected = [Some("x"), None, Some("c"), Some("d")].map(|value| value.map(str::to_owned));
            until(|| ["a", "b", "c", "d"].map(|name| value(&informer, name)) == expected).await;
        }
    }
}
