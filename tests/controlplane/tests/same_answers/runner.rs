//! Runs the script against one server and records its responses. Must not know which server it is.

use std::{collections::BTreeMap, time::Duration};

use http_body_util::BodyExt;
use kube::{Client, client::Body};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::protobuf;
use crate::script::{Action, Directive, Events, Request, Step};

/// The timeout of one event or response. It elapses only if a server misbehaves.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The number of attempts, and the delay between them, for `@until`.
const ATTEMPTS: usize = 200;
const DELAY: Duration = Duration::from_millis(50);

/// A server that the script can be run against.
pub(crate) trait Server {
    /// A client that sends requests unchanged except for authentication.
    async fn client(&self) -> Client;
    /// Discards the history: every resourceVersion except the current one is too old afterwards.
    async fn discard_history(&mut self);
}

/// A server's response to a step: `status`, `contentType`, `warnings`, and `body` or `events`.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) step: String,
    pub(crate) response: Value,
}

/// An open watch.
struct Watch {
    response: Value,
    body: Option<Body>,
    unread: Vec<u8>,
}

/// Runs every step, in order.
pub(crate) async fn run(mut server: impl Server, script: &[(&str, Step)]) -> Vec<Answer> {
    let mut run = Run { client: server.client().await, variables: BTreeMap::new(), open: BTreeMap::new() };
    let mut answers = Vec::new();
    for (file, step) in script {
        let response = match &step.action {
            Action::DiscardHistory => {
                run.open.clear();
                server.discard_history().await;
                run.client = server.client().await;
                continue;
            }
            _ => run.step(step).await,
        };
        answers.push(Answer { step: format!("{file}: {}", step.name), response });
    }
    answers
}

struct Run {
    client: Client,
    variables: BTreeMap<String, String>,
    open: BTreeMap<String, Watch>,
}

impl Run {
    async fn step(&mut self, step: &Step) -> Value {
        let mut response = self.act(&step.action).await;
        for directive in &step.directives {
            match directive {
                Directive::Keep { variable, pointer } => {
                    let value = response.pointer(pointer).map(as_text);
                    self.variables.insert(variable.clone(), value.unwrap_or_else(|| "missing".into()));
                }
                Directive::Until { pointer, value } => {
                    for _ in 0..ATTEMPTS {
                        let found = response.pointer(pointer).map(as_text);
                        if found.is_some_and(|found| value == "*" || found == *value) {
                            break;
                        }
                        sleep(DELAY).await;
                        response = self.act(&step.action).await;
                    }
                }
                Directive::Only { pointer, of_item, values } => {
                    if let Some(Value::Array(items)) = response.pointer_mut(pointer) {
                        let selected = |item: &Value| {
                            item.pointer(of_item).map(as_text).is_some_and(|value| values.contains(&value))
                        };
                        items.retain(selected);
                    }
                }
            }
        }
        response
    }

    async fn act(&mut self, action: &Action) -> Value {
        match action {
            Action::Call(request) => self.call(request).await,
            Action::Watch(request, events) => {
                let mut watch = self.watch(request).await;
                watch.read(*events).await;
                watch.response
            }
            Action::Open(request, name) => {
                let watch = self.watch(request).await;
                let response = watch.response.clone();
                self.open.insert(name.clone(), watch);
                response
            }
            Action::Read(name, events) => {
                let watch = self.open.get_mut(name).expect("the script opened it");
                watch.response = json!({});
                watch.read(*events).await;
                watch.response.take()
            }
            Action::DiscardHistory => Value::Null,
        }
    }

    async fn call(&self, request: &Request) -> Value {
        let (mut response, body) = self.send(request).await;
        let collected = timeout(TIMEOUT, body.collect()).await;
        response["body"] = match collected {
            Ok(Ok(body)) => json_or_text(&body.to_bytes()),
            Ok(Err(error)) => format!("(disconnected: {error})").into(),
            Err(_) => "(timed out)".into(),
        };
        response
    }

    /// Opens a watch. An error response is read completely, like that of a call.
    async fn watch(&self, request: &Request) -> Watch {
        let (mut response, body) = self.send(request).await;
        if response["status"] == 200 {
            return Watch { response, body: Some(body), unread: Vec::new() };
        }
        let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        response["body"] = json_or_text(&bytes);
        Watch { response, body: None, unread: Vec::new() }
    }

    async fn send(&self, request: &Request) -> (Value, Body) {
        let mut builder =
            http::Request::builder().method(request.method.as_str()).uri(self.fill(&request.target));
        for (name, value) in &request.headers {
            builder = builder.header(name, self.fill(value));
        }
        let body = self.fill(&request.body).into_bytes();
        let request = builder.body(Body::from(body)).expect("the script's requests are well-formed");
        let answer = timeout(TIMEOUT, self.client.send(request)).await;
        let Ok(Ok(answer)) = answer else {
            return (json!({ "status": format!("{answer:?}") }), Body::empty());
        };
        let (parts, body) = answer.into_parts();
        let header = |name| {
            let values =
                parts.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
            values.collect::<Vec<_>>().join(", ")
        };
        let mut response = json!({ "status": parts.status.as_u16(), "contentType": header("content-type") });
        for (key, name) in [("warning", "warning"), ("retryAfter", "retry-after"), ("allow", "allow")] {
            if parts.headers.contains_key(name) {
                response[key] = header(name).into();
            }
        }
        (response, body)
    }

    fn fill(&self, text: &str) -> String {
        self.variables
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
    }
}

impl Watch {
    async fn read(&mut self, wanted: Events) {
        let Some(body) = &mut self.body else { return };
        let mut events = Vec::new();
        loop {
            while !matches!(wanted, Events::Count(count) if events.len() == count) {
                let is_protobuf = self.response["contentType"]
                    .as_str()
                    .is_some_and(|found| found.starts_with("application/vnd.kubernetes.protobuf"));
                let next = if is_protobuf {
                    protobuf::next_event(&mut self.unread)
                } else {
                    next_line(&mut self.unread)
                };
                let Some(event) = next else { break };
                events.push(event);
            }
            if matches!(wanted, Events::Count(count) if events.len() >= count) {
                break;
            }
            match timeout(TIMEOUT, body.frame()).await {
                Ok(Some(Ok(frame))) => self.unread.extend(frame.into_data().unwrap_or_default()),
                Ok(Some(Err(error))) => {
                    self.response["end"] = format!("(disconnected: {error})").into();
                    break;
                }
                Ok(None) => {
                    self.response["end"] = "closed".into();
                    break;
                }
                Err(_) => {
                    self.response["end"] = "(timed out)".into();
                    break;
                }
            }
        }
        self.response["events"] = events.into();
    }
}

/// Takes the next line from what was read of a watch; `None` if it has not arrived completely.
fn next_line(unread: &mut Vec<u8>) -> Option<Value> {
    let end = unread.iter().position(|byte| *byte == b'\n')?;
    let line: Vec<u8> = unread.drain(..=end).collect();
    Some(json_or_text(&line))
}

fn json_or_text(bytes: &[u8]) -> Value {
    if let Some(document) = protobuf::document(bytes) {
        return document;
    }
    serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned().into())
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
