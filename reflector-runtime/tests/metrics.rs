//! The crate feature `metrics`: every metric, with its labels and values, from the start of an informer to its end.

mod support;

use std::{collections::BTreeMap, time::Duration};

use metrics::LocalRecorderGuard;
use metrics_util::{
    MetricKind as Kind,
    debugging::{DebugValue, DebuggingRecorder, Snapshotter},
};
use reflector_apiserver::{Answer, RequestMatcher};
use reflector_runtime::{
    DeliveryOptions, Event, Informer, InitialListStrategy, ObjectKey, Reflect as _, handler_fn,
    metrics::{ALL, LABELS, MetricKind},
};
use serde_json::json;
use support::{Widget, create, delete, paint, server, synced, until};
use tokio::time::sleep;

/// The time after which everything has been published.
const INTERVAL: Duration = Duration::from_millis(5001);

/// A recorder for the tasks of a test, which all run on its thread.
fn recorder() -> (LocalRecorderGuard<'static>, Scraper) {
    let recorder: &'static DebuggingRecorder = Box::leak(Box::default());
    let scraper = Scraper { snapshotter: recorder.snapshotter(), series: BTreeMap::new() };
    (metrics::set_default_local_recorder(recorder), scraper)
}

/// What a scrape has found under each `name{label="value",...}`.
struct Scraper {
    snapshotter: Snapshotter,
    series: BTreeMap<String, Found>,
}

#[derive(Clone, Debug, PartialEq)]
enum Found {
    Counter(u64),
    Gauge(f64),
    Histogram(Vec<f64>),
}

impl Scraper {
    /// The labels of the informer `widgets` are left out.
    const OWN: &str = "name=widgets,group=example.com,version=v1,resource=widgets";

    /// Waits for the next publication, and reads it.
    async fn scrape(&mut self) {
        // A snapshot resets what it reads.
        self.take();
        sleep(INTERVAL).await;
        self.take();
    }

    fn take(&mut self) {
        for (key, _, _, value) in self.snapshotter.snapshot().into_vec() {
            let labels: Vec<String> =
                key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let labels = labels.join(",");
            let labels = labels.strip_prefix(Self::OWN).unwrap_or(&labels).trim_start_matches(',');
            let found = self.series.entry(format!("{}{{{labels}}}", key.key().name()));
            match value {
                DebugValue::Counter(count) => {
                    let Found::Counter(before) = found.or_insert(Found::Counter(0)) else {
                        panic!("{key:?}")
                    };
                    *before += count;
                }
                DebugValue::Gauge(value) => *found.or_insert(Found::Gauge(0.0)) = Found::Gauge(value.0),
                DebugValue::Histogram(values) => {
                    let before = found.or_insert(Found::Histogram(Vec::new()));
                    let Found::Histogram(before) = before else { panic!("{key:?}") };
                    before.extend(values.iter().map(|value| value.0));
                }
            }
        }
    }

    fn counter(&self, series: &str) -> u64 {
        let Some(Found::Counter(count)) = self.series.get(series) else {
            panic!("{series}: {:#?}", self.series)
        };
        *count
    }

    fn gauge(&self, series: &str) -> f64 {
        let Some(Found::Gauge(value)) = self.series.get(series) else {
            panic!("{series}: {:#?}", self.series)
        };
        *value
    }

    fn histogram(&self, series: &str) -> &[f64] {
        let Some(Found::Histogram(values)) = self.series.get(series) else {
            panic!("{series}: {:#?}", self.series)
        };
        values
    }
}

/// A value that is computed without rounding.
#[track_caller]
fn equal(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-6, "{value} is not {expected}");
}

fn named(server: &reflector_apiserver::ApiServer) -> Informer<Widget> {
    Widget::informer(server.client()).name("widgets").initial_list_strategy(InitialListStrategy::List).start()
}

#[tokio::test(start_paused = true)]
async fn every_metric_has_its_name_labels_and_value() {
    let (_guard, mut scraper) = recorder();
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    let invalid = json!({ "metadata": { "name": "invalid" }, "spec": { "color": 7 } });
    server.create("example.com/v1", "widgets", Some("default"), invalid).unwrap();
    server.faults().on(RequestMatcher::list("widgets")).times(1).delay(Duration::from_secs(3));
    let informer = named(&server);
    let slow = |_: Event<Widget>| sleep(Duration::from_secs(1000));
    let _slow = informer.add_async_handler_with(slow, DeliveryOptions::new().name("slow"));
    let fast = handler_fn(|event: Event<Widget>| assert!(!matches!(event, Event::Deleted { .. }), "a panic"));
    let _fast = informer.add_handler_with(fast, DeliveryOptions::new().name("fast"));
    informer.wait_for_sync().await.unwrap();
    let listed = server.resource_version();
    scraper.scrape().await;

    assert_eq!(scraper.counter("reflector_lists_total{}"), 1);
    equal(
        scraper.histogram("reflector_list_duration_seconds{}")[0],
        informer.stats().list_time.as_secs_f64(),
    );
    assert!(scraper.histogram("reflector_list_duration_seconds{}")[0] >= 3.0);
    assert_eq!(scraper.histogram("reflector_items_per_list{}"), [4.0]);
    assert_eq!(scraper.counter("reflector_watches_total{}"), 1);
    assert_eq!(scraper.counter("reflector_short_watches_total{}"), 0);
    assert_eq!(scraper.counter("reflector_skipped_items_total{}"), 1);
    assert_eq!(scraper.counter("reflector_received_bytes_total{}"), informer.stats().bytes_received);
    equal(scraper.gauge("reflector_synced{}"), 1.0);
    equal(scraper.gauge("reflector_objects{}"), 3.0);
    equal(scraper.gauge("informer_queued_items{}"), 0.0);
    #[allow(clippy::cast_precision_loss, reason = "a low version")]
    equal(scraper.gauge("informer_store_resource_version{}"), listed as f64);
    for (event_type, count) in [("added", 3), ("updated", 0), ("deleted", 0), ("resynced", 0)] {
        assert_eq!(scraper.counter(&format!("reflector_events_total{{type={event_type}}}")), count);
    }

    sleep(Duration::from_secs(100)).await;
    paint(&server, "b", "blue");
    paint(&server, "b", "green");
    delete(&server, "a");
    sleep(Duration::from_millis(500)).await;
    scraper.scrape().await;
    assert_eq!(scraper.counter("reflector_events_total{type=updated}"), 2);
    assert_eq!(scraper.counter("reflector_events_total{type=deleted}"), 1);
    assert!(scraper.gauge("reflector_since_last_event_seconds{}") <= 5.5);
    // `a` is being handled: its deletion is queued, as are `b` and `c`.
    equal(scraper.gauge("reflector_handler_queued_events{handler=slow}"), 3.0);
    let lag = scraper.gauge("reflector_handler_lag_seconds{handler=slow}");
    assert!((100.0..120.0).contains(&lag), "{lag}");
    assert_eq!(scraper.counter("reflector_handler_merged_events_total{handler=slow}"), 2);
    assert_eq!(scraper.counter("reflector_handler_processed_events_total{handler=slow}"), 0);
    equal(scraper.gauge("reflector_handler_queued_events{handler=fast}"), 0.0);
    equal(scraper.gauge("reflector_handler_lag_seconds{handler=fast}"), 0.0);
    assert!(scraper.counter("reflector_handler_processed_events_total{handler=fast}") >= 5);
    assert_eq!(scraper.counter("reflector_handler_panics_total{}"), 1);

    // A relist, and a watch that ends.
    server.faults().on(RequestMatcher::watch("widgets")).times(1).status(503);
    server.drop_all_watches();
    paint(&server, "b", "red");
    server.compact();
    until(|| informer.stats().lists == 2 && informer.is_synced()).await;
    scraper.scrape().await;
    assert_eq!(scraper.counter("reflector_relists_total{cause=expired}"), 1);
    for reason in ["server_error", "expired"] {
        assert_eq!(scraper.counter(&format!("reflector_failures_total{{reason={reason}}}")), 1);
    }
    // The three changes, and bookmarks.
    assert!(scraper.histogram("reflector_items_per_watch{}")[0] >= 3.0);
    assert!(scraper.histogram("reflector_watch_duration_seconds{}")[0] > 100.0);

    // All of them, and no others.
    let all: BTreeMap<&str, Vec<&str>> =
        ALL.iter().map(|metric| (metric.name, metric.labels.to_vec())).collect();
    let mut published: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for series in scraper.series.keys() {
        let (name, labels) = series.split_once('{').unwrap();
        let labels =
            labels.trim_end_matches('}').split(',').filter_map(|label| Some(label.split_once('=')?.0));
        published.insert(name, labels.collect());
    }
    assert_eq!(published, all);
}

#[tokio::test(start_paused = true)]
async fn every_metric_is_described() {
    let (_guard, scraper) = recorder();
    let server = server();
    let informer = synced(&server).await;
    let handler = informer.add_handler(handler_fn(|_: Event<Widget>| {}));
    handler.wait_for_sync().await.unwrap();
    sleep(INTERVAL).await;
    let mut described = 0;
    for (key, unit, help, _) in scraper.snapshotter.snapshot().into_vec() {
        let metric = ALL.iter().find(|metric| metric.name == key.key().name()).expect("listed in ALL");
        let kind = match key.kind() {
            Kind::Counter => MetricKind::Counter,
            Kind::Gauge => MetricKind::Gauge,
            Kind::Histogram => MetricKind::Histogram,
        };
        assert_eq!((metric.kind, Some(metric.unit), Some(metric.help)), (kind, unit, help.as_deref()));
        let labels: Vec<&str> = key.key().labels().map(metrics::Label::key).collect();
        assert_eq!(labels[..4], LABELS);
        assert_eq!(labels[4..], *metric.labels);
        described += 1;
    }
    assert!(described > 15, "{described}");
    // The default name of an informer, and of a handler.
    let series = format!("{:?}", scraper.snapshotter.snapshot());
    assert!(series.contains("widgets.example.com/v1") && series.contains("HandlerFn"), "{series}");
}

#[tokio::test(start_paused = true)]
async fn a_stopped_informer_resets_its_gauges_and_keeps_its_counters() {
    let (_guard, mut scraper) = recorder();
    let server = server();
    create(&server, "a", "red");
    let informer = named(&server);
    let _registration =
        informer.add_handler_with(handler_fn(|_: Event<Widget>| {}), DeliveryOptions::new().name("handler"));
    informer.wait_for_sync().await.unwrap();
    scraper.scrape().await;
    equal(scraper.gauge("reflector_objects{}"), 1.0);

    // What happened since the last publication is published at the end.
    paint(&server, "a", "blue");
    until(|| informer.stats().events.updated == 1).await;
    informer.shutdown().await;
    scraper.take();
    for gauge in ["reflector_synced{}", "reflector_objects{}", "informer_queued_items{}"] {
        equal(scraper.gauge(gauge), 0.0);
    }
    for gauge in ["reflector_since_last_event_seconds{}", "informer_store_resource_version{}"] {
        assert!(scraper.gauge(gauge).is_nan(), "{gauge}");
    }
    assert_eq!(scraper.counter("reflector_events_total{type=updated}"), 1);
    assert_eq!(scraper.histogram("reflector_items_per_watch{}"), [1.0]);
    sleep(Duration::from_millis(1)).await;
    scraper.take();
    assert_eq!(scraper.counter("reflector_handler_processed_events_total{handler=handler}"), 2);

    // Nothing is published anymore: an exporter can remove the series.
    let before = scraper.series.clone();
    sleep(INTERVAL * 10).await;
    let after = scraper.snapshotter.snapshot().into_vec();
    assert!(after.iter().all(|(_, _, _, value)| match value {
        DebugValue::Counter(count) => *count == 0,
        DebugValue::Gauge(value) => value.0 == 0.0,
        DebugValue::Histogram(values) => values.is_empty(),
    }));
    assert_eq!(scraper.series.len(), before.len());

    // A new informer with the same labels continues.
    let informer = named(&server);
    informer.wait_for_sync().await.unwrap();
    scraper.scrape().await;
    assert_eq!(scraper.counter("reflector_lists_total{}"), 2);
    assert_eq!(scraper.counter("reflector_events_total{type=added}"), 2);
    equal(scraper.gauge("reflector_objects{}"), 1.0);
    drop(informer);
    scraper.scrape().await;
    equal(scraper.gauge("reflector_synced{}"), 0.0);
}

#[tokio::test(start_paused = true)]
async fn handlers_with_the_same_name_share_their_series() {
    let (_guard, mut scraper) = recorder();
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    let informer = named(&server);
    informer.wait_for_sync().await.unwrap();
    let add = |seconds| {
        let options = DeliveryOptions::new().name("handler");
        informer.add_async_handler_with(move |_: Event<Widget>| sleep(Duration::from_secs(seconds)), options)
    };
    let _slower = add(10_000);
    let slow = add(100);
    scraper.scrape().await;
    equal(scraper.gauge("reflector_handler_queued_events{handler=handler}"), 4.0);
    sleep(Duration::from_secs(150)).await;
    scraper.scrape().await;
    equal(scraper.gauge("reflector_handler_queued_events{handler=handler}"), 3.0);
    assert_eq!(scraper.counter("reflector_handler_processed_events_total{handler=handler}"), 1);
    // One ends: its count stays.
    slow.remove().await;
    scraper.scrape().await;
    equal(scraper.gauge("reflector_handler_queued_events{handler=handler}"), 2.0);
    assert_eq!(scraper.counter("reflector_handler_processed_events_total{handler=handler}"), 2);

    // The queues of a stopped informer are shown until they are processed.
    informer.shutdown().await;
    scraper.scrape().await;
    equal(scraper.gauge("reflector_synced{}"), 0.0);
    equal(scraper.gauge("reflector_handler_queued_events{handler=handler}"), 2.0);
    sleep(Duration::from_secs(30_000)).await;
    scraper.take();
    scraper.take();
    equal(scraper.gauge("reflector_handler_queued_events{handler=handler}"), 0.0);
    assert_eq!(scraper.counter("reflector_handler_processed_events_total{handler=handler}"), 5);
}

/// Handlers that are added and removed between two publications: no event is missing.
#[tokio::test(start_paused = true)]
async fn the_counts_of_short_lived_handlers_are_published() {
    let (_guard, mut scraper) = recorder();
    let server = server();
    create(&server, "a", "red");
    let informer = named(&server);
    informer.wait_for_sync().await.unwrap();
    for _ in 0..100 {
        let options = DeliveryOptions::new().name("short");
        let handler = informer.add_handler_with(handler_fn(|_: Event<Widget>| {}), options);
        handler.wait_for_sync().await.unwrap();
        handler.remove().await;
    }
    scraper.scrape().await;
    assert_eq!(scraper.counter("reflector_handler_processed_events_total{handler=short}"), 100);
}

/// The number of keys that a program waits for is not bounded.
#[tokio::test(start_paused = true)]
async fn one_shot_waits_publish_nothing() {
    let (_guard, mut scraper) = recorder();
    let server = server();
    create(&server, "a", "red");
    let key = ObjectKey::namespaced("default", "a");
    Widget::informer(server.client()).wait_until_exists(&key).await.unwrap();
    scraper.scrape().await;
    assert!(scraper.series.is_empty(), "{:?}", scraper.series);
}

/// No label contains the name or the namespace of an object.
#[tokio::test(start_paused = true)]
async fn the_number_of_series_does_not_depend_on_objects_and_events() {
    let (_guard, mut scraper) = recorder();
    let server = server();
    create(&server, "a", "red");
    let informer = named(&server);
    informer.wait_for_sync().await.unwrap();
    let _handler = informer.add_handler(handler_fn(|_: Event<Widget>| {}));
    scraper.scrape().await;
    let before = scraper.series.len();
    for number in 0..100 {
        let name = format!("w{number}");
        create(&server, &name, "red");
        paint(&server, &name, "blue");
    }
    until(|| informer.lister().len() == 101).await;
    scraper.scrape().await;
    assert_eq!(scraper.counter("reflector_events_total{type=added}"), 101);
    assert_eq!(scraper.series.len(), before, "{:#?}", scraper.series.keys());
    assert!(!scraper.series.keys().any(|series| series.contains("default") || series.contains("w9")));
}

/// A recorder that is installed after the start receives gauges as they are, and counts from then on.
#[tokio::test(start_paused = true)]
async fn a_recorder_that_is_installed_later_receives_what_follows() {
    let server = server();
    create(&server, "a", "red");
    let informer = named(&server);
    informer.wait_for_sync().await.unwrap();
    sleep(INTERVAL).await;
    let (_guard, mut scraper) = recorder();
    create(&server, "b", "red");
    scraper.scrape().await;
    equal(scraper.gauge("reflector_objects{}"), 2.0);
    assert_eq!(scraper.counter("reflector_events_total{type=added}"), 1);
    // A watch without a result.
    server.faults().script(RequestMatcher::watch("widgets"), vec![Answer::watch(vec![])]);
    server.drop_all_watches();
    until(|| informer.stats().short_watches == 1).await;
    scraper.scrape().await;
    assert_eq!(scraper.counter("reflector_short_watches_total{}"), 1);
}
