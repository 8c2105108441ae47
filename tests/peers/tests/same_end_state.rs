//! Every peer reaches the server's state. Performance is not tested here.

use std::{io::Write as _, num::NonZeroUsize};

use reflector_controlplane::go_build::GoError;
use reflector_peers::{
    agent::{AgentOptions, AgentProcess, Flavor, LocalAgent, RuntimeOptions, ServerAddress},
    canned::CannedServer,
    client_go,
    kind::Kind,
    measure::measure,
    peer::{Observe, Peer, Program},
    plan::Plan,
};
use tokio::task::spawn_blocking;

const RUNTIME: RuntimeOptions =
    RuntimeOptions { flavor: Flavor::MultiThread, threads: Some(NonZeroUsize::MIN) };

/// More than one page, and objects that are not all changed the same number of times.
fn plan(kind: Kind) -> Plan {
    Plan { kind, ..Plan::gadgets(700, 1_000) }
}

fn options(plan: Plan, server: &CannedServer) -> AgentOptions {
    let server = ServerAddress::canned(server.address());
    AgentOptions {
        kind: plan.kind,
        server,
        observe: Observe::Count,
        handlers: 1,
        informers: 1,
        runtime: RUNTIME,
    }
}

async fn reaches_the_end_state(peer: Peer, plan: Plan) {
    let Program::Rust(rust) = peer.program() else { panic!("{peer:?} is not in this program") };
    let server = CannedServer::start(plan).await.unwrap();
    let mut agent = LocalAgent::new(rust, options(plan, &server));
    let mut steps = 0;
    measure(&mut agent, server.address(), plan, || steps += 1).await.unwrap();
    agent.stop().await;
    assert_eq!(steps, 3);
}

#[tokio::test]
async fn ours_by_list() {
    for relist_changed in [0, 1, 100] {
        reaches_the_end_state(Peer::Ours, Plan { relist_changed, ..plan(Kind::Gadget) }).await;
    }
}

#[tokio::test]
async fn ours_by_watch_list() {
    for relist_changed in [0, 1, 100] {
        let plan = Plan { relist_changed, ..plan(Kind::Gadget) };
        reaches_the_end_state(Peer::OursWatchList, plan).await;
    }
}

#[tokio::test]
async fn kube_rs() {
    for relist_changed in [0, 1, 100] {
        reaches_the_end_state(Peer::Kube, Plan { relist_changed, ..plan(Kind::Gadget) }).await;
    }
}

#[tokio::test]
async fn kube_rs_with_managed_fields_cleared() {
    reaches_the_end_state(Peer::KubeCleared, plan(Kind::Gadget)).await;
}

#[tokio::test]
async fn kube_rs_with_streaming_lists() {
    reaches_the_end_state(Peer::KubeStreaming, plan(Kind::Gadget)).await;
}

#[tokio::test]
async fn other_kinds() {
    for peer in [Peer::Ours, Peer::OursWatchList, Peer::Kube, Peer::KubeStreaming] {
        reaches_the_end_state(peer, plan(Kind::Certificate)).await;
        reaches_the_end_state(peer, plan(Kind::Pod)).await;
    }
}

async fn client_go_reaches_the_end_state(peer: Peer, plan: Plan) {
    let server = CannedServer::start(plan).await.unwrap();
    let mut agent = AgentProcess::start(peer, &options(plan, &server)).await.unwrap();
    measure(&mut agent, server.address(), plan, || ()).await.unwrap();
}

#[tokio::test]
async fn client_go() {
    if let Err(GoError::NoGo { .. }) = spawn_blocking(client_go::informer).await.unwrap()
        && std::env::var_os("CI").is_none()
    {
        let _ = writeln!(std::io::stderr(), "SKIPPED: Go is not installed");
        return;
    }
    for peer in [Peer::ClientGo, Peer::ClientGoWatchList] {
        for kind in Kind::ALL {
            client_go_reaches_the_end_state(peer, plan(kind)).await;
        }
        for relist_changed in [1, 100] {
            client_go_reaches_the_end_state(peer, Plan { relist_changed, ..plan(Kind::Gadget) }).await;
        }
    }
}
