//! Runs the real `kubectl` against the server over TCP.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use reflector_apiserver::{ApiServer, ServerHandle};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::Command,
};

const CRD: &str = include_str!("kubectl/crd.yaml");
const WIDGETS: &str = include_str!("kubectl/widgets.yaml");
/// The timeout of every wait. It elapses only if a command or the server hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Finds `kubectl` through `KUBECTL`, `KUBEBUILDER_ASSETS` or the `PATH`.
fn find_kubectl() -> Option<PathBuf> {
    let named = std::env::var_os("KUBECTL").map(PathBuf::from);
    let assets = std::env::var_os("KUBEBUILDER_ASSETS").map(|folder| Path::new(&folder).join("kubectl"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("kubectl"));
    named.into_iter().chain(assets).chain(on_path).find(|file| file.is_file())
}

fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// A server, and `kubectl` configured to use it.
struct Kubectl {
    program: PathBuf,
    server: ApiServer,
    folder: tempfile::TempDir,
    _handle: ServerHandle,
}

/// What a command printed, and whether it succeeded.
struct Output {
    out: String,
    err: String,
    success: bool,
}

impl Kubectl {
    /// Starts a server. Returns `None`, with a message on stderr, if there is no `kubectl`.
    ///
    /// # Panics
    /// In CI, if there is no `kubectl`.
    async fn start() -> Option<Self> {
        let Some(program) = find_kubectl() else {
            assert!(!on_ci(), "kubectl not found, which CI requires: set KUBECTL or add it to the PATH");
            // Not with `eprintln!`, whose output the test harness only shows for failed tests.
            let _ =
                writeln!(std::io::stderr(), "SKIPPED: kubectl not found; set KUBECTL or add it to the PATH");
            return None;
        };
        let server = ApiServer::new();
        let handle = server.listen().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        handle.write_kubeconfig(folder.path().join("config")).unwrap();
        let kubectl = Self { program, server, folder, _handle: handle };
        let applied = kubectl.run_with(&["apply", "-f", "-"], CRD).await;
        assert!(
            applied.success && applied.out.contains("widgets.example.com created"),
            "{}{}",
            applied.out,
            applied.err
        );
        Some(kubectl)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        // The discovery cache must not be shared with another server.
        command
            .args(arguments)
            .env("KUBECONFIG", self.folder.path().join("config"))
            .env("HOME", self.folder.path())
            .env("KUBECACHEDIR", self.folder.path().join("cache"))
            .env("TMPDIR", self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    async fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        Self::run(self.command(arguments), input).await
    }

    async fn run(mut command: Command, input: &str) -> Output {
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        let done = tokio::time::timeout(TIMEOUT, child.wait_with_output())
            .await
            .expect("kubectl timed out")
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Output { out: text(done.stdout), err: text(done.stderr), success: done.status.success() }
    }

    /// Runs a command that must succeed, and returns its output.
    async fn ok(&self, arguments: &[&str]) -> String {
        let done = self.run_with(arguments, "").await;
        assert!(done.success, "kubectl {}: {}{}", arguments.join(" "), done.out, done.err);
        done.out
    }

    /// Runs a command that must fail, and returns its error output.
    async fn fails(&self, arguments: &[&str], input: &str) -> String {
        let done = self.run_with(arguments, input).await;
        assert!(!done.success, "kubectl {} succeeded: {}", arguments.join(" "), done.out);
        done.err
    }

    /// Runs `kubectl edit` with an editor that replaces one word.
    async fn edit(&self, what: &[&str], word: &str, by: &str) -> Output {
        let mut command = self.command(&[&["edit"], what].concat());
        command.env("KUBE_EDITOR", format!("sed -i.old s/{word}/{by}/"));
        Self::run(command, "").await
    }

    async fn widgets(&self) {
        let done = self.run_with(&["apply", "-f", "-"], WIDGETS).await;
        assert!(done.success, "{}", done.err);
    }
}

#[tokio::test]
async fn applies_gets_and_lists() {
    let Some(kubectl) = Kubectl::start().await else { return };
    kubectl.widgets().await;
    let again = kubectl.run_with(&["apply", "-f", "-"], WIDGETS).await;
    assert!(again.out.contains("widget.example.com/w1 unchanged"), "{}", again.out);

    let table = kubectl.ok(&["get", "widgets"]).await;
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["NAME", "COLOR", "AGE"]);
    assert_eq!((lines[1][..2].to_vec(), lines[2][..2].to_vec()), (vec!["w1", "red"], vec!["w2", "green"]));
    let wide = kubectl.ok(&["get", "wd", "-o", "wide", "-A"]).await;
    assert!(wide.lines().next().unwrap().contains("NAMESPACE") && wide.contains("SIZE"), "{wide}");
    let json: Value =
        serde_json::from_str(&kubectl.ok(&["get", "widget", "w1", "-o", "json"]).await).unwrap();
    assert_eq!(json["spec"]["size"], 3);
    assert!(kubectl.ok(&["get", "widget/w1", "-o", "yaml"]).await.contains("color: red"));
    assert_eq!(
        kubectl.ok(&["get", "widgets", "-o", "name"]).await,
        "widget.example.com/w1\nwidget.example.com/w2\n"
    );

    let names = ["-o", "name"];
    let by_label = kubectl.ok(&[&["get", "widgets", "-l", "tier in (web)"][..], &names].concat()).await;
    assert_eq!(by_label, "widget.example.com/w1\n");
    let by_field =
        kubectl.ok(&[&["get", "widgets", "--field-selector", "spec.color=green"][..], &names].concat()).await;
    assert_eq!(by_field, "widget.example.com/w2\n");
    let in_pages = kubectl.ok(&[&["get", "widgets", "--chunk-size=1"][..], &names].concat()).await;
    assert_eq!(in_pages.lines().count(), 2);
    let error = kubectl.fails(&["get", "widgets", "--field-selector", "spec.size=3"], "").await;
    assert!(error.contains("field label not supported: spec.size"), "{error}");
    let missing = kubectl.fails(&["get", "widget", "none"], "").await;
    assert_eq!(missing, "Error from server (NotFound): widgets.example.com \"none\" not found\n");
}

#[tokio::test]
async fn validates_applied_objects() {
    let Some(kubectl) = Kubectl::start().await else { return };
    let unknown_field = WIDGETS.replace("color: red", "color: red, unknown: 1");
    let error = kubectl.fails(&["apply", "-f", "-"], &unknown_field).await;
    assert!(error.contains("strict decoding error: unknown field \"spec.unknown\""), "{error}");
    let pink = WIDGETS.replace("color: red", "color: pink");
    let error = kubectl.fails(&["apply", "-f", "-"], &pink).await;
    assert!(error.contains("spec.color: Unsupported value: \"pink\""), "{error}");
    let dry = kubectl.run_with(&["apply", "--dry-run=server", "-f", "-"], WIDGETS).await;
    assert!(dry.success && dry.out.contains("created (server dry run)"), "{}{}", dry.out, dry.err);
    assert_eq!(
        kubectl.server.count("example.com/v1", "widgets").unwrap(),
        2 - 1,
        "w2 was created along with the rejected w1"
    );
}

#[tokio::test]
async fn applies_on_the_server_side() {
    let Some(kubectl) = Kubectl::start().await else { return };
    let apply = ["apply", "--server-side", "-f", "-"];
    let done = kubectl.run_with(&apply, WIDGETS).await;
    assert!(done.success && done.out.contains("w1 serverside-applied"), "{}", done.err);
    let blue = WIDGETS.replace("color: red", "color: blue");
    let other = ["apply", "--server-side", "--field-manager=other", "-f", "-"];
    let error = kubectl.fails(&other, &blue).await;
    assert!(error.contains("conflict with \"kubectl\": .spec.color"), "{error}");
    let forced = kubectl
        .run_with(&["apply", "--server-side", "--force-conflicts", "--field-manager=other", "-f", "-"], &blue)
        .await;
    assert!(forced.success, "{}", forced.err);
    assert_eq!(kubectl.ok(&["get", "widget", "w1", "-o", "jsonpath={.spec.color}"]).await, "blue");
    // From client-side to server-side apply: kubectl migrates the field ownership.
    let maps = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: b}\n";
    assert!(kubectl.run_with(&["apply", "-f", "-"], maps).await.success);
    let moved = kubectl.run_with(&apply, &maps.replace("a: b", "a: c")).await;
    assert!(moved.success, "{}", moved.err);
    assert_eq!(kubectl.ok(&["get", "cm", "m", "-o", "jsonpath={.data.a}"]).await, "c");
}

#[tokio::test]
async fn patches_labels_waits_replaces_and_deletes() {
    let Some(kubectl) = Kubectl::start().await else { return };
    kubectl.widgets().await;
    let color = ["get", "widget", "w1", "-o", "jsonpath={.spec.color}"];
    kubectl.ok(&["patch", "widget", "w1", "--type=merge", "-p", r#"{"spec":{"color":"blue"}}"#]).await;
    assert_eq!(kubectl.ok(&color).await, "blue");
    let change = r#"[{"op":"replace","path":"/spec/color","value":"green"}]"#;
    kubectl.ok(&["patch", "widget", "w1", "--type=json", "-p", change]).await;
    assert_eq!(kubectl.ok(&color).await, "green");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: b}\n";
    assert!(kubectl.run_with(&["create", "-f", "-"], map).await.success);
    kubectl.ok(&["patch", "configmap", "m", "--type=strategic", "-p", r#"{"data":{"c":"d"}}"#]).await;
    assert_eq!(kubectl.ok(&["get", "cm", "m", "-o", "jsonpath={.data}"]).await, r#"{"a":"b","c":"d"}"#);

    kubectl.ok(&["label", "widget", "w1", "extra=yes"]).await;
    kubectl.ok(&["annotate", "widget", "w1", "note=hello"]).await;
    assert!(kubectl.ok(&["get", "widgets", "-l", "extra=yes"]).await.contains("w1"));
    kubectl.ok(&["label", "widget", "w1", "extra-"]).await;
    assert!(!kubectl.ok(&["get", "widget", "w1", "-o", "yaml"]).await.contains("extra"));

    let status = r#"{"status":{"phase":"Ready"}}"#;
    kubectl.ok(&["patch", "widget", "w1", "--subresource=status", "--type=merge", "-p", status]).await;
    kubectl.ok(&["wait", "--for=jsonpath={.status.phase}=Ready", "widget/w1", "--timeout=30s"]).await;
    let wait = kubectl.command(&["wait", "--for=delete", "widget/w2", "--timeout=30s"]).spawn().unwrap();
    kubectl.ok(&["delete", "widget", "w2"]).await;
    let waited = wait.wait_with_output().await.unwrap();
    assert!(waited.status.success(), "{}", String::from_utf8_lossy(&waited.stderr));

    let replaced = kubectl.ok(&["get", "widget", "w1", "-o", "json"]).await.replace("\"green\"", "\"red\"");
    assert!(kubectl.run_with(&["replace", "-f", "-"], &replaced).await.success);
    assert_eq!(kubectl.ok(&color).await, "red");
    assert_eq!(kubectl.ok(&["delete", "widgets", "--all"]).await.lines().count(), 1);
}

#[tokio::test]
async fn edits_objects_and_their_status() {
    let Some(kubectl) = Kubectl::start().await else { return };
    kubectl.widgets().await;
    let get =
        async |what: &str| kubectl.ok(&["get", "widget", "w1", "-o", &format!("jsonpath={what}")]).await;
    let edited = kubectl.edit(&["widget", "w1"], "red", "blue").await;
    assert!(edited.success && edited.out.contains("w1 edited"), "{}{}", edited.out, edited.err);
    assert_eq!(get("{.spec.color} {.metadata.generation}").await, "blue 2");

    let status = r#"{"status":{"phase":"Pending"}}"#;
    kubectl.ok(&["patch", "widget", "w1", "--subresource=status", "--type=merge", "-p", status]).await;
    let status_of_w1 = ["widget", "w1", "--subresource=status"];
    let edited = kubectl.edit(&status_of_w1, "Pending", "Ready").await;
    assert!(edited.success && edited.out.contains("w1 edited"), "{}{}", edited.out, edited.err);
    assert_eq!(get("{.status.phase} {.metadata.generation}").await, "Ready 2");
    // Each endpoint ignores changes to the fields of the other; kubectl succeeds.
    assert!(kubectl.edit(&status_of_w1, "blue", "green").await.success);
    assert!(kubectl.edit(&["widget", "w1"], "Ready", "Done").await.success);
    assert_eq!(get("{.spec.color} {.status.phase}").await, "blue Ready");

    let rejected = kubectl.edit(&["widget", "w1"], "blue", "pink").await;
    let message = "widgets.example.com \"w1\" is invalid";
    assert!(!rejected.success && rejected.err.contains(message), "{}", rejected.err);
    assert_eq!(get("{.spec.color}").await, "blue");

    kubectl.ok(&["create", "configmap", "m", "--from-literal=a=before"]).await;
    let edited = kubectl.edit(&["configmap", "m"], "before", "after").await;
    assert!(edited.success && edited.out.contains("configmap/m edited"), "{}{}", edited.out, edited.err);
    assert_eq!(kubectl.ok(&["get", "configmap", "m", "-o", "jsonpath={.data.a}"]).await, "after");
}

/// `kubectl create` sends built-in types as protobuf.
#[tokio::test]
async fn creates_built_in_types() {
    let Some(kubectl) = Kubectl::start().await else { return };
    let get = async |what: &[&str]| -> Value {
        let json = kubectl.ok(&[&["get", "-o", "json"][..], what].concat()).await;
        serde_json::from_str(&json).expect("JSON")
    };
    kubectl.ok(&["create", "namespace", "team"]).await;
    assert_eq!(get(&["namespace", "team"]).await["status"]["phase"], "Active");
    let team = ["-n", "team"];
    let create = async |what: &[&str]| kubectl.ok(&[&["create"][..], what, &team[..]].concat()).await;
    create(&["configmap", "m", "--from-literal=a=b", "--from-literal=c=d"]).await;
    let map = get(&["configmap", "m", "-n", "team"]).await;
    assert_eq!(map["data"], serde_json::json!({ "a": "b", "c": "d" }));
    create(&["secret", "generic", "s", "--from-literal=p=hunter2"]).await;
    let secret = get(&["secret", "s", "-n", "team"]).await;
    assert_eq!((&secret["type"], &secret["data"]["p"]), (&"Opaque".into(), &"aHVudGVyMg==".into()));
    create(&["serviceaccount", "robot"]).await;
    assert_eq!(get(&["serviceaccount", "robot", "-n", "team"]).await["metadata"]["name"], "robot");
    create(&["service", "nodeport", "web", "--tcp=80:http", "--node-port=30080"]).await;
    let ports = get(&["service", "web", "-n", "team"]).await["spec"]["ports"].clone();
    assert_eq!(
        ports,
        serde_json::json!([{ "name": "80-http", "port": 80, "protocol": "TCP", "targetPort": "http", "nodePort": 30080 }])
    );
    let again = kubectl.fails(&["create", "configmap", "m", "-n", "team"], "").await;
    assert!(again.contains("configmaps \"m\" already exists"), "{again}");
    kubectl.ok(&["delete", "namespace", "team"]).await;
}

#[tokio::test]
async fn watches() {
    let Some(kubectl) = Kubectl::start().await else { return };
    kubectl.widgets().await;
    let mut child = kubectl.command(&["get", "widgets", "--watch-only", "-o", "name"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let watching = || {
        let requests = kubectl.server.requests();
        requests.iter().any(|request| request.verb.is_long_running() && request.status.is_some())
    };
    tokio::time::timeout(TIMEOUT, async {
        while !watching() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("kubectl watches");
    let patch = serde_json::json!({"spec": {"color": "blue"}});
    kubectl.server.merge_patch("example.com/v1", "widgets", Some("default"), "w2", &patch).unwrap();
    let line = tokio::time::timeout(TIMEOUT, lines.next_line()).await.expect("an event").unwrap();
    assert_eq!(line.as_deref(), Some("widget.example.com/w2"));
    child.kill().await.unwrap();

    let mut child = kubectl.command(&["get", "widgets", "-w"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let line = tokio::time::timeout(TIMEOUT, lines.next_line()).await.expect("a row").unwrap().unwrap();
        seen.push(line.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
    }
    assert_eq!(seen, ["NAME COLOR", "w1 red", "w2 blue"]);
    child.kill().await.unwrap();
}

#[tokio::test]
async fn explores_and_cleans_up() {
    let Some(kubectl) = Kubectl::start().await else { return };
    let kinds = kubectl.ok(&["api-resources"]).await;
    assert!(kinds.lines().any(|line| line.starts_with("widgets") && line.ends_with("Widget")), "{kinds}");
    assert!(kubectl.ok(&["api-versions"]).await.lines().any(|line| line == "example.com/v1"));
    assert!(kubectl.ok(&["get", "--raw", "/readyz"]).await.contains("ok"));
    kubectl.ok(&["wait", "--for=condition=established", "crd/widgets.example.com", "--timeout=30s"]).await;
    let team = "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n---\n\
                apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: team}\n";
    let created = kubectl.run_with(&["create", "-f", "-"], team).await;
    assert!(created.success, "{}", created.err);
    kubectl.ok(&["describe", "-n", "team", "configmap", "m"]).await;
    kubectl.ok(&["delete", "namespace", "team"]).await;
    assert!(kubectl.fails(&["get", "namespace", "team"], "").await.contains("NotFound"));
    kubectl.widgets().await;
    kubectl.ok(&["delete", "crd", "widgets.example.com"]).await;
    let error = kubectl.fails(&["get", "widgets"], "").await;
    assert!(
        error.contains("the server doesn't have a resource type \"widgets\"") || error.contains("NotFound"),
        "{error}"
    );
}
