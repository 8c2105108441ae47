//! The `tracing` spans of lists and watches.

mod support;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, Once},
    time::Duration,
};

use reflector_apiserver::{Answer, RequestMatcher};
use reflector_runtime::{InitialListStrategy, Reflect as _};
use support::{Widget, create, paint, server, until};
use tracing::{
    Level, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, prelude::*, registry::LookupSpan};

/// The fields of a span, as text.
type Fields = BTreeMap<String, String>;

/// A span that has ended.
#[derive(Clone, Debug)]
struct Ended {
    span: &'static str,
    level: Level,
    fields: Fields,
    /// The events within it.
    events: Vec<String>,
}

impl Ended {
    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("-", String::as_str)
    }

    /// These fields, as `name=value`, separated by spaces.
    fn show(&self, names: &[&str]) -> String {
        let fields: Vec<String> = names.iter().map(|name| format!("{name}={}", self.field(name))).collect();
        format!("{} {}", self.span, fields.join(" "))
    }
}

struct Fill<'a>(&'a mut Fields);

impl Visit for Fill<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

thread_local! {
    static ENDED: Arc<Mutex<Vec<Ended>>> = Arc::default();
}

/// Collects the spans of this library that end on each thread.
struct Collect;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Collect {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut fields = Fields::new();
        attributes.record(&mut Fill(&mut fields));
        let ended = Ended { span: span.name(), level: *span.metadata().level(), fields, events: Vec::new() };
        span.extensions_mut().insert(ended);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        values.record(&mut Fill(&mut span.extensions_mut().get_mut::<Ended>().unwrap().fields));
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        let Some(span) = context.event_span(event) else { return };
        let mut fields = Fields::new();
        event.record(&mut Fill(&mut fields));
        let text = fields.remove("message").unwrap_or_default();
        span.extensions_mut().get_mut::<Ended>().unwrap().events.push(text);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let ended = context.span(&id).unwrap().extensions_mut().remove::<Ended>().unwrap();
        ENDED.with(|all| all.lock().unwrap().push(ended));
    }
}

/// The spans that end on this thread. One subscriber serves all threads: a subscriber of a single thread misses spans
/// whose callsite is first reached by another thread.
struct Spans {
    all: Arc<Mutex<Vec<Ended>>>,
}

impl Spans {
    fn capture() -> Self {
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            let own = tracing_subscriber::EnvFilter::new("reflector_runtime=debug");
            tracing_subscriber::registry().with(own).with(Collect).init();
        });
        Self { all: ENDED.with(Arc::clone) }
    }

    fn named(&self, span: &str) -> Vec<Ended> {
        self.all.lock().unwrap().iter().filter(|ended| ended.span == span).cloned().collect()
    }
}

const LIST: &[&str] = &["resource_version", "streaming", "objects", "outcome", "otel.status_code"];
const WATCH: &[&str] = &["resource_version", "events", "outcome", "otel.status_code"];

#[tokio::test(start_paused = true)]
async fn each_list_and_each_watch_has_a_span() {
    for (strategy, is_streaming) in
        [(InitialListStrategy::List, false), (InitialListStrategy::WatchList, true)]
    {
        let spans = Spans::capture();
        let (lists, watches) = (spans.named("list").len(), spans.named("watch").len());
        let server = server();
        for name in ["a", "b", "c"] {
            create(&server, name, "red");
        }
        let listed = server.resource_version();
        let informer = Widget::informer(server.client())
            .name("widgets of team a")
            .namespace("default")
            .initial_list_strategy(strategy)
            .start();
        informer.wait_for_sync().await.unwrap();
        let list = &spans.named("list")[lists..];
        assert_eq!(list.len(), 1);
        let streaming = format!("streaming={is_streaming} objects=3 outcome=complete otel.status_code=-");
        assert_eq!(list[0].show(LIST), format!("list resource_version={listed} {streaming}"));
        assert_eq!(
            list[0].show(&["name", "group", "version", "resource", "namespace"]),
            "list name=widgets of team a group=example.com version=v1 resource=widgets namespace=default"
        );
        assert_eq!(list[0].level, Level::DEBUG);
        assert!(list[0].field("bytes").parse::<u64>().unwrap() > 3 * 100, "{list:?}");
        assert_eq!(list[0].events, ["listed"]);

        assert_eq!(spans.named("watch").len(), watches, "the watch is still open");
        paint(&server, "a", "blue");
        until(|| informer.stats().events.updated == 1).await;
        server.drop_all_watches();
        until(|| spans.named("watch").len() > watches).await;
        let watch = &spans.named("watch")[watches];
        let closed = "events=1 outcome=closed otel.status_code=-";
        assert_eq!(watch.show(WATCH), format!("watch resource_version={listed} {closed}"));
        assert!(watch.field("bytes").parse::<u64>().unwrap() > 100, "{watch:?}");
        assert_eq!((watch.field("namespace"), watch.level), ("default", Level::DEBUG));

        until(|| informer.is_synced()).await;
        informer.shutdown().await;
        let watch = spans.named("watch").pop().unwrap();
        let cancelled = "events=0 outcome=cancelled otel.status_code=-";
        assert_eq!(
            watch.show(WATCH),
            format!("watch resource_version={} {cancelled}", server.resource_version())
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_with_pages_is_one_span() {
    let spans = Spans::capture();
    let server = server();
    for name in ["a", "b", "c", "d", "e"] {
        create(&server, name, "red");
    }
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::PagedList)
        .page_size(2)
        .start();
    informer.wait_for_sync().await.unwrap();
    let list = spans.named("list");
    assert_eq!(list.len(), 1);
    assert_eq!((list[0].field("objects"), list[0].field("outcome")), ("5", "complete"));
    assert_eq!(list[0].field("namespace"), "-");
}

#[tokio::test(start_paused = true)]
async fn failures_are_in_the_outcome_and_in_the_events() {
    let spans = Spans::capture();
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::list("widgets")).times(1).status(503);
    server
        .faults()
        .script(RequestMatcher::watch("widgets"), vec![Answer::watch(vec![]), Answer::watch(vec![])]);
    let informer = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    informer.wait_for_sync().await.unwrap();
    until(|| informer.stats().watches == 3).await;
    let outcomes = |span| -> Vec<String> {
        spans.named(span).iter().map(|ended| ended.field("outcome").to_owned()).collect()
    };
    assert_eq!(outcomes("list"), ["server_error", "complete"]);
    // Found by comparison, after the end of the watch.
    assert_eq!(outcomes("watch"), ["short_watch", "short_watch"]);
    assert_eq!(spans.named("watch")[0].field("otel.status_code"), "ERROR");
    let failed = &spans.named("list")[0];
    assert!(matches!(&failed.events[..], [error] if error.contains("503")), "{failed:?}");
    assert_eq!(failed.field("resource_version"), "-");
}

/// The lists of two namespaces at the same time: each span has the bytes of its own responses.
#[tokio::test(start_paused = true)]
async fn spans_have_the_bytes_of_their_own_namespace() {
    let spans = Spans::capture();
    let server = server();
    for (namespace, count) in [("a", 1), ("b", 100)] {
        server
            .create("v1", "namespaces", None, serde_json::json!({ "metadata": { "name": namespace } }))
            .unwrap();
        let widgets = (0..count).map(|number| support::widget(&format!("w{number}"), "red"));
        server.create_all("example.com/v1", "widgets", Some(namespace), widgets).unwrap();
    }
    let matcher = RequestMatcher::list("widgets").namespace("a");
    server.faults().on(matcher).times(1).delay(Duration::from_secs(5));
    let informer = Widget::informer(server.client())
        .namespaces(["a", "b"])
        .initial_list_strategy(InitialListStrategy::List)
        .start();
    informer.wait_for_sync().await.unwrap();
    let lists = spans.named("list");
    let bytes = |namespace: &str| -> u64 {
        let list = lists.iter().find(|list| list.field("namespace") == namespace).unwrap();
        list.field("bytes").parse().unwrap()
    };
    assert!(bytes("a") > 100 && bytes("b") > 50 * bytes("a"), "{lists:?}");
    assert_eq!(informer.stats().bytes_received, bytes("a") + bytes("b"));
    // The total keeps the bytes of a namespace that has left.
    informer.remove_namespace("b").unwrap();
    informer.add_namespace("c").unwrap();
    informer.wait_for_namespace("c").unwrap().await.unwrap();
    assert!(informer.stats().bytes_received > bytes("a") + bytes("b"));
}

/// Neither fields nor events contain a value of an object.
#[tokio::test(start_paused = true)]
async fn no_span_contains_an_object() {
    let spans = Spans::capture();
    let server = server();
    create(&server, "a", "hunter2");
    let invalid = serde_json::json!({ "metadata": { "name": "invalid" }, "spec": { "color": ["hunter2"] } });
    server.create("example.com/v1", "widgets", Some("default"), invalid).unwrap();
    let informer = support::synced(&server).await;
    paint(&server, "a", "hunter2-and-more");
    until(|| informer.stats().events.updated == 1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    informer.shutdown().await;
    let all = spans.all.lock().unwrap();
    assert!(all.iter().any(|span| span.events.iter().any(|event| event.contains("invalid"))), "{all:?}");
    assert!(!format!("{all:?}").contains("hunter2"), "{all:?}");
}
