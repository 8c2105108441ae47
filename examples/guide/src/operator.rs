//! The operator: its informers, and what leads to a run.

use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::Client;
use reflector_runtime::{
    Informer, InformerExt as _,
    reconcile::{
        Context, ReconcileError, Reconciler, Summary,
        predicate::{finalizers_changed, generation_changed},
    },
};

use crate::{Publisher, Site, SiteInformer, publisher::LABEL};

// ANCHOR: informers
/// Publishes each `Site` as a `ConfigMap`.
pub struct Operator {
    client: Client,
    /// The sites.
    pub sites: SiteInformer,
    /// The published pages.
    pub pages: Informer<ConfigMap>,
}

impl Operator {
    /// Starts the informers.
    #[must_use]
    pub fn start(client: Client, namespace: &str) -> Self {
        let sites = Site::informer(client.clone())
            .namespace(namespace)
            .name("sites")
            .start();
        let pages = ConfigMap::informer(client.clone())
            .namespace(namespace)
            .labels(LABEL)
            .name("pages")
            .start();
        Self { client, sites, pages }
    }
    // ANCHOR_END: informers

    // ANCHOR: reconciler
    /// The reconciler, before it runs.
    pub fn reconciler(&self) -> Reconciler<Site> {
        Reconciler::new(&self.sites)
            // The operator itself changes the status: no run is needed.
            .on(|event| generation_changed(event) || finalizers_changed(event))
            .owns(&self.pages)
            .concurrency(4)
    }

    /// Runs until the shutdown, and then stops the informers.
    ///
    /// # Errors
    /// If a cache cannot be filled, for example without a permission.
    pub async fn run(
        self,
        reconciler: Reconciler<Site>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Summary, ReconcileError> {
        let publisher = Publisher::new(self.client, self.pages.lister());
        let publisher = Arc::new(publisher);
        let reconcile = move |context: Context<Site>, _| {
            let publisher = publisher.clone();
            async move { publisher.reconcile(&context).await }
        };
        let summary = reconciler.run(reconcile, shutdown).await;
        self.sites.shutdown().await;
        self.pages.shutdown().await;
        summary
    }
    // ANCHOR_END: reconciler
}
