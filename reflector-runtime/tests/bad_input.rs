//! Malformed or unexpected data from a server, a proxy or another client. Each case is reported with its source and
//! without values of an object, no other data is lost, and nothing panics.

mod support;

use std::sync::Mutex;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Step, Verb};
use reflector_runtime::{Informer, InitialListStrategy, Reflect as _};
use serde_json::json;
use support::{ErrorLog, Widget, create, delete, names, paint, requests, server, until, widget};

/// A value that must not appear in errors or logs.
const SECRET: &str = "hunter2";

/// A server with the valid widgets `a` and `z` and the undecodable widget `bad`.
fn server_with_a_bad_widget() -> ApiServer {
    let server = server();
    create(&server, "a", "red");
    let bad = json!({ "metadata": { "name": "bad" }, "spec": { "color": [SECRET] } });
    server.create("example.com/v1", "widgets", Some("default"), bad).unwrap();
    create(&server, "z", "red");
    server
}

async fn start(
    server: &ApiServer,
    initial_list_strategy: InitialListStrategy,
) -> (Informer<Widget>, ErrorLog) {
    capture_log();
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(initial_list_strategy)
        .on_error(errors.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    (informer, errors)
}

fn assert_no_value_leaked(errors: &ErrorLog) {
    assert!(!errors.contains(SECRET), "a value leaked: {:?}", errors.all());
    for line in logged().lines() {
        assert!(!line.contains(SECRET), "a value leaked into the log: {line}");
    }
}

/// Everything that the runtime has logged in this process so far, at every level.
fn logged() -> String {
    String::from_utf8(LOG.lock().unwrap().clone()).unwrap()
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Captures the log from now on, once for all tests of the process.
fn capture_log() {
    let subscriber = tracing_subscriber::fmt().with_env_filter("reflector_runtime=trace").with_writer(|| Log);
    // Another test may have installed it already.
    let _ = subscriber.with_ansi(false).try_init();
}

/// D8 of kube-rs's watcher: there, one such object fails the whole list indefinitely, with its body in the log.
#[tokio::test(start_paused = true)]
async fn an_undecodable_object_in_a_list_is_reported_and_the_others_are_cached() {
    for initial_list_strategy in
        [InitialListStrategy::List, InitialListStrategy::PagedList, InitialListStrategy::WatchList]
    {
        let server = server_with_a_bad_widget();
        let (informer, errors) = start(&server, initial_list_strategy).await;
        assert_eq!(names(&informer.lister().list()), ["a", "z"]);
        let skipped = informer.skipped();
        let last = skipped.last.expect("one object was skipped");
        assert_eq!(skipped.count, 1);
        assert!(last.to_string().starts_with("skipped an object of widgets.example.com/v1"), "{last}");
        assert!(
            errors.contains("default/bad: field `spec.color`: found a list, expected a string"),
            "{initial_list_strategy:?}: {:?}",
            errors.all()
        );
        assert_no_value_leaked(&errors);
    }
}

/// D6 and D7 of kube-rs's watcher: there, the message is lost, and so is the object until the next relist.
#[tokio::test(start_paused = true)]
async fn an_undecodable_change_keeps_the_last_good_object() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let (informer, errors) = start(&server, InitialListStrategy::List).await;
    let patch = json!({ "spec": { "color": [SECRET] } });
    server.merge_patch("example.com/v1", "widgets", Some("default"), "a", &patch).unwrap();
    paint(&server, "b", "blue");
    until(|| informer.lister().get("default", "b").unwrap().spec.color == "blue").await;
    assert!(errors.contains("default/a: field `spec.color`"), "{:?}", errors.all());
    assert_eq!(informer.lister().get("default", "a").unwrap().spec.color, "red");
    // A relist keeps it as well, and its deletion is delivered although it cannot be decoded.
    server.drop_all_watches();
    server.compact();
    create(&server, "c", "red");
    until(|| informer.lister().len() == 3).await;
    let mut events = informer.subscribe();
    for _ in 0..3 {
        support::next(&mut events).await;
    }
    delete(&server, "a");
    assert_eq!(support::next(&mut events).await, "Deleted a red");
    assert_no_value_leaked(&errors);
}

#[tokio::test(start_paused = true)]
async fn an_object_of_another_kind_is_skipped() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    server.faults().on(RequestMatcher::list("widgets")).replace_value("a", "/kind", "Gadget".into());
    let (informer, errors) = start(&server, InitialListStrategy::List).await;
    assert_eq!(names(&informer.lister().list()), ["b"]);
    assert!(
        errors.contains("a: wrong kind: found example.com/v1 Gadget, expected example.com/v1 Widget"),
        "{:?}",
        errors.all()
    );
    server.faults().on(RequestMatcher::watch("widgets")).wrong_kind("Gadget");
    server.drop_all_watches();
    create(&server, "c", "red");
    until(|| errors.contains("default/c: wrong kind")).await;
    assert_eq!(names(&informer.lister().list()), ["b"]);
}

/// Responses that are not a list of this type: a list of another type, a table, an error, not a list at all.
#[tokio::test(start_paused = true)]
async fn an_unexpected_list_is_rejected_and_requested_again() {
    let list = |fields: &str| format!(r#"{{"apiVersion":"example.com/v1","kind":"WidgetList",{fields}}}"#);
    let with_metadata = |kind: &str| {
        format!(
            r#"{{{kind}"metadata":{{"resourceVersion":"1"}},"items":[{{"data":"{SECRET}"}}],"rows":["{SECRET}"]}}"#
        )
    };
    let unexpected: [(&str, String); 14] = [
        ("returned v1 SecretList", with_metadata(r#""apiVersion":"v1","kind":"SecretList","#)),
        ("returned meta.k8s.io/v1 Table", with_metadata(r#""apiVersion":"meta.k8s.io/v1","kind":"Table","#)),
        ("returned v1 Status", format!(r#"{{"kind":"Status","apiVersion":"v1","message":"{SECRET}"}}"#)),
        (
            "returned example.com/v1 Widget,",
            with_metadata(r#""apiVersion":"example.com/v1","kind":"Widget","#),
        ),
        (
            "returned example.com/v2 WidgetList",
            with_metadata(r#""apiVersion":"example.com/v2","kind":"WidgetList","#),
        ),
        ("has no resourceVersion", list(r#""metadata":{},"items":[]"#)),
        ("no object in the field `metadata`", list(r#""items":[]"#)),
        ("no object in the field `metadata`", list(r#""metadata":null,"items":[]"#)),
        (
            "`metadata.continue` is not a string",
            list(r#""metadata":{"resourceVersion":"1","continue":7},"items":[]"#),
        ),
        ("`items` is not a list", list(r#""metadata":{"resourceVersion":"1"},"items":{}"#)),
        ("malformed response", list(r#""metadata":{"resourceVersion":"1"},"items":[x]"#)),
        ("is not a response of a Kubernetes API server", format!(r#"["{SECRET}"]"#)),
        ("HTTP 200 with content type application/json", SECRET.to_owned()),
        ("ended in the middle", String::new()),
    ];
    for (expected, body) in unexpected {
        let server = server();
        create(&server, "a", "red");
        server.faults().script(RequestMatcher::list("widgets"), [Answer::bytes(200, body)]);
        let (informer, errors) = start(&server, InitialListStrategy::List).await;
        assert_eq!(names(&informer.lister().list()), ["a"]);
        assert!(errors.contains(expected), "{expected}: {:?}", errors.all());
        assert_no_value_leaked(&errors);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_disconnects_anywhere_is_read_again() {
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    for bytes in (0..1200).step_by(97) {
        let cut = server.faults().on(RequestMatcher::list("widgets")).cut_after_bytes(bytes);
        let (informer, errors) = start(&server, InitialListStrategy::List).await;
        assert_eq!(names(&informer.lister().list()), ["a", "b", "c"], "cut after {bytes} bytes");
        assert_eq!(errors.all().len() as u64, cut.fired(), "{:?}", errors.all());
        cut.remove();
        let end = server.faults().on(RequestMatcher::list("widgets")).end_after_bytes(bytes);
        let (informer, _) = start(&server, InitialListStrategy::List).await;
        assert_eq!(names(&informer.lister().list()), ["a", "b", "c"], "ended after {bytes} bytes");
        end.remove();
    }
}

#[tokio::test(start_paused = true)]
async fn a_malformed_line_ends_the_watch_and_the_next_watch_resumes() {
    for fault in ["malformed", "endless", "cut"] {
        let server = server();
        create(&server, "a", "red");
        let on = server.faults().on(RequestMatcher::plain_watch("widgets"));
        match fault {
            "malformed" => on.malformed_line_after(1),
            "endless" => on.endless_line_after(1),
            _ => on.cut_after_bytes(100),
        };
        capture_log();
        let errors = ErrorLog::default();
        let informer = Widget::informer(server.client())
            .initial_list_strategy(InitialListStrategy::List)
            // An endless line is abandoned after 4 MiB.
            .max_object_bytes(10_000)
            .on_error(errors.hook())
            .start();
        informer.wait_for_sync().await.unwrap();
        let lists = requests(&server, Verb::List);
        create(&server, "b", "red");
        create(&server, "c", "red");
        until(|| informer.lister().len() == 3).await;
        assert!(!errors.all().is_empty(), "{fault}");
        assert_eq!(requests(&server, Verb::List), lists, "{fault}: no relist is needed");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_of_an_unknown_type_is_reported_and_skipped() {
    let server = server();
    let unknown = widget("u", "red");
    server.faults().on(RequestMatcher::plain_watch("widgets")).unknown_event_after(0, &unknown);
    let (informer, errors) = start(&server, InitialListStrategy::List).await;
    create(&server, "a", "red");
    until(|| informer.lister().len() == 1).await;
    assert!(errors.contains("unknown type"), "{:?}", errors.all());
    assert_eq!(requests(&server, Verb::Watch), 1, "the watch continues");
}

#[tokio::test(start_paused = true)]
async fn http_errors_are_reported_with_and_without_a_status() {
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::list("widgets")).status(500);
    let (_, errors) = start(&server, InitialListStrategy::List).await;
    assert!(errors.contains("the server returned 500"), "{:?}", errors.all());
    server.faults().on(RequestMatcher::list("widgets")).status(502).text_body(SECRET);
    let (_, errors) = start(&server, InitialListStrategy::List).await;
    assert!(errors.contains("HTTP 502 without a Kubernetes Status"), "{:?}", errors.all());
    assert_no_value_leaked(&errors);
    server.faults().on(RequestMatcher::list("widgets")).refuse_connection();
    let (_, errors) = start(&server, InitialListStrategy::List).await;
    assert!(errors.contains("could not reach the API server"), "{:?}", errors.all());
}

/// All fields of a Status are optional, so that any JSON object would be decoded as one.
#[tokio::test(start_paused = true)]
async fn an_error_event_must_contain_a_status() {
    let server = server();
    let line = json!({ "type": "ERROR", "object": { "spec": SECRET } });
    server
        .faults()
        .script(RequestMatcher::plain_watch("widgets"), [Answer::watch([Step::Line(line), Step::Silence])]);
    let (informer, errors) = start(&server, InitialListStrategy::List).await;
    create(&server, "a", "red");
    until(|| informer.lister().len() == 1).await;
    assert!(errors.contains("expected a metav1.Status in an ERROR event"), "{:?}", errors.all());
    assert_no_value_leaked(&errors);
}

/// A list of only undecodable objects must not flood the log. The hook is called for each of them.
#[tokio::test(start_paused = true)]
async fn only_the_first_of_many_skipped_objects_are_logged_as_warnings() {
    const BAD: usize = 150;
    let server = server();
    for number in 0..BAD {
        let bad = json!({ "metadata": { "name": format!("flood-{number}") }, "spec": { "color": [SECRET] } });
        server.create("example.com/v1", "widgets", Some("default"), bad).unwrap();
    }
    let (informer, errors) = start(&server, InitialListStrategy::List).await;
    assert_eq!((informer.skipped().count, errors.all().len()), (BAD as u64, BAD));
    let log = logged();
    let lines =
        |level: &str| log.lines().filter(|line| line.contains("flood-") && line.contains(level)).count();
    assert_eq!((lines("WARN"), lines("DEBUG")), (20, BAD - 20));
    assert!(log.contains("many objects were skipped"));
    assert_no_value_leaked(&errors);
}
