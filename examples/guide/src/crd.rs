//! The definition of the resource in the cluster.

use std::time::Duration;

use anyhow::Result;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1 as api;
use kube::{
    Api, Client, CustomResourceExt as _, ResourceExt as _,
    api::{Patch, PatchParams},
    runtime::{conditions::is_crd_established, wait::Condition as _},
};
use reflector_runtime::{InformerExt as _, ObjectKey};

use crate::Site;

type Crd = api::CustomResourceDefinition;

/// Creates or updates the CRD, and waits until the API server serves it.
///
/// # Errors
/// If the CRD may not be written or read, or is not served within 30 s.
// ANCHOR: apply
pub async fn apply_crd(client: &Client) -> Result<()> {
    let crd = Site::crd();
    let crds: Api<Crd> = Api::all(client.clone());
    let apply = PatchParams::apply("site-operator").force();
    crds.patch(&crd.name_any(), &apply, &Patch::Apply(&crd)).await?;

    let established =
        |crd: &Crd| is_crd_established().matches_object(Some(crd));
    Crd::informer(client.clone())
        .wait_until(&ObjectKey::cluster(crd.name_any()), established)
        .timeout(Duration::from_secs(30))
        .await?;
    Ok(())
}
// ANCHOR_END: apply
