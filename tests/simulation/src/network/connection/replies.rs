//! What the network itself replies to a request, without the server or in its place.

use std::{io, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use kube::client::Body;
use reflector_apiserver::Status;

use super::{Connection, Piece, State, parameter};
use crate::home_made::Translated;

impl Connection {
    pub(super) fn refuse(&mut self) {
        self.ended = Some("refused");
        if let Some(reply) = self.reply.take() {
            // The client may have dropped the request.
            let _ = reply.send(Err(io::ErrorKind::ConnectionRefused.into()));
        }
    }

    /// Changes the request to the one that the API server understands.
    pub(super) fn translate(&mut self, request: &mut Request<Body>) -> Result<(), Box<Status>> {
        let Some(translator) = &mut self.translator else { return Ok(()) };
        match translator.request(request.uri().query().unwrap_or_default()) {
            Translated::Query(query) => {
                let target = format!("{}?{query}", request.uri().path());
                if let Ok(uri) = target.parse() {
                    *request.uri_mut() = uri;
                }
                Ok(())
            }
            Translated::UnknownVersion => {
                Err(Box::new(Status::expired("This resourceVersion was never sent")))
            }
            Translated::NotWatchable => Err(Box::new(Status::for_code(405))),
            Translated::Cached(body) => {
                self.respond(200);
                self.flight.send(body, self.opened);
                self.flight.push(Piece::End, self.opened);
                Ok(())
            }
        }
    }

    /// Accepts a watch and sends nothing until it ends.
    pub(super) fn stay_silent(mut self, query: &str) -> Self {
        self.respond(200);
        let timeout = parameter(query, "timeoutSeconds").parse().unwrap_or_default();
        self.flight.push(Piece::End, self.opened + Duration::from_secs(timeout));
        self
    }

    /// Responds with an error.
    pub(super) fn answer(&mut self, status: &Status) {
        self.respond(status.code);
        let body = Bytes::from(serde_json::to_vec(status).unwrap_or_default());
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
    pub(in crate::network) fn reset(&mut self) {
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
}
