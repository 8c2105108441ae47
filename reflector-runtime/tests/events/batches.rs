//! Batches: the changes from one consistent state to the next.

use reflector_runtime::{Delivery, EventBatch, InitialListStrategy, Reflect as _};

use crate::{
    caught_up, relist,
    support::{Widget, create, delete, paint, server, show, synced},
};

/// `version: event, event`, in the order of names.
fn show_batch(batch: &EventBatch<Widget>) -> String {
    let mut events: Vec<String> = batch.events.iter().map(show).collect();
    events.sort();
    let complete = if batch.completes_initial_list { " (initial list)" } else { "" };
    format!("{}: {}{complete}", batch.resource_version.as_deref().unwrap_or("-"), events.join(", "))
}

#[tokio::test(start_paused = true)]
async fn a_list_and_a_response_of_the_watch_are_one_batch_each() {
    for strategy in [InitialListStrategy::WatchList, InitialListStrategy::PagedList] {
        for delivery in [Delivery::Coalesced, Delivery::EveryEvent] {
            let server = server();
            for name in ["a", "b", "c"] {
                create(&server, name, "red");
            }
            let builder = Widget::informer(server.client()).initial_list_strategy(strategy).page_size(1);
            let informer = builder.start();
            let mut batches = informer.subscribe_with(delivery);
            let version = || server.resource_version();
            let initial = format!(
                "{}: Added a red (initial), Added b red (initial), Added c red (initial) (initial list)",
                version()
            );
            assert_eq!(show_batch(&batches.next_batch().await.unwrap()), initial);
            assert_eq!(show_batch(&informer.subscribe().next_batch().await.unwrap()), initial);
            assert!(batches.has_synced());
            create(&server, "d", "red");
            let batch = batches.next_batch().await.unwrap();
            assert_eq!(show_batch(&batch), format!("{}: Added d red", version()));
            relist(&server, &informer, || {
                paint(&server, "a", "blue");
                paint(&server, "b", "blue");
                delete(&server, "c");
            })
            .await;
            let batch = batches.next_batch().await.unwrap();
            assert_eq!(
                show_batch(&batch),
                format!("{}: Missing c red, Updated a red->blue, Updated b red->blue", version())
            );
            informer.shutdown().await;
            assert!(batches.next_batch().await.is_none());
        }
    }
}

/// The first batch is the initial list, also if it is empty.
#[tokio::test(start_paused = true)]
async fn an_empty_initial_list_is_a_batch() {
    let server = server();
    let informer = Widget::informer(server.client()).start();
    let batch = informer.subscribe().next_batch().await.unwrap();
    assert!(batch.completes_initial_list && batch.events.is_empty());
    assert_eq!(batch.resource_version.as_deref(), Some(&*server.resource_version().to_string()));
    let late = informer.subscribe().next_batch().await.unwrap();
    assert!(late.completes_initial_list && late.events.is_empty());
}

#[tokio::test(start_paused = true)]
async fn batches_that_were_not_taken_are_merged_if_events_are() {
    let server = server();
    let informer = synced(&server).await;
    let mut coalesced = informer.subscribe();
    let mut every_event = informer.subscribe_with(Delivery::EveryEvent);
    for batches in [&mut coalesced, &mut every_event] {
        assert!(batches.next_batch().await.unwrap().completes_initial_list);
    }
    create(&server, "a", "red");
    caught_up(&server, &informer).await;
    let first = server.resource_version();
    paint(&server, "a", "blue");
    create(&server, "b", "red");
    caught_up(&server, &informer).await;
    let last = server.resource_version();
    let batch = coalesced.next_batch().await.unwrap();
    assert_eq!(show_batch(&batch), format!("{last}: Added a blue, Added b red"));
    assert_eq!(show_batch(&every_event.next_batch().await.unwrap()), format!("{first}: Added a red"));
    let batch = every_event.next_batch().await.unwrap();
    assert_eq!(show_batch(&batch), format!("{last}: Added b red, Updated a red->blue"));
    // Events that were taken one by one are not in the next batch.
    create(&server, "c", "red");
    caught_up(&server, &informer).await;
    assert_eq!(show(&every_event.next().await.unwrap()), "Added c red");
    create(&server, "d", "red");
    caught_up(&server, &informer).await;
    let batch = every_event.next_batch().await.unwrap();
    assert_eq!(show_batch(&batch), format!("{}: Added d red", server.resource_version()));
}
