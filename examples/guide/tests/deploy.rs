//! The manifests of `deploy/` fit the program.

use std::{collections::BTreeSet, net::Ipv4Addr, time::Duration};

use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::ServiceAccount,
    rbac::v1::{PolicyRule, Role, RoleBinding},
};
use kube::CustomResourceExt as _;
use metrics_exporter_prometheus::PrometheusBuilder;
use reflector_apiserver::{ApiServer, RequestMatcher, RequestRecord};
use reflector_guide::{
    Endpoints, Operator, PORT, Replica, SHUTDOWN_TIMEOUT, Site,
};
use serde::{Deserialize as _, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

const MANIFESTS: &str = include_str!("../deploy/operator.yaml");

/// The manifest of this kind. Each of its fields is a field of the type.
fn manifest<K: DeserializeOwned + Serialize>(kind: &str) -> K {
    let mut documents = serde_norway::Deserializer::from_str(MANIFESTS)
        .map(|document| Value::deserialize(document).unwrap());
    let document = documents.find(|it| it["kind"] == kind).unwrap();
    let typed: K = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(serde_json::to_value(&typed).unwrap(), document);
    typed
}

/// A verb on a resource, such as `patch sites/status.example.com`.
fn verb(verb: &str, resource: &str, group: &str) -> String {
    format!("{verb} {resource}.{group}")
}

fn allowed(rules: Vec<PolicyRule>) -> BTreeSet<String> {
    let mut allowed = BTreeSet::new();
    for rule in rules {
        for group in rule.api_groups.unwrap_or_default() {
            for resource in rule.resources.clone().unwrap_or_default() {
                let verbs = rule.verbs.iter();
                allowed.extend(verbs.map(|it| verb(it, &resource, &group)));
            }
        }
    }
    allowed
}

/// What a request needs. An apply patch that creates an object needs `create`
/// as well.
fn needed(request: &RequestRecord) -> Vec<String> {
    let Some(resource) = &request.resource else { return Vec::new() };
    let subresource = request.path.strip_suffix("/status").map(|_| "/status");
    let name = resource.resource.clone() + subresource.unwrap_or_default();
    let mut verbs = vec![request.verb.as_str()];
    if request.status == Some(201) {
        verbs.push("create");
    }
    let group = &resource.group;
    verbs.iter().map(|it| verb(it, &name, group)).collect()
}

/// Runs the whole program: a site is published, changed and deleted.
async fn used() -> BTreeSet<String> {
    let server = ApiServer::new();
    let crd = serde_json::to_value(Site::crd()).unwrap();
    server.install_crd(crd).unwrap();
    server.clear_requests();
    // An informer lists if the server refuses streaming lists.
    for resource in ["sites", "configmaps"] {
        let list = RequestMatcher::watch_list(resource);
        server.faults().on(list).always().refuse_initial_events();
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let replica = Replica {
        client: server.client(),
        namespace: "default".to_owned(),
        identity: "pod-1".to_owned(),
        listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        lease_seconds: 15,
    };
    let stopped = async { drop(stopped.await) };
    let running = tokio::spawn(replica.run(stopped));
    let spec = json!({ "title": "Home", "theme": "light" });
    let site = json!({ "metadata": { "name": "home" }, "spec": spec });
    let group = "example.com/v1";
    server.create(group, "sites", Some("default"), site).unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    server.delete(group, "sites", Some("default"), "home").unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(server.count(group, "sites").unwrap(), 0);
    drop(stop);
    running.await.unwrap().unwrap();
    server.requests().iter().flat_map(needed).collect()
}

#[tokio::test(start_paused = true)]
async fn the_role_allows_what_the_program_does_and_nothing_else() {
    let role: Role = manifest("Role");
    assert_eq!(used().await, allowed(role.rules.unwrap()));
}

#[test]
fn the_role_is_bound_to_the_service_account_of_the_pods() {
    let account: ServiceAccount = manifest("ServiceAccount");
    let role: Role = manifest("Role");
    let binding: RoleBinding = manifest("RoleBinding");
    let deployment: Deployment = manifest("Deployment");
    let subject = &binding.subjects.unwrap()[0];
    assert_eq!(Some(&subject.name), account.metadata.name.as_ref());
    assert_eq!(Some(&binding.role_ref.name), role.metadata.name.as_ref());
    let pod = deployment.spec.template.spec.unwrap();
    assert_eq!(pod.service_account_name.as_ref(), Some(&subject.name));
}

#[tokio::test(start_paused = true)]
async fn the_probes_are_served() {
    let server = ApiServer::new();
    let crd = serde_json::to_value(Site::crd()).unwrap();
    server.install_crd(crd).unwrap();
    let operator = Operator::start(server.client(), "default");
    operator.sites.wait_for_sync().await.unwrap();
    operator.pages.wait_for_sync().await.unwrap();
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let endpoints = Endpoints::new(&operator, metrics);

    let deployment: Deployment = manifest("Deployment");
    let pod = deployment.spec.template.spec.unwrap();
    let container = &pod.containers[0];
    for probe in [&container.readiness_probe, &container.liveness_probe] {
        let get = probe.as_ref().unwrap().http_get.as_ref().unwrap();
        let path = get.path.as_ref().unwrap();
        assert_eq!(endpoints.respond(path).0, 200, "{path}");
    }
    let ports = container.ports.as_ref().unwrap();
    assert_eq!(ports[0].container_port, i32::from(PORT));
}

#[test]
fn a_shutdown_ends_before_the_pod_is_killed() {
    let deployment: Deployment = manifest("Deployment");
    let spec = deployment.spec;
    assert_eq!(spec.replicas, Some(2));
    let pod = spec.template.spec.unwrap();
    let grace = pod.termination_grace_period_seconds.unwrap();
    assert!(SHUTDOWN_TIMEOUT.as_secs() < grace.unsigned_abs());
}
