//! Predicates over events, for [`Reconciler::on`](super::Reconciler::on) and [`Source::on`](super::Source::on): which
//! changes lead to a run. Any function from `&Event<K>` to `bool` is a predicate.
//!
//! Additions and deletions satisfy all predicates in this module. Combine them with closures:
//!
//! ```
//! use reflector_runtime::{Event, reconcile::predicate};
//!
//! fn spec_or_labels<K>(event: &Event<K>) -> bool {
//!     predicate::generation_changed(event) || predicate::labels_changed(event)
//! }
//! ```

use kube::core::ObjectMeta;

use crate::informer::Event;

/// The spec has changed, or the object is being deleted (controller-runtime's `GenerationChangedPredicate`).
///
/// Types without a generation, such as `ConfigMap`, satisfy it with each change.
pub fn generation_changed<K>(event: &Event<K>) -> bool {
    changed(event, |old, new| {
        new.generation.is_none()
            || old.generation != new.generation
            || old.deletion_timestamp != new.deletion_timestamp
            || old.uid != new.uid
    })
}

/// A label has changed (controller-runtime's `LabelChangedPredicate`).
pub fn labels_changed<K>(event: &Event<K>) -> bool {
    changed(event, |old, new| old.labels != new.labels)
}

/// An annotation has changed (controller-runtime's `AnnotationChangedPredicate`).
pub fn annotations_changed<K>(event: &Event<K>) -> bool {
    changed(event, |old, new| old.annotations != new.annotations)
}

/// A finalizer was added or removed, or the object is being deleted.
pub fn finalizers_changed<K>(event: &Event<K>) -> bool {
    changed(event, |old, new| {
        old.finalizers != new.finalizers || old.deletion_timestamp != new.deletion_timestamp
    })
}

/// The object has changed: not a resync (controller-runtime's `ResourceVersionChangedPredicate`).
pub fn resource_version_changed<K>(event: &Event<K>) -> bool {
    changed(event, |old, new| old.resource_version != new.resource_version)
}

fn changed<K>(event: &Event<K>, compare: impl FnOnce(&ObjectMeta, &ObjectMeta) -> bool) -> bool {
    match event {
        Event::Updated { old, new, metadata, .. } => compare(metadata(old), metadata(new)),
        Event::Added { .. } | Event::Deleted { .. } => true,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use k8s_openapi::{api::apps::v1::Deployment, apimachinery::pkg::apis::meta::v1::Time};

    use super::*;
    use crate::resource_type::ResourceType;

    fn deployment(change: impl FnOnce(&mut ObjectMeta)) -> Arc<Deployment> {
        let mut deployment = Deployment::default();
        deployment.metadata.generation = Some(1);
        deployment.metadata.resource_version = Some("1".into());
        change(&mut deployment.metadata);
        Arc::new(deployment)
    }

    /// Which predicates an update satisfies: generation, labels, annotations, finalizers, resourceVersion.
    fn satisfied(change: impl FnOnce(&mut ObjectMeta)) -> [bool; 5] {
        let old = deployment(|_| {});
        all(&Event::updated(&ResourceType::from_resource(), old, deployment(change)))
    }

    fn all(event: &Event<Deployment>) -> [bool; 5] {
        [
            generation_changed(event),
            labels_changed(event),
            annotations_changed(event),
            finalizers_changed(event),
            resource_version_changed(event),
        ]
    }

    #[test]
    fn each_predicate_looks_at_its_field() {
        let one = || Some(BTreeMap::from([("a".to_owned(), "b".to_owned())]));
        let now = || Some(Time(k8s_openapi::jiff::Timestamp::UNIX_EPOCH));
        assert_eq!(satisfied(|_| {}), [false; 5]);
        assert_eq!(satisfied(|new| new.generation = Some(2)), [true, false, false, false, false]);
        assert_eq!(satisfied(|new| new.labels = one()), [false, true, false, false, false]);
        assert_eq!(satisfied(|new| new.annotations = one()), [false, false, true, false, false]);
        let finalizers = Some(vec!["f".to_owned()]);
        assert_eq!(satisfied(|new| new.finalizers = finalizers), [false, false, false, true, false]);
        assert_eq!(satisfied(|new| new.deletion_timestamp = now()), [true, false, false, true, false]);
        let version = Some("2".to_owned());
        assert_eq!(satisfied(|new| new.resource_version = version), [false, false, false, false, true]);
    }

    #[test]
    fn additions_and_deletions_satisfy_all() {
        let resource_type = ResourceType::from_resource();
        assert_eq!(all(&Event::added(&resource_type, deployment(|_| {}), true)), [true; 5]);
        assert_eq!(all(&Event::deleted(&resource_type, deployment(|_| {}), false)), [true; 5]);
    }
}
