//! One informer for several namespaces, which are added and removed while it runs; one of them is denied by RBAC.
//!
//! `cargo run --example namespaces` needs no cluster: it starts an in-process API server.

use anyhow::Result;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Client, Config};
use reflector_apiserver::{ApiServer, Verb};
use reflector_runtime::{Event, Informer, Subscription};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<()> {
    let server = server()?;
    let handle = server.listen().await?;
    let client = Client::try_from(Config::new(handle.url().parse()?))?;

    let maps = Informer::<ConfigMap>::builder(client).namespaces(["team-a", "team-b", "team-c"]).start();
    // team-b is denied. The other namespaces are served.
    if let Err(error) = maps.wait_for_sync().fail_fast().await {
        println!("error: {error}\n");
    }
    for namespace in ["team-a", "team-c"] {
        maps.wait_for_namespace(namespace)?.await?;
    }
    for (namespace, health) in maps.namespace_health() {
        println!("{namespace}: {health}");
    }

    let mut events = maps.subscribe();
    println!("\ncached objects:");
    print_next(&mut events, 2).await;

    println!("\nteam-d is added:");
    maps.add_namespace("team-d")?;
    print_next(&mut events, 1).await;

    println!("\nteam-a is removed:");
    maps.remove_namespace("team-a")?;
    print_next(&mut events, 1).await;

    println!("\nRBAC allows team-b:");
    server.allow_everything();
    print_next(&mut events, 1).await;
    maps.wait_for_sync().retry_forever().await?;
    println!("\nhealth: {}", *maps.health().borrow());
    maps.shutdown().await;
    Ok(())
}

/// A server with a config map in each of the namespaces `team-a` to `team-d`. One is denied.
fn server() -> Result<ApiServer> {
    let server = ApiServer::new();
    for namespace in ["team-a", "team-b", "team-c", "team-d"] {
        server.create("v1", "namespaces", None, json!({ "metadata": { "name": namespace } }))?;
        server.create("v1", "configmaps", Some(namespace), json!({ "metadata": { "name": "settings" } }))?;
    }
    for verb in [Verb::List, Verb::Watch] {
        server.deny(verb, "configmaps", Some("team-b"));
    }
    Ok(server)
}

/// Prints the next events.
async fn print_next(events: &mut Subscription<ConfigMap>, count: usize) {
    for _ in 0..count {
        let Some(event) = events.next().await else { return };
        let Some(key) = event.key() else { continue };
        match &event {
            Event::Deleted { final_state_known: false, .. } => println!("  left     {key}"),
            event => println!("  {:8} {key}", event.name()),
        }
    }
}
