//! The handle to a server.

use std::sync::Arc;

use crate::{
    auth::{Auth, Denial, Rules},
    builder::Builder,
    engine::{Clock, Engine},
    faults::Faults,
    flow::Flow,
    record::{Records, RequestRecord},
    request::Verb,
};

/// An in-process Kubernetes API server. The handle is cheap to clone; all clones refer to the same server.
#[derive(Clone, Debug)]
pub struct ApiServer {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) engine: Arc<Engine>,
    pub(crate) records: Records,
    pub(crate) faults: Faults,
    pub(crate) auth: Auth,
    pub(crate) flow: Flow,
}

impl Default for ApiServer {
    fn default() -> Self {
        Self::new()
    }
}

impl ApiServer {
    /// Creates a server with the built-in kinds and the namespaces that every cluster has.
    pub fn new() -> Self {
        Builder::default().build()
    }

    /// Returns a builder that configures a server.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn with(seed: u64, watch_history: usize, clock: Clock, rules: Rules) -> Self {
        let engine = Arc::new(Engine::new(seed, watch_history, clock));
        Self {
            inner: Arc::new(Inner {
                engine,
                records: Records::default(),
                faults: Faults::default(),
                auth: Auth::new(rules),
                flow: Flow::default(),
            }),
        }
    }

    /// The latest resourceVersion.
    pub fn resource_version(&self) -> u64 {
        self.inner.engine.storage.resource_version()
    }

    /// Discards all history, like etcd compaction: watches from older versions get 410 and continue tokens expire.
    /// Open watches continue.
    pub fn compact(&self) {
        self.inner.engine.storage.compact();
    }

    /// Ends every open watch cleanly, after the events that it has not sent yet.
    pub fn drop_all_watches(&self) {
        self.inner.engine.storage.end_watches();
    }

    /// Has the effect on clients of a restart of the real server: every watch ends and the watch cache starts empty,
    /// so that a watch can only resume from the latest version.
    pub fn restart_with_lost_history(&self) {
        self.compact();
        self.drop_all_watches();
    }

    /// Makes every watch that allows bookmarks send one now.
    pub fn send_bookmarks(&self) {
        self.inner.engine.storage.request_bookmarks();
    }

    /// All recorded requests, oldest first.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.inner.records.all()
    }

    /// Discards the recorded requests.
    pub fn clear_requests(&self) {
        self.inner.records.clear();
    }

    /// The fault injection of this server.
    pub fn faults(&self) -> Faults {
        self.inner.faults.clone()
    }

    /// Denies a verb on a (plural) resource from now on, in one namespace or (`None`) in all namespaces. A rule for
    /// one namespace also denies requests for all namespaces.
    pub fn deny(&self, verb: Verb, resource: &str, namespace: Option<&str>) {
        let denial = Denial { verb, resource: resource.to_owned(), namespace: namespace.map(str::to_owned) };
        self.inner.auth.change(|rules| rules.denials.push(denial));
    }

    /// Removes all denials.
    pub fn allow_everything(&self) {
        self.inner.auth.change(|rules| rules.denials.clear());
    }

    /// Answers more than this many concurrent lists with 429, as the real server's priority and fairness do. A streaming
    /// list counts until its response begins.
    pub fn limit_concurrent_lists(&self, lists: usize) {
        self.inner.flow.set_limit(lists);
    }

    /// Requires this bearer token for every request from now on; `None` requires no token.
    pub fn require_token(&self, token: Option<&str>) {
        self.inner.auth.change(|rules| rules.token = token.map(str::to_owned));
    }
}
