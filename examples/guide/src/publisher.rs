//! The work of one run: the owned `ConfigMap`, the status, and the finalizer.

use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, Client, Resource as _, ResourceExt as _,
    api::{Patch, PatchParams},
    runtime::{
        controller::Action,
        finalizer::{Error as FinalizerError, Event, finalizer},
    },
};
use reflector_runtime::{
    Lister,
    reconcile::{Context, Next, OwnWriteError},
};
use serde_json::json;

use crate::{Phase, Site, SiteStatus};

/// Selects the pages.
pub(crate) const LABEL: &str = "app=site-operator";

/// The `ConfigMap` that names all published sites.
pub const SITEMAP: &str = "sitemap";

/// A site is deleted only after it was removed from the site map.
const FINALIZER: &str = "example.com/sitemap";

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spec cannot be published.
    #[error("the title is empty")]
    NoTitle,
    /// A request failed.
    #[error(transparent)]
    Request(#[from] kube::Error),
    /// The finalizer, or the work within it, failed.
    #[error(transparent)]
    Finalizer(#[from] Box<FinalizerError<Error>>),
    /// A write cannot be awaited.
    #[error(transparent)]
    OwnWrite(#[from] OwnWriteError),
}

/// What each run needs. Runs read from caches, and write with the client.
pub struct Publisher {
    client: Client,
    pages: Lister<ConfigMap>,
}

impl Publisher {
    /// A publisher that reads pages from this cache.
    #[must_use]
    pub fn new(client: Client, pages: Lister<ConfigMap>) -> Self {
        Self { client, pages }
    }

    // ANCHOR: finalizer
    /// Brings the cluster to what the spec says.
    ///
    /// # Errors
    /// The run is repeated after a backoff.
    pub async fn reconcile(
        &self,
        context: &Context<Site>,
    ) -> Result<Next, Error> {
        // Its finalizer was removed, so there is nothing left to do.
        let Some(site) = context.object() else { return Ok(Next::Done) };
        let sites = self.api::<Site>(&site);
        let result = finalizer(&sites, FINALIZER, site, async |event| {
            match event {
                Event::Apply(site) => self.publish(context, &site).await?,
                Event::Cleanup(site) => self.withdraw(&site).await?,
            }
            Ok(Action::await_change())
        });
        match result.await {
            Ok(_) => Ok(Next::Done),
            Err(error) if is_gone(&error) => Ok(Next::Done),
            Err(error) => Err(Box::new(error).into()),
        }
    }
    // ANCHOR_END: finalizer

    // ANCHOR: owned
    /// Writes the page, and then the status.
    async fn publish(
        &self,
        context: &Context<Site>,
        site: &Arc<Site>,
    ) -> Result<(), Error> {
        if site.spec.title.is_empty() {
            return Err(Error::NoTitle);
        }
        let name = site.name_any();
        let page = page(site);
        let namespace = site.namespace().unwrap_or_default();
        let cached = self.pages.get(&namespace, &name);
        if !cached.is_some_and(|cached| contains(&cached, &page)) {
            let apply = PatchParams::apply("site-operator").force();
            let pages = self.api::<ConfigMap>(site);
            let page = pages.patch(&name, &apply, &Patch::Apply(&page)).await?;
            context.wait_for_own_write(&page)?;
        }
        self.write_status(context, site).await
    }
    // ANCHOR_END: owned

    // ANCHOR: status
    /// Writes the status, if it is not the one that is cached.
    async fn write_status(
        &self,
        context: &Context<Site>,
        site: &Arc<Site>,
    ) -> Result<(), Error> {
        let status = SiteStatus {
            observed_generation: site.metadata.generation,
            phase: Phase::Published,
        };
        if site.status.as_ref() == Some(&status) {
            return Ok(());
        }
        self.add_to_sitemap(site).await?;
        let patch = Patch::Merge(json!({ "status": status }));
        let sites = self.api::<Site>(site);
        let name = site.name_any();
        let written =
            sites.patch_status(&name, &PatchParams::default(), &patch).await?;
        context.wait_for_own_write(&written)?;
        Ok(())
    }
    // ANCHOR_END: status

    /// The site map is shared by all sites: each has one entry, as a field
    /// manager of its own.
    async fn add_to_sitemap(&self, site: &Site) -> Result<(), kube::Error> {
        let name = site.name_any();
        let apply = PatchParams::apply(&format!("site-{name}")).force();
        let sitemap = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": { "name": SITEMAP },
            "data": { name: site.spec.title },
        });
        let maps = self.api::<ConfigMap>(site);
        maps.patch(SITEMAP, &apply, &Patch::Apply(&sitemap)).await?;
        Ok(())
    }

    // ANCHOR: withdraw
    /// Removes the site from the site map. Kubernetes deletes its page.
    async fn withdraw(&self, site: &Site) -> Result<(), kube::Error> {
        let remove = json!({ "data": { site.name_any(): null } });
        let maps = self.api::<ConfigMap>(site);
        let removed = maps
            .patch(SITEMAP, &PatchParams::default(), &Patch::Merge(remove))
            .await;
        match removed {
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
            other => other.map(drop),
        }
    }
    // ANCHOR_END: withdraw

    /// The requests for one kind in the namespace of a site.
    fn api<K>(&self, site: &Site) -> Api<K>
    where
        K: kube::Resource<
                DynamicType = (),
                Scope = kube::core::NamespaceResourceScope,
            >,
    {
        let namespace = site.namespace().unwrap_or_default();
        Api::namespaced(self.client.clone(), &namespace)
    }
}

/// The page of a site, which owns it.
fn page(site: &Site) -> ConfigMap {
    let html = format!("<h1>{}</h1>", site.spec.title);
    let (key, value) = LABEL.split_once('=').unwrap_or((LABEL, ""));
    let mut page = ConfigMap::default();
    page.metadata.name = Some(site.name_any());
    page.metadata.labels = Some([(key.to_owned(), value.to_owned())].into());
    page.metadata.owner_references =
        Some(site.controller_owner_ref(&()).into_iter().collect());
    page.data = Some(
        [
            ("index.html".to_owned(), html),
            ("theme".to_owned(), site.spec.theme.clone()),
        ]
        .into(),
    );
    page
}

/// Whether the cached page has the content and the owner of the wanted one.
fn contains(cached: &ConfigMap, wanted: &ConfigMap) -> bool {
    cached.data == wanted.data
        && cached.owner_references() == wanted.owner_references()
}

/// The finalizer was removed before, and the cache does not show it yet.
fn is_gone(error: &FinalizerError<Error>) -> bool {
    match error {
        FinalizerError::RemoveFinalizer(kube::Error::Api(status)) => {
            status.is_not_found()
        }
        _ => false,
    }
}
