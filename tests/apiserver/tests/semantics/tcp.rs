//! Over TCP: the server responds the same way, and closes all connections when its handle is dropped.

use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use reflector_apiserver::{ApiServer, RequestMatcher};
use tokio::net::TcpStream;

async fn connect(
    server: &reflector_apiserver::ServerHandle,
) -> std::io::Result<hyper::client::conn::http1::SendRequest<Empty<bytes::Bytes>>> {
    let stream = TcpStream::connect(server.addr()).await?;
    let (sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
    tokio::spawn(connection);
    Ok(sender)
}

fn get(path: &str) -> http::Request<Empty<bytes::Bytes>> {
    http::Request::builder().uri(path).header("host", "127.0.0.1").body(Empty::new()).unwrap()
}

#[tokio::test]
async fn serves_watches_and_closes_all_connections_when_dropped() {
    let server = ApiServer::new();
    let handle = server.listen().await.unwrap();
    let mut sender = connect(&handle).await.unwrap();
    let answer = sender.send_request(get("/api/v1/namespaces")).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.into_body().collect().await.unwrap();
    let watch = sender
        .send_request(get("/api/v1/namespaces?watch=1&fieldSelector=metadata.name%3Ddefault"))
        .await
        .unwrap();
    let mut body = watch.into_body();
    assert!(body.frame().await.unwrap().unwrap().into_data().unwrap().starts_with(b"{\"type\":\"ADDED\""));
    drop(handle);
    assert!(body.frame().await.is_none_or(|frame| frame.is_err()), "the connection is closed");
}

#[tokio::test]
async fn a_refused_connection_is_closed_without_a_response() {
    let server = ApiServer::new();
    let handle = server.listen().await.unwrap();
    server.faults().on(RequestMatcher::any()).refuse_connection();
    let mut sender = connect(&handle).await.unwrap();
    assert!(sender.send_request(get("/api/v1/pods")).await.is_err());
    let mut sender = connect(&handle).await.unwrap();
    assert_eq!(sender.send_request(get("/api/v1/pods")).await.unwrap().status(), 200);
}

#[cfg(unix)]
#[tokio::test]
async fn a_kubeconfig_is_readable_only_by_the_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let handle = ApiServer::new().listen().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    handle.write_kubeconfig(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(&path).unwrap().contains(&handle.url()));

    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    handle.write_kubeconfig(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_kubeconfig_contains_the_required_token() {
    let server = ApiServer::new();
    let handle = server.listen().await.unwrap();
    let user = || {
        let read: serde_json::Value = serde_norway::from_str(&handle.kubeconfig()).unwrap();
        read["users"][0]["user"].clone()
    };
    assert_eq!(user(), serde_json::json!({}));
    server.require_token(Some("s: #\"secret"));
    assert_eq!(user(), serde_json::json!({"token": "s: #\"secret"}));
}
