//! The examples with `--cluster`, on a real kube-apiserver: each prints the same as on the in-process API server, and deletes
//! what it has created.
//!
//! `cargo test -p reflector-examples` builds the examples first.

#[path = "support/executable.rs"]
mod executable;

use std::{path::Path, process::Stdio, time::Duration};

use k8s_openapi::{
    api::core::v1::{ConfigMap, Namespace, Pod},
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::{
    Api, Client, ResourceExt,
    api::{ListParams, PostParams},
};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    process::Command,
    time::timeout,
};

/// Far more than an example needs.
const LIMIT: Duration = Duration::from_secs(120);

/// What each example prints. The lines end at the name of a namespace, whose suffix is the id of the process.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "closures",
        &["added    a", "updated  a", "filter:  a has no data anymore", "deleted  b", "was called 5 times"],
    ),
    (
        "controller",
        &[
            "german: ready, the ConfigMap says `hallo`",
            "english: the ConfigMap follows the spec",
            "german: the deleted ConfigMap was written again",
            "spanish: deleted, and its ConfigMap exists: false",
            "english, german: deleted",
            " 0 of them failed",
        ],
    ),
    (
        "many",
        &[
            "4 of 4 informers synced",
            "300 widgets (100 red), 200 config maps (100 of the web app)",
            "install the CRD `gadgets.example.com`",
            "without the user of gadgets: 4 of 4 informers synced",
        ],
    ),
    (
        "namespaces",
        &[
            "error: cannot sync configmaps/v1 in namespace team-b-",
            "Added    team-a-",
            "Added    team-c-",
            "Added    team-d-",
            "left     team-a-",
            "Added    team-b-",
            "health: synced",
        ],
    ),
    ("secrets", &["db: entries [\"password\"], 0 bytes of values", "db has the labels", "errors: 0"]),
    (
        "waits",
        &[
            "the overlay contains it: true",
            "m1 with 4 cores is ready",
            "m2 is ready, and the watch is closed",
            "m2 is gone",
            "which contains 0 machines",
        ],
    ),
    ("pods", &["by node:", "by app:"]),
    ("memory", &["the view needs "]),
];

/// Examples that are stopped: the arguments, the line after which they are stopped, and what they print.
const SERVICES: &[(&str, &[&str], &str, &str)] = &[
    ("metrics", &[], "/metrics", "reflector_objects{"),
    ("web", &[], "/readyz", "ok: synced"),
    ("dynamic", &["--group", "apps"], "served: Deployment", ""),
    ("kube_controller", &[], "run: settings", " runs"),
    ("shutdown", &[], "running until", "0 were cancelled"),
    // Interrupted while its objects have finalizers.
    ("controller", &[], "english: ready", ""),
];

fn command(name: &str, kubeconfig: &Path) -> Command {
    let mut command = Command::new(executable::executable(name));
    command
        .arg("--cluster")
        .env("KUBECONFIG", kubeconfig)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Runs an example to its end.
async fn run(name: &str, kubeconfig: &Path, lines: &[&str]) {
    let run = timeout(LIMIT, command(name, kubeconfig).output()).await;
    let run = run.unwrap_or_else(|_| panic!("{name} did not end")).expect("the example starts");
    let (output, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{name}: {}\n{output}\n{errors}", run.status);
    for line in lines {
        assert!(output.contains(line), "{name} does not print {line:?}:\n{output}\n{errors}");
    }
}

/// Runs an example until it prints a line, and stops it as a user or Kubernetes does. If the line contains a URL, its content
/// counts as output.
async fn run_until(name: &str, kubeconfig: &Path, arguments: &[&str], line: &str, expected: &str) {
    let mut child = command(name, kubeconfig).args(arguments).spawn().expect("the example starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut output = String::new();
    let until_line = async {
        while let Some(next) = lines.next_line().await.expect("UTF-8") {
            output.push_str(&next);
            output.push('\n');
            if next.contains(line) {
                return next;
            }
        }
        panic!("{name} ended before {line:?}:\n{output}");
    };
    let found = timeout(LIMIT, until_line).await;
    let found = found.unwrap_or_else(|_| panic!("{name} does not print {line:?}"));
    if let Some(url) = found.strip_prefix("curl http://") {
        output.push_str(&get_until(url, expected).await);
    }
    let signal = if name == "shutdown" { "-TERM" } else { "-INT" };
    let pid = child.id().expect("it runs").to_string();
    let sent = Command::new("kill").args([signal, &pid]).status().await;
    assert!(sent.expect("kill").success());
    let mut rest = String::new();
    let end = async {
        while let Some(next) = lines.next_line().await.expect("UTF-8") {
            rest.push_str(&next);
        }
        child.wait_with_output().await.expect("its status")
    };
    let end = timeout(LIMIT, end).await.unwrap_or_else(|_| panic!("{name} did not end"));
    let errors = String::from_utf8_lossy(&end.stderr);
    output.push_str(&rest);
    assert!(end.status.success(), "{name}: {}\n{output}\n{errors}", end.status);
    assert!(output.contains(expected), "{name} does not print {expected:?}:\n{output}\n{errors}");
}

/// Requests `host:port/path` until the answer contains the text.
async fn get_until(url: &str, expected: &str) -> String {
    let (host, path) = url.split_once('/').expect("a path");
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    let answer = async {
        loop {
            let mut connection = TcpStream::connect(host).await.expect("the example listens");
            connection.write_all(request.as_bytes()).await.expect("sent");
            let mut answer = String::new();
            connection.read_to_string(&mut answer).await.expect("UTF-8");
            if answer.contains(expected) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(LIMIT, answer).await.unwrap_or_else(|_| panic!("{url} does not contain {expected:?}"))
}

/// A Pod and a config map, for the examples that only read.
async fn prepare(client: &Client) {
    let pod = json!({
        "metadata": { "name": "web-1", "labels": { "app": "web" } },
        "spec": { "nodeName": "n1", "containers": [{ "name": "main", "image": "example.com/image" }] },
    });
    let pods: Api<Pod> = Api::namespaced(client.clone(), "default");
    pods.create(&PostParams::default(), &serde_json::from_value(pod).expect("a Pod")).await.expect("created");
    let map = json!({ "metadata": { "name": "settings" } });
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "default");
    maps.create(&PostParams::default(), &serde_json::from_value(map).expect("a map")).await.expect("created");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_run_on_a_cluster() {
    let Some(control_plane) = reflector_controlplane::require().await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let kubeconfig = folder.path().join("kubeconfig");
    control_plane.write_kubeconfig(&kubeconfig).expect("written");
    let client = control_plane.client().await.expect("a client");
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let before = names(&namespaces).await;
    prepare(&client).await;

    for (name, lines) in EXAMPLES {
        run(name, &kubeconfig, lines).await;
    }
    for (name, arguments, line, expected) in SERVICES {
        run_until(name, &kubeconfig, arguments, line, expected).await;
    }

    // No controller completes the deletion of a namespace here.
    let left: Vec<_> = namespaces.list(&ListParams::default()).await.expect("a list").items;
    assert!(left.len() > before.len(), "no example has created a namespace");
    for namespace in left {
        let is_deleted = namespace.metadata.deletion_timestamp.is_some();
        assert!(is_deleted || before.contains(&namespace.name_any()), "{} is left", namespace.name_any());
    }
    assert_eq!(names(&Api::<CustomResourceDefinition>::all(client)).await, [""; 0]);
}

async fn names<K>(api: &Api<K>) -> Vec<String>
where
    K: kube::Resource + Clone + std::fmt::Debug + serde::de::DeserializeOwned,
{
    let list = api.list(&ListParams::default()).await.expect("a list");
    list.iter().map(ResourceExt::name_any).collect()
}

/// Without a cluster, the error says what is missing.
#[tokio::test]
async fn a_missing_kubeconfig_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = command("waits", &folder.path().join("none"))
        .env_remove("KUBERNETES_SERVICE_HOST")
        .output()
        .await
        .expect("the example starts");
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(!run.status.success());
    assert!(errors.contains("found no kubeconfig and no in-cluster configuration"), "{errors}");
}

/// The faults of these examples are those of the in-process API server.
#[tokio::test]
async fn examples_of_faults_and_files_say_why_they_need_no_cluster() {
    for (name, reason) in
        [("errors", "it makes the API server fail"), ("lister_watcher", "it reads files instead")]
    {
        let run = command(name, Path::new("/none")).output().await.expect("the example starts");
        let errors = String::from_utf8_lossy(&run.stderr);
        assert!(!run.status.success() && errors.contains(reason), "{name}: {errors}");
    }
}
