//! Shared by all tests of HTTP semantics: a server with a CRD, requests without a socket, and watches line by line.

use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use reflector_apiserver::{ApiServer, Body};
use serde_json::{Value, json};
use tower::Service as _;

/// The path of the widgets of one namespace.
pub(crate) const WIDGETS: &str = "/apis/example.com/v1/namespaces/default/widgets";
/// The path of the widgets of all namespaces.
pub(crate) const ALL_WIDGETS: &str = "/apis/example.com/v1/widgets";

/// A CRD with a status, a default, validation rules, a selectable field and printer columns.
pub(crate) fn widget_crd() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "shortNames": ["wd"]},
            "versions": [{
                "name": "v1",
                "served": true,
                "storage": true,
                "subresources": {"status": {}},
                "selectableFields": [{"jsonPath": ".spec.color"}],
                "additionalPrinterColumns": [
                    {"name": "Color", "type": "string", "jsonPath": ".spec.color"},
                    {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
                ],
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                    "spec": {
                        "type": "object",
                        "required": ["color"],
                        "properties": {
                            "color": {"type": "string", "enum": ["red", "green", "blue"]},
                            "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 3},
                            "code": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 5},
                            "parts": {"type": "array", "items": {"type": "object", "properties": {
                                "image": {"type": "string"}}}},
                            "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                        },
                    },
                    "status": {"type": "object", "properties": {"phase": {"type": "string"}}},
                }}},
            }],
        },
    })
}

/// A widget of this name and color.
pub(crate) fn widget(name: &str, color: &str) -> Value {
    json!({
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": name},
        "spec": {"color": color},
    })
}

/// A server that serves widgets.
pub(crate) fn server() -> ApiServer {
    let server = ApiServer::builder().seed(7).build();
    server.install_crd(widget_crd()).unwrap();
    server.clear_requests();
    server
}

/// Sends a request and returns the response with its body unread.
pub(crate) async fn send(server: &ApiServer, request: Request<Full<bytes::Bytes>>) -> Response<Body> {
    server.clone().call(request).await.unwrap()
}

/// A request with a JSON body, or without a body if the value is null.
pub(crate) fn request(method: Method, path: &str, body: &Value) -> Request<Full<bytes::Bytes>> {
    let body = if body.is_null() { bytes::Bytes::new() } else { body.to_string().into() };
    Request::builder().method(method).uri(path).body(Full::new(body)).unwrap()
}

/// Sends a request and returns the status and the JSON of the response.
pub(crate) async fn call(server: &ApiServer, method: Method, path: &str, body: &Value) -> (u16, Value) {
    read(send(server, request(method, path, body)).await).await
}

/// Sends a patch of this media type and returns the status and the JSON of the response.
pub(crate) async fn patch(server: &ApiServer, media: &str, path: &str, body: &Value) -> (u16, Value) {
    let mut request = request(Method::PATCH, path, body);
    request.headers_mut().insert("content-type", media.parse().unwrap());
    request.headers_mut().insert("user-agent", "tester/1".parse().unwrap());
    read(send(server, request).await).await
}

/// Reads a response and returns its status and its JSON.
pub(crate) async fn read(response: Response<Body>) -> (u16, Value) {
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let value = serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
    (status, value)
}

/// Sends a GET request and returns the text of the response.
pub(crate) async fn text(server: &ApiServer, path: &str) -> String {
    let response = send(server, request(Method::GET, path, &Value::Null)).await;
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
}

/// GET.
pub(crate) async fn get(server: &ApiServer, path: &str) -> (u16, Value) {
    call(server, Method::GET, path, &Value::Null).await
}

/// POST.
pub(crate) async fn post(server: &ApiServer, path: &str, body: &Value) -> (u16, Value) {
    call(server, Method::POST, path, body).await
}

/// PUT.
pub(crate) async fn put(server: &ApiServer, path: &str, body: &Value) -> (u16, Value) {
    call(server, Method::PUT, path, body).await
}

/// DELETE.
pub(crate) async fn delete(server: &ApiServer, path: &str) -> (u16, Value) {
    call(server, Method::DELETE, path, &Value::Null).await
}

/// The names of a list's items.
pub(crate) fn names(list: &Value) -> Vec<String> {
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["metadata"]["name"].as_str().unwrap().to_owned())
        .collect()
}

/// An open watch.
pub(crate) struct Watch {
    pub(crate) status: u16,
    body: Body,
    buffer: Vec<u8>,
}

/// Opens a watch.
pub(crate) async fn watch(server: &ApiServer, path_and_query: &str) -> Watch {
    let response = send(server, request(Method::GET, path_and_query, &Value::Null)).await;
    Watch { status: response.status().as_u16(), body: response.into_body(), buffer: Vec::new() }
}

impl Watch {
    /// The next line; `None` at the end of the body; `Err` if the connection breaks.
    pub(crate) async fn line(&mut self) -> Result<Option<String>, std::io::Error> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(Some(String::from_utf8(line).unwrap().trim_end().to_owned()));
            }
            match self.body.frame().await {
                None if self.buffer.is_empty() => return Ok(None),
                None => return Ok(Some(String::from_utf8(std::mem::take(&mut self.buffer)).unwrap())),
                Some(Err(error)) => return Err(error),
                Some(Ok(frame)) => self.buffer.extend_from_slice(frame.data_ref().unwrap()),
            }
        }
    }

    /// The next event.
    pub(crate) async fn event(&mut self) -> Value {
        serde_json::from_str(&self.line().await.unwrap().expect("the watch has ended")).unwrap()
    }

    /// The next event's type, and the name and resourceVersion of its object.
    pub(crate) async fn brief(&mut self) -> (String, String, String) {
        let event = self.event().await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let metadata = &event["object"]["metadata"];
        (text(&event["type"]), text(&metadata["name"]), text(&metadata["resourceVersion"]))
    }

    /// Whether the watch ends now.
    pub(crate) async fn ended(&mut self) -> bool {
        self.line().await.unwrap().is_none()
    }

    /// Whether nothing is received within 90 seconds of tokio's clock.
    pub(crate) async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(std::time::Duration::from_secs(90), self.line()).await.is_err()
    }
}
