//! Requests whose response is read as bytes.

use bytes::Bytes;
use http::{Request, header::ACCEPT};
use http_body_util::BodyExt;
use kube::{Client, client::Body};

pub(crate) const JSON: &str = "application/json";
pub(crate) const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

/// A response: its content type and the frames of its body.
pub(crate) struct Answer {
    pub(crate) content_type: String,
    pub(crate) frames: Vec<Bytes>,
}

impl Answer {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.frames.concat()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes()).expect("JSON")
    }
}

pub(crate) async fn get(client: &Client, path: &str, accept: &str) -> Answer {
    let request = Request::get(path).header(ACCEPT, accept).body(Body::empty()).expect("a request");
    let response = client.send(request).await.expect("a response");
    let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let (mut body, mut frames) = (response.into_body(), Vec::new());
    while let Some(frame) = body.frame().await {
        frames.extend(frame.expect("a frame").into_data().ok());
    }
    Answer { content_type, frames }
}
