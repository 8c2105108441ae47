//! The responses to list and watch requests. Must not know how a body is framed.

use std::io;

use tokio::{io::AsyncReadExt as _, net::TcpStream, sync::watch};

use super::{
    Phase, Shared,
    body::ChunkedBody,
    pace::{Events, Pace},
    request::Request,
};
use crate::{
    plan::{Plan, State},
    text::Texts,
};

impl Phase {
    fn state(self) -> State {
        match self {
            Self::Quiet => State::First,
            Self::Events | Self::Paced(_) => State::Followed,
            Self::Expired => State::Relisted,
        }
    }
}

/// The range of objects in a list response: from, to.
fn page(request: &Request, objects: usize) -> (usize, usize) {
    let number = |name| request.number(name).and_then(|number| usize::try_from(number).ok());
    // Like kube-apiserver, which serves such a list from its watch cache and ignores the limit.
    if request.parameter("resourceVersion") == Some("0") {
        return (0, objects);
    }
    let from = number("continue").unwrap_or(0).min(objects);
    let limit = number("limit").filter(|limit| *limit > 0).unwrap_or(objects);
    (from, objects.min(from.saturating_add(limit)))
}

/// The indexes of the objects in a namespace, or of all.
fn objects(plan: Plan, namespace: Option<u32>) -> Vec<usize> {
    let objects = (0..plan.objects).filter(|object| plan.is_in(*object, namespace));
    objects.map(|object| object as usize).collect()
}

/// Sends a list, or one page of it.
pub(super) async fn list(
    stream: &mut TcpStream,
    shared: &Shared,
    request: &Request,
    namespace: Option<u32>,
) -> io::Result<()> {
    let state = shared.phase.borrow().state();
    let texts = &shared.texts;
    let all = objects(texts.plan(), namespace);
    let (from, to) = page(request, all.len());
    let version = texts.plan().list_version(state);
    let (head, tail) = texts.plan().kind.list_frame(&if to < all.len() {
        let remaining = all.len() - to;
        format!(r#""continue":"{to}","remainingItemCount":{remaining},"resourceVersion":"{version}""#)
    } else {
        format!(r#""continue":"","resourceVersion":"{version}""#)
    });
    let mut body = ChunkedBody::begin(stream);
    body.write(&[head.as_bytes()]).await?;
    let mut comma: &[u8] = b"";
    for at in &all[from..to] {
        body.write(&[comma, texts.object(state, *at)]).await?;
        comma = b",";
    }
    body.write(&[tail.as_bytes()]).await?;
    body.end().await
}

/// Serves a watch: the initial events if requested, then the events of each phase.
pub(super) async fn watch(
    stream: &mut TcpStream,
    shared: &Shared,
    request: &Request,
    namespace: Option<u32>,
) -> io::Result<()> {
    let (texts, plan) = (&shared.texts, shared.texts.plan());
    let mut phases = shared.phase.subscribe();
    let opened_in = *phases.borrow_and_update();
    let mut body = ChunkedBody::begin(stream);
    let mut version = request.number("resourceVersion").unwrap_or_default();
    if request.parameter("sendInitialEvents") == Some("true") {
        version = plan.list_version(opened_in.state());
        initial_events(&mut body, texts, opened_in.state(), namespace).await?;
    }
    body.flush().await?;
    // The number of events that the client has received.
    let received = version.saturating_sub(plan.list_version(State::First));
    let next = usize::try_from(received).unwrap_or(usize::MAX).min(plan.events as usize);
    let mut events = Events { texts, namespace, next };
    let mut phase = opened_in;
    loop {
        match phase {
            Phase::Events => {
                let pace = Pace { events: plan.events, per_second: None };
                events.send(&mut body, pace).await?;
            }
            Phase::Paced(pace) => events.send(&mut body, pace).await?,
            Phase::Expired if opened_in != Phase::Expired => {
                body.write_chunk(&[concat!(
                    r#"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","#,
                    r#""message":"too old resource version","reason":"Expired","code":410}}"#,
                    "\n"
                )
                .as_bytes()])
                .await?;
                return body.end().await;
            }
            Phase::Quiet | Phase::Expired => {}
        }
        phase = next_phase(body.stream(), &mut phases).await?;
    }
}

async fn initial_events(
    body: &mut ChunkedBody<'_>,
    texts: &Texts,
    state: State,
    namespace: Option<u32>,
) -> io::Result<()> {
    let plan = texts.plan();
    let head = plan.kind.event_head("ADDED");
    for at in objects(plan, namespace) {
        body.write(&[head.as_bytes(), &texts.object(state, at)[1..], b"}\n"]).await?;
    }
    body.write(&[plan.kind.end_bookmark(plan.list_version(state)).as_bytes()]).await
}

/// Waits for the next phase. Returns an error if the client closes the connection first.
async fn next_phase(stream: &mut TcpStream, phases: &mut watch::Receiver<Phase>) -> io::Result<Phase> {
    let mut byte = [0; 1];
    tokio::select! {
        changed = phases.changed() => {
            changed.map_err(|_| io::ErrorKind::UnexpectedEof)?;
            Ok(*phases.borrow_and_update())
        }
        // Clients do not send another request during a response, so a read means that the connection was closed.
        _ = stream.read(&mut byte) => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
