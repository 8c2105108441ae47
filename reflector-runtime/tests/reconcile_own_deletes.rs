//! Waiting for own deletes: objects without and with finalizers, objects that the cache has not shown yet, and successors.

mod support;

use std::{sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::ConfigMap;
use kube::core::ObjectMeta;
use parking_lot::Mutex;
use reflector_apiserver::{ApiServer, Fault, RequestMatcher};
use reflector_runtime::{
    Informer, InformerExt as _, InitialListStrategy, Reflect as _,
    reconcile::{Context, Next, OwnWriteError, Reconciler, Report},
};
use serde_json::{Value, json};
use support::{Widget, create, paint, server, until};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// A server with a widget, a reconciler of widgets that owns `ConfigMap`s, and the watch of these, which is held back.
struct World {
    server: ApiServer,
    maps: Informer<ConfigMap>,
    held_back: Fault,
    /// What each run saw.
    runs: Arc<Mutex<Vec<String>>>,
    began: Instant,
}

impl World {
    /// In the first run, `delete` makes its requests, and the object that it returns is awaited as deleted.
    fn start(
        map: Value,
        configure: impl FnOnce(Reconciler<Widget>) -> Reconciler<Widget>,
        delete: impl Fn(&ApiServer) -> ObjectMeta + Send + Sync + 'static,
    ) -> Self {
        let server = server();
        create(&server, "a", "red");
        if !map.is_null() {
            server.create("v1", "configmaps", Some("default"), map).expect("created");
        }
        let watch = RequestMatcher::plain_watch("configmaps");
        let held_back = server.faults().on(watch).always().silence_after_events(0);
        let strategy = InitialListStrategy::List;
        let maps = ConfigMap::informer(server.client()).initial_list_strategy(strategy).start();
        let widgets = Widget::informer(server.client()).start();
        let reconciler = configure(Reconciler::new(&widgets).owns(&maps).own_write_timeout(HOUR));
        let runs = Arc::new(Mutex::new(Vec::new()));
        let reconcile = {
            let (runs, server, lister) = (runs.clone(), server.clone(), maps.lister());
            move |context: Context<Widget>, _| {
                let shown = lister.list().iter().map(|map| show(map)).collect::<Vec<_>>().join(", ");
                let is_first = runs.lock().is_empty();
                runs.lock().push(shown);
                let waits = !is_first || {
                    let deleted = delete(&server);
                    context.wait_for_own_delete_of("", "ConfigMap", &deleted).is_ok()
                };
                async move { if waits { Ok(Next::Done) } else { Err("cannot be awaited") } }
            }
        };
        tokio::spawn(reconciler.run(reconcile, std::future::pending()));
        Self { server, maps, held_back, runs, began: Instant::now() }
    }

    /// A change of the widget makes a run due. Returns what that run saw.
    async fn next_run(&self, color: &str) -> String {
        let number = self.runs.lock().len();
        paint(&self.server, "a", color);
        until(|| self.runs.lock().len() > number).await;
        self.runs.lock()[number].clone()
    }

    async fn first_run(&self) {
        until(|| self.runs.lock().len() == 1).await;
    }

    /// A change of the widget makes a run due, which does not start.
    async fn waits(&self) {
        paint(&self.server, "a", "yellow");
        sleep(20 * SECOND).await;
        assert_eq!(self.runs.lock().len(), 1, "the next run did not wait");
    }

    /// The run that is due starts. Returns what it saw.
    async fn due_run(&self) -> String {
        until(|| self.runs.lock().len() == 2).await;
        self.runs.lock()[1].clone()
    }
}

fn show(map: &ConfigMap) -> String {
    let metadata = &map.metadata;
    let state = if metadata.deletion_timestamp.is_some() { " (deleted)" } else { "" };
    let text = map.data.as_ref().and_then(|data| data.get("text")).map_or("", String::as_str);
    format!("{}={text}{state}", metadata.name.as_deref().unwrap_or_default())
}

fn map(text: &str) -> Value {
    json!({ "metadata": { "name": "m" }, "data": { "text": text } })
}

fn metadata(object: &Value) -> ObjectMeta {
    serde_json::from_value(object["metadata"].clone()).expect("metadata")
}

fn get(server: &ApiServer) -> ObjectMeta {
    metadata(&server.get("v1", "configmaps", Some("default"), "m").expect("exists"))
}

/// Returns the object as it was before.
fn delete(server: &ApiServer) -> ObjectMeta {
    let before = get(server);
    server.delete("v1", "configmaps", Some("default"), "m").expect("deleted");
    before
}

#[tokio::test(start_paused = true)]
async fn the_next_run_does_not_see_an_object_that_the_last_one_deleted() {
    let world = World::start(map("one"), |it| it, delete);
    world.first_run().await;
    assert_eq!(world.runs.lock()[0], "m=one");
    world.waits().await;
    world.held_back.remove();
    assert_eq!(world.due_run().await, "");
}

#[tokio::test(start_paused = true)]
async fn an_object_with_finalizers_is_shown_with_a_deletion_timestamp() {
    let mut with_finalizer = map("one");
    with_finalizer["metadata"]["finalizers"] = json!(["example.com/held"]);
    let world = World::start(with_finalizer, |it| it, delete);
    world.first_run().await;
    world.waits().await;
    world.held_back.remove();
    assert_eq!(world.due_run().await, "m=one (deleted)");
    // It is not awaited any longer.
    assert_eq!(world.next_run("green").await, "m=one (deleted)");
}

#[tokio::test(start_paused = true)]
async fn an_object_that_the_cache_has_not_shown_yet_is_awaited() {
    let world = World::start(
        Value::Null,
        |it| it,
        |server| {
            server.create("v1", "configmaps", Some("default"), map("short-lived")).expect("created");
            delete(server)
        },
    );
    world.first_run().await;
    world.waits().await;
    world.held_back.remove();
    assert_eq!(world.due_run().await, "");
    // Its creation and deletion have arrived.
    assert!(world.maps.lister().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_successor_with_the_same_name_is_another_object() {
    let world = World::start(
        map("one"),
        |it| it,
        |server| {
            let deleted = delete(server);
            server.create("v1", "configmaps", Some("default"), map("two")).expect("created");
            deleted
        },
    );
    world.first_run().await;
    world.waits().await;
    world.held_back.remove();
    assert_eq!(world.due_run().await, "m=two");
}

/// As after a 404: somebody else has deleted it, and the cache knows.
#[tokio::test(start_paused = true)]
async fn an_object_that_the_cache_no_longer_contains_is_not_awaited() {
    let deleted = Arc::new(Mutex::new(ObjectMeta::default()));
    let world = World::start(map("one"), |it| it, {
        let deleted = deleted.clone();
        move |_| deleted.lock().clone()
    });
    *deleted.lock() = delete(&world.server);
    world.held_back.remove();
    let lister = world.maps.lister();
    until(|| lister.is_empty() && lister.store().resource_version().is_some()).await;
    world.first_run().await;
    let start = Instant::now();
    assert_eq!(world.next_run("blue").await, "");
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_does_not_arrive_is_reported() {
    let reports = Arc::new(Mutex::new(Vec::new()));
    let world = World::start(
        map("one"),
        |reconciler| {
            let reports = reports.clone();
            reconciler.own_write_timeout(30 * SECOND).on_report(move |report| {
                if let Report::OwnDeleteMissing { key, object, uid, .. } = report {
                    reports.lock().push((key.to_string(), object.to_string(), uid.is_some()));
                }
            })
        },
        delete,
    );
    world.first_run().await;
    assert_eq!(world.next_run("blue").await, "m=one");
    assert!((29..=31).contains(&world.began.elapsed().as_secs()), "{:?}", world.began.elapsed());
    assert_eq!(*reports.lock(), [("default/a".to_owned(), "default/m".to_owned(), true)]);
    // The next run does not wait again.
    assert_eq!(world.next_run("green").await, "m=one");
    assert!(world.began.elapsed() < 40 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_deletion_causes_no_run() {
    let world = World::start(map("one"), |it| it, delete);
    world.first_run().await;
    world.held_back.remove();
    until(|| world.maps.lister().is_empty()).await;
    sleep(HOUR).await;
    assert_eq!(world.runs.lock().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_kind_without_an_informer_and_an_object_without_a_name_are_errors() {
    let server = server();
    create(&server, "a", "red");
    let errors = Arc::new(Mutex::new(None));
    let reconcile = {
        let errors = errors.clone();
        move |context: Context<Widget>, _| {
            let not_watched = context.wait_for_own_delete(&ConfigMap::default());
            let nameless = context.wait_for_own_delete_of("example.com", "Widget", &ObjectMeta::default());
            *errors.lock() = Some((not_watched, nameless));
            async { Ok::<_, OwnWriteError>(Next::Done) }
        }
    };
    let widgets = Widget::informer(server.client()).start();
    tokio::spawn(Reconciler::new(&widgets).run(reconcile, std::future::pending()));
    until(|| errors.lock().is_some()).await;
    let (not_watched, nameless) = errors.lock().take().expect("a run");
    assert!(matches!(not_watched, Err(OwnWriteError::NotWatched { kind, .. }) if kind == "ConfigMap"));
    assert!(matches!(nameless, Err(OwnWriteError::NotWritten { kind }) if kind == "Widget"));
}
