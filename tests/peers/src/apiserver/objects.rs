//! Creates the objects that the peers list. Must not know the peers.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::{
    api::core::v1::{Namespace, Pod},
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, ListParams, Patch, PatchParams, PostParams, TypeMeta},
    runtime::{conditions::is_crd_established, wait::await_condition},
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    digest::Digest,
    kind::Kind,
    object::{Certificate, Gadget},
    plan::{Plan, State},
    text::Texts,
};

/// The number of requests in flight.
const CONCURRENCY: usize = 16;

/// The number of objects in a page.
const PAGE: u32 = 500;

/// How long the server may take to serve a new kind.
const ESTABLISH_TIMEOUT: Duration = Duration::from_secs(60);

/// The objects of one kind on a server.
pub(super) struct Objects {
    client: Client,
    kind: Kind,
    resource: ApiResource,
}

impl Objects {
    pub(super) fn new(client: Client, kind: Kind) -> Self {
        let resource = match kind {
            Kind::Gadget => ApiResource::erase::<Gadget>(&()),
            Kind::Certificate => ApiResource::erase::<Certificate>(&()),
            Kind::Pod => ApiResource::erase::<Pod>(&()),
        };
        Self { client, kind, resource }
    }

    fn all(&self) -> Api<DynamicObject> {
        Api::all_with(self.client.clone(), &self.resource)
    }

    /// Creates this many objects with a status, as a controller and the kubelet do. `on_created` is called after each.
    pub(super) async fn create(&self, count: u32, on_created: impl Fn()) -> Result<()> {
        if self.kind.is_custom_resource() {
            self.define().await?;
        }
        let plan = Plan { kind: self.kind, ..Plan::gadgets(count, 1) };
        let texts = Texts::new(plan);
        let namespaces: BTreeSet<_> = (0..count).map(|object| plan.namespace_of(object)).collect();
        for name in namespaces {
            let namespace: Namespace = serde_json::from_value(json!({ "metadata": { "name": name } }))?;
            Api::all(self.client.clone()).create(&PostParams::default(), &namespace).await?;
        }
        let (texts, on_created) = (&texts, &on_created);
        stream::iter(0..count)
            .map(|object| async move {
                let text = texts.object(State::First, object as usize);
                self.create_one(&plan.namespace_of(object), serde_json::from_slice(text)?).await?;
                on_created();
                anyhow::Ok(())
            })
            .buffer_unordered(CONCURRENCY)
            .try_collect()
            .await
    }

    /// Creates the `CustomResourceDefinition`, and waits until the server serves it.
    async fn define(&self) -> Result<()> {
        let ApiResource { group, version, kind, plural, .. } = &self.resource;
        let name = format!("{plural}.{group}");
        let definition: CustomResourceDefinition = serde_json::from_value(json!({
            "metadata": { "name": name },
            "spec": {
                "group": group,
                "scope": "Namespaced",
                "names": { "kind": kind, "plural": plural },
                "versions": [{
                    "name": version,
                    "served": true,
                    "storage": true,
                    "subresources": { "status": {} },
                    "schema": {
                        "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
                    },
                }],
            },
        }))?;
        let definitions = Api::<CustomResourceDefinition>::all(self.client.clone());
        definitions.create(&PostParams::default(), &definition).await?;
        let established = await_condition(definitions, &name, is_crd_established());
        timeout(ESTABLISH_TIMEOUT, established).await.with_context(|| name.clone())??;
        Ok(())
    }

    async fn create_one(&self, namespace: &str, mut object: Value) -> Result<()> {
        let metadata = object["metadata"].as_object_mut().context("an object has metadata")?;
        // The server sets these.
        for field in ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"] {
            metadata.remove(field);
        }
        let status = object["status"].take();
        let mut object: DynamicObject = serde_json::from_value(object)?;
        let name = object.metadata.name.clone().context("an object has a name")?;
        let ApiResource { api_version, kind, .. } = self.resource.clone();
        object.types = Some(TypeMeta { api_version, kind });
        let objects = Api::<DynamicObject>::namespaced_with(self.client.clone(), namespace, &self.resource);
        let controller =
            PostParams { field_manager: Some("kube-controller-manager".to_owned()), ..PostParams::default() };
        objects.create(&controller, &object).await?;
        let kubelet = PatchParams { field_manager: Some("kubelet".to_owned()), ..PatchParams::default() };
        objects.patch_status(&name, &kubelet, &Patch::Merge(json!({ "status": status }))).await?;
        Ok(())
    }

    /// The digest of the objects that the server has.
    pub(super) async fn digest(&self) -> Result<Digest> {
        let objects = self.all();
        let mut all = Vec::new();
        let mut page = ListParams::default().limit(PAGE);
        loop {
            let list = objects.list_metadata(&page).await?;
            all.extend(list.items.into_iter().map(Arc::new));
            match list.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => page = page.continue_token(&token),
                None => return Ok(Digest::of(all)),
            }
        }
    }

    /// The average length of an object in JSON, of the first page.
    pub(super) async fn average_length(&self) -> Result<usize> {
        let url = format!("{}?limit={PAGE}", self.all().resource_url());
        let text = self.client.request_text(http::Request::get(url).body(Vec::new())?).await?;
        let list: Value = serde_json::from_str(&text)?;
        let objects = list["items"].as_array().map_or(0, Vec::len);
        text.len().checked_div(objects).context("the server has no objects")
    }
}
