//! The server as a `tower::Service`: receives requests and returns responses.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt as _, Limited};
use tower::Service;

use crate::{
    answer::{Answer, Body},
    discovery,
    faults::Before,
    flow::Seat,
    handlers,
    request::{Media, RequestInfo, Verb},
    server::{ApiServer, Inner},
    status::Status,
};

/// The largest body that the real server accepts.
const BODY_LIMIT: usize = 3 * 1024 * 1024;

impl<B> Service<Request<B>> for ApiServer
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let server = self.clone();
        Box::pin(async move { server.serve(request).await })
    }
}

impl ApiServer {
    async fn serve<B>(&self, request: Request<B>) -> io::Result<Response<Body>>
    where
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        let info = RequestInfo::new(&parts.method, parts.uri.path(), query);
        let number = self.inner.records.begin(&parts.method, query, &info);
        let mut in_flight = InFlight { server: self.inner.clone(), number, seat: None };
        let (verb, path, target) = (info.verb, info.path.clone(), info.target.clone());
        let resource = target.as_ref().map(|target| &target.group_resource);
        let seat = self.inner.flow.seat(&info);
        let answer = if let Err(status) = &seat {
            Answer::failure(status)
        } else {
            let plan = self.inner.faults.plan(&info);
            let answer = match plan.before(info).await {
                Before::Error(error) => return Err(error),
                Before::Reply(answer) => answer,
                Before::Continue(info) => match read_body(body).await {
                    Ok(body) => self.answer(&parts.method, &info, &parts.headers, body).await,
                    Err(status) => Answer::failure(&status),
                },
            };
            plan.change(resource, answer)
        };
        if verb == Verb::List {
            in_flight.seat = seat.ok().flatten();
        }
        self.inner.records.answered(number, answer.status);
        tracing::debug!(%verb, path, status = answer.status, "answered");
        Ok(answer.into_response().map(|body| InFlightBody { body, _in_flight: in_flight }.boxed_unsync()))
    }

    async fn answer(&self, method: &Method, info: &RequestInfo, headers: &HeaderMap, body: Bytes) -> Answer {
        let failure = |status: &Status| Answer::failure(status).encoded_in(Media::of_error(headers));
        if let Err(status) = self.inner.auth.check(info, headers) {
            return failure(&status);
        }
        let engine = &self.inner.engine;
        let group = info.target.as_ref().map_or("", |target| target.group_resource.group.as_str());
        let found = match &info.target {
            None => return discovery::answer(engine, method, info, headers),
            Some(target) => handlers::handle(engine, info, target, headers, body).await,
        };
        match found {
            None => discovery::not_found(engine, group),
            Some(Ok(answer)) => answer,
            Some(Err(status)) => failure(&status),
        }
    }
}

/// A request in progress: the client is waiting for the response or reading it.
struct InFlight {
    server: Arc<Inner>,
    number: usize,
    /// A list takes it until its body is sent.
    seat: Option<Seat>,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.server.records.ended(self.number);
    }
}

/// The body of a response. The request ends when the body is dropped.
struct InFlightBody {
    body: Body,
    _in_flight: InFlight,
}

impl http_body::Body for InFlightBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

async fn read_body<B>(body: B) -> Result<Bytes, Status>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            let why = format!("Request entity too large: limit is {BODY_LIMIT}");
            Err(Status::failure(413, "RequestEntityTooLarge", why))
        }
        Err(error) => Err(Status::bad_request(error.to_string())),
    }
}

impl Verb {
    /// Whether the response continues until one side ends it.
    pub fn is_long_running(self) -> bool {
        self == Self::Watch
    }
}
