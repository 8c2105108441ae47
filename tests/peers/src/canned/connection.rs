//! Serves the requests of one connection in sequence. Must not know what an object looks like.

use std::{io, sync::Arc};

use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::{
    Phase, Shared, answer,
    request::{self, Request},
};
use crate::{kind::Scope, plan::namespace_number};

/// Serves until the client closes the connection. An I/O error also ends it.
pub(super) async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    // Avoids delaying small responses. Failure to set it only costs time.
    let _ = stream.set_nodelay(true);
    let mut left = Vec::new();
    while let Ok(Some(request)) = request::read(&mut stream, &mut left).await {
        if answer(&mut stream, &shared, &request).await.is_err() {
            return;
        }
    }
}

async fn answer(stream: &mut TcpStream, shared: &Shared, request: &Request) -> io::Result<()> {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", path) => {
            // A namespace that does not exist has no objects.
            let namespace = match shared.texts.plan().kind.scope_of(path) {
                Some(Scope::All) => None,
                Some(Scope::Namespace(name)) => Some(namespace_number(name).unwrap_or(u32::MAX)),
                None => return not_found(stream).await,
            };
            if request.parameter("watch").is_some() {
                answer::watch(stream, shared, request, namespace).await
            } else {
                answer::list(stream, shared, request, namespace).await
            }
        }
        ("POST", path) => match path.strip_prefix("/phase/").map(str::parse::<Phase>) {
            Some(Ok(phase)) => {
                shared.phase.send_replace(phase);
                stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await
            }
            _ => not_found(stream).await,
        },
        _ => not_found(stream).await,
    }
}

async fn not_found(stream: &mut TcpStream) -> io::Result<()> {
    let body = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"no such path","code":404}"#;
    let head = format!(
        "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await
}
