//! Failures and limits in protobuf: as in JSON.

use std::sync::atomic::{AtomicUsize, Ordering};

use kube::core::ObjectMeta;
use reflector_apiserver::{RequestMatcher, Status, Verb};
use reflector_runtime::{DecodeError, InvalidObject, ReflectorError, ResourceTypeParts, Scope, Skipped};
use serde::Deserialize;

use super::*;
use crate::support::{ErrorLog, until};

/// A config map whose data are numbers.
#[derive(Debug, Deserialize)]
struct Numbers {
    metadata: ObjectMeta,
    #[serde(default)]
    data: BTreeMap<String, Number>,
}

/// A number as text.
#[derive(Debug)]
struct Number(u32);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // The message quotes the value.
        text.parse().map(Self).map_err(|_| serde::de::Error::custom(format!("`{text}` is no number")))
    }
}

fn numbers() -> ResourceType<Numbers> {
    ResourceType::new(ResourceTypeParts {
        group: "",
        version: "v1",
        kind: "ConfigMap",
        plural: "configmaps",
        scope: Scope::Namespaced,
        metadata: |numbers: &Numbers| &numbers.metadata,
        clone: None,
        indexes: &[],
    })
}

/// The last skipped object.
fn invalid(skipped: &Skipped) -> InvalidObject {
    match skipped.last.as_deref() {
        Some(ReflectorError::InvalidObject { invalid, .. }) => invalid.clone(),
        other => panic!("{other:?}"),
    }
}

/// The skipped objects of an informer, as text.
async fn skipped(format: WireFormat, strategy: InitialListStrategy) -> Vec<String> {
    let server = new_server();
    for (name, value) in [("a", "1"), ("b", "hunter2"), ("c", "3")] {
        create(&server, name, &json!({ "k": value }));
    }
    let (client, _) = client(&server);
    let errors = ErrorLog::default();
    let informer = InformerBuilder::<Numbers, Namespaced>::new(client, numbers())
        .namespace("default")
        .wire_format(format)
        .initial_list_strategy(strategy)
        .on_error(errors.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    let read = |name: &str| Some(informer.lister().get("default", name)?.data["k"].0);
    assert_eq!([read("a"), read("b"), read("c")], [Some(1), None, Some(3)]);
    // The last good copy remains.
    change(&server, "a", &json!({ "k": "hunter2" }));
    change(&server, "b", &json!({ "k": "2" }));
    until(|| read("b") == Some(2)).await;
    assert_eq!(read("a"), Some(1));
    let mut lines: Vec<String> = errors.all();
    lines.sort();
    assert!(!lines.join("\n").contains("hunter2"), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("default/b: field `data.k`:")), "{lines:?}");
    lines
}

#[tokio::test(start_paused = true)]
async fn an_object_that_does_not_fit_the_type_is_reported_as_in_json() {
    for strategy in STRATEGIES {
        let protobuf = skipped(WireFormat::Automatic, strategy).await;
        assert_eq!(protobuf, skipped(WireFormat::Json, strategy).await, "{strategy:?}");
    }
}

/// A server that encodes a field otherwise: the key is known, and the others are read.
#[tokio::test(start_paused = true)]
async fn an_object_that_is_not_its_message_is_skipped_by_key() {
    for strategy in STRATEGIES {
        let server = new_server();
        for name in ["a", "b"] {
            create(&server, name, &json!({ "k": "v" }));
        }
        server.faults().on(RequestMatcher::resource("configmaps")).always().replace_value(
            "a",
            "/data/k",
            json!(7),
        );
        let informer = config_maps(server.client()).initial_list_strategy(strategy).start();
        informer.wait_for_sync().await.unwrap();
        assert_eq!(value(&informer, "b").as_deref(), Some("v"));
        let skipped = informer.skipped();
        assert_eq!(skipped.count, 1);
        let last = invalid(&skipped);
        assert_eq!(last.key.as_ref().map(ToString::to_string).as_deref(), Some("default/a"));
        assert!(matches!(&last.error, DecodeError::MalformedProtobuf { path } if path == "data"), "{last}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_over_the_limit_is_skipped_in_lists_and_watches() {
    for strategy in STRATEGIES {
        let server = new_server();
        create(&server, "a", &json!({ "k": "x".repeat(200_000) }));
        create(&server, "b", &json!({ "k": "v" }));
        let informer =
            config_maps(server.client()).initial_list_strategy(strategy).max_object_bytes(50_000).start();
        informer.wait_for_sync().await.unwrap();
        assert_eq!((informer.skipped().count, informer.lister().get("default", "b").is_some()), (1, true));
        change(&server, "a", &json!({ "k": "y".repeat(200_000) }));
        change(&server, "b", &json!({ "k": "w" }));
        until(|| value(&informer, "b").as_deref() == Some("w")).await;
        let skipped = informer.skipped();
        let last = invalid(&skipped);
        assert_eq!(last.key.as_ref().map(ToString::to_string).as_deref(), Some("default/a"));
        assert_eq!(last.error, DecodeError::TooLong { limit: 50_000 });
        change(&server, "a", &json!({ "k": "short" }));
        until(|| value(&informer, "a").as_deref() == Some("short")).await;
    }
}

/// The limit is that of the object, not of the event around it.
#[tokio::test(start_paused = true)]
async fn the_limit_is_the_same_in_lists_and_watches() {
    let server = new_server();
    create(&server, "a", &json!({ "k": "v" }));
    let fits = async |limit: usize, strategy| {
        let informer =
            config_maps(server.client()).initial_list_strategy(strategy).max_object_bytes(limit).start();
        informer.wait_for_sync().await.unwrap();
        informer.lister().get("default", "a").is_some()
    };
    let mut limits = [0, 0];
    for (limit, strategy) in
        limits.iter_mut().zip([InitialListStrategy::List, InitialListStrategy::WatchList])
    {
        for bytes in 1..4096 {
            if fits(bytes, strategy).await {
                *limit = bytes;
                break;
            }
        }
    }
    assert!(limits[0] > 0 && limits[0] == limits[1], "{limits:?}");
}

#[tokio::test(start_paused = true)]
async fn statuses_are_read_in_errors_and_in_watches() {
    let server = new_server();
    create(&server, "a", &json!({ "k": "v" }));
    server.deny(Verb::List, "configmaps", None);
    let (client, exchanges) = client(&server);
    let informer = config_maps(client).initial_list_strategy(InitialListStrategy::List).start();
    let error = informer.wait_for_sync().fail_fast().await.unwrap_err().to_string();
    assert!(error.contains("403 Forbidden: configmaps is forbidden"), "{error}");
    assert_eq!(exchanges.all()[0].content_type, PROTOBUF);
    server.allow_everything();
    until(|| value(&informer, "a").is_some()).await;
    informer.shutdown().await;

    // 410 within a watch: everything is listed again.
    let (client, exchanges) = self::client(&server);
    let errors = ErrorLog::default();
    let informer =
        config_maps(client).initial_list_strategy(InitialListStrategy::List).on_error(errors.hook()).start();
    informer.wait_for_sync().await.unwrap();
    let expired = Status::expired("too old resource version: 1 (2)");
    server.faults().on(RequestMatcher::watch("configmaps")).error_event_after(0, &expired);
    server.drop_all_watches();
    change(&server, "a", &json!({ "k": "w" }));
    until(|| value(&informer, "a").as_deref() == Some("w")).await;
    assert_eq!(exchanges.all().iter().filter(|exchange| !exchange.is_watch).count(), 2);
    assert_eq!(exchanges.content_types(), [PROTOBUF, PROTOBUF_WATCH]);
    let other = Status::for_code(500);
    server.faults().on(RequestMatcher::watch("configmaps")).error_event_after(0, &other);
    server.drop_all_watches();
    until(|| errors.contains("500 InternalError")).await;
    assert!(errors.contains("410 Expired"), "{:?}", errors.all());
}

/// The version that is already cached is not decoded again.
#[tokio::test(start_paused = true)]
async fn a_relist_decodes_only_what_has_changed() {
    static DECODED: AtomicUsize = AtomicUsize::new(0);
    let server = new_server();
    for name in ["a", "b", "c"] {
        create(&server, name, &json!({ "k": "v" }));
    }
    let (client, exchanges) = client(&server);
    let informer = config_maps(client)
        .initial_list_strategy(InitialListStrategy::List)
        .transform(|_| {
            DECODED.fetch_add(1, Ordering::Relaxed);
        })
        .start();
    informer.wait_for_sync().await.unwrap();
    let listed = informer.lister().len();
    assert_eq!(DECODED.load(Ordering::Relaxed), listed);
    server.faults().on(RequestMatcher::watch("configmaps")).gone();
    server.drop_all_watches();
    change(&server, "b", &json!({ "k": "w" }));
    until(|| value(&informer, "b").as_deref() == Some("w")).await;
    assert_eq!(exchanges.all().iter().filter(|exchange| !exchange.is_watch).count(), 2);
    assert_eq!(DECODED.load(Ordering::Relaxed), listed + 1);
}

/// A watch continues from a bookmark: the versions between are compacted.
#[tokio::test(start_paused = true)]
async fn a_watch_continues_from_a_bookmark() {
    let server = new_server();
    create(&server, "a", &json!({ "k": "v" }));
    let (client, exchanges) = client(&server);
    let informer = config_maps(client).initial_list_strategy(InitialListStrategy::List).start();
    informer.wait_for_sync().await.unwrap();
    for number in 0..5 {
        let other = json!({ "metadata": { "name": format!("other-{number}") } });
        server.create("v1", "configmaps", Some("kube-system"), other).unwrap();
    }
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    server.send_bookmarks();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    server.compact();
    server.drop_all_watches();
    change(&server, "a", &json!({ "k": "w" }));
    until(|| value(&informer, "a").as_deref() == Some("w")).await;
    assert_eq!(exchanges.all().iter().filter(|exchange| !exchange.is_watch).count(), 1, "no second list");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_an_event_is_an_error() {
    let server = new_server();
    create(&server, "a", &json!({ "k": "v" }));
    let errors = ErrorLog::default();
    let informer = config_maps(server.client()).on_error(errors.hook()).start();
    informer.wait_for_sync().await.unwrap();
    let watch = || server.faults().on(RequestMatcher::plain_watch("configmaps"));
    watch().malformed_line_after(0);
    server.drop_all_watches();
    until(|| errors.contains("not a response of a Kubernetes API server")).await;
    watch().endless_line_after(0);
    server.drop_all_watches();
    tokio::time::sleep(std::time::Duration::from_secs(120)).await;
    // An event of a type that the API does not define is skipped.
    watch().unknown_event_after(0, &json!({ "metadata": { "name": "a", "resourceVersion": "1" } }));
    server.drop_all_watches();
    change(&server, "a", &json!({ "k": "w" }));
    until(|| value(&informer, "a").as_deref() == Some("w")).await;
    assert!(informer.health().borrow().is_synced() || errors.contains("RENAMED"));
}

/// A server that ignores `watch=true`.
#[tokio::test(start_paused = true)]
async fn a_list_in_place_of_a_watch_is_reported() {
    let server = new_server();
    let (client, _) = {
        let (server, unused) = (server.clone(), Exchanges::default());
        let service = tower::service_fn(move |mut request: Request<Body>| {
            let mut server = server.clone();
            async move {
                let listed = request.uri().to_string().replace("watch=true", "watch=false");
                *request.uri_mut() = listed.parse().unwrap();
                server.call(request).await
            }
        });
        (Client::new(service, "default"), unused)
    };
    let informer = config_maps(client).initial_list_strategy(InitialListStrategy::List).start();
    until(|| informer.last_error().is_some()).await;
    let text = informer.last_error().unwrap().to_string();
    assert!(text.contains("ConfigMapList instead of watch events"), "{text}");
}
