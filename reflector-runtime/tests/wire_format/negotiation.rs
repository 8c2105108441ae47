//! Which format is requested, and what happens if the server does not have it.

use reflector_apiserver::RequestMatcher;
use reflector_runtime::Reflect as _;

use super::*;
use crate::support::{Widget, until};

#[tokio::test(start_paused = true)]
async fn a_built_in_kind_is_listed_and_watched_in_protobuf() {
    for strategy in STRATEGIES {
        let server = new_server();
        create(&server, "a", &json!({ "k": "v" }));
        let (client, exchanges) = client(&server);
        let informer = config_maps(client).initial_list_strategy(strategy).start();
        informer.wait_for_sync().await.unwrap();
        assert_eq!(value(&informer, "a").as_deref(), Some("v"));
        change(&server, "a", &json!({ "k": "w" }));
        create(&server, "b", &json!({ "k": "b" }));
        until(|| value(&informer, "a").as_deref() == Some("w") && value(&informer, "b").is_some()).await;
        delete(&server, "a");
        until(|| value(&informer, "a").is_none()).await;
        assert_eq!(informer.skipped().count, 0);
        for exchange in exchanges.all() {
            assert_eq!(exchange.accept, PROTOBUF_OR_JSON);
            let content_type = if exchange.is_watch { PROTOBUF_WATCH } else { PROTOBUF };
            assert_eq!(exchange.content_type, content_type, "{strategy:?}");
        }
        assert!(exchanges.all().iter().any(|exchange| exchange.is_watch));
    }
}

#[tokio::test(start_paused = true)]
async fn json_is_requested_for_custom_resources_and_on_request() {
    let server = support::server();
    let (widgets, of_widgets) = client(&server);
    let informer = Widget::informer(widgets).start();
    informer.wait_for_sync().await.unwrap();
    let (maps, of_maps) = client(&server);
    let maps = config_maps(maps).wire_format(WireFormat::Json).start();
    maps.wait_for_sync().await.unwrap();
    for exchanges in [of_widgets, of_maps] {
        assert!(in_json(&exchanges), "{:?}", exchanges.all());
        assert_eq!(exchanges.content_types(), [JSON]);
    }
}

/// A proxy or an aggregated server may answer in JSON, and is believed.
#[tokio::test(start_paused = true)]
async fn the_content_type_of_the_response_decides() {
    for (proxy, content_type) in [(Proxy::OnlyJson, JSON), (Proxy::None, PROTOBUF)] {
        for strategy in STRATEGIES {
            let server = new_server();
            create(&server, "a", &json!({ "k": "v" }));
            let (client, exchanges) = client_through(&server, proxy);
            let informer = config_maps(client).initial_list_strategy(strategy).start();
            informer.wait_for_sync().await.unwrap();
            change(&server, "a", &json!({ "k": "w" }));
            until(|| value(&informer, "a").as_deref() == Some("w")).await;
            assert!(exchanges.content_types().iter().all(|found| found.starts_with(content_type)));
            assert!(exchanges.all().iter().all(|exchange| exchange.accept == PROTOBUF_OR_JSON));
        }
    }
}

/// JSON that is not declared is still JSON. Protobuf that is not declared is reported.
#[tokio::test(start_paused = true)]
async fn a_response_without_a_content_type_is_json() {
    let server = new_server();
    let (client, _) = client_through(&server, Proxy::WithoutContentType);
    let informer = config_maps(client.clone()).wire_format(WireFormat::Json).start();
    informer.wait_for_sync().await.unwrap();
    let informer = config_maps(client).start();
    let error = informer.wait_for_sync().fail_fast().await.unwrap_err().to_string();
    assert!(error.contains("no content type"), "{error}");
}

/// One request is refused, not one for each list and watch.
#[tokio::test(start_paused = true)]
async fn a_refusal_is_remembered() {
    for status in [StatusCode::NOT_ACCEPTABLE, StatusCode::UNSUPPORTED_MEDIA_TYPE] {
        for strategy in STRATEGIES {
            let server = new_server();
            create(&server, "a", &json!({ "k": "v" }));
            let (client, exchanges) = client_through(&server, Proxy::Refusing(status));
            let informer = config_maps(client).initial_list_strategy(strategy).start();
            informer.wait_for_sync().await.unwrap();
            server.faults().on(RequestMatcher::watch("configmaps")).gone();
            server.drop_all_watches();
            change(&server, "a", &json!({ "k": "w" }));
            until(|| value(&informer, "a").as_deref() == Some("w")).await;
            let refused =
                exchanges.all().iter().filter(|exchange| exchange.status == status.as_u16()).count();
            assert_eq!(refused, 1, "{strategy:?}: {:?}", exchanges.all());
            assert_eq!(exchanges.content_types(), [JSON]);
        }
    }
}

/// If JSON is refused, too, it is an error as any other.
#[tokio::test(start_paused = true)]
async fn a_refusal_of_json_is_an_error() {
    let server = new_server();
    server.faults().on(RequestMatcher::list("configmaps")).always().status(406);
    let (client, exchanges) = client(&server);
    let informer = config_maps(client).initial_list_strategy(InitialListStrategy::List).start();
    let error = informer.wait_for_sync().fail_fast().await.unwrap_err().to_string();
    assert!(error.contains("406 NotAcceptable"), "{error}");
    assert_eq!(exchanges.refused(), 2, "{:?}", exchanges.all());
}
