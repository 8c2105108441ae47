//! Kinds that are known only at run time, when a part of what finds them fails.

mod support;

use std::time::Duration;

use kube::core::GroupVersionKind;
use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Verb};
use reflector_runtime::{InformerSet, KindSelector, SetError, discovery::discover};
use serde_json::{Value, json};
use support::{crd_of as crd, gvk, install, uninstall, until};

/// An aggregated API server that is down: its groups are in the answer, without their kinds. Their informers go on, and
/// other kinds come and go.
#[tokio::test(start_paused = true)]
async fn an_aggregated_api_server_that_is_down_stops_nothing() {
    let server = ApiServer::builder().seed(7).build();
    install(&server, "Widget");
    let set = InformerSet::new(server.client());
    let kinds = set.follow_kinds().all().start();
    kinds.wait_for_discovery().await.unwrap();
    let widgets = kinds.get(&gvk("Widget")).unwrap();
    widgets.wait_for_sync().await.unwrap();
    // Aggregated discovery: the kinds of `example.com` are missing, and there is a new kind.
    let thing = json!({
        "resource": "things", "singularResource": "thing", "scope": "Cluster", "verbs": ["list", "watch"],
        "responseKind": { "group": "other.com", "version": "v1", "kind": "Thing" },
    });
    let group = |name: &str, freshness: &str, resources: &[Value]| {
        let version = json!({ "version": "v1", "freshness": freshness, "resources": resources });
        json!({ "metadata": { "name": name }, "versions": [version] })
    };
    let document = json!({
        "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {},
        "items": [group("example.com", "Stale", &[]), group("other.com", "Current", &[thing])],
    });
    let down = server
        .faults()
        .on(RequestMatcher::verb(Verb::NonResource))
        .always()
        .answer(Answer::json(200, &document));
    server.install_crd(crd("other.com", "Thing", "Cluster")).unwrap();
    let thing = GroupVersionKind::gvk("other.com", "v1", "Thing");
    until(|| kinds.get(&thing).is_some()).await;
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert!(widgets.is_synced() && kinds.get(&gvk("Widget")).is_some());
    assert!(kinds.last_error().is_some_and(|error| error.to_string().contains("of example.com")));
    let error = discover(&server.client(), &[KindSelector::All]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "could not read the served kinds of example.com: their API servers do not answer"
    );
    down.remove();
    uninstall(&server, "Widget");
    until(|| kinds.get(&gvk("Widget")).is_none()).await;
    assert!(kinds.last_error().is_none());
}

/// The options of one kind panic: that kind is reported, and the others are followed.
#[tokio::test(start_paused = true)]
async fn a_panic_of_the_options_rejects_only_its_kind() {
    let server = ApiServer::builder().seed(7).build();
    install(&server, "Widget");
    install(&server, "Gadget");
    let set = InformerSet::new(server.client());
    let options = |builder, kind: &reflector_runtime::discovery::ServedKind| {
        if kind.resource.kind == "Gadget" {
            std::panic::resume_unwind(Box::new(()));
        }
        builder
    };
    let kinds = set.follow_kinds().group("example.com").options(options).start();
    kinds.wait_for_discovery().await.unwrap();
    assert!(kinds.get(&gvk("Widget")).is_some());
    let [(gadget, SetError::OptionsPanicked { kind })] = &kinds.rejected()[..] else {
        panic!("{:?}", kinds.rejected());
    };
    assert_eq!((gadget.resource.kind.as_str(), kind.as_str()), ("Gadget", "Gadget"));
    uninstall(&server, "Widget");
    until(|| kinds.get(&gvk("Widget")).is_none()).await;
}
