//! The agent in Rust: performs tasks with a peer in this process. Must not know the other peers.

use std::{
    io::{self, Write as _},
    process,
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use futures::future::try_join_all;
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};

use super::{AgentOptions, Answer, Delays, Perform, ServerAddress, Task, span::Start};
use crate::{
    canned::go_to,
    kind::Kind,
    object::{Certificate, Gadget},
    peer::{Observe, Received, Running, RustPeer},
    plan::namespace,
};

/// How often the store is polled for the end of a task.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// The timeout of a task.
const TIMEOUT: Duration = Duration::from_secs(300);

/// An agent in this process.
#[derive(Debug)]
pub struct LocalAgent {
    peer: RustPeer,
    options: AgentOptions,
    received: Vec<Arc<Received>>,
    running: Vec<Box<dyn Running>>,
}

impl LocalAgent {
    /// An agent for this peer. The peer is not started yet.
    pub fn new(peer: RustPeer, options: AgentOptions) -> Self {
        let received = (0..options.handlers).map(|_| Arc::new(Received::new(options.observe))).collect();
        Self { peer, options, received, running: Vec::new() }
    }

    /// Stops the peer and waits until all its tasks have ended.
    pub async fn stop(self) {
        for running in self.running {
            running.stop().await;
        }
    }

    async fn sync(&mut self) -> Result<()> {
        let client = client(&self.options.server).await?;
        let namespaces = match self.options.informers {
            1 => vec![None],
            informers => (0..informers).map(|number| Some(namespace(number))).collect(),
        };
        let start = match self.options.kind {
            Kind::Gadget => RustPeer::start::<Gadget>,
            Kind::Certificate => RustPeer::start::<Certificate>,
            Kind::Pod => RustPeer::start::<Pod>,
        };
        for namespace in namespaces {
            self.running.push(start(self.peer, client.clone(), namespace.as_deref(), &self.received)?);
        }
        timeout(TIMEOUT, try_join_all(self.running.iter().map(|running| running.synced()))).await??;
        Ok(())
    }

    async fn go_to(&self, phase: &str) -> Result<()> {
        let address = self.options.server.address.as_deref();
        go_to(address.context("only a canned server has phases")?, phase.parse()?).await
    }

    /// The number of updates that every handler has received.
    fn updates(&self) -> u64 {
        self.received.iter().map(|received| received.updates()).min().unwrap_or_default()
    }

    async fn reach(&mut self, task: Task) -> Result<()> {
        match task {
            Task::Sync {} => self.sync().await,
            Task::Follow { phase, updates } => {
                self.go_to(&phase).await?;
                until(|| self.updates() >= updates).await
            }
            Task::Relist { phase, version } => {
                self.go_to(&phase).await?;
                until(|| self.running.iter().all(|running| running.has_relisted(&version))).await
            }
        }
    }
}

impl Perform for LocalAgent {
    async fn perform(&mut self, task: Task) -> Result<Answer> {
        let start = Start::now()?;
        self.reach(task).await?;
        let span = start.end().await?;
        let delays = match self.options.observe {
            Observe::Count => None,
            Observe::Delays => {
                Some(Delays::of(self.received.iter().flat_map(|received| received.take_delays()).collect()))
            }
        };
        let state = self.running.iter().map(|running| running.digest()).sum();
        Ok(Answer { span, state, updates: self.updates(), delays })
    }
}

/// Every peer uses kube's default client.
async fn client(server: &ServerAddress) -> Result<Client> {
    let config = match (&server.address, &server.kubeconfig) {
        (Some(address), _) => {
            Config::new(format!("http://{address}").parse().context("the server's address")?)
        }
        (None, Some(path)) => {
            let kubeconfig = Kubeconfig::read_from(path)?;
            let mut config =
                Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
            // kube reads it from HTTPS_PROXY, but loopback is not reachable through a proxy.
            config.proxy_url = None;
            config
        }
        (None, None) => anyhow::bail!("no server"),
    };
    Ok(Client::try_from(config)?)
}

async fn until(done: impl Fn() -> bool) -> Result<()> {
    let polling = async {
        while !done() {
            sleep(POLL_INTERVAL).await;
        }
    };
    Ok(timeout(TIMEOUT, polling).await?)
}

/// Performs the tasks on standard input, one a line, and prints the answers. Exits this process at the end of the
/// input, which is also the end of the parent process.
///
/// # Errors
/// If a task fails.
pub async fn serve(peer: RustPeer, options: AgentOptions) -> Result<()> {
    let (send, mut tasks) = mpsc::unbounded_channel();
    thread::spawn(move || {
        for line in io::stdin().lines() {
            // A read error means that the parent has exited. The receiver exists as long as the process.
            let Ok(line) = line else { break };
            let _ = send.send(line);
        }
        process::exit(0);
    });
    let mut agent = LocalAgent::new(peer, options);
    while let Some(line) = tasks.recv().await {
        let answer = agent.perform(serde_json::from_str(&line)?).await?;
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{}", serde_json::to_string(&answer)?)?;
        stdout.flush()?;
    }
    Ok(())
}
