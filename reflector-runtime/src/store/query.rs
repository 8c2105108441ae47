//! [`Query`]: the objects that match several conditions.
//!
//! The indexes of all conditions are intersected without copying any of them: the smallest set is iterated, and the
//! others are asked for each of its members.

use std::{fmt, ops::ControlFlow, sync::Arc};

use super::{
    Selector, Snapshot,
    snapshot::has,
    table::{LookUp, Table},
};
use crate::{
    index::{Slots, TypedIndex},
    key::KeyRef,
};

/// The objects of a snapshot that match every condition. [`Store::query`](super::Store::query) starts one.
///
/// ```
/// # use std::sync::Arc;
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::*;
/// # use serde_json::{from_value, json};
/// # let mut writer = Writer::new(Arc::new(ResourceType::<Pod>::from_resource()));
/// # let pod: Pod = from_value(json!({
/// #     "metadata": { "namespace": "team-a", "name": "web-0", "labels": { "app": "web" } },
/// #     "spec": { "nodeName": "node-7", "containers": [] },
/// # })).unwrap();
/// # writer.write().insert(&Arc::new(pod)).unwrap();
/// # const BY_NODE: Index<Pod> = Index::new("by_node", |pod, values| {
/// #     pod.spec.iter().filter_map(|spec| spec.node_name.as_ref()).for_each(|it| values.push(it));
/// # });
/// # let lister = Lister::<Pod>::new(writer.store());
/// let web: Selector = "app in (web, api), !legacy".parse()?;
/// let pods = lister
///     .query()
///     .namespace("team-a")
///     .index(BY_NODE, "node-7")
///     .labels(&web)
///     .filter(|pod| pod.metadata.deletion_timestamp.is_none())
///     .list_sorted();
/// assert_eq!(pods.len(), 1);
/// # Ok::<(), SelectorError>(())
/// ```
#[must_use = "a query does nothing until it is listed or counted"]
pub struct Query<'q, K: 'static> {
    snapshot: Snapshot<K>,
    conditions: Vec<Box<dyn Condition<K> + 'q>>,
    start: Start<'q>,
    limit: usize,
}

/// The keys at which a query starts.
#[derive(Clone, Copy, Debug)]
enum Start<'q> {
    First,
    From(KeyRef<'q>),
    After(KeyRef<'q>),
}

impl<'q, K: 'static> Query<'q, K> {
    pub(super) fn new(snapshot: Snapshot<K>) -> Self {
        Self { snapshot, conditions: Vec::new(), start: Start::First, limit: usize::MAX }
    }

    /// Only objects of this namespace. An empty namespace means all namespaces.
    pub fn namespace(self, namespace: &'q str) -> Self {
        if namespace.is_empty() { self } else { self.with(InNamespace(namespace)) }
    }

    /// Only objects under `value` in an index. With several indexes, only the objects that are in all of them.
    pub fn index<I: TypedIndex<K> + 'q>(self, index: I, value: &'q I::Value) -> Self {
        self.with(InIndex(index, value))
    }

    /// Only objects whose labels match.
    pub fn labels(self, selector: &'q Selector) -> Self {
        if selector.selects_all() { self } else { self.with(HasLabels(selector)) }
    }

    /// Only objects for which `matches` returns `true`. It is called last, with the objects that match all indexes.
    pub fn filter(self, matches: impl Fn(&K) -> bool + 'q) -> Self {
        self.with(Matches(matches))
    }

    /// Only objects whose key is not before `key`, in the order of [`list_sorted`](Self::list_sorted).
    pub fn starting_from(mut self, key: impl Into<KeyRef<'q>>) -> Self {
        self.start = Start::From(key.into());
        self
    }

    /// Only objects whose key is after `key`, in the order of [`list_sorted`](Self::list_sorted): the next page after
    /// the one that ends with `key`.
    pub fn after(mut self, key: impl Into<KeyRef<'q>>) -> Self {
        self.start = Start::After(key.into());
        self
    }

    /// At most this many objects.
    pub fn limit(mut self, objects: usize) -> Self {
        self.limit = objects;
        self
    }

    fn with(mut self, condition: impl Condition<K> + 'q) -> Self {
        self.conditions.push(Box::new(condition));
        self
    }

    /// The objects, in no particular order.
    pub fn list(&self) -> Vec<Arc<K>> {
        let mut found = Vec::new();
        self.visit(|object| {
            if found.len() < self.limit {
                found.push(object.clone());
            }
            if found.len() < self.limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        found
    }

    /// The objects, ordered by namespace and name. With a [`limit`](Self::limit), only the first ones are sorted.
    ///
    /// The store is not sorted: each call reads all objects that match, so that a page costs as much as the first one of
    /// them, and not only its own objects. A program that reads all pages at once sorts once instead: it lists without a
    /// limit and takes `chunks` of the result. Pages that start [`after`](Self::after) a key are for requests that arrive
    /// one by one.
    pub fn list_sorted(&self) -> Vec<Arc<K>> {
        let mut found: Vec<(KeyRef<'_>, &Arc<K>)> = Vec::new();
        let resource_type = self.snapshot.table.resource_type();
        self.visit(|object| {
            found.extend(resource_type.key(object).map(|key| (key, object)));
            ControlFlow::Continue(())
        });
        if self.limit < found.len() {
            found.select_nth_unstable_by_key(self.limit, |(key, _)| *key);
            found.truncate(self.limit);
        }
        found.sort_unstable_by_key(|(key, _)| *key);
        found.into_iter().map(|(_, object)| object.clone()).collect()
    }

    /// Any one of the objects. The first in order is `limit(1).list_sorted()`.
    pub fn first(&self) -> Option<Arc<K>> {
        let mut first = None;
        self.visit(|object| {
            first = Some(object.clone());
            ControlFlow::Break(())
        });
        first.filter(|_| self.limit > 0)
    }

    /// Whether there is an object.
    pub fn exists(&self) -> bool {
        self.first().is_some()
    }

    /// The number of objects.
    pub fn count(&self) -> usize {
        let mut count = 0;
        self.for_each(|_| count += 1);
        count
    }

    /// Calls `visit` with each object, in no particular order and without a lock.
    pub fn for_each(&self, mut visit: impl FnMut(&Arc<K>)) {
        let mut left = self.limit;
        self.visit(|object| {
            if left == 0 {
                return ControlFlow::Break(());
            }
            left -= 1;
            visit(object);
            ControlFlow::Continue(())
        });
    }

    /// Visits the matching objects, without the limit.
    fn visit<'a>(&'a self, mut visit: impl FnMut(&'a Arc<K>) -> ControlFlow<()>) {
        let table = &*self.snapshot.table;
        let mut sets: Vec<&Slots> = Vec::new();
        let mut scanned = Vec::new();
        for condition in &self.conditions {
            match condition.look_up(table) {
                LookUp::Found(Some(slots)) => sets.push(slots),
                LookUp::Found(None) => return,
                LookUp::NotMaintained => scanned.push(condition),
            }
        }
        sets.sort_unstable_by_key(|slots| slots.len());
        let matches = |object: &Arc<K>| {
            self.has_started(object) && scanned.iter().all(|condition| condition.matches(table, object))
        };
        let _ = match sets.split_first() {
            None => table.iter().filter(|object| matches(object)).try_for_each(visit),
            Some((smallest, others)) => smallest
                .iter()
                .filter(|slot| others.iter().all(|slots| slots.contains(*slot)))
                .filter_map(|slot| table.object(slot))
                .filter(|object| matches(object))
                .try_for_each(&mut visit),
        };
    }

    fn has_started(&self, object: &K) -> bool {
        let key = || self.snapshot.table.resource_type().key(object);
        match self.start {
            Start::First => true,
            Start::From(start) => key().is_ok_and(|key| key >= start),
            Start::After(start) => key().is_ok_and(|key| key > start),
        }
    }
}

/// A condition of a query: a set in an index, or else a function of an object.
trait Condition<K: 'static> {
    fn look_up<'t>(&self, table: &'t Table<K>) -> LookUp<'t>;

    fn matches(&self, table: &Table<K>, object: &K) -> bool;
}

struct InNamespace<'q>(&'q str);

impl<K: 'static> Condition<K> for InNamespace<'_> {
    fn look_up<'t>(&self, table: &'t Table<K>) -> LookUp<'t> {
        LookUp::Found(table.slots_in_namespace(self.0))
    }

    fn matches(&self, table: &Table<K>, object: &K) -> bool {
        table.resource_type().key(object).is_ok_and(|key| key.namespace == Some(self.0))
    }
}

struct InIndex<'q, I, V: ?Sized>(I, &'q V);

impl<K: 'static, I: TypedIndex<K>> Condition<K> for InIndex<'_, I, I::Value> {
    fn look_up<'t>(&self, table: &'t Table<K>) -> LookUp<'t> {
        table.look_up(&self.0, self.1)
    }

    fn matches(&self, _: &Table<K>, object: &K) -> bool {
        has(&self.0, object, self.1)
    }
}

struct HasLabels<'q>(&'q Selector);

impl<K: 'static> Condition<K> for HasLabels<'_> {
    fn look_up<'t>(&self, _: &'t Table<K>) -> LookUp<'t> {
        LookUp::NotMaintained
    }

    fn matches(&self, table: &Table<K>, object: &K) -> bool {
        self.0.matches(table.resource_type().metadata(object).labels.as_ref())
    }
}

struct Matches<F>(F);

impl<K: 'static, F: Fn(&K) -> bool> Condition<K> for Matches<F> {
    fn look_up<'t>(&self, _: &'t Table<K>) -> LookUp<'t> {
        LookUp::NotMaintained
    }

    fn matches(&self, _: &Table<K>, object: &K) -> bool {
        (self.0)(object)
    }
}

impl<K> fmt::Debug for Query<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("snapshot", &self.snapshot)
            .field("conditions", &self.conditions.len())
            .finish_non_exhaustive()
    }
}
