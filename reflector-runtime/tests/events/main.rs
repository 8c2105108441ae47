//! Events as subscribers and handlers receive them: registrations, handlers of every form, filters, resync, markers,
//! batches, and the bounds of queues. The clock is paused.
//!
//! `shared_informer` has the tests of client-go's `shared_informer_test.go` that are not next to the feature that they
//! test.

mod batches;
mod causes;
mod controller;
mod drain;
mod filter;
mod forms;
mod invalid;
mod limits;
mod markers;
mod registration;
mod resync;
mod shared_informer;
mod soak;
mod stats;
#[path = "../support/mod.rs"]
mod support;

use std::sync::{Arc, Mutex};

use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::{Event, HandlerFn, Informer, ResourceEventHandler, handler_fn};
use support::{Widget, show};

/// A handler that records its events, as text.
fn record() -> (impl ResourceEventHandler<Widget> + 'static, Arc<Mutex<Vec<String>>>) {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let recorded = calls.clone();
    let handler: HandlerFn<_> =
        handler_fn(move |event: Event<Widget>| recorded.lock().unwrap().push(show(&event)));
    (handler, calls)
}

/// Makes the informer miss what `change` does to the server, so that it lists again.
async fn relist(server: &ApiServer, informer: &Informer<Widget>, change: impl FnOnce()) {
    server.faults().on(RequestMatcher::watch("widgets")).refuse_connection();
    server.drop_all_watches();
    change();
    server.compact();
    let version = server.resource_version().to_string();
    support::until(|| informer.lister().resource_version().as_ref() == Some(&version)).await;
}

/// Waits until the cache shows everything that the server stores.
async fn caught_up(server: &ApiServer, informer: &Informer<Widget>) {
    let version = server.resource_version().to_string();
    support::until(|| informer.lister().resource_version().as_ref() == Some(&version)).await;
}
