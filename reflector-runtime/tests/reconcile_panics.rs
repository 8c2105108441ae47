//! The reconcile loop when functions of the user panic: the reconcile function, predicates, mappings, hooks, trigger
//! streams, rate limiters, and destructors.

#[path = "support/reconciling.rs"]
mod reconciling;
mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::stream;
use k8s_openapi::api::core::v1::ConfigMap;
use parking_lot::Mutex;
use reconciling::{Lines, SECOND, key, log_names, log_reports, reconciler, run};
use reflector_runtime::{
    InformerExt as _, ObjectKey,
    reconcile::{Next, Report, Trigger},
    workqueue::RateLimiter,
};
use serde_json::json;
use support::{create, paint, server, until};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_of_its_key() {
    let server = server();
    create(&server, "bad", "red");
    create(&server, "good", "red");
    let lines = Lines::default();
    let reports = Lines::default();
    let reconciler = reconciler(&server).on_report({
        let reports = reports.clone();
        move |report| {
            if let Report::Failed { key, attempt, error, retry_after, .. } = report {
                reports.lock().push(format!("{key} {attempt} {error} {retry_after:?}"));
            }
        }
    });
    let running = run(reconciler, {
        let lines = lines.clone();
        move |context, key| {
            let bad = *key.name == *"bad";
            // The first panic is before the future exists.
            assert!(!bad || context.attempt() != 1, "secret value");
            let lines = lines.clone();
            async move {
                assert!(!bad || context.attempt() != 2, "secret value");
                lines.lock().push(key.to_string());
                Ok(Next::Done)
            }
        }
    });
    until(|| lines.lock().len() == 2).await;
    assert_eq!(*lines.lock(), ["default/good", "default/bad"]);
    assert_eq!(
        *reports.lock(),
        [
            "default/bad 1 the reconcile function panicked 1s",
            "default/bad 2 the reconcile function panicked 2s"
        ]
    );
    let summary = running.stop().await;
    assert_eq!((summary.runs, summary.failures), (4, 2));
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_mapping_is_reported() {
    let server = server();
    create(&server, "a", "red");
    let reports = Lines::default();
    let maps = ConfigMap::informer(server.client()).start();
    let map = |map: &ConfigMap| {
        assert!(map.metadata.name.as_deref() != Some("bad"), "secret value");
        [key("a")]
    };
    let reconciler = reconciler(&server).watches(&maps, map).on_report({
        let reports = reports.clone();
        move |report| reports.lock().push(format!("{report:?}"))
    });
    let runs = Lines::default();
    let running = run(reconciler, {
        let runs = runs.clone();
        move |_, key| {
            runs.lock().push(key.to_string());
            async { Ok(Next::Done) }
        }
    });
    until(|| !runs.lock().is_empty()).await;
    for name in ["bad", "good"] {
        server
            .create("v1", "configmaps", Some("default"), json!({ "metadata": { "name": name } }))
            .expect("created");
    }
    until(|| runs.lock().len() == 2).await;
    let reports = reports.lock();
    assert_eq!(reports.len(), 1);
    assert!(reports[0].contains("configmaps") && !reports[0].contains("secret value"), "{reports:?}");
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_panics_has_no_effect_on_the_loop() {
    let server = server();
    create(&server, "a", "red");
    let reconciler = reconciler(&server)
        .on(|_| panic!("the predicate fails"))
        .report_stuck_after(10 * SECOND)
        .on_report(|_| panic!("the hook fails"));
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let start = Instant::now();
    let running = run(reconciler, {
        let attempts = attempts.clone();
        move |context, _| {
            attempts.lock().push((start.elapsed().as_secs(), context.attempt()));
            async move {
                match context.attempt() {
                    1 => Err("no paint"),
                    2 => panic!("no brush"),
                    _ => {
                        sleep(60 * SECOND).await;
                        Ok(Next::Done)
                    }
                }
            }
        }
    });
    sleep(100 * SECOND).await;
    // Each failure counts once.
    assert_eq!(*attempts.lock(), [(0, 1), (1, 2), (3, 3)]);
    let summary = running.stop().await;
    assert_eq!((summary.runs, summary.failures), (3, 2));
}

#[tokio::test(start_paused = true)]
async fn a_predicate_that_panics_loses_no_change() {
    let server = server();
    create(&server, "a", "red");
    let (reconciler, reports) = log_reports(reconciler(&server).on(|event| {
        assert!(event.object().spec.color != "bad", "secret value");
        event.object().spec.color != "ignored"
    }));
    let lines = Lines::default();
    let running = log_names(reconciler, &lines);
    until(|| lines.lock().len() == 1).await;
    paint(&server, "a", "ignored");
    sleep(10 * SECOND).await;
    assert_eq!(lines.lock().len(), 1);
    paint(&server, "a", "bad");
    until(|| lines.lock().len() == 2).await;
    assert_eq!(reports.lock().len(), 1);
    assert!(!reports.lock()[0].contains("secret"), "{reports:?}");
    running.stop().await;
}

/// Panics with each failure.
struct Broken;

impl RateLimiter<ObjectKey> for Broken {
    fn when(&mut self, _: &ObjectKey, _: Instant) -> Duration {
        panic!("the limiter fails")
    }

    fn forget(&mut self, _: &ObjectKey) {
        panic!("the limiter fails")
    }

    fn num_requeues(&self, _: &ObjectKey) -> u32 {
        0
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limiter_that_panics_loses_no_key() {
    let server = server();
    create(&server, "a", "red");
    let attempts = Arc::new(AtomicUsize::new(0));
    let running = run(reconciler(&server).rate_limit(Broken), {
        let attempts = attempts.clone();
        move |_, _| {
            let attempt = attempts.fetch_add(1, Ordering::Relaxed);
            async move { if attempt < 3 { Err("no paint") } else { Ok(Next::Done) } }
        }
    });
    sleep(60 * SECOND).await;
    // Also the run that succeeded is repeated: the limiter panicked when it was to forget the key.
    assert!(attempts.load(Ordering::Relaxed) > 10, "{attempts:?}");
    running.stop().await;
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "the drop fails");
    }
}

#[tokio::test(start_paused = true)]
async fn a_future_that_panics_when_it_is_dropped_is_a_failure_of_its_key() {
    let server = server();
    create(&server, "a", "red");
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let running = run(reconciler(&server), {
        let attempts = attempts.clone();
        move |context, _| {
            attempts.lock().push(context.attempt());
            let bomb = (context.attempt() < 3).then(|| Bomb);
            // Dropped with the future.
            futures::future::poll_fn(move |_| {
                let _ = &bomb;
                std::task::Poll::Ready(Ok(Next::Done))
            })
        }
    });
    sleep(60 * SECOND).await;
    assert_eq!(*attempts.lock(), [1, 2, 3]);
    let summary = running.stop().await;
    assert_eq!((summary.runs, summary.failures), (3, 2));
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_triggers_that_panics_is_reported() {
    let server = server();
    create(&server, "a", "red");
    let lines = Lines::default();
    let triggers = stream::unfold(0, |count| async move {
        assert!(count < 1, "secret value");
        Some((Trigger::Key(key("outside")), count + 1))
    });
    let (reconciler, reports) = log_reports(reconciler(&server).also(triggers));
    let running = log_names(reconciler, &lines);
    until(|| lines.lock().len() == 2).await;
    until(|| *reports.lock() == ["TriggersPanicked"]).await;
    paint(&server, "a", "blue");
    until(|| lines.lock().len() == 3).await;
    running.stop().await;
}
