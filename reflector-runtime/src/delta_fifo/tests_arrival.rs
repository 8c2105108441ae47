//! The tests of client-go's `the_real_fifo_test.go` that apply to [`QueueOrder::Arrival`]. Each test names its counterpart.
//!
//! `TestRealFIFO_ReplaceAtomic`, `TestRealFIFO_ReplaceAtomicPop` and `TestRealFIFO_ResyncAtomic` have none: a list is
//! queued item by item, and `Batch::relist_ended` marks its end. `TestRealFIFO_PopBrokenItemsInBatch` has none: an object
//! without a key is rejected when it is queued.

use std::sync::Arc;

use futures::FutureExt as _;
use k8s_openapi::api::core::v1::ConfigMap;

use super::{Batch, Change, Delta, DeltaFifo, EventOrder, ListConsistency, QueueOrder};
use crate::{
    key::KeyError,
    store::Writer,
    testing::{object, resource_type, show},
};

type Fifo = DeltaFifo<ConfigMap>;

fn fifo(cached: &[Arc<ConfigMap>]) -> Fifo {
    let mut writer = Writer::new(resource_type());
    for object in cached {
        writer.write().insert(object).unwrap();
    }
    DeltaFifo::with_order(resource_type(), Arc::new(writer.store()), QueueOrder::Arrival)
}

fn pop(fifo: &Fifo, most: usize) -> Batch<ConfigMap> {
    fifo.pop(most, |batch| batch).now_or_never().expect("a batch is queued").expect("open")
}

fn show_delta(delta: &Delta<ConfigMap>) -> String {
    let name = match delta {
        Delta::Deleted(tombstone) if !tombstone.final_state_known => "Missing",
        delta => delta.name(),
    };
    format!("{name} {}", show(delta.object()))
}

fn show_batch(batch: &Batch<ConfigMap>) -> Vec<String> {
    batch.popped.iter().flat_map(|popped| popped.deltas.iter()).map(show_delta).collect()
}

fn pop_all(fifo: &Fifo) -> Vec<String> {
    std::iter::from_fn(|| (!fifo.is_empty()).then(|| pop(fifo, 100)))
        .flat_map(|batch| show_batch(&batch))
        .collect()
}

fn replace(fifo: &Fifo, listed: &[Arc<ConfigMap>], version: &str) {
    fifo.begin_replace(ListConsistency::NotOlder);
    fifo.push_all(listed.iter().cloned().map(Change::Listed), EventOrder::InOrder);
    fifo.finish_replace(version);
}

/// client-go: `TestRealFIFO_basic`, `TestRealFIFO_addUpdate`, `TestRealFIFO_detectLineJumpers`,
/// `TestRealFIFO_DeleteExistingNonPropagated`.
#[test]
fn deltas_are_popped_one_by_one_in_the_order_of_arrival() {
    let fifo = fifo(&[]);
    for (name, version) in [("a", 1), ("b", 2), ("a", 3)] {
        fifo.push(Change::Updated(object(name, version))).unwrap();
    }
    fifo.push(Change::Deleted(object("a", 4))).unwrap();
    fifo.push(Change::Added(object("a", 5))).unwrap();
    assert_eq!(fifo.len(), 5);
    assert!(pop(&fifo, 1).popped.iter().all(|popped| popped.deltas.iter().count() == 1));
    assert_eq!(pop_all(&fifo), ["Updated b@2", "Updated a@3", "Deleted a@4", "Added a@5"]);
}

/// client-go: `TestRealFIFO_addReplace`, `TestRealFIFO_replaceWithDeleteDeltaIn`,
/// `TestRealFIFO_ReplaceMakesDeletions`, `TestRealFIFO_ReplaceMakesDeletionsReplaced`,
/// `TestRealFIFOW_ReplaceMakesDeletionsForObjectsOnlyInQueue`. Deletions follow the listed objects there: here a list is
/// queued while it arrives, so its deletions are known at its end.
#[test]
fn a_list_deletes_missing_objects_once_in_the_queue_and_in_the_store() {
    let fifo = fifo(&[object("stored", 1), object("kept", 1)]);
    for version in [2, 3] {
        fifo.push(Change::Updated(object("queued", version))).unwrap();
    }
    fifo.push(Change::Added(object("gone", 4))).unwrap();
    fifo.push(Change::Deleted(object("gone", 5))).unwrap();
    replace(&fifo, &[object("kept", 6)], "9");
    replace(&fifo, &[object("kept", 6)], "10");
    let mut popped = pop_all(&fifo);
    let changes =
        ["Updated queued@2", "Updated queued@3", "Added gone@4", "Deleted gone@5", "Replaced kept@6"];
    let missing = popped.split_off(5);
    assert_eq!(popped, changes);
    assert_eq!(missing, ["Missing queued@3", "Missing stored@1"]);
}

/// client-go: `TestRealFIFO_enqueueingNoLister`, `TestRealFIFO_enqueueingWithLister`. The deletion of an unknown object is
/// delivered there; here it is skipped, because it changes nothing.
#[test]
fn a_deletion_of_an_unknown_object_is_skipped() {
    let fifo = fifo(&[object("known", 1)]);
    fifo.push(Change::Deleted(object("unknown", 2))).unwrap();
    fifo.push(Change::Deleted(object("known", 3))).unwrap();
    fifo.push(Change::Deleted(object("known", 4))).unwrap();
    assert_eq!(pop_all(&fifo), ["Deleted known@3"]);
}

/// client-go: `TestRealFIFO_Resync`, `TestRealFIFO_ResyncNonExisting`, `TestRealFIFO_UpdateResyncRace`.
#[test]
fn a_resync_skips_objects_with_queued_deltas() {
    let fifo = fifo(&[object("a", 1), object("b", 2)]);
    fifo.push(Change::Updated(object("a", 3))).unwrap();
    assert_eq!(fifo.resync(), 1);
    assert_eq!(pop_all(&fifo), ["Updated a@3", "Sync b@2"]);
}

/// client-go: `TestRealFIFO_HasSynced`, `TestRealFIFO_HasSyncedCorrectOnDeletion`,
/// `TestRealFIFO_PopMultipleDeltaInBatch`. A batch ends with the initial list.
#[test]
fn the_queue_is_synced_when_every_delta_of_the_initial_list_is_processed() {
    let fifo = fifo(&[object("gone", 1)]);
    fifo.push(Change::Added(object("a", 2))).unwrap();
    replace(&fifo, &[object("a", 3)], "9");
    fifo.push(Change::Updated(object("a", 10))).unwrap();
    let first = pop(&fifo, 2);
    assert_eq!(show_batch(&first), ["Added a@2", "Replaced a@3"]);
    assert!(!first.initial_list_complete && !fifo.has_synced());
    let last = pop(&fifo, 10);
    assert_eq!(show_batch(&last), ["Missing gone@1"]);
    assert!(last.initial_list_complete && fifo.has_synced() && last.version.as_deref() == Some("9"));
    let later = pop(&fifo, 10);
    assert_eq!(show_batch(&later), ["Updated a@10"]);
    assert!(!later.popped[0].in_initial_list);
}

/// client-go: `TestRealFIFO_KeyOf`, `TestDeltaFIFO_KeyOf`.
#[test]
fn an_object_without_a_name_is_rejected() {
    assert_eq!(fifo(&[]).push(Change::Added(Arc::default())), Err(KeyError::NoName));
}

/// client-go: `TestRealFIFO_PopShouldUnblockWhenClosed`.
#[tokio::test]
async fn closing_the_queue_ends_a_pending_pop() {
    let fifo = Arc::new(fifo(&[]));
    let popping = tokio::spawn({
        let fifo = fifo.clone();
        async move { fifo.pop(1, |_| ()).await }
    });
    tokio::task::yield_now().await;
    fifo.close();
    assert!(popping.await.unwrap().is_err());
}

/// Two relists of which the consumer has not received the first one are one, and a batch does not show a part of a list
/// at a version.
#[test]
fn a_relist_has_a_begin_and_an_end() {
    for order in [QueueOrder::PerKey, QueueOrder::Arrival] {
        let store = Arc::new(Writer::new(resource_type()).store());
        let fifo = DeltaFifo::with_order(resource_type(), store, order);
        replace(&fifo, &[object("a", 1)], "5");
        assert!(pop(&fifo, 10).initial_list_complete);
        fifo.push(Change::Updated(object("a", 6))).unwrap();
        fifo.set_resource_version("6");
        fifo.begin_replace(ListConsistency::NotOlder);
        fifo.push(Change::Listed(object("b", 7))).unwrap();
        let part = pop(&fifo, 10);
        assert_eq!(show_batch(&part), ["Updated a@6", "Replaced b@7"]);
        assert!(part.relist_began && !part.relist_ended && part.version.is_none());
        fifo.abort_replace();
        replace(&fifo, &[object("b", 8)], "8");
        replace(&fifo, &[object("b", 9)], "9");
        let end = pop(&fifo, 10);
        assert!(!end.relist_began && end.relist_ended && !end.initial_list_complete);
        assert_eq!(end.version.as_deref(), Some("9"));
        // Without a change as well.
        fifo.begin_replace(ListConsistency::NotOlder);
        assert!(pop(&fifo, 10).relist_began);
        fifo.finish_replace("10");
        assert!(pop(&fifo, 10).relist_ended);
        assert!(fifo.pop(10, |_| ()).now_or_never().is_none(), "nothing is left to pop");
    }
}
