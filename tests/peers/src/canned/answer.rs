//! The responses to list and watch requests. Must not know how a body is framed.

use std::io;

use tokio::{io::AsyncReadExt as _, net::TcpStream, sync::watch};

use super::{Phase, Shared, body::ChunkedBody, request::Request};
use crate::{plan::Plan, text::Texts};

/// Whether objects are sent in their first version or as they are after the last event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    First,
    Last,
}

impl Phase {
    fn state(self) -> State {
        match self {
            Self::Quiet => State::First,
            Self::Events | Self::Expired => State::Last,
        }
    }

    /// The resourceVersion of lists in this phase.
    fn version(self, plan: Plan) -> u64 {
        match self {
            Self::Quiet => plan.first_version(),
            Self::Events => plan.last_version(),
            Self::Expired => plan.relist_version(),
        }
    }
}

fn object(texts: &Texts, state: State, at: usize) -> &[u8] {
    match state {
        State::First => texts.first(at),
        State::Last => texts.last(at),
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

/// Sends a list, or one page of it. Keys are sorted, as in every list of custom resources, so `metadata` is last.
pub(super) async fn list(stream: &mut TcpStream, shared: &Shared, request: &Request) -> io::Result<()> {
    let phase = *shared.phase.borrow();
    let objects = shared.texts.plan().objects as usize;
    let (from, to) = page(request, objects);
    let mut body = ChunkedBody::begin(stream);
    body.write(&[br#"{"apiVersion":"peers.example.com/v1","items":["#]).await?;
    for at in from..to {
        let comma: &[u8] = if at == from { b"" } else { b"," };
        body.write(&[comma, object(&shared.texts, phase.state(), at)]).await?;
    }
    let version = phase.version(shared.texts.plan());
    let metadata = if to < objects {
        let remaining = objects - to;
        format!(r#""continue":"{to}","remainingItemCount":{remaining},"resourceVersion":"{version}""#)
    } else {
        format!(r#""continue":"","resourceVersion":"{version}""#)
    };
    let end = format!("],\"kind\":\"GadgetList\",\"metadata\":{{{metadata}}}}}\n");
    body.write(&[end.as_bytes()]).await?;
    body.end().await
}

/// Serves a watch: the initial events if requested, then the events of each phase.
pub(super) async fn watch(stream: &mut TcpStream, shared: &Shared, request: &Request) -> io::Result<()> {
    let plan = shared.texts.plan();
    let mut phases = shared.phase.subscribe();
    let opened_in = *phases.borrow_and_update();
    let mut body = ChunkedBody::begin(stream);
    let mut version = request.number("resourceVersion").unwrap_or_default();
    if request.parameter("sendInitialEvents") == Some("true") {
        version = opened_in.version(plan);
        initial_events(&mut body, &shared.texts, opened_in.state(), version).await?;
    }
    body.flush().await?;
    let mut phase = opened_in;
    loop {
        match phase {
            Phase::Events if version < plan.last_version() => {
                for text in shared.texts.events() {
                    body.write_chunk(&[br#"{"type":"MODIFIED","object":"#, text, b"}\n"]).await?;
                }
                body.flush().await?;
                version = plan.last_version();
            }
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
            _ => {}
        }
        phase = next_phase(body.stream(), &mut phases).await?;
    }
}

async fn initial_events(
    body: &mut ChunkedBody<'_>,
    texts: &Texts,
    state: State,
    version: u64,
) -> io::Result<()> {
    for at in 0..texts.plan().objects as usize {
        body.write(&[br#"{"type":"ADDED","object":"#, object(texts, state, at), b"}\n"]).await?;
    }
    let bookmark = format!(
        concat!(
            r#"{{"type":"BOOKMARK","object":{{"apiVersion":"peers.example.com/v1","kind":"Gadget","#,
            r#""metadata":{{"annotations":{{"k8s.io/initial-events-end":"true"}},"creationTimestamp":null,"#,
            r#""resourceVersion":"{}"}}}}}}"#,
            "\n"
        ),
        version
    );
    body.write(&[bookmark.as_bytes()]).await
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
