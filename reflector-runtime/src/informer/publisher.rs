//! [`Publisher`]: publishes what an informer and its handlers count through the `metrics` facade. Reads counts only, on a
//! task of its own, and must not be needed by anything that counts.

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};

use tokio::{runtime::Handle, sync::watch, time::timeout};

use super::{InformerStats, stats::StatsSource};
use crate::metrics::{self, Labels};

/// The time between two publications.
const INTERVAL: Duration = Duration::from_secs(5);

/// The series of an informer and of its handlers.
pub(super) struct Publisher<K: Send + Sync + 'static> {
    informer: InformerSeries<K>,
    handlers: HandlerSeries<K>,
}

impl<K: Send + Sync + 'static> Publisher<K> {
    pub(super) fn new(labels: Labels, source: Arc<StatsSource<K>>) -> Self {
        Self {
            informer: InformerSeries {
                labels: labels.clone(),
                source: source.clone(),
                published: InformerStats::default(),
            },
            handlers: HandlerSeries { labels, source, names: BTreeMap::new() },
        }
    }

    /// Publishes until the informer and its handlers have ended. `running` is dropped once the gauges of the informer are
    /// reset. Returns a sender that the informer's task drops at its end.
    pub(super) fn spawn(self, runtime: &Handle, running: watch::Sender<()>) -> watch::Sender<()> {
        let (informer_running, informer_ended) = watch::channel(());
        self.handlers.source.handlers().publication_begins();
        runtime.spawn(self.run(informer_ended, running));
        informer_running
    }

    async fn run(self, mut informer_ended: watch::Receiver<()>, running: watch::Sender<()>) {
        let Self { mut informer, mut handlers } = self;
        metrics::describe();
        // Nothing is sent on this channel: `changed` returns when its sender is dropped.
        publish_until(informer_ended.changed(), || {
            informer.publish();
            handlers.publish();
        })
        .await;
        drop(informer);
        drop(running);
        let source = handlers.source.clone();
        publish_until(source.handlers_ended(), || handlers.publish()).await;
    }
}

/// Publishes now, and once per interval until `end` completes.
async fn publish_until(end: impl Future, mut publish: impl FnMut()) {
    let mut end = std::pin::pin!(end);
    loop {
        publish();
        if timeout(INTERVAL, end.as_mut()).await.is_ok() {
            return;
        }
    }
}

/// The series of an informer. They are completed and reset when it is dropped, also by the end of the runtime.
struct InformerSeries<K: Send + Sync + 'static> {
    labels: Labels,
    source: Arc<StatsSource<K>>,
    /// The counts that have been published.
    published: InformerStats,
}

impl<K: Send + Sync + 'static> InformerSeries<K> {
    fn publish(&mut self) {
        let stats = self.source.counts();
        self.publish_counters(&stats);
        let gauge = |name, value: f64| self.labels.gauge(name).set(value);
        gauge(metrics::REFLECTOR_SYNCED, f64::from(u8::from(self.source.is_synced())));
        gauge(metrics::REFLECTOR_OBJECTS, float(stats.objects));
        gauge(metrics::INFORMER_QUEUED_ITEMS, float(stats.queued_items));
        let since_last_event = stats.since_last_event.map_or(f64::NAN, |since| since.as_secs_f64());
        gauge(metrics::REFLECTOR_SINCE_LAST_EVENT_SECONDS, since_last_event);
        let version = self.source.resource_version().and_then(|version| version.parse().ok());
        gauge(metrics::INFORMER_STORE_RESOURCE_VERSION, version.unwrap_or(f64::NAN));
        self.published = stats;
    }

    /// Adds what was counted since the last publication, so that informers with the same labels continue each other.
    fn publish_counters(&self, stats: &InformerStats) {
        let (labels, published) = (&self.labels, &self.published);
        let add = |labels: &Labels, name, now: u64, before: u64| {
            labels.counter(name).increment(now.saturating_sub(before));
        };
        for (name, count) in [
            (metrics::REFLECTOR_LISTS_TOTAL, (|stats| stats.lists) as fn(&InformerStats) -> u64),
            (metrics::REFLECTOR_WATCHES_TOTAL, |stats| stats.watches),
            (metrics::REFLECTOR_SHORT_WATCHES_TOTAL, |stats| stats.short_watches),
            (metrics::REFLECTOR_RECEIVED_BYTES_TOTAL, |stats| stats.bytes_received),
            (metrics::REFLECTOR_SKIPPED_ITEMS_TOTAL, |stats| stats.skipped),
            (metrics::REFLECTOR_HANDLER_PANICS_TOTAL, |stats| stats.handler_panics),
        ] {
            add(labels, name, count(stats), count(published));
        }
        let (events, before) = (stats.events, published.events);
        for (event_type, now, before) in [
            ("added", events.added, before.added),
            ("updated", events.updated, before.updated),
            ("deleted", events.deleted, before.deleted),
            ("resynced", events.resynced, before.resynced),
        ] {
            let labels = labels.with_static(metrics::TYPE, event_type);
            add(&labels, metrics::REFLECTOR_EVENTS_TOTAL, now, before);
        }
        for (cause, now) in &stats.relists {
            let before = published.relists.get(cause).copied().unwrap_or_default();
            let labels = labels.with_static(metrics::CAUSE, cause.as_str());
            add(&labels, metrics::REFLECTOR_RELISTS_TOTAL, *now, before);
        }
        for (reason, now) in &stats.failures {
            let before = published.failures.get(reason).copied().unwrap_or_default();
            let labels = labels.with_static(metrics::REASON, reason.as_str());
            add(&labels, metrics::REFLECTOR_FAILURES_TOTAL, *now, before);
        }
    }
}

impl<K: Send + Sync + 'static> Drop for InformerSeries<K> {
    fn drop(&mut self) {
        self.publish_counters(&self.source.counts());
        for (name, value) in [
            (metrics::REFLECTOR_SYNCED, 0.0),
            (metrics::REFLECTOR_OBJECTS, 0.0),
            (metrics::INFORMER_QUEUED_ITEMS, 0.0),
            (metrics::REFLECTOR_SINCE_LAST_EVENT_SECONDS, f64::NAN),
            (metrics::INFORMER_STORE_RESOURCE_VERSION, f64::NAN),
        ] {
            self.labels.gauge(name).set(value);
        }
    }
}

/// The series of an informer's handlers, one per name.
struct HandlerSeries<K: Send + Sync + 'static> {
    labels: Labels,
    source: Arc<StatsSource<K>>,
    /// The state of the handlers with each name that has been published.
    names: BTreeMap<String, QueueSum>,
}

/// The queues of the handlers with the same name.
#[derive(Clone, Copy, Default)]
struct QueueSum {
    handlers: usize,
    queued: usize,
    lag: Duration,
}

impl<K: Send + Sync + 'static> HandlerSeries<K> {
    fn publish(&mut self) {
        self.names.values_mut().for_each(|sum| *sum = QueueSum::default());
        for handler in self.source.handlers().all_known() {
            let (processed, merged) = handler.take_unpublished();
            let has_ended = handler.has_ended();
            if has_ended && processed == 0 && merged == 0 && !self.names.contains_key(handler.name()) {
                continue;
            }
            let labels = self.labels.with(metrics::HANDLER, handler.name());
            labels.counter(metrics::REFLECTOR_HANDLER_PROCESSED_EVENTS_TOTAL).increment(processed);
            labels.counter(metrics::REFLECTOR_HANDLER_MERGED_EVENTS_TOTAL).increment(merged);
            let sum = self.names.entry(handler.name().to_owned()).or_default();
            if !has_ended {
                let stats = handler.stats();
                sum.handlers += 1;
                sum.queued += stats.queued;
                sum.lag = sum.lag.max(stats.lag.unwrap_or_default());
            }
        }
        for (name, sum) in &self.names {
            self.set_gauges(name, *sum);
        }
        // The gauges of the ended handlers are zero now.
        self.names.retain(|_, sum| sum.handlers > 0);
    }

    fn set_gauges(&self, name: &str, sum: QueueSum) {
        let labels = self.labels.with(metrics::HANDLER, name);
        labels.gauge(metrics::REFLECTOR_HANDLER_QUEUED_EVENTS).set(float(sum.queued));
        labels.gauge(metrics::REFLECTOR_HANDLER_LAG_SECONDS).set(sum.lag.as_secs_f64());
    }
}

impl<K: Send + Sync + 'static> Drop for HandlerSeries<K> {
    fn drop(&mut self) {
        self.publish();
        self.source.handlers().publication_ends();
        for name in self.names.keys() {
            self.set_gauges(name, QueueSum::default());
        }
    }
}

/// A count as the value of a gauge. Precise up to 2^53.
#[allow(clippy::cast_precision_loss, reason = "no count of objects in memory is so high")]
fn float(count: usize) -> f64 {
    count as f64
}
