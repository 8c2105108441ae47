//! The memory of a subscriber that never takes an event is bounded, however many events arrive.
//!
//! The allocator counts bytes, so that nothing depends on time. There is one test, so that no other test allocates
//! concurrently.

mod support;

use std::time::Duration;

use peak_alloc::PeakAlloc;
use reflector_apiserver::ApiServer;
use reflector_runtime::{Delivery, DeliveryOptions, Informer, Overflow, Reflect as _, Subscription};
use support::{Widget, crd, create, paint, until};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const OBJECTS: u32 = 10;
const LIMIT: usize = 500;
/// The number of events in each of the measured phases.
const EVENTS: u32 = 5_000;
/// Allowed growth per phase, in bytes: far less than 5000 events with their objects, which take about 5 MB.
const MAX_GROWTH: usize = 200_000;

async fn paint_often(server: &ApiServer, informer: &Informer<Widget>) {
    for number in 0..EVENTS {
        paint(server, &format!("w{}", number % OBJECTS), &format!("color {number}"));
        if number % 50 == 0 {
            caught_up(server, informer).await;
        }
    }
    caught_up(server, informer).await;
}

/// With backpressure, the informer does not catch up.
async fn caught_up(server: &ApiServer, informer: &Informer<Widget>) {
    let version = server.resource_version().to_string();
    for _ in 0..10 {
        if informer.lister().resource_version().as_ref() == Some(&version) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_that_never_reads_has_bounded_memory() {
    let server = ApiServer::builder().seed(7).watch_history(1_000).build();
    server.install_crd(crd()).unwrap();
    for number in 0..OBJECTS {
        create(&server, &format!("w{number}"), "red");
    }
    let informer = Widget::informer(server.client()).start();
    informer.wait_for_sync().await.unwrap();
    let every_event = DeliveryOptions::new().every_event().limit(LIMIT).relist_markers();
    let unread: [Subscription<Widget>; 2] =
        [informer.subscribe_with(Delivery::Coalesced), informer.subscribe_with(every_event.clone())];
    grows_by_little("merging", &server, &informer).await;
    assert_eq!((unread[0].len(), unread[1].len()), (OBJECTS as usize, LIMIT));
    assert!(unread[1].merged_events() > u64::from(EVENTS));
    drop(unread);

    // The queue of the informer must not grow instead of the subscriber's.
    let slowed = informer.subscribe_with(every_event.on_overflow(Overflow::Backpressure));
    let start = informer.lister().resource_version();
    grows_by_little("backpressure", &server, &informer).await;
    assert!((LIMIT..LIMIT + 256).contains(&slowed.len()), "{}", slowed.len());
    assert_eq!(slowed.merged_events(), 0);
    assert_ne!(informer.lister().resource_version(), start);
    drop(slowed);
    let version = server.resource_version().to_string();
    until(|| informer.lister().resource_version().as_ref() == Some(&version)).await;
}

async fn grows_by_little(policy: &str, server: &ApiServer, informer: &Informer<Widget>) {
    // Queues and buffers grow to their final size.
    paint_often(server, informer).await;
    let before = ALLOCATOR.current_usage();
    paint_often(server, informer).await;
    let grown = ALLOCATOR.current_usage().saturating_sub(before);
    assert!(grown < MAX_GROWTH, "{policy}: memory grew by {grown} bytes with {EVENTS} unread events");
    println!("{policy}: memory grew by {grown} bytes with {EVENTS} unread events");
}
