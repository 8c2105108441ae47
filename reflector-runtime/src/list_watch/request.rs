//! The requests of lists and watches, and their query parameters.
//! Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions>

use std::time::Duration;

/// How recent the response must be: the meaning of `resourceVersion` in a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReadVersion {
    /// Unset: the most recent state, from a quorum read.
    MostRecent,
    /// `"0"`: any version that the server has available.
    Any,
    /// A version that was seen before: the response has this or a newer version. A watch continues after it.
    NotOlderThan(String),
}

impl ReadVersion {
    /// Returns the value of the query parameter; `None` if the parameter is omitted.
    pub fn as_query(&self) -> Option<&str> {
        match self {
            Self::MostRecent => None,
            Self::Any => Some("0"),
            Self::NotOlderThan(version) => Some(version),
        }
    }
}

/// A request for one page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest {
    /// How recent the list must be. Omitted from the request if there is a continue token.
    pub resource_version: ReadVersion,
    /// The maximum number of items in the page; unlimited if `None`.
    pub limit: Option<u32>,
    /// Continues after the previous page.
    pub continue_token: Option<String>,
}

/// A request for a watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchRequest {
    /// The version at which the watch begins.
    pub resource_version: ReadVersion,
    /// Whether the watch begins with the current state.
    pub kind: WatchKind,
    /// The time after which the server ends the watch. Rounded down to whole seconds, at least one.
    pub timeout: Duration,
}

/// The events at the beginning of a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WatchKind {
    /// Changes only.
    Changes,
    /// All existing objects, then a bookmark, then changes (`sendInitialEvents`, "watch-list").
    InitialEvents,
}

const NOT_OLDER_THAN: &str = "NotOlderThan";

impl ListRequest {
    pub(super) fn query(&self, query: &mut form_urlencoded::Serializer<'_, String>) {
        if let Some(limit) = self.limit {
            query.append_pair("limit", &limit.to_string());
        }
        match (&self.continue_token, self.resource_version.as_query()) {
            (Some(token), _) => {
                query.append_pair("continue", token);
            }
            (None, Some(version)) => {
                query.append_pair("resourceVersion", version);
            }
            (None, None) => {}
        }
        // With a limit, the API treats a version as an exact match unless `resourceVersionMatch` is set, and the
        // server would return outdated state. (client-go does not set it.)
        if let (Some(_), None, ReadVersion::NotOlderThan(_)) =
            (self.limit, &self.continue_token, &self.resource_version)
        {
            query.append_pair("resourceVersionMatch", NOT_OLDER_THAN);
        }
    }
}

impl WatchRequest {
    pub(super) fn query(&self, query: &mut form_urlencoded::Serializer<'_, String>) {
        query.append_pair("watch", "true").append_pair("allowWatchBookmarks", "true");
        query.append_pair("timeoutSeconds", &self.timeout.as_secs().max(1).to_string());
        if let Some(version) = self.resource_version.as_query() {
            query.append_pair("resourceVersion", version);
        }
        match self.kind {
            WatchKind::Changes => {}
            WatchKind::InitialEvents => {
                query.append_pair("sendInitialEvents", "true");
                query.append_pair("resourceVersionMatch", NOT_OLDER_THAN);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by simulation: without `resourceVersionMatch`, a paginated list returns outdated state.
    #[test]
    fn a_paginated_list_accepts_a_newer_version() {
        let query = |version, token: Option<&str>| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            let continue_token = token.map(str::to_owned);
            ListRequest { resource_version: version, limit: Some(4), continue_token }.query(&mut query);
            query.finish()
        };
        let known = || ReadVersion::NotOlderThan("7".into());
        assert_eq!(query(known(), None), "limit=4&resourceVersion=7&resourceVersionMatch=NotOlderThan");
        assert_eq!(query(known(), Some("t")), "limit=4&continue=t");
        assert_eq!(query(ReadVersion::Any, None), "limit=4&resourceVersion=0");
        assert_eq!(query(ReadVersion::MostRecent, None), "limit=4");
    }
}
