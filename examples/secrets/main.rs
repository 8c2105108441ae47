//! Secrets: a transform removes the values before anything is cached, and no error or log line contains one.
//!
//! `cargo run --example secrets` needs no cluster: it starts an in-process API server. `-- --cluster` runs on the cluster
//! of the current kubeconfig, in a new namespace that is deleted afterwards.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::Result;
use k8s_openapi::{ByteString, api::core::v1::Secret};
use kube::{
    Api, ResourceExt as _,
    api::{Patch, PatchParams, PostParams},
};
use reflector_examples::Environment;
use reflector_runtime::{Event, Informer};
use serde_json::json;

/// What only the server may know.
const PASSWORD: &str = "correct-horse";

#[tokio::main]
async fn main() -> Result<()> {
    reflector_examples::run(example).await
}

async fn example(environment: &mut Environment) -> Result<()> {
    let namespace = environment.create_namespace("secrets").await?;
    let api: Api<Secret> = Api::namespaced(environment.client(), &namespace);
    let secret = json!({ "metadata": { "name": "db" }, "stringData": { "password": PASSWORD } });
    api.create(&PostParams::default(), &serde_json::from_value(secret)?).await?;

    let errors = Arc::new(AtomicUsize::new(0));
    let secrets = Informer::<Secret>::builder(environment.client())
        .namespace(&namespace)
        // Keeps the names of the entries.
        .transform(|secret| {
            for value in secret.data.iter_mut().flat_map(|data| data.values_mut()) {
                *value = ByteString::default();
            }
        })
        .on_error({
            let errors = errors.clone();
            move |error| {
                errors.fetch_add(1, Ordering::Relaxed);
                assert!(!error.to_string().contains(PASSWORD));
                println!("reported: {error}");
            }
        })
        .start();
    secrets.wait_for_sync().await?;
    let mut events = secrets.subscribe();

    for secret in secrets.lister().list() {
        let names: Vec<_> = secret.data.iter().flat_map(|data| data.keys()).collect();
        let bytes: usize = secret.data.iter().flat_map(|data| data.values()).map(|value| value.0.len()).sum();
        println!("{}: entries {names:?}, {bytes} bytes of values in the cache", secret.name_any());
    }
    // The text of an event does not contain the object either.
    let added = events.next().await;
    println!("an event as text: {added:?}");

    // The label is a change; the password is still on the server.
    let patch = Patch::Merge(json!({ "metadata": { "labels": { "rotated": "no" } } }));
    api.patch("db", &PatchParams::default(), &patch).await?;
    if let Some(Event::Updated { new, .. }) = events.next().await {
        println!("{} has the labels {:?}", new.name_any(), new.labels());
    }
    println!("errors: {}", errors.load(Ordering::Relaxed));
    Ok(())
}
