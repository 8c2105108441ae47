//! The server that all peers connect to. It sends the responses of an API server, framed the same way, from
//! precomputed texts.
//!
//! It speaks plain HTTP/1.1 on the loopback interface, so that its cost is negligible compared with the peers. The
//! framing is that observed from kube-apiserver v1.37.2: lists and initial events in chunks of 2048 bytes, each live
//! event in a separate chunk. Like kube-apiserver, it ignores the limit of a list at `resourceVersion=0` and splits
//! other lists into pages. Must not know the clients.

mod answer;
mod body;
mod connection;
mod pace;
mod process;
mod request;

use std::{io, net::Ipv4Addr, str::FromStr, sync::Arc};

use anyhow::{Context as _, Result, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

pub use self::{
    pace::Pace,
    process::{SERVE, ServerProcess, serve},
};
use crate::{plan::Plan, text::Texts};

/// The state of the server. It changes on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The initial objects are served; watches send no events.
    Quiet,
    /// All events are sent to every watch.
    Events,
    /// Some more events are sent to every watch.
    Paced(Pace),
    /// The final objects are served; watches opened before have expired.
    Expired,
}

impl Phase {
    /// Its name in a request.
    pub fn name(self) -> String {
        match self {
            Self::Quiet => "quiet".to_owned(),
            Self::Events => "events".to_owned(),
            Self::Paced(Pace { events, per_second }) => {
                format!("paced/{events}/{}", per_second.unwrap_or_default())
            }
            Self::Expired => "expired".to_owned(),
        }
    }

    fn named(name: &str) -> Option<Self> {
        let mut parts = name.split('/');
        let phase = match parts.next()? {
            "quiet" => Self::Quiet,
            "events" => Self::Events,
            "expired" => Self::Expired,
            "paced" => {
                let mut number = || parts.next()?.parse().ok();
                let (events, per_second) = (number()?, number()?);
                Self::Paced(Pace { events, per_second: Some(per_second).filter(|rate| *rate > 0) })
            }
            _ => return None,
        };
        parts.next().is_none().then_some(phase)
    }
}

impl FromStr for Phase {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::named(name).with_context(|| format!("`{name}` is not a valid phase"))
    }
}

/// The state shared by all connections.
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
    /// Returns an error if no port can be bound.
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

/// Switches the server at that address to another phase.
///
/// # Errors
/// Returns an error if the server cannot be reached or rejects the request.
pub async fn go_to(address: &str, phase: Phase) -> Result<()> {
    let mut stream = TcpStream::connect(address).await.context("could not connect to the canned server")?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_parsed_from_their_names() {
        let paced = |per_second| Phase::Paced(Pace { events: 5, per_second });
        for phase in [Phase::Quiet, Phase::Events, paced(None), paced(Some(7)), Phase::Expired] {
            assert_eq!(phase.name().parse::<Phase>().unwrap(), phase);
        }
        for name in ["", "paced", "paced/5", "paced/5/7/9", "events/1"] {
            assert!(name.parse::<Phase>().is_err(), "{name}");
        }
    }
}
