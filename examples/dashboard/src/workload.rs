//! [`Workload`]: the objects of the embedded server, and a fixed sequence of changes.
//!
//! Writes go to the server directly, without HTTP: no fault affects them.

use std::time::Duration;

use anyhow::Result;
use reflector_apiserver::ApiServer;
use serde_json::{Value, json};

/// The namespace of all objects that are in one.
const NAMESPACE: Option<&str> = Some("default");

const PODS: u64 = 240;
const MAPS: u64 = 120;
const NODES: u64 = 12;

/// A source of changes.
#[derive(Debug)]
pub struct Workload {
    server: ApiServer,
    steps: u64,
}

impl Workload {
    /// The time between two steps.
    pub const PERIOD: Duration = Duration::from_millis(50);

    /// Creates Pods, config maps and Nodes.
    ///
    /// # Errors
    /// The server's `Status` if it rejects an object.
    pub fn new(server: ApiServer) -> Result<Self> {
        server.create_all("v1", "nodes", None, (0..NODES).map(|number| named(&node(number))))?;
        server.create_all("v1", "pods", NAMESPACE, (0..PODS).map(pod))?;
        server.create_all("v1", "configmaps", NAMESPACE, (0..MAPS).map(|number| named(&map(number))))?;
        Ok(Self { server, steps: 0 })
    }

    /// The next changes: in each step a Pod's status, less often a config map or a Node. From time to time a config map is
    /// created, and deleted later.
    ///
    /// # Errors
    /// The server's `Status` if it rejects a change.
    pub fn step(&mut self) -> Result<()> {
        let step = self.steps;
        self.steps += 1;
        let status = json!({ "status": { "message": format!("step {step:08}") } });
        self.server.merge_patch_status("v1", "pods", NAMESPACE, &format!("pod-{}", step % PODS), &status)?;
        if step.is_multiple_of(4) {
            let data = json!({ "data": { "step": format!("{step:08}") } });
            self.server.merge_patch("v1", "configmaps", NAMESPACE, &map(step / 4 % MAPS), &data)?;
        }
        if step.is_multiple_of(10) {
            touch(&self.server, "nodes", None, &node(step / 10 % NODES), step)?;
        }
        match step % 40 {
            19 => drop(self.server.create("v1", "configmaps", NAMESPACE, named(&extra(step)))?),
            // Created 60 steps before.
            39 if step > 60 => drop(self.server.delete("v1", "configmaps", NAMESPACE, &extra(step - 60))?),
            _ => {}
        }
        Ok(())
    }

    /// Changes until an error.
    ///
    /// # Errors
    /// The server's `Status` if it rejects a change.
    pub async fn run(mut self) -> Result<()> {
        let mut interval = tokio::time::interval(Self::PERIOD);
        loop {
            interval.tick().await;
            self.step()?;
        }
    }
}

/// Changes one object of each kind.
///
/// # Errors
/// The server's `Status` if it rejects a change.
pub fn touch_each_kind(server: &ApiServer) -> Result<()> {
    let version = server.resource_version();
    touch(server, "pods", NAMESPACE, "pod-0", version)?;
    touch(server, "configmaps", NAMESPACE, &map(0), version)?;
    touch(server, "nodes", None, &node(0), version)
}

fn touch(server: &ApiServer, plural: &str, namespace: Option<&str>, name: &str, value: u64) -> Result<()> {
    let annotations = json!({ "metadata": { "annotations": { "touched": format!("{value:08}") } } });
    server.merge_patch("v1", plural, namespace, name, &annotations)?;
    Ok(())
}

fn node(number: u64) -> String {
    format!("node-{number}")
}

fn map(number: u64) -> String {
    format!("map-{number}")
}

/// The name of a config map that exists for a while only.
fn extra(step: u64) -> String {
    format!("extra-{step}")
}

fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

fn pod(number: u64) -> Value {
    json!({
        "metadata": { "name": format!("pod-{number}"), "labels": { "app": "web" } },
        "spec": {
            "nodeName": node(number % NODES),
            "containers": [{ "name": "main", "image": "registry.example.com/team/web:1.27" }],
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps are the same in each run, and the number of objects stays bounded.
    #[test]
    fn the_changes_are_valid_and_bounded() {
        let server = ApiServer::new();
        let mut workload = Workload::new(server.clone()).expect("valid objects");
        for _ in 0..1000 {
            workload.step().expect("a valid change");
        }
        let maps = server.list("v1", "configmaps", NAMESPACE, "").expect("a list").len();
        assert!((120..=123).contains(&maps), "{maps}");
    }
}
