//! How an operator is tested: on the embedded API server, with faults, without a cluster and without real delays.
//!
//! - The clock is paused. Backoffs and timeouts of minutes take no real time.
//! - Each fault asserts that it had an effect: a fault that affects no request tests nothing.
//! - Writes of the test go to the server directly. No fault affects them.

use std::time::Duration;

use kube::CustomResourceExt as _;
use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use reflector_runtime::reconcile::{ReconcileError, Summary};
use reflector_testing_example::{Lamp, run};
use serde_json::{Value, json};
use tokio::{sync::oneshot, task::JoinHandle};

const VERSION: &str = "example.com/v1";
const NAMESPACE: Option<&str> = Some("default");

/// A server, and the operator that runs on it.
struct Test {
    server: ApiServer,
    stop: oneshot::Sender<()>,
    operator: JoinHandle<Result<Summary, ReconcileError>>,
}

impl Test {
    /// A server with one lamp, which is off. `prepare` sets the faults that are in effect from the start.
    fn start(prepare: impl FnOnce(&ApiServer)) -> Self {
        let server = ApiServer::new();
        let crd = serde_json::to_value(Lamp::crd()).expect("a CRD is JSON");
        server.install_crd(crd).expect("a valid CRD");
        server.create(VERSION, "lamps", NAMESPACE, lamp("one", false)).expect("a valid lamp");
        prepare(&server);
        let (stop, stopped) = oneshot::channel();
        let operator = tokio::spawn(run(server.client(), async { drop(stopped.await) }));
        Self { server, stop, operator }
    }

    /// Waits until the status says this. The limit is one of the paused clock: it takes no real time.
    async fn until_status(&self, name: &str, on: bool) {
        let reached = async {
            while self.status(name) != json!({ "on": on }) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let limit = Duration::from_secs(600);
        let result = tokio::time::timeout(limit, reached).await;
        assert!(result.is_ok(), "{name}: on={on} was not reached, the status is {}", self.status(name));
    }

    fn status(&self, name: &str) -> Value {
        let lamp = self.server.get(VERSION, "lamps", NAMESPACE, name).expect("the lamp exists");
        lamp["status"].clone()
    }

    fn switch(&self, name: &str, on: bool) {
        let patch = json!({ "spec": { "on": on } });
        self.server.merge_patch(VERSION, "lamps", NAMESPACE, name, &patch).expect("a valid patch");
    }

    /// How many statuses the operator has written.
    fn writes(&self) -> usize {
        self.server.requests().iter().filter(|request| request.is(Verb::Patch, "lamps")).count()
    }

    async fn stop(self) -> Summary {
        drop(self.stop);
        self.operator.await.expect("the operator does not panic").expect("a regular end")
    }
}

fn lamp(name: &str, on: bool) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "on": on } })
}

#[tokio::test(start_paused = true)]
async fn the_status_follows_the_spec() {
    let test = Test::start(|_| {});
    test.until_status("one", false).await;
    test.switch("one", true);
    test.until_status("one", true).await;
    // Nothing is written twice, and a status causes no run.
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(test.writes(), 2);
    assert_eq!(test.stop().await.failures, 0);
}

#[tokio::test(start_paused = true)]
async fn a_failed_write_is_repeated() {
    let mut failing = None;
    let test = Test::start(|server| {
        let patches = RequestMatcher::resource("lamps").with_verb(Verb::Patch);
        failing = Some(server.faults().on(patches).times(3).status(500));
    });
    test.until_status("one", false).await;
    assert_eq!(failing.expect("it was set").fired(), 3);
    assert_eq!(test.stop().await.failures, 3);
}

/// The watch is closed, and a change is missed until it is open again.
#[tokio::test(start_paused = true)]
async fn a_change_during_a_disconnect_is_not_lost() {
    let test = Test::start(|_| {});
    test.until_status("one", false).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let refused = test.server.faults().on(RequestMatcher::watch("lamps")).times(2).refuse_connection();
    test.server.drop_all_watches();
    test.switch("one", true);
    test.until_status("one", true).await;
    assert_eq!(refused.fired(), 2);
}

/// The version from which the watch would continue is gone: the state is listed again.
#[tokio::test(start_paused = true)]
async fn a_compacted_history_is_survived() {
    let test = Test::start(|_| {});
    test.until_status("one", false).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let refused = test.server.faults().on(RequestMatcher::watch("lamps")).refuse_connection();
    test.server.drop_all_watches();
    test.switch("one", true);
    test.server.create(VERSION, "lamps", NAMESPACE, lamp("two", true)).expect("a valid lamp");
    test.server.compact();
    test.until_status("one", true).await;
    test.until_status("two", true).await;
    assert_eq!(refused.fired(), 1);
}

/// A lamp that does not fit the type does not stop the operator.
#[tokio::test(start_paused = true)]
async fn an_invalid_object_affects_no_other() {
    let mut broken = None;
    let test = Test::start(|server| {
        server.create(VERSION, "lamps", NAMESPACE, lamp("two", true)).expect("a valid lamp");
        let lamps = RequestMatcher::resource("lamps");
        broken = Some(server.faults().on(lamps).always().replace_value("one", "/spec/on", json!("yes")));
    });
    test.until_status("two", true).await;
    assert!(broken.expect("it was set").fired() > 0);
    assert_eq!(test.status("one"), Value::Null);
}

/// The operator ends with an error that names what to do, and does not wait indefinitely.
#[tokio::test(start_paused = true)]
async fn a_missing_crd_ends_the_operator() {
    let error = run(ApiServer::new().client(), std::future::pending()).await.expect_err("there is no CRD");
    assert!(error.to_string().contains("install the CRD `lamps.example.com`"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn denied_writes_are_retried_until_they_are_allowed() {
    let test = Test::start(|server| server.deny(Verb::Patch, "lamps", NAMESPACE));
    tokio::time::sleep(Duration::from_secs(60)).await;
    let attempts = test.writes();
    // The backoff limits their number.
    assert!((5..30).contains(&attempts), "{attempts}");
    test.server.allow_everything();
    test.until_status("one", false).await;
}
