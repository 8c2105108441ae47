//! A resync period per subscriber.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reflector_runtime::{
    Cause, DeliveryOptions, Event, HandlerRegistration, Informer, Reflect as _, handler_fn,
};
use tokio::time::{sleep, timeout};

use crate::{
    caught_up,
    support::{Widget, create, next, paint, server, show, synced},
};

/// A handler that counts the resyncs of its single object.
fn add_counting(informer: &Informer<Widget>, period: u64) -> (HandlerRegistration, Arc<AtomicUsize>) {
    let resyncs = Arc::new(AtomicUsize::new(0));
    let count = resyncs.clone();
    let handler = handler_fn(move |event: Event<Widget>| {
        if event.cause() == Cause::Resync {
            assert!(matches!(&event, Event::Updated { old, new, .. } if Arc::ptr_eq(old, new)));
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let options = DeliveryOptions::new().resync(Duration::from_secs(period));
    (informer.add_handler_with(handler, options), resyncs)
}

/// client-go: `TestListenerResyncPeriods`, `TestListenerResyncPeriodsDelayed`, `TestResyncCheckPeriod`. There is no
/// common check period: each handler has its own timer.
#[tokio::test(start_paused = true)]
async fn each_handler_is_resynced_in_its_own_period() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let handlers = [0, 60, 150].map(|period| add_counting(&informer, period));
    let counts = || handlers.each_ref().map(|(_, resyncs)| resyncs.load(Ordering::Relaxed));
    sleep(Duration::from_secs(59)).await;
    assert_eq!(counts(), [0, 0, 0]);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(counts(), [0, 1, 0]);
    // A handler that is added later with a shorter period does not wait for the others.
    let (_late, late) = add_counting(&informer, 10);
    sleep(Duration::from_secs(90)).await;
    assert_eq!((counts(), late.load(Ordering::Relaxed)), ([0, 2, 1], 8));
    let [(without, _), (minute, _), _] = &handlers;
    assert!(!without.is_finished());
    minute.abort_handle().abort();
    sleep(Duration::from_secs(300)).await;
    assert_eq!(counts(), [0, 2, 3]);
    informer.shutdown().await;
    sleep(Duration::from_secs(300)).await;
    assert_eq!(counts(), [0, 2, 3], "a stopped informer delivers nothing");
}

/// In addition to the informer's own resync, which every subscriber receives.
#[tokio::test(start_paused = true)]
async fn the_periods_of_informer_and_handler_are_independent() {
    let server = server();
    create(&server, "a", "red");
    let informer = Widget::informer(server.client()).resync(Duration::from_secs(100)).start();
    let (_both, both) = add_counting(&informer, 40);
    let (_own, own) = add_counting(&informer, 0);
    informer.wait_for_sync().await.unwrap();
    sleep(Duration::from_secs(101)).await;
    assert_eq!((own.load(Ordering::Relaxed), both.load(Ordering::Relaxed)), (1, 3));
}

/// client-go: `TestDeltaFIFO_UpdateResyncRace`. A resync does not return to an older state.
#[tokio::test(start_paused = true)]
async fn a_stream_is_resynced_while_it_is_polled() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let minute = Duration::from_secs(60);
    let mut events = informer.subscribe_with(DeliveryOptions::new().every_event().resync(minute));
    assert_eq!(show(&events.next().await.unwrap()), "Added a red (initial)");
    assert!(timeout(minute / 2, events.next()).await.is_err());
    sleep(minute * 10).await;
    paint(&server, "a", "blue");
    caught_up(&server, &informer).await;
    // One resync, however long the subscriber was not polling, after the change before it.
    assert_eq!(show(&events.next().await.unwrap()), "Updated a red->blue");
    assert_eq!(show(&events.next().await.unwrap()), "Updated a blue->blue");
    assert!(events.try_next().is_none());
    assert!(timeout(minute / 2, events.next()).await.is_err());
    assert_eq!(events.next().await.unwrap().cause(), Cause::Resync);
}

/// A period that a clock cannot represent is as good as none.
#[tokio::test(start_paused = true)]
async fn the_longest_period_does_not_overflow() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let mut events = informer.subscribe_with(DeliveryOptions::new().resync(Duration::MAX));
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    tokio::time::sleep(Duration::from_secs(100_000)).await;
    assert!(events.try_next().is_none());
    let key = reflector_runtime::ObjectKey::namespaced("default", "a");
    let wait = Widget::informer(server.client()).wait_until_exists(&key).timeout(Duration::MAX);
    assert!(wait.await.is_ok());
}
