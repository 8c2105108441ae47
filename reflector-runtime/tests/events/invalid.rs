//! Notices about objects that cannot be decoded.

use reflector_apiserver::ApiServer;
use reflector_runtime::{
    DeliveryOptions, InitialListStrategy, InvalidObjectState, Reflect as _, StreamItem, Subscription,
};
use serde_json::json;

use crate::{
    caught_up, relist,
    support::{Widget, create, delete, server, show, synced},
};

const SECRET: &str = "hunter2";

/// An object whose color is not a text.
fn create_invalid(server: &ApiServer, name: &str) {
    let invalid = json!({ "metadata": { "name": name }, "spec": { "color": { "value": SECRET } } });
    server.create("example.com/v1", "widgets", Some("default"), invalid).unwrap();
}

fn set_color(server: &ApiServer, name: &str, color: &serde_json::Value) {
    let spec = json!({ "spec": { "color": color } });
    server.merge_patch("example.com/v1", "widgets", Some("default"), name, &spec).unwrap();
}

fn show_item(item: &StreamItem<Widget>) -> String {
    match item {
        StreamItem::Event(event) => show(event),
        StreamItem::InvalidObject(notice) => match &notice.state {
            InvalidObjectState::Undecodable(error) => {
                assert!(!format!("{error} {notice:?}").contains(SECRET));
                assert!(error.to_string().contains("spec.color"), "{error}");
                format!("undecodable {}", notice.key)
            }
            state => format!("{state:?} {}", notice.key),
        },
        marker => format!("{marker:?}"),
    }
}

async fn next(items: &mut Subscription<Widget>) -> String {
    show_item(&items.next_item().await.unwrap())
}

/// Everything up to a marker object, which is created now and deleted afterwards.
async fn until_now(server: &ApiServer, items: &mut Subscription<Widget>) -> Vec<String> {
    create(server, "now", "white");
    let mut received = Vec::new();
    loop {
        let item = next(items).await;
        if item == "Added now white" {
            break;
        }
        received.push(item);
    }
    delete(server, "now");
    assert_eq!(next(items).await, "Deleted now white");
    received
}

fn with_notices() -> DeliveryOptions {
    DeliveryOptions::new().invalid_objects()
}

#[tokio::test(start_paused = true)]
async fn undecodable_objects_are_reported_in_the_stream_on_request() {
    for strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let server = server();
        create(&server, "valid", "red");
        create_invalid(&server, "initial");
        let informer = Widget::informer(server.client()).initial_list_strategy(strategy).start();
        let mut without = informer.subscribe();
        let mut items = informer.subscribe_with(with_notices());
        informer.wait_for_sync().await.unwrap();
        let mut late = informer.subscribe_with(with_notices());
        for items in [&mut items, &mut late] {
            let mut initial = [next(items).await, next(items).await];
            initial.sort();
            assert_eq!(initial, ["Added valid red (initial)", "undecodable default/initial"]);
            assert_eq!(next(items).await, "InitialListComplete");
        }
        // Each event of such an object is reported.
        create_invalid(&server, "second");
        set_color(&server, "second", &json!({ "other": SECRET }));
        caught_up(&server, &informer).await;
        let received = until_now(&server, &mut late).await;
        assert_eq!(received, ["undecodable default/second"], "merged, as nothing was taken between");
        // A cached object: the last valid state stays.
        set_color(&server, "valid", &json!({ "value": SECRET }));
        assert_eq!(until_now(&server, &mut late).await, ["undecodable default/valid"]);
        assert_eq!(informer.lister().get("default", "valid").unwrap().spec.color, "red");
        // Valid again.
        set_color(&server, "second", &json!("blue"));
        set_color(&server, "valid", &json!("blue"));
        let received = until_now(&server, &mut late).await;
        assert_eq!(
            received,
            [
                "Added second blue",
                "Decoded default/second",
                "Updated valid red->blue",
                "Decoded default/valid"
            ]
        );
        // Deleted.
        set_color(&server, "valid", &json!({ "value": SECRET }));
        assert_eq!(until_now(&server, &mut late).await, ["undecodable default/valid"]);
        delete(&server, "valid");
        delete(&server, "initial");
        let received = until_now(&server, &mut late).await;
        assert_eq!(received, ["Deleted default/valid", "Deleted valid blue", "Deleted default/initial"]);
        informer.shutdown().await;
        while let Some(item) = without.next_item().await {
            assert!(!matches!(item, StreamItem::InvalidObject(_)));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_relist_reports_only_what_has_changed() {
    let server = server();
    for name in ["stays", "goes", "changes"] {
        create_invalid(&server, name);
    }
    let informer = synced(&server).await;
    let mut items = informer.subscribe_with(with_notices());
    for _ in 0..3 {
        next(&mut items).await;
    }
    assert_eq!(next(&mut items).await, "InitialListComplete");
    relist(&server, &informer, || {
        delete(&server, "goes");
        set_color(&server, "changes", &json!("blue"));
        create_invalid(&server, "new");
    })
    .await;
    let mut received = until_now(&server, &mut items).await;
    received.sort();
    let expected =
        ["Added changes blue", "Decoded default/changes", "Deleted default/goes", "undecodable default/new"];
    assert_eq!(received, expected);
}

/// A subscriber that never takes a notice has at most one per object that exists.
#[tokio::test(start_paused = true)]
async fn notices_are_merged_per_object() {
    let server = server();
    let informer = synced(&server).await;
    let mut items = informer.subscribe_with(with_notices());
    for round in 0..100 {
        create_invalid(&server, &format!("w{round}"));
        create_invalid(&server, "same");
        caught_up(&server, &informer).await;
        delete(&server, "same");
        delete(&server, &format!("w{round}"));
    }
    create_invalid(&server, "last");
    caught_up(&server, &informer).await;
    assert_eq!(until_now(&server, &mut items).await, ["InitialListComplete", "undecodable default/last"]);
}
