//! One request to the server and its response, with the faults of both.

mod replies;

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use fastrand::Rng;
use http::{Request, Response};
use http_body::Body as _;
use kube::client::Body;
use reflector_apiserver::{ApiServer, Status};
use tokio::{sync::oneshot, time::Instant};
use tower::Service as _;

use super::{
    Arrival, PumpWaker, Shape, Shared,
    changes::Changes,
    end::End,
    flight::{Arrived, Flight, Piece},
    log::{Attempt, Outcome},
    pipe::Incoming,
    query::{is_probe, parameter, request_kind},
};
use crate::{
    home_made::Translator,
    plan::{NetworkFault, Quirk, RequestKind},
    sabotage::Tamper,
};

type ResponseFuture = Pin<Box<dyn Future<Output = io::Result<Response<reflector_apiserver::Body>>> + Send>>;
type Reply = oneshot::Sender<io::Result<Response<Incoming>>>;

// Each flag is independent of the others.
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Connection {
    informer: usize,
    kind: RequestKind,
    target: String,
    opened: Instant,
    fault: Option<NetworkFault>,
    fault_occurred: bool,
    /// Number of bytes that still pass before the fault occurs.
    remaining: usize,
    state: State,
    reply: Option<Reply>,
    status: Option<u16>,
    retry_after: Option<Duration>,
    is_protobuf: bool,
    starts_list: bool,
    flight: Flight,
    waker: PumpWaker,
    tamper: Option<Tamper>,
    translator: Option<Translator>,
    ended: Option<&'static str>,
    /// The request accepts any state: it names no resourceVersion that the client knows.
    authoritative: bool,
    is_probe: bool,
    /// Which of the informer's requests it carries.
    number: u64,
    alongside: Option<u64>,
}

enum State {
    /// The request arrives at this time.
    Travelling(Instant, Box<Request<Body>>),
    AwaitingResponse(ResponseFuture),
    Streaming(reflector_apiserver::Body),
    /// The whole body has been read, or no data will arrive.
    Drained,
}

impl Connection {
    pub(super) fn open(arrival: Arrival, shared: &mut Shared, waker: PumpWaker, now: Instant) -> Self {
        let Arrival { informer, mut request, reply } = arrival;
        let query = request.uri().query().unwrap_or_default().to_owned();
        let kind = request_kind(&query);
        let target = format!("{} {query}", request.uri().path());
        let sabotage = shared.sabotage;
        let seed = shared.seed;
        let home_made = shared.home_made.clone();
        let server_version = shared.server.resource_version();
        let is_probe = is_probe(&query);
        let informer_state = &mut shared.informers[informer];
        informer_state.requests += 1;
        let mut random = Rng::with_seed(
            seed ^ (informer as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
                ^ informer_state.requests.wrapping_mul(0xD1B5_4A32_D192_ED03),
        );
        let pending = &mut informer_state.pending_faults;
        let fault = pending.iter().position(|(wanted, _)| *wanted == kind).map(|at| pending.remove(at).1);
        let latency = Duration::from_millis(random.u64(1..15));
        let latency = match fault {
            Some(NetworkFault::Slow(latency)) => latency,
            _ => latency,
        };
        let is_first = parameter(&query, "continue").is_empty();
        let translator_random = Rng::with_seed(random.get_seed());
        let mut connection = Self {
            informer,
            kind,
            target,
            opened: now,
            fault,
            fault_occurred: matches!(fault, Some(NetworkFault::Slow(_) | NetworkFault::LoseRequest)),
            remaining: match fault {
                Some(
                    NetworkFault::Reset(bytes) | NetworkFault::Truncate(bytes) | NetworkFault::Stall(bytes),
                ) => bytes,
                _ => usize::MAX,
            },
            state: State::Drained,
            reply: Some(reply),
            status: None,
            retry_after: None,
            is_protobuf: false,
            starts_list: kind != RequestKind::Watch && is_first && !is_probe,
            flight: Flight::new(random, latency),
            waker,
            tamper: sabotage.and_then(|sabotage| Tamper::of(sabotage, &query, is_probe)),
            translator: None,
            ended: None,
            authoritative: false,
            is_probe,
            number: informer_state.requests,
            alongside: None,
        };
        connection.translator =
            Translator::new(&home_made, informer, informer_state.resource, kind, is_probe, translator_random);
        if connection.translator.is_some() || connection.tamper.is_some() {
            // Both change JSON. Home-made servers have nothing else.
            let json = http::HeaderValue::from_static("application/json");
            request.headers_mut().insert(http::header::ACCEPT, json);
        }
        let version = parameter(&query, "resourceVersion");
        if informer_state.refused_until.is_some_and(|until| now < until) {
            connection.refuse();
        } else if informer_state.rolled_back && is_first && !matches!(version, "" | "0") {
            let is_future = version.parse().is_ok_and(|version: u64| version > server_version);
            if is_future
                && kind == RequestKind::Watch
                && home_made.has(informer_state.resource, Quirk::SilentFuture)
            {
                home_made.count(Quirk::SilentFuture);
                return connection.stay_silent(&query);
            }
            connection.answer(&Status::expired("The resourceVersion belongs to a replaced history"));
        } else if let Err(status) = connection.translate(&mut request) {
            connection.answer(&status);
        } else if connection.status.is_none() {
            // A client that accepts any version knows none, so it accepts the state that it receives. A probe reads
            // no state.
            connection.authoritative =
                is_first && matches!(version, "" | "0") && kind != RequestKind::Watch && !connection.is_probe;
            if fault != Some(NetworkFault::LoseRequest) {
                connection.state = State::Travelling(now + latency, Box::new(request));
            }
        }
        connection
    }

    pub(super) fn informer(&self) -> usize {
        self.informer
    }

    pub(super) fn shape(&self) -> Shape {
        match (self.kind, self.is_probe) {
            (_, true) => Shape::Probe,
            (RequestKind::List, _) => Shape::List,
            (RequestKind::Watch | RequestKind::WatchList, _) => Shape::Watch,
        }
    }

    /// The number of the watch, if it carries a watch of this informer that the client has not dropped.
    pub(super) fn open_watch(&self, informer: usize) -> Option<u64> {
        let is_dropped =
            self.flight.is_abandoned() || self.reply.as_ref().is_some_and(oneshot::Sender::is_closed);
        let is_open = self.informer == informer && self.shape() == Shape::Watch && self.ended.is_none();
        (is_open && !is_dropped).then_some(self.number)
    }

    /// The watch that is open at the same time, if this is a probe.
    pub(super) fn set_alongside(&mut self, watch: Option<u64>) {
        self.alongside = watch.filter(|_| self.is_probe);
    }

    /// When the next piece or request arrives.
    pub(super) fn due(&self) -> Option<Instant> {
        let request = match &self.state {
            State::Travelling(arrives, _) => Some(*arrives),
            _ => None,
        };
        request.into_iter().chain(self.flight.due()).min()
    }

    /// Makes the progress that is possible now. Returns whether there was any.
    pub(super) fn advance(&mut self, server: &ApiServer, now: Instant, context: &mut Context<'_>) -> bool {
        if self.ended.is_some() {
            return false;
        }
        if self.flight.is_abandoned() || self.reply.as_ref().is_some_and(oneshot::Sender::is_closed) {
            self.ended = Some("cancelled");
            self.state = State::Drained;
            return true;
        }
        self.deliver(now) | self.exchange(server, now, context)
    }

    fn exchange(&mut self, server: &ApiServer, now: Instant, context: &mut Context<'_>) -> bool {
        match std::mem::replace(&mut self.state, State::Drained) {
            State::Travelling(arrives, request) if arrives <= now => {
                self.state = State::AwaitingResponse(server.clone().call(*request));
                true
            }
            State::AwaitingResponse(mut future) => match future.as_mut().poll(context) {
                Poll::Pending => {
                    self.state = State::AwaitingResponse(future);
                    false
                }
                Poll::Ready(Ok(response)) => {
                    self.receive_response(response);
                    true
                }
                Poll::Ready(Err(error)) => {
                    self.ended = Some("no connection");
                    if let Some(reply) = self.reply.take() {
                        let _ = reply.send(Err(error));
                    }
                    true
                }
            },
            State::Streaming(mut body) if !self.flight.is_full() => {
                match Pin::new(&mut body).poll_frame(context) {
                    Poll::Pending => {
                        self.state = State::Streaming(body);
                        false
                    }
                    Poll::Ready(frame) => {
                        self.state = State::Streaming(body);
                        self.receive_frame(frame, now);
                        true
                    }
                }
            }
            state => {
                self.state = state;
                false
            }
        }
    }

    fn receive_response(&mut self, response: Response<reflector_apiserver::Body>) {
        let (parts, body) = response.into_parts();
        let tamper = self.tamper.as_mut();
        let status = tamper.map_or(parts.status.as_u16(), |tamper| tamper.status(parts.status.as_u16()));
        self.status = Some(status);
        self.retry_after = retry_after(&parts).filter(|_| status == 429);
        self.is_protobuf = is_protobuf(&parts);
        if self.is_protobuf && self.shape() == Shape::Watch {
            self.flight.changes = Changes::in_protobuf();
        }
        let mut response = Response::from_parts(parts, self.flight.incoming(&self.waker));
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        if let Some(reply) = self.reply.take()
            && reply.send(Ok(response)).is_err()
        {
            self.ended = Some("cancelled");
            return;
        }
        self.state = State::Streaming(body);
    }

    /// Receives a frame of the server's body and sends it to the client.
    fn receive_frame(&mut self, frame: Option<io::Result<http_body::Frame<Bytes>>>, now: Instant) {
        match frame {
            // A deliberate bug keeps the watch open.
            None if self.tamper.as_ref().is_some_and(Tamper::holds_open) => self.state = State::Drained,
            None => {
                if let Some(last) = self.translator.as_mut().and_then(Translator::rest) {
                    self.forward(last, now);
                }
                if let Some(last) = self.tamper.as_mut().and_then(Tamper::rest) {
                    self.send(last, now);
                }
                self.state = State::Drained;
                self.flight.push(Piece::End, now);
            }
            Some(Err(_)) => {
                self.state = State::Drained;
                self.flight.push(Piece::Reset, now);
            }
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    let is_ok = self.status == Some(200);
                    let bytes = match self.translator.as_mut().filter(|_| is_ok) {
                        Some(translator) => translator.bytes(&bytes),
                        None => bytes,
                    };
                    self.forward(bytes, now);
                }
            }
        }
    }

    /// Sends what the server sent, altered by the deliberate bug.
    fn forward(&mut self, bytes: Bytes, now: Instant) {
        let bytes = match &mut self.tamper {
            Some(tamper) => tamper.bytes(&bytes),
            None => bytes,
        };
        self.send(bytes, now);
    }

    /// Sends bytes in one piece or several, up to the point where the fault occurs.
    fn send(&mut self, mut bytes: Bytes, now: Instant) {
        let reaches_fault = bytes.len() >= self.remaining;
        bytes.truncate(self.remaining);
        self.remaining -= bytes.len();
        self.flight.send(bytes, now);
        if reaches_fault {
            self.fault_occurred = true;
            self.state = State::Drained;
            match self.fault {
                Some(NetworkFault::Truncate(_)) => self.flight.push(Piece::End, now),
                Some(NetworkFault::Reset(_)) => self.flight.push(Piece::Reset, now),
                // No more data arrives.
                _ => {}
            }
        }
    }

    /// Delivers the pieces that have arrived.
    fn deliver(&mut self, now: Instant) -> bool {
        let mut progressed = false;
        while let Some(arrived) = self.flight.deliver(now) {
            progressed = true;
            if let Arrived::End(how) = arrived {
                self.ended = Some(how);
            }
        }
        progressed
    }

    /// Whether the response delivers a state that the client must accept. Returns `true` once.
    pub(super) fn take_authoritative(&mut self) -> bool {
        self.status == Some(200) && std::mem::take(&mut self.authoritative)
    }

    /// The record of the connection, once it has ended.
    pub(super) fn take_end(&mut self) -> Option<End> {
        let ended = self.ended?;
        let lasted = Instant::now() - self.opened;
        let productive = match self.kind {
            RequestKind::List => ended == "ended" && self.fault.is_none(),
            RequestKind::Watch | RequestKind::WatchList => {
                self.flight.changes.count() > 0 || lasted >= Duration::from_secs(1)
            }
        };
        let outcome = match ended {
            "refused" => Outcome::ConnectionRefused,
            _ if self.status == Some(200) && productive => Outcome::Productive,
            _ => Outcome::Unproductive,
        };
        let status = self.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        Some(End {
            attempt: Attempt {
                informer: self.informer,
                at: Duration::ZERO,
                until: lasted,
                kind: self.kind,
                outcome,
                starts_list: self.starts_list,
                is_probe: self.is_probe,
                alongside: self.alongside,
                // A client that cancelled before the whole response arrived may not have seen `Retry-After`.
                retry_after: self.retry_after.filter(|_| ended != "cancelled"),
            },
            opened: self.opened,
            text: format!(
                "{} -> {status} {ended} after {} bytes, {} ms",
                self.target,
                self.flight.delivered,
                lasted.as_millis()
            ),
            fault: self.fault.filter(|_| self.fault_occurred).map(NetworkFault::label),
            succeeded: self.status == Some(200),
            is_protobuf: self.is_protobuf,
        })
    }
}

fn is_protobuf(response: &http::response::Parts) -> bool {
    let content_type = response.headers.get(http::header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/vnd.kubernetes.protobuf"))
}

fn retry_after(response: &http::response::Parts) -> Option<Duration> {
    let value = response.headers.get(http::header::RETRY_AFTER)?;
    value.to_str().ok()?.parse().ok().map(Duration::from_secs)
}
