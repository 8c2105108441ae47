//! Both peers come to the server's state, whatever the way. How fast they are is not asked here.

use reflector_peers::{
    canned::CannedServer,
    measure::{Step, measure},
    peer::Peer,
    plan::Plan,
};

async fn comes_to_the_same(peer: Peer) {
    // More than one page, and objects that are changed unequally often.
    let plan = Plan { objects: 700, events: 1_000 };
    let server = CannedServer::start(plan).await.unwrap();
    let mut steps = Vec::new();
    let outcome = measure(peer, server.address(), plan, |step| steps.push(step)).await.unwrap();
    outcome.check(plan).unwrap();
    assert_eq!(steps, [Step::Synced, Step::Followed, Step::Relisted]);
}

#[tokio::test]
async fn ours_by_list() {
    comes_to_the_same(Peer::Ours).await;
}

#[tokio::test]
async fn ours_by_watch_list() {
    comes_to_the_same(Peer::OursWatchList).await;
}

#[tokio::test]
async fn kube_rs() {
    comes_to_the_same(Peer::Kube).await;
}

#[tokio::test]
async fn kube_rs_with_managed_fields_cleared() {
    comes_to_the_same(Peer::KubeCleared).await;
}

#[tokio::test]
async fn kube_rs_with_streaming_lists() {
    comes_to_the_same(Peer::KubeStreaming).await;
}
