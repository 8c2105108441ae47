//! Lists with a resourceVersion: any, exact, not older than, too new, too old.

use crate::common::{WIDGETS, get, names, server, widget};

#[tokio::test(start_paused = true)]
async fn exact_returns_the_past_state_and_not_older_than_the_latest() {
    let server = server();
    let create = |name: &str| {
        server.create("example.com/v1", "widgets", Some("default"), widget(name, "red")).unwrap()
    };
    create("a");
    let then = server.resource_version();
    create("b");
    let now = server.resource_version().to_string();
    let (_, list) =
        get(&server, &format!("{WIDGETS}?resourceVersion={then}&resourceVersionMatch=Exact")).await;
    assert_eq!(
        (names(&list), list["metadata"]["resourceVersion"].as_str()),
        (vec!["a".to_owned()], Some(&*then.to_string()))
    );
    for query in [
        format!("resourceVersion={then}&resourceVersionMatch=NotOlderThan"),
        format!("resourceVersion={then}"),
        "resourceVersion=0".to_owned(),
        String::new(),
    ] {
        let (_, list) = get(&server, &format!("{WIDGETS}?{query}")).await;
        assert_eq!(
            (names(&list).len(), list["metadata"]["resourceVersion"].as_str()),
            (2, Some(now.as_str())),
            "{query}"
        );
    }
    let (_, list) = get(&server, &format!("{WIDGETS}?resourceVersion={then}&limit=5")).await;
    assert_eq!(names(&list), ["a"], "with a limit and without a match rule, the version is exact");
}

#[tokio::test(start_paused = true)]
async fn a_future_version_is_waited_for() {
    let server = server();
    let next = server.resource_version() + 1;
    let later = server.clone();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        later.create("example.com/v1", "widgets", Some("default"), widget("a", "red")).unwrap();
    });
    let (code, list) = get(&server, &format!("{WIDGETS}?resourceVersion={next}")).await;
    assert_eq!((code, names(&list)), (200, vec!["a".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_future_version_is_too_large_after_the_timeout() {
    let server = server();
    let now = server.resource_version();
    let (code, status) = get(&server, &format!("{WIDGETS}?resourceVersion=99999")).await;
    assert_eq!(code, 504);
    assert_eq!(
        status,
        serde_json::json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "Timeout",
            "code": 504, "message": format!("Timeout: Too large resource version: 99999, current: {now}"),
            "details": {"retryAfterSeconds": 1,
                "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]}})
    );
}

#[tokio::test(start_paused = true)]
async fn a_compacted_version_is_gone() {
    let server = server();
    let then = server.resource_version();
    server.create("example.com/v1", "widgets", Some("default"), widget("a", "red")).unwrap();
    server.compact();
    let (code, status) =
        get(&server, &format!("{WIDGETS}?resourceVersion={then}&resourceVersionMatch=Exact")).await;
    assert_eq!(code, 410);
    assert_eq!(status["message"], "The resourceVersion for the provided list is too old.");
    let (code, _) = get(&server, &format!("{WIDGETS}?resourceVersion={then}")).await;
    assert_eq!(code, 200, "not older than returns the latest");
}

#[tokio::test(start_paused = true)]
async fn inconsistent_match_rules_are_invalid() {
    let server = server();
    for query in [
        "resourceVersionMatch=Exact",
        "resourceVersion=1&resourceVersionMatch=Nearly",
        "resourceVersion=0&resourceVersionMatch=Exact",
        "resourceVersion=1&resourceVersionMatch=Exact&continue=x",
    ] {
        let (code, status) = get(&server, &format!("{WIDGETS}?{query}")).await;
        assert_eq!((code, status["reason"].as_str()), (422, Some("Invalid")), "{query}");
    }
    assert_eq!(get(&server, &format!("{WIDGETS}?resourceVersion=abc")).await.0, 400);
}
