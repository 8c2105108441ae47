//! A reflector and its queue, without an informer: only the test pops.

use std::sync::Arc;

use reflector_apiserver::ApiServer;
use reflector_runtime::{
    Delta, DeltaFifo, InitialListStrategy, Reflect as _, Reflector, ReflectorOptions, Writer,
};

use crate::support::Widget;

pub(crate) type Queue = Arc<DeltaFifo<Widget>>;

/// A reflector of the server's widgets, and its queue. `change` modifies its options.
pub(crate) fn reflector_and_queue(
    server: &ApiServer,
    initial_list_strategy: InitialListStrategy,
    change: impl FnOnce(&mut ReflectorOptions),
) -> (Reflector<Widget>, Queue) {
    let kind = Arc::new(Widget::resource_type().clone());
    let store = Writer::new(kind.clone()).store();
    let queue = Arc::new(DeltaFifo::new(kind.clone(), Arc::new(store)));
    let mut options = ReflectorOptions { initial_list_strategy, ..ReflectorOptions::default() };
    change(&mut options);
    let lister_watcher = Arc::new(Widget::lister_watcher(server.client()));
    (Reflector::new(kind, lister_watcher, queue.clone(), options), queue)
}

/// Closes the queue and pops all its deltas: `Added a`, `Replaced a`, `Missing a` for a deletion found by a relist.
pub(crate) async fn pop_all(queue: &Queue) -> Vec<String> {
    queue.close();
    let mut shown = Vec::new();
    while let Ok(batch) = queue.pop(usize::MAX, |batch| batch).await {
        let deltas = batch.popped.into_iter().flat_map(|popped| popped.deltas);
        shown.extend(deltas.map(|delta| {
            let name = match &delta {
                Delta::Deleted(tombstone) if !tombstone.final_state_known => "Missing",
                delta => delta.name(),
            };
            format!("{name} {}", delta.object().metadata.name.as_deref().unwrap_or_default())
        }));
    }
    shown
}
