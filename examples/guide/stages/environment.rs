//! Where a stage runs: an in-process API server, or a cluster. Nothing in this
//! file is needed to use the library.

use anyhow::{Context as _, Result};
use k8s_openapi::{
    api::core::v1::Namespace,
    apiextensions_apiserver::pkg::apis::apiextensions::v1 as apiextensions,
};
use kube::{
    Api, Client, Config, CustomResourceExt as _, ResourceExt as _,
    api::{DeleteParams, ListParams, Patch, PatchParams, PostParams},
};
use reflector_apiserver::ApiServer;
use reflector_guide::Site;
use serde_json::json;

/// What a stage runs on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A server in this process.
    Embedded,
    /// The cluster of the current kubeconfig.
    Cluster,
}

type Crd = apiextensions::CustomResourceDefinition;

pub(super) struct Environment {
    client: Client,
    target: Target,
    /// A CRD that existed before is not deleted.
    crd_existed: bool,
}

impl Environment {
    pub(super) async fn connect(target: Target) -> Result<Self> {
        let client = match target {
            Target::Embedded => ApiServer::new().client(),
            Target::Cluster => {
                let config = Config::infer().await.context(
                    "found no kubeconfig and no in-cluster configuration",
                )?;
                eprintln!("using {}", config.cluster_url);
                Client::try_from(config)?
            }
        };
        let crds: Api<Crd> = Api::all(client.clone());
        let crd_existed = crds.get_opt(Site::crd_name()).await?.is_some();
        Ok(Self { client, target, crd_existed })
    }

    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }

    /// Creates the namespace of a stage.
    pub(super) async fn namespace(&self, stage: &str) -> Result<String> {
        let name = match self.target {
            Target::Embedded => format!("guide-{stage}"),
            Target::Cluster => format!("guide-{stage}-{}", std::process::id()),
        };
        let mut namespace = Namespace::default();
        namespace.metadata.name = Some(name.clone());
        let namespaces = Api::<Namespace>::all(self.client());
        namespaces.create(&PostParams::default(), &namespace).await?;
        Ok(name)
    }

    /// Deletes the namespace of a stage. No operator runs anymore that would
    /// remove its finalizers. A failure is printed and not returned: the result
    /// of the stage must still be returned.
    pub(super) async fn remove(&self, namespace: &str) {
        let removed = async {
            let sites: Api<Site> = Api::namespaced(self.client(), namespace);
            let none = json!({ "metadata": { "finalizers": null } });
            let parameters = PatchParams::default();
            for site in sites.list(&ListParams::default()).await? {
                let name = site.name_any();
                sites.patch(&name, &parameters, &Patch::Merge(&none)).await?;
            }
            let namespaces = Api::<Namespace>::all(self.client());
            namespaces.delete(namespace, &DeleteParams::background()).await
        };
        if let Err(error) = removed.await {
            eprintln!("delete the namespace {namespace} manually: {error}");
        }
    }

    /// Deletes the CRD, unless it existed before.
    pub(super) async fn close(self) {
        if self.crd_existed {
            return;
        }
        let name = Site::crd_name();
        let crds = Api::<Crd>::all(self.client);
        if let Err(error) = crds.delete(name, &DeleteParams::background()).await
        {
            eprintln!("delete the CRD {name} manually: {error}");
        }
    }
}
