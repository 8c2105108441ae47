//! What is broken: an informer of sites that prints its errors and its events.

use std::time::Duration;

use anyhow::Result;
use kube::{CustomResourceExt as _, ResourceExt as _};
use reflector_apiserver::ApiServer;
use reflector_guide::{Site, SiteInformer};
use reflector_runtime::{Event, InformerBuilder, Namespaced, handler_fn};
use serde_json::json;
use tokio::time::sleep;

/// A server with the sites `a` and `b`.
pub(super) fn server() -> Result<ApiServer> {
    let server = ApiServer::new();
    server.install_crd(serde_json::to_value(Site::crd())?)?;
    create(&server, "a")?;
    create(&server, "b")?;
    Ok(server)
}

pub(super) fn create(server: &ApiServer, name: &str) -> Result<()> {
    let spec = json!({ "title": name.to_uppercase(), "theme": "light" });
    let site = json!({ "metadata": { "name": name }, "spec": spec });
    server.create("example.com/v1", "sites", Some("default"), site)?;
    Ok(())
}

pub(super) fn set_title(
    server: &ApiServer,
    name: &str,
    title: &str,
) -> Result<()> {
    let patch = json!({ "spec": { "title": title } });
    let api_version = "example.com/v1";
    server.merge_patch(api_version, "sites", Some("default"), name, &patch)?;
    Ok(())
}

pub(super) fn delete(server: &ApiServer, name: &str) -> Result<()> {
    server.delete("example.com/v1", "sites", Some("default"), name)?;
    Ok(())
}

// ANCHOR: program
/// An informer that has been synced for a minute.
pub(super) async fn synced(server: &ApiServer) -> Result<SiteInformer> {
    let sites = start(server);
    sites.wait_for_sync().await?;
    seconds(60).await;
    Ok(sites)
}

pub(super) fn start(server: &ApiServer) -> SiteInformer {
    start_with(server, |builder| builder)
}

pub(super) fn start_with(
    server: &ApiServer,
    options: impl FnOnce(Builder) -> Builder,
) -> SiteInformer {
    let builder = Site::informer(server.client())
        .on_error(|error| println!("error: {error}"))
        // The same random delays in each run.
        .options(|options| options.seed = Some(1));
    let sites = options(builder).start();
    sites.add_handler(handler_fn(|event: Event<Site>| {
        let known = match event {
            Event::Deleted { final_state_known: false, .. } => {
                ", found missing"
            }
            _ => "",
        };
        println!("event: {event:?}{known}");
    }));
    sites
}

/// Waits. The clock advances from one timer to the next, so it takes no time.
pub(super) async fn seconds(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

pub(super) fn print(sites: &SiteInformer) {
    let mut titles: Vec<_> = sites
        .lister()
        .list()
        .iter()
        .map(|site| format!("{} ({})", site.name_any(), site.spec.title))
        .collect();
    titles.sort();
    println!("health: {}", *sites.health().borrow());
    println!("cache: {}", titles.join(", "));
}
// ANCHOR_END: program

pub(super) type Builder = InformerBuilder<Site, Namespaced>;
