//! `Informer::drain`: stopping after the handlers have processed what is queued.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reflector_runtime::{DeliveryOptions, Event, HandlerRegistration, Health, Informer, Reflect as _};
use tokio::time::{Instant, sleep};

use crate::{
    record,
    support::{Widget, create, server, synced},
};

/// A handler that needs a second for each event, and the number of its completed calls.
fn add_slow(informer: &Informer<Widget>, name: &str) -> (HandlerRegistration, Arc<AtomicUsize>) {
    let handled = Arc::new(AtomicUsize::new(0));
    let count = handled.clone();
    let handle = move |_: Event<Widget>| {
        let count = count.clone();
        async move {
            sleep(Duration::from_secs(1)).await;
            count.fetch_add(1, Ordering::Relaxed);
        }
    };
    (informer.add_async_handler_with(handle, DeliveryOptions::new().name(name)), handled)
}

/// client-go: `TestShutdown`.
#[tokio::test(start_paused = true)]
async fn drain_returns_when_the_handlers_have_processed_everything() {
    let server = server();
    for number in 0..50 {
        create(&server, &format!("w{number}"), "red");
    }
    let informer = synced(&server).await;
    let (registration, handled) = add_slow(&informer, "slow");
    let (recorder, calls) = record();
    let _other = informer.add_handler(recorder);
    let start = Instant::now();
    informer.shutdown().await;
    assert_eq!((handled.load(Ordering::Relaxed), start.elapsed()), (0, Duration::ZERO), "immediate");
    informer.drain().await.unwrap();
    assert_eq!((handled.load(Ordering::Relaxed), calls.lock().unwrap().len()), (50, 50));
    assert!(start.elapsed() >= Duration::from_secs(50));
    assert_eq!(*informer.health().borrow(), Health::Stopped);
    tokio::task::yield_now().await;
    assert!(registration.is_finished());
    informer.drain().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn drain_stops_the_informer_first() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let (_registration, handled) = add_slow(&informer, "slow");
    let clone = informer.clone();
    let draining = tokio::spawn(async move { clone.drain().await });
    sleep(Duration::from_millis(100)).await;
    create(&server, "b", "red");
    draining.await.unwrap().unwrap();
    assert_eq!((handled.load(Ordering::Relaxed), informer.lister().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn after_the_timeout_the_error_names_the_handlers_that_are_left() {
    let server = server();
    for number in 0..10 {
        create(&server, &format!("w{number}"), "red");
    }
    let informer = synced(&server).await;
    let (_audit, audited) = add_slow(&informer, "audit");
    let (_status, _) = add_slow(&informer, "status");
    let _fast = informer.add_handler_with(record().0, DeliveryOptions::new().name("fast"));
    let (removed, _) = add_slow(&informer, "removed");
    removed.remove().await;
    sleep(Duration::from_millis(500)).await;
    let error = informer.drain().timeout(Duration::from_secs(4)).await.unwrap_err();
    // Four calls of each have ended, and the fifth is in progress.
    assert_eq!(
        error.to_string(),
        "widgets.example.com/v1: not all events were handled within 4 s: handler `audit` (6 unprocessed), \
         `status` (6 unprocessed)"
    );
    assert_eq!(error.handlers.len(), 2);
    // The handlers continue.
    informer.drain().await.unwrap();
    assert_eq!(audited.load(Ordering::Relaxed), 10);
}

#[tokio::test(start_paused = true)]
async fn drain_without_handlers_is_a_shutdown() {
    let server = server();
    let informer = Widget::informer(server.client()).start();
    informer.drain().timeout(Duration::ZERO).await.unwrap_err();
    informer.drain().await.unwrap();
    assert_eq!(*informer.health().borrow(), Health::Stopped);
}
