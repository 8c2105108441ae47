//! Informers that are started and stopped leave nothing: no task, no open request, no memory.
//!
//! The allocator counts bytes, so that nothing depends on time. There is one test, so that no other test allocates
//! concurrently.

mod support;

use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use peak_alloc::PeakAlloc;
use reflector_apiserver::ApiServer;
use reflector_runtime::{InformerSet, Reflect as _, ResourceEventHandler};
use support::{Widget, create, open_requests, until};
use tokio::runtime::Handle;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// How many informers are started and stopped: 10 000 in a release build.
const INFORMERS: usize = if cfg!(debug_assertions) { 1_500 } else { 10_000 };

/// How many of them run at once.
const CONCURRENT: usize = 50;

/// Allowed growth in bytes per informer: far less than the smallest part of an informer takes.
const MAX_BYTES_PER_INFORMER: usize = 16;

struct Ignore;

impl ResourceEventHandler<Widget> for Ignore {}

/// Starts informers in a set and by themselves, with every kind of user, and stops them in every way.
async fn round(server: &ApiServer, number: usize) {
    let set = InformerSet::new(server.client());
    let mut users: Vec<Box<dyn std::any::Any>> = Vec::new();
    for informer in 0..CONCURRENT {
        let selector = format!("app notin (x{number:05}-{informer})");
        match informer % 5 {
            0 => users.push(Box::new(set.get_with::<Widget>(|widgets| widgets.labels(selector)).unwrap())),
            1 => {
                let maps =
                    set.get_resource_with::<ConfigMap>(|maps| maps.namespaces(["a", "b"]).labels(selector));
                users.push(Box::new(maps.unwrap()));
            }
            2 => {
                let widgets = set.get_with::<Widget>(|widgets| widgets.labels(selector)).unwrap();
                users.push(Box::new((widgets.subscribe(), widgets.add_handler(Ignore), widgets)));
            }
            3 => {
                // A standalone informer that is dropped before its sync.
                drop(Widget::informer(server.client()).labels(selector).start());
            }
            _ => {
                let widgets = set.get_with::<Widget>(|widgets| widgets.labels(selector)).unwrap();
                widgets.wait_for_sync().await.unwrap();
                widgets.shutdown().await;
            }
        }
    }
    let kinds = set.follow_kinds().group("example.com").start();
    kinds.wait_for_discovery().await.unwrap();
    set.wait_for_sync().await.unwrap();
    if number.is_multiple_of(2) {
        set.shutdown().await;
    }
    drop(kinds);
    drop(users);
}

/// Until everything that was stopped has ended. Requests are recorded by the server, so the records are cleared.
async fn settle(server: &ApiServer) {
    until(|| open_requests(server).is_empty()).await;
    until(|| Handle::current().metrics().num_alive_tasks() == 0).await;
    server.clear_requests();
    tokio::time::sleep(Duration::from_secs(600)).await;
}

#[tokio::test(start_paused = true)]
async fn informers_leave_no_task_no_request_and_no_memory() {
    let server = support::server();
    create(&server, "a", "red");
    // Buffers, thread-local caches and the server's own tables grow to their final size.
    for number in 0..6 {
        round(&server, number).await;
        settle(&server).await;
    }
    let before = ALLOCATOR.current_usage();
    for number in 6..6 + INFORMERS / CONCURRENT {
        round(&server, number).await;
        settle(&server).await;
    }
    let grown = ALLOCATOR.current_usage().saturating_sub(before);
    println!("memory grew by {grown} bytes after {INFORMERS} informers");
    assert!(grown <= MAX_BYTES_PER_INFORMER * INFORMERS, "memory grew by {grown} bytes");
}
