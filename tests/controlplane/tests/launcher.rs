//! Tests of the launcher: it serves, keeps data across restarts, discards history on compaction, and cleans up.

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
    let metadata = std::fs::metadata(path).expect("the file exists");
    metadata.permissions().mode() & 0o777
}

fn is_running(pid: u32) -> bool {
    let pid = pid.to_string();
    let kill = Command::new("kill").args(["-0", &pid]).stderr(Stdio::null()).status();
    kill.expect("kill runs").success()
}

/// Waits, with a limit, for an effect of another process.
fn eventually(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..600 {
        if condition() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("timed out waiting for: {what}");
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
async fn secrets_are_readable_only_by_the_owner() {
    let Some(control_plane) = shared().await else {
        return;
    };
    let folder = control_plane.folder();
    assert_eq!(mode(folder), 0o700);
    for file in ["tokens.csv", "service-account.key", "kube-apiserver.log", "etcd.log"] {
        assert_eq!(mode(folder.join(file)), 0o600, "{file}");
    }

    let other_folder = tempfile::tempdir().expect("a folder");
    let kubeconfig = other_folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, "an older one").expect("written");
    std::fs::set_permissions(&kubeconfig, std::fs::Permissions::from_mode(0o666))
        .expect("permissions changed");
    control_plane.write_kubeconfig(&kubeconfig).expect("written");
    assert_eq!(mode(&kubeconfig), 0o600);

    let debug = format!("{control_plane:?}");
    assert!(!debug.contains(control_plane.admin_token()), "{debug}");
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
async fn the_unprivileged_user_and_unknown_tokens_are_rejected() {
    let Some(control_plane) = shared().await else {
        return;
    };
    let token = control_plane.unprivileged_token();
    let client = control_plane.client_as(token).await.expect("a client");
    let listed = Api::<Secret>::default_namespaced(client).list(&ListParams::default()).await;
    let error = listed.expect_err("forbidden");
    assert!(matches!(&error, kube::Error::Api(status) if status.code == 403), "{error:?}");

    let client = control_plane.client_as("no such token").await.expect("a client");
    let error = client.apiserver_version().await.expect_err("unauthorized");
    assert!(matches!(&error, kube::Error::Api(status) if status.code == 401), "{error:?}");
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
    config_maps.get("kept").await.expect_err("kube-apiserver is not running");

    control_plane.restart_apiserver().await.expect("restarted");
    assert_eq!(control_plane.url(), url);
    assert_ne!(control_plane.pids(), pids);
    let after = config_maps.get("kept").await.expect("the old client still works");
    assert_eq!(after.metadata, before.metadata);
    control_plane.stop().await.expect("stopped");
}

/// The first event of a watch from `version`: the name of the added object, or the code of an error.
async fn first_event(config_maps: &Api<ConfigMap>, version: &str) -> Result<String, u16> {
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
async fn old_versions_are_expired_after_compaction() {
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
    let token = page.metadata.continue_.expect("a continue token");
    config_maps.delete("c", &DeleteParams::default()).await.expect("deleted");
    assert_eq!(first_event(&config_maps, &versions[0]).await, Ok("b".into()));

    let revision = control_plane.compact_etcd().await.expect("compacted");
    assert!(revision > versions[2].parse().expect("a number"));
    // The watch cache still has the history; a restarted server has only etcd.
    control_plane.restart_apiserver().await.expect("restarted");
    assert_eq!(first_event(&config_maps, &versions[0]).await, Err(410));
    let next = config_maps.list(&ListParams::default().limit(1).continue_token(&token)).await;
    let error = next.expect_err("expired");
    assert!(matches!(&error, kube::Error::Api(status) if status.code == 410), "{error:?}");
}

#[tokio::test]
async fn without_a_watch_cache_compaction_expires_old_versions() {
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
    assert_eq!(first_event(&config_maps, &version).await, Ok("b".into()));
    control_plane.compact_etcd().await.expect("compacted");
    assert_eq!(first_event(&config_maps, &version).await, Err(410));
}

#[tokio::test]
async fn dropping_cleans_up_even_in_a_panic() {
    let Some(control_plane) = require().await else {
        return;
    };
    let (pids, folder) = (control_plane.pids(), control_plane.folder().to_path_buf());
    assert_eq!(pids.len(), 2);
    assert!(pids.iter().all(|pid| is_running(*pid)) && folder.is_dir());
    let panicking = std::thread::spawn(move || {
        let _control_plane = control_plane;
        std::panic::resume_unwind(Box::new("a test failed"));
    });
    panicking.join().expect_err("it panicked");
    assert!(!pids.iter().any(|pid| is_running(*pid)), "{pids:?}");
    assert!(!folder.exists());
}

/// A launcher process that is ready, with its data folder and the address of kube-apiserver.
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
        let line = lines.next().expect("a line of output").expect("text");
        let kubeconfig = Path::new(line.strip_prefix("export KUBECONFIG=").expect("an export"));
        assert_eq!(mode(kubeconfig), 0o600);
        let config = Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
        let url =
            config.clusters[0].cluster.as_ref().and_then(|cluster| cluster.server.clone()).expect("a URL");
        let address = url.strip_prefix("https://").expect("TLS").parse().expect("an address");
        let folder = kubeconfig.parent().expect("a folder").to_path_buf();
        assert!(TcpStream::connect(address).is_ok());
        Self { process, folder, address }
    }

    fn is_gone(&self) -> bool {
        TcpStream::connect(self.address).is_err() && !self.folder.exists()
    }
}

/// The programs that the other tests use; `None` if those tests are skipped.
async fn assets() -> Option<Assets> {
    Some(shared().await?.assets().clone())
}

#[tokio::test]
async fn nothing_outlives_a_killed_process() {
    let Some(assets) = assets().await else { return };
    let mut launched = Launched::start(&assets);
    launched.process.kill().expect("SIGKILL");
    launched.process.wait().expect("reaped");
    eventually("the servers stop and the folder is removed", || launched.is_gone());
}

#[tokio::test]
async fn the_binary_shuts_down_cleanly_on_ctrl_c() {
    let Some(assets) = assets().await else { return };
    let mut launched = Launched::start(&assets);
    interrupt(&launched.process);
    assert!(launched.process.wait().expect("reaped").success());
    assert!(launched.is_gone());
}

#[tokio::test]
async fn ctrl_c_while_the_servers_start_leaves_nothing() {
    let Some(assets) = assets().await else { return };
    let folders = tempfile::tempdir().expect("a folder");
    let mut launcher = Command::new(LAUNCHER)
        .env(ASSETS_VARIABLE, assets.folder())
        .env("TMPDIR", folders.path())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the launcher runs");
    let mut lines = BufReader::new(launcher.stderr.take().expect("a pipe")).lines();
    let line = lines.next().expect("a line of output").expect("text");
    assert_eq!(line, "etcd and kube-apiserver start");
    eventually("etcd starts", || !processes_with_argument(folders.path()).is_empty());
    interrupt(&launcher);
    assert!(launcher.wait().expect("reaped").success());
    assert_eq!(std::fs::read_dir(folders.path()).expect("a folder").count(), 0);
    assert_eq!(processes_with_argument(folders.path()), Vec::<String>::new());
}

/// Sends SIGINT, as a terminal does on ctrl-c.
fn interrupt(process: &Child) {
    let pid = process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
}

/// The ids of the processes whose command line contains the path.
fn processes_with_argument(path: &Path) -> Vec<String> {
    let list = Command::new("ps").args(["-e", "-ww", "-o", "pid=,args="]).output().expect("ps runs");
    let path = path.display().to_string();
    let lines = String::from_utf8_lossy(&list.stdout);
    let found = lines.lines().filter(|line| line.contains(&path));
    found.map(|line| line.split_whitespace().next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn the_error_quotes_the_log_of_a_server_that_rejects_its_arguments() {
    let Some(assets) = assets().await else { return };
    let builder = ControlPlane::builder().assets(assets).apiserver_arg("--no-such-flag");
    let error = builder.start().await.expect_err("rejected");
    let Error::Exited { server: "kube-apiserver", log, .. } = error else { panic!("{error}") };
    assert!(log.contains("unknown flag: --no-such-flag"), "{log}");
}

#[test]
fn the_error_names_an_assets_folder_without_programs() {
    let empty = tempfile::tempdir().expect("a folder");
    let output = Command::new(LAUNCHER)
        .arg("--build-only")
        .env(ASSETS_VARIABLE, empty.path())
        .output()
        .expect("the launcher runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        stderr.contains("kube-apiserver") && stderr.contains(&empty.path().display().to_string()),
        "{stderr}"
    );
}
