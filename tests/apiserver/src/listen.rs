//! Serves the API on a TCP port of the loopback interface, for clients that need a socket.

use std::{
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};
use tower::Service as _;

use crate::server::ApiServer;

/// A listening server. Dropping the handle closes the port and every connection.
#[derive(Debug)]
pub struct ServerHandle {
    server: ApiServer,
    addr: SocketAddr,
    acceptor: AbortHandle,
}

impl ApiServer {
    /// Listens on a free port of 127.0.0.1.
    pub async fn listen(&self) -> io::Result<ServerHandle> {
        self.listen_on(0).await
    }

    /// Listens on this port of 127.0.0.1; 0 selects a free one.
    pub async fn listen_on(&self, port: u16) -> io::Result<ServerHandle> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let addr = listener.local_addr()?;
        let acceptor = tokio::spawn(accept(self.clone(), listener)).abort_handle();
        Ok(ServerHandle { server: self.clone(), addr, acceptor })
    }
}

impl ServerHandle {
    /// The address on which the server listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address on which the server listens, as a URL without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Writes a kubeconfig for this server atomically, readable by the current user only.
    pub fn write_kubeconfig(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        // The new file is created for its owner only and replaces a file that others may have been allowed to read.
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(self.kubeconfig().as_bytes())?;
        file.persist(path)?;
        Ok(())
    }

    /// A kubeconfig for this server, with its token if the server requires one.
    ///
    /// `kubectl`, like every client built with client-go, sends no token over plain HTTP: a server that requires one
    /// answers with 401. kube-rs sends it.
    pub fn kubeconfig(&self) -> String {
        let url = self.url();
        let user = match self.server.inner.auth.token() {
            // JSON is valid YAML, with any characters in the token.
            Some(token) => json!({"token": token}),
            None => json!({}),
        };
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: reflector\n\
             clusters:\n- name: reflector\n  cluster:\n    server: {url}\n\
             contexts:\n- name: reflector\n  context:\n    cluster: reflector\n    user: reflector\n    namespace: default\n\
             users:\n- name: reflector\n  user: {user}\n"
        )
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

/// The connections are in a set that this task owns, so they end with the task.
async fn accept(server: ApiServer, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // An error affects one connection, or is caused by the limit on open files: the next accept may
                // succeed.
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(server.clone(), stream));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(server: ApiServer, stream: TcpStream) {
    // Small events must not be delayed in order to be batched.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let answer = server.clone().call(request);
        // An error of the service closes the connection without a response.
        answer
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "connection ended");
    }
}
