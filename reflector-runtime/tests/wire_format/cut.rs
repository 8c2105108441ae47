//! Bodies in each format that end anywhere: nothing is lost, and nothing that has not arrived is believed.

use reflector_apiserver::{Fault, FaultBuilder, RequestMatcher};

use super::*;
use crate::support::until;

/// The length of a response's body.
async fn length_of(server: &ApiServer, format: WireFormat, query: &str) -> usize {
    use http_body_util::BodyExt as _;
    let accept = if format == WireFormat::Json { JSON } else { PROTOBUF };
    let request = Request::get(format!("/api/v1/namespaces/default/configmaps?{query}"))
        .header(header::ACCEPT, accept)
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

/// The data of an informer of the whole content of a filled server.
const FILLED: [Option<&str>; 4] = [Some("a"), Some("b"), Some("c"), None];

fn values(informer: &Informer<ConfigMap, Namespaced>) -> [Option<String>; 4] {
    ["a", "b", "c", "d"].map(|name| value(informer, name))
}

type End = fn(FaultBuilder, usize) -> Fault;

/// How a body ends: as if it were complete, or with an error of the connection.
const ENDS: [End; 2] = [FaultBuilder::end_after_bytes, FaultBuilder::cut_after_bytes];

/// Ends the first response that matches at every byte. `query` is that of the request.
async fn check_initial_list(
    strategy: InitialListStrategy,
    query: &str,
    first: fn(&'static str) -> RequestMatcher,
) {
    for format in FORMATS {
        let length = length_of(&filled(), format, query).await;
        for (end, bytes) in ENDS.iter().flat_map(|end| (0..length).map(move |bytes| (end, bytes))) {
            let server = filled();
            end(server.faults().on(first("configmaps")), bytes);
            let informer =
                config_maps(server.client()).wire_format(format).initial_list_strategy(strategy).start();
            informer.wait_for_sync().await.unwrap();
            assert_eq!(
                values(&informer),
                FILLED.map(|value| value.map(str::to_owned)),
                "{format:?}, {bytes}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_may_end_at_every_byte() {
    check_initial_list(InitialListStrategy::List, "resourceVersion=0", RequestMatcher::list).await;
}

#[tokio::test(start_paused = true)]
async fn a_streaming_list_may_end_at_every_byte() {
    let query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=3";
    check_initial_list(InitialListStrategy::WatchList, query, RequestMatcher::watch_list).await;
}

#[tokio::test(start_paused = true)]
async fn a_watch_may_end_at_every_byte() {
    let changes = |server: &ApiServer| {
        change(server, "a", &json!({ "k": "x" }));
        delete(server, "b");
        create(server, "d", &json!({ "k": "d" }));
    };
    let expected = [Some("x"), None, Some("c"), Some("d")].map(|value| value.map(str::to_owned));
    for format in FORMATS {
        let server = filled();
        let version = server.resource_version();
        changes(&server);
        let query = format!("watch=true&resourceVersion={version}&timeoutSeconds=3");
        let length = length_of(&server, format, &query).await;
        for (end, bytes) in ENDS.iter().flat_map(|end| (0..length).map(move |bytes| (end, bytes))) {
            let server = filled();
            end(server.faults().on(RequestMatcher::plain_watch("configmaps")), bytes);
            let informer = config_maps(server.client())
                .wire_format(format)
                .initial_list_strategy(InitialListStrategy::List)
                .start();
            informer.wait_for_sync().await.unwrap();
            changes(&server);
            until(|| values(&informer) == expected).await;
        }
    }
}
