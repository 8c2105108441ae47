//! What a program sees of each kind of failure: the text of the error, the health, and what was skipped.
//!
//! `cargo run --example errors` needs no cluster: it starts an in-process API server, and makes it fail. For that reason it
//! does not run on a cluster. Run it with `RUST_LOG=warn` to see the same failures in the log.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{CustomResource, CustomResourceExt as _};
use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use reflector_examples::EmbeddedOnly;
use reflector_runtime::{Health, Informer, InformerExt as _, Reason, Reflect};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;

/// A widget.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", namespaced)]
pub struct WidgetSpec {
    /// The size.
    pub size: u32,
}

/// Options of the example.
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    target: EmbeddedOnly,
}

#[tokio::main]
async fn main() -> Result<()> {
    Options::parse().target.check("it makes the API server fail, and starts several of them")?;
    // The failures below are intentional, so that the log is off by default.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into());
    tracing_subscriber::fmt().with_env_filter(filter).init();

    missing_crd().await?;
    denied().await?;
    unreachable().await?;
    undecodable().await?;
    disconnected().await
}

/// The commonest first mistake. `wait_for_sync` fails after a few attempts; the informer continues to try.
async fn missing_crd() -> Result<()> {
    println!("== the CRD is missing");
    let server = ApiServer::new();
    let widgets = Widget::informer(server.client()).start();
    let error = widgets.wait_for_sync().await.err().context("there is no CRD")?;
    println!("error:  {error}");

    server.install_crd(serde_json::to_value(Widget::crd())?)?;
    // Ends the backoff: the program knows that the cause is fixed.
    widgets.retry_now();
    // The failures before count until then.
    widgets.wait_for_sync().retry_forever().await?;
    println!("then:   the CRD is installed, and the informer is {}\n", *widgets.health().borrow());
    Ok(())
}

/// RBAC. The error contains the rule to add.
async fn denied() -> Result<()> {
    println!("== RBAC denies the request");
    let server = ApiServer::new();
    for verb in [Verb::List, Verb::Watch] {
        server.deny(verb, "configmaps", None);
    }
    let maps = ConfigMap::informer(server.client()).namespace("team-a").start();
    let error = maps.wait_for_sync().fail_fast().await.err().context("RBAC denies it")?;
    println!("error:  {error}\n");
    Ok(())
}

/// A failure that may end by itself: without a limit, `wait_for_sync` waits for it.
async fn unreachable() -> Result<()> {
    println!("== the API server cannot be reached");
    let server = ApiServer::new();
    let refused = server.faults().on(RequestMatcher::any()).always().refuse_connection();
    let maps = ConfigMap::informer(server.client()).start();
    let error = maps.wait_for_sync().timeout(Duration::from_millis(200)).await.err().context("no server")?;
    ensure!(refused.fired() > 0, "the fault has no effect");
    println!("error:  {error}\n");
    Ok(())
}

/// One object that does not fit the type. The others are served, and its last good state stays in the cache.
async fn undecodable() -> Result<()> {
    println!("== an object cannot be decoded");
    let server = ApiServer::new();
    server.install_crd(lenient(serde_json::to_value(Widget::crd())?))?;
    for (name, size) in [("good", json!(1)), ("bad", json!("two"))] {
        let widget = json!({ "metadata": { "name": name }, "spec": { "size": size } });
        server.create("example.com/v1", "widgets", Some("default"), widget)?;
    }
    let widgets = Widget::informer(server.client())
        // Also called with the other failures.
        .on_error(|error| println!("hook:   {error}"))
        .start();
    widgets.wait_for_sync().await?;
    let skipped = widgets.skipped();
    println!("cache:  {} object; skipped: {}\n", widgets.lister().len(), skipped.count);
    Ok(())
}

/// A failure after the first sync is shown by the health only. Reads continue.
async fn disconnected() -> Result<()> {
    println!("== the connection breaks later");
    let server = ApiServer::new();
    server.create("v1", "configmaps", Some("default"), json!({ "metadata": { "name": "settings" } }))?;
    let maps: Informer<ConfigMap> = ConfigMap::informer(server.client()).start();
    maps.wait_for_sync().await?;

    let refused = server.faults().on(RequestMatcher::any()).always().refuse_connection();
    server.drop_all_watches();
    let mut health = maps.health();
    let is_unreachable =
        |health: &Health| matches!(health, Health::Degraded { reason: Reason::ConnectionFailed, .. });
    println!("health: {}", *health.wait_for(is_unreachable).await?);
    println!("cache:  {} object, as it was", maps.lister().len());
    if let Some(error) = maps.last_error() {
        println!("last:   {error}");
    }
    refused.remove();
    println!("health: {}", *health.wait_for(Health::is_synced).await?);
    Ok(())
}

/// The CRD without a schema, as of an earlier version of the program.
fn lenient(mut crd: Value) -> Value {
    let schema = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = schema;
    crd
}
