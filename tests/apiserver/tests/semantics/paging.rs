//! Limits and continue tokens: all pages are consistent with the first, until its version is compacted.

use serde_json::json;

use crate::common::{ALL_WIDGETS, WIDGETS, get, names, server, widget};

fn filled(count: usize) -> reflector_apiserver::ApiServer {
    let server = server();
    let objects = (0..count).map(|i| widget(&format!("w{i}"), "red"));
    server.create_all("example.com/v1", "widgets", Some("default"), objects).unwrap();
    server
}

#[tokio::test(start_paused = true)]
async fn pages_are_consistent_with_the_first() {
    let server = filled(5);
    let (_, first) = get(&server, &format!("{WIDGETS}?limit=2")).await;
    assert_eq!(names(&first), ["w0", "w1"]);
    assert_eq!(first["metadata"]["remainingItemCount"], 3);
    let version = first["metadata"]["resourceVersion"].clone();
    server.delete("example.com/v1", "widgets", Some("default"), "w2").unwrap();
    server.create("example.com/v1", "widgets", Some("default"), widget("w25", "red")).unwrap();
    server
        .merge_patch("example.com/v1", "widgets", Some("default"), "w3", &json!({"spec": {"color": "blue"}}))
        .unwrap();
    let token = first["metadata"]["continue"].as_str().unwrap();
    let (_, second) = get(&server, &format!("{WIDGETS}?limit=2&continue={token}")).await;
    assert_eq!(names(&second), ["w2", "w3"], "as of the first page");
    assert_eq!(second["items"][1]["spec"]["color"], "red");
    assert_eq!(second["metadata"]["resourceVersion"], version);
    assert_eq!(second["metadata"]["remainingItemCount"], 1);
    let token = second["metadata"]["continue"].as_str().unwrap();
    let (_, third) = get(&server, &format!("{WIDGETS}?limit=2&continue={token}")).await;
    assert_eq!(names(&third), ["w4"]);
    assert_eq!(third["metadata"]["continue"], "");
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_answered_with_an_inconsistent_one() {
    let server = filled(4);
    let (_, first) = get(&server, &format!("{ALL_WIDGETS}?limit=2")).await;
    server.create("example.com/v1", "widgets", Some("default"), widget("w9", "red")).unwrap();
    server.compact();
    let token = first["metadata"]["continue"].as_str().unwrap();
    let (code, status) = get(&server, &format!("{ALL_WIDGETS}?limit=2&continue={token}")).await;
    assert_eq!((code, status["reason"].as_str()), (410, Some("Expired")));
    assert!(
        status["message"]
            .as_str()
            .unwrap()
            .starts_with("The provided continue parameter is too old to display")
    );
    let token = status["metadata"]["continue"].as_str().unwrap();
    let (code, rest) = get(&server, &format!("{ALL_WIDGETS}?continue={token}")).await;
    assert_eq!((code, names(&rest)), (200, vec!["w2".to_owned(), "w3".to_owned(), "w9".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn with_a_selector_there_is_no_remaining_item_count() {
    let server = filled(4);
    let (_, page) = get(&server, &format!("{WIDGETS}?limit=1&fieldSelector=spec.color%3Dred")).await;
    assert_eq!(page["metadata"]["remainingItemCount"], serde_json::Value::Null);
    assert_ne!(page["metadata"]["continue"], "");
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_ignored_at_any_version() {
    let server = filled(4);
    let (_, list) = get(&server, &format!("{WIDGETS}?limit=1&resourceVersion=0")).await;
    assert_eq!(names(&list).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn tokens_are_validated() {
    let server = filled(2);
    let (_, page) = get(&server, &format!("{WIDGETS}?limit=1")).await;
    let token = page["metadata"]["continue"].as_str().unwrap();
    let (code, status) = get(&server, &format!("{WIDGETS}?continue={token}&resourceVersion=5")).await;
    assert_eq!(code, 400);
    assert_eq!(status["message"], "specifying resource version is not allowed when using continue");
    let (code, status) = get(&server, &format!("{WIDGETS}?continue=nonsense")).await;
    assert_eq!(code, 400);
    assert!(
        status["message"].as_str().unwrap().starts_with("invalid continue token: continue key is not valid")
    );
    assert_eq!(get(&server, &format!("{WIDGETS}?limit=many")).await.0, 400);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_objects_are_listed_in_pages() {
    let server = filled(10_000);
    let (mut seen, mut token) = (0, String::new());
    loop {
        let (_, page) = get(&server, &format!("{WIDGETS}?limit=500&continue={token}")).await;
        seen += names(&page).len();
        page["metadata"]["continue"].as_str().unwrap().clone_into(&mut token);
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, 10_000);
}
