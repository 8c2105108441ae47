//! Kinds that are known only at run time, and that come and go.

mod support;

use std::time::Duration;

use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use reflector_runtime::{
    DynamicScope, Health, Informer, InformerSet, KindEvent, KindFollower, KindSelector, ListLimiter, Scope,
    SetError,
    discovery::{discover, is_served},
};
use support::{Widget, crd_of as crd, create, gvk, install, open_requests, uninstall, until};
use tokio::time::Instant;

/// What "within seconds" means: the server's discovery has no delay here.
const SOON: Duration = Duration::from_secs(1);

async fn next(kinds: &mut KindFollower) -> (String, Option<Informer<DynamicObject, DynamicScope>>) {
    let event = tokio::time::timeout(Duration::from_secs(1000), kinds.next()).await.expect("an event");
    match event.expect("the follower runs") {
        KindEvent::Served { kind, informer } => (format!("served {}", kind.resource.kind), Some(informer)),
        KindEvent::Gone { kind } => (format!("gone {}", kind.resource.kind), None),
    }
}

async fn next_text(kinds: &mut KindFollower) -> String {
    next(kinds).await.0
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_a_group_is_followed_while_it_is_served() {
    let server = ApiServer::builder().seed(7).build();
    install(&server, "Widget");
    server.install_crd(crd("other.com", "Thing", "Namespaced")).unwrap();
    create(&server, "a", "red");
    let set = InformerSet::new(server.client());
    let mut kinds = set.follow_kinds().group("example.com").start();
    kinds.wait_for_discovery().await.unwrap();
    let (event, widgets) = next(&mut kinds).await;
    let widgets = widgets.unwrap();
    assert_eq!(event, "served Widget");
    set.wait_for_sync().await.unwrap();
    assert_eq!(widgets.lister().len(), 1);
    assert!(kinds.try_next().is_none());

    // Another kind is installed.
    tokio::time::sleep(Duration::from_secs(600)).await;
    let begin = Instant::now();
    install(&server, "Gadget");
    assert_eq!(next_text(&mut kinds).await, "served Gadget");
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    let gadgets = kinds.get(&gvk("Gadget")).unwrap();
    gadgets.wait_for_sync().await.unwrap();
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    assert_eq!(
        kinds.kinds().iter().map(|(kind, _)| kind.resource.kind.as_str()).collect::<Vec<_>>(),
        ["Gadget", "Widget"]
    );

    // One is removed: its informer stops, and its objects are delivered as deletions before.
    let mut events = widgets.subscribe();
    assert_eq!(events.next().await.unwrap().name(), "Added");
    let begin = Instant::now();
    uninstall(&server, "Widget");
    assert_eq!(next_text(&mut kinds).await, "gone Widget");
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    assert_eq!(events.next().await.unwrap().name(), "Deleted");
    let end = tokio::time::timeout(Duration::from_secs(1000), events.next());
    assert!(end.await.expect("the informer of a kind that is gone has stopped").is_none());
    assert_eq!(*widgets.health().borrow(), Health::Stopped);
    assert!(kinds.get(&gvk("Widget")).is_none());
    assert_eq!(set.health().kinds.len(), 1, "a kind that is gone is not missing: {}", set.health());
    assert!(set.health().is_synced());

    // It comes back, long after.
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let before = server.requests().len();
    tokio::time::sleep(Duration::from_secs(300)).await;
    let idle = server.requests().len() - before;
    assert!(idle < 60, "{idle} requests in five idle minutes");
    let begin = Instant::now();
    install(&server, "Widget");
    create(&server, "b", "red");
    let (event, widgets) = next(&mut kinds).await;
    assert_eq!(event, "served Widget");
    let widgets = widgets.unwrap();
    widgets.wait_for_sync().await.unwrap();
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    assert_eq!(widgets.lister().len(), 1);

    // Dropping the follower stops everything that has no other user.
    drop((kinds, gadgets, events));
    until(|| open_requests(&server).len() == 1).await;
    assert!(widgets.is_synced());
    drop(widgets);
    until(|| open_requests(&server).is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn one_kind_is_followed_by_group_version_and_kind() {
    let server = ApiServer::builder().seed(7).build();
    let set = InformerSet::new(server.client());
    let mut kinds = set
        .follow_kinds()
        .kind(gvk("Widget"))
        .kind(GroupVersionKind::gvk("", "v1", "ConfigMap"))
        .options(|builder, kind| {
            assert_eq!(kind.scope, Scope::Namespaced);
            builder.namespaces(["default", "other"])
        })
        .start();
    assert_eq!(next_text(&mut kinds).await, "served ConfigMap");
    assert!(!set.is_served(&gvk("Widget")).await.unwrap());
    install(&server, "Gadget");
    install(&server, "Widget");
    let (event, widgets) = next(&mut kinds).await;
    assert_eq!(event, "served Widget", "a Gadget is not selected");
    create(&server, "a", "red");
    let widgets = widgets.unwrap();
    until(|| widgets.lister().len() == 1).await;
    assert_eq!(widgets.namespace_health().len(), 2);
    assert!(set.is_served(&gvk("Widget")).await.unwrap());
    // A kind that comes and goes unseen is not reported.
    uninstall(&server, "Widget");
    until(|| kinds.get(&gvk("Widget")).is_none()).await;
    install(&server, "Widget");
    until(|| kinds.get(&gvk("Widget")).is_some()).await;
    assert_eq!(next_text(&mut kinds).await, "gone Widget");
    assert_eq!(next_text(&mut kinds).await, "served Widget");
    assert!(kinds.try_next().is_none());
}

#[tokio::test(start_paused = true)]
async fn all_kinds_can_be_followed_with_exceptions() {
    let server = ApiServer::builder().seed(7).build();
    server.install_crd(crd("other.com", "Thing", "Cluster")).unwrap();
    let set = InformerSet::new(server.client());
    let kinds = set
        .follow_kinds()
        .all()
        .exclude(KindSelector::Kind(GroupVersionKind::gvk("", "v1", "Event")))
        .exclude(KindSelector::Group("events.k8s.io".into()))
        .start();
    kinds.wait_for_discovery().await.unwrap();
    let followed: Vec<String> = kinds.kinds().into_iter().map(|(kind, _)| kind.resource.kind).collect();
    assert!(followed.len() >= 10, "all kinds of the server: {followed:?}");
    for kind in ["Pod", "Secret", "Thing", "CustomResourceDefinition", "Namespace"] {
        assert!(followed.iter().any(|followed| followed == kind), "{kind} is missing: {followed:?}");
    }
    assert!(!followed.iter().any(|kind| kind == "Event"), "{followed:?}");
    set.wait_for_sync().await.unwrap();
    let thing = kinds.kinds().into_iter().find(|(kind, _)| kind.resource.kind == "Thing").unwrap();
    assert_eq!(thing.0.scope, Scope::Cluster);
    install(&server, "Widget");
    until(|| kinds.get(&gvk("Widget")).is_some()).await;
}

/// A failure of discovery is no reason to stop an informer.
#[tokio::test(start_paused = true)]
async fn a_failed_discovery_stops_nothing() {
    let server = ApiServer::builder().seed(7).build();
    install(&server, "Widget");
    let set = InformerSet::new(server.client());
    let mut kinds = set.follow_kinds().group("example.com").start();
    assert_eq!(next_text(&mut kinds).await, "served Widget");
    set.wait_for_sync().await.unwrap();
    // Every request that is not for a resource fails, as with an aggregated API server that is down.
    let down = server.faults().on(RequestMatcher::verb(Verb::NonResource)).always().status(500);
    install(&server, "Gadget");
    until(|| kinds.last_error().is_some()).await;
    let text = kinds.last_error().unwrap().to_string();
    assert!(text.starts_with("could not read the served kinds: "), "{text}");
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(kinds.try_next().is_none() && kinds.get(&gvk("Widget")).unwrap().is_synced());
    down.remove();
    assert_eq!(next_text(&mut kinds).await, "served Gadget");
    assert!(kinds.last_error().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_discovery_is_an_error() {
    let server = ApiServer::builder().seed(7).build();
    server.faults().on(RequestMatcher::verb(Verb::NonResource)).always().status(500);
    let set = InformerSet::new(server.client());
    let kinds = set.follow_kinds().group("example.com").start();
    let error = kinds.wait_for_discovery().await.unwrap_err().expect("a failure");
    assert!(error.to_string().contains("could not read the served kinds"), "{error}");
    assert!(set.is_served(&gvk("Widget")).await.is_err());
}

/// Without the RBAC rule for CRDs, discovery is read every few seconds.
#[tokio::test(start_paused = true)]
async fn kinds_are_noticed_within_seconds_without_a_watch_of_crds() {
    let server = ApiServer::builder().seed(7).build();
    for verb in [Verb::List, Verb::Watch] {
        server.deny(verb, "customresourcedefinitions", None);
    }
    let set = InformerSet::new(server.client());
    let mut kinds = set.follow_kinds().group("example.com").start();
    kinds.wait_for_discovery().await.unwrap();
    tokio::time::sleep(Duration::from_secs(100)).await;
    let begin = Instant::now();
    install(&server, "Widget");
    assert_eq!(next_text(&mut kinds).await, "served Widget");
    assert!(begin.elapsed() <= Duration::from_secs(5), "{:?}", begin.elapsed());
    set.wait_for_sync().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_optional_crd_is_awaited() {
    let server = ApiServer::builder().seed(7).build();
    let set = InformerSet::new(server.client());
    assert!(!is_served(&server.client(), &gvk("Widget")).await.unwrap());
    let waiting = tokio::spawn({
        let set = set.clone();
        async move {
            set.wait_until_served(&gvk("Widget")).await;
            set.get::<Widget>().unwrap()
        }
    });
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert!(!waiting.is_finished());
    let begin = Instant::now();
    install(&server, "Widget");
    let widgets = waiting.await.unwrap();
    widgets.wait_for_sync().await.unwrap();
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    // At once if it is served.
    set.wait_until_served(&gvk("Widget")).await;
}

/// Followers share informers with each other, and not with users who request the kind themselves.
#[tokio::test(start_paused = true)]
async fn followers_share_informers() {
    let server = ApiServer::builder().seed(7).build();
    install(&server, "Widget");
    let set = InformerSet::builder(server.client()).list_limiter(ListLimiter::new(1)).build();
    let mut one = set.follow_kinds().group("example.com").start();
    let mut other = set.follow_kinds().kind(gvk("Widget")).start();
    let (_, from_one) = next(&mut one).await;
    assert_eq!(next_text(&mut other).await, "served Widget");
    drop(from_one);
    let own = set.get_dynamic(&ApiResource::from_gvk_with_plural(&gvk("Widget"), "widgets")).unwrap();
    set.wait_for_sync().await.unwrap();
    assert_eq!(set.health().kinds.len(), 2);
    uninstall(&server, "Widget");
    assert_eq!(next_text(&mut one).await, "gone Widget");
    assert_eq!(next_text(&mut other).await, "gone Widget");
    assert_ne!(*own.health().borrow(), Health::Stopped);
    install(&server, "Widget");
    assert_eq!(next_text(&mut one).await, "served Widget");
    assert_eq!(next_text(&mut other).await, "served Widget");
    until(|| own.is_synced()).await;
}

/// A typed informer of a missing CRD waits up to a minute between attempts. A follower ends that wait.
#[tokio::test(start_paused = true)]
async fn a_typed_informer_is_retried_when_its_kind_is_served() {
    let server = ApiServer::builder().seed(7).build();
    let set = InformerSet::new(server.client());
    let typed = set.get_with::<Widget>(|widgets| widgets.namespace("default")).unwrap();
    let several = set.get_with::<Widget>(|widgets| widgets.namespaces(["default", "other"])).unwrap();
    let kinds = set.follow_kinds().group("example.com").start();
    // Until the backoff has grown.
    let is_long = |health: &Health| matches!(health, Health::Degraded { failures: 9.., .. });
    typed.health().wait_for(is_long).await.unwrap();
    several.health().wait_for(is_long).await.unwrap();
    let begin = Instant::now();
    install(&server, "Widget");
    create(&server, "a", "red");
    until(|| typed.is_synced() && several.is_synced()).await;
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    assert_eq!(typed.lister().len() + several.lister().len(), 2);
    // By hand.
    drop(kinds);
    let down = server.faults().on(RequestMatcher::any()).always().status(500);
    server.drop_all_watches();
    typed.health().wait_for(is_long).await.unwrap();
    down.remove();
    create(&server, "b", "red");
    let begin = Instant::now();
    typed.retry_now();
    until(|| typed.lister().len() == 2).await;
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
}

/// Followers of one set share informers, so they cannot ask for different settings.
#[tokio::test(start_paused = true)]
async fn a_kind_that_cannot_be_followed_is_reported() {
    let server = ApiServer::builder().seed(7).build();
    install(&server, "Widget");
    let set = InformerSet::new(server.client());
    let one = set.follow_kinds().group("example.com").start();
    one.wait_for_discovery().await.unwrap();
    let other = set.follow_kinds().group("example.com").options(|kinds, _| kinds.page_size(7)).start();
    other.wait_for_discovery().await.unwrap();
    let rejected = other.rejected();
    assert!(matches!(&rejected[..], [(kind, SetError::Conflict { .. })] if kind.resource.kind == "Widget"));
    assert!(other.kinds().is_empty() && one.kinds().len() == 1);
    // Once the other one is gone, it is followed at the next discovery.
    drop(one);
    until(|| other.kinds().len() == 1).await;
    assert!(other.rejected().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_follower_ends_with_its_set() {
    let server = ApiServer::builder().seed(7).build();
    install(&server, "Widget");
    let set = InformerSet::new(server.client());
    let mut kinds = set.follow_kinds().group("example.com").start();
    let (_, widgets) = next(&mut kinds).await;
    set.shutdown().await;
    assert_eq!(*widgets.unwrap().health().borrow(), Health::Stopped);
    install(&server, "Gadget");
    until(|| kinds.try_next().is_none()).await;
    let ended =
        tokio::time::timeout(Duration::from_secs(1000), async { while kinds.next().await.is_some() {} });
    ended.await.expect("the follower has ended");
    until(|| open_requests(&server).is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn kinds_that_cannot_be_watched_are_not_selected() {
    let server = ApiServer::builder().seed(7).build();
    install(&server, "Widget");
    let selectors = [KindSelector::Group(String::new()), KindSelector::Group("example.com".into())];
    let kinds = discover(&server.client(), &selectors).await.unwrap();
    let plurals: Vec<&str> = kinds.iter().map(|kind| kind.resource.plural.as_str()).collect();
    assert!(plurals.contains(&"pods") && plurals.contains(&"widgets"), "{plurals:?}");
    assert!(
        plurals.iter().all(|plural| !plural.contains('/') && *plural != "componentstatuses"),
        "{plurals:?}"
    );
    assert!(discover(&server.client(), &[KindSelector::Group("gone.com".into())]).await.unwrap().is_empty());
}
