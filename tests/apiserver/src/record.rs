//! Records every request, for tests that count them.

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{
    registry::GroupResource,
    request::{RequestInfo, Verb},
};

/// A recorded request.
#[derive(Clone, Debug)]
pub struct RequestRecord {
    /// When the request arrived, by tokio's clock.
    pub at: Instant,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query string, as sent.
    pub query: String,
    /// The verb of the request.
    pub verb: Verb,
    /// The resource, if the request is for one.
    pub resource: Option<GroupResource>,
    /// The namespace, if the request is for one.
    pub namespace: Option<String>,
    /// The name of the object, if the request is for one.
    pub name: Option<String>,
    /// The HTTP status of the response; `None` until there is one, and permanently if the connection was refused.
    pub status: Option<u16>,
    /// When the request ended: the client read the response to its end or dropped it. `None` while the request is
    /// open.
    pub ended: Option<Instant>,
}

impl RequestRecord {
    /// The first value of a query parameter, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Whether the request has this verb and is for this (plural) resource.
    pub fn is(&self, verb: Verb, resource: &str) -> bool {
        self.verb == verb && self.resource.as_ref().is_some_and(|gr| gr.resource == resource)
    }
}

/// All recorded requests.
#[derive(Debug, Default)]
pub(crate) struct Records {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    records: Vec<RequestRecord>,
    /// How many records were cleared, so that a late response finds its record or finds that it was removed.
    cleared: usize,
}

impl Records {
    /// Records a request and returns its number.
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
