//! The server that both peers talk to: an API server's answers, in its framing, from texts that are ready.
//!
//! Bare HTTP/1.1 on the loopback interface, so that it costs next to nothing beside the peers. The framing is
//! what kube-apiserver v1.37.2 was seen to send: lists and initial events in chunks of 2048 bytes, each live event in
//! a chunk of its own. Like the real one it answers a list at `resourceVersion=0` whole, whatever the limit,
//! and cuts others into pages. Must not know who asks.

mod answer;
mod body;
mod connection;
mod request;

use std::{io, net::Ipv4Addr, str::FromStr, sync::Arc};

use anyhow::{Context as _, Result, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use crate::{plan::Plan, text::Texts};

/// Where the server stands. It goes from one to the next when it is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The first state; watches tell nothing.
    Quiet,
    /// All events are sent to whoever watches.
    Events,
    /// The last state; watches that were opened before have expired.
    Expired,
}

impl Phase {
    /// Its name in a request that asks for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Events => "events",
            Self::Expired => "expired",
        }
    }
}

impl FromStr for Phase {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        [Self::Quiet, Self::Events, Self::Expired]
            .into_iter()
            .find(|phase| phase.name() == name)
            .with_context(|| format!("`{name}` is no phase"))
    }
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    texts: Texts,
    phase: watch::Sender<Phase>,
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct CannedServer {
    address: String,
    accepting: JoinHandle<()>,
}

impl CannedServer {
    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn start(plan: Plan) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?.to_string();
        let shared = Arc::new(Shared { texts: Texts::new(plan), phase: watch::Sender::new(Phase::Quiet) });
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection::serve(stream, shared.clone()));
            }
        });
        Ok(Self { address, accepting })
    }

    /// Its `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for CannedServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Tells the server at that address to go to another phase.
///
/// # Errors
/// Where it cannot be reached or does not understand.
pub async fn go_to(address: &str, phase: Phase) -> Result<()> {
    let mut stream = TcpStream::connect(address).await.context("the canned server")?;
    let request =
        format!("POST /phase/{} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n", phase.name());
    stream.write_all(request.as_bytes()).await?;
    stream.shutdown().await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    if answer.starts_with("HTTP/1.1 204 ") {
        return Ok(());
    }
    bail!("the canned server answered {:?}", answer.lines().next());
}
