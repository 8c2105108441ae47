//! Waits, reads of one's own writes, and one object without an informer.
//!
//! `cargo run --example waits` needs no cluster: it starts an in-process API server, and a task that acts as the
//! controller of a machine: a new machine is ready after a moment. `-- --cluster` runs on the cluster of the current
//! kubeconfig; the CRD and the namespace that are created there are deleted afterwards.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use kube::{
    Api, Client, CustomResource,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use reflector_examples::Environment;
use reflector_runtime::{Event, ObjectKey, Overlay, Reflect};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::{Instant, sleep};

/// A machine. The index by phase has the type of the phase: it is looked up by a `Phase`, not by a text.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Machine", namespaced, status = "MachineStatus")]
#[reflect(index(by_phase: Phase = status?.phase, by_size: u32 = spec.cores))]
pub struct MachineSpec {
    /// The number of cores.
    pub cores: u32,
}

/// What the controller reports.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct MachineStatus {
    /// The lifecycle phase.
    pub phase: Phase,
}

/// The lifecycle of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
pub enum Phase {
    /// It is being set up.
    Provisioning,
    /// It can be used.
    Ready,
}

fn is_ready(machine: &Machine) -> bool {
    machine.status.as_ref().is_some_and(|status| status.phase == Phase::Ready)
}

#[tokio::main]
async fn main() -> Result<()> {
    reflector_examples::run(example).await
}

async fn example(environment: &mut Environment) -> Result<()> {
    environment.install_crd::<Machine>().await?;
    let namespace = environment.create_namespace("waits").await?;
    tokio::select! {
        result = run(environment.client(), &namespace) => result,
        result = provision(environment.client(), &namespace) => result,
    }
}

async fn run(client: Client, namespace: &str) -> Result<()> {
    let api: Api<Machine> = Api::namespaced(client.clone(), namespace);
    let machines: MachineInformer = Machine::informer(client.clone()).namespace(namespace).start();
    machines.wait_for_sync().await?;
    let lister: MachineLister = machines.lister();
    let key = ObjectKey::namespaced(namespace, "m1");
    let start = Instant::now();
    let at = || format!("{:>5.2} s", start.elapsed().as_secs_f64());

    println!("one's own writes:");
    let created = api.create(&PostParams::default(), &Machine::new("m1", MachineSpec { cores: 4 })).await?;
    let version = created.metadata.resource_version.clone().unwrap_or_default();
    let overlay = Overlay::new(lister.store().clone());
    overlay.insert(Arc::new(created))?;
    println!("  {}  m1 is created; the overlay contains it: {}", at(), overlay.get(&key)?.is_some());
    lister.wait_for(version).timeout(Duration::from_secs(10)).await?;
    println!("  {}  the cache contains it, too: {}", at(), lister.contains(&key));
    println!("  {}  writes that the cache does not contain: {}", at(), overlay.pending()?);

    println!("\nan object reaches a state:");
    println!("  {}  ready machines: {}", at(), lister.count_by_index(Machine::BY_PHASE, &Phase::Ready));
    let ready = lister.wait_until(&key, is_ready).timeout(Duration::from_secs(10)).await?;
    println!("  {}  m1 with {} cores is ready", at(), ready.spec.cores);
    println!("  {}  ready machines: {}", at(), lister.count_by_index(Machine::BY_PHASE, &Phase::Ready));
    let large_and_ready =
        lister.query().index(Machine::BY_PHASE, &Phase::Ready).index(Machine::BY_SIZE, &64).count();
    println!("  {}  of these, with 64 cores: {large_and_ready}", at());

    println!("\na deadline reports the last state seen:");
    let large =
        lister.wait_until(&key, |machine| machine.spec.cores > 64).timeout(Duration::from_millis(300));
    if let Err(error) = large.await {
        println!("  {}  {error}", at());
    }

    println!("\nwithout an informer, as `kubectl wait`:");
    let other = ObjectKey::namespaced(namespace, "m2");
    api.create(&PostParams::default(), &Machine::new("m2", MachineSpec { cores: 64 })).await?;
    Machine::informer(client.clone()).wait_until(&other, is_ready).timeout(Duration::from_secs(10)).await?;
    println!("  {}  m2 is ready, and the watch is closed", at());
    api.delete("m2", &DeleteParams::default()).await?;
    Machine::informer(client).wait_until_gone(&other).timeout(Duration::from_secs(10)).await?;
    println!("  {}  m2 is gone", at());

    println!("\na snapshot does not change:");
    let snapshot = lister.snapshot();
    api.delete("m1", &DeleteParams::default()).await?;
    lister.wait_until_gone(&key).timeout(Duration::from_secs(10)).await?;
    println!(
        "  {}  m1 is gone from the cache, which contains {} machines; the snapshot at resourceVersion {} contains {}",
        at(),
        lister.len(),
        snapshot.resource_version().unwrap_or("-"),
        snapshot.len()
    );
    Ok(())
}

/// Acts as the controller: a new machine is provisioning for half a second, and then ready.
async fn provision(client: Client, namespace: &str) -> Result<()> {
    let api: Api<Machine> = Api::namespaced(client.clone(), namespace);
    let machines = Machine::informer(client).namespace(namespace).start();
    let mut events = machines.subscribe();
    while let Some(event) = events.next().await {
        let Event::Added { object, .. } = event else { continue };
        let name = object.metadata.name.clone().unwrap_or_default();
        for phase in [Phase::Provisioning, Phase::Ready] {
            let status = Patch::Merge(json!({ "status": { "phase": phase } }));
            api.patch_status(&name, &PatchParams::default(), &status).await?;
            sleep(Duration::from_millis(500)).await;
        }
    }
    Ok(())
}
