//! [`DeltaFifo`]: the queue between the reflector and the informer.

use std::{fmt, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use super::{
    Applied, Change, EventOrder, InvalidObjectNotice, ListConsistency, QueueOrder, delta::Deltas,
    inner::Inner,
};
use crate::{
    key::{HashedKey, KeyError, KeyHash, KeyRef},
    resource_type::ResourceType,
    wire::{DecodedObjects, ObjectVersion},
};

/// The objects in the consumer's store (client-go's `KnownObjects`).
pub trait KnownObjects<K>: Send + Sync + 'static {
    /// The object with this key.
    fn get(&self, key: HashedKey<'_>) -> Option<Arc<K>>;

    /// Calls `visit` with every object and the hash of its key. The store may be locked during the call.
    fn for_each(&self, visit: &mut dyn FnMut(KeyHash, &Arc<K>));
}

/// A FIFO queue of deltas, for one consumer. By default each key is queued once, with all its deltas since it was last
/// popped (client-go's `DeltaFIFO`); with [`QueueOrder::Arrival`] deltas are queued one by one (client-go's `RealFIFO`).
///
/// Differences from client-go:
///
/// - A replacement is queued item by item while a list arrives ([`begin_replace`](Self::begin_replace) …
///   [`finish_replace`](Self::finish_replace)), so that no second copy of the list is needed.
/// - A listed object that is in the store at exactly that version causes no delta.
/// - An object never goes back to an older version.
/// - An object that was deleted and recreated unobserved (with another uid) gets a tombstone and an addition.
/// - A deletion of an unknown object is skipped in both orders: it has no effect on the consumer's store.
///
/// ```
/// # use std::sync::Arc;
/// # use k8s_openapi::api::core::v1::Node;
/// # use reflector_runtime::{DeltaFifo, ResourceType, Writer, delta_fifo::{Batch, Change}};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let nodes = Arc::new(ResourceType::<Node>::from_resource());
/// let queue = DeltaFifo::new(nodes.clone(), Arc::new(Writer::new(nodes).store()));
/// let mut node = Node::default();
/// node.metadata.name = Some("node-7".to_owned());
/// queue.push(Change::Added(Arc::new(node.clone())))?;
/// queue.push(Change::Updated(Arc::new(node)))?;
///
/// // One key, with two deltas.
/// let count = |batch: Batch<Node>| batch.popped[0].deltas.iter().count();
/// assert_eq!(queue.pop(100, count).await?, 2);
/// assert!(queue.is_empty());
/// # Ok(())
/// # }
/// ```
pub struct DeltaFifo<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    inner: Mutex<Inner<K>>,
    ready: Notify,
    synced: watch::Sender<bool>,
}

/// The number of queued keys from which the consumer is woken during a list. The end of the list always wakes it.
const WAKE_THRESHOLD: usize = 256;

/// The keys that [`DeltaFifo::pop`] passes to the consumer. A batch that contains the last key of a list ends with it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Batch<K> {
    /// Whether a relist begins with this batch. Changes of a relist are not contained in earlier batches.
    pub relist_began: bool,
    /// The popped keys in order, each with its deltas, oldest first.
    pub popped: Vec<Popped<K>>,
    /// What became of objects that cannot be decoded. Each notice has the number of entries of `popped` that precede it.
    pub notices: Vec<(usize, InvalidObjectNotice)>,
    /// Whether this batch completes the initial list.
    pub initial_list_complete: bool,
    /// Whether this batch completes the relist that began with it or an earlier one. All changes of the relist are
    /// contained in the batches up to this one.
    pub relist_ended: bool,
    /// If set: with this batch, the consumer has received everything up to this resourceVersion.
    pub version: Option<String>,
}

/// One key's deltas.
#[derive(Debug)]
pub struct Popped<K> {
    /// The deltas, oldest first. There is at least one.
    pub deltas: Deltas<K>,
    /// Whether the key is part of the initial list (client-go's `isInInitialList`).
    pub in_initial_list: bool,
    /// The hash of the key.
    pub(crate) hash: KeyHash,
}

/// The queue is closed and empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the queue is closed")]
pub struct Closed;

impl<K: Send + Sync + 'static> DeltaFifo<K> {
    /// An empty queue in front of a store with the objects `cached`.
    pub fn new(resource_type: Arc<ResourceType<K>>, cached: Arc<dyn KnownObjects<K>>) -> Self {
        Self::with_order(resource_type, cached, QueueOrder::default())
    }

    /// Like [`new`](Self::new), with a choice of the order.
    pub fn with_order(
        resource_type: Arc<ResourceType<K>>,
        cached: Arc<dyn KnownObjects<K>>,
        order: QueueOrder,
    ) -> Self {
        Self {
            inner: Mutex::new(Inner::new(resource_type.clone(), cached, order)),
            resource_type,
            ready: Notify::new(),
            synced: watch::Sender::new(false),
        }
    }

    /// Queues one change. Two kinds of change are skipped: the deletion of an object that is neither queued nor in
    /// the store, and a change to a version older than the known one.
    ///
    /// # Errors
    /// If the object has no name.
    pub fn push(&self, change: Change<K>) -> Result<(), KeyError> {
        self.push_all([change], EventOrder::InOrder).errors.pop().map_or(Ok(()), Err)
    }

    /// Queues changes under one lock, one after the other. `order` is what their versions mean compared with the
    /// events before. Returns what became of them.
    pub fn push_all(&self, changes: impl IntoIterator<Item = Change<K>>, order: EventOrder) -> Applied<K> {
        let mut inner = self.inner.lock();
        let mut applied = Applied::default();
        for change in changes {
            inner.apply(change, order, &mut applied);
        }
        // A list arrives in many small chunks. Waking the consumer for each chunk costs more than queueing it.
        let is_due = !inner.is_replacing() || inner.len() >= WAKE_THRESHOLD;
        drop(inner);
        if is_due {
            self.ready.notify_one();
        }
        applied
    }

    /// Begins a replacement. Listed objects are queued as they arrive ([`Change::Listed`]), and missing objects are
    /// swept at the end of the list. A replacement that is in progress is aborted.
    pub fn begin_replace(&self, consistency: ListConsistency) {
        self.inner.lock().begin_replace(consistency);
        self.ready.notify_one();
    }

    /// Aborts a replacement. Nothing is swept.
    pub fn abort_replace(&self) {
        self.inner.lock().abort_replace();
        self.ready.notify_one();
    }

    /// Completes a replacement. Each object that is queued or in the store and missing from the list gets a
    /// tombstone. Returns the number of tombstones. The first time, all keys queued at this point form the initial
    /// list.
    ///
    /// Does nothing if no replacement is in progress.
    pub fn finish_replace(&self, version: &str) -> usize {
        let swept = self.inner.lock().finish_replace(version);
        self.ready.notify_one();
        swept
    }

    /// Records that everything up to this resourceVersion has been queued.
    pub fn set_resource_version(&self, version: &str) {
        self.inner.lock().set_resource_version(version);
        self.ready.notify_one();
    }

    /// Queues every object of the store for delivery again, except objects that already have deltas queued
    /// (client-go's `Resync`). Returns the number of queued objects.
    pub fn resync(&self) -> usize {
        let count = self.inner.lock().resync();
        self.ready.notify_one();
        count
    }

    /// Waits until something is queued, then passes up to `most` entries to `process`: keys, or deltas with
    /// [`QueueOrder::Arrival`]. `process` runs under the queue's
    /// lock, so that no decision is based on a store that does not contain these changes yet.
    ///
    /// # Errors
    /// [`Closed`] once the queue is closed and empty.
    ///
    /// # Cancel safety
    /// Nothing is removed from the queue before `process` runs, and `process` does not wait.
    pub async fn pop<R>(&self, most: usize, process: impl FnOnce(Batch<K>) -> R) -> Result<R, Closed> {
        loop {
            let ready = self.ready.notified();
            {
                let mut inner = self.inner.lock();
                if inner.has_batch() {
                    let result = process(inner.pop(most));
                    if inner.processed() {
                        self.synced.send_replace(true);
                    }
                    return Ok(result);
                }
                if inner.closed {
                    return Err(Closed);
                }
            }
            ready.await;
        }
    }

    /// Whether the first replacement has been popped and processed completely (client-go's `HasSynced`).
    pub fn has_synced(&self) -> bool {
        *self.synced.borrow()
    }

    /// A receiver of [`has_synced`](Self::has_synced), to wait for it.
    pub fn synced(&self) -> watch::Receiver<bool> {
        self.synced.subscribe()
    }

    /// The number of queued entries: keys, or deltas with [`QueueOrder::Arrival`].
    pub fn len(&self) -> usize {
        self.inner.lock().len()
    }

    /// Whether nothing is queued.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Closes the queue. [`pop`](Self::pop) returns [`Closed`] once the queue is empty.
    pub fn close(&self) {
        self.inner.lock().closed = true;
        self.ready.notify_one();
    }
}

impl<K: Send + Sync + 'static> DecodedObjects<K> for DeltaFifo<K> {
    fn known(&self, key: KeyRef<'_>, version: ObjectVersion<'_>) -> Option<Arc<K>> {
        let known = self.inner.lock().trusted(key.into())?;
        (ObjectVersion::of(self.resource_type.metadata(&known)) == Some(version)).then_some(known)
    }
}

impl<K> fmt::Debug for DeltaFifo<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner.lock();
        f.debug_struct("DeltaFifo")
            .field("resource_type", &self.resource_type)
            .field("len", &inner.len())
            .field("population", inner.population())
            .finish_non_exhaustive()
    }
}
