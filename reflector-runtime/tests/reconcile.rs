//! The reconcile loop: which events lead to runs, in which order, and what follows a run.

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use parking_lot::Mutex;
use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::{
    Informer, InformerExt as _, ObjectKey, Reflect as _,
    reconcile::{Context, Next, Reconciler, Source, Trigger, predicate},
    workqueue::ItemExponentialFailureRateLimiter,
};
use serde_json::{Value, json};
use support::{Widget, create, delete, paint, server, until};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep},
};

const SECOND: Duration = Duration::from_secs(1);

fn key(name: &str) -> ObjectKey {
    ObjectKey::namespaced("default", name)
}

/// What the runs did, one line each.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn push(&self, line: impl Into<String>) {
        self.0.lock().push(line.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock())
    }

    fn len(&self) -> usize {
        self.0.lock().len()
    }
}

/// A widget's name and color, or `gone`.
fn show(context: &Context<Widget>) -> String {
    let name = &context.key().name;
    match (context.object(), context.last_known()) {
        (Some(widget), None) => format!("{name} {}", widget.spec.color),
        (None, Some(last)) => format!("{name} gone, was {}", last.spec.color),
        (Some(widget), Some(last)) => format!("{name} {}, was {}", widget.spec.color, last.spec.color),
        (None, None) => format!("{name} unknown"),
    }
}

/// A running reconciler. It stops when `stop` is dropped.
struct Running {
    task: JoinHandle<
        Result<reflector_runtime::reconcile::Summary, reflector_runtime::reconcile::ReconcileError>,
    >,
    stop: oneshot::Sender<()>,
}

/// Logs each run.
fn start(reconciler: Reconciler<Widget>, log: &Log) -> Running {
    let log = log.clone();
    run(reconciler, move |context, _| {
        log.push(show(&context));
        async { Ok(Next::Done) }
    })
}

fn run<F, R>(reconciler: Reconciler<Widget>, reconcile: F) -> Running
where
    F: Fn(Context<Widget>, ObjectKey) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Next, String>> + Send + 'static,
{
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let shutdown = async { drop(stopped.await) };
        reconciler.run(reconcile, shutdown).await
    });
    Running { task, stop }
}

fn widgets(server: &ApiServer) -> Informer<Widget> {
    Widget::informer(server.client()).start()
}

/// Waits until there are no more runs for a minute.
async fn quiet(log: &Log) {
    loop {
        let before = log.len();
        sleep(60 * SECOND).await;
        if log.len() == before {
            return;
        }
    }
}

fn config_map(name: &str, owner: Option<&str>) -> Value {
    let references: Vec<Value> = owner
        .map(|owner| {
            json!({
                "apiVersion": "example.com/v1", "kind": "Widget", "name": owner, "uid": "u", "controller": true,
            })
        })
        .into_iter()
        .collect();
    json!({ "metadata": { "name": name, "ownerReferences": references } })
}

#[tokio::test(start_paused = true)]
async fn each_change_leads_to_a_run() {
    let server = server();
    create(&server, "a", "red");
    let log = Log::default();
    let running = start(Reconciler::new(&widgets(&server)), &log);
    until(|| log.len() == 1).await;
    paint(&server, "a", "blue");
    until(|| log.len() == 2).await;
    create(&server, "b", "green");
    until(|| log.len() == 3).await;
    delete(&server, "a");
    until(|| log.len() == 4).await;
    quiet(&log).await;
    assert_eq!(log.take(), ["a red", "a blue", "b green", "a gone, was blue"]);

    drop(running.stop);
    let summary = running.task.await.expect("no panic").expect("no error");
    assert_eq!((summary.runs, summary.failures), (4, 0));
    assert_eq!((summary.cancelled, summary.pending), (vec![], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_deleted_and_recreated_object_is_one_run_with_both_states() {
    let server = server();
    create(&server, "a", "red");
    let log = Log::default();
    let running = start(Reconciler::new(&widgets(&server)).debounce(SECOND), &log);
    quiet(&log).await;
    delete(&server, "a");
    create(&server, "a", "blue");
    quiet(&log).await;
    paint(&server, "a", "green");
    quiet(&log).await;
    assert_eq!(log.take(), ["a red", "a blue, was red", "a green"]);
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn the_old_and_the_new_owner_run() {
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    let log = Log::default();
    let maps = ConfigMap::informer(server.client()).start();
    let running = start(Reconciler::new(&widgets(&server)).owns(&maps), &log);
    quiet(&log).await;
    log.take();

    server.create("v1", "configmaps", Some("default"), config_map("m", Some("a"))).expect("created");
    quiet(&log).await;
    assert_eq!(log.take(), ["a red"]);

    let references = config_map("m", Some("b"))["metadata"]["ownerReferences"].clone();
    let patch = json!({ "metadata": { "ownerReferences": references } });
    server.merge_patch("v1", "configmaps", Some("default"), "m", &patch).expect("patched");
    quiet(&log).await;
    assert_eq!(log.take(), ["a red", "b red"]);

    server.delete("v1", "configmaps", Some("default"), "m").expect("deleted");
    server.create("v1", "configmaps", Some("default"), config_map("free", None)).expect("created");
    quiet(&log).await;
    assert_eq!(log.take(), ["b red"]);
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn watched_objects_are_mapped_through_an_index() {
    let server = server();
    for (name, color) in [("a", "red"), ("b", "blue"), ("c", "red")] {
        create(&server, name, color);
    }
    let log = Log::default();
    let widgets = widgets(&server);
    let secrets = Secret::informer(server.client()).start();
    let lister = widgets.lister();
    // The name of a secret is a color.
    let by_color = move |secret: &Secret| {
        lister.by_index(Widget::BY_COLOR, secret.metadata.name.as_deref().unwrap_or_default())
    };
    let running = start(Reconciler::new(&widgets).watches(&secrets, by_color), &log);
    quiet(&log).await;
    log.take();
    server
        .create("v1", "secrets", Some("default"), json!({ "metadata": { "name": "red" } }))
        .expect("created");
    quiet(&log).await;
    let mut runs = log.take();
    runs.sort();
    assert_eq!(runs, ["a red", "c red"]);
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn predicates_select_the_events() {
    let server = server();
    create(&server, "a", "red");
    let log = Log::default();
    let maps = ConfigMap::informer(server.client()).start();
    let labels = Source::from(&maps).on(predicate::labels_changed);
    let not_blue = |event: &reflector_runtime::Event<Widget>| event.object().spec.color != "blue";
    let reconciler =
        Reconciler::new(&widgets(&server)).on(not_blue).on(predicate::generation_changed).owns(labels);
    let running = start(reconciler, &log);
    quiet(&log).await;
    paint(&server, "a", "blue");
    let label = json!({ "metadata": { "labels": { "a": "b" } } });
    server.merge_patch("example.com/v1", "widgets", Some("default"), "a", &label).expect("patched");
    quiet(&log).await;
    assert_eq!(log.take(), ["a red"]);
    paint(&server, "a", "green");
    quiet(&log).await;
    assert_eq!(log.take(), ["a green"]);

    server.create("v1", "configmaps", Some("default"), config_map("m", Some("a"))).expect("created");
    quiet(&log).await;
    let data = json!({ "data": { "a": "b" } });
    server.merge_patch("v1", "configmaps", Some("default"), "m", &data).expect("patched");
    quiet(&log).await;
    assert_eq!(log.take(), ["a green"]);
    server.merge_patch("v1", "configmaps", Some("default"), "m", &label).expect("patched");
    quiet(&log).await;
    assert_eq!(log.take(), ["a green"]);
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn outside_triggers_lead_to_runs() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "blue");
    let log = Log::default();
    let (send, receive) = mpsc::unbounded_channel::<Trigger>();
    let outside = futures::stream::unfold(receive, |mut receive| async move {
        receive.recv().await.map(|trigger| (trigger, receive))
    });
    let reconciler = Reconciler::new(&widgets(&server)).also(outside.boxed());
    let queue = reconciler.queue();
    let running = start(reconciler, &log);
    quiet(&log).await;
    log.take();
    send.send(key("a").into()).expect("received");
    quiet(&log).await;
    assert_eq!(log.take(), ["a red"]);
    send.send(Trigger::Key(key("none"))).expect("received");
    quiet(&log).await;
    assert_eq!(log.take(), ["none unknown"]);
    send.send(Trigger::All).expect("received");
    drop(send);
    quiet(&log).await;
    assert_eq!(log.len(), 2);
    log.take();
    queue.add(key("b"));
    quiet(&log).await;
    assert_eq!(log.take(), ["b blue"]);
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn all_objects_run_periodically() {
    let server = server();
    create(&server, "a", "red");
    let log = Log::default();
    let running = start(Reconciler::new(&widgets(&server)).every(600 * SECOND), &log);
    until(|| log.len() == 1).await;
    sleep(3610 * SECOND).await;
    assert_eq!(log.len(), 7);
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn nothing_runs_before_every_informer_is_synced() {
    let server = server();
    create(&server, "a", "red");
    server.create("v1", "configmaps", Some("default"), config_map("m", Some("a"))).expect("created");
    server.faults().on(RequestMatcher::resource("configmaps")).delay(30 * SECOND);
    let log = Log::default();
    let widgets = widgets(&server);
    let maps = ConfigMap::informer(server.client()).start();
    let reconciler = Reconciler::new(&widgets).owns(&maps);
    let (maps, start) = (maps.clone(), Instant::now());
    let running = run(reconciler, {
        let log = log.clone();
        move |_, key| {
            // A panic here would be a failed run, and not a failed test.
            log.push(format!("{key} {}", maps.has_synced()));
            async { Ok(Next::Done) }
        }
    });
    widgets.wait_for_sync().await.expect("synced");
    until(|| log.len() > 0).await;
    assert!(start.elapsed() >= 30 * SECOND);
    assert_eq!(log.take(), ["default/a true"], "a run started before its informers were synced");
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn an_informer_that_cannot_sync_is_an_error() {
    let server = ApiServer::builder().seed(7).build();
    let running = start(Reconciler::new(&widgets(&server)), &Log::default());
    let error = running.task.await.expect("no panic").expect_err("the CRD is missing");
    assert!(error.to_string().contains("widgets"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_stopped_informer_is_an_error() {
    let server = server();
    create(&server, "a", "red");
    let (log, widgets) = (Log::default(), widgets(&server));
    let running = start(Reconciler::new(&widgets), &log);
    until(|| log.len() == 1).await;
    widgets.shutdown().await;
    let error = running.task.await.expect("no panic").expect_err("the informer was stopped");
    assert!(error.to_string().contains("widgets.example.com"), "{error}");
    drop(running.stop);
}

#[tokio::test(start_paused = true)]
async fn runs_of_one_key_never_overlap_and_different_keys_run_concurrently() {
    let server = server();
    for number in 0..10 {
        create(&server, &format!("w{number}"), "red");
    }
    let now = Arc::new(Mutex::new(Vec::<ObjectKey>::new()));
    let most = Arc::new(AtomicUsize::new(0));
    let runs = Arc::new(AtomicUsize::new(0));
    let running = run(Reconciler::new(&widgets(&server)).concurrency(4), {
        let (now, most, runs) = (now.clone(), most.clone(), runs.clone());
        move |_, key| {
            let (now, most, runs) = (now.clone(), most.clone(), runs.clone());
            async move {
                {
                    let mut now = now.lock();
                    assert!(!now.contains(&key), "two runs of {key}");
                    now.push(key.clone());
                    most.fetch_max(now.len(), Ordering::SeqCst);
                }
                sleep(SECOND).await;
                now.lock().retain(|other| *other != key);
                runs.fetch_add(1, Ordering::SeqCst);
                Ok(Next::Done)
            }
        }
    });
    for round in 0..20 {
        sleep(Duration::from_millis(300)).await;
        (0..10).for_each(|number| paint(&server, &format!("w{number}"), &format!("color {round}")));
    }
    sleep(60 * SECOND).await;
    drop(running.stop);
    let summary = running.task.await.expect("no panic").expect("no error");
    assert_eq!(most.load(Ordering::SeqCst), 4);
    assert_eq!((summary.failures, summary.runs), (0, runs.load(Ordering::SeqCst) as u64));
    assert!(summary.runs >= 20, "{summary:?}");
}

#[tokio::test(start_paused = true)]
async fn changes_run_before_the_initial_list() {
    let server = server();
    for number in 0..100 {
        create(&server, &format!("w{number:03}"), "red");
    }
    let log = Log::default();
    let running = run(Reconciler::new(&widgets(&server)), {
        let log = log.clone();
        move |context, _| {
            let log = log.clone();
            async move {
                sleep(SECOND).await;
                log.push(show(&context));
                Ok(Next::Done)
            }
        }
    });
    until(|| log.len() == 10).await;
    create(&server, "new", "blue");
    until(|| log.len() == 13).await;
    assert!(log.take()[10..].contains(&"new blue".to_owned()));
    until(|| log.len() == 101 - 13).await;
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn what_follows_a_run() {
    let server = server();
    create(&server, "a", "red");
    let runs = Arc::new(Mutex::new(Vec::<(u64, String)>::new()));
    let start = Instant::now();
    let running = run(Reconciler::new(&widgets(&server)), {
        let runs = runs.clone();
        move |context, _| {
            let mut runs = runs.lock();
            runs.push((start.elapsed().as_secs(), show(&context)));
            let next = match runs.len() {
                1 | 2 => Next::after(10 * SECOND),
                3 => Next::AtOnce,
                4 => Next::Done,
                5 => Next::after(1000 * SECOND),
                _ => Next::Never,
            };
            async move { Ok(next) }
        }
    });
    let len = || runs.lock().len();
    until(|| len() == 4).await;
    sleep(100 * SECOND).await;
    assert_eq!(len(), 4);
    paint(&server, "a", "blue");
    until(|| len() == 5).await;
    // A change comes before the requested run, and the last run decides.
    paint(&server, "a", "green");
    until(|| len() == 6).await;
    sleep(2000 * SECOND).await;
    paint(&server, "a", "black");
    sleep(2000 * SECOND).await;
    assert_eq!(len(), 6, "the object needs no further run");
    delete(&server, "a");
    until(|| len() == 7).await;
    create(&server, "a", "white");
    until(|| len() == 8).await;
    let runs = runs.lock();
    assert_eq!(runs[..4].iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 10, 20, 20]);
    let states: Vec<&str> = runs.iter().map(|(_, state)| state.as_str()).collect();
    assert_eq!(
        states,
        ["a red", "a red", "a red", "a red", "a blue", "a green", "a gone, was black", "a white"]
    );
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn changes_during_a_run_lead_to_one_more() {
    let server = server();
    create(&server, "a", "red");
    let log = Log::default();
    let running = run(Reconciler::new(&widgets(&server)), {
        let log = log.clone();
        move |context, _| {
            log.push(show(&context));
            async {
                sleep(10 * SECOND).await;
                Ok(Next::Done)
            }
        }
    });
    until(|| log.len() == 1).await;
    for color in ["a", "b", "c"] {
        paint(&server, "a", color);
        sleep(SECOND).await;
    }
    quiet(&log).await;
    assert_eq!(log.take(), ["a red", "a c"]);
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn several_changes_within_the_debounce_period_are_one_run() {
    let server = server();
    create(&server, "a", "red");
    let log = Log::default();
    let limiter = ItemExponentialFailureRateLimiter::new(SECOND, SECOND);
    let reconciler = Reconciler::new(&widgets(&server)).rate_limit(limiter).debounce(5 * SECOND);
    let running = start(reconciler, &log);
    quiet(&log).await;
    for color in ["blue", "green", "white"] {
        paint(&server, "a", color);
        sleep(SECOND).await;
    }
    quiet(&log).await;
    assert_eq!(log.take(), ["a red", "a white"]);
    drop(running);
}
