//! The reconcile loop: errors, stuck runs, shutdown, leadership, and waiting for own writes.

#[path = "support/reconciling.rs"]
mod reconciling;
mod support;

use std::{sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::{ConfigMap, Node};
use kube::{Api, core::ObjectMeta};
use parking_lot::Mutex;
use reconciling::{Lines, SECOND, key, reconciler, run};
use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::{
    InformerExt as _,
    reconcile::{Next, OwnWriteError, Report},
};
use support::{create, paint, server, until};
use tokio::{
    sync::{oneshot, watch},
    time::{Instant, sleep},
};

#[tokio::test(start_paused = true)]
async fn errors_back_off_per_key_and_are_known_to_the_next_run() {
    let server = server();
    create(&server, "bad", "red");
    create(&server, "good", "red");
    let lines = Lines::default();
    let start = Instant::now();
    let running = run(reconciler(&server), {
        let lines = lines.clone();
        move |context, key| {
            let (lines, at) = (lines.clone(), start.elapsed().as_secs());
            async move {
                if *key.name == *"good" {
                    return Ok(Next::Done);
                }
                let error = context.last_error().map(ToString::to_string).unwrap_or_default();
                lines.lock().push(format!("{at} {} {error}", context.attempt()));
                if context.attempt() < 4 { Err("out of paint") } else { Ok(Next::Done) }
            }
        }
    });
    // The key changes all the time, also within its backoff.
    for round in 0..20 {
        sleep(Duration::from_millis(300)).await;
        paint(&server, "bad", &format!("color {round}"));
    }
    sleep(60 * SECOND).await;
    let first = std::mem::take(&mut *lines.lock());
    assert_eq!(first[..4], ["0 1 ", "1 2 out of paint", "3 3 out of paint", "7 4 out of paint"]);
    assert_eq!(first.len(), 4, "{first:?}");
    // A success ends the failures.
    paint(&server, "bad", "black");
    until(|| !lines.lock().is_empty()).await;
    assert_eq!(lines.lock()[0].split(' ').nth(1), Some("1"));
    let summary = running.stop().await;
    assert_eq!((summary.failures, summary.pending), (3 + 1, vec![key("bad")]));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_does_not_end_is_reported() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let reports = Lines::default();
    let reconciler = reconciler(&server).concurrency(2).report_stuck_after(100 * SECOND).on_report({
        let reports = reports.clone();
        move |report| {
            if let Report::Stuck { key, running_for, .. } = report {
                reports.lock().push(format!("{key} {}", running_for.as_secs()));
            }
        }
    });
    let running = run(reconciler, |_, key| async move {
        if *key.name == *"a" {
            sleep(310 * SECOND).await;
        }
        Ok(Next::Done)
    });
    sleep(1000 * SECOND).await;
    assert_eq!(reports.lock().len(), 3, "{reports:?}");
    assert!(reports.lock().iter().all(|line| line.starts_with("default/a ")), "{reports:?}");
    assert_eq!(running.stop().await.runs, 2);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_awaits_runs_in_progress_and_reports_what_is_left() {
    let server = server();
    for name in ["fails", "quick", "slow", "x", "y"] {
        create(&server, name, "red");
    }
    let reconciler = reconciler(&server).concurrency(3).shutdown_timeout(10 * SECOND);
    let started = Lines::default();
    let running = run(reconciler, {
        let started = started.clone();
        move |_, key| {
            started.lock().push(key.name.to_string());
            async move {
                match &*key.name {
                    "fails" => sleep(5 * SECOND).await,
                    "quick" => sleep(6 * SECOND).await,
                    _ => sleep(3600 * SECOND).await,
                }
                if *key.name == *"fails" { Err("no paint") } else { Ok(Next::Done) }
            }
        }
    });
    until(|| started.lock().len() == 3).await;
    let stopped = Instant::now();
    let summary = running.stop().await;
    assert_eq!(stopped.elapsed(), 10 * SECOND);
    assert_eq!(*started.lock(), ["fails", "quick", "slow"], "no run starts during a shutdown");
    assert_eq!((summary.runs, summary.failures), (2, 1));
    assert_eq!(summary.cancelled, [key("slow")]);
    let mut pending = summary.pending;
    pending.sort();
    assert_eq!(pending, ["fails", "slow", "x", "y"].map(key));
}

#[tokio::test(start_paused = true)]
async fn dropping_the_reconciler_cancels_its_runs() {
    let server = server();
    create(&server, "a", "red");
    let alive = Arc::new(());
    let (reconciler, inner) = (reconciler(&server), alive.clone());
    let running = run(reconciler, move |_, _| {
        let alive = inner.clone();
        async move {
            sleep(3600 * SECOND).await;
            drop(alive);
            Ok(Next::Done)
        }
    });
    until(|| Arc::strong_count(&alive) == 3).await;
    running.task.abort();
    until(|| Arc::strong_count(&alive) == 1).await;
    drop(running.stop);
}

#[tokio::test(start_paused = true)]
async fn runs_start_only_while_leading() {
    let server = server();
    create(&server, "a", "red");
    let (lead, leadership) = watch::channel(false);
    let lines = Lines::default();
    let running = run(reconciler(&server).while_leader(leadership), {
        let lines = lines.clone();
        move |_, key| {
            lines.lock().push(format!("{} starts", key.name));
            let lines = lines.clone();
            async move {
                sleep(10 * SECOND).await;
                lines.lock().push(format!("{} ends", key.name));
                Ok(Next::Done)
            }
        }
    });
    sleep(100 * SECOND).await;
    assert!(lines.lock().is_empty());
    lead.send(true).expect("received");
    until(|| lines.lock().len() == 1).await;
    // Another leader may act from now on: the run is cancelled, and its key is still pending.
    lead.send(false).expect("received");
    sleep(100 * SECOND).await;
    assert_eq!(*lines.lock(), ["a starts"]);
    lead.send(true).expect("received");
    until(|| lines.lock().len() == 3).await;
    assert_eq!(*lines.lock(), ["a starts", "a starts", "a ends"]);
    assert_eq!(running.stop().await.runs, 1);
    drop(lead);
}

/// Watches of this resource deliver nothing for a while.
fn delay_events(server: &ApiServer, resource: &str) -> reflector_apiserver::Fault {
    server.faults().on(RequestMatcher::watch(resource)).always().silence_after_events(0)
}

#[tokio::test(start_paused = true)]
async fn the_next_run_sees_the_own_write() {
    for waits in [false, true] {
        let server = server();
        create(&server, "a", "red");
        let silent = delay_events(&server, "configmaps");
        let client = server.client();
        let maps = ConfigMap::informer(server.client()).start();
        let (lister, lines) = (maps.lister(), Lines::default());
        let reconciler = reconciler(&server).owns(&maps).own_write_timeout(3600 * SECOND);
        let running = run(reconciler, {
            let lines = lines.clone();
            move |context, _| {
                let (lister, lines) = (lister.clone(), lines.clone());
                let api: Api<ConfigMap> = Api::namespaced(client.clone(), "default");
                async move {
                    let cached = lister.get("default", "m").is_some();
                    lines.lock().push(format!("map is cached: {cached}"));
                    if lines.lock().len() == 1 {
                        let map = ConfigMap {
                            metadata: ObjectMeta { name: Some("m".into()), ..ObjectMeta::default() },
                            ..ConfigMap::default()
                        };
                        let written = api.create(&kube::api::PostParams::default(), &map).await;
                        let written = written.map_err(|_| "not created")?;
                        if waits {
                            context.wait_for_own_write(&written).map_err(|_| "not watched")?;
                        }
                    }
                    Ok(Next::Done)
                }
            }
        });
        until(|| lines.lock().len() == 1).await;
        paint(&server, "a", "blue");
        sleep(20 * SECOND).await;
        assert_eq!(lines.lock().len(), if waits { 1 } else { 2 });
        silent.remove();
        until(|| lines.lock().len() == 2).await;
        let second = if waits { "map is cached: true" } else { "map is cached: false" };
        assert_eq!(lines.lock()[1], second);
        drop(running);
    }
}

#[tokio::test(start_paused = true)]
async fn an_own_write_that_never_arrives_is_reported() {
    let server = server();
    create(&server, "a", "red");
    let reports = Lines::default();
    let reconciler = reconciler(&server).own_write_timeout(30 * SECOND).on_report({
        let reports = reports.clone();
        move |report| {
            if let Report::OwnWriteMissing { key, object, resource_version, .. } = report {
                reports.lock().push(format!("{key} {object} {resource_version}"));
            }
        }
    });
    let runs = Arc::new(Mutex::new(Vec::new()));
    let start = Instant::now();
    let running = run(reconciler, {
        let runs = runs.clone();
        move |context, _| {
            runs.lock().push(start.elapsed().as_secs());
            let first = runs.lock().len() == 1;
            async move {
                let written = ObjectMeta {
                    namespace: Some("default".into()),
                    name: Some("a".into()),
                    resource_version: Some("99999999".into()),
                    ..ObjectMeta::default()
                };
                if first {
                    context
                        .wait_for_own_write_of("example.com", "Widget", &written)
                        .map_err(|_| "not watched")?;
                }
                Ok(if first { Next::AtOnce } else { Next::Done })
            }
        }
    });
    sleep(100 * SECOND).await;
    assert_eq!(*runs.lock(), [0, 30]);
    assert_eq!(*reports.lock(), ["default/a default/a 99999999"]);
    drop(running);
}

#[tokio::test(start_paused = true)]
async fn a_type_without_an_informer_cannot_be_waited_for() {
    let server = server();
    create(&server, "a", "red");
    let (send, receive) = oneshot::channel();
    let send = Mutex::new(Some(send));
    let running = run(reconciler(&server), move |context, _| {
        if let Some(send) = send.lock().take() {
            let unwritten = context.wait_for_own_write_of("example.com", "Widget", &ObjectMeta::default());
            send.send((context.wait_for_own_write(&Node::default()), unwritten)).expect("received");
        }
        async { Ok(Next::Done) }
    });
    let (unwatched, unwritten) = receive.await.expect("sent");
    let error = unwatched.expect_err("there is no informer of nodes");
    assert_eq!(error, OwnWriteError::NotWatched { group: String::new(), kind: "Node".into() });
    let error = unwritten.expect_err("the object was not returned by a write");
    assert_eq!(error, OwnWriteError::NotWritten { kind: "Widget".into() });
    assert_eq!(running.stop().await.failures, 0);
}
