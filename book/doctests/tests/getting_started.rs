//! Runs the snippet of "Getting started", unmodified, against the embedded API server.

#![allow(missing_docs, unreachable_pub, dead_code, reason = "the snippet is copied unmodified")]

use std::sync::Arc;

use kube::{CustomResource, CustomResourceExt as _};
use reflector_apiserver::ApiServer;
use reflector_runtime::{Event, Reflect};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[rustfmt::skip]
mod snippet {
use super::*;

#[derive(CustomResource, Reflect)]
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", namespaced)]
#[kube(status = "WidgetStatus")]
#[reflect(index(by_color = spec.color), index(by_node = spec.node_name))]
pub struct WidgetSpec { pub color: String, pub node_name: Option<String> }

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct WidgetStatus { pub phase: String }

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The cluster of the current kubeconfig.
    show(kube::Client::try_default().await?).await
}

async fn show(
    client: kube::Client,
) -> Result<(), Box<dyn std::error::Error>> {
    let widgets: WidgetInformer =
        Widget::informer(client).namespace("team-a").labels("tier=web").start();
    // The error names a missing CRD or RBAC rule.
    widgets.wait_for_sync().await?;

    let lister: WidgetLister = widgets.lister();
    let one: Option<Arc<Widget>> = lister.get("team-a", "w1");
    println!("color of w1: {:?}", one.map(|w1| w1.spec.color.clone()));
    // A typed index: no names as strings, no full scan.
    for widget in lister.by_index(Widget::BY_COLOR, "red") {
        println!("red: {:?}", widget.metadata.name);
    }

    // Or `widgets.add_handler(MyHandler)`.
    let mut events = widgets.subscribe();
    while let Some(event) = events.next().await {
        match event {
            Event::Added { object, in_initial_list, .. } => {
                let color = &object.spec.color;
                println!("added {color}, initial: {in_initial_list}");
            }
            Event::Updated { old, new, .. } => {
                println!("{} -> {}", old.spec.color, new.spec.color);
            }
            // `final_state_known: false`: a relist found the object missing
            // (client-go's `DeletedFinalStateUnknown`).
            Event::Deleted { last_known, final_state_known, .. } => {
                let color = &last_known.spec.color;
                println!("deleted {color}, known: {final_state_known}");
            }
        }
    }
    Ok(())
}

pub(super) async fn run(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
    show(client).await
}
}

#[tokio::test(start_paused = true)]
async fn the_snippet_runs_until_it_is_aborted() {
    let server = ApiServer::new();
    server.install_crd(serde_json::to_value(snippet::Widget::crd()).unwrap()).unwrap();
    server.create("v1", "namespaces", None, json!({ "metadata": { "name": "team-a" } })).unwrap();
    let labels = json!({ "tier": "web" });
    for (name, color) in [("w1", "red"), ("w2", "blue")] {
        let widget = json!({ "metadata": { "name": name, "labels": labels }, "spec": { "color": color } });
        server.create("example.com/v1", "widgets", Some("team-a"), widget).unwrap();
    }
    let running = tokio::spawn({
        let client = server.client();
        async move { snippet::run(client).await.map_err(|error| error.to_string()) }
    });
    // The snippet watches its namespace with its label selector, and never returns on its own.
    loop {
        let watches =
            server.requests().into_iter().filter(|request| request.path.ends_with("/team-a/widgets"));
        let labels: Vec<_> = watches.map(|request| request.parameter("labelSelector")).collect();
        if !labels.is_empty() {
            assert!(labels.iter().all(|selector| selector.as_deref() == Some("tier=web")));
            break;
        }
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert!(!running.is_finished(), "{:?}", running.await);
    running.abort();
}

#[tokio::test(start_paused = true)]
async fn the_error_names_the_missing_crd() {
    let error = snippet::run(ApiServer::new().client()).await.unwrap_err();
    assert!(error.to_string().contains("install the CRD `widgets.example.com`"), "{error}");
}
