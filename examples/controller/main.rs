//! An operator with an owned kind, a finalizer, a status and events.
//!
//! `cargo run --example controller` needs no cluster: it starts an in-process API server, runs the operator in
//! `operator.rs`, and changes objects as a user would. `-- --cluster` runs on the cluster of the current kubeconfig; the CRD
//! and the namespace that are created there are deleted afterwards.

mod operator;

use std::time::Duration;

use anyhow::{Context as _, Result};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, ResourceExt as _,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use operator::{Greeting, GreetingSpec, Operator};
use reflector_examples::Environment;
use reflector_runtime::reconcile::Report;
use serde_json::json;
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> Result<()> {
    reflector_examples::run(example).await
}

async fn example(environment: &mut Environment) -> Result<()> {
    environment.install_crd::<Greeting>().await?;
    if let Some(server) = environment.server() {
        server.install_crd(events())?;
    }
    let namespace = environment.create_namespace("greetings").await?;
    let client = environment.client();

    let (stop, stopped) = oneshot::channel::<()>();
    let operator = Operator::new(client.clone(), &namespace);
    let reconciler = operator.reconciler().on_report(|report| {
        if let Report::Failed { key, attempt, error, .. } = report {
            println!("{key}: attempt {attempt} failed: {error}");
        }
    });
    let queue = reconciler.queue();
    let running = tokio::spawn(operator.run(reconciler, async { drop(stopped.await) }));

    let greetings: Api<Greeting> = Api::namespaced(client.clone(), &namespace);
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), &namespace);
    for (name, text) in [("english", "hello"), ("german", "hallo"), ("spanish", "hola")] {
        let greeting = Greeting::new(name, GreetingSpec { text: text.to_owned() });
        greetings.create(&PostParams::default(), &greeting).await?;
    }
    for name in ["english", "german", "spanish"] {
        until("a ready greeting", async || is_ready(&greetings, name).await).await?;
        println!("{name}: ready, the ConfigMap says `{}`", text(&maps, name).await?.unwrap_or_default());
    }

    let patch = Patch::Merge(json!({ "spec": { "text": "good morning" } }));
    greetings.patch("english", &PatchParams::default(), &patch).await?;
    until("the new text", async || Ok(text(&maps, "english").await?.as_deref() == Some("good morning")))
        .await?;
    println!("english: the ConfigMap follows the spec");

    maps.delete("german", &DeleteParams::default()).await?;
    until("the deleted ConfigMap", async || Ok(text(&maps, "german").await?.is_some())).await?;
    println!("german: the deleted ConfigMap was written again");

    greetings.delete("spanish", &DeleteParams::default()).await?;
    until("the deletion", async || Ok(greetings.get_opt("spanish").await?.is_none())).await?;
    println!("spanish: deleted, and its ConfigMap exists: {}", text(&maps, "spanish").await?.is_some());

    // The finalizers are removed only while the operator runs.
    for name in ["english", "german"] {
        greetings.delete(name, &DeleteParams::default()).await?;
        until("the deletion", async || Ok(greetings.get_opt(name).await?.is_none())).await?;
    }
    println!("english, german: deleted");

    let stats = queue.stats();
    drop(stop);
    let summary = running.await??;
    println!(
        "{} runs, {} of them failed; keys waited {:?} on average",
        summary.runs,
        summary.failures,
        stats.waited / u32::try_from(stats.gets.max(1))?
    );
    Ok(())
}

async fn is_ready(greetings: &Api<Greeting>, name: &str) -> Result<bool> {
    let greeting = greetings.get(name).await?;
    let generation = greeting.metadata.generation;
    Ok(greeting.status.is_some_and(|status| status.observed_generation == generation))
}

async fn text(maps: &Api<ConfigMap>, name: &str) -> Result<Option<String>> {
    let map = maps.get_opt(name).await?;
    Ok(map.filter(|map| !map.owner_references().is_empty()).and_then(|map| map.data?.remove("text")))
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    let wait = async {
        while !holds().await? {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.with_context(|| format!("timed out: {what}"))?
}

/// The in-process server has no `events.k8s.io`. A CRD of the same name is sufficient.
fn events() -> serde_json::Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "events.events.k8s.io" },
        "spec": {
            "group": "events.k8s.io",
            "scope": "Namespaced",
            "names": { "plural": "events", "singular": "event", "kind": "Event" },
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": { "openAPIV3Schema": {
                    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                } },
            }],
        },
    })
}
