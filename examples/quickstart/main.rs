//! The main job on one page: a struct, and a live, typed, indexed copy of what the API server holds of it.
//!
//! `cargo run --example quickstart` needs no cluster: it starts an API server of its own in the process.
//! `-- --serve` keeps that up for `kubectl`, `-- --cluster` runs on your current kubeconfig's cluster.

mod stage;

use std::{sync::Arc, time::Instant};

use anyhow::Result;
use clap::Parser as _;
use kube::CustomResource;
use reflector_apiserver::RequestMatcher;
use reflector_runtime::{Event, InitialListStrategy, Reflect, Subscription};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A widget. `Reflect` stands beside kube's own derive and reads its `#[kube]`.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", namespaced, status = "WidgetStatus")]
#[reflect(index(by_color = spec.color, by_node = spec.node_name, by_phase = status?.phase))]
#[serde(rename_all = "camelCase")]
pub struct WidgetSpec {
    /// What it looks like.
    pub color: String,
    /// Where it runs, once it does.
    pub node_name: Option<String>,
}

/// What a controller would write.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct WidgetStatus {
    /// How far it is.
    pub phase: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    // Quiet unless RUST_LOG asks: the faults below are on purpose.
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into());
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let Some(stage) = stage::Stage::set(stage::Args::parse()).await? else { return Ok(()) };
    let result = tokio::select! {
        result = show(&stage) => result,
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into),
    };
    stage.clear(result).await
}

async fn show(stage: &stage::Stage) -> Result<()> {
    stage.fill().await?;

    // Start, and watch the initial objects come in.
    let widgets: WidgetInformer = Widget::informer(stage.client())
        .namespace(stage.namespace())
        .initial_list_strategy(InitialListStrategy::PagedList)
        .page_size(100)
        .start();
    stage::progress(widgets.health(), async { widgets.wait_for_sync().await }).await?;

    println!("synced:   {} widgets", widgets.lister().len());

    // Read: by key, by index, and the same by a scan.
    let lister: WidgetLister = widgets.lister();
    let one: Option<Arc<Widget>> = lister.get(stage.namespace(), "w0001");
    println!("by key:   w0001 is {}", one.map_or("missing".to_owned(), |widget| widget.spec.color.clone()));
    let start = Instant::now();
    let by_index = lister.by_index(Widget::BY_NODE, "node-7");
    println!("by index: {} widgets on node-7, found in {:?}", by_index.len(), start.elapsed());
    let start = Instant::now();
    let by_scan = lister.filter(|widget| widget.spec.node_name.as_deref() == Some("node-7"));
    println!("by scan:  {} widgets on node-7, found in {:?}", by_scan.len(), start.elapsed());

    // Follow: what is there is told first, then each change as it happens.
    let mut events = widgets.subscribe();
    for _ in 0..lister.len() {
        events.next().await;
    }
    println!("\nlive:");
    stage.create("w-new", "red").await?;
    tell(&mut events).await;
    stage.paint("w-new", "blue").await?;
    tell(&mut events).await;
    stage.delete("w-new").await?;
    tell(&mut events).await;

    // Survive: a watch that is cut, and a version that the server has forgotten.
    if let Some(server) = stage.server() {
        println!("\nthe watch is cut, and w0001 painted meanwhile:");
        server.drop_all_watches();
        stage.paint("w0001", "white").await?;
        tell(&mut events).await;
        println!(
            "\nthe watch is cut and cannot come back, w0002 deleted, and the server forgets its history:"
        );
        server.faults().on(RequestMatcher::watch("widgets")).refuse_connection();
        server.drop_all_watches();
        stage.delete("w0002").await?;
        server.compact();
        tell(&mut events).await;
    }

    let mut health = widgets.health();
    let health = health.wait_for(reflector_runtime::Health::is_synced).await?.clone();
    println!("\nhealth: {health}, {} widgets in the cache", lister.len());
    Ok(())
}

/// Prints the next event.
async fn tell(events: &mut Subscription<Widget>) {
    let Some(event) = events.next().await else { return };
    let name = event.object().metadata.name.clone().unwrap_or_default();
    let told = match event {
        Event::Added { object, .. } => format!("added    {name}: {}", object.spec.color),
        Event::Updated { old, new, .. } => {
            format!("updated  {name}: {} -> {}", old.spec.color, new.spec.color)
        }
        Event::Deleted { final_state_known: true, .. } => format!("deleted  {name}"),
        Event::Deleted { final_state_known: false, .. } => {
            format!("deleted  {name} (nobody saw it: the relist found it missing)")
        }
    };
    println!("  {told}");
}
