//! A tour of the library: a struct, and a live, typed, indexed cache of its objects.
//!
//! `cargo run --example quickstart` needs no cluster: it starts an in-process API server. `-- --serve` keeps that
//! server running for `kubectl`. `-- --cluster` uses the cluster of your current kubeconfig.

mod environment;

use std::{sync::Arc, time::Instant};

use anyhow::Result;
use clap::Parser as _;
use environment::{Args, Environment};
use kube::CustomResource;
use reflector_apiserver::RequestMatcher;
use reflector_runtime::{Event, InitialListStrategy, Reflect, Subscription};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A widget. `Reflect` is placed next to kube's own derive and reads `#[kube(...)]`.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", namespaced, status = "WidgetStatus")]
#[reflect(index(by_color = spec.color, by_node = spec.node_name, by_phase = status?.phase))]
#[serde(rename_all = "camelCase")]
pub struct WidgetSpec {
    /// The color of the widget.
    pub color: String,
    /// The node that the widget is scheduled to, if any.
    pub node_name: Option<String>,
}

/// The status, which a controller would write.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct WidgetStatus {
    /// The lifecycle phase.
    pub phase: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    // Logging is off unless RUST_LOG is set: the faults below are intentional.
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into());
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let Some(environment) = Environment::start(Args::parse()).await? else { return Ok(()) };
    let result = tokio::select! {
        // The first poll of `ctrl_c` is where it begins to listen.
        biased;
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into),
        result = run(&environment) => result,
    };
    environment.clean_up(result).await
}

async fn run(environment: &Environment) -> Result<()> {
    environment.create_widgets().await?;

    // Start an informer, and show the progress of the initial list.
    let widgets: WidgetInformer = Widget::informer(environment.client())
        .namespace(environment.namespace())
        .initial_list_strategy(InitialListStrategy::PagedList)
        .page_size(100)
        .start();
    environment::progress(widgets.health(), async { widgets.wait_for_sync().await }).await?;

    println!("synced:   {} widgets", widgets.lister().len());

    // Read the cache: by key, by index, and by a scan that returns the same as the index.
    let lister: WidgetLister = widgets.lister();
    let one: Option<Arc<Widget>> = lister.get(environment.namespace(), "w0001");
    println!("by key:   w0001 is {}", one.map_or("missing".to_owned(), |widget| widget.spec.color.clone()));
    let start = Instant::now();
    let by_index = lister.by_index(Widget::BY_NODE, "node-7");
    println!("by index: {} widgets on node-7, found in {:?}", by_index.len(), start.elapsed());
    let start = Instant::now();
    let by_scan = lister.filter(|widget| widget.spec.node_name.as_deref() == Some("node-7"));
    println!("by scan:  {} widgets on node-7, found in {:?}", by_scan.len(), start.elapsed());

    // Subscribe: the cached objects are delivered first, then each change as it happens.
    let mut events = widgets.subscribe();
    for _ in 0..lister.len() {
        events.next().await;
    }
    println!("\nevents:");
    environment.create("w-new", "red").await?;
    print_next(&mut events).await;
    environment.set_color("w-new", "blue").await?;
    print_next(&mut events).await;
    environment.delete("w-new").await?;
    print_next(&mut events).await;

    // Recover from a disconnect, and from a resourceVersion that the server no longer has.
    if let Some(server) = environment.server() {
        println!("\nthe watch is disconnected, and w0001 is updated during the disconnect:");
        server.drop_all_watches();
        environment.set_color("w0001", "white").await?;
        print_next(&mut events).await;
        println!(
            "\nthe watch is disconnected and cannot reconnect, w0002 is deleted, and the server compacts its history:"
        );
        server.faults().on(RequestMatcher::watch("widgets")).refuse_connection();
        server.drop_all_watches();
        environment.delete("w0002").await?;
        server.compact();
        print_next(&mut events).await;
    }

    let mut health = widgets.health();
    let health = health.wait_for(reflector_runtime::Health::is_synced).await?.clone();
    println!("\nhealth: {health}, {} widgets in the cache", lister.len());
    Ok(())
}

/// Prints the next event.
async fn print_next(events: &mut Subscription<Widget>) {
    let Some(event) = events.next().await else { return };
    let name = event.object().metadata.name.clone().unwrap_or_default();
    let line = match event {
        Event::Added { object, .. } => format!("added    {name}: {}", object.spec.color),
        Event::Updated { old, new, .. } => {
            format!("updated  {name}: {} -> {}", old.spec.color, new.spec.color)
        }
        Event::Deleted { final_state_known: true, .. } => format!("deleted  {name}"),
        Event::Deleted { final_state_known: false, .. } => {
            format!("deleted  {name} (final state unknown: the relist found it missing)")
        }
    };
    println!("  {line}");
}
