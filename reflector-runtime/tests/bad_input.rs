//! What a server, a proxy or a foreign client can send that is not as it should be: each is told and named, without
//! a value out of an object, nothing else is lost, and nothing panics.

mod support;

use std::sync::Mutex;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Step, Verb};
use reflector_runtime::{Informer, InitialListStrategy, Reflect as _};
use serde_json::{Value, json};
use support::{Told, Widget, create, delete, names, paint, requests, server, until, widget};

/// Stands where a value must not be repeated.
const SECRET: &str = "hunter2";

/// A server with the good widgets `a` and `z` and the bad one `bad`.
fn server_with_a_bad_widget() -> ApiServer {
    let server = server();
    create(&server, "a", "red");
    let bad = json!({ "metadata": { "name": "bad" }, "spec": { "color": [SECRET] } });
    server.create("example.com/v1", "widgets", Some("default"), bad).unwrap();
    create(&server, "z", "red");
    server
}

async fn start(server: &ApiServer, initial_list_strategy: InitialListStrategy) -> (Informer<Widget>, Told) {
    keep_log();
    let told = Told::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(initial_list_strategy)
        .on_error(told.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    (informer, told)
}

fn no_value_leaked(told: &Told) {
    assert!(!told.has(SECRET), "a value leaked: {:?}", told.all());
    for line in logged().lines() {
        assert!(!line.contains(SECRET), "a value leaked into the log: {line}");
    }
}

/// All that the runtime has logged in this process so far, at every level.
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

/// Has everything logged from now on kept; once for all tests of the process.
fn keep_log() {
    let to_log = tracing_subscriber::fmt().with_env_filter("reflector_runtime=trace").with_writer(|| Log);
    // Another test may have been first.
    let _ = to_log.with_ansi(false).try_init();
}

/// D8 of kube-rs's watcher: there, one such object fails the whole list, for ever, with its body in the log.
#[tokio::test(start_paused = true)]
async fn an_undecodable_object_in_a_list_is_named_and_the_others_are_there() {
    for initial_list_strategy in
        [InitialListStrategy::List, InitialListStrategy::PagedList, InitialListStrategy::WatchList]
    {
        let server = server_with_a_bad_widget();
        let (informer, told) = start(&server, initial_list_strategy).await;
        assert_eq!(names(&informer.lister().list()), ["a", "z"]);
        let skipped = informer.skipped();
        let last = skipped.last.expect("one was passed over");
        assert_eq!(
            (skipped.count, last.to_string().as_str()),
            (1, "an object of widgets.example.com/v1 was passed over")
        );
        assert!(
            told.has("default/bad: field `spec.color`: found a list, expected a string"),
            "{initial_list_strategy:?}: {:?}",
            told.all()
        );
        no_value_leaked(&told);
    }
}

/// D6 and D7 of kube-rs's watcher: there, the message is lost, and so is the object until the next relist.
#[tokio::test(start_paused = true)]
async fn an_undecodable_change_leaves_the_last_good_object() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let (informer, told) = start(&server, InitialListStrategy::List).await;
    let patch = json!({ "spec": { "color": [SECRET] } });
    server.merge_patch("example.com/v1", "widgets", Some("default"), "a", &patch).unwrap();
    paint(&server, "b", "blue");
    until(|| informer.lister().get("default", "b").unwrap().spec.color == "blue").await;
    assert!(told.has("default/a: field `spec.color`"), "{:?}", told.all());
    assert_eq!(informer.lister().get("default", "a").unwrap().spec.color, "red");
    // A relist leaves it as well, and its deletion is told although it cannot be read.
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
    no_value_leaked(&told);
}

#[tokio::test(start_paused = true)]
async fn an_object_of_another_kind_is_not_taken() {
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::list("widgets")).wrong_kind("Gadget");
    let (informer, told) = start(&server, InitialListStrategy::List).await;
    assert!(informer.lister().is_empty());
    assert!(
        told.has("wrong kind: found example.com/v1 Gadget, expected example.com/v1 Widget"),
        "{:?}",
        told.all()
    );
    server.faults().on(RequestMatcher::watch("widgets")).wrong_kind("Gadget");
    server.drop_all_watches();
    create(&server, "b", "red");
    until(|| told.has("default/b: wrong kind")).await;
    assert!(informer.lister().is_empty());
}

/// Lists that are none of ours: of another type, a table, no list at all.
#[tokio::test(start_paused = true)]
async fn a_list_of_something_else_is_refused_and_asked_for_again() {
    let strange: [(&str, Value); 4] = [
        (
            "SecretList",
            json!({ "kind": "SecretList", "apiVersion": "v1", "metadata": { "resourceVersion": "1" },
            "items": [{ "metadata": { "name": "s" }, "data": { "password": SECRET } }] }),
        ),
        (
            "Table",
            json!({ "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": { "resourceVersion": "1" }, "rows": [] }),
        ),
        (
            "malformed response",
            json!({ "kind": "WidgetList", "apiVersion": "example.com/v1", "metadata": {}, "items": [] }),
        ),
        ("malformed response", json!([SECRET])),
    ];
    for (expected, body) in strange {
        let server = server();
        create(&server, "a", "red");
        server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &body)]);
        let (informer, told) = start(&server, InitialListStrategy::List).await;
        assert_eq!(names(&informer.lister().list()), ["a"]);
        assert!(told.has(expected), "{expected}: {:?}", told.all());
        no_value_leaked(&told);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_cut_anywhere_is_read_again() {
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    for bytes in (0..1200).step_by(97) {
        let cut = server.faults().on(RequestMatcher::list("widgets")).cut_after_bytes(bytes);
        let (informer, told) = start(&server, InitialListStrategy::List).await;
        assert_eq!(names(&informer.lister().list()), ["a", "b", "c"], "cut after {bytes} bytes");
        assert_eq!(told.all().len() as u64, cut.fired(), "{:?}", told.all());
        cut.remove();
        let end = server.faults().on(RequestMatcher::list("widgets")).end_after_bytes(bytes);
        let (informer, _) = start(&server, InitialListStrategy::List).await;
        assert_eq!(names(&informer.lister().list()), ["a", "b", "c"], "ended after {bytes} bytes");
        end.remove();
    }
}

#[tokio::test(start_paused = true)]
async fn a_malformed_line_ends_the_watch_and_the_next_one_goes_on_where_it_was() {
    for fault in ["malformed", "endless", "cut"] {
        let server = server();
        create(&server, "a", "red");
        let on = server.faults().on(RequestMatcher::plain_watch("widgets"));
        match fault {
            "malformed" => on.malformed_line_after(1),
            "endless" => on.endless_line_after(1),
            _ => on.cut_after_bytes(100),
        };
        let (informer, told) = start(&server, InitialListStrategy::List).await;
        let lists = requests(&server, Verb::List);
        create(&server, "b", "red");
        create(&server, "c", "red");
        until(|| informer.lister().len() == 3).await;
        assert!(!told.all().is_empty(), "{fault}");
        assert_eq!(requests(&server, Verb::List), lists, "{fault}: no relist is needed");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_of_an_unknown_type_is_told_and_passed_over() {
    let server = server();
    let unknown = widget("u", "red");
    server.faults().on(RequestMatcher::plain_watch("widgets")).unknown_event_after(0, &unknown);
    let (informer, told) = start(&server, InitialListStrategy::List).await;
    create(&server, "a", "red");
    until(|| informer.lister().len() == 1).await;
    assert!(told.has("unknown type"), "{:?}", told.all());
    assert_eq!(requests(&server, Verb::Watch), 1, "the watch goes on");
}

#[tokio::test(start_paused = true)]
async fn http_errors_are_told_with_and_without_a_status() {
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::list("widgets")).status(500);
    let (_, told) = start(&server, InitialListStrategy::List).await;
    assert!(told.has("the server answered 500"), "{:?}", told.all());
    server.faults().on(RequestMatcher::list("widgets")).status(502).text_body(SECRET);
    let (_, told) = start(&server, InitialListStrategy::List).await;
    assert!(told.has("HTTP 502 without a Kubernetes Status"), "{:?}", told.all());
    no_value_leaked(&told);
    server.faults().on(RequestMatcher::list("widgets")).refuse_connection();
    let (_, told) = start(&server, InitialListStrategy::List).await;
    assert!(told.has("could not reach the API server"), "{:?}", told.all());
}

/// All fields of a Status may be missing: any JSON object would pass for one.
#[tokio::test(start_paused = true)]
async fn an_error_event_must_hold_a_status() {
    let server = server();
    let line = json!({ "type": "ERROR", "object": { "spec": SECRET } });
    server
        .faults()
        .script(RequestMatcher::plain_watch("widgets"), [Answer::watch([Step::Line(line), Step::Silence])]);
    let (informer, told) = start(&server, InitialListStrategy::List).await;
    create(&server, "a", "red");
    until(|| informer.lister().len() == 1).await;
    assert!(told.has("expected a metav1.Status in an ERROR event"), "{:?}", told.all());
    no_value_leaked(&told);
}

#[tokio::test(start_paused = true)]
async fn an_object_longer_than_allowed_is_an_error_that_names_the_setting() {
    let server = server();
    create(&server, "a", &"x".repeat(5000));
    keep_log();
    let told = Told::default();
    let informer = Widget::informer(server.client()).max_object_bytes(4000).on_error(told.hook()).start();
    until(|| told.has("max_object_bytes")).await;
    assert!(!informer.is_synced());
}

/// A list of nothing but objects that cannot be read is no reason to flood the log; the hook is told of each.
#[tokio::test(start_paused = true)]
async fn many_objects_that_are_passed_over_are_not_all_warned_of() {
    const BAD: usize = 150;
    let server = server();
    for number in 0..BAD {
        let bad = json!({ "metadata": { "name": format!("flood-{number}") }, "spec": { "color": [SECRET] } });
        server.create("example.com/v1", "widgets", Some("default"), bad).unwrap();
    }
    let (informer, told) = start(&server, InitialListStrategy::List).await;
    assert_eq!((informer.skipped().count, told.all().len()), (BAD as u64, BAD));
    let log = logged();
    let lines =
        |level: &str| log.lines().filter(|line| line.contains("flood-") && line.contains(level)).count();
    assert_eq!((lines("WARN"), lines("DEBUG")), (20, BAD - 20));
    assert!(log.contains("many objects were passed over"));
    no_value_leaked(&told);
}
