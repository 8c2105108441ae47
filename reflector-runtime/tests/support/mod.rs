//! Shared helpers of the integration tests: the `Widget` type, a server with its CRD, and waiting for a condition.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::{sync::Arc, time::Duration};

use kube::core::ObjectMeta;
use reflector_apiserver::{ApiServer, RequestRecord, Verb};
use reflector_runtime::{
    Event, Index, Informer, InitialListStrategy, Namespaced, Reflect, ResourceType, ResourceTypeParts, Scope,
    Subscription, TypeSource,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A widget. `Reflect` is implemented by hand, because these tests cover only the runtime.
#[derive(Debug, Deserialize)]
pub struct Widget {
    pub metadata: ObjectMeta,
    pub spec: WidgetSpec,
}

#[derive(Debug, Deserialize)]
pub struct WidgetSpec {
    pub color: String,
}

impl Widget {
    pub const BY_COLOR: Index<Self> =
        Index::new("by_color", |widget, values| values.push(&widget.spec.color));
}

impl Reflect for Widget {
    type Scope = Namespaced;

    const TYPE: TypeSource<Self> = TypeSource::Constant(ResourceType::new(ResourceTypeParts {
        group: "example.com",
        version: "v1",
        kind: "Widget",
        plural: "widgets",
        scope: Scope::Namespaced,
        metadata: |widget| &widget.metadata,
        clone: None,
        indexes: &[&Widget::BY_COLOR],
    }));
}

/// The CRD. Its schema accepts any object, so that tests can create objects that the Rust type cannot decode.
pub fn crd() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "widgets.example.com" },
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": { "plural": "widgets", "singular": "widget", "kind": "Widget" },
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": { "openAPIV3Schema": {
                    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                } },
            }],
        },
    })
}

/// The CRD of another kind.
pub fn crd_of(group: &str, kind: &str, scope: &str) -> Value {
    let plural = format!("{}s", kind.to_lowercase());
    let mut crd = crd();
    crd["metadata"]["name"] = format!("{plural}.{group}").into();
    crd["spec"]["group"] = group.into();
    crd["spec"]["scope"] = scope.into();
    crd["spec"]["names"] = json!({ "plural": plural, "singular": kind.to_lowercase(), "kind": kind });
    crd
}

pub fn install(server: &ApiServer, kind: &str) {
    server.install_crd(crd_of("example.com", kind, "Namespaced")).unwrap();
}

pub fn uninstall(server: &ApiServer, kind: &str) {
    let name = format!("{}s.example.com", kind.to_lowercase());
    server.delete("apiextensions.k8s.io/v1", "customresourcedefinitions", None, &name).unwrap();
}

/// A kind of `example.com`.
pub fn gvk(kind: &str) -> kube::core::GroupVersionKind {
    kube::core::GroupVersionKind::gvk("example.com", "v1", kind)
}

pub fn server() -> ApiServer {
    let server = ApiServer::builder().seed(7).build();
    server.install_crd(crd()).expect("the CRD is valid");
    server
}

pub fn widget(name: &str, color: &str) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "color": color } })
}

pub fn create(server: &ApiServer, name: &str, color: &str) {
    server.create("example.com/v1", "widgets", Some("default"), widget(name, color)).expect("created");
}

pub fn paint(server: &ApiServer, name: &str, color: &str) {
    let patch = json!({ "spec": { "color": color } });
    server.merge_patch("example.com/v1", "widgets", Some("default"), name, &patch).expect("patched");
}

pub fn delete(server: &ApiServer, name: &str) {
    server.delete("example.com/v1", "widgets", Some("default"), name).expect("deleted");
}

pub fn names(widgets: &[Arc<Widget>]) -> Vec<String> {
    let mut names: Vec<String> =
        widgets.iter().map(|widget| widget.metadata.name.clone().unwrap_or_default()).collect();
    names.sort();
    names
}

/// Advances virtual time until the condition holds. The clock is paused, so this takes no real time.
pub async fn until(mut holds: impl FnMut() -> bool) {
    for _ in 0..100_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the condition did not hold within 1000 s of virtual time");
}

/// `Added a red`, `Updated a red->blue`, `Deleted a blue`, `Missing a blue` for a deletion found by a relist.
pub fn show(event: &Event<Widget>) -> String {
    let name = event.object().metadata.name.as_deref().unwrap_or_default();
    match event {
        Event::Added { object, in_initial_list, .. } => {
            format!("Added {name} {}{}", object.spec.color, if *in_initial_list { " (initial)" } else { "" })
        }
        Event::Updated { old, new, .. } => format!("Updated {name} {}->{}", old.spec.color, new.spec.color),
        Event::Deleted { last_known, final_state_known, .. } => {
            format!(
                "{} {name} {}",
                if *final_state_known { "Deleted" } else { "Missing" },
                last_known.spec.color
            )
        }
    }
}

/// The next event as text. Panics if there is none for 1000 s of virtual time.
pub async fn next(events: &mut Subscription<Widget>) -> String {
    let event =
        tokio::time::timeout(Duration::from_secs(1000), events.next()).await.expect("an event is delivered");
    event.as_ref().map(show).expect("the informer is running")
}

/// A synced informer.
pub async fn synced(server: &ApiServer) -> Informer<Widget> {
    let informer = Widget::informer(server.client()).start();
    informer.wait_for_sync().await.expect("synced");
    informer
}

/// The errors that an error hook received, one line each, with their causes.
#[derive(Clone, Default)]
pub struct ErrorLog(Arc<std::sync::Mutex<Vec<String>>>);

impl ErrorLog {
    pub fn hook(&self) -> impl Fn(&reflector_runtime::ReflectorError) + Send + Sync + 'static {
        let lines = self.0.clone();
        move |error| {
            let mut line = error.to_string();
            let mut cause = std::error::Error::source(error);
            while let Some(error) = cause {
                line = format!("{line}: {error}");
                cause = error.source();
            }
            lines.lock().unwrap().push(line);
        }
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub fn contains(&self, text: &str) -> bool {
        self.all().iter().any(|line| line.contains(text))
    }
}

/// The requests for widgets with this verb that the server has received.
pub fn requests_of(server: &ApiServer, verb: Verb) -> Vec<RequestRecord> {
    server.requests().into_iter().filter(|request| request.is(verb, "widgets")).collect()
}

/// The number of requests for widgets with this verb that the server has received.
pub fn requests(server: &ApiServer, verb: Verb) -> usize {
    requests_of(server, verb).len()
}

/// The `resourceVersion` parameter of each list, in order. `-` if there was none.
pub fn listed_versions(server: &ApiServer) -> Vec<String> {
    let lists = requests_of(server, Verb::List).into_iter();
    lists.map(|request| request.parameter("resourceVersion").unwrap_or_else(|| "-".to_owned())).collect()
}

/// The requests for widgets, in order: `list rv=0 limit=500`, `list limit=10 continue`, `watch-list`, `watch rv=7`.
pub fn request_lines(server: &ApiServer) -> Vec<String> {
    let for_widgets = |request: &&RequestRecord| {
        request.resource.as_ref().is_some_and(|resource| resource.resource == "widgets")
    };
    server.requests().iter().filter(for_widgets).map(show_request).collect()
}

/// The requests that are still open.
pub fn open_requests(server: &ApiServer) -> Vec<String> {
    server.requests().iter().filter(|request| request.ended.is_none()).map(show_request).collect()
}

fn show_request(request: &RequestRecord) -> String {
    let mut line = match (request.verb, request.parameter("sendInitialEvents")) {
        (Verb::Watch, Some(_)) => "watch-list".to_owned(),
        (Verb::Watch, None) => "watch".to_owned(),
        (verb, _) => format!("{verb}"),
    };
    for (parameter, shown) in [("resourceVersion", "rv"), ("limit", "limit")] {
        if let Some(value) = request.parameter(parameter) {
            line = format!("{line} {shown}={value}");
        }
    }
    if request.parameter("continue").is_some() {
        line.push_str(" continue");
    }
    line
}

/// A widget as a server sends it, for canned answers. Its uid is its name.
pub fn widget_at(name: &str, version: &str, color: &str) -> Value {
    json!({
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": { "name": name, "namespace": "default", "resourceVersion": version, "uid": name },
        "spec": { "color": color },
    })
}

/// The bookmark that ends the initial events, with this value in its annotation.
pub fn end_bookmark(version: &str, value: &str) -> Value {
    json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": {
        "resourceVersion": version, "annotations": { "k8s.io/initial-events-end": value } } })
}

/// A complete list, for canned answers.
pub fn list_at(version: &str, items: &[Value]) -> Value {
    json!({ "apiVersion": "example.com/v1", "kind": "WidgetList", "items": items,
        "metadata": { "resourceVersion": version } })
}

/// A synced informer with the strategy [`InitialListStrategy::List`].
pub async fn synced_by_list(server: &ApiServer) -> Informer<Widget> {
    let informer = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    informer.wait_for_sync().await.expect("synced");
    informer
}
