//! The operator of `examples/controller` on the real server.

#[path = "../../../../examples/controller/operator.rs"]
mod operator;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::{
    api::{core::v1::ConfigMap, events::v1::Event},
    apimachinery::pkg::apis::meta::v1::OwnerReference,
};
use kube::{
    Api, Client, CustomResourceExt as _, Resource as _, ResourceExt as _,
    api::{DeleteParams, ListParams, Patch, PatchParams, PostParams},
};
use parking_lot::Mutex;
use reflector_runtime::{
    InformerExt as _,
    reconcile::{Next, ReconcileError, Reconciler, Report, Summary},
};
use serde_json::json;
use tokio::{sync::oneshot, task::JoinHandle};

use self::operator::{Greeting, GreetingSpec, Operator};
use crate::{eventually, install, prepare};

struct Running {
    task: JoinHandle<Result<Summary, ReconcileError>>,
    stop: oneshot::Sender<()>,
    /// The keys of failed runs.
    failed: Arc<Mutex<Vec<String>>>,
}

impl Running {
    async fn stop(self) -> Summary {
        drop(self.stop);
        self.task.await.expect("no panic").expect("no error")
    }
}

fn start(client: &Client) -> Running {
    let (stop, stopped) = oneshot::channel::<()>();
    let operator = Operator::new(client.clone(), "");
    let failed = Arc::new(Mutex::new(Vec::new()));
    let reconciler = operator.reconciler().on_report({
        let failed = failed.clone();
        move |report| {
            if let Report::Failed { key, .. } = report {
                failed.lock().push(key.to_string());
            }
        }
    });
    let task = tokio::spawn(operator.run(reconciler, async { drop(stopped.await) }));
    Running { task, stop, failed }
}

async fn greet(greetings: &Api<Greeting>, name: &str, text: &str) {
    let greeting = Greeting::new(name, GreetingSpec { text: text.to_owned() });
    greetings.create(&PostParams::default(), &greeting).await.expect("created");
}

async fn edit(greetings: &Api<Greeting>, name: &str, text: &str) {
    let patch = Patch::Merge(json!({ "spec": { "text": text } }));
    greetings.patch(name, &PatchParams::default(), &patch).await.expect("patched");
}

/// Replaces the owners of the map `a`. Repeated after a conflict with the operator.
async fn hand_over(maps: &Api<ConfigMap>, owners: Vec<OwnerReference>) {
    loop {
        let mut map = maps.get("a").await.expect("the map exists");
        map.metadata.owner_references = Some(owners.clone());
        map.metadata.managed_fields = None;
        match maps.replace("a", &PostParams::default(), &map).await {
            Ok(_) => return,
            Err(kube::Error::Api(status)) if status.is_conflict() => {}
            Err(error) => panic!("the map could not be replaced: {error}"),
        }
    }
}

/// Waits until the server's objects satisfy the condition.
async fn until<T: Send>(
    what: &str,
    request: impl AsyncFn() -> Result<T, kube::Error>,
    condition: impl Fn(&T) -> bool,
) -> T {
    let wait = async {
        loop {
            match request().await {
                Ok(found) if condition(&found) => return found,
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    tokio::time::timeout(crate::TIMEOUT, wait)
        .await
        .unwrap_or_else(|_| panic!("timed out waiting for: {what}"))
}

fn has_text(map: Option<&ConfigMap>, text: &str) -> bool {
    map.and_then(|map| map.data.as_ref()).and_then(|data| data.get("text")).is_some_and(|found| found == text)
}

#[tokio::test]
async fn an_operator_survives_outages_and_deletions_while_it_is_away() {
    let Some(mut control_plane) = reflector_controlplane::require().await else { return };
    let client = control_plane.client().await.unwrap();
    prepare(&client, "operator").await;
    install(&client, &Greeting::crd(), &Greeting::api_resource()).await;
    let greetings: Api<Greeting> = Api::namespaced(client.clone(), "operator");
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "operator");
    let map_says = async |name: &str, text: &str| {
        until(text, async || maps.get_opt(name).await, |map| has_text(map.as_ref(), text)).await;
    };

    for name in ["a", "b"] {
        greet(&greetings, name, "hello").await;
    }
    let running = start(&client);
    map_says("a", "hello").await;
    map_says("b", "hello").await;
    let ready =
        until("the status", async || greetings.get("a").await, |greeting| greeting.status.is_some()).await;
    let status = ready.status.expect("a status");
    assert_eq!(status.observed_generation, ready.metadata.generation);
    assert_eq!(status.conditions[0].type_, "Ready");
    let events: Api<Event> = Api::namespaced(client.clone(), "operator");
    until(
        "the event",
        async || events.list(&ListParams::default()).await,
        |events| events.items.iter().any(|event| event.reason.as_deref() == Some("Written")),
    )
    .await;

    // The server is killed while a run is due.
    edit(&greetings, "a", "hello again").await;
    control_plane.kill_apiserver();
    control_plane.restart_apiserver().await.unwrap();
    map_says("a", "hello again").await;

    // The map gets another controller. The old owner runs, too: the server rejects a second controller.
    let owner = greetings.get("b").await.unwrap().controller_owner_ref(&()).expect("a key");
    hand_over(&maps, vec![owner]).await;
    eventually("a run of the old owner", || running.failed.lock().contains(&"operator/a".to_owned())).await;
    hand_over(&maps, Vec::new()).await;
    let a = greetings.get("a").await.unwrap();
    until(
        "the first owner",
        async || maps.get("a").await,
        |map| map.owner_references().iter().any(|owner| Some(&owner.uid) == a.meta().uid.as_ref()),
    )
    .await;

    // The operator is away. A greeting is deleted: its finalizer holds it until the operator is back.
    let summary = running.stop().await;
    assert!(summary.cancelled.is_empty(), "{summary:?}");
    greetings.delete("b", &DeleteParams::default()).await.expect("deleted");
    assert!(greetings.get("b").await.expect("still there").metadata.deletion_timestamp.is_some());
    let running = start(&client);
    until("the deletion", async || greetings.get_opt("b").await, Option::is_none).await;
    assert!(maps.get_opt("b").await.expect("an answer").is_none(), "the cleanup deleted the ConfigMap");
    running.stop().await;
    control_plane.stop().await.unwrap();
}

#[tokio::test]
async fn live_changes_are_served_before_10_000_objects_of_the_initial_list() {
    const OBJECTS: usize = 10_000;
    let Some(control_plane) = reflector_controlplane::require().await else { return };
    let client = control_plane.client().await.unwrap();
    prepare(&client, "many").await;
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "many");
    futures::stream::iter(0..OBJECTS)
        .map(|number| {
            let map: ConfigMap =
                serde_json::from_value(json!({ "metadata": { "name": format!("m{number:05}") } }))
                    .expect("a map");
            let maps = maps.clone();
            async move { maps.create(&PostParams::default(), &map).await }
        })
        .buffer_unordered(32)
        .try_for_each(|_| async { Ok(()) })
        .await
        .expect("created");

    let informer = ConfigMap::informer(client.clone()).namespace("many").start();
    let order = Arc::new(Mutex::new(Vec::new()));
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let started = Arc::new(AtomicUsize::new(0));
    let (stop, stopped) = oneshot::channel::<()>();
    let reconciler = Reconciler::new(&informer).concurrency(4);
    let queue = reconciler.queue();
    let running = tokio::spawn({
        let (order, gate, started) = (order.clone(), gate.clone(), started.clone());
        let reconcile = move |_, key: reflector_runtime::ObjectKey| {
            let (order, gate) = (order.clone(), gate.clone());
            started.fetch_add(1, Ordering::SeqCst);
            async move {
                gate.acquire().await.map_err(|error| error.to_string())?.forget();
                order.lock().push(key.name.to_string());
                Ok::<_, String>(Next::Done)
            }
        };
        reconciler.run(reconcile, async { drop(stopped.await) })
    });
    // The first runs are held until everything else is queued.
    eventually("the first runs", || started.load(Ordering::SeqCst) == 4).await;
    eventually("the initial list is queued", || queue.len() >= OBJECTS - 4).await;
    let live: ConfigMap = serde_json::from_value(json!({ "metadata": { "name": "live" } })).expect("a map");
    maps.create(&PostParams::default(), &live).await.expect("created");
    eventually("the live change is queued", || queue.len() > OBJECTS - 4).await;
    gate.add_permits(2 * OBJECTS);
    eventually("all runs", || order.lock().len() > OBJECTS).await;
    let place = order.lock().iter().position(|name| name == "live").expect("it ran");
    assert!(place < 100, "the live change was run number {place}");
    drop(stop);
    let summary = running.await.expect("no panic").expect("no error");
    assert_eq!((summary.failures, summary.pending.len()), (0, 0));
    control_plane.stop().await.unwrap();
}
