//! The wire format follows from the type: protobuf for built-in kinds, metadata only for types without anything else, and
//! JSON for all others and where the server does not offer the format. What is cached does not depend on it.

mod cut;
mod failures;
mod metadata_only;
mod negotiation;
#[path = "../support/mod.rs"]
mod support;
mod values;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use k8s_openapi::{api::core::v1::ConfigMap, jiff::Timestamp};
use kube::{Client, client::Body};
use reflector_apiserver::ApiServer;
use reflector_runtime::{
    Informer, InformerBuilder, InitialListStrategy, Namespaced, ResourceType, WireFormat,
};
use serde_json::{Value, json};
use tower::Service as _;

const STRATEGIES: [InitialListStrategy; 3] =
    [InitialListStrategy::List, InitialListStrategy::PagedList, InitialListStrategy::WatchList];

const JSON: &str = "application/json";
const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const PROTOBUF_WATCH: &str = "application/vnd.kubernetes.protobuf;stream=watch";
const PROTOBUF_OR_JSON: &str = "application/vnd.kubernetes.protobuf,application/json";

/// The requests that were sent.
#[derive(Clone, Default)]
struct Exchanges(Arc<Mutex<Vec<Exchange>>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Exchange {
    is_watch: bool,
    accept: String,
    status: u16,
    content_type: String,
}

impl Exchanges {
    fn all(&self) -> Vec<Exchange> {
        self.0.lock().unwrap().clone()
    }

    /// The different content types of successful responses.
    fn content_types(&self) -> Vec<String> {
        let ok = self.all().into_iter().filter(|exchange| exchange.status == 200);
        let mut types: Vec<String> = ok.map(|exchange| exchange.content_type).collect();
        types.sort();
        types.dedup();
        types
    }

    fn refused(&self) -> usize {
        self.all().iter().filter(|exchange| exchange.status == 406).count()
    }
}

/// What is in front of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proxy {
    /// Nothing.
    None,
    /// It changes what clients accept to JSON, as servers behave that have nothing else.
    OnlyJson,
    /// It refuses all requests that do not ask for JSON alone.
    Refusing(StatusCode),
    /// It removes the content type of responses.
    WithoutContentType,
}

/// A client that records its requests.
fn client_through(server: &ApiServer, proxy: Proxy) -> (Client, Exchanges) {
    let (server, exchanges) = (server.clone(), Exchanges::default());
    let sent = exchanges.clone();
    let service = tower::service_fn(move |mut request: Request<Body>| {
        let (mut server, sent) = (server.clone(), sent.clone());
        async move {
            let text = |value: Option<&HeaderValue>| {
                value.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
            };
            let accept = text(request.headers().get(header::ACCEPT));
            let is_watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
            if proxy == Proxy::OnlyJson {
                request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(JSON));
            }
            let mut response = server.call(request).await?;
            match proxy {
                Proxy::Refusing(status) if accept != JSON => {
                    let body = Full::from("no such format").map_err(|never| match never {});
                    response = http::Response::new(body.boxed_unsync());
                    *response.status_mut() = status;
                }
                Proxy::WithoutContentType => {
                    response.headers_mut().remove(header::CONTENT_TYPE);
                }
                _ => {}
            }
            let content_type = text(response.headers().get(header::CONTENT_TYPE));
            let status = response.status().as_u16();
            sent.0.lock().unwrap().push(Exchange { is_watch, accept, status, content_type });
            Ok::<_, std::io::Error>(response)
        }
    });
    (Client::new(service, "default"), exchanges)
}

fn client(server: &ApiServer) -> (Client, Exchanges) {
    client_through(server, Proxy::None)
}

fn new_server() -> ApiServer {
    // Both formats must show the same times.
    ApiServer::builder().seed(7).now(|| Timestamp::constant(1_767_225_600, 0)).build()
}

fn create(server: &ApiServer, name: &str, data: &Value) {
    let object = json!({ "metadata": { "name": name, "labels": { "app": name } }, "data": data });
    server.create("v1", "configmaps", Some("default"), object).unwrap();
}

fn change(server: &ApiServer, name: &str, data: &Value) {
    server.merge_patch("v1", "configmaps", Some("default"), name, &json!({ "data": data })).unwrap();
}

fn delete(server: &ApiServer, name: &str) {
    server.delete("v1", "configmaps", Some("default"), name).unwrap();
}

fn config_maps(client: Client) -> InformerBuilder<ConfigMap, Namespaced> {
    InformerBuilder::<_, Namespaced>::new(client, ResourceType::from_resource()).namespace("default")
}

/// The data of each config map, by name.
fn data(informer: &Informer<ConfigMap, Namespaced>) -> BTreeMap<String, BTreeMap<String, String>> {
    let objects = informer.lister().list();
    let entry = |map: &Arc<ConfigMap>| {
        (map.metadata.name.clone().unwrap_or_default(), map.data.clone().unwrap_or_default())
    };
    objects.iter().map(entry).collect()
}

fn value(informer: &Informer<ConfigMap, Namespaced>, name: &str) -> Option<String> {
    data(informer).get(name)?.get("k").cloned()
}

/// Whether a type is requested in JSON alone.
fn in_json(exchanges: &Exchanges) -> bool {
    exchanges.all().iter().all(|exchange| exchange.accept == JSON)
}

const FORMATS: [WireFormat; 2] = [WireFormat::Automatic, WireFormat::Json];
