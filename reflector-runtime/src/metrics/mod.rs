//! The metrics that informers publish through the [`metrics`] facade, if the crate feature `metrics` is enabled.
//!
//! Install a recorder, such as an exporter to Prometheus, before you start informers: counts are published from the
//! moment at which a recorder is installed, and descriptions when an informer starts. [`ALL`] describes each metric.
//!
//! Gauges and counters are published when an informer starts, every 5 s, and when it stops; they add no work to the
//! processing of events. Histograms are recorded at the end of each list and watch, and once per batch of changes.
//! Reflectors without an informer, and the one-shot waits of [`InformerBuilder`](crate::InformerBuilder), publish nothing.
//!
//! # Labels
//! Each metric has the labels `name`, `group`, `version` and `resource`: the informer's name
//! ([`InformerBuilder::name`](crate::InformerBuilder::name), by default a description of what is listed) and what it
//! lists. Further labels are the name of a handler, and the values of an enumeration. No label contains the name or the
//! namespace of an object, so the number of series is bounded by the number of informers and handlers.
//!
//! Informers with the same name and resource share their series: counters are added up, and a gauge shows the value
//! that was published last. Give each informer a name of its own. Handlers of an informer with the same name share
//! theirs too: the numbers of events are added up, and the lag is the longest.
//!
//! # When an informer stops
//! Its gauges are set to zero, or to NaN where zero would be a value. The series of its handlers follow when the handlers
//! have processed what is queued. A new informer with the same labels continues the counters. The facade cannot remove
//! series: let the exporter remove those that are no longer published
//! (`PrometheusBuilder::idle_timeout` for counters and gauges, with more than 5 s).
//!
//! Owns names, labels and descriptions. Must not depend on what is counted.

mod labels;
mod names;

use ::metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

pub(crate) use self::labels::Labels;
pub use self::names::*;

/// The description of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// The name. It contains the unit.
    pub name: &'static str,
    /// What its values mean.
    pub kind: MetricKind,
    /// The unit.
    pub unit: Unit,
    /// The labels in addition to those of all metrics ([`LABELS`]).
    pub labels: &'static [&'static str],
    /// What is measured, in one sentence.
    pub help: &'static str,
}

/// The kind of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// A count that only increases.
    Counter,
    /// A current value.
    Gauge,
    /// A distribution of values.
    Histogram,
}

impl MetricKind {
    /// The kind in the words of Prometheus: `counter`, `gauge` or `histogram`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// Describes all metrics to the current recorder.
pub(crate) fn describe() {
    for Metric { name, kind, unit, help, .. } in ALL {
        match kind {
            MetricKind::Counter => describe_counter!(*name, *unit, *help),
            MetricKind::Gauge => describe_gauge!(*name, *unit, *help),
            MetricKind::Histogram => describe_histogram!(*name, *unit, *help),
        }
    }
}
