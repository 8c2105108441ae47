//! Several informers in one set: started together, with a progress bar, one health view, and shared by who asks for the
//! same.
//!
//! `cargo run --example many` needs no cluster: it starts an in-process API server. `-- --cluster` runs on the cluster of
//! the current kubeconfig; the CRD and the namespace that are created there are deleted afterwards.

use std::time::Duration;

use anyhow::Result;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::{
    Api, CustomResource,
    api::PostParams,
    core::{ApiResource, GroupVersionKind},
};
use reflector_apiserver::{RequestMatcher, Verb};
use reflector_examples::Environment;
use reflector_runtime::{
    HasNamespaces, InformerBuilder, InformerSet, InitialListStrategy, Reflect, SetHealth,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

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
    reflector_examples::run(example).await
}

async fn example(environment: &mut Environment) -> Result<()> {
    let namespace = &prepare(environment).await?;

    // Each request starts an informer, or returns the one that is running.
    let set = InformerSet::new(environment.client());
    let widgets = set.get_with::<Widget>(|widgets| in_pages(widgets, namespace))?;
    let maps = set.get_resource_with::<ConfigMap>(|maps| in_pages(maps, namespace))?;
    let web = set.get_resource_with::<ConfigMap>(|maps| in_pages(maps, namespace).labels("app=web"))?;
    let namespaces = set.get_resource::<Namespace>()?;
    let again = set.get_with::<Widget>(|widgets| in_pages(widgets, namespace))?;

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
fn in_pages<K, S: HasNamespaces>(builder: InformerBuilder<K, S>, namespace: &str) -> InformerBuilder<K, S> {
    builder.namespace(namespace).initial_list_strategy(InitialListStrategy::PagedList).page_size(10)
}

/// Creates some objects in a new namespace, whose name is returned. The in-process server needs 20 ms for each page of a
/// list.
async fn prepare(environment: &mut Environment) -> Result<String> {
    environment.install_crd::<Widget>().await?;
    let namespace = environment.create_namespace("many").await?;
    let colors = ["red", "green", "blue"];
    let widgets = (0..300).zip(colors.into_iter().cycle()).map(|(number, color)| {
        json!({
            "apiVersion": "example.com/v1", "kind": "Widget",
            "metadata": { "name": format!("w{number:04}") }, "spec": { "color": color },
        })
    });
    create_all::<Widget>(&Api::namespaced(environment.client(), &namespace), widgets).await?;
    let maps = (0..200).zip(["web", "db"].into_iter().cycle()).map(
        |(number, app)| json!({ "metadata": { "name": format!("m{number:04}"), "labels": { "app": app } } }),
    );
    create_all::<ConfigMap>(&Api::namespaced(environment.client(), &namespace), maps).await?;
    if let Some(server) = environment.server() {
        server.faults().on(RequestMatcher::verb(Verb::List)).always().delay(Duration::from_millis(20));
    }
    Ok(namespace)
}

/// Creates objects, with several requests at a time.
async fn create_all<K>(api: &Api<K>, objects: impl Iterator<Item = Value>) -> Result<()>
where
    K: Clone + std::fmt::Debug + Serialize + DeserializeOwned,
{
    let create = |object| async move {
        api.create(&PostParams::default(), &serde_json::from_value(object)?).await?;
        Ok(())
    };
    stream::iter(objects).map(Ok).try_for_each_concurrent(16, create).await
}
