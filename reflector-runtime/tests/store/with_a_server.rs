//! The store of a running informer, with the embedded API server: waits, versions, and waits without an informer.

use std::time::Duration;

use reflector_apiserver::{ApiServer, Verb};
use reflector_runtime::{
    DynamicIndex, Index, KeyRef, ObjectKey, Overlay, Reflect as _, WaitError, WaitOnceError,
};

use crate::support::{
    Widget, create, delete, names, open_requests, paint, requests_of, server, synced, until, widget,
};

fn key(name: &str) -> KeyRef<'_> {
    KeyRef { namespace: Some("default"), name }
}

fn is(color: &'static str) -> impl Fn(&Widget) -> bool {
    move |widget| widget.spec.color == color
}

#[tokio::test(start_paused = true)]
async fn one_can_wait_for_what_the_server_does() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let lister = informer.lister();
    let blue = lister.wait_until(key("a"), is("blue")).timeout(Duration::from_secs(60));
    let exists = lister.wait_until_exists(key("b")).timeout(Duration::from_secs(60));
    let gone = lister.wait_until_gone(key("a")).timeout(Duration::from_secs(60));
    let changes = async {
        paint(&server, "a", "blue");
        create(&server, "b", "green");
        tokio::time::sleep(Duration::from_secs(1)).await;
        delete(&server, "a");
    };
    let (blue, exists, gone, ()) =
        tokio::join!(blue.into_future(), exists.into_future(), gone.into_future(), changes);
    assert_eq!(blue.unwrap().spec.color, "blue");
    assert_eq!(exists.unwrap().spec.color, "green");
    gone.unwrap();
    let never = lister.wait_until_exists(key("c"));
    let (never, ()) = tokio::join!(never.into_future(), informer.shutdown());
    assert!(matches!(never, Err(WaitError::Stopped { key: Some(key), .. }) if &*key.name == "c"));
}

/// A write is visible once the cache has reached its version.
#[tokio::test(start_paused = true)]
async fn own_writes_can_be_read() {
    let server = server();
    let informer = synced(&server).await;
    let lister = informer.lister();
    for number in 0..20 {
        let name = format!("w{number}");
        let created =
            server.create("example.com/v1", "widgets", Some("default"), widget(&name, "red")).unwrap();
        let version =
            created.pointer("/metadata/resourceVersion").and_then(|v| v.as_str()).unwrap().to_owned();
        lister.wait_for(version.as_str()).timeout(Duration::from_secs(60)).await.unwrap();
        assert!(lister.contains(key(&name)));
        assert!(lister.snapshot().resource_version().is_some_and(|reached| reached >= version.as_str()));
    }
    let error = lister.wait_for("999999999").timeout(Duration::from_secs(5)).await.unwrap_err();
    assert!(matches!(error, WaitError::VersionTimedOut { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_overlay_shows_own_writes_until_the_watch_delivers_them() {
    let server = server();
    let informer = synced(&server).await;
    let overlay = Overlay::new(informer.lister().store().clone());
    let created = server.create("example.com/v1", "widgets", Some("default"), widget("a", "red")).unwrap();
    overlay.insert(std::sync::Arc::new(serde_json::from_value(created).unwrap())).unwrap();
    assert!(informer.lister().get("default", "a").is_none(), "no event has been delivered yet");
    assert_eq!(names(&overlay.by_index(Widget::BY_COLOR, "red").unwrap()), ["a"]);
    until(|| informer.lister().get("default", "a").is_some()).await;
    assert_eq!((overlay.pending().unwrap(), overlay.list().unwrap().len()), (0, 1));
    delete(&server, "a");
    until(|| overlay.get(key("a")).unwrap().is_none()).await;
}

/// client-go: `TestIndexer`.
#[tokio::test(start_paused = true)]
async fn indexes_are_added_before_and_after_the_start() {
    const BY_LENGTH: Index<Widget, usize> =
        Index::new("by_length", |widget, values| values.push(&widget.spec.color.len()));
    let by_initial = DynamicIndex::<Widget>::new("by_initial", |widget, values| {
        values.push_str(widget.spec.color.get(..1).unwrap_or_default());
    });
    let server = server();
    create(&server, "a", "red");
    let informer = Widget::informer(server.client()).index(BY_LENGTH).index(by_initial.clone()).start();
    informer.wait_for_sync().await.unwrap();
    let lister = informer.lister();
    assert_eq!(lister.index_names(), ["by_color", "by_length", "by_initial"]);
    let by_last = DynamicIndex::<Widget, char>::new("by_last", |widget, values| {
        values.push(&widget.spec.color.chars().next_back().unwrap_or_default());
    });
    lister.add_index(&by_last).unwrap();
    create(&server, "b", "rose");
    lister.wait_until_exists(key("b")).await.unwrap();
    assert_eq!(names(&lister.by_index(BY_LENGTH, &3)), ["a"]);
    assert_eq!(names(&lister.by_index(&by_initial, "r")), ["a", "b"]);
    assert_eq!(names(&lister.by_index(&by_last, &'e')), ["b"]);
    assert_eq!(names(&lister.by_index(Widget::BY_COLOR, "rose")), ["b"]);
}

/// `kubectl wait`: one list and watch of one object, closed at the end.
#[tokio::test(start_paused = true)]
async fn one_object_can_be_waited_for_without_an_informer() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "other", "red");
    let object = ObjectKey::namespaced("default", "a");
    let builder = || Widget::informer(server.client());
    let widget = builder().wait_until(&object, is("red")).await.unwrap();
    assert_eq!(widget.metadata.name.as_deref(), Some("a"));
    let (painted, ()) = tokio::join!(
        builder().wait_until(&object, is("blue")).timeout(Duration::from_secs(600)).into_future(),
        async {
            tokio::time::sleep(Duration::from_secs(90)).await;
            paint(&server, "a", "blue");
        }
    );
    assert_eq!(painted.unwrap().spec.color, "blue");
    let (gone, ()) = tokio::join!(builder().wait_until_gone(&object).into_future(), async {
        tokio::time::sleep(Duration::from_secs(9)).await;
        delete(&server, "a");
    });
    gone.unwrap();
    builder().wait_until_gone(&object).await.unwrap();
    until(|| open_requests(&server).is_empty()).await;
    let selectors: Vec<_> =
        requests_of(&server, Verb::Watch).iter().map(|request| request.parameter("fieldSelector")).collect();
    assert!(selectors.len() >= 4);
    assert!(selectors.iter().all(|selector| selector.as_deref() == Some("metadata.name=a")), "{selectors:?}");
}

#[tokio::test(start_paused = true)]
async fn waiting_without_an_informer_fails_with_the_reason() {
    let server = server();
    create(&server, "a", "red");
    let object = ObjectKey::namespaced("default", "a");
    let builder = || Widget::informer(server.client());
    let error = builder().wait_until(&object, is("blue")).timeout(Duration::from_secs(30)).await.unwrap_err();
    assert!(matches!(&error, WaitOnceError::Wait(WaitError::TimedOut { .. })), "{error}");
    assert!(error.to_string().contains("widgets.example.com/v1 default/a"), "{error}");
    assert!(error.to_string().contains("it exists at resourceVersion"), "{error}");
    until(|| open_requests(&server).is_empty()).await;
    let without_crd = ApiServer::builder().seed(7).build();
    let error = Widget::informer(without_crd.client()).wait_until_exists(&object).await.unwrap_err();
    assert!(matches!(&error, WaitOnceError::Sync(_)), "{error}");
    // Dropping the future closes the watch.
    let waiting = tokio::spawn(builder().wait_until(&object, is("blue")).into_future());
    until(|| !open_requests(&server).is_empty()).await;
    waiting.abort();
    until(|| open_requests(&server).is_empty()).await;
}
