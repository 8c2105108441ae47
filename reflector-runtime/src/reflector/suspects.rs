//! [`Suspects`]: events that were set aside because their versions are out of order, until a probe decides.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    delta_fifo::{Change, EventOrder},
    key::ObjectKey,
    resource_type::ResourceType,
};

/// The suspect events of each key, in order of arrival.
pub(super) struct Suspects<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    changes: BTreeMap<ObjectKey, Vec<Change<K>>>,
    count: usize,
}

/// With more events than this set aside, the order of versions is not worth waiting for.
const MAX_SUSPECTS: usize = 1000;

impl<K: 'static> Suspects<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>) -> Self {
        Self { resource_type, changes: BTreeMap::new(), count: 0 }
    }

    /// Returns the changes that can be applied now. What is out of order as well joins the suspect events of its key;
    /// any other event makes them irrelevant.
    pub(super) fn admit(&mut self, changes: Vec<Change<K>>, order: EventOrder) -> Vec<Change<K>> {
        if self.changes.is_empty() {
            return changes;
        }
        let mut admitted = Vec::with_capacity(changes.len());
        for change in changes {
            let Some(key) = change.key(&self.resource_type) else {
                admitted.push(change);
                continue;
            };
            match self.changes.get_mut(&key) {
                Some(suspects) if order == EventOrder::OutOfOrder => {
                    suspects.push(change);
                    self.count += 1;
                    continue;
                }
                Some(suspects) => {
                    self.count -= suspects.len();
                    self.changes.remove(&key);
                }
                None => {}
            }
            admitted.push(change);
        }
        admitted
    }

    pub(super) fn set_aside(&mut self, changes: Vec<Change<K>>) {
        for change in changes {
            if let Some(key) = change.key(&self.resource_type) {
                self.changes.entry(key).or_default().push(change);
                self.count += 1;
            }
        }
    }

    pub(super) fn are_too_many(&self) -> bool {
        self.count > MAX_SUSPECTS
    }

    /// Takes all of them out.
    pub(super) fn take(&mut self) -> Vec<Change<K>> {
        self.count = 0;
        std::mem::take(&mut self.changes).into_values().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{object, resource_type};

    #[test]
    fn later_events_join_or_supersede_the_suspects_of_their_key() {
        let mut suspects = Suspects::new(resource_type());
        suspects.set_aside(vec![Change::Deleted(object("a", 5)), Change::Updated(object("b", 5))]);
        let added = || vec![Change::Added(object("a", 4)), Change::Added(object("c", 3))];
        let admitted = suspects.admit(added(), EventOrder::OutOfOrder);
        assert_eq!(admitted.len(), 1, "`c` has no suspects");
        assert!(suspects.admit(vec![Change::Updated(object("b", 9))], EventOrder::InOrder).len() == 1);
        let all: Vec<String> = suspects.take().iter().map(|change| format!("{change:?}")).collect();
        assert_eq!(all, ["Deleted", "Added"], "those of `a`, in order");
    }
}
