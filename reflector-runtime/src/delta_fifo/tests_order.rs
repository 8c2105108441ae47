//! What a change means for its object: the uid first, then the version.

use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;

use super::*;
use crate::{
    store::Writer,
    testing::{object, object_with_uid, resource_type, show},
};

struct Queue {
    fifo: DeltaFifo<ConfigMap>,
}

impl Queue {
    /// With these objects, as a list at some version showed them.
    fn with(objects: impl IntoIterator<Item = Arc<ConfigMap>>) -> Self {
        let store = Writer::new(resource_type()).store();
        let queue = Self { fifo: DeltaFifo::new(resource_type(), Arc::new(store)) };
        queue.list(objects);
        queue
    }

    fn list(&self, objects: impl IntoIterator<Item = Arc<ConfigMap>>) -> Applied<ConfigMap> {
        self.fifo.begin_replace(ListConsistency::NotOlder);
        let applied = self.fifo.push_all(objects.into_iter().map(Change::Listed), EventOrder::InOrder);
        self.fifo.finish_replace("100");
        applied
    }

    fn apply(&self, change: Change<ConfigMap>, order: EventOrder) -> Applied<ConfigMap> {
        self.fifo.push_all([change], order)
    }

    /// The deltas of `a`, oldest first.
    async fn deltas(&self) -> Vec<String> {
        let popped = self.fifo.pop(10, |batch| {
            batch
                .popped
                .into_iter()
                .flat_map(|popped| popped.deltas)
                .map(|delta| format!("{} {}", delta.name(), show(delta.object())))
                .collect()
        });
        popped.await.expect("open")
    }
}

#[tokio::test]
async fn versions_in_order_protect_the_cached_object() {
    let queue = Queue::with([object("a", 20)]);
    queue.apply(Change::Updated(object("a", 19)), EventOrder::InOrder);
    queue.apply(Change::Updated(object("a", 20)), EventOrder::InOrder);
    queue.apply(Change::Deleted(object("a", 19)), EventOrder::InOrder);
    assert_eq!(queue.deltas().await, ["Replaced a@20"]);
}

#[tokio::test]
async fn an_event_out_of_order_is_declined_unless_it_is_certain() {
    use EventOrder::OutOfOrder;
    let queue = Queue::with([object("a", 20)]);
    for uncertain in
        [Change::Updated(object("a", 19)), Change::Added(object("b", 5)), Change::Deleted(object("a", 19))]
    {
        let applied = queue.apply(uncertain, OutOfOrder);
        assert_eq!(applied.declined.len(), 1);
        assert!(!applied.reuses_version);
    }
    for late in [Change::Deleted, Change::Updated, Change::Added] {
        let applied = queue.apply(late(object_with_uid("a", 15, "earlier")), OutOfOrder);
        assert!(applied.declined.is_empty(), "a late event of an earlier object has no effect");
    }
    let applied = queue.apply(Change::Updated(object("a", 20)), OutOfOrder);
    assert!(applied.reuses_version && applied.declined.is_empty());
    let applied = queue.apply(Change::Deleted(object("a", 20)), OutOfOrder);
    assert!(applied.declined.is_empty(), "the version of its last change");
    assert_eq!(queue.deltas().await, ["Replaced a@20", "Updated a@20", "Deleted a@20"]);
}

#[tokio::test]
async fn in_the_order_of_arrival_every_event_counts() {
    use EventOrder::Arrival;
    let queue = Queue::with([object("a", 20)]);
    queue.apply(Change::Updated(object("a", 7)), Arrival);
    queue.apply(Change::Added(object("a", 7)), Arrival);
    queue.apply(Change::Deleted(object_with_uid("a", 30, "another")), Arrival);
    queue.apply(Change::Updated(object("a", 3)), Arrival);
    queue.apply(Change::Deleted(object("a", 1)), Arrival);
    assert_eq!(queue.deltas().await, ["Replaced a@20", "Updated a@7", "Updated a@3", "Deleted a@1"]);
}

#[tokio::test]
async fn an_object_that_was_recreated_unseen_replaces_the_one_before() {
    let queue = Queue::with([object("a", 20)]);
    queue.apply(Change::Added(object_with_uid("a", 25, "new")), EventOrder::InOrder);
    assert_eq!(queue.deltas().await, ["Replaced a@20", "Deleted a@20", "Added a@25"]);
}

#[tokio::test]
async fn two_objects_with_one_key_are_reported_and_the_cached_one_stays() {
    let (one, two) = (|v| object_with_uid("a", v, "1"), |v| object_with_uid("a", v, "2"));
    let queue = Queue::with([one(20)]);
    assert_eq!(queue.list([two(21), one(22)]).shared_keys.len(), 1, "the second of one list");
    assert_eq!(queue.apply(Change::Updated(one(23)), EventOrder::InOrder).shared_keys.len(), 1);
    assert_eq!(queue.apply(Change::Updated(two(24)), EventOrder::InOrder).shared_keys.len(), 0);
    assert_eq!(queue.list([one(25), two(24)]).shared_keys.len(), 1, "in whichever order they come");
    let deltas = ["Replaced a@20", "Deleted a@20", "Replaced a@21", "Updated a@24"];
    assert_eq!(queue.deltas().await, deltas);
    // Once the cached one is gone, the other takes over.
    queue.apply(Change::Deleted(two(26)), EventOrder::InOrder);
    assert_eq!(queue.apply(Change::Added(one(27)), EventOrder::InOrder).shared_keys.len(), 0);
}

#[tokio::test]
async fn a_list_that_shows_only_the_other_object_of_a_key_switches_to_it() {
    let (one, two) = (|v| object_with_uid("a", v, "1"), |v| object_with_uid("a", v, "2"));
    let queue = Queue::with([one(20)]);
    queue.list([two(21), one(22)]);
    queue.list([one(30)]);
    let deltas = ["Replaced a@20", "Deleted a@20", "Replaced a@21", "Deleted a@21", "Replaced a@30"];
    assert_eq!(queue.deltas().await, deltas);
}

#[test]
fn the_objects_that_a_list_shows_for_the_first_time_are_counted() {
    let queue = Queue::with([]);
    queue.fifo.begin_replace(ListConsistency::Newest);
    let page = || [Change::Listed(object("a", 1)), Change::Listed(object("b", 2))];
    assert_eq!(queue.fifo.push_all(page(), EventOrder::InOrder).fresh, 2);
    assert_eq!(queue.fifo.push_all(page(), EventOrder::InOrder).fresh, 0);
}
