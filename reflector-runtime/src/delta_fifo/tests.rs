//! client-go's `delta_fifo_test.go`, as far as it says something of our queue; each test names its own.

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

/// A queue before a store that holds `cached`.
fn fifo(cached: &[Arc<ConfigMap>]) -> Fifo {
    let mut writer = Writer::new(resource_type());
    for object in cached {
        writer.write().insert(object).unwrap();
    }
    DeltaFifo::new(resource_type(), Arc::new(writer.store()))
}

/// Pops one key: `Added a@1, Updated a@2`; a tombstone that was not observed is `Missing`.
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
    .expect("something waits")
    .expect("the queue is open")
}

fn pop_all(fifo: &Fifo) -> Vec<String> {
    std::iter::from_fn(|| (!fifo.is_empty()).then(|| pop(fifo))).collect()
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
fn a_key_waits_once_with_all_that_happened_to_it() {
    let fifo = fifo(&[]);
    fifo.push(Change::Added(object("a", 1))).unwrap();
    fifo.push(Change::Updated(object("a", 2))).unwrap();
    fifo.push(Change::Deleted(object("a", 3))).unwrap();
    assert_eq!(fifo.len(), 1);
    assert_eq!(pop(&fifo), "Added a@1, Updated a@2, Deleted a@3");
}

/// client-go: `TestDeltaFIFO_detectLineJumpers`.
#[test]
fn a_key_that_waits_keeps_its_place() {
    let fifo = fifo(&[]);
    for (name, version) in [("a", 1), ("b", 2), ("c", 3), ("a", 4)] {
        fifo.push(Change::Updated(object(name, version))).unwrap();
    }
    assert_eq!(pop_all(&fifo), ["Updated a@1, Updated a@4", "Updated b@2", "Updated c@3"]);
}

/// client-go: `TestDeltaFIFO_enqueueingNoLister`, `TestDeltaFIFO_enqueueingWithLister`.
#[test]
fn a_deletion_counts_only_for_what_is_held() {
    let fifo = fifo(&[object("known", 1)]);
    fifo.push(Change::Deleted(object("unknown", 2))).unwrap();
    fifo.push(Change::Deleted(object("known", 3))).unwrap();
    assert_eq!(pop_all(&fifo), ["Deleted known@3"]);
}

/// client-go: `dedupDeltas`.
#[test]
fn of_two_deletions_the_observed_one_stays() {
    let held = fifo(&[object("a", 1)]);
    assert_eq!(replace(&held, &[], "5"), 1);
    held.push(Change::Deleted(object("a", 6))).unwrap();
    held.push(Change::Deleted(object("a", 7))).unwrap();
    assert_eq!(pop_all(&held), ["Deleted a@6"]);
}

/// client-go: `TestDeltaFIFO_ReplaceMakesDeletions`, `TestDeltaFIFO_ReplaceMakesDeletionsReplaced`,
/// `TestDeltaFIFO_addReplace`, `TestDeltaFIFO_ReplaceDeltaType`.
#[test]
fn what_a_list_does_not_show_is_gone() {
    let fifo = fifo(&[object("a", 1), object("b", 2), object("c", 3)]);
    fifo.push(Change::Deleted(object("a", 4))).unwrap();
    assert_eq!(replace(&fifo, &[object("b", 5)], "9"), 1);
    assert_eq!(pop_all(&fifo), ["Deleted a@4", "Replaced b@5", "Missing c@3"]);
}

/// client-go: `TestDeltaFIFOW_ReplaceMakesDeletionsForObjectsOnlyInQueue`.
#[test]
fn what_only_waits_is_swept_too_and_once() {
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
fn an_object_listed_behind_its_deletion_is_there() {
    let fifo = fifo(&[object("a", 1)]);
    fifo.push(Change::Deleted(object("a", 2))).unwrap();
    replace(&fifo, &[object("a", 3)], "9");
    assert_eq!(pop_all(&fifo), ["Deleted a@2, Replaced a@3"]);
}

/// client-go tells such an object as one update, and the deletion of the first one is lost (its identity leaves out the
/// uid).
#[test]
fn an_object_that_was_made_anew_unseen_is_found_missing_first() {
    let held = || fifo(&[object_with_uid("a", 1, "first")]);
    let second = object_with_uid("a", 5, "second");
    let listed = held();
    assert_eq!(replace(&listed, std::slice::from_ref(&second), "9"), 0);
    assert_eq!(pop_all(&listed), ["Missing a@1, Replaced a@5"]);
    let watched = held();
    watched.push(Change::Updated(second.clone())).unwrap();
    watched.push(Change::Updated(object_with_uid("a", 6, "second"))).unwrap();
    assert_eq!(pop_all(&watched), ["Missing a@1, Updated a@5, Updated a@6"]);
    // Only the end of the second one comes: what is held is gone all the same, and nobody saw it go.
    let ended = held();
    ended.push(Change::Deleted(second)).unwrap();
    assert_eq!(pop_all(&ended), ["Missing a@1"]);
}

#[test]
fn a_list_that_broke_off_proves_nothing() {
    let fifo = fifo(&[object("a", 1), object("b", 2)]);
    fifo.begin_replace(ListConsistency::NotOlder);
    fifo.push(Change::Listed(object("b", 3))).unwrap();
    fifo.abort_replace();
    assert_eq!(fifo.finish_replace("9"), 0);
    assert_eq!(pop_all(&fifo), ["Replaced b@3"]);
}

#[test]
fn what_could_not_be_read_is_kept() {
    let fifo = fifo(&[object("a", 1), object("b", 2)]);
    fifo.begin_replace(ListConsistency::NotOlder);
    fifo.push(Change::Retained { key: key("a").to_key(), uid: None }).unwrap();
    fifo.push(Change::Retained { key: key("new").to_key(), uid: None }).unwrap();
    assert_eq!(fifo.finish_replace("9"), 1);
    assert_eq!(pop_all(&fifo), ["Missing b@2"]);
    fifo.push(Change::DeletedUndecodable(key("a").to_key())).unwrap();
    fifo.push(Change::DeletedUndecodable(key("new").to_key())).unwrap();
    assert_eq!(pop_all(&fifo), ["Deleted a@1"]);
}

#[test]
fn an_object_never_goes_back_unless_the_list_is_the_newest_state() {
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
fn within_one_list_an_object_does_not_go_back() {
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

/// Found by simulation: after a restore, another object of the same name had the same version, and was not taken.
#[test]
fn another_uid_is_another_version() {
    let fifo = fifo(&[object("a", 1)]);
    let other = ObjectVersion { uid: Some("other"), ..version("1") };
    assert!(fifo.known(key("a"), other).is_none());
    assert_eq!(replace(&fifo, &[object_with_uid("a", 1, "other")], "9"), 0);
    assert_eq!(pop_all(&fifo), ["Missing a@1, Replaced a@1"]);
}

/// Found by simulation: a server restored from a backup writes other contents under versions that were seen.
#[test]
fn after_a_restore_the_same_version_proves_nothing() {
    let fifo = fifo(&[object("a", 1)]);
    fifo.begin_replace(ListConsistency::Restored);
    assert!(fifo.known(key("a"), version("1")).is_none());
    fifo.push(Change::Listed(object("a", 1))).unwrap();
    fifo.finish_replace("1");
    assert_eq!(pop_all(&fifo), ["Replaced a@1"]);
}

/// Found by simulation: the copy of the history that is gone stood in the way of the object once it was mended.
#[test]
fn after_a_restore_what_cannot_be_read_is_not_kept() {
    let fifo = fifo(&[object("a", 16)]);
    fifo.begin_replace(ListConsistency::Restored);
    fifo.push(Change::Retained { key: key("a").to_key(), uid: None }).unwrap();
    assert_eq!(fifo.finish_replace("14"), 1);
    fifo.push(Change::Updated(object("a", 15))).unwrap();
    assert_eq!(pop_all(&fifo), ["Missing a@16, Updated a@15"]);
}

#[test]
fn the_version_that_is_held_is_not_told_again() {
    let fifo = fifo(&[object("a", 2)]);
    fifo.push(Change::Updated(object("a", 2))).unwrap();
    replace(&fifo, &[object("a", 2)], "9");
    assert!(fifo.is_empty());
    fifo.push(Change::Deleted(object("a", 2))).unwrap();
    assert_eq!(pop_all(&fifo), ["Deleted a@2"]);
}

#[test]
fn what_is_held_already_causes_no_delta() {
    let held = object("a", 1);
    let fifo = fifo(std::slice::from_ref(&held));
    assert!(Arc::ptr_eq(&fifo.known(key("a"), version("1")).unwrap(), &held));
    assert!(fifo.known(key("a"), version("2")).is_none());
    assert_eq!(replace(&fifo, &[held], "9"), 0);
    assert!(fifo.is_empty());
    fifo.push(Change::Updated(object("a", 2))).unwrap();
    assert!(fifo.known(key("a"), version("1")).is_none() && fifo.known(key("a"), version("2")).is_some());
}

/// client-go: `TestDeltaFIFO_Resync`, `TestDeltaFIFO_ResyncNonExisting`, `TestDeltaFIFO_UpdateResyncRace`.
#[test]
fn a_resync_passes_over_what_has_news() {
    let fifo = fifo(&[object("a", 1), object("b", 2)]);
    fifo.push(Change::Updated(object("a", 3))).unwrap();
    assert_eq!(fifo.resync(), 1);
    assert_eq!(pop_all(&fifo), ["Updated a@3", "Sync b@2"]);
}

/// client-go: `TestDeltaFIFO_HasSynced`, `TestDeltaFIFO_HasSyncedCorrectOnDeletion`.
#[test]
fn synced_is_when_the_first_list_has_been_processed_whole() {
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
fn an_empty_first_list_syncs_too() {
    let fifo = fifo(&[]);
    replace(&fifo, &[], "9");
    assert!(!fifo.has_synced());
    assert_eq!(pop(&fifo), "");
    assert!(fifo.has_synced());
}

#[test]
fn the_version_comes_with_the_last_of_its_changes() {
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
async fn closing_ends_a_pop_that_waits() {
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
