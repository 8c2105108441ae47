//! What a request asks for, as its query shows.

use crate::plan::RequestKind;

pub(super) fn request_kind(query: &str) -> RequestKind {
    match (parameter(query, "watch"), parameter(query, "sendInitialEvents")) {
        ("true", "true") => RequestKind::WatchList,
        ("true", _) => RequestKind::Watch,
        _ => RequestKind::List,
    }
}

/// Whether the request only asks for the server's current version. No informer of a plan has pages of one object.
pub(super) fn is_probe(query: &str) -> bool {
    let is = |name: &str, value: &str| parameter(query, name) == value;
    request_kind(query) == RequestKind::List
        && is("limit", "1")
        && is("resourceVersion", "")
        && is("continue", "")
}

/// The value of a query parameter, without percent-decoding.
pub(super) fn parameter<'a>(query: &'a str, name: &str) -> &'a str {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}
