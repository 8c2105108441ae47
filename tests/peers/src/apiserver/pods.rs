//! Creates the Pods that the peers list. Must not know the peers.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::{
    Api, Client,
    api::{ListParams, Patch, PatchParams, PostParams},
};
use serde_json::{Value, json};

use crate::{
    digest::Digest,
    kind::Kind,
    plan::{Plan, State},
    text::Texts,
};

/// The number of requests in flight.
const CONCURRENCY: usize = 16;

/// The number of Pods in a page.
const PAGE: u32 = 500;

/// Creates the Pods of a plan with a status, as a controller and the kubelet do. `on_created` is called after each.
pub(super) async fn create(client: &Client, objects: u32, on_created: impl Fn()) -> Result<()> {
    let plan = Plan { kind: Kind::Pod, ..Plan::gadgets(objects, 1) };
    let texts = Texts::new(plan);
    let namespaces: std::collections::BTreeSet<_> =
        (0..objects).map(|object| plan.namespace_of(object)).collect();
    for name in namespaces {
        let namespace: Namespace = serde_json::from_value(json!({ "metadata": { "name": name } }))?;
        Api::all(client.clone()).create(&PostParams::default(), &namespace).await?;
    }
    let (texts, on_created) = (&texts, &on_created);
    stream::iter(0..objects)
        .map(|object| async move {
            let text = texts.object(State::First, object as usize);
            create_one(client, &plan.namespace_of(object), serde_json::from_slice(text)?).await?;
            on_created();
            anyhow::Ok(())
        })
        .buffer_unordered(CONCURRENCY)
        .try_collect()
        .await
}

async fn create_one(client: &Client, namespace: &str, mut pod: Value) -> Result<()> {
    let metadata = pod["metadata"].as_object_mut().context("a Pod has metadata")?;
    // The server sets these.
    for field in ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"] {
        metadata.remove(field);
    }
    let status = pod["status"].take();
    let pod: Pod = serde_json::from_value(pod)?;
    let name = pod.metadata.name.clone().context("a Pod has a name")?;
    let pods = Api::<Pod>::namespaced(client.clone(), namespace);
    let controller =
        PostParams { field_manager: Some("kube-controller-manager".to_owned()), ..PostParams::default() };
    pods.create(&controller, &pod).await?;
    let kubelet = PatchParams { field_manager: Some("kubelet".to_owned()), ..PatchParams::default() };
    pods.patch_status(&name, &kubelet, &Patch::Merge(json!({ "status": status }))).await?;
    Ok(())
}

/// The digest of the Pods that the server has.
pub(super) async fn digest(client: &Client) -> Result<Digest> {
    let pods = Api::<Pod>::all(client.clone());
    let mut all = Vec::new();
    let mut page = ListParams::default().limit(PAGE);
    loop {
        let list = pods.list_metadata(&page).await?;
        all.extend(list.items.into_iter().map(Arc::new));
        match list.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => page = page.continue_token(&token),
            None => return Ok(Digest::of(all)),
        }
    }
}

/// The average length of a Pod in JSON, of the first page.
pub(super) async fn average_length(client: &Client) -> Result<usize> {
    let request = http::Request::get(format!("/api/v1/pods?limit={PAGE}")).body(Vec::new())?;
    let text = client.request_text(request).await?;
    let list: Value = serde_json::from_str(&text)?;
    let pods = list["items"].as_array().map_or(0, Vec::len);
    text.len().checked_div(pods).context("the server has no Pods")
}
