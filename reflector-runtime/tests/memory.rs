//! An informer's memory is bounded by the number of existing objects, not by the number of objects that ever existed.
//!
//! The allocator counts bytes, so that nothing depends on time. There is one test, so that no other test allocates
//! concurrently.

mod support;

use peak_alloc::PeakAlloc;
use reflector_apiserver::ApiServer;
use reflector_runtime::{Informer, Reflect as _, Subscription};
use serde_json::json;
use support::{Widget, crd, create, delete, paint, until};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The number of objects created and deleted in a phase, and the number that exist at once.
const PHASE: u32 = 2_000;
const CONCURRENT: u32 = 20;

/// Allowed growth in bytes per deleted object: far less than its key would take.
const MAX_BYTES_PER_OBJECT: usize = 4;

struct Setup {
    server: ApiServer,
    informer: Informer<Widget>,
    active: Subscription<Widget>,
    /// Never takes an event.
    _idle: Subscription<Widget>,
}

impl Setup {
    /// Creates, changes and deletes objects with new names. Every third object becomes undecodable.
    async fn churn(&mut self, names: std::ops::Range<u32>) {
        for number in names {
            let name = format!("w{number:06}");
            create(&self.server, &name, "red");
            if number % 3 == 0 {
                let undecodable = json!({ "metadata": { "name": name }, "spec": { "color": 7 } });
                self.server.update("example.com/v1", "widgets", Some("default"), undecodable).unwrap();
            } else {
                paint(&self.server, &name, "blue");
            }
            if let Some(old) = number.checked_sub(CONCURRENT) {
                delete(&self.server, &format!("w{old:06}"));
            }
            if number % 50 == 0 {
                let version = self.server.resource_version().to_string();
                until(|| self.informer.lister().resource_version().as_ref() == Some(&version)).await;
                while self.active.try_next().is_some() {}
            }
            if number % 500 == 0 {
                // The memory must not depend on how objects arrive: some of them arrive by lists.
                self.server.drop_all_watches();
                self.server.compact();
            }
        }
        while self.active.try_next().is_some() {}
    }
}

#[tokio::test(start_paused = true)]
async fn deleted_objects_use_no_memory() {
    let server = ApiServer::builder().seed(7).watch_history(1_000).build();
    server.install_crd(crd()).unwrap();
    let informer = Widget::informer(server.client()).start();
    informer.wait_for_sync().await.unwrap();
    let mut setup = Setup { active: informer.subscribe(), _idle: informer.subscribe(), server, informer };
    // Buffers grow to their final size.
    setup.churn(0..PHASE).await;
    let before = ALLOCATOR.current_usage();
    setup.churn(PHASE..PHASE * 3).await;
    let grown = ALLOCATOR.current_usage().saturating_sub(before);
    assert!(setup.informer.skipped().count >= u64::from(PHASE * 3 / 6));
    let limit = MAX_BYTES_PER_OBJECT * PHASE as usize * 2;
    assert!(
        grown < limit,
        "memory grew by {grown} bytes after {} created and deleted objects, limit {limit}",
        PHASE * 2
    );
    println!("memory grew by {grown} bytes after {} created and deleted objects", PHASE * 2);
}
