//! The launcher keeps its promises: it serves, keeps data over restarts, forgets when told to, and leaves nothing behind.

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::{
    Api,
    api::{DeleteParams, ListParams, PostParams, WatchEvent, WatchParams},
    config::Kubeconfig,
};
use reflector_controlplane::{Assets, ControlPlane, Error, assets::ASSETS_VARIABLE, require, shared};
use serde_json::json;

const LAUNCHER: &str = env!("CARGO_BIN_EXE_reflector-controlplane");

fn config_map(name: &str) -> ConfigMap {
    serde_json::from_value(json!({ "metadata": { "name": name } })).expect("a ConfigMap")
}

async fn config_maps(control_plane: &ControlPlane) -> Api<ConfigMap> {
    Api::default_namespaced(control_plane.client().await.expect("a client"))
}

fn mode(path: impl AsRef<Path>) -> u32 {
    let metadata = std::fs::metadata(path).expect("the file is there");
    metadata.permissions().mode() & 0o777
}

fn is_running(pid: u32) -> bool {
    let pid = pid.to_string();
    let kill = Command::new("kill").args(["-0", &pid]).stderr(Stdio::null()).status();
    kill.expect("kill is there").success()
}

/// Waits, within bounds, for what another process does.
fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("never: {what}");
}

#[tokio::test]
async fn serves_the_version_it_was_built_from() {
    let Some(control_plane) = shared().await else {
        return;
    };
    let client = control_plane.client().await.expect("a client");
    let version = client.apiserver_version().await.expect("a version");
    assert_eq!((version.major.as_str(), version.minor.as_str()), ("1", "37"));
    assert!(control_plane.url().starts_with("https://127.0.0.1:"));
}

#[tokio::test]
async fn secrets_are_for_the_owner_alone() {
    let Some(control_plane) = shared().await else {
        return;
    };
    let folder = control_plane.folder();
    assert_eq!(mode(folder), 0o700);
    for file in ["tokens.csv", "service-account.key", "kube-apiserver.log", "etcd.log"] {
        assert_eq!(mode(folder.join(file)), 0o600, "{file}");
    }

    let elsewhere = tempfile::tempdir().expect("a folder");
    let kubeconfig = elsewhere.path().join("kubeconfig");
    std::fs::write(&kubeconfig, "an older one").expect("written");
    std::fs::set_permissions(&kubeconfig, std::fs::Permissions::from_mode(0o666)).expect("opened up");
    control_plane.write_kubeconfig(&kubeconfig).expect("written");
    assert_eq!(mode(&kubeconfig), 0o600);

    let shown = format!("{control_plane:?}");
    assert!(!shown.contains(control_plane.admin_token()), "{shown}");
}

#[tokio::test]
async fn kubectl_reads_the_kubeconfig() {
    let Some(control_plane) = shared().await else {
        return;
    };
    let kubectl = control_plane.assets().kubectl().unwrap_or_else(|| PathBuf::from("kubectl"));
    let kubeconfig = control_plane.folder().join("for-kubectl");
    control_plane.write_kubeconfig(&kubeconfig).expect("written");
    let output = Command::new(kubectl)
        .env("KUBECONFIG", &kubeconfig)
        .args(["get", "namespaces", "default", "--output=name"])
        .output()
        .expect("kubectl runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "namespace/default\n", "{output:?}");
}

#[tokio::test]
async fn the_unprivileged_user_may_nothing() {
    let Some(control_plane) = shared().await else {
        return;
    };
    let token = control_plane.unprivileged_token();
    let client = control_plane.client_as(token).await.expect("a client");
    let refusal = Api::<Secret>::default_namespaced(client).list(&ListParams::default()).await;
    let status = refusal.expect_err("refused");
    assert!(matches!(&status, kube::Error::Api(status) if status.code == 403), "{status:?}");

    let client = control_plane.client_as("no such token").await.expect("a client");
    let refusal = client.apiserver_version().await.expect_err("refused");
    assert!(matches!(&refusal, kube::Error::Api(status) if status.code == 401), "{refusal:?}");
}

#[tokio::test]
async fn a_restart_keeps_data_address_and_certificate() {
    let Some(mut control_plane) = require().await else {
        return;
    };
    let config_maps = config_maps(&control_plane).await;
    let before = config_maps.create(&PostParams::default(), &config_map("kept")).await.expect("created");
    let (url, pids) = (control_plane.url(), control_plane.pids());

    control_plane.kill_apiserver();
    assert_eq!(control_plane.pids(), pids[..1]);
    config_maps.get("kept").await.expect_err("nobody serves");

    control_plane.restart_apiserver().await.expect("it starts again");
    assert_eq!(control_plane.url(), url);
    assert_ne!(control_plane.pids(), pids);
    let after = config_maps.get("kept").await.expect("the old client still fits");
    assert_eq!(after.metadata, before.metadata);
    control_plane.stop().await.expect("stopped");
}

/// The first answer of a watch from `version`: an error's code, or what came.
async fn first_answer(config_maps: &Api<ConfigMap>, version: &str) -> Result<String, u16> {
    use futures::TryStreamExt;
    let watch = config_maps.watch(&WatchParams::default().timeout(5), version).await;
    let mut events = match watch {
        Ok(events) => std::pin::pin!(events),
        Err(kube::Error::Api(status)) => return Err(status.code),
        Err(other) => panic!("{other}"),
    };
    match events.try_next().await.expect("an event") {
        Some(WatchEvent::Error(status)) => Err(status.code),
        Some(WatchEvent::Added(object)) => Ok(object.metadata.name.expect("a name")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn compaction_makes_old_versions_410() {
    let Some(mut control_plane) = require().await else {
        return;
    };
    let config_maps = config_maps(&control_plane).await;
    let mut versions = Vec::new();
    for name in ["a", "b", "c"] {
        let created = config_maps.create(&PostParams::default(), &config_map(name)).await.expect("created");
        versions.push(created.metadata.resource_version.expect("a version"));
    }
    let page = config_maps.list(&ListParams::default().limit(1)).await.expect("a page");
    let token = page.metadata.continue_.expect("more");
    config_maps.delete("c", &DeleteParams::default()).await.expect("deleted");
    assert_eq!(first_answer(&config_maps, &versions[0]).await, Ok("b".into()));

    let revision = control_plane.compact_etcd().await.expect("compacted");
    assert!(revision > versions[2].parse().expect("a number"));
    // The watch cache still knows; a fresh server has only etcd to ask.
    control_plane.restart_apiserver().await.expect("it starts again");
    assert_eq!(first_answer(&config_maps, &versions[0]).await, Err(410));
    let next = config_maps.list(&ListParams::default().limit(1).continue_token(&token)).await;
    let refusal = next.expect_err("too old");
    assert!(matches!(&refusal, kube::Error::Api(status) if status.code == 410), "{refusal:?}");
}

#[tokio::test]
async fn without_a_watch_cache_compaction_alone_is_enough() {
    let builder = ControlPlane::builder().apiserver_arg("--watch-cache=false");
    let Some(control_plane) = builder.require().await else {
        return;
    };
    let config_maps = config_maps(&control_plane).await;
    let created = config_maps.create(&PostParams::default(), &config_map("a")).await.expect("created");
    let version = created.metadata.resource_version.expect("a version");
    for name in ["b", "c"] {
        config_maps.create(&PostParams::default(), &config_map(name)).await.expect("created");
    }
    assert_eq!(first_answer(&config_maps, &version).await, Ok("b".into()));
    control_plane.compact_etcd().await.expect("compacted");
    assert_eq!(first_answer(&config_maps, &version).await, Err(410));
}

#[tokio::test]
async fn dropping_leaves_nothing_behind_even_in_a_panic() {
    let Some(control_plane) = require().await else {
        return;
    };
    let (pids, folder) = (control_plane.pids(), control_plane.folder().to_path_buf());
    assert_eq!(pids.len(), 2);
    assert!(pids.iter().all(|pid| is_running(*pid)) && folder.is_dir());
    let panicking = std::thread::spawn(move || {
        let _held = control_plane;
        std::panic::resume_unwind(Box::new("a test failed"));
    });
    panicking.join().expect_err("it panicked");
    assert!(!pids.iter().any(|pid| is_running(*pid)), "{pids:?}");
    assert!(!folder.exists());
}

/// The launcher as a process of its own: once it serves, with its data folder and the address of kube-apiserver.
struct Launched {
    process: Child,
    folder: PathBuf,
    address: SocketAddr,
}

impl Launched {
    fn start(assets: &Assets) -> Self {
        let mut process = Command::new(LAUNCHER)
            .env(ASSETS_VARIABLE, assets.folder())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the launcher runs");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let line = lines.next().expect("it says something").expect("text");
        let kubeconfig = Path::new(line.strip_prefix("export KUBECONFIG=").expect("an export"));
        assert_eq!(mode(kubeconfig), 0o600);
        let read = Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
        let url =
            read.clusters[0].cluster.as_ref().and_then(|cluster| cluster.server.clone()).expect("a URL");
        let address = url.strip_prefix("https://").expect("TLS").parse().expect("an address");
        let folder = kubeconfig.parent().expect("a folder").to_path_buf();
        assert!(TcpStream::connect(address).is_ok());
        Self { process, folder, address }
    }

    fn is_gone(&self) -> bool {
        TcpStream::connect(self.address).is_err() && !self.folder.exists()
    }
}

/// The programs that the other tests use; none where those are skipped.
async fn assets() -> Option<Assets> {
    Some(shared().await?.assets().clone())
}

#[tokio::test]
async fn nothing_outlives_a_killed_process() {
    let Some(assets) = assets().await else { return };
    let mut launched = Launched::start(&assets);
    launched.process.kill().expect("SIGKILL");
    launched.process.wait().expect("reaped");
    eventually("the servers and the folder go", || launched.is_gone());
}

#[tokio::test]
async fn the_binary_ends_in_order_on_ctrl_c() {
    let Some(assets) = assets().await else { return };
    let mut launched = Launched::start(&assets);
    let pid = launched.process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill is there").success());
    assert!(launched.process.wait().expect("reaped").success());
    assert!(launched.is_gone());
}

#[tokio::test]
async fn a_server_that_refuses_its_arguments_is_quoted() {
    let Some(assets) = assets().await else { return };
    let builder = ControlPlane::builder().assets(assets).apiserver_arg("--no-such-flag");
    let error = builder.start().await.expect_err("refused");
    let Error::Exited { server: "kube-apiserver", log, .. } = error else { panic!("{error}") };
    assert!(log.contains("unknown flag: --no-such-flag"), "{log}");
}

#[test]
fn an_empty_assets_folder_is_named() {
    let empty = tempfile::tempdir().expect("a folder");
    let output = Command::new(LAUNCHER)
        .arg("--build-only")
        .env(ASSETS_VARIABLE, empty.path())
        .output()
        .expect("the launcher runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("kube-apiserver") && said.contains(&empty.path().display().to_string()), "{said}");
}
