//! The guide on a real kube-apiserver: the stages with `--cluster`, and the
//! operator with the permissions of its manifests.

#[path = "../../tests/support/executable.rs"]
mod executable;

use std::time::Duration;

use executable::executable;
use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{ConfigMap, Namespace, ServiceAccount},
    rbac::v1::{Role, RoleBinding},
};
use kube::{
    Api, Client,
    api::{DeleteParams, Patch, PatchParams, PostParams},
    core::NamespaceResourceScope,
};
use metrics_exporter_prometheus::PrometheusBuilder;
use reflector_guide::{Phase, Replica, Site, apply_crd};
use reflector_runtime::ObjectKey;
use serde::{Deserialize as _, Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::{net::TcpListener, process::Command, sync::oneshot};

const MANIFESTS: &str = include_str!("../deploy/operator.yaml");

/// The stages print the same lines as on the embedded server, and others where
/// names and versions differ.
#[tokio::test(flavor = "multi_thread")]
async fn every_stage_runs_on_a_cluster() {
    let Some(control_plane) = reflector_controlplane::require().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = folder.path().join("kubeconfig");
    control_plane.write_kubeconfig(&kubeconfig).unwrap();
    let run = Command::new(executable("guide"))
        .args(["all", "--cluster"])
        .env("KUBECONFIG", kubeconfig)
        .kill_on_drop(true)
        .output();
    let run = tokio::time::timeout(Duration::from_secs(300), run).await;
    let run = run.expect("the stages end").unwrap();
    let (output, errors) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert!(run.status.success(), "{output}\n{errors}");
    for line in [
        "sites.example.com is served",
        "2 sites",
        "dark: blog",
        "deleted: docs",
        "docs: withdraw",
        "deleted:    the operator has created the page again",
        "install the CRD `themes.example.com`",
        "/readyz: 200 ok",
        "stopped: 0 keys have work to do",
        "leader: pod-2",
    ] {
        assert!(
            output.contains(line),
            "{line} is missing:\n{output}\n{errors}"
        );
    }
}

async fn apply<K>(client: &Client, namespace: &str, manifest: &Value)
where
    K: kube::Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + std::fmt::Debug
        + Serialize
        + DeserializeOwned,
{
    if manifest["kind"] != *K::kind(&()) {
        return;
    }
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
    let name = manifest["metadata"]["name"].as_str().unwrap();
    // An unknown field is an error.
    let strict = PatchParams::apply("test").validation_strict();
    api.patch(name, &strict, &Patch::Apply(manifest)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_runs_with_the_permissions_of_its_manifests() {
    let Some(control_plane) = reflector_controlplane::require().await else {
        return;
    };
    let admin = control_plane.client().await.unwrap();
    apply_crd(&admin).await.unwrap();
    let mut namespace = Namespace::default();
    namespace.metadata.name = Some("sites".to_owned());
    let namespaces: Api<Namespace> = Api::all(admin.clone());
    namespaces.create(&PostParams::default(), &namespace).await.unwrap();
    for manifest in serde_norway::Deserializer::from_str(MANIFESTS) {
        let manifest = Value::deserialize(manifest).unwrap();
        apply::<ServiceAccount>(&admin, "sites", &manifest).await;
        apply::<Role>(&admin, "sites", &manifest).await;
        apply::<RoleBinding>(&admin, "sites", &manifest).await;
        apply::<Deployment>(&admin, "sites", &manifest).await;
    }

    let mut config = control_plane.config().await.unwrap();
    let account = "system:serviceaccount:sites:site-operator";
    config.auth_info.impersonate = Some(account.to_owned());
    let client = Client::try_from(config).unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let replica = Replica {
        client,
        namespace: "sites".to_owned(),
        identity: "pod-1".to_owned(),
        listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        lease_seconds: 15,
    };
    let stopped = async { drop(stopped.await) };
    let running = tokio::spawn(replica.run(stopped));

    let sites: Api<Site> = Api::namespaced(admin.clone(), "sites");
    let home = Site::of("home", "Home", "light");
    sites.create(&PostParams::default(), &home).await.unwrap();
    let timeout = Duration::from_secs(60);
    let key = ObjectKey::namespaced("sites", "home");
    let is_published = |site: &Site| {
        let status = site.status.as_ref();
        status.is_some_and(|status| status.phase == Phase::Published)
    };
    let informer = Site::informer(admin.clone()).namespace("sites");
    informer.wait_until(&key, is_published).timeout(timeout).await.unwrap();
    let maps: Api<ConfigMap> = Api::namespaced(admin.clone(), "sites");
    let page = maps.get("home").await.unwrap();
    assert_eq!(page.data.unwrap()["index.html"], "<h1>Home</h1>");

    sites.delete("home", &DeleteParams::default()).await.unwrap();
    let informer = Site::informer(admin).namespace("sites");
    informer.wait_until_gone(&key).timeout(timeout).await.unwrap();
    drop(stop);
    running.await.unwrap().unwrap();
}
