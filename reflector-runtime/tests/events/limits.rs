//! The bounds of queues, and the order of events.

use std::time::Duration;

use reflector_apiserver::{ApiServer, Verb};
use reflector_runtime::{
    Delivery, DeliveryOptions, Event, Health, Informer, Overflow, QueueOrder, Reflect as _, Subscription,
    handler_fn,
};
use tokio::time::{sleep, timeout};

use crate::{
    caught_up,
    support::{Widget, create, delete, paint, requests, server, show, synced, until},
};

fn take_all(events: &mut Subscription<Widget>) -> Vec<String> {
    std::iter::from_fn(|| events.try_next()).map(|event| show(&event)).collect()
}

async fn paint_often(server: &ApiServer, informer: &Informer<Widget>, count: u32) {
    for number in 0..count {
        paint(server, "a", &format!("color {number}"));
    }
    caught_up(server, informer).await;
}

#[tokio::test(start_paused = true)]
async fn above_its_limit_a_queue_merges_events_and_counts_them() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let mut events = informer.subscribe_with(DeliveryOptions::new().every_event().limit(10));
    paint_often(&server, &informer, 100).await;
    create(&server, "b", "red");
    caught_up(&server, &informer).await;
    assert_eq!((events.len(), events.merged_events()), (11, 91));
    let taken = take_all(&mut events);
    assert_eq!(taken[..2], ["Added a red (initial)", "Updated a red->color 0"]);
    assert_eq!(taken[9..], ["Updated a color 7->color 99", "Added b red"]);
    // Below the limit, every event is delivered again.
    paint_often(&server, &informer, 5).await;
    assert_eq!((take_all(&mut events).len(), events.merged_events()), (5, 91));
}

#[tokio::test(start_paused = true)]
async fn a_coalescing_queue_counts_merged_events() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let mut events = informer.subscribe();
    paint_often(&server, &informer, 100).await;
    assert_eq!((events.len(), events.merged_events()), (1, 100));
    assert_eq!(take_all(&mut events), ["Added a color 99 (initial)"]);
}

fn backpressure(limit: usize) -> DeliveryOptions {
    DeliveryOptions::new().every_event().limit(limit).on_overflow(Overflow::Backpressure)
}

/// Neither does the client read from the server meanwhile, nor are readers of the cache blocked.
#[tokio::test(start_paused = true)]
async fn backpressure_stops_the_informer_until_events_are_taken() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let mut events = informer.subscribe_with(backpressure(10));
    let mut other = informer.subscribe();
    let mut painted = 0;
    for _ in 0..100 {
        paint(&server, "a", &format!("color {painted}"));
        painted += 1;
        sleep(Duration::from_millis(100)).await;
    }
    let (stopped_at, queued) = (informer.lister().resource_version(), events.len());
    assert!((10..=10 + 256).contains(&queued), "{queued}");
    assert_eq!(queued, 10, "one event arrived at a time");
    assert!(other.len() == 1 && other.try_next().is_some());
    sleep(Duration::from_secs(30)).await;
    assert_eq!(informer.lister().resource_version(), stopped_at);
    assert_eq!(informer.lister().get("default", "a").unwrap().spec.color, "color 8");
    // Every event is delivered once it is taken. The informer goes on when half of the queue has been taken.
    assert_eq!(show(&events.next().await.unwrap()), "Added a red (initial)");
    let mut last = "red".to_owned();
    for number in 0..painted {
        if (3..5).contains(&number) {
            sleep(Duration::from_secs(1)).await;
            assert_eq!(informer.lister().resource_version() == stopped_at, number == 3, "{number} taken");
        }
        let event = timeout(Duration::from_secs(60), events.next()).await.expect("delivered").unwrap();
        assert_eq!(show(&event), format!("Updated a {last}->color {number}"));
        last = format!("color {number}");
    }
    assert_eq!(events.merged_events(), 0);
    caught_up(&server, &informer).await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_subscription_and_a_removed_handler_hold_up_nothing() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let full = informer.subscribe_with(backpressure(1));
    let blocked = |_: Event<Widget>| std::future::pending::<()>();
    let registration = informer.add_async_handler_with(blocked, backpressure(1));
    sleep(Duration::from_secs(1)).await;
    paint(&server, "a", "blue");
    paint(&server, "a", "green");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(informer.lister().get("default", "a").unwrap().spec.color, "red");
    drop(full);
    sleep(Duration::from_secs(1)).await;
    assert_ne!(informer.lister().get("default", "a").unwrap().spec.color, "red");
    paint(&server, "a", "white");
    sleep(Duration::from_secs(1)).await;
    assert_ne!(
        informer.lister().get("default", "a").unwrap().spec.color,
        "white",
        "the handler's queue is full"
    );
    // Its call never returns.
    drop(registration);
    informer.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_removed_handler_holds_up_nothing() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let slow = |_: Event<Widget>| sleep(Duration::from_secs(100));
    let registration = informer.add_async_handler_with(slow, backpressure(1));
    paint(&server, "a", "blue");
    paint(&server, "a", "green");
    sleep(Duration::from_secs(1)).await;
    registration.remove().await;
    caught_up(&server, &informer).await;
}

#[tokio::test(start_paused = true)]
async fn a_stopped_informer_does_not_wait_for_a_full_queue() {
    for drops in [false, true] {
        let server = server();
        create(&server, "a", "red");
        let informer = synced(&server).await;
        let mut events = informer.subscribe_with(backpressure(1));
        paint(&server, "a", "blue");
        paint(&server, "a", "green");
        sleep(Duration::from_secs(1)).await;
        let mut health = informer.health();
        if drops {
            drop(informer);
        } else {
            timeout(Duration::from_secs(1), informer.shutdown()).await.expect("immediate");
        }
        timeout(Duration::from_secs(1), health.wait_for(|health| *health == Health::Stopped))
            .await
            .expect("immediate")
            .unwrap();
        assert_eq!(show(&events.next().await.unwrap()), "Added a red (initial)");
        while events.next().await.is_some() {}
        until(|| requests(&server, Verb::Watch) > 0 && crate::support::open_requests(&server).is_empty())
            .await;
    }
}

/// client-go: `TestRealFIFO_detectLineJumpers`.
#[tokio::test(start_paused = true)]
async fn events_of_different_objects_are_in_the_order_of_arrival_on_request() {
    let server = server();
    let informer = Widget::informer(server.client()).queue_order(QueueOrder::Arrival).start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    let (lines, calls) = std::sync::mpsc::channel();
    let handler = handler_fn(move |event: Event<Widget>| lines.send(show(&event)).unwrap());
    informer.add_handler_with(handler, Delivery::EveryEvent);
    create(&server, "a", "red");
    create(&server, "b", "red");
    paint(&server, "a", "blue");
    delete(&server, "b");
    create(&server, "b", "green");
    paint(&server, "a", "white");
    caught_up(&server, &informer).await;
    let expected = [
        "Added a red",
        "Added b red",
        "Updated a red->blue",
        "Deleted b red",
        "Added b green",
        "Updated a blue->white",
    ];
    assert_eq!(take_all(&mut events), expected);
    informer.drain().await.unwrap();
    assert_eq!(calls.try_iter().collect::<Vec<_>>(), expected);
}
