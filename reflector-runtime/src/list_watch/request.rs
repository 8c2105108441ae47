//! What a list or a watch asks for, in the API's terms.
//! Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions>

use std::time::Duration;

/// How fresh the answer must be: the meaning of `resourceVersion` in a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReadVersion {
    /// Unset: the newest state, read through a quorum.
    MostRecent,
    /// `"0"`: whatever the server has at hand.
    Any,
    /// A version that was seen before: the answer is that old or newer. A watch goes on behind it.
    NotOlderThan(String),
}

impl ReadVersion {
    /// The query parameter's value; `None` where it is left out.
    pub fn as_query(&self) -> Option<&str> {
        match self {
            Self::MostRecent => None,
            Self::Any => Some("0"),
            Self::NotOlderThan(version) => Some(version),
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest {
    /// How fresh the list must be; left out of the request where there is a continue token.
    pub resource_version: ReadVersion,
    /// How many items the page holds at most; all without.
    pub limit: Option<u32>,
    /// Goes on where the page before ended.
    pub continue_token: Option<String>,
}

/// A watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchRequest {
    /// Where the watch begins.
    pub resource_version: ReadVersion,
    /// Whether it begins with the state as it is.
    pub kind: WatchKind,
    /// When the server is to end the watch; whole seconds, at least one.
    pub timeout: Duration,
}

/// What a watch sends first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WatchKind {
    /// Changes only.
    Changes,
    /// Every object that there is, then a bookmark, then changes (`sendInitialEvents`, "watch-list").
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
        // With a limit the API takes a version for "exactly that one" unless told otherwise, and a server would
        // show what is long gone. (client-go leaves it at that.)
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

    /// Found by simulation: without `resourceVersionMatch` a list in pages is one of the past.
    #[test]
    fn a_list_in_pages_says_that_a_newer_state_will_do() {
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
