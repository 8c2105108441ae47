//! One request on its way to the server, and its response on its way back, with all that may break on both.

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
    Arrival, Shared, Waking,
    flight::{Arrived, Flight, Piece},
    log::{Attempt, Outcome},
    pipe::Incoming,
};
use crate::{
    plan::{Asked, Break},
    sabotage::Tamper,
};

type Asking = Pin<Box<dyn Future<Output = io::Result<Response<reflector_apiserver::Body>>> + Send>>;
type Reply = oneshot::Sender<io::Result<Response<Incoming>>>;

pub(super) struct Connection {
    informer: usize,
    asked: Asked,
    what: String,
    opened: Instant,
    broken: Option<Break>,
    broke: bool,
    /// How many bytes still pass before it breaks.
    left: usize,
    state: State,
    reply: Option<Reply>,
    status: Option<u16>,
    retry_after: Option<Duration>,
    begins_reading: bool,
    flight: Flight,
    waking: Waking,
    tamper: Option<Tamper>,
    ended: Option<&'static str>,
    /// It asked for the state whatever it is, with no word of versions that it knows.
    authoritative: bool,
}

enum State {
    /// The request arrives then.
    Travelling(Instant, Box<Request<Body>>),
    Asking(Asking),
    Streaming(reflector_apiserver::Body),
    /// All has been read, or nothing ever comes.
    Drained,
}

/// What is to be recorded of a connection that is over.
pub(super) struct End {
    attempt: Attempt,
    opened: Instant,
    text: String,
    fault: Option<&'static str>,
    succeeded: bool,
}

impl Connection {
    pub(super) fn open(arrival: Arrival, shared: &mut Shared, waking: Waking, now: Instant) -> Self {
        let Arrival { informer, request, reply } = arrival;
        let query = request.uri().query().unwrap_or_default().to_owned();
        let asked = asked(&query);
        let what = format!("{} {query}", request.uri().path());
        let sabotage = shared.sabotage;
        let seed = shared.seed;
        let line = &mut shared.lines[informer];
        line.requests += 1;
        let mut random = Rng::with_seed(
            seed ^ (informer as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
                ^ line.requests.wrapping_mul(0xD1B5_4A32_D192_ED03),
        );
        let broken =
            line.breaks.iter().position(|(wanted, _)| *wanted == asked).map(|at| line.breaks.remove(at).1);
        let latency = Duration::from_millis(random.u64(1..15));
        let latency = match broken {
            Some(Break::Slow(latency)) => latency,
            _ => latency,
        };
        let is_first = parameter(&query, "continue").is_empty();
        let mut connection = Self {
            informer,
            asked,
            what,
            opened: now,
            broken,
            broke: matches!(broken, Some(Break::Slow(_) | Break::Lost)),
            left: match broken {
                Some(Break::Cut(bytes) | Break::End(bytes) | Break::Stall(bytes)) => bytes,
                _ => usize::MAX,
            },
            state: State::Drained,
            reply: Some(reply),
            status: None,
            retry_after: None,
            begins_reading: asked != Asked::Watch && is_first,
            flight: Flight::new(random, latency),
            waking,
            tamper: sabotage.and_then(|sabotage| Tamper::of(sabotage, &query)),
            ended: None,
            authoritative: false,
        };
        let version = parameter(&query, "resourceVersion");
        if line.refused_until.is_some_and(|until| now < until) {
            connection.refuse();
        } else if line.set_back && is_first && !matches!(version, "" | "0") {
            connection.answer_gone();
        } else {
            // Who asks for any version knows none, and believes what it is told.
            connection.authoritative = is_first && matches!(version, "" | "0") && asked != Asked::Watch;
            if broken != Some(Break::Lost) {
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
            // Nobody may wait for it any more.
            let _ = reply.send(Err(io::ErrorKind::ConnectionRefused.into()));
        }
    }

    /// What a server answers that knows the version to be of another history.
    fn answer_gone(&mut self) {
        let status = Status::expired("The resourceVersion is of a history that is gone.");
        self.respond(status.code);
        let body = Bytes::from(serde_json::to_vec(&status).unwrap_or_default());
        self.flight.send(body, self.opened);
        self.flight.push(Piece::End, self.opened);
    }

    fn respond(&mut self, status: u16) {
        self.status = Some(status);
        let mut response = Response::new(self.flight.incoming(&self.waking));
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        if let Some(reply) = self.reply.take()
            && reply.send(Ok(response)).is_err()
        {
            self.ended = Some("given up");
        }
    }

    /// The connection breaks, now.
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

    /// When something arrives next.
    pub(super) fn due(&self) -> Option<Instant> {
        let request = match &self.state {
            State::Travelling(arrives, _) => Some(*arrives),
            _ => None,
        };
        request.into_iter().chain(self.flight.due()).min()
    }

    /// Does what can be done now; whether there was anything.
    pub(super) fn advance(&mut self, server: &ApiServer, now: Instant, context: &mut Context<'_>) -> bool {
        if self.ended.is_some() {
            return false;
        }
        if self.flight.is_abandoned() || self.reply.as_ref().is_some_and(oneshot::Sender::is_closed) {
            self.ended = Some("given up");
            self.state = State::Drained;
            return true;
        }
        self.deliver(now) | self.exchange(server, now, context)
    }

    fn exchange(&mut self, server: &ApiServer, now: Instant, context: &mut Context<'_>) -> bool {
        match std::mem::replace(&mut self.state, State::Drained) {
            State::Travelling(arrives, request) if arrives <= now => {
                self.state = State::Asking(server.clone().call(*request));
                true
            }
            State::Asking(mut asking) => match asking.as_mut().poll(context) {
                Poll::Pending => {
                    self.state = State::Asking(asking);
                    false
                }
                Poll::Ready(Ok(response)) => {
                    self.answered(response);
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
                        self.receive(frame, now);
                        true
                    }
                }
            }
            waiting => {
                self.state = waiting;
                false
            }
        }
    }

    fn answered(&mut self, response: Response<reflector_apiserver::Body>) {
        let (parts, body) = response.into_parts();
        let tamper = self.tamper.as_mut();
        let status = tamper.map_or(parts.status.as_u16(), |tamper| tamper.status(parts.status.as_u16()));
        self.status = Some(status);
        self.retry_after = retry_after(&parts).filter(|_| status == 429);
        let mut response = Response::from_parts(parts, self.flight.incoming(&self.waking));
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        if let Some(reply) = self.reply.take()
            && reply.send(Ok(response)).is_err()
        {
            self.ended = Some("given up");
            return;
        }
        self.state = State::Streaming(body);
    }

    /// Takes a frame of the server's body on its way.
    fn receive(&mut self, frame: Option<io::Result<http_body::Frame<Bytes>>>, now: Instant) {
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

    /// Sends bytes in one piece or several, as far as the connection holds.
    fn send(&mut self, mut bytes: Bytes, now: Instant) {
        let breaks = bytes.len() >= self.left;
        bytes.truncate(self.left);
        self.left -= bytes.len();
        self.flight.send(bytes, now);
        if breaks {
            self.broke = true;
            self.state = State::Drained;
            match self.broken {
                Some(Break::End(_)) => self.flight.push(Piece::End, now),
                Some(Break::Cut(_)) => self.flight.push(Piece::Reset, now),
                // Nothing ever comes.
                _ => {}
            }
        }
    }

    /// Hands over what has arrived.
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

    /// Whether the state is being told to somebody who will believe it; tells so once.
    pub(super) fn take_authoritative(&mut self) -> bool {
        self.status == Some(200) && std::mem::take(&mut self.authoritative)
    }

    /// What to record once it is over.
    pub(super) fn over(&mut self) -> Option<End> {
        let ended = self.ended?;
        let lasted = Instant::now() - self.opened;
        let told = match self.asked {
            Asked::List => ended == "ended" && self.broken.is_none(),
            Asked::Watch | Asked::WatchList => self.flight.changes > 0 || lasted >= Duration::from_secs(1),
        };
        let outcome = match ended {
            "refused" => Outcome::Refused,
            _ if self.status == Some(200) && told => Outcome::Fruitful,
            _ => Outcome::Fruitless,
        };
        let status = self.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        Some(End {
            attempt: Attempt {
                informer: self.informer,
                at: Duration::ZERO,
                until: lasted,
                asked: self.asked,
                outcome,
                begins_reading: self.begins_reading,
                // Who has given up waiting for all of an answer need not have seen what it asks for.
                retry_after: self.retry_after.filter(|_| ended != "given up"),
            },
            opened: self.opened,
            text: format!(
                "{} -> {status} {ended} after {} bytes, {} ms",
                self.what,
                self.flight.delivered,
                lasted.as_millis()
            ),
            fault: self.broken.filter(|_| self.broke).map(Break::label),
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
        shared.lines[self.attempt.informer].successes += u64::from(self.succeeded);
        shared.log.add(self.attempt, &self.text);
    }
}

fn retry_after(answer: &http::response::Parts) -> Option<Duration> {
    let value = answer.headers.get(http::header::RETRY_AFTER)?;
    value.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

fn asked(query: &str) -> Asked {
    match (parameter(query, "watch"), parameter(query, "sendInitialEvents")) {
        ("true", "true") => Asked::WatchList,
        ("true", _) => Asked::Watch,
        _ => Asked::List,
    }
}

/// A parameter whose value needs no decoding.
fn parameter<'a>(query: &'a str, name: &str) -> &'a str {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}
