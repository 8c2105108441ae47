//! Feeds: from the events of an informer, or from a stream of triggers, to keys in the queue.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use futures::{FutureExt as _, Stream, StreamExt as _};
use kube::core::ObjectMeta;

use super::{Report, Source, Trigger, reconciler::Shared};
use crate::{
    delta_fifo::Cause,
    informer::{Event, WaitForSync},
    key::{KeyRef, ObjectKey},
    workqueue::{AddOptions, Priority},
};

/// Calls the last argument with each key of the primary resource that an event concerns.
pub(super) type MapEvent<K, D> = Box<dyn Fn(&Shared<K>, &Event<D>, &mut dyn FnMut(ObjectKey)) + Send + Sync>;

/// A source of keys. The resource type is returned when its informer has stopped.
pub(super) trait Feed<K: 'static>: Send + Sync {
    fn wait_for_sync(&self) -> WaitForSync;
    fn run(self: Box<Self>, shared: Arc<Shared<K>>) -> Pin<Box<dyn Future<Output = String> + Send>>;
}

/// The feed of an informer.
pub(super) struct InformerFeed<K: 'static, D: 'static> {
    pub(super) source: Source<D>,
    /// The number of its resource in [`OwnWrites`](super::own_writes::OwnWrites).
    pub(super) resource: usize,
    pub(super) map: MapEvent<K, D>,
}

impl<K: Send + Sync + 'static, D: Send + Sync + 'static> Feed<K> for InformerFeed<K, D> {
    fn wait_for_sync(&self) -> WaitForSync {
        self.source.informer.wait_for_sync()
    }

    fn run(self: Box<Self>, shared: Arc<Shared<K>>) -> Pin<Box<dyn Future<Output = String> + Send>> {
        Box::pin(async move {
            let mut events = self.source.informer.subscribe();
            while let Some(event) = events.next().await {
                self.deliver(&shared, &event);
                tokio::task::coop::consume_budget().await;
            }
            self.source.informer.store().resource_type().to_string()
        })
    }
}

impl<K: Send + Sync + 'static, D: Send + Sync + 'static> InformerFeed<K, D> {
    fn deliver(&self, shared: &Shared<K>, event: &Event<D>) {
        let object = || event.key().map(KeyRef::to_key);
        // Their runs are due, and waited for this object only.
        for key in shared.own_writes.arrived(self.resource, object) {
            shared.queue.add(key);
        }
        let report = || {
            let resource = self.source.informer.store().resource_type().to_string();
            shared.report(&Report::MappingPanicked { resource, object: object() });
        };
        let is_relevant = catch_unwind(AssertUnwindSafe(|| self.source.is_relevant(event)));
        // A run too many has no effect, one too few loses the change.
        let is_relevant = is_relevant.unwrap_or_else(|_| {
            report();
            true
        });
        if !is_relevant {
            return;
        }
        let priority = priority_of(event);
        let mapped = catch_unwind(AssertUnwindSafe(|| {
            (self.map)(shared, event, &mut |key| shared.trigger(key, priority));
        }));
        if mapped.is_err() {
            report();
        }
    }
}

/// The states that an event contains: the current or last one, and the one that was delivered before.
pub(super) fn states<D>(event: &Event<D>) -> impl Iterator<Item = (&D, &ObjectMeta)> {
    let (old, new, metadata) = match event {
        Event::Added { object, metadata, .. } => (None, object, metadata),
        Event::Updated { old, new, metadata, .. } => (Some(old), new, metadata),
        Event::Deleted { last_known, previous, metadata, .. } => (Some(previous), last_known, metadata),
    };
    // In a resync, and in most deletions, both states are the same.
    let old = old.filter(|old| !Arc::ptr_eq(old, new));
    old.into_iter().chain([new]).map(|object| (&**object, metadata(object)))
}

/// The initial list and resyncs wait behind changes.
fn priority_of<D>(event: &Event<D>) -> Priority {
    match event.cause() {
        Cause::InitialList | Cause::Resync => Priority::Low,
        Cause::Watch | Cause::Relist => Priority::Normal,
    }
}

/// Feeds a stream of outside triggers, until it ends or panics.
pub(super) async fn follow<K: Send + Sync + 'static>(
    mut triggers: Pin<Box<dyn Stream<Item = Trigger> + Send>>,
    shared: Arc<Shared<K>>,
) {
    loop {
        match AssertUnwindSafe(triggers.next()).catch_unwind().await {
            Ok(Some(Trigger::Key(key))) => shared.trigger(key, Priority::Normal),
            Ok(Some(Trigger::All)) => add_all(&shared),
            Ok(None) => return,
            Err(_) => return shared.report(&Report::TriggersPanicked),
        }
        // A stream that is always ready does not keep the thread.
        tokio::task::coop::consume_budget().await;
    }
}

/// The shortest period of [`every`].
const SHORTEST_PERIOD: Duration = Duration::from_millis(1);

/// A stream of [`Trigger::All`], one after each period.
pub(super) fn every(period: Duration) -> impl Stream<Item = Trigger> + Send {
    let period = period.max(SHORTEST_PERIOD);
    futures::stream::unfold((), move |()| async move {
        tokio::time::sleep(period).await;
        Some((Trigger::All, ()))
    })
}

fn add_all<K: Send + Sync + 'static>(shared: &Shared<K>) {
    let resource_type = shared.store.resource_type();
    let mut keys = Vec::with_capacity(shared.store.len());
    shared.store.for_each(|object| keys.extend(resource_type.key(object).ok().map(KeyRef::to_key)));
    let options = AddOptions::new().priority(Priority::Low);
    for key in keys {
        shared.queue.add_with(key, options);
    }
}
