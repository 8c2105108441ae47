//! One informer for several namespaces, which are added and removed while it runs; one of them is denied by RBAC.
//!
//! `cargo run --example namespaces` needs no cluster: it starts an in-process API server. `-- --cluster` runs on the
//! cluster of the current kubeconfig, as a user who may read what RBAC rules in the new namespaces allow. You must be allowed
//! to impersonate that user. The namespaces and the rules are deleted afterwards.

mod permissions;

use anyhow::Result;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, api::PostParams};
use permissions::Permissions;
use reflector_examples::Environment;
use reflector_runtime::{Event, Informer, Subscription};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<()> {
    reflector_examples::run(example).await
}

async fn example(environment: &mut Environment) -> Result<()> {
    let mut namespaces = Vec::new();
    for name in ["team-a", "team-b", "team-c", "team-d"] {
        let namespace = environment.create_namespace(name).await?;
        create_settings(environment, &namespace).await?;
        namespaces.push(namespace);
    }
    let [a, b, c, d] = namespaces.as_slice() else { unreachable!("there are four") };
    let permissions = Permissions::of_a_user(environment, [a, c, d], b).await?;

    let maps = Informer::<ConfigMap>::builder(permissions.client())
        .namespaces([a, b, c])
        // A cluster adds config maps of its own to each namespace.
        .labels("app=namespaces")
        .start();
    // team-b is denied. The other namespaces are served.
    if let Err(error) = maps.wait_for_sync().fail_fast().await {
        println!("error: {error}\n");
    }
    for namespace in [a, c] {
        maps.wait_for_namespace(namespace)?.await?;
    }
    for (namespace, health) in maps.namespace_health() {
        println!("{namespace}: {health}");
    }

    let mut events = maps.subscribe();
    println!("\ncached objects:");
    print_next(&mut events, 2).await;

    println!("\nteam-d is added:");
    maps.add_namespace(d)?;
    print_next(&mut events, 1).await;

    println!("\nteam-a is removed:");
    maps.remove_namespace(a)?;
    print_next(&mut events, 1).await;

    println!("\nRBAC allows team-b:");
    permissions.allow(b).await?;
    // Ends the backoff.
    maps.retry_now();
    print_next(&mut events, 1).await;
    maps.wait_for_sync().retry_forever().await?;
    println!("\nhealth: {}", *maps.health().borrow());
    maps.shutdown().await;
    Ok(())
}

/// Creates the config map `settings`.
async fn create_settings(environment: &Environment, namespace: &str) -> Result<()> {
    let map = json!({ "metadata": { "name": "settings", "labels": { "app": "namespaces" } } });
    let maps: Api<ConfigMap> = Api::namespaced(environment.client(), namespace);
    maps.create(&PostParams::default(), &serde_json::from_value(map)?).await?;
    Ok(())
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
