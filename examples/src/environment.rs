//! [`Environment`]: an in-process API server, or with `--cluster` the cluster of the current kubeconfig, where everything
//! that an example has created is deleted at its end.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use k8s_openapi::{
    api::core::v1::Namespace, apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::{
    Api, Client, Config, CustomResourceExt, ResourceExt as _,
    api::{DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams},
    core::{ApiResource, ClusterResourceScope},
};
use reflector_apiserver::ApiServer;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::interrupted;

/// How often a wait for the cluster looks, and how many times.
const POLL: Duration = Duration::from_millis(100);
const POLLS: u32 = 100;

#[derive(Parser)]
struct Options {
    /// Use the cluster of the current kubeconfig, in new namespaces. What is created there is deleted at the end.
    #[arg(long)]
    cluster: bool,
}

/// The option `--cluster` of an example that does not run on a cluster.
#[derive(clap::Args, Debug)]
pub struct EmbeddedOnly {
    #[arg(long, hide = true)]
    cluster: bool,
}

impl EmbeddedOnly {
    /// Rejects `--cluster`, because of the reason.
    ///
    /// # Errors
    /// With `--cluster`, an error that contains the reason.
    pub fn check(&self, reason: &str) -> Result<()> {
        ensure!(!self.cluster, "this example does not run on a cluster: {reason}");
        Ok(())
    }
}

/// Where an example runs.
pub struct Environment {
    client: Client,
    target: Target,
    namespaces: Vec<String>,
    /// The kinds whose objects are in the namespaces.
    kinds: Vec<ApiResource>,
    /// The CRDs that did not exist before.
    crds: Vec<&'static str>,
}

enum Target {
    Embedded(ApiServer),
    Cluster(Box<Config>),
}

/// Runs an example until it ends or is interrupted with ctrl-c. Reads the command line: with `--cluster`, it runs on the
/// cluster of the current kubeconfig, and what it has created is deleted afterwards.
///
/// # Errors
/// The error of the example, or why the cluster cannot be used.
pub async fn run(example: impl AsyncFnOnce(&mut Environment) -> Result<()>) -> Result<()> {
    let mut environment = Environment::start(&Options::parse()).await?;
    let interrupted = interrupted()?;
    let result = tokio::select! {
        result = example(&mut environment) => result,
        () = interrupted => Ok(()),
    };
    environment.clean_up().await;
    result
}

impl Environment {
    async fn start(options: &Options) -> Result<Self> {
        let (client, target) = if options.cluster {
            let config =
                Config::infer().await.context("found no kubeconfig and no in-cluster configuration")?;
            eprintln!("using {}; what is created there is deleted at the end", config.cluster_url);
            (Client::try_from(config.clone())?, Target::Cluster(Box::new(config)))
        } else {
            let server = ApiServer::new();
            (server.client(), Target::Embedded(server))
        };
        Ok(Self { client, target, namespaces: Vec::new(), kinds: Vec::new(), crds: Vec::new() })
    }

    /// A client of the API server.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The in-process API server, whose requests can be denied and made to fail. `None` on a cluster.
    pub fn server(&self) -> Option<&ApiServer> {
        match &self.target {
            Target::Embedded(server) => Some(server),
            Target::Cluster(_) => None,
        }
    }

    /// A client of a cluster's user without permissions, which the current user impersonates. The in-process API server
    /// has no users.
    ///
    /// # Errors
    /// If no client can be created.
    pub fn client_as(&self, user: &str) -> Result<Client> {
        match &self.target {
            Target::Embedded(server) => Ok(server.client()),
            Target::Cluster(config) => {
                let mut config = Config::clone(config);
                config.auth_info.impersonate = Some(user.to_owned());
                Ok(Client::try_from(config)?)
            }
        }
    }

    /// Creates a namespace and returns its name. On a cluster, a suffix makes it unique.
    ///
    /// # Errors
    /// If the namespace cannot be created.
    pub async fn create_namespace(&mut self, name: &str) -> Result<String> {
        let name = match self.target {
            Target::Embedded(_) => name.to_owned(),
            Target::Cluster(_) => format!("{name}-{}", std::process::id()),
        };
        let mut namespace = Namespace::default();
        namespace.metadata.name = Some(name.clone());
        Api::all(self.client()).create(&PostParams::default(), &namespace).await?;
        self.namespaces.push(name.clone());
        Ok(name)
    }

    /// Creates the CRD of a type, unless it exists, and waits until it is served.
    ///
    /// # Errors
    /// If it cannot be created or is not served, and if a CRD of this name is being deleted.
    pub async fn install_crd<K: CustomResourceExt>(&mut self) -> Result<()> {
        let name = K::crd_name();
        let crds: Api<CustomResourceDefinition> = Api::all(self.client());
        match crds.create(&PostParams::default(), &K::crd()).await {
            Ok(_) => self.crds.push(name),
            Err(kube::Error::Api(status)) if status.is_already_exists() => {
                let existing = crds.get_opt(name).await?;
                if existing.is_none_or(|crd| crd.metadata.deletion_timestamp.is_some()) {
                    bail!("the CRD {name} is being deleted; try again when it is gone");
                }
            }
            Err(error) => return Err(error).with_context(|| format!("cannot create the CRD {name}")),
        }
        self.kinds.push(K::api_resource());
        let objects: Api<DynamicObject> = Api::all_with(self.client(), &K::api_resource());
        let is_served = async || objects.list(&ListParams::default().limit(1)).await.is_ok();
        if !poll(is_served).await {
            bail!("the CRD {name} is not served after {:?}", POLL * POLLS);
        }
        Ok(())
    }

    /// Deletes everything that was created on a cluster. Failures are printed and not returned: other objects must still
    /// be deleted, and the result of the example must still be returned.
    async fn clean_up(self) {
        if let Target::Embedded(_) = self.target {
            return;
        }
        if let Err(error) = self.remove_finalizers().await {
            eprintln!("could not remove the finalizers of custom objects: {error}");
        }
        for namespace in &self.namespaces {
            remove::<Namespace>(&self.client, namespace).await;
        }
        let crds: Api<CustomResourceDefinition> = Api::all(self.client());
        for name in &self.crds {
            remove::<CustomResourceDefinition>(&self.client, name).await;
            // The next run would find a CRD that is being deleted. An operator that has not ended yet may have added
            // another finalizer, which is no longer possible for an object that is being deleted.
            let is_gone = async || {
                let _ = self.remove_finalizers().await;
                matches!(crds.get_opt(name).await, Ok(None))
            };
            if !poll(is_gone).await {
                eprintln!("the CRD {name} still exists");
            }
        }
    }

    /// After an interrupt, no operator runs that would do so, and the deletion of the namespace would not end.
    async fn remove_finalizers(&self) -> Result<(), kube::Error> {
        let none = Patch::Merge(json!({ "metadata": { "finalizers": null } }));
        for kind in &self.kinds {
            for namespace in &self.namespaces {
                let objects: Api<DynamicObject> = Api::namespaced_with(self.client(), namespace, kind);
                for object in objects.list(&ListParams::default()).await? {
                    if !object.finalizers().is_empty() {
                        objects.patch(&object.name_any(), &PatchParams::default(), &none).await?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether the condition holds within ten seconds.
async fn poll(holds: impl AsyncFn() -> bool) -> bool {
    for _ in 0..POLLS {
        if holds().await {
            return true;
        }
        tokio::time::sleep(POLL).await;
    }
    false
}

async fn remove<K>(client: &Client, name: &str)
where
    K: kube::Resource<DynamicType = (), Scope = ClusterResourceScope>
        + Clone
        + std::fmt::Debug
        + DeserializeOwned,
{
    let kind = K::kind(&());
    match Api::<K>::all(client.clone()).delete(name, &DeleteParams::background()).await {
        Ok(_) => eprintln!("deleted {kind} {name}"),
        Err(error) => eprintln!("could not delete {kind} {name}, delete it manually: {error}"),
    }
}
