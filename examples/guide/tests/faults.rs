//! The operator under faults, on the embedded API server with a paused clock.

use std::time::Duration;

use kube::CustomResourceExt as _;
use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use reflector_guide::{Operator, Phase, Site};
use reflector_runtime::{
    ObjectKey,
    reconcile::{FailingKeys, ReconcileError, Summary},
};
use serde_json::{Value, json};
use tokio::{sync::oneshot, task::JoinHandle};

// ANCHOR: setup
/// An operator, and the server that it works on.
struct Running {
    sites: reflector_guide::SiteLister,
    failing: FailingKeys,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<Summary, ReconcileError>>,
}

fn server() -> ApiServer {
    let server = ApiServer::new();
    let crd = serde_json::to_value(Site::crd()).unwrap();
    server.install_crd(crd).unwrap();
    server
}

fn start(server: &ApiServer) -> Running {
    let operator = Operator::start(server.client(), "default");
    let sites = operator.sites.lister();
    let reconciler = operator.reconciler();
    let failing = reconciler.failing_keys();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { drop(stopped.await) };
    let task = tokio::spawn(operator.run(reconciler, stopped));
    Running { sites, failing, stop, task }
}

impl Running {
    async fn published(&self, name: &str) {
        let key = ObjectKey::namespaced("default", name);
        let is_published = |site: &Site| {
            let status = site.status.as_ref();
            status.is_some_and(|status| {
                status.phase == Phase::Published
                    && status.observed_generation == site.metadata.generation
            })
        };
        let wait = self.sites.wait_until(&key, is_published);
        wait.timeout(Duration::from_secs(600)).await.unwrap();
    }

    async fn stop(self) -> Summary {
        drop(self.stop);
        self.task.await.unwrap().unwrap()
    }
}
// ANCHOR_END: setup

fn create(server: &ApiServer, name: &str) {
    let spec = json!({ "title": name, "theme": "light" });
    let site = json!({ "metadata": { "name": name }, "spec": spec });
    server.create("example.com/v1", "sites", Some("default"), site).unwrap();
}

fn set_title(server: &ApiServer, name: &str, title: &str) {
    let patch = json!({ "spec": { "title": title } });
    let group = "example.com/v1";
    server.merge_patch(group, "sites", Some("default"), name, &patch).unwrap();
}

fn map(server: &ApiServer, name: &str) -> Value {
    server.get("v1", "configmaps", Some("default"), name).unwrap()
}

fn page(server: &ApiServer, name: &str) -> Value {
    map(server, name)["data"]["index.html"].clone()
}

async fn minutes(minutes: u64) {
    tokio::time::sleep(Duration::from_secs(60 * minutes)).await;
}

// ANCHOR: write
#[tokio::test(start_paused = true)]
async fn a_failed_write_is_repeated() {
    let server = server();
    let write = RequestMatcher::resource("configmaps").with_verb(Verb::Patch);
    let fault = server.faults().on(write).times(2).status(500);

    let running = start(&server);
    create(&server, "home");
    running.published("home").await;

    assert_eq!(fault.fired(), 2);
    assert_eq!(page(&server, "home"), "<h1>home</h1>");
    assert!(running.failing.is_empty());
    assert_eq!(running.stop().await.failures, 2);
}
// ANCHOR_END: write

// ANCHOR: outage
#[tokio::test(start_paused = true)]
async fn a_change_during_an_outage_is_published() {
    let server = server();
    create(&server, "home");
    let running = start(&server);
    running.published("home").await;

    let any = RequestMatcher::any();
    let fault = server.faults().on(any).times(10).refuse_connection();
    server.restart_with_lost_history();
    set_title(&server, "home", "Welcome");
    minutes(10).await;

    assert_eq!(fault.fired(), 10);
    assert_eq!(page(&server, "home"), "<h1>Welcome</h1>");
    running.stop().await;
}
// ANCHOR_END: outage

// ANCHOR: restart
#[tokio::test(start_paused = true)]
async fn a_deletion_between_two_operators_is_not_lost() {
    let server = server();
    create(&server, "home");
    let running = start(&server);
    running.published("home").await;
    assert_eq!(map(&server, "sitemap")["data"]["home"], "home");
    running.stop().await;

    server.delete("example.com/v1", "sites", Some("default"), "home").unwrap();
    assert_eq!(map(&server, "sitemap")["data"]["home"], "home");

    let running = start(&server);
    minutes(1).await;
    assert!(map(&server, "sitemap")["data"]["home"].is_null());
    assert_eq!(server.count("example.com/v1", "sites").unwrap(), 0);
    running.stop().await;
}
// ANCHOR_END: restart

// ANCHOR: conflict
#[tokio::test(start_paused = true)]
async fn an_unchanged_site_causes_no_request() {
    let server = server();
    create(&server, "home");
    let running = start(&server);
    running.published("home").await;
    minutes(1).await;

    server.clear_requests();
    minutes(60).await;
    let writes = server.requests();
    let writes = writes.iter().filter(|it| it.verb != Verb::Watch);
    assert_eq!(writes.count(), 0, "{:?}", server.requests());
    running.stop().await;
}
// ANCHOR_END: conflict

// ANCHOR: permission
#[tokio::test(start_paused = true)]
async fn a_missing_permission_ends_the_operator_with_the_rule() {
    let server = server();
    server.deny(Verb::List, "configmaps", None);
    server.deny(Verb::Watch, "configmaps", None);

    let running = start(&server);
    let error = running.task.await.unwrap().unwrap_err().to_string();
    let rule = r#"resources: ["configmaps"], verbs: ["list", "watch"]"#;
    assert!(error.contains(rule), "{error}");
    assert!(server.requests().iter().any(|it| it.status == Some(403)));
}
// ANCHOR_END: permission

/// A failure of one site does not delay the others.
#[tokio::test(start_paused = true)]
async fn a_site_that_cannot_be_published_does_not_affect_others() {
    let server = server();
    create(&server, "bad");
    set_title(&server, "bad", "");
    create(&server, "good");
    let running = start(&server);
    running.published("good").await;
    minutes(1).await;
    let failing = running.failing.list();
    assert_eq!(failing.len(), 1);
    assert_eq!(*failing[0].key.name, *"bad");
    let error = failing[0].last_error.to_string();
    assert!(error.ends_with("the title is empty"), "{error}");

    set_title(&server, "bad", "better");
    running.published("bad").await;
    assert!(running.failing.is_empty());
    running.stop().await;
}
