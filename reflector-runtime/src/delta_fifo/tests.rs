//! The tests of client-go's `delta_fifo_test.go` that apply to this queue. Each test names its counterpart.

use std::sync::Arc;

use futures::FutureExt as _;
use k8s_openapi::api::core::v1::ConfigMap;

use super::{Change, Closed, Delta, DeltaFifo, ListConsistency};
use crate::{
    store::Writer,
    testing::{key, object, object_with_uid, resource_type, show},
    wire::{DecodedObjects as _, ObjectVersion},
};

type Fifo = DeltaFifo<ConfigMap>;

/// A queue in front of a store with the objects `cached`.
fn fifo(cached: &[Arc<ConfigMap>]) -> Fifo {
    let mut writer = Writer::new(resource_type());
    for object in cached {
        writer.write().insert(object).unwrap();
    }
    DeltaFifo::new(resource_type(), Arc::new(writer.store()))
}

/// Pops one key: `Added a@1, Updated a@2`. A tombstone without a deletion event is `Missing`.
fn pop(fifo: &Fifo) -> String {
    fifo.pop(1, |batch| {
        let shown = |delta: &Delta<ConfigMap>| {
            let name = match delta {
                Delta::Deleted(tombstone) if !tombstone.final_state_known => "Missing",
                delta => delta.name(),
            };
            format!("{name} {}", show(delta.object()))
        };
        let deltas = batch.popped.iter().flat_map(|popped| popped.deltas.iter().map(shown));
        deltas.collect::<Vec<_>>().join(", ")
    })
    .now_or_never()
    .expect("a batch is queued")
    .expect("the queue is open")
}

/// Pops everything. Batches that only end a list are left out.
fn pop_all(fifo: &Fifo) -> Vec<String> {
    std::iter::from_fn(|| (!fifo.is_empty()).then(|| pop(fifo))).filter(|batch| !batch.is_empty()).collect()
}

fn replace(fifo: &Fifo, listed: &[Arc<ConfigMap>], version: &str) -> usize {
    fifo.begin_replace(ListConsistency::NotOlder);
    for object in listed {
        fifo.push(Change::Listed(object.clone())).unwrap();
    }
    fifo.finish_replace(version)
}

/// client-go: `TestDeltaFIFO_addUpdate`, `TestDeltaFIFO_DeleteExistingNonPropagated`.
#[test]
fn a_key_is_queued_once_with_all_its_deltas() {
    let fifo = fifo(&[]);
    fifo.push(Change::Added(object("a", 1))).unwrap();
    fifo.push(Change::Updated(object("a", 2))).unwrap();
    fifo.push(Change::Deleted(object("a", 3))).unwrap();
    assert_eq!(fifo.len(), 1);
    assert_eq!(pop(&fifo), "Added a@1, Updated a@2, Deleted a@3");
}

/// client-go: `TestDeltaFIFO_detectLineJumpers`.
#[test]
fn a_queued_key_keeps_its_position() {
    let fifo = fifo(&[]);
    for (name, version) in [("a", 1), ("b", 2), ("c", 3), ("a", 4)] {
        fifo.push(Change::Updated(object(name, version))).unwrap();
    }
    assert_eq!(pop_all(&fifo), ["Updated a@1, Updated a@4", "Updated b@2", "Updated c@3"]);
}

/// client-go: `TestDeltaFIFO_enqueueingNoLister`, `TestDeltaFIFO_enqueueingWithLister`.
#[test]
fn a_deletion_of_an_unknown_object_is_skipped() {
    let fifo = fifo(&[object("known", 1)]);
    fifo.push(Change::Deleted(object("unknown", 2))).unwrap();
    fifo.push(Change::Deleted(object("known", 3))).unwrap();
    assert_eq!(pop_all(&fifo), ["Deleted known@3"]);
}

/// client-go: `dedupDeltas`.
#[test]
fn of_two_deletions_the_one_with_a_known_final_state_is_kept() {
    let fifo = fifo(&[object("a", 1)]);
    assert_eq!(replace(&fifo, &[], "5"), 1);
    fifo.push(Change::Deleted(object("a", 6))).unwrap();
    fifo.push(Change::Deleted(object("a", 7))).unwrap();
    assert_eq!(pop_all(&fifo), ["Deleted a@6"]);
}

/// client-go: `TestDeltaFIFO_ReplaceMakesDeletions`, `TestDeltaFIFO_ReplaceMakesDeletionsReplaced`,
/// `TestDeltaFIFO_addReplace`, `TestDeltaFIFO_ReplaceDeltaType`.
#[test]
fn objects_missing_from_a_list_are_deleted() {
    let fifo = fifo(&[object("a", 1), object("b", 2), object("c", 3)]);
    fifo.push(Change::Deleted(object("a", 4))).unwrap();
    assert_eq!(replace(&fifo, &[object("b", 5)], "9"), 1);
    assert_eq!(pop_all(&fifo), ["Deleted a@4", "Replaced b@5", "Missing c@3"]);
}

/// client-go: `TestDeltaFIFOW_ReplaceMakesDeletionsForObjectsOnlyInQueue`.
#[test]
fn objects_only_in_the_queue_are_swept_once() {
    let fifo = fifo(&[]);
    fifo.push(Change::Added(object("a", 1))).unwrap();
    fifo.push(Change::Added(object("b", 2))).unwrap();
    fifo.push(Change::Deleted(object("b", 3))).unwrap();
    assert_eq!(replace(&fifo, &[], "9"), 1);
    assert_eq!(replace(&fifo, &[], "10"), 0);
    assert_eq!(pop_all(&fifo), ["Added a@1, Missing a@1", "Added b@2, Deleted b@3"]);
}

/// client-go: `TestDeltaFIFO_replaceWithDeleteDeltaIn`.
#[test]
fn an_object_listed_after_its_deletion_exists() {
    let fifo = fifo(&[object("a", 1)]);
    fifo.push(Change::Deleted(object("a", 2))).unwrap();
    replace(&fifo, &[object("a", 3)], "9");
    assert_eq!(pop_all(&fifo), ["Deleted a@2, Replaced a@3"]);
}

/// client-go delivers one update for such an object, and the deletion of the first one is lost, because its identity
/// does not include the uid.
#[test]
fn an_object_recreated_unobserved_gets_a_tombstone_first() {
    let with_first = || fifo(&[object_with_uid("a", 1, "first")]);
    let second = object_with_uid("a", 5, "second");
    let listed = with_first();
    assert_eq!(replace(&listed, std::slice::from_ref(&second), "9"), 0);
    assert_eq!(pop_all(&listed), ["Missing a@1, Replaced a@5"]);
    let watched = with_first();
    watched.push(Change::Updated(second.clone())).unwrap();
    watched.push(Change::Updated(object_with_uid("a", 6, "second"))).unwrap();
    assert_eq!(pop_all(&watched), ["Missing a@1, Updated a@5, Updated a@6"]);
    // Only the deletion of the second object arrives. The known object is gone as well, without a deletion event.
    let deleted = with_first();
    deleted.push(Change::Deleted(second)).unwrap();
    assert_eq!(pop_all(&deleted), ["Missing a@1"]);
}

#[test]
fn an_interrupted_list_sweeps_nothing() {
    let fifo = fifo(&[object("a", 1), object("b", 2)]);
    fifo.begin_replace(ListConsistency::NotOlder);
    fifo.push(Change::Listed(object("b", 3))).unwrap();
    fifo.abort_replace();
    assert_eq!(fifo.finish_replace("9"), 0);
    assert_eq!(pop_all(&fifo), ["Replaced b@3"]);
}

#[test]
fn an_undecodable_item_retains_the_known_object() {
    let fifo = fifo(&[object("a", 1), object("b", 2)]);
    fifo.begin_replace(ListConsistency::NotOlder);
    fifo.push(Change::Retained { key: key("a").to_key(), uid: None, error: None }).unwrap();
    fifo.push(Change::Retained { key: key("new").to_key(), uid: None, error: None }).unwrap();
    assert_eq!(fifo.finish_replace("9"), 1);
    assert_eq!(pop_all(&fifo), ["Missing b@2"]);
    fifo.push(Change::DeletedUndecodable { key: key("a").to_key(), uid: None }).unwrap();
    fifo.push(Change::DeletedUndecodable { key: key("new").to_key(), uid: None }).unwrap();
    assert_eq!(pop_all(&fifo), ["Deleted a@1"]);
}

#[test]
fn an_object_goes_back_to_an_older_version_only_if_the_list_is_the_newest_state() {
    let fifo = fifo(&[object("a", 10)]);
    replace(&fifo, &[object("a", 9)], "12");
    fifo.push(Change::Updated(object("a", 8))).unwrap();
    fifo.push(Change::Deleted(object("a", 7))).unwrap();
    assert!(fifo.is_empty());
    fifo.begin_replace(ListConsistency::Newest);
    fifo.push(Change::Listed(object("a", 2))).unwrap();
    assert_eq!(fifo.finish_replace("3"), 0);
    assert_eq!(pop_all(&fifo), ["Replaced a@2"]);
}

/// Found by simulation: a page older than the ones before it.
#[test]
fn within_one_list_an_object_does_not_go_back_to_an_older_version() {
    for consistency in [ListConsistency::NotOlder, ListConsistency::Newest, ListConsistency::Restored] {
        let fifo = fifo(&[object("a", 50)]);
        fifo.begin_replace(consistency);
        for version in [60, 30, 70] {
            fifo.push(Change::Listed(object("a", version))).unwrap();
        }
        assert_eq!(pop_all(&fifo), ["Replaced a@60, Replaced a@70"], "{consistency:?}");
    }
}

fn version(version: &str) -> ObjectVersion<'_> {
    ObjectVersion { uid: Some("u"), resource_version: version }
}

/// Found by simulation: after a restore, another object of the same name had the same version and was skipped.
#[test]
fn the_same_version_with_another_uid_is_another_object() {
    let fifo = fifo(&[object("a", 1)]);
    let other = ObjectVersion { uid: Some("other"), ..version("1") };
    assert!(fifo.known(key("a"), other).is_none());
    assert_eq!(replace(&fifo, &[object_with_uid("a", 1, "other")], "9"), 0);
    assert_eq!(pop_all(&fifo), ["Missing a@1, Replaced a@1"]);
}

/// Found by simulation: a server restored from a backup reuses versions that were seen, for other contents.
#[test]
fn after_a_restore_the_same_version_is_replaced() {
    let fifo = fifo(&[object("a", 1)]);
    fifo.begin_replace(ListConsistency::Restored);
    assert!(fifo.known(key("a"), version("1")).is_none());
    fifo.push(Change::Listed(object("a", 1))).unwrap();
    fifo.finish_replace("1");
    assert_eq!(pop_all(&fifo), ["Replaced a@1"]);
}

/// Found by simulation: the copy from the lost history blocked updates of the object once it was decodable again.
#[test]
fn after_a_restore_an_undecodable_item_does_not_retain_the_known_object() {
    let fifo = fifo(&[object("a", 16)]);
    fifo.begin_replace(ListConsistency::Restored);
    fifo.push(Change::Retained { key: key("a").to_key(), uid: None, error: None }).unwrap();
    assert_eq!(fifo.finish_replace("14"), 1);
    fifo.push(Change::Updated(object("a", 15))).unwrap();
    assert_eq!(pop_all(&fifo), ["Missing a@16, Updated a@15"]);
}

#[test]
fn a_known_version_causes_no_delta() {
    let fifo = fifo(&[object("a", 2)]);
    fifo.push(Change::Updated(object("a", 2))).unwrap();
    replace(&fifo, &[object("a", 2)], "9");
    assert!(fifo.is_empty());
    fifo.push(Change::Deleted(object("a", 2))).unwrap();
    assert_eq!(pop_all(&fifo), ["Deleted a@2"]);
}

#[test]
fn a_known_object_is_reused_and_causes_no_delta() {
    let known = object("a", 1);
    let fifo = fifo(std::slice::from_ref(&known));
    assert!(Arc::ptr_eq(&fifo.known(key("a"), version("1")).unwrap(), &known));
    assert!(fifo.known(key("a"), version("2")).is_none());
    assert_eq!(replace(&fifo, &[known], "9"), 0);
    assert!(fifo.is_empty());
    fifo.push(Change::Updated(object("a", 2))).unwrap();
    assert!(fifo.known(key("a"), version("1")).is_none() && fifo.known(key("a"), version("2")).is_some());
}

/// client-go: `TestDeltaFIFO_Resync`, `TestDeltaFIFO_ResyncNonExisting`, `TestDeltaFIFO_UpdateResyncRace`.
#[test]
fn a_resync_skips_objects_with_queued_deltas() {
    let fifo = fifo(&[object("a", 1), object("b", 2)]);
    fifo.push(Change::Updated(object("a", 3))).unwrap();
    assert_eq!(fifo.resync(), 1);
    assert_eq!(pop_all(&fifo), ["Updated a@3", "Sync b@2"]);
}

/// client-go: `TestDeltaFIFO_HasSynced`, `TestDeltaFIFO_HasSyncedCorrectOnDeletion`.
#[test]
fn the_queue_is_synced_when_the_first_list_is_processed_completely() {
    let fifo = fifo(&[object("gone", 1)]);
    fifo.begin_replace(ListConsistency::NotOlder);
    fifo.push(Change::Listed(object("a", 2))).unwrap();
    assert_eq!(pop(&fifo), "Replaced a@2");
    fifo.push(Change::Listed(object("b", 3))).unwrap();
    assert!(!fifo.has_synced());
    assert_eq!(fifo.finish_replace("9"), 1);
    fifo.push(Change::Added(object("later", 10))).unwrap();
    assert_eq!(pop(&fifo), "Replaced b@3");
    assert!(!fifo.has_synced(), "the tombstone counts");
    assert_eq!(pop(&fifo), "Missing gone@1");
    assert!(fifo.has_synced());
    assert_eq!(pop(&fifo), "Added later@10");
}

#[test]
fn an_empty_first_list_completes_the_sync() {
    let fifo = fifo(&[]);
    replace(&fifo, &[], "9");
    assert!(!fifo.has_synced());
    assert_eq!(pop(&fifo), "");
    assert!(fifo.has_synced());
}

#[test]
fn the_version_is_delivered_with_the_last_of_its_changes() {
    let fifo = fifo(&[]);
    fifo.push(Change::Added(object("a", 1))).unwrap();
    fifo.push(Change::Added(object("b", 2))).unwrap();
    fifo.set_resource_version("2");
    let version = |fifo: &Fifo| fifo.pop(1, |batch| batch.version).now_or_never().unwrap().unwrap();
    assert_eq!(version(&fifo), None);
    assert_eq!(version(&fifo).as_deref(), Some("2"));
}

/// client-go: `TestDeltaFIFO_PopShouldUnblockWhenClosed`.
#[tokio::test]
async fn closing_the_queue_ends_a_pending_pop() {
    let fifo = Arc::new(fifo(&[]));
    let popping = tokio::spawn({
        let fifo = fifo.clone();
        async move { fifo.pop(1, |_| ()).await }
    });
    tokio::task::yield_now().await;
    fifo.close();
    assert_eq!(popping.await.unwrap(), Err(Closed));
}

/// client-go: `TestDeltaFIFO_basic`.
#[tokio::test]
async fn producers_on_other_threads_lose_nothing() {
    let fifo = Arc::new(fifo(&[]));
    let producers: Vec<_> = (0..4)
        .map(|producer| {
            let fifo = fifo.clone();
            std::thread::spawn(move || {
                for version in 1..=100 {
                    fifo.push(Change::Updated(object(&format!("p{producer}"), version))).unwrap();
                }
            })
        })
        .collect();
    let mut last = std::collections::BTreeMap::<String, u64>::new();
    let mut seen = 0;
    while seen < 400 {
        let deltas =
            fifo.pop(2, |batch| batch.popped).await.unwrap().into_iter().flat_map(|popped| popped.deltas);
        for delta in deltas {
            let shown = show(delta.object());
            let (name, version) = shown.split_once('@').unwrap();
            let version = version.parse().unwrap();
            assert!(last.insert(name.to_owned(), version).is_none_or(|before| before < version));
            seen += 1;
        }
    }
    for producer in producers {
        producer.join().unwrap();
    }
    assert!(fifo.is_empty());
}
