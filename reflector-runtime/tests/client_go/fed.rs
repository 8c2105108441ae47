//! A reflector and the queue that it feeds, with no informer around them: nobody pops before the test does.

use std::sync::Arc;

use reflector_apiserver::ApiServer;
use reflector_runtime::{
    Delta, DeltaFifo, InitialListStrategy, Reflect as _, Reflector, ReflectorOptions, Writer,
};

use crate::support::Widget;

pub(crate) type Queue = Arc<DeltaFifo<Widget>>;

/// A reflector of the server's widgets, and its queue. `change` changes its options.
pub(crate) fn fed(
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

/// Closes the queue and pops what is in it: `Added a`, `Replaced a`, `Missing a` for a deletion found by a relist.
pub(crate) async fn popped(queue: &Queue) -> Vec<String> {
    queue.close();
    let mut shown = Vec::new();
    while let Ok(batch) = queue.pop(usize::MAX, |batch| batch).await {
        let deltas = batch.popped.into_iter().flat_map(|popped| popped.deltas);
        shown.extend(deltas.map(|delta| {
            let what = match &delta {
                Delta::Deleted(tombstone) if !tombstone.final_state_known => "Missing",
                delta => delta.name(),
            };
            format!("{what} {}", delta.object().metadata.name.as_deref().unwrap_or_default())
        }));
    }
    shown
}
