//! Every peer reaches the server's state. Performance is not tested here.

use reflector_peers::{
    canned::CannedServer,
    measure::{Step, measure},
    peer::Peer,
    plan::Plan,
};

async fn reaches_the_end_state(peer: Peer) {
    // More than one page, and objects that are not all changed the same number of times.
    let plan = Plan { objects: 700, events: 1_000 };
    let server = CannedServer::start(plan).await.unwrap();
    let mut steps = Vec::new();
    let outcome = measure(peer, server.address(), plan, |step| steps.push(step)).await.unwrap();
    outcome.check(plan).unwrap();
    assert_eq!(steps, [Step::Synced, Step::Followed, Step::Relisted]);
}

#[tokio::test]
async fn ours_by_list() {
    reaches_the_end_state(Peer::Ours).await;
}

#[tokio::test]
async fn ours_by_watch_list() {
    reaches_the_end_state(Peer::OursWatchList).await;
}

#[tokio::test]
async fn kube_rs() {
    reaches_the_end_state(Peer::Kube).await;
}

#[tokio::test]
async fn kube_rs_with_managed_fields_cleared() {
    reaches_the_end_state(Peer::KubeCleared).await;
}

#[tokio::test]
async fn kube_rs_with_streaming_lists() {
    reaches_the_end_state(Peer::KubeStreaming).await;
}
