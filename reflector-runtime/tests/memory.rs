//! What an informer holds is bounded by the objects that there are, and not by those that there ever were.
//!
//! The allocator counts; nothing here depends on time. One test, so that nobody else allocates meanwhile.

mod support;

use peak_alloc::PeakAlloc;
use reflector_apiserver::ApiServer;
use reflector_runtime::{Informer, Reflect as _, Subscription};
use serde_json::json;
use support::{Widget, crd, create, delete, paint, until};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// How many objects come and go in a phase, and how many there are at once.
const PHASE: u32 = 2_000;
const AT_ONCE: u32 = 20;

/// Far less than the shortest key of each object that has gone would take.
const MOST_FOR_EACH: usize = 4;

struct Scene {
    server: ApiServer,
    informer: Informer<Widget>,
    attentive: Subscription<Widget>,
    /// Takes no event, ever.
    _asleep: Subscription<Widget>,
}

impl Scene {
    /// Objects of names that were never there before come, change and go; every third cannot be decoded.
    async fn churn(&mut self, names: std::ops::Range<u32>) {
        for number in names {
            let name = format!("w{number:06}");
            create(&self.server, &name, "red");
            if number % 3 == 0 {
                let ruined = json!({ "metadata": { "name": name }, "spec": { "color": 7 } });
                self.server.update("example.com/v1", "widgets", Some("default"), ruined).unwrap();
            } else {
                paint(&self.server, &name, "blue");
            }
            if let Some(old) = number.checked_sub(AT_ONCE) {
                delete(&self.server, &format!("w{old:06}"));
            }
            if number % 50 == 0 {
                let version = self.server.resource_version().to_string();
                until(|| self.informer.lister().resource_version().as_ref() == Some(&version)).await;
                while self.attentive.try_next().is_some() {}
            }
            if number % 500 == 0 {
                // What is held must not depend on how it came: some of it is found by lists.
                self.server.drop_all_watches();
                self.server.compact();
            }
        }
        while self.attentive.try_next().is_some() {}
    }
}

#[tokio::test(start_paused = true)]
async fn objects_that_have_gone_cost_nothing() {
    let server = ApiServer::builder().seed(7).watch_history(1_000).build();
    server.install_crd(crd()).unwrap();
    let informer = Widget::informer(server.client()).start();
    informer.wait_for_sync().await.unwrap();
    let mut scene =
        Scene { attentive: informer.subscribe(), _asleep: informer.subscribe(), server, informer };
    // Buffers grow to what they need.
    scene.churn(0..PHASE).await;
    let before = ALLOCATOR.current_usage();
    scene.churn(PHASE..PHASE * 3).await;
    let grown = ALLOCATOR.current_usage().saturating_sub(before);
    assert!(scene.informer.skipped().count >= u64::from(PHASE * 3 / 6));
    let most = MOST_FOR_EACH * PHASE as usize * 2;
    assert!(grown < most, "{grown} bytes more after {} objects have come and gone, not {most}", PHASE * 2);
    println!("{grown} bytes more after {} objects have come and gone", PHASE * 2);
}
