//! What a user does with sites: the requests that `kubectl` would send.

use anyhow::Result;
use kube::{
    Api, Client,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use reflector_guide::Site;
use serde_json::json;

pub(super) struct User {
    sites: Api<Site>,
}

impl User {
    pub(super) fn new(client: Client, namespace: &str) -> Self {
        Self { sites: Api::namespaced(client, namespace) }
    }

    pub(super) async fn create(
        &self,
        name: &str,
        title: &str,
        theme: &str,
    ) -> Result<Site> {
        let site = Site::of(name, title, theme);
        Ok(self.sites.create(&PostParams::default(), &site).await?)
    }

    pub(super) async fn set_title(
        &self,
        name: &str,
        title: &str,
    ) -> Result<()> {
        let patch = Patch::Merge(json!({ "spec": { "title": title } }));
        self.sites.patch(name, &PatchParams::default(), &patch).await?;
        Ok(())
    }

    pub(super) async fn delete(&self, name: &str) -> Result<()> {
        self.sites.delete(name, &DeleteParams::default()).await?;
        Ok(())
    }
}
