//! Which requests a fault applies to.

use crate::request::{RequestInfo, Verb};

/// Selects the requests that a fault applies to. All conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct RequestMatcher {
    verb: Option<Verb>,
    resource: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
    page: Option<u64>,
    parameters: Vec<(String, String)>,
    initial_events: Option<InitialEvents>,
}

/// Whether a watch requests initial events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InitialEvents {
    Requested,
    NotRequested,
}

impl RequestMatcher {
    /// Matches every request.
    pub fn any() -> Self {
        Self::default()
    }

    /// Matches requests with this verb, on any resource.
    pub fn verb(verb: Verb) -> Self {
        Self { verb: Some(verb), ..Self::default() }
    }

    /// Matches every request for a (plural) resource.
    pub fn resource(resource: &str) -> Self {
        Self { resource: Some(resource.to_owned()), ..Self::default() }
    }

    /// Matches lists of a (plural) resource.
    pub fn list(resource: &str) -> Self {
        Self::resource(resource).with_verb(Verb::List)
    }

    /// Matches watches of a (plural) resource, with or without initial events.
    pub fn watch(resource: &str) -> Self {
        Self::resource(resource).with_verb(Verb::Watch)
    }

    /// Matches watches that request initial events (`sendInitialEvents=true`).
    pub fn watch_list(resource: &str) -> Self {
        Self { initial_events: Some(InitialEvents::Requested), ..Self::watch(resource) }
    }

    /// Matches watches that do not request initial events.
    pub fn plain_watch(resource: &str) -> Self {
        Self { initial_events: Some(InitialEvents::NotRequested), ..Self::watch(resource) }
    }

    /// Matches only requests with this verb.
    #[must_use]
    pub fn with_verb(mut self, verb: Verb) -> Self {
        self.verb = Some(verb);
        self
    }

    /// Matches only requests in this namespace.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// Matches only requests for the object with this name.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Matches only the list request for the page with this number, counted from 1.
    #[must_use]
    pub fn page(mut self, page: u64) -> Self {
        self.page = Some(page);
        self
    }

    /// Matches only requests with this query parameter; an empty value also matches requests without it.
    #[must_use]
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn matches(&self, info: &RequestInfo, page: u64) -> bool {
        let target = info.target.as_ref();
        let resource = target.map(|target| target.group_resource.resource.as_str());
        let requested = match info.query.flag("sendInitialEvents") {
            Some(true) => InitialEvents::Requested,
            Some(false) | None => InitialEvents::NotRequested,
        };
        self.verb.is_none_or(|verb| verb == info.verb)
            && self.resource.as_deref().is_none_or(|wanted| resource == Some(wanted))
            && self
                .namespace
                .as_deref()
                .is_none_or(|ns| target.and_then(|t| t.namespace.as_deref()) == Some(ns))
            && self.name.as_deref().is_none_or(|name| target.and_then(|t| t.name.as_deref()) == Some(name))
            && self.page.is_none_or(|wanted| info.verb == Verb::List && wanted == page)
            && self.parameters.iter().all(|(name, value)| info.query.text(name) == value)
            && self.initial_events.is_none_or(|wanted| wanted == requested)
    }

    pub(super) fn describe(&self) -> String {
        let verb = self.verb.map_or("any request", Verb::as_str);
        let mut text = verb.to_owned();
        for part in
            [self.resource.as_deref(), self.namespace.as_deref(), self.name.as_deref()].into_iter().flatten()
        {
            text.push(' ');
            text.push_str(part);
        }
        if let Some(page) = self.page {
            text.push_str(" page ");
            text.push_str(&page.to_string());
        }
        match self.initial_events {
            Some(InitialEvents::Requested) => text.push_str(" with initial events"),
            Some(InitialEvents::NotRequested) => text.push_str(" without initial events"),
            None => {}
        }
        text
    }
}
