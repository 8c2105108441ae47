//! Several informers in one set: started together, with a progress bar, one health view, and shared by who asks for the
//! same.
//!
//! `cargo run --example many` needs no cluster: it starts an in-process API server.

use std::time::Duration;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::{
    Client, Config, CustomResource, CustomResourceExt as _,
    core::{ApiResource, GroupVersionKind},
};
use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use reflector_runtime::{InformerBuilder, InformerSet, InitialListStrategy, Reflect, SetHealth};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A widget.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", namespaced)]
#[reflect(index(by_color = spec.color))]
pub struct WidgetSpec {
    /// The color of the widget.
    pub color: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = server()?;
    let handle = server.listen().await?;
    let client = Client::try_from(Config::new(handle.url().parse()?))?;

    // Each request starts an informer, or returns the one that is running.
    let set = InformerSet::new(client);
    let widgets = set.get_with::<Widget>(in_pages)?;
    let maps = set.get_resource_with::<ConfigMap>(in_pages)?;
    let web = set.get_resource_with::<ConfigMap>(|maps| in_pages(maps).labels("app=web"))?;
    let namespaces = set.get_resource::<Namespace>()?;
    let again = set.get::<Widget>()?;

    // Wait for all of them, with progress.
    let bar = ProgressBar::no_length();
    bar.set_style(ProgressStyle::with_template("{msg:28} [{bar:40}] {pos}/{len} in {elapsed}")?);
    let shown = bar.clone();
    let show = move |health: &SetHealth| {
        if let Some(total) = health.total() {
            shown.set_length(total);
        }
        shown.set_position(health.received());
        shown.set_message(format!("syncing, {} kinds missing", health.unsynced().count()));
    };
    set.wait_for_sync().on_progress(show).await?;
    bar.finish_with_message("synced");

    println!("{}", set.health());
    println!(
        "{} widgets ({} red), {} config maps ({} of the web app), {} namespaces",
        widgets.lister().len(),
        again.lister().by_index(Widget::BY_COLOR, "red").len(),
        maps.lister().len(),
        web.lister().len(),
        namespaces.lister().len(),
    );

    // A kind without a CRD: the error names it, and how to fix it.
    let gadget = GroupVersionKind::gvk("example.com", "v1", "Gadget");
    let gadgets = set.get_dynamic(&ApiResource::from_gvk_with_plural(&gadget, "gadgets"))?;
    if let Err(error) = set.wait_for_sync().fail_fast().await {
        println!("\nerror: {error}");
    }
    drop(gadgets);
    println!("\nwithout the user of gadgets: {}", set.health());
    set.shutdown().await;
    Ok(())
}

/// Pages show how many objects remain, which a progress bar needs.
fn in_pages<K, S>(builder: InformerBuilder<K, S>) -> InformerBuilder<K, S> {
    builder.initial_list_strategy(InitialListStrategy::PagedList).page_size(50)
}

/// A server with some objects, which needs 20 ms for each page of a list.
fn server() -> Result<ApiServer> {
    let server = ApiServer::new();
    server.install_crd(serde_json::to_value(Widget::crd())?)?;
    let colors = ["red", "green", "blue"];
    let widgets = (0..2000).zip(colors.into_iter().cycle()).map(|(number, color)| {
        json!({ "metadata": { "name": format!("w{number:04}") }, "spec": { "color": color } })
    });
    server.create_all("example.com/v1", "widgets", Some("default"), widgets)?;
    let maps = (0..1000).zip(["web", "db"].into_iter().cycle()).map(
        |(number, app)| json!({ "metadata": { "name": format!("m{number:04}"), "labels": { "app": app } } }),
    );
    server.create_all("v1", "configmaps", Some("default"), maps)?;
    server.faults().on(RequestMatcher::verb(Verb::List)).always().delay(Duration::from_millis(20));
    Ok(server)
}
