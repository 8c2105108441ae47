//! A small operator, to show how one is tested: see `tests/`.
//!
//! It brings each `Lamp` to the state that its spec asks for, and reports it in the status.

use std::sync::Arc;

use kube::{
    Api, Client, CustomResource, ResourceExt as _,
    api::{Patch, PatchParams},
};
use reflector_runtime::{
    Reflect,
    reconcile::{Context, Next, ReconcileError, Reconciler, Summary, predicate},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A lamp.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Lamp", namespaced, status = "LampStatus")]
pub struct LampSpec {
    /// Whether the lamp is to be on.
    pub on: bool,
}

/// What the operator has done.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct LampStatus {
    /// Whether the lamp is on.
    pub on: bool,
}

/// Why a run failed.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Runs the operator until the shutdown completes.
///
/// # Errors
/// [`ReconcileError::Sync`] if the CRD is missing, or if a request is denied.
pub async fn run(client: Client, shutdown: impl Future<Output = ()>) -> Result<Summary, ReconcileError> {
    let lamps = Lamp::informer(client.clone()).start();
    let reconcile = move |context: Context<Lamp>, _| {
        let client = client.clone();
        async move { reconcile(&context, client).await }
    };
    // The status is written by the operator itself: it causes no run.
    Reconciler::new(&lamps).on(predicate::generation_changed).concurrency(4).run(reconcile, shutdown).await
}

async fn reconcile(context: &Context<Lamp>, client: Client) -> Result<Next, Error> {
    let Some(lamp): Option<Arc<Lamp>> = context.object() else { return Ok(Next::Done) };
    let status = LampStatus { on: lamp.spec.on };
    if lamp.status.as_ref() != Some(&status) {
        let api: Api<Lamp> = Api::namespaced(client, &lamp.namespace().unwrap_or_default());
        let patch = Patch::Merge(json!({ "status": status }));
        let written = api.patch_status(&lamp.name_any(), &PatchParams::default(), &patch).await?;
        // The next run of this lamp sees the status.
        context.wait_for_own_write(&written)?;
    }
    Ok(Next::Done)
}
