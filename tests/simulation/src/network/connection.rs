//! One request to the server and its response, with the faults of both.

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
    Arrival, PumpWaker, Shared,
    flight::{Arrived, Flight, Piece},
    log::{Attempt, Outcome},
    pipe::Incoming,
};
use crate::{
    plan::{NetworkFault, RequestKind},
    sabotage::Tamper,
};

type ResponseFuture = Pin<Box<dyn Future<Output = io::Result<Response<reflector_apiserver::Body>>> + Send>>;
type Reply = oneshot::Sender<io::Result<Response<Incoming>>>;

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
    starts_list: bool,
    flight: Flight,
    waker: PumpWaker,
    tamper: Option<Tamper>,
    ended: Option<&'static str>,
    /// The request accepts any state: it names no resourceVersion that the client knows.
    authoritative: bool,
}

enum State {
    /// The request arrives at this time.
    Travelling(Instant, Box<Request<Body>>),
    AwaitingResponse(ResponseFuture),
    Streaming(reflector_apiserver::Body),
    /// The whole body has been read, or no data will arrive.
    Drained,
}

/// The record of a closed connection.
pub(super) struct End {
    attempt: Attempt,
    opened: Instant,
    text: String,
    fault: Option<&'static str>,
    succeeded: bool,
}

impl Connection {
    pub(super) fn open(arrival: Arrival, shared: &mut Shared, waker: PumpWaker, now: Instant) -> Self {
        let Arrival { informer, request, reply } = arrival;
        let query = request.uri().query().unwrap_or_default().to_owned();
        let kind = request_kind(&query);
        let target = format!("{} {query}", request.uri().path());
        let sabotage = shared.sabotage;
        let seed = shared.seed;
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
            starts_list: kind != RequestKind::Watch && is_first,
            flight: Flight::new(random, latency),
            waker,
            tamper: sabotage.and_then(|sabotage| Tamper::of(sabotage, &query)),
            ended: None,
            authoritative: false,
        };
        let version = parameter(&query, "resourceVersion");
        if informer_state.refused_until.is_some_and(|until| now < until) {
            connection.refuse();
        } else if informer_state.rolled_back && is_first && !matches!(version, "" | "0") {
            connection.answer_gone();
        } else {
            // A client that accepts any version knows none, so it accepts the state that it receives.
            connection.authoritative = is_first && matches!(version, "" | "0") && kind != RequestKind::Watch;
            if fault != Some(NetworkFault::LoseRequest) {
                connection.state = State::Travelling(now + latency, Box::new(request));
            }
        }
        connection
    }

    pub(super) fn informer(&self) -> usize {
        self.informer
    }

    fn refuse(&mut self) {
        self.ended = Some("refused");
        if let Some(reply) = self.reply.take() {
            // The client may have dropped the request.
            let _ = reply.send(Err(io::ErrorKind::ConnectionRefused.into()));
        }
    }

    /// Responds like a server that knows that the resourceVersion belongs to another history.
    fn answer_gone(&mut self) {
        let status = Status::expired("The resourceVersion belongs to a replaced history");
        self.respond(status.code);
        let body = Bytes::from(serde_json::to_vec(&status).unwrap_or_default());
        self.flight.send(body, self.opened);
        self.flight.push(Piece::End, self.opened);
    }

    fn respond(&mut self, status: u16) {
        self.status = Some(status);
        let mut response = Response::new(self.flight.incoming(&self.waker));
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        if let Some(reply) = self.reply.take()
            && reply.send(Ok(response)).is_err()
        {
            self.ended = Some("cancelled");
        }
    }

    /// Resets the connection immediately.
    pub(super) fn reset(&mut self) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some("reset");
        self.state = State::Drained;
        if let Some(reply) = self.reply.take() {
            let _ = reply.send(Err(io::ErrorKind::ConnectionReset.into()));
        }
        self.flight.reset();
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
            None => {
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
                    let bytes = match &mut self.tamper {
                        Some(tamper) => tamper.bytes(&bytes),
                        None => bytes,
                    };
                    self.send(bytes, now);
                }
            }
        }
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
                self.flight.changes > 0 || lasted >= Duration::from_secs(1)
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
        })
    }
}

impl End {
    pub(super) fn record(mut self, shared: &mut Shared, began: Instant) {
        self.attempt.at = self.opened - began;
        self.attempt.until += self.attempt.at;
        if let Some(fault) = self.fault {
            shared.counts.add(fault, 1);
        }
        shared.informers[self.attempt.informer].successes += u64::from(self.succeeded);
        shared.log.add(self.attempt, &self.text);
    }
}

fn retry_after(response: &http::response::Parts) -> Option<Duration> {
    let value = response.headers.get(http::header::RETRY_AFTER)?;
    value.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

fn request_kind(query: &str) -> RequestKind {
    match (parameter(query, "watch"), parameter(query, "sendInitialEvents")) {
        ("true", "true") => RequestKind::WatchList,
        ("true", _) => RequestKind::Watch,
        _ => RequestKind::List,
    }
}

/// The value of a query parameter, without percent-decoding.
fn parameter<'a>(query: &'a str, name: &str) -> &'a str {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}
