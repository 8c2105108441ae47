//! [`World`]: the informers of the dashboard together with the server that they read from.

use anyhow::{Context as _, Result};
use k8s_openapi::api::core::v1::{ConfigMap, Node, Pod};
use kube::Client;
use reflector_apiserver::ApiServer;
use reflector_runtime::Informer;

use crate::{
    faults::{Faults, Key},
    state::State,
    watched::{Pace, Watched},
    workload::Workload,
};

/// What the dashboard shows, and what its keys act on.
#[derive(Debug)]
pub struct World {
    /// The informers.
    pub watched: Vec<Watched>,
    /// What is shown.
    pub state: State,
    /// The keys. `None` on a cluster, which is not disturbed.
    pub faults: Option<Faults>,
}

impl World {
    /// Starts informers of an embedded server with some objects. The changes are returned: they happen only when they are
    /// run.
    ///
    /// # Errors
    /// The server's `Status` if it rejects an object.
    pub fn embedded() -> Result<(Self, Workload, ApiServer)> {
        let server = ApiServer::new();
        let workload = Workload::new(server.clone())?;
        let pace = Pace::default();
        let watched = informers(&server.client(), &pace);
        let faults = Faults::new(server.clone(), pace, watched.len() as u64);
        let world = Self { watched, state: State::new("embedded server"), faults: Some(faults) };
        Ok((world, workload, server))
    }

    /// Starts informers of the current kubeconfig's cluster. Nothing is changed there.
    ///
    /// # Errors
    /// If there is neither a kubeconfig nor an in-cluster configuration.
    pub async fn cluster() -> Result<Self> {
        let client =
            Client::try_default().await.context("found no kubeconfig and no in-cluster configuration")?;
        let watched = informers(&client, &Pace::default());
        Ok(Self { watched, state: State::new("cluster"), faults: None })
    }

    /// Reads all informers.
    pub fn sample(&mut self) {
        let observations = self.watched.iter().map(|watched| (watched.name(), watched.observe()));
        self.state.sample(observations);
        if let Some(faults) = &self.faults {
            self.state.disturbances = faults.disturbances();
        }
    }

    /// Applies a key.
    ///
    /// # Errors
    /// The server's `Status` if it rejects a write.
    pub fn press(&mut self, key: Key) -> Result<()> {
        let text = match &mut self.faults {
            Some(faults) => faults.press(key)?,
            None => "the keys disturb the embedded server only",
        };
        self.state.log(format!("[{}] {text}", key.character()));
        Ok(())
    }
}

fn informers(client: &Client, pace: &Pace) -> Vec<Watched> {
    vec![
        Watched::start("pods", Informer::<Pod>::builder(client.clone()), pace),
        Watched::start("configmaps", Informer::<ConfigMap>::builder(client.clone()), pace),
        Watched::start("nodes", Informer::<Node>::builder(client.clone()), pace),
    ]
}
