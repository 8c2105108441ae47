//! The reconcile loop in its limits: runs that block or never end, informers that never sync, endless triggers, extreme
//! settings, and the loss of an election.

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
use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::{
    InformerExt as _, Reflect as _,
    reconcile::{Next, ReconcileError, Reconciler, Report, RunError},
};
use support::{Widget, create, delete, paint, server, until};
use tokio::{
    sync::{oneshot, watch},
    time::{Instant, sleep},
};

/// Lets other tasks run until the condition holds, without virtual time: the clock does not advance while a task is
/// always ready.
async fn until_without_time(holds: impl Fn() -> bool) {
    for _ in 0..100_000 {
        if holds() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the condition did not hold");
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_an_informer_is_reported_and_can_be_limited() {
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::resource("configmaps")).always().status(500);
    let maps = ConfigMap::informer(server.client()).start();
    let (reconciler, reports) = log_reports(reconciler(&server).owns(&maps).sync_timeout(100 * SECOND));
    let lines = Lines::default();
    let start = Instant::now();
    let running = log_names(reconciler, &lines);
    let error = running.task.await.expect("no panic").expect_err("the informer does not sync");
    assert_eq!(start.elapsed(), 100 * SECOND);
    assert!(error.to_string().contains("configmaps"), "{error}");
    assert!(lines.lock().is_empty(), "a run started");
    let reports = reports.lock();
    assert_eq!(reports.len(), 3, "{reports:?}");
    assert!(reports.iter().all(|it| it.contains("NotSynced") && it.contains("configmaps")), "{reports:?}");
    assert!(reports.iter().all(|it| !it.contains("widgets")), "the primary informer is synced: {reports:?}");
    drop(running.stop);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_before_the_informers_are_synced_loses_no_key_and_ends_the_queue() {
    let server = server();
    server.faults().on(RequestMatcher::resource("widgets")).always().hang();
    let reconciler = reconciler(&server);
    let queue = reconciler.queue();
    queue.add(key("a"));
    let running = log_names(reconciler, &Lines::default());
    sleep(SECOND).await;
    let summary = running.stop().await;
    assert_eq!(summary.pending, [key("a")]);
    assert!(queue.is_shut_down());
}

#[tokio::test(start_paused = true)]
async fn the_queue_is_shut_down_when_the_reconciler_is_dropped_or_fails() {
    let with_crd = server();
    let reconciler = reconciler(&with_crd);
    let queue = reconciler.queue();
    let running = log_names(reconciler, &Lines::default());
    sleep(SECOND).await;
    running.task.abort();
    until(|| running.task.is_finished()).await;
    assert!(queue.is_shut_down());

    let without_crd = ApiServer::builder().seed(7).build();
    let reconciler = self::reconciler(&without_crd);
    let queue = reconciler.queue();
    let running = log_names(reconciler, &Lines::default());
    until(|| running.task.is_finished()).await;
    assert!(running.task.await.expect("no panic").is_err() && queue.is_shut_down());
}

#[tokio::test(start_paused = true)]
async fn an_endless_stream_of_triggers_does_not_keep_the_thread() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let lines = Lines::default();
    let running = log_names(reconciler(&server).also(stream::repeat(key("a"))), &lines);
    until_without_time(|| lines.lock().iter().any(|name| name == "b") && lines.lock().len() > 100).await;
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_period_of_zero_is_a_short_period() {
    let server = server();
    create(&server, "a", "red");
    let lines = Lines::default();
    let running = log_names(reconciler(&server).every(Duration::ZERO), &lines);
    sleep(SECOND).await;
    let runs = lines.lock().len();
    assert!((500..=1001).contains(&runs), "{runs} runs in a second");
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_key_that_always_runs_at_once_delays_neither_others_nor_the_shutdown() {
    for next in [Next::AtOnce, Next::After(Duration::ZERO)] {
        let server = server();
        create(&server, "a", "red");
        let lines = Lines::default();
        let running = run(reconciler(&server), {
            let lines = lines.clone();
            move |_, key| {
                lines.lock().push(key.name.to_string());
                async move { Ok(if *key.name == *"a" { next } else { Next::Done }) }
            }
        });
        until_without_time(|| lines.lock().len() > 100).await;
        create(&server, "b", "red");
        until_without_time(|| lines.lock().iter().any(|name| name == "b")).await;
        let summary = running.stop().await;
        assert_eq!(summary.pending, [key("a")]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_enormous_delay_is_a_delay() {
    let server = server();
    create(&server, "a", "red");
    let lines = Lines::default();
    let running = run(reconciler(&server).debounce(SECOND).report_stuck_after(Duration::MAX), {
        let lines = lines.clone();
        move |_, key| {
            lines.lock().push(key.name.to_string());
            async { Ok(Next::After(Duration::MAX)) }
        }
    });
    until(|| lines.lock().len() == 1).await;
    sleep(3600 * SECOND).await;
    assert_eq!(lines.lock().len(), 1);
    paint(&server, "a", "blue");
    until(|| lines.lock().len() == 2).await;
    assert_eq!(running.stop().await.pending, [key("a")]);
}

#[tokio::test(start_paused = true)]
async fn any_concurrency_is_valid() {
    for (concurrency, expected) in [(0, 1), (1, 1), (usize::MAX, 5)] {
        let server = server();
        (0..5).for_each(|number| create(&server, &format!("w{number}"), "red"));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let reconciler = reconciler(&server).concurrency(concurrency).shutdown_timeout(Duration::MAX);
        let running = run(reconciler, {
            let (now, most) = (now.clone(), most.clone());
            move |_, _| {
                let (now, most) = (now.clone(), most.clone());
                async move {
                    most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                    sleep(SECOND).await;
                    now.fetch_sub(1, Ordering::Relaxed);
                    Ok(Next::Done)
                }
            }
        });
        sleep(60 * SECOND).await;
        assert_eq!(running.stop().await.runs, 5);
        assert_eq!(most.load(Ordering::Relaxed), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_deleted_during_its_backoff_runs_with_its_last_state() {
    let server = server();
    create(&server, "a", "red");
    let reconciler = reconciler(&server);
    let failing = reconciler.failing_keys();
    let lines = Lines::default();
    let start = Instant::now();
    let running = run(reconciler, {
        let lines = lines.clone();
        move |context, _| {
            let last = context.last_known().map(|last| last.spec.color.clone());
            lines.lock().push(format!("{} {last:?}", start.elapsed().as_secs()));
            async move { if context.object().is_some() { Err("no paint") } else { Ok(Next::Done) } }
        }
    });
    sleep(20 * SECOND).await;
    assert_eq!(lines.lock().len(), 5, "{lines:?}"); // 0, 1, 3, 7, 15
    let failed = failing.get(&key("a")).expect("the key is failing");
    assert_eq!((failed.failures, failed.failing_for.as_secs()), (5, 20));
    assert!(matches!(&failed.last_error, RunError::Failed(error) if error.to_string() == "no paint"));
    assert!(!format!("{failed:?}").contains("paint"), "the text may contain values of the object");
    assert_eq!((failing.len(), failing.list().len()), (1, 1));
    delete(&server, "a");
    sleep(60 * SECOND).await;
    assert_eq!(lines.lock()[5..], ["31 Some(\"red\")"], "the backoff continues");
    assert!(failing.is_empty() && failing.get(&key("a")).is_none());
    assert!(running.stop().await.pending.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_replaced_during_its_last_run_runs_again() {
    let server = server();
    create(&server, "a", "red");
    let lines = Lines::default();
    let running = run(reconciler(&server).on(|event| event.object().spec.color != "red"), {
        let lines = lines.clone();
        move |context, _| {
            let color = context.object().map(|widget| widget.spec.color.clone()).unwrap_or_default();
            lines.lock().push(color);
            async {
                sleep(10 * SECOND).await;
                Ok(Next::Never)
            }
        }
    });
    paint(&server, "a", "blue");
    until(|| lines.lock().len() == 1).await;
    // The predicate ignores both the deletion and the addition.
    paint(&server, "a", "red");
    sleep(SECOND).await;
    delete(&server, "a");
    create(&server, "a", "red");
    sleep(30 * SECOND).await;
    paint(&server, "a", "green");
    until(|| lines.lock().len() >= 2).await;
    assert_eq!(lines.lock().last().map(String::as_str), Some("green"));
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn two_reconcilers_share_an_informer() {
    let server = server();
    create(&server, "a", "red");
    let widgets = Widget::informer(server.client()).start();
    let (first, second) = (Lines::default(), Lines::default());
    let one = log_names(Reconciler::new(&widgets), &first);
    let two = log_names(Reconciler::new(&widgets), &second);
    // The reconcilers keep the informer running.
    drop(widgets);
    until(|| first.lock().len() == 1 && second.lock().len() == 1).await;
    paint(&server, "a", "blue");
    until(|| first.lock().len() == 2 && second.lock().len() == 2).await;
    one.stop().await;
    paint(&server, "a", "red");
    until(|| second.lock().len() == 3).await;
    assert_eq!(first.lock().len(), 2);
    two.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_mapping_may_return_thousands_of_keys() {
    let server = server();
    let maps = ConfigMap::informer(server.client()).start();
    let all = |_: &ConfigMap| (0..5000).map(|number| key(&format!("w{number}")));
    let running =
        run(reconciler(&server).concurrency(100).watches(&maps, all), |_, _| async { Ok(Next::Done) });
    server
        .create("v1", "configmaps", Some("default"), serde_json::json!({ "metadata": { "name": "m" } }))
        .expect("created");
    sleep(60 * SECOND).await;
    assert_eq!(running.stop().await.runs, 5000);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_election_cancels_the_runs_and_is_an_error() {
    let server = server();
    create(&server, "a", "red");
    for lead_first in [false, true] {
        let (lead, leadership) = watch::channel(lead_first);
        let lines = Lines::default();
        let running = run(reconciler(&server).while_leader(leadership), {
            let lines = lines.clone();
            move |_, key| {
                lines.lock().push(key.name.to_string());
                let lines = lines.clone();
                async move {
                    sleep(10 * SECOND).await;
                    lines.lock().push("ends".to_owned());
                    Ok(Next::Done)
                }
            }
        });
        sleep(SECOND).await;
        assert_eq!(lines.lock().len(), usize::from(lead_first));
        let start = Instant::now();
        drop(lead);
        let ended = running.task.await.expect("no panic");
        assert!(matches!(ended, Err(ReconcileError::ElectionEnded)), "{ended:?}");
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(lines.lock().len(), usize::from(lead_first), "the run was not cancelled");
        drop(running.stop);
    }
}

/// Counts down when a run ends or is cancelled.
struct Leave(Arc<AtomicUsize>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn an_election_that_is_lost_and_won_again_starts_no_second_run_of_a_key() {
    let server = server();
    create(&server, "a", "red");
    let (lead, leadership) = watch::channel(true);
    let (running_now, overlaps) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let running = run(reconciler(&server).concurrency(4).while_leader(leadership), {
        let (running_now, overlaps) = (running_now.clone(), overlaps.clone());
        move |_, _| {
            if running_now.fetch_add(1, Ordering::Relaxed) > 0 {
                overlaps.fetch_add(1, Ordering::Relaxed);
            }
            let leave = Leave(running_now.clone());
            async move {
                let _leave = leave;
                sleep(10 * SECOND).await;
                Ok(Next::AtOnce)
            }
        }
    });
    for _ in 0..50 {
        sleep(3 * SECOND).await;
        lead.send(false).expect("received");
        tokio::task::yield_now().await;
        lead.send(true).expect("received");
    }
    assert_eq!(overlaps.load(Ordering::Relaxed), 0);
    sleep(60 * SECOND).await;
    assert!(running.stop().await.runs > 0);
}

/// A run that blocks its thread cannot be cancelled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_blocks_its_thread_does_not_block_the_shutdown() {
    let server = server();
    create(&server, "a", "red");
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = Arc::new(Mutex::new(released));
    let (started, has_started) = oneshot::channel();
    let started = Mutex::new(Some(started));
    let running = run(reconciler(&server).shutdown_timeout(Duration::ZERO), move |_, _| {
        let started = started.lock().take();
        let released = released.clone();
        async move {
            if let Some(started) = started {
                started.send(()).expect("received");
            }
            // Blocks until the test has received the summary.
            let _ = released.lock().recv();
            Ok(Next::Done)
        }
    });
    has_started.await.expect("sent");
    let summary = running.stop().await;
    assert_eq!((summary.blocked, summary.cancelled), (vec![key("a")], Vec::new()));
    drop(release);
}

#[tokio::test(start_paused = true)]
async fn a_stuck_run_that_blocks_nothing_else_is_reported_until_it_is_cancelled() {
    let server = server();
    create(&server, "a", "red");
    let stuck = Arc::new(AtomicUsize::new(0));
    let reconciler =
        reconciler(&server).report_stuck_after(10 * SECOND).shutdown_timeout(5 * SECOND).on_report({
            let stuck = stuck.clone();
            move |report| {
                if matches!(report, Report::Stuck { .. }) {
                    stuck.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    let running = run(reconciler, |_, _| std::future::pending());
    sleep(101 * SECOND).await;
    assert_eq!(stuck.load(Ordering::Relaxed), 10);
    let summary = running.stop().await;
    assert_eq!((summary.cancelled, summary.pending), (vec![key("a")], vec![key("a")]));
    assert!(summary.blocked.is_empty());
}
