//! [`Labels`]: what identifies the series of an informer.

use std::sync::Arc;

use ::metrics::{Counter, Gauge, Histogram, Label, SharedString, counter, gauge, histogram};

use super::LABELS;
use crate::resource_type::ResourceType;

/// The labels of an informer. A metric is looked up in the recorder of the moment each time, so that a recorder that is
/// installed later, or one that has removed a series, receives the next value.
#[derive(Clone, Debug)]
pub(crate) struct Labels(Vec<Label>);

impl Labels {
    pub(crate) fn new<K>(name: &str, resource_type: &ResourceType<K>) -> Self {
        let values = [name, resource_type.group(), resource_type.version(), resource_type.plural()];
        Self(LABELS.into_iter().zip(values).map(|(label, value)| Label::new(label, shared(value))).collect())
    }

    /// These labels and another one.
    pub(crate) fn with(&self, label: &'static str, value: &str) -> Self {
        self.with_shared(label, shared(value))
    }

    /// These labels and one of an enumeration.
    pub(crate) fn with_static(&self, label: &'static str, value: &'static str) -> Self {
        self.with_shared(label, SharedString::const_str(value))
    }

    fn with_shared(&self, label: &'static str, value: SharedString) -> Self {
        Self(self.0.iter().cloned().chain([Label::new(label, value)]).collect())
    }

    pub(crate) fn counter(&self, name: &'static str) -> Counter {
        counter!(name, self.0.clone())
    }

    pub(crate) fn gauge(&self, name: &'static str) -> Gauge {
        gauge!(name, self.0.clone())
    }

    pub(crate) fn histogram(&self, name: &'static str) -> Histogram {
        histogram!(name, self.0.clone())
    }
}

/// A text whose clones are cheap.
fn shared(text: &str) -> SharedString {
    SharedString::from_shared(Arc::from(text))
}
