//! The network between informers and the server: one task carries every request and every byte. The seed determines
//! the order and the times.
//!
//! The server wakes only this task. It is therefore the only place where the order of informers could become
//! nondeterministic; it serves connections in the order in which they were opened. Handles HTTP and bytes. Must not
//! depend on how an informer interprets them, except for what a request asks for.

mod changes;
mod connection;
mod end;
mod flight;
mod log;
mod pipe;
mod pump;
mod query;

use std::{
    collections::VecDeque,
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures::task::AtomicWaker;
use http::{Request, Response};
use kube::client::Body;
use parking_lot::Mutex;
use reflector_apiserver::ApiServer;
use tokio::{sync::oneshot, time::Instant};

pub use self::{
    log::{Attempt, Log, Outcome},
    pipe::Incoming,
};
use crate::{
    home_made::HomeMade,
    plan::{ConnectionFault, NetworkFault, RequestKind},
    report::Counts,
    sabotage::WireSabotage,
    thing::Resource,
};

/// The network. A cheap handle.
#[derive(Clone, Debug)]
pub struct Network {
    shared: Arc<Mutex<Shared>>,
    waker: PumpWaker,
}

/// Wakes the pump.
#[derive(Clone, Debug, Default)]
struct PumpWaker(Arc<AtomicWaker>);

impl PumpWaker {
    fn wake(&self) {
        self.0.wake();
    }
}

#[derive(Debug)]
struct Shared {
    seed: u64,
    server: ApiServer,
    arrivals: VecDeque<Arrival>,
    /// The informers whose connections will be reset.
    resets: Vec<usize>,
    informers: Vec<InformerState>,
    log: Log,
    counts: Counts,
    sabotage: Option<WireSabotage>,
    home_made: HomeMade,
}

/// What a connection is for, as far as it matters which ones are open at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A page of a list.
    List,
    /// A watch, or a streaming list.
    Watch,
    /// A list with `limit=1`, which only asks for the server's current version.
    Probe,
}

/// The network state of one informer.
#[derive(Debug)]
struct InformerState {
    /// The watched kind.
    resource: Resource,
    requests: u64,
    /// Number of responses with status 200.
    successes: u64,
    /// The open connections.
    open: Vec<Shape>,
    pending_faults: Vec<(RequestKind, NetworkFault)>,
    refused_until: Option<Instant>,
    /// The server's history was rolled back, and this informer has not listed the state since.
    rolled_back: bool,
    authoritative_reads: u64,
    /// The value of `authoritative_reads` when an older state first became possible; `None` if it is not possible.
    reads_before_rollback: Option<u64>,
}

impl InformerState {
    fn of(resource: Resource) -> Self {
        Self {
            resource,
            requests: 0,
            successes: 0,
            open: Vec::new(),
            pending_faults: Vec::new(),
            refused_until: None,
            rolled_back: false,
            authoritative_reads: 0,
            reads_before_rollback: None,
        }
    }
}

impl Shared {
    fn record_authoritative_read(&mut self, informer: usize) {
        if let Some(state) = self.informers.get_mut(informer) {
            state.authoritative_reads += 1;
            state.rolled_back = false;
        }
    }
}

#[derive(Debug)]
struct Arrival {
    informer: usize,
    request: Request<Body>,
    reply: oneshot::Sender<io::Result<Response<Incoming>>>,
}

impl Network {
    /// Creates the network of a server, with one informer for each of the watched kinds.
    pub(crate) fn new(
        seed: u64,
        server: ApiServer,
        watched: impl IntoIterator<Item = Resource>,
        sabotage: Option<WireSabotage>,
        home_made: HomeMade,
    ) -> Self {
        let shared = Shared {
            seed,
            server,
            arrivals: VecDeque::new(),
            resets: Vec::new(),
            informers: watched.into_iter().map(InformerState::of).collect(),
            log: Log::default(),
            counts: Counts::default(),
            sabotage,
            home_made,
        };
        Self { shared: Arc::new(Mutex::new(shared)), waker: PumpWaker::default() }
    }

    /// Carries all traffic. Runs forever.
    pub async fn run(self) {
        pump::Pump::new(self).await;
    }

    /// A client for the informer with this number.
    pub fn client(&self, informer: usize) -> kube::Client {
        let service = ClientService { network: self.clone(), informer };
        kube::Client::new(service, "default")
    }

    /// Replaces the server. The old connections are reset, and the resourceVersions that informers remember are no
    /// longer valid. Requests with such a resourceVersion receive 410.
    pub fn replace_server(&self, server: ApiServer) {
        let mut shared = self.shared.lock();
        shared.server = server;
        shared.resets = (0..shared.informers.len()).collect();
        for state in &mut shared.informers {
            state.rolled_back = true;
        }
        drop(shared);
        self.allow_older_state(&Resource::ALL);
        self.waker.wake();
    }

    /// From now on, an informer that lists the newest state of one of these kinds may receive an older state than
    /// before.
    pub fn allow_older_state(&self, of: &[Resource]) {
        let mut shared = self.shared.lock();
        for state in shared.informers.iter_mut().filter(|state| of.contains(&state.resource)) {
            state.reads_before_rollback.get_or_insert(state.authoritative_reads);
        }
    }

    /// Called once everything has converged: from now on this informer receives no older state than before. An
    /// informer that has not listed since the history was rolled back still does.
    pub fn disallow_older_state(&self, informer: usize) {
        let mut shared = self.shared.lock();
        if let Some(state) = shared.informers.get_mut(informer).filter(|state| !state.rolled_back) {
            state.reads_before_rollback = None;
        }
    }

    /// Whether this informer may have received a list of an older state.
    pub fn may_have_listed_older_state(&self, informer: usize) -> bool {
        let shared = self.shared.lock();
        shared.informers.get(informer).is_some_and(|state| state.reads_before_rollback.is_some())
    }

    /// Whether this informer may have received an older state from a list that it had to accept.
    pub fn may_go_backwards(&self, informer: usize) -> bool {
        let shared = self.shared.lock();
        let state = shared.informers.get(informer);
        state.is_some_and(|state| {
            state.reads_before_rollback.is_some_and(|before| state.authoritative_reads > before)
        })
    }

    /// Injects a fault, either immediately or into the next matching connection.
    pub fn inject_fault(&self, connection_fault: ConnectionFault) {
        let mut shared = self.shared.lock();
        let ConnectionFault { informer, kind, fault } = connection_fault;
        match fault {
            NetworkFault::ResetAll => {
                shared.resets = (0..shared.informers.len()).collect();
                shared.counts.add(fault.label(), 1);
            }
            NetworkFault::Partition(time) => {
                shared.resets.push(informer);
                shared.counts.add(fault.label(), 1);
                if let Some(state) = shared.informers.get_mut(informer) {
                    state.refused_until = Some(Instant::now() + time);
                }
            }
            fault => {
                if let Some(state) = shared.informers.get_mut(informer) {
                    state.pending_faults.push((kind, fault));
                }
            }
        }
        drop(shared);
        self.waker.wake();
    }

    /// Removes all faults that have not occurred yet.
    pub fn heal(&self) {
        let mut shared = self.shared.lock();
        for state in &mut shared.informers {
            state.pending_faults.clear();
            state.refused_until = None;
        }
    }

    /// Number of successful requests of this informer.
    pub fn successes(&self, informer: usize) -> u64 {
        self.shared.lock().informers.get(informer).map_or(0, |state| state.successes)
    }

    /// The open connections of this informer, in the order in which they were opened.
    pub fn open_connections(&self, informer: usize) -> Vec<Shape> {
        self.shared.lock().informers.get(informer).map_or_else(Vec::new, |state| state.open.clone())
    }

    /// Reads the log.
    pub fn with_log<R>(&self, read: impl FnOnce(&Log) -> R) -> R {
        read(&self.shared.lock().log)
    }

    /// Number of faults of each kind.
    pub fn counts(&self) -> Counts {
        self.shared.lock().counts.clone()
    }
}

/// Wakes the pump when the client drops the request, so that the pump notices it immediately.
struct WakesOnDrop(PumpWaker);

impl Drop for WakesOnDrop {
    fn drop(&mut self) {
        self.0.wake();
    }
}

/// The client service that accepts an informer's requests.
#[derive(Clone, Debug)]
struct ClientService {
    network: Network,
    informer: usize,
}

impl tower::Service<Request<Body>> for ClientService {
    type Response = Response<Incoming>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (reply, response) = oneshot::channel();
        let arrival = Arrival { informer: self.informer, request, reply };
        self.network.shared.lock().arrivals.push_back(arrival);
        self.network.waker.wake();
        let wakes_on_drop = WakesOnDrop(self.network.waker.clone());
        Box::pin(async move {
            let _wakes_on_drop = wakes_on_drop;
            let aborted = |_| io::Error::from(io::ErrorKind::ConnectionAborted);
            response.await.map_err(aborted)?
        })
    }
}
