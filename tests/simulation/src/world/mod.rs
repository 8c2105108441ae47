//! The world that informers watch: the server, the writes to it, and its faults.
//!
//! Carries out actions. Must not depend on the informers, except through the network between them and the server.

mod request_fault;
mod truth;
mod write;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::Timestamp;
use reflector_apiserver::{ApiServer, Fault, Verb};
use serde_json::{Value, json};
use tokio::time::Instant;

pub(crate) use self::truth::Truth;
use crate::{
    home_made::HomeMade,
    network::Network,
    plan::{Action, InformerPlan, NAMESPACES, Plan, RequestFault, RequestKind, ServerChange},
    report::Counts,
    sabotage::WireSabotage,
    thing::Resource,
};

/// The server and its writers.
pub(crate) struct World {
    seed: u64,
    server: ApiServer,
    /// Number of times the server was replaced.
    epoch: u64,
    network: Network,
    home_made: HomeMade,
    truth: Truth,
    request_faults: Vec<(RequestFault, Fault)>,
    stale_lists: Vec<Fault>,
    backup: Vec<(Resource, Value)>,
    served: BTreeSet<Resource>,
    counts: Counts,
}

/// The state that an informer's store must contain.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Objects by key, with their fingerprints.
    pub(crate) objects: BTreeMap<String, String>,
}

fn build_server(seed: u64) -> ApiServer {
    let began = Instant::now();
    // Timestamps are the same in every run.
    let now = move || {
        let seconds = i64::try_from((Instant::now() - began).as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_second(1_767_225_600_i64.saturating_add(seconds)).unwrap_or(Timestamp::MAX)
    };
    // A short watch history, so that slow watches expire without a fault.
    let history = [20, 100, 10_000];
    let index = usize::try_from(seed % 3).unwrap_or_default();
    let server = ApiServer::builder().seed(seed).watch_history(history[index]).now(now).build();
    for namespace in NAMESPACES {
        let object = json!({ "metadata": { "name": namespace } });
        // A newly built server accepts it.
        let _ = server.create("v1", "namespaces", None, object);
    }
    for crd in Resource::ALL.iter().filter_map(|resource| resource.crd()) {
        let _ = server.install_crd(crd);
    }
    server
}

impl World {
    pub(crate) fn new(plan: &Plan, sabotage: Option<WireSabotage>) -> Self {
        let seed = plan.seed;
        let server = build_server(seed);
        let watched = plan.informers.iter().map(|informer| informer.resource);
        let home_made = HomeMade::new(seed, &plan.quirks, sabotage);
        let network = Network::new(seed, server.clone(), watched, sabotage, home_made.clone());
        let mut world = Self {
            seed,
            server,
            epoch: 0,
            network,
            home_made,
            truth: Truth::default(),
            request_faults: Vec::new(),
            stale_lists: Vec::new(),
            backup: Vec::new(),
            served: Resource::ALL.into(),
            counts: Counts::default(),
        };
        // The server contains objects that the simulation did not create.
        world.record_all();
        world
    }

    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// The server as it is now: a restored backup replaces it.
    pub(crate) fn server(&self) -> ApiServer {
        self.server.clone()
    }

    /// The faults so far that answer a list of the most recent state with an older one.
    pub(crate) fn stale_lists(&self) -> &[Fault] {
        &self.stale_lists
    }

    /// Number of times the server was replaced.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(crate) fn home_made(&self) -> &HomeMade {
        &self.home_made
    }

    pub(crate) fn truth(&self) -> &Truth {
        &self.truth
    }

    pub(crate) fn version(&self) -> u64 {
        self.server.resource_version()
    }

    /// Carries out an action that concerns the world.
    pub(crate) fn act(&mut self, action: &Action) {
        match action {
            Action::Write(slot, write) => self.write(*slot, *write),
            Action::DeleteAll(resource, namespace) => {
                // If the kind is not served, there is nothing to delete.
                let _ = self.server.delete_all(resource.api_version(), resource.plural(), *namespace, "");
            }
            Action::Server(change) => self.change_server(*change),
            Action::Requests(faulty) => self.inject_request_fault(*faulty),
            Action::Network(fault) => self.network.inject_fault(*fault),
            Action::Subscribe(..) | Action::Wait => {}
        }
    }

    fn change_server(&mut self, change: ServerChange) {
        match change {
            ServerChange::Compact => self.server.compact(),
            ServerChange::EndWatches => self.server.drop_all_watches(),
            ServerChange::Restart => self.server.restart_with_lost_history(),
            ServerChange::Bookmarks => self.server.send_bookmarks(),
            ServerChange::Backup => self.backup = self.all_objects(),
            ServerChange::Restore => self.restore(),
            ServerChange::RemoveCrd(resource) => {
                if !self.served.remove(&resource) {
                    return;
                }
                let _ = self.server.delete(
                    "apiextensions.k8s.io/v1",
                    "customresourcedefinitions",
                    None,
                    &resource.crd_name(),
                );
            }
            ServerChange::ReinstallCrd(resource) => {
                if !self.serve(resource) {
                    return;
                }
            }
            ServerChange::Deny(kind, resource) => {
                let verb = match kind {
                    RequestKind::List => Verb::List,
                    RequestKind::Watch | RequestKind::WatchList => Verb::Watch,
                };
                self.server.deny(verb, resource.plural(), None);
                // RBAC rules are not evaluated again for an open watch.
                self.server.drop_all_watches();
            }
            ServerChange::Allow => {
                self.server.allow_everything();
                self.server.require_token(None);
            }
            ServerChange::RejectCredentials => {
                self.server.require_token(Some("a token no client holds"));
                self.server.drop_all_watches();
            }
        }
        self.counts.add(change.label(), 1);
    }

    /// Serves a kind again. Returns whether it was not being served.
    fn serve(&mut self, resource: Resource) -> bool {
        match resource.crd() {
            Some(crd) if self.served.insert(resource) => self.server.install_crd(crd).is_ok(),
            _ => false,
        }
    }

    fn all_objects(&self) -> Vec<(Resource, Value)> {
        let list = |resource: Resource| {
            let objects =
                self.server.list(resource.api_version(), resource.plural(), None, "").unwrap_or_default();
            objects.into_iter().map(move |object| (resource, object))
        };
        Resource::ALL.into_iter().flat_map(list).collect()
    }

    /// Replaces the server with a new one that contains the objects of the backup. Its resourceVersions start over
    /// and are lower.
    fn restore(&mut self) {
        self.collect_request_faults();
        self.epoch += 1;
        self.home_made.begin_epoch();
        self.server = build_server(self.seed ^ (self.epoch << 32));
        self.served = Resource::ALL.into();
        for (resource, mut object) in self.backup.clone() {
            let metadata = &mut object["metadata"];
            let namespace = metadata["namespace"].as_str().map(str::to_owned);
            for field in ["uid", "resourceVersion", "creationTimestamp", "generation"] {
                if let Some(metadata) = metadata.as_object_mut() {
                    metadata.remove(field);
                }
            }
            // Objects that the new server creates on its own already exist.
            let _ =
                self.server.create(resource.api_version(), resource.plural(), namespace.as_deref(), object);
        }
        self.record_all();
        self.network.replace_server(self.server.clone());
    }

    fn record_state(&mut self, resource: Resource, object: &Value) {
        for shown in self.home_made.record(resource, object) {
            self.truth.record(resource, &shown);
        }
    }

    fn record_all(&mut self) {
        for (resource, object) in self.all_objects() {
            self.record_state(resource, &object);
        }
    }

    /// Ends all faults. From now on the server answers every request, and every object can be decoded.
    pub(crate) fn heal(&mut self) {
        self.collect_request_faults();
        self.server.faults().clear();
        self.network.heal();
        self.server.allow_everything();
        self.server.require_token(None);
        for resource in Resource::ALL {
            self.serve(resource);
        }
        self.make_all_decodable();
    }

    /// The state that an informer's store must contain once it has converged.
    pub(crate) fn expected(&self, informer: &InformerPlan) -> Expected {
        let resource = informer.resource;
        let objects = self.server.list(
            resource.api_version(),
            resource.plural(),
            informer.namespace,
            informer.labels.unwrap_or_default(),
        );
        let selected = |object: &Value| {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            match informer.fields {
                Some(fields) => match fields.split_once("!=") {
                    Some((_, not)) => name != not,
                    None => fields.rsplit('=').next() == Some(name),
                },
                None => true,
            }
        };
        let objects = objects.unwrap_or_default().into_iter().filter(selected);
        let objects = objects.map(|object| self.home_made.shown(resource, object));
        let decodable =
            objects.filter_map(|object| Some((truth::key(&object), truth::fingerprint(resource, &object)?)));
        Expected { objects: decodable.collect() }
    }

    /// Number of faults of each kind.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = self.counts.clone();
        counts.merge(&self.network.counts());
        counts.merge(&self.home_made.counts());
        counts
    }
}

/// The longest time for which a fault delays an informer's next request: `Retry-After`.
pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_secs(90);
