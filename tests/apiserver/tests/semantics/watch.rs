//! Watches: the starting version, the events sent, and the end.

use crate::common::{ALL_WIDGETS, WIDGETS, delete, get, names, post, server, watch, widget};
use reflector_apiserver::ApiServer;
use serde_json::{Value, json};

fn create(server: &ApiServer, name: &str, color: &str) -> u64 {
    let created = server.create("example.com/v1", "widgets", Some("default"), widget(name, color)).unwrap();
    created["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap()
}

fn paint(server: &ApiServer, name: &str, color: &str) -> u64 {
    let patch = json!({"spec": {"color": color}});
    server.merge_patch("example.com/v1", "widgets", Some("default"), name, &patch).unwrap();
    server.resource_version()
}

#[tokio::test(start_paused = true)]
async fn begins_after_the_given_version_and_continues_live() {
    let server = server();
    let first = create(&server, "a", "red");
    let second = create(&server, "b", "red");
    let mut watch = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={first}")).await;
    assert_eq!(watch.status, 200);
    assert_eq!(watch.brief().await, ("ADDED".into(), "b".into(), second.to_string()));
    let painted = paint(&server, "a", "blue");
    assert_eq!(watch.brief().await, ("MODIFIED".into(), "a".into(), painted.to_string()));
    server.delete("example.com/v1", "widgets", Some("default"), "a").unwrap();
    let deleted = server.resource_version().to_string();
    assert_eq!(watch.brief().await, ("DELETED".into(), "a".into(), deleted));
    assert!(watch.is_silent().await);
}

#[tokio::test(start_paused = true)]
async fn without_a_version_begins_with_the_existing_objects() {
    let server = server();
    create(&server, "b", "red");
    create(&server, "a", "red");
    for version in ["", "&resourceVersion=0"] {
        let mut watch = watch(&server, &format!("{WIDGETS}?watch=1{version}")).await;
        assert_eq!(watch.brief().await.1, "a");
        assert_eq!(watch.brief().await.1, "b");
        assert!(watch.is_silent().await);
    }
}

#[tokio::test(start_paused = true)]
async fn objects_that_begin_or_cease_to_match_are_added_or_deleted() {
    let server = server();
    create(&server, "a", "red");
    let start = create(&server, "b", "green");
    let mut watch = watch(
        &server,
        &format!("{ALL_WIDGETS}?watch=1&resourceVersion={start}&fieldSelector=spec.color%3Dred"),
    )
    .await;
    let version = paint(&server, "a", "blue");
    let event = watch.event().await;
    assert_eq!(event["type"], "DELETED");
    assert_eq!(event["object"]["spec"]["color"], "red", "the last state that matched");
    assert_eq!(event["object"]["metadata"]["resourceVersion"], version.to_string());
    let version = paint(&server, "b", "red");
    assert_eq!(watch.brief().await, ("ADDED".into(), "b".into(), version.to_string()));
    server.delete("example.com/v1", "widgets", Some("default"), "a").unwrap();
    assert!(watch.is_silent().await, "the object did not match when it was deleted");
}

#[tokio::test(start_paused = true)]
async fn receives_only_its_namespace_and_name() {
    let server = server();
    let start = server.resource_version();
    let mut narrow =
        watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={start}&fieldSelector=metadata.name%3Db"))
            .await;
    create(&server, "a", "red");
    server.create("example.com/v1", "widgets", Some("kube-system"), widget("b", "red")).unwrap();
    create(&server, "b", "red");
    let event = narrow.event().await;
    assert_eq!(event["object"]["metadata"]["namespace"], "default");
    assert_eq!(event["object"]["metadata"]["name"], "b");
}

#[tokio::test(start_paused = true)]
async fn an_expired_version_is_an_error_event() {
    let server = server();
    let first = create(&server, "a", "red");
    let second = create(&server, "b", "red");
    server.compact();
    let mut old = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={first}")).await;
    assert_eq!(old.status, 200);
    let event = old.event().await;
    assert_eq!(event["type"], "ERROR");
    assert_eq!(
        event["object"],
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "Expired", "code": 410,
            "message": format!("too old resource version: {first} ({second})")})
    );
    assert!(old.ended().await);
    let mut new = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={second}")).await;
    create(&server, "c", "red");
    assert_eq!(new.brief().await.1, "c");
}

#[tokio::test(start_paused = true)]
async fn compaction_does_not_affect_open_watches() {
    let server = server();
    let start = server.resource_version();
    let mut open = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={start}")).await;
    create(&server, "a", "red");
    server.compact();
    create(&server, "b", "red");
    assert_eq!(open.brief().await.1, "a");
    assert_eq!(open.brief().await.1, "b");
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_exceeds_the_history_is_ended() {
    let server = ApiServer::builder().watch_history(3).build();
    server.install_crd(crate::common::widget_crd()).unwrap();
    let start = server.resource_version();
    let mut slow = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={start}")).await;
    for i in 0..10 {
        create(&server, &format!("w{i}"), "red");
    }
    assert!(slow.ended().await);
}

#[tokio::test(start_paused = true)]
async fn ends_at_its_timeout_after_a_final_bookmark() {
    let server = server();
    let start = tokio::time::Instant::now();
    let version = server.resource_version();
    let mut watch = watch(
        &server,
        &format!("{WIDGETS}?watch=1&resourceVersion={version}&timeoutSeconds=30&allowWatchBookmarks=true"),
    )
    .await;
    let event = watch.event().await;
    assert_eq!(event["type"], "BOOKMARK");
    assert_eq!(
        event["object"],
        json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"resourceVersion": version.to_string()}})
    );
    assert_eq!(start.elapsed().as_secs(), 28);
    assert!(watch.ended().await);
    assert_eq!(start.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn bookmarks_carry_the_newest_version_of_all_resources() {
    let server = server();
    let version = server.resource_version();
    let mut watch =
        watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={version}&allowWatchBookmarks=1")).await;
    server.create("v1", "configmaps", Some("default"), json!({"metadata": {"name": "m"}})).unwrap();
    let start = tokio::time::Instant::now();
    let bookmark = watch.brief().await;
    assert_eq!(bookmark, ("BOOKMARK".into(), String::new(), server.resource_version().to_string()));
    assert!((60..=75).contains(&start.elapsed().as_secs()), "about once a minute");
    server.send_bookmarks();
    let start = tokio::time::Instant::now();
    assert_eq!(watch.brief().await.0, "BOOKMARK");
    assert_eq!(start.elapsed().as_secs(), 0);
}

/// kubernetes/kubernetes#135452: a server restored to an older state accepts such a watch.
#[tokio::test(start_paused = true)]
async fn a_watch_from_the_future_is_silent() {
    let server = server();
    let future = server.resource_version() + 100;
    let query = format!("watch=1&resourceVersion={future}&allowWatchBookmarks=1&timeoutSeconds=300");
    let mut open = watch(&server, &format!("{WIDGETS}?{query}")).await;
    create(&server, "a", "red");
    server.send_bookmarks();
    assert!(open.ended().await, "neither an event nor a bookmark");
}

#[tokio::test(start_paused = true)]
async fn ends_when_the_server_loses_its_history() {
    let server = server();
    let version = server.resource_version();
    let mut open = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={version}")).await;
    create(&server, "a", "red");
    server.restart_with_lost_history();
    assert_eq!(open.brief().await.1, "a", "earlier events are still sent");
    assert!(open.ended().await);
    let mut again = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={version}")).await;
    assert_eq!(again.event().await["object"]["code"], 410);
}

#[tokio::test(start_paused = true)]
async fn deleting_the_crd_deletes_the_objects_and_ends_the_watch() {
    let server = server();
    let version = create(&server, "a", "red");
    let mut open = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={version}")).await;
    delete(&server, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com").await;
    assert_eq!(open.brief().await.0, "DELETED");
    assert!(open.ended().await);
    assert_eq!(get(&server, WIDGETS).await, (404, Value::String("404 page not found\n".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_watch_from_a_list_receives_later_events() {
    let server = server();
    create(&server, "a", "red");
    let (_, list) = get(&server, WIDGETS).await;
    assert_eq!(names(&list), ["a"]);
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    post(&server, WIDGETS, &widget("b", "red")).await;
    let mut watch = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={version}")).await;
    assert_eq!(watch.brief().await.1, "b");
}
