//! Event handlers made of closures: one per type of event, one for whole events, an asynchronous one, and a filter.
//!
//! `cargo run --example closures` needs no cluster: it starts an in-process API server. `-- --cluster` runs on the cluster
//! of the current kubeconfig, in a new namespace that is deleted afterwards.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use reflector_examples::Environment;
use reflector_runtime::{
    DeliveryOptions, Event, EventHandler, FilteredHandler, Informer, ObjectKey, handler_fn,
};
use serde_json::json;

/// How long the example waits for the API server and for its handlers.
const LIMIT: Duration = Duration::from_secs(10);

fn name(map: &ConfigMap) -> &str {
    map.metadata.name.as_deref().unwrap_or_default()
}

fn has_data(map: &ConfigMap) -> bool {
    map.data.as_ref().is_some_and(|data| !data.is_empty())
}

#[tokio::main]
async fn main() -> Result<()> {
    reflector_examples::run(example).await
}

async fn example(environment: &mut Environment) -> Result<()> {
    let namespace = environment.create_namespace("closures").await?;
    let api: Api<ConfigMap> = Api::namespaced(environment.client(), &namespace);
    for name in ["a", "b"] {
        // A cluster adds config maps of its own to each namespace.
        let map = json!({ "metadata": { "name": name, "labels": { "app": "closures" } } });
        api.create(&PostParams::default(), &serde_json::from_value(map)?).await?;
    }
    let maps = Informer::<ConfigMap>::builder(environment.client())
        .namespace(&namespace)
        .labels("app=closures")
        .start();

    // One closure per type of event. Each is optional.
    let printer = maps.add_handler(
        EventHandler::new()
            .on_add(|map: Arc<ConfigMap>| println!("added    {}", name(&map)))
            .on_update(|_old, new| println!("updated  {}", name(&new)))
            .on_delete(|map| println!("deleted  {}", name(&map))),
    );

    // One closure for all: `Debug` of an event prints type, key and resourceVersion, never the object.
    maps.add_handler(handler_fn(|event: Event<ConfigMap>| {
        println!("         {event:?}, caused by {:?}", event.cause());
    }));

    // An asynchronous closure, which is awaited for one event at a time.
    let notified = Arc::new(AtomicUsize::new(0));
    let count = notified.clone();
    maps.add_async_handler_with(
        move |_: Event<ConfigMap>| {
            let count = count.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                count.fetch_add(1, Ordering::Relaxed);
            }
        },
        DeliveryOptions::new().name("notifier").every_event(),
    );

    // Only maps with data: "a" enters the filter with an update, and leaves it with another.
    let enters_and_leaves = EventHandler::new()
        .on_add(|map: Arc<ConfigMap>| println!("filter:  {} has data now", name(&map)))
        .on_delete(|map| println!("filter:  {} has no data anymore", name(&map)));
    maps.add_handler(FilteredHandler::new(enters_and_leaves, has_data));

    // The printer has processed the complete initial list.
    printer.wait_for_sync().await?;

    for data in [json!({ "key": "value" }), json!({ "key": null })] {
        let patch = Patch::Merge(json!({ "data": data }));
        let map = api.patch("a", &PatchParams::default(), &patch).await?;
        let version = map.metadata.resource_version.unwrap_or_default();
        maps.lister().wait_for(version).timeout(LIMIT).await?;
        // Each handler gets the time to process the event before the next one.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    api.delete("b", &DeleteParams::default()).await?;
    maps.lister().wait_until_gone(&ObjectKey::namespaced(namespace, "b")).timeout(LIMIT).await?;

    // Stop, and wait until all handlers have processed what is queued.
    maps.drain().timeout(LIMIT).await?;
    println!("the asynchronous handler was called {} times", notified.load(Ordering::Relaxed));
    Ok(())
}
