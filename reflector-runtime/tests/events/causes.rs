//! The cause of an event.

use std::time::Duration;

use reflector_runtime::{
    Cause, Delivery, DeliveryOptions, Event, InitialListStrategy, Reflect as _, Subscription,
};

use crate::{
    caught_up, relist,
    support::{Widget, create, delete, paint, server, show, synced},
};

fn queued(events: &mut Subscription<Widget>) -> Vec<(Cause, String)> {
    let mut queued: Vec<_> = std::iter::from_fn(|| events.try_next())
        .map(|event: Event<Widget>| (event.cause(), show(&event)))
        .collect();
    queued.sort_by(|(_, a), (_, b)| a.cmp(b));
    queued
}

fn of(cause: Cause, event: &str) -> (Cause, String) {
    (cause, event.to_owned())
}

#[tokio::test(start_paused = true)]
async fn events_have_the_cause_of_their_change() {
    for strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let server = server();
        for name in ["a", "b", "c"] {
            create(&server, name, "red");
        }
        let informer = Widget::informer(server.client())
            .initial_list_strategy(strategy)
            .resync(Duration::from_secs(100_000))
            .start();
        let mut events = informer.subscribe_with(Delivery::EveryEvent);
        informer.wait_for_sync().await.unwrap();
        let initial =
            ["a", "b", "c"].map(|name| of(Cause::InitialList, &format!("Added {name} red (initial)")));
        assert_eq!(queued(&mut events), initial);
        assert_eq!(queued(&mut informer.subscribe()), initial, "those of a late subscriber");

        create(&server, "d", "red");
        paint(&server, "a", "blue");
        delete(&server, "b");
        caught_up(&server, &informer).await;
        let expected = [
            of(Cause::Watch, "Added d red"),
            of(Cause::Watch, "Deleted b red"),
            of(Cause::Watch, "Updated a red->blue"),
        ];
        assert_eq!(queued(&mut events), expected);

        relist(&server, &informer, || {
            create(&server, "e", "red");
            paint(&server, "a", "green");
            delete(&server, "c");
        })
        .await;
        let expected = [
            of(Cause::Relist, "Added e red"),
            of(Cause::Relist, "Missing c red"),
            of(Cause::Relist, "Updated a blue->green"),
        ];
        assert_eq!(queued(&mut events), expected);

        tokio::time::sleep(Duration::from_secs(100_000)).await;
        let causes: Vec<_> = queued(&mut events).into_iter().map(|(cause, _)| cause).collect();
        assert_eq!(causes, [Cause::Resync; 3]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_merged_event_has_the_newest_cause() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let mut events = informer.subscribe_with(DeliveryOptions::new().resync(Duration::from_secs(1)));
    paint(&server, "a", "blue");
    caught_up(&server, &informer).await;
    let event = events.try_next().unwrap();
    assert_eq!((event.cause(), show(&event)), of(Cause::Watch, "Added a blue (initial)"));
    paint(&server, "a", "green");
    caught_up(&server, &informer).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let event = events.next().await.unwrap();
    assert_eq!((event.cause(), show(&event)), of(Cause::Resync, "Updated a blue->green"));
    assert_eq!(format!("{event:?}").split(" at ").next(), Some("Updated default/a"));
}
