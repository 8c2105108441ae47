//! The handle on a server.

use std::sync::Arc;

use crate::{
    auth::{Auth, Denial, Rules},
    builder::Builder,
    engine::{Clock, Engine},
    faults::Faults,
    record::{Records, RequestRecord},
    request::Verb,
};

/// A Kubernetes API server in this process. A cheap handle: clones are the same server.
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
}

impl Default for ApiServer {
    fn default() -> Self {
        Self::new()
    }
}

impl ApiServer {
    /// A server with the built-in kinds and the namespaces which every cluster has.
    pub fn new() -> Self {
        Builder::default().build()
    }

    /// Sets up a server.
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
            }),
        }
    }

    /// The newest resourceVersion.
    pub fn resource_version(&self) -> u64 {
        self.inner.engine.storage.resource_version()
    }

    /// Forgets all history, as etcd's compaction does: watches from before now get 410 and continue tokens expire. Watches
    /// which are open go on.
    pub fn compact(&self) {
        self.inner.engine.storage.compact();
    }

    /// Ends every open watch, cleanly, after the events it has not sent yet.
    pub fn drop_all_watches(&self) {
        self.inner.engine.storage.end_watches();
    }

    /// What a restart of the real server does to its clients: every watch ends and the watch cache begins anew, so that
    /// no watch can go on from where it was unless that is the newest version.
    pub fn restart_with_lost_history(&self) {
        self.compact();
        self.drop_all_watches();
    }

    /// Has every watch that allows bookmarks send one now.
    pub fn send_bookmarks(&self) {
        self.inner.engine.storage.request_bookmarks();
    }

    /// Every request so far, oldest first.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.inner.records.all()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.inner.records.clear();
    }

    /// What goes wrong, and when.
    pub fn faults(&self) -> Faults {
        self.inner.faults.clone()
    }

    /// From now on this is forbidden: a verb on a (plural) resource, in one namespace or (`None`) everywhere. A rule for a
    /// namespace also forbids requests for all namespaces.
    pub fn deny(&self, verb: Verb, resource: &str, namespace: Option<&str>) {
        let denial = Denial { verb, resource: resource.to_owned(), namespace: namespace.map(str::to_owned) };
        self.inner.auth.change(|rules| rules.denials.push(denial));
    }

    /// From now on nothing is forbidden.
    pub fn allow_everything(&self) {
        self.inner.auth.change(|rules| rules.denials.clear());
    }

    /// From now on every request needs this bearer token, or (`None`) none.
    pub fn require_token(&self, token: Option<&str>) {
        self.inner.auth.change(|rules| rules.token = token.map(str::to_owned));
    }
}
