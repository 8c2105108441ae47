//! The network between informers and the server: one task carries every request and every byte, in an order and at
//! times that a seed decides.
//!
//! Wake-ups from the server reach this one task and nobody else, so that it is the only place where the order of
//! informers could be left to chance; it serves connections in the order in which they were opened. Knows HTTP and
//! bytes; must not know what an informer makes of them, but for what a request asks.

mod connection;
mod flight;
mod log;
mod pipe;
mod pump;

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
    plan::{Asked, Break, BrokenConnection},
    report::Counts,
    sabotage::WireSabotage,
    thing::Resource,
};

/// The network. A cheap handle.
#[derive(Clone, Debug)]
pub struct Network {
    shared: Arc<Mutex<Shared>>,
    waking: Waking,
}

/// Wakes the pump.
#[derive(Clone, Debug, Default)]
struct Waking(Arc<AtomicWaker>);

impl Waking {
    fn wake(&self) {
        self.0.wake();
    }
}

#[derive(Debug)]
struct Shared {
    seed: u64,
    server: ApiServer,
    arrivals: VecDeque<Arrival>,
    /// Whose connections are to be reset.
    resets: Vec<usize>,
    lines: Vec<Line>,
    log: Log,
    counts: Counts,
    sabotage: Option<WireSabotage>,
}

/// What there is for each informer.
#[derive(Debug)]
struct Line {
    /// What it watches.
    resource: Resource,
    requests: u64,
    /// How many answers had status 200.
    successes: u64,
    open: usize,
    breaks: Vec<(Asked, Break)>,
    refused_until: Option<Instant>,
    /// The server's history was set back, and this informer has not read the state since.
    set_back: bool,
    authoritative_reads: u64,
    /// How many of those there had been when history was set back last.
    reads_before_set_back: Option<u64>,
}

impl Line {
    fn of(resource: Resource) -> Self {
        Self {
            resource,
            requests: 0,
            successes: 0,
            open: 0,
            breaks: Vec::new(),
            refused_until: None,
            set_back: false,
            authoritative_reads: 0,
            reads_before_set_back: None,
        }
    }
}

impl Shared {
    fn read_authoritatively(&mut self, informer: usize) {
        if let Some(line) = self.lines.get_mut(informer) {
            line.authoritative_reads += 1;
            line.set_back = false;
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
    /// A network before that server, for an informer of each of these kinds.
    pub fn new(
        seed: u64,
        server: ApiServer,
        watched: impl IntoIterator<Item = Resource>,
        sabotage: Option<WireSabotage>,
    ) -> Self {
        let shared = Shared {
            seed,
            server,
            arrivals: VecDeque::new(),
            resets: Vec::new(),
            lines: watched.into_iter().map(Line::of).collect(),
            log: Log::default(),
            counts: Counts::default(),
            sabotage,
        };
        Self { shared: Arc::new(Mutex::new(shared)), waking: Waking::default() }
    }

    /// Carries everything, for ever.
    pub async fn run(self) {
        pump::Pump::new(self).await;
    }

    /// A client for the informer of that number.
    pub fn client(&self, informer: usize) -> kube::Client {
        let service = Door { network: self.clone(), informer };
        kube::Client::new(service, "default")
    }

    /// Puts another server in place of the one that was there: the old connections are reset, and what informers
    /// remember of versions means nothing any more. The new one tells them so, as 410.
    pub fn replace_server(&self, server: ApiServer) {
        let mut shared = self.shared.lock();
        shared.server = server;
        shared.resets = (0..shared.lines.len()).collect();
        for line in &mut shared.lines {
            line.set_back = true;
        }
        drop(shared);
        self.may_show_the_past(&Resource::ALL);
        self.waking.wake();
    }

    /// From now on, who reads the newest state of one of these kinds may be shown an older one than before.
    pub fn may_show_the_past(&self, of: &[Resource]) {
        let mut shared = self.shared.lock();
        for line in shared.lines.iter_mut().filter(|line| of.contains(&line.resource)) {
            line.reads_before_set_back.get_or_insert(line.authoritative_reads);
        }
    }

    /// All is response_timeout: from here on this informer is shown nothing older than it was. One that has not read since history
    /// was set back still will be.
    pub fn shows_the_past_no_more(&self, informer: usize) {
        let mut shared = self.shared.lock();
        if let Some(line) = shared.lines.get_mut(informer).filter(|line| !line.set_back) {
            line.reads_before_set_back = None;
        }
    }

    /// Whether there may have been a list of an older state for this informer.
    pub fn may_have_shown_the_past(&self, informer: usize) -> bool {
        let shared = self.shared.lock();
        shared.lines.get(informer).is_some_and(|line| line.reads_before_set_back.is_some())
    }

    /// Whether this informer may have been shown an older state, by a list that it had to believe.
    pub fn may_run_back(&self, informer: usize) -> bool {
        let shared = self.shared.lock();
        let line = shared.lines.get(informer);
        line.is_some_and(|line| {
            line.reads_before_set_back.is_some_and(|before| line.authoritative_reads > before)
        })
    }

    /// A fault, now or for the next connection that it fits.
    pub fn break_connection(&self, broken: BrokenConnection) {
        let mut shared = self.shared.lock();
        let everyone = shared.lines.len();
        match broken.how {
            Break::ResetAll => {
                shared.resets = (0..everyone).collect();
                shared.counts.add(broken.how.label(), 1);
            }
            Break::Partition(time) => {
                shared.resets.push(broken.informer);
                shared.counts.add(broken.how.label(), 1);
                if let Some(line) = shared.lines.get_mut(broken.informer) {
                    line.refused_until = Some(Instant::now() + time);
                }
            }
            how => {
                if let Some(line) = shared.lines.get_mut(broken.informer) {
                    line.breaks.push((broken.asked, how));
                }
            }
        }
        drop(shared);
        self.waking.wake();
    }

    /// Ends all faults that have not happened yet.
    pub fn heal(&self) {
        let mut shared = self.shared.lock();
        for line in &mut shared.lines {
            line.breaks.clear();
            line.refused_until = None;
        }
    }

    /// How many requests of that informer's have been answered well.
    pub fn successes(&self, informer: usize) -> u64 {
        self.shared.lock().lines.get(informer).map_or(0, |line| line.successes)
    }

    /// How many connections of that informer's are open.
    pub fn open_connections(&self, informer: usize) -> usize {
        self.shared.lock().lines.get(informer).map_or(0, |line| line.open)
    }

    /// Reads the log.
    pub fn with_log<R>(&self, read: impl FnOnce(&Log) -> R) -> R {
        read(&self.shared.lock().log)
    }

    /// How many faults of each kind there were.
    pub fn counts(&self) -> Counts {
        self.shared.lock().counts.clone()
    }
}

/// Lets the pump see at once that nobody waits any more.
struct WakesOnDrop(Waking);

impl Drop for WakesOnDrop {
    fn drop(&mut self) {
        self.0.wake();
    }
}

/// Where an informer's requests go in.
#[derive(Clone, Debug)]
struct Door {
    network: Network,
    informer: usize,
}

impl tower::Service<Request<Body>> for Door {
    type Response = Response<Incoming>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (reply, answer) = oneshot::channel();
        let arrival = Arrival { informer: self.informer, request, reply };
        self.network.shared.lock().arrivals.push_back(arrival);
        self.network.waking.wake();
        let given_up = WakesOnDrop(self.network.waking.clone());
        Box::pin(async move {
            let _given_up = given_up;
            let gone = |_| io::Error::from(io::ErrorKind::ConnectionAborted);
            answer.await.map_err(gone)?
        })
    }
}
