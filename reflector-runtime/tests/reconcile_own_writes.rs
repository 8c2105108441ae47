//! Waiting for own writes: with predicates, deletions, selectors, other versions, and several caches of a resource.

mod support;

use std::{sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::ConfigMap;
use kube::core::ObjectMeta;
use parking_lot::Mutex;
use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::{
    InformerExt as _, InitialListStrategy, Overlay, Reflect as _,
    reconcile::{Context, Next, Reconciler, Report},
};
use serde_json::{Value, json};
use support::{Widget, create, paint, server, until};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// When each run started, in seconds, and what it saw.
type Runs = Arc<Mutex<Vec<(u64, String)>>>;

/// Runs `write` in the first run of a key, waits for what it returns, and logs what `read` returns in each run.
fn start(
    reconciler: Reconciler<Widget>,
    read: impl Fn(&Context<Widget>) -> String + Send + Sync + 'static,
    write: impl Fn() -> (&'static str, &'static str, ObjectMeta) + Send + Sync + 'static,
) -> Runs {
    let runs = Runs::default();
    let start = Instant::now();
    let reconcile = {
        let runs = runs.clone();
        move |context: Context<Widget>, _| {
            let is_first = runs.lock().is_empty();
            runs.lock().push((start.elapsed().as_secs(), read(&context)));
            let waits = !is_first || {
                let (group, kind, written) = write();
                context.wait_for_own_write_of(group, kind, &written).is_ok()
            };
            async move { if waits { Ok(Next::Done) } else { Err("not watched") } }
        }
    };
    tokio::spawn(reconciler.run(reconcile, std::future::pending()));
    runs
}

fn metadata(object: &Value) -> ObjectMeta {
    serde_json::from_value(object["metadata"].clone()).expect("metadata")
}

fn reconciler(server: &ApiServer) -> Reconciler<Widget> {
    Reconciler::new(&Widget::informer(server.client()).start()).own_write_timeout(HOUR)
}

fn annotate(server: &ApiServer, value: &str) -> Value {
    let patch = json!({ "metadata": { "annotations": { "seen": value } } });
    server.merge_patch("example.com/v1", "widgets", Some("default"), "a", &patch).expect("patched")
}

/// A controller that writes to its object in each run would otherwise run forever.
#[tokio::test(start_paused = true)]
async fn an_own_write_that_the_predicates_ignore_causes_no_run() {
    let server = server();
    create(&server, "a", "red");
    let color_changed = |event: &reflector_runtime::Event<Widget>| match event {
        reflector_runtime::Event::Updated { old, new, .. } => old.spec.color != new.spec.color,
        _ => true,
    };
    let runs = Arc::new(Mutex::new(0_u32));
    let reconcile = {
        let (runs, server) = (runs.clone(), server.clone());
        move |context: Context<Widget>, _| {
            *runs.lock() += 1;
            // A failure ends a loop without a delay, in which the time of the test does not pass.
            assert!(*runs.lock() < 100, "the own writes cause runs");
            let written = annotate(&server, &runs.lock().to_string());
            let waits = context.wait_for_own_write_of("example.com", "Widget", &metadata(&written));
            async move { waits.map(|()| Next::Done) }
        }
    };
    tokio::spawn(reconciler(&server).on(color_changed).run(reconcile, std::future::pending()));
    until(|| *runs.lock() == 1).await;
    sleep(HOUR).await;
    assert_eq!(*runs.lock(), 1, "the own write caused a run");
    paint(&server, "a", "blue");
    until(|| *runs.lock() == 2).await;
    sleep(HOUR).await;
    assert_eq!(*runs.lock(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_object_and_one_that_leaves_the_selector_are_awaited() {
    for deletes in [false, true] {
        let server = server();
        create(&server, "a", "red");
        let labels = json!({ "app": "x" });
        let map = json!({ "metadata": { "name": "m", "labels": labels } });
        server.create("v1", "configmaps", Some("default"), map).expect("created");
        let silent =
            server.faults().on(RequestMatcher::plain_watch("configmaps")).always().silence_after_events(0);
        let maps = ConfigMap::informer(server.client())
            .labels("app=x")
            .initial_list_strategy(InitialListStrategy::List)
            .start();
        let lister = maps.lister();
        let runs = start(reconciler(&server).owns(&maps), move |_| format!("{}", lister.len()), {
            let server = server.clone();
            move || {
                let written = if deletes {
                    // Some kinds return the object with the version of the deletion, which is the next one.
                    let map = server.get("v1", "configmaps", Some("default"), "m").expect("exists");
                    server.delete("v1", "configmaps", Some("default"), "m").expect("deleted");
                    let mut written = metadata(&map);
                    let version = written.resource_version.take().and_then(|version| version.parse().ok());
                    written.resource_version = version.map(|version: u64| (version + 1).to_string());
                    written
                } else {
                    let patch = json!({ "metadata": { "labels": { "app": "y" } } });
                    let written = server.merge_patch("v1", "configmaps", Some("default"), "m", &patch);
                    metadata(&written.expect("patched"))
                };
                ("", "ConfigMap", written)
            }
        });
        until(|| runs.lock().len() == 1).await;
        paint(&server, "a", "blue");
        sleep(20 * SECOND).await;
        assert_eq!(runs.lock().len(), 1, "the next run did not wait (deletes: {deletes})");
        silent.remove();
        until(|| runs.lock().len() == 2).await;
        let runs = runs.lock();
        assert_eq!(runs[1].1, "0", "{runs:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_that_cannot_be_compared_is_awaited_until_the_timeout() {
    let server = server();
    create(&server, "a", "red");
    let reports = Arc::new(Mutex::new(0));
    let reconciler = reconciler(&server).own_write_timeout(30 * SECOND).on_report({
        let reports = reports.clone();
        move |report| {
            if let Report::OwnWriteMissing { resource_version, .. } = report {
                assert_eq!(resource_version, "opaque");
                *reports.lock() += 1;
            }
        }
    });
    let runs = start(
        reconciler,
        |_| String::new(),
        || {
            let written = ObjectMeta {
                namespace: Some("default".into()),
                name: Some("a".into()),
                resource_version: Some("opaque".into()),
                ..ObjectMeta::default()
            };
            ("example.com", "Widget", written)
        },
    );
    until(|| runs.lock().len() == 1).await;
    paint(&server, "a", "blue");
    until(|| runs.lock().len() == 2).await;
    assert_eq!(*reports.lock(), 1);
    assert!((29..=31).contains(&runs.lock()[1].0), "{runs:?}");
    // The next run does not wait again.
    let start = Instant::now();
    paint(&server, "a", "green");
    until(|| runs.lock().len() == 3).await;
    assert!(start.elapsed() < SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_write_is_awaited_in_the_cache_that_contains_the_object() {
    let server = server();
    create(&server, "a", "red");
    for name in ["one", "two"] {
        server.create("v1", "namespaces", None, json!({ "metadata": { "name": name } })).expect("created");
    }
    let one = ConfigMap::informer(server.client()).namespace("one").start();
    // The events of the second namespace are late.
    let late = RequestMatcher::plain_watch("configmaps").namespace("two");
    let fault = server.faults().on(late).always().silence_after_events(0);
    let two = ConfigMap::informer(server.client())
        .namespace("two")
        .initial_list_strategy(InitialListStrategy::List)
        .start();
    let lister = two.lister();
    let runs = start(reconciler(&server).owns(&one).owns(&two), move |_| format!("{}", lister.len()), {
        let server = server.clone();
        move || {
            let map = |name: &str| json!({ "metadata": { "name": name } });
            let written = server.create("v1", "configmaps", Some("two"), map("m")).expect("created");
            // The first cache reaches a later version than the write.
            server.create("v1", "configmaps", Some("one"), map("n")).expect("created");
            ("", "ConfigMap", metadata(&written))
        }
    });
    until(|| runs.lock().len() == 1).await;
    sleep(10 * SECOND).await;
    paint(&server, "a", "blue");
    sleep(10 * SECOND).await;
    assert_eq!(runs.lock().len(), 1, "the next run did not wait: {runs:?}");
    fault.remove();
    until(|| runs.lock().len() == 2).await;
    assert_eq!(runs.lock()[1].1, "1");
}

/// The other way to read own writes: without a wait, through an overlay that all runs share.
#[tokio::test(start_paused = true)]
async fn an_overlay_shows_an_own_write_to_the_next_run_without_a_wait() {
    let server = server();
    create(&server, "a", "red");
    let silent = server.faults().on(RequestMatcher::plain_watch("widgets")).always().silence_after_events(0);
    let widgets = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    let overlay = Arc::new(Overlay::new(widgets.lister().store().clone()));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let reconcile = {
        let (overlay, seen, server) = (overlay.clone(), seen.clone(), server.clone());
        move |context: Context<Widget>, _| {
            let cached = context.object().map(|widget| widget.spec.color.clone());
            let read =
                overlay.get(context.key()).map(|widget| widget.map(|widget| widget.spec.color.clone()));
            let is_first = seen.lock().is_empty();
            seen.lock().push((cached, read.expect("versions are comparable")));
            if is_first {
                paint(&server, "a", "blue");
                let written = server.get("example.com/v1", "widgets", Some("default"), "a").expect("exists");
                let written: Widget = serde_json::from_value(written).expect("a widget");
                overlay.insert(Arc::new(written)).expect("versions are comparable");
            }
            async move { Ok::<_, &str>(if is_first { Next::AtOnce } else { Next::Done }) }
        }
    };
    tokio::spawn(Reconciler::new(&widgets).run(reconcile, std::future::pending()));
    until(|| seen.lock().len() == 2).await;
    let color = |color: &str| Some(color.to_owned());
    assert_eq!(*seen.lock(), [(color("red"), color("red")), (color("red"), color("blue"))]);
    silent.remove();
    until(|| overlay.pending().expect("versions are comparable") == 0).await;
}
