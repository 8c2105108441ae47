//! Compaction through etcd's JSON gateway. Must not know kube-apiserver.

use kube::{Client, Config};
use serde_json::{Value, json};

use crate::Error;

/// A client for plain HTTP on loopback. kube's client is already a dependency and suffices.
pub(crate) fn client(url: &str) -> Result<Client, Error> {
    let url = url.parse().expect("the URL consists of 127.0.0.1 and a port");
    Client::try_from(Config::new(url)).map_err(|source| request_failed("create a client", source))
}

/// Compacts at the current revision and returns it. The compaction is physical: it has finished on return.
pub(crate) async fn compact(url: &str) -> Result<u64, Error> {
    let client = client(url)?;
    // Any key works: the header of every response contains the revision.
    let range = json!({ "key": "AA==", "count_only": true });
    let answer = post(&client, "/v3/kv/range", "read the current revision", &range).await?;
    let revision: u64 = answer["header"]["revision"]
        .as_str()
        .and_then(|revision| revision.parse().ok())
        .ok_or(Error::EtcdAnswer { field: "header.revision" })?;
    let compaction = json!({ "revision": revision.to_string(), "physical": true });
    post(&client, "/v3/kv/compaction", "compact", &compaction).await?;
    Ok(revision)
}

async fn post(client: &Client, path: &str, doing: &'static str, body: &Value) -> Result<Value, Error> {
    let request = http::Request::post(path)
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(body.to_string().into_bytes())
        .expect("the paths are literals");
    client.request(request).await.map_err(|source| request_failed(doing, source))
}

fn request_failed(doing: &'static str, source: kube::Error) -> Error {
    Error::Request { server: "etcd", doing, source: Box::new(source) }
}
