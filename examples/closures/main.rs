//! Event handlers made of closures: one per type of event, one for whole events, an asynchronous one, and a filter.
//!
//! `cargo run --example closures` needs no cluster: it starts an in-process API server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use k8s_openapi::api::core::v1::ConfigMap;
use reflector_apiserver::ApiServer;
use reflector_runtime::{DeliveryOptions, Event, EventHandler, FilteredHandler, Informer, handler_fn};
use serde_json::json;

fn name(map: &ConfigMap) -> &str {
    map.metadata.name.as_deref().unwrap_or_default()
}

fn has_data(map: &ConfigMap) -> bool {
    map.data.as_ref().is_some_and(|data| !data.is_empty())
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = ApiServer::new();
    for name in ["a", "b"] {
        server.create("v1", "configmaps", Some("default"), json!({ "metadata": { "name": name } }))?;
    }
    let maps = Informer::<ConfigMap>::builder(server.client()).start();

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
        server.merge_patch("v1", "configmaps", Some("default"), "a", &json!({ "data": data }))?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    server.delete("v1", "configmaps", Some("default"), "b")?;
    tokio::time::sleep(Duration::from_millis(100)).await;

    // Stop, and wait until all handlers have processed what is queued.
    maps.drain().timeout(Duration::from_secs(10)).await?;
    println!("the asynchronous handler was called {} times", notified.load(Ordering::Relaxed));
    Ok(())
}
