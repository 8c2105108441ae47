//! How often the runtime allocates per item of a list and per event, besides what decoding the object takes. Counts, so
//! that nothing depends on time: the responses come from memory, and everything runs on the test's thread.

mod support;

use std::{convert::Infallible, future::Future, sync::Arc};

use allocation_counter::measure;
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::StreamBody;
use kube::{Client, client::Body};
use reflector_runtime::{
    InitialListStrategy, Reflect as _,
    key::KeyRef,
    list_watch::{
        DecodedObjects, KubeListerWatcher, ListPart, ListRequest, ListerWatcher as _, ObjectVersion,
        ReadVersion,
    },
};
use serde_json::json;
use support::{Widget, list_at, widget_at};
use tokio::runtime::Builder;

/// Two amounts of work: what their difference allocates is not allocated once.
const FEW: u64 = 1_000;
const MANY: u64 = 3_000;

/// The chunks of a body are as small as those of an API server.
const CHUNK: usize = 2 << 10;

/// The number of allocations per object.
fn per_object<F: Future<Output = ()>>(work: impl Fn(u64) -> F) -> f64 {
    let count = |objects| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        measure(|| runtime.block_on(work(objects))).count_total
    };
    // What is allocated once per process is allocated now.
    count(1);
    let difference = count(MANY).saturating_sub(count(FEW));
    f64::from(u32::try_from(difference).unwrap()) / f64::from(u32::try_from(MANY - FEW).unwrap())
}

fn object(number: u64, version: u64) -> serde_json::Value {
    let mut widget = widget_at(&format!("w{number:05}"), &version.to_string(), "red");
    widget["metadata"]["uid"] = json!(format!("uid-{number:05}"));
    widget["metadata"]["managedFields"] = json!([{ "manager": "test", "fieldsV1": { "f:spec": {} } }]);
    widget
}

fn chunks(text: String) -> Vec<Bytes> {
    let text = Bytes::from(text);
    (0..text.len()).step_by(CHUNK).map(|at| text.slice(at..text.len().min(at + CHUNK))).collect()
}

/// A client whose server answers lists with this number of objects, and watches with as many changes.
fn client(objects: u64) -> Client {
    let items: Vec<_> = (1..=objects).map(|number| object(number, number)).collect();
    let list = chunks(list_at(&objects.to_string(), &items).to_string());
    let events: Vec<Bytes> = (1..=objects)
        .map(|number| json!({ "type": "MODIFIED", "object": object(number, objects + number) }))
        .map(|event| format!("{event}\n").into())
        .collect();
    let service = tower::service_fn(move |request: Request<Body>| {
        let (chunks, end) = match request.uri().query() {
            Some(query) if query.contains("watch=") => (events.clone(), stream::pending().boxed()),
            _ => (list.clone(), stream::empty().boxed()),
        };
        let frames = stream::iter(chunks).chain(end).map(|bytes| Ok::<_, Infallible>(Frame::data(bytes)));
        let response = Response::new(StreamBody::new(frames));
        async { Ok::<_, Infallible>(response) }
    });
    Client::new(service, "default")
}

/// Every object is this one.
struct SameObject(Arc<Widget>);

impl DecodedObjects<Widget> for SameObject {
    fn known(&self, _key: KeyRef<'_>, _version: ObjectVersion<'_>) -> Option<Arc<Widget>> {
        Some(self.0.clone())
    }
}

/// Only the server.
async fn server(objects: u64) {
    drop(client(objects));
}

async fn unchanged_list(objects: u64) {
    let same = Arc::new(SameObject(Arc::new(serde_json::from_value(object(1, 1)).unwrap())));
    let request = ListRequest { resource_version: ReadVersion::Any, limit: None, continue_token: None };
    let source = KubeListerWatcher::new(client(objects), Widget::resource_type().clone());
    let mut parts = source.list(request, same).await.unwrap();
    let mut items = 0;
    while let Some(part) = parts.try_next().await.unwrap() {
        if let ListPart::Items(some) = part {
            items += some.len() as u64;
        }
    }
    assert_eq!(items, objects);
}

/// An informer with a subscriber, up to the last change.
async fn informer(objects: u64) {
    let informer = Widget::informer(client(objects)).initial_list_strategy(InitialListStrategy::List).start();
    let mut events = informer.subscribe();
    let (last, lister) = ((2 * objects).to_string(), informer.lister());
    while lister.resource_version().as_deref() != Some(&last) {
        events.next().await.unwrap();
    }
    informer.shutdown().await;
}

/// What the objects of the list and of the events take: each is decoded and kept.
async fn objects_only(objects: u64) {
    for version in [0, objects] {
        for number in 1..=objects {
            let mut value = object(number, version + number);
            value["metadata"]["managedFields"] = json!([]);
            let text = value.to_string();
            let widget: Widget = serde_json::from_str(&text).unwrap();
            std::hint::black_box(Arc::new(widget));
        }
    }
}

async fn texts_only(objects: u64) {
    for version in [0, objects] {
        for number in 1..=objects {
            let mut value = object(number, version + number);
            value["metadata"]["managedFields"] = json!([]);
            std::hint::black_box(value.to_string());
        }
    }
}

#[test]
fn an_unchanged_item_of_a_list_is_not_decoded_and_allocates_nothing() {
    let allocations = per_object(unchanged_list) - per_object(server);
    println!("{allocations} allocations per unchanged item");
    assert!(allocations < 0.5, "{allocations} allocations per item");
}

#[test]
fn an_event_allocates_little_besides_its_object() {
    let decoded = per_object(objects_only) - per_object(texts_only);
    let informed = per_object(informer) - per_object(server);
    println!("{informed} allocations per object in a list and an event, {decoded} of them by decoding both");
    assert!(informed - decoded < 12.0, "{informed} allocations, {decoded} of them by decoding");
}
