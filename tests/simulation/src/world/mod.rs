//! The world that informers watch: the server, those who write to it, and what befalls it.
//!
//! Carries out actions; must not know who watches, but for the network between.

mod spoil;
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
    network::Network,
    plan::{Action, Asked, InformerPlan, NAMESPACES, Spoil, Turn},
    report::Counts,
    sabotage::WireSabotage,
    thing::Resource,
};

/// The server, and everybody who writes to it.
pub(crate) struct World {
    seed: u64,
    server: ApiServer,
    /// How many servers there have been.
    epoch: u64,
    network: Network,
    truth: Truth,
    spoils: Vec<(Spoil, Fault)>,
    backup: Vec<(Resource, Value)>,
    served: BTreeSet<Resource>,
    counts: Counts,
}

/// What an informer must show.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Objects by key, with their fingerprints.
    pub(crate) objects: BTreeMap<String, String>,
}

fn build_server(seed: u64) -> ApiServer {
    let began = Instant::now();
    // Every second of the simulated year is the same in every run.
    let now = move || {
        let seconds = i64::try_from((Instant::now() - began).as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_second(1_767_225_600_i64.saturating_add(seconds)).unwrap_or(Timestamp::MAX)
    };
    // A short history, so that slow watches fall out of it by themselves.
    let history = [20, 100, 10_000];
    let at = usize::try_from(seed % 3).unwrap_or_default();
    let server = ApiServer::builder().seed(seed).watch_history(history[at]).now(now).build();
    for namespace in NAMESPACES {
        let object = json!({ "metadata": { "name": namespace } });
        // A server that was just built takes it.
        let _ = server.create("v1", "namespaces", None, object);
    }
    for crd in Resource::ALL.iter().filter_map(|resource| resource.crd()) {
        let _ = server.install_crd(crd);
    }
    server
}

impl World {
    pub(crate) fn new(seed: u64, informers: &[InformerPlan], sabotage: Option<WireSabotage>) -> Self {
        let server = build_server(seed);
        let watched = informers.iter().map(|informer| informer.resource);
        let network = Network::new(seed, server.clone(), watched, sabotage);
        let mut world = Self {
            seed,
            server,
            epoch: 0,
            network,
            truth: Truth::default(),
            spoils: Vec::new(),
            backup: Vec::new(),
            served: Resource::ALL.into(),
            counts: Counts::default(),
        };
        // There are objects that nobody here has made.
        world.record_all();
        world
    }

    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    pub(crate) fn truth(&self) -> &Truth {
        &self.truth
    }

    pub(crate) fn version(&self) -> u64 {
        self.server.resource_version()
    }

    /// Carries out an action that is the world's.
    pub(crate) fn act(&mut self, action: &Action) {
        match action {
            Action::Write(slot, write) => self.write(*slot, *write),
            Action::DeleteAll(resource, namespace) => {
                // Where the kind is not served there is nothing to delete.
                let _ = self.server.delete_all(resource.api_version(), resource.plural(), *namespace, "");
            }
            Action::Server(turn) => self.turn(*turn),
            Action::Spoil(spoilt) => self.spoil(*spoilt),
            Action::Break(broken) => self.network.break_connection(*broken),
            Action::Join(..) | Action::Wait => {}
        }
    }

    fn turn(&mut self, turn: Turn) {
        match turn {
            Turn::Compact => self.server.compact(),
            Turn::EndWatches => self.server.drop_all_watches(),
            Turn::Restart => self.server.restart_with_lost_history(),
            Turn::Bookmarks => self.server.send_bookmarks(),
            Turn::Backup => self.backup = self.all(),
            Turn::Restore => self.restore(),
            Turn::RemoveCrd(resource) => {
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
            Turn::ReturnCrd(resource) => {
                if !self.serve(resource) {
                    return;
                }
            }
            Turn::Deny(asked, resource) => {
                let verb = match asked {
                    Asked::List => Verb::List,
                    Asked::Watch | Asked::WatchList => Verb::Watch,
                };
                self.server.deny(verb, resource.plural(), None);
                // Rules are not looked at again in a watch that is open.
                self.server.drop_all_watches();
            }
            Turn::Allow => {
                self.server.allow_everything();
                self.server.require_token(None);
            }
            Turn::Unauthorize => {
                self.server.require_token(Some("a token that nobody has"));
                self.server.drop_all_watches();
            }
        }
        self.counts.add(turn.label(), 1);
    }

    /// Serves a kind again; whether it was not served.
    fn serve(&mut self, resource: Resource) -> bool {
        match resource.crd() {
            Some(crd) if self.served.insert(resource) => self.server.install_crd(crd).is_ok(),
            _ => false,
        }
    }

    fn all(&self) -> Vec<(Resource, Value)> {
        let list = |resource: Resource| {
            let objects =
                self.server.list(resource.api_version(), resource.plural(), None, "").unwrap_or_default();
            objects.into_iter().map(move |object| (resource, object))
        };
        Resource::ALL.into_iter().flat_map(list).collect()
    }

    /// Another server takes over, with the objects of the backup. Its versions begin anew, and are lower.
    fn restore(&mut self) {
        self.collect_spoils();
        self.epoch += 1;
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
            // What the new server has by itself is there already.
            let _ =
                self.server.create(resource.api_version(), resource.plural(), namespace.as_deref(), object);
        }
        self.record_all();
        self.network.replace_server(self.server.clone());
    }

    fn record_all(&mut self) {
        for (resource, object) in self.all() {
            self.truth.record(resource, &object);
        }
    }

    /// Ends all faults: from now on the server answers everybody, and every object can be decoded.
    pub(crate) fn heal(&mut self) {
        self.collect_spoils();
        self.server.faults().clear();
        self.network.heal();
        self.server.allow_everything();
        self.server.require_token(None);
        for resource in Resource::ALL {
            self.serve(resource);
        }
        self.mend();
    }

    /// The state that an informer must show once it is quiet.
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
        let told =
            objects.filter_map(|object| Some((truth::key(&object), truth::fingerprint(resource, &object)?)));
        Expected { objects: told.collect() }
    }

    /// How many faults of each kind there were.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = self.counts.clone();
        counts.merge(&self.network.counts());
        counts
    }
}

/// The longest time for which any fault keeps an informer from asking again: `Retry-After`.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(90);
