//! What was asked: every request, for tests that count them.

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{
    registry::GroupResource,
    request::{RequestInfo, Verb},
};

/// One request.
#[derive(Clone, Debug)]
pub struct RequestRecord {
    /// When it came, by tokio's clock.
    pub at: Instant,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, as it was sent.
    pub query: String,
    /// What it does.
    pub verb: Verb,
    /// On which resource, if on any.
    pub resource: Option<GroupResource>,
    /// In which namespace, if in one.
    pub namespace: Option<String>,
    /// On which object, if on one.
    pub name: Option<String>,
    /// The HTTP status it was answered with; `None` while it is not answered, or for good where the connection was
    /// refused.
    pub status: Option<u16>,
    /// When it was over: its answer was read to the end, or let go of by whoever asked; `None` while it is open.
    pub ended: Option<Instant>,
}

impl RequestRecord {
    /// The first value of a query parameter, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Whether it has this verb on this (plural) resource.
    pub fn is(&self, verb: Verb, resource: &str) -> bool {
        self.verb == verb && self.resource.as_ref().is_some_and(|gr| gr.resource == resource)
    }
}

/// All requests so far.
#[derive(Debug, Default)]
pub(crate) struct Records {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    records: Vec<RequestRecord>,
    /// How many were cleared away, so that a late answer finds its record, or finds it gone.
    cleared: usize,
}

impl Records {
    /// Notes a request; what comes back is its number.
    pub(crate) fn begin(&self, method: &http::Method, query: &str, info: &RequestInfo) -> usize {
        let target = info.target.as_ref();
        let record = RequestRecord {
            at: Instant::now(),
            method: method.to_string(),
            path: info.path.clone(),
            query: query.to_owned(),
            verb: info.verb,
            resource: target.map(|target| target.group_resource.clone()),
            namespace: target.and_then(|target| target.namespace.clone()),
            name: target.and_then(|target| target.name.clone()),
            status: None,
            ended: None,
        };
        let mut inner = self.inner.lock();
        inner.records.push(record);
        inner.cleared + inner.records.len() - 1
    }

    pub(crate) fn answered(&self, number: usize, status: u16) {
        self.change(number, |record| record.status = Some(status));
    }

    pub(crate) fn ended(&self, number: usize) {
        self.change(number, |record| record.ended = Some(Instant::now()));
    }

    fn change(&self, number: usize, change: impl FnOnce(&mut RequestRecord)) {
        let mut inner = self.inner.lock();
        let place = number.checked_sub(inner.cleared);
        if let Some(record) = place.and_then(|place| inner.records.get_mut(place)) {
            change(record);
        }
    }

    pub(crate) fn all(&self) -> Vec<RequestRecord> {
        self.inner.lock().records.clone()
    }

    pub(crate) fn clear(&self) {
        let mut inner = self.inner.lock();
        inner.cleared += inner.records.len();
        inner.records.clear();
    }
}
