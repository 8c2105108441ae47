//! The operator: it owns a `ConfigMap` per site, writes a status, and has a
//! finalizer.

use std::time::Duration;

use anyhow::Result;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, Client,
    api::{DeleteParams, Patch, PatchParams},
};
use reflector_guide::{Operator, Phase, SITEMAP, Site, apply_crd};
use reflector_runtime::ObjectKey;
use serde_json::json;
use tokio::sync::oneshot;

use crate::user::User;

const TIMEOUT: Duration = Duration::from_secs(30);

pub(super) async fn run(client: Client, namespace: &str) -> Result<()> {
    apply_crd(&client).await?;
    let user = User::new(client.clone(), namespace);
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), namespace);

    // ANCHOR: run
    let operator = Operator::start(client, namespace);
    let (sites, pages) = (operator.sites.lister(), operator.pages.lister());
    let (stop, stopped) = oneshot::channel::<()>();
    let reconciler = operator.reconciler();
    let running =
        tokio::spawn(operator.run(reconciler, async { drop(stopped.await) }));
    // ANCHOR_END: run

    // ANCHOR: user
    user.create("home", "Home", "light").await?;
    let key = ObjectKey::namespaced(namespace, "home");
    let site = sites.wait_until(&key, is_published).timeout(TIMEOUT).await?;
    println!("finalizers: {:?}", site.metadata.finalizers);
    let page = pages.wait_until_exists(&key).timeout(TIMEOUT).await?;
    println!("page:       {:?}", content(&page));
    println!("owner:      {:?}", owner(&page));

    user.set_title("home", "Welcome").await?;
    pages.wait_until(&key, is_new).timeout(TIMEOUT).await?;
    println!("updated:    the page follows the title");

    let edit = Patch::Merge(json!({ "data": { "index.html": "edited" } }));
    let edited = maps.patch("home", &PatchParams::default(), &edit).await?;
    let version = edited.metadata.resource_version.unwrap_or_default();
    pages.wait_for(version).timeout(TIMEOUT).await?;
    pages.wait_until(&key, is_new).timeout(TIMEOUT).await?;
    println!("edited:     the operator has restored the page");

    let page = pages.wait_until_exists(&key).timeout(TIMEOUT).await?;
    let uid = page.metadata.uid.clone();
    maps.delete("home", &DeleteParams::default()).await?;
    let is_other = move |page: &ConfigMap| page.metadata.uid != uid;
    pages.wait_until(&key, is_other).timeout(TIMEOUT).await?;
    println!("deleted:    the operator has created the page again");

    println!("site map:   {:?}", maps.get(SITEMAP).await?.data);
    user.delete("home").await?;
    sites.wait_until_gone(&key).timeout(TIMEOUT).await?;
    println!("site map:   {:?}", maps.get(SITEMAP).await?.data);
    // ANCHOR_END: user

    drop(stop);
    running.await??;
    Ok(())
}

fn is_published(site: &Site) -> bool {
    let status = site.status.as_ref();
    status.is_some_and(|status| {
        status.phase == Phase::Published
            && status.observed_generation == site.metadata.generation
    })
}

fn is_new(page: &ConfigMap) -> bool {
    content(page) == Some("<h1>Welcome</h1>")
}

fn content(page: &ConfigMap) -> Option<&str> {
    page.data.as_ref()?.get("index.html").map(String::as_str)
}

/// The kind and the name of the owner.
fn owner(page: &ConfigMap) -> Option<(&str, &str)> {
    let owner = page.metadata.owner_references.as_ref()?.first()?;
    Some((&owner.kind, &owner.name))
}
