//! Errors in the bytes from a server. No variant contains a value of an object.

use kube::core::TypeMeta;

use crate::{
    key::{KeyError, ObjectKey},
    resource_type::Scope,
};

/// A response violates the API protocol. The request is aborted and retried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The body ended in the middle of a list or an event.
    #[error(
        "the response body ended in the middle of a list or an event: if this repeats, check whether a proxy or load \
         balancer closes the connection"
    )]
    Truncated,
    /// A single value has no end. (An object that is only too large is an [`InvalidObject`].)
    #[error(
        "a single item or event does not end within {limit} bytes: the stream is corrupt; check what responds instead \
         of the API server"
    )]
    TooLong {
        /// The maximum number of bytes that are skipped.
        limit: usize,
    },
    /// The body is not in the format that its content type says, or does not have the structure that the API defines.
    #[error(
        "malformed response: expected {expected}; if this repeats, check whether a proxy or a non-standard server \
         changes responses"
    )]
    Malformed {
        /// The expected content.
        expected: &'static str,
    },
    /// The response is an object, but not a list as the API defines it.
    #[error(
        "the response is not a Kubernetes list: {problem}; check group, version and plural of the resource type, and \
         what serves them"
    )]
    NotAList {
        /// The problem.
        problem: &'static str,
    },
    /// The response to a watch is a single object.
    #[error(
        "the server returned a {kind} instead of watch events: it does not support watches of this resource; poll it \
         (`.poll(interval)`)"
    )]
    NotAWatch {
        /// The kind of the object.
        kind: String,
    },
    /// The list is of another kind (or a `Table`).
    #[error(
        "the server returned {found}, expected {} {}List: check group, version and plural of the resource type",
        .expected.api_version,
        .expected.kind
    )]
    WrongList {
        /// The requested kind.
        expected: TypeMeta,
        /// The apiVersion and kind in the list.
        found: String,
    },
}

impl ProtocolError {
    pub(crate) const NOT_AN_OBJECT: Self = Self::Malformed { expected: "a JSON object" };
    pub(crate) const INVALID_ITEM: Self = Self::Malformed { expected: "a list item" };
    pub(crate) const INVALID_EVENT: Self = Self::Malformed { expected: "a watch event" };
}

/// An object that cannot be cached. The other objects of its list or watch are not affected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {error}", .key.as_ref().map_or_else(|| "an object without a readable key".to_owned(), ToString::to_string))]
pub struct InvalidObject {
    /// The object's key, if its text contains one.
    pub key: Option<ObjectKey>,
    /// The object's uid, if its text contains one.
    pub uid: Option<String>,
    /// The object's resourceVersion, if its text contains one.
    pub resource_version: Option<String>,
    /// The reason. The text of this error contains it, so that it is not the `source`.
    pub error: DecodeError,
}

/// The reason why an object cannot be cached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The object is not of the requested kind.
    #[error(
        "wrong kind: found {} {}, expected {} {}; check group, version and kind of the resource type",
        .found.api_version,
        .found.kind,
        .expected.api_version,
        .expected.kind
    )]
    WrongKind {
        /// The requested kind.
        expected: TypeMeta,
        /// The apiVersion and kind in the object.
        found: TypeMeta,
    },
    /// The object does not fit the scope of the resource type.
    #[error("{}", wrong_scope(*.scope))]
    WrongScope {
        /// The scope of the resource type.
        scope: Scope,
    },
    /// The object's text exceeds the size limit. Its rest was skipped.
    #[error("longer than {limit} bytes; raise the limit (`max_object_bytes`) to cache it")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The object does not fit the Rust type.
    #[error(
        "field `{path}`: {problem}; make the type accept what the CRD's schema allows, or tighten the schema"
    )]
    Field {
        /// The JSON path of the field in the object.
        path: String,
        /// The problem, without the field's value.
        problem: String,
    },
    /// The object's text is not a JSON object.
    #[error("not a JSON object (at byte {offset}); check what serves the resource")]
    Malformed {
        /// The offset into the object's text, in bytes.
        offset: usize,
    },
    /// The object is not the protobuf message of its kind.
    #[error("field `{path}`: not a valid protobuf message; check what serves the resource")]
    MalformedProtobuf {
        /// The JSON path of the message or field in the object.
        path: String,
    },
    /// The object has no key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl DecodeError {
    /// Whether the object is not in the format of its response, so that nothing may be known of it.
    pub(crate) fn is_malformed(&self) -> bool {
        matches!(self, Self::Malformed { .. } | Self::MalformedProtobuf { .. })
    }

    /// Whether the object is not of the requested resource at all, so that neither its key nor its version counts.
    pub(crate) fn is_mismatch(&self) -> bool {
        matches!(self, Self::WrongKind { .. } | Self::WrongScope { .. })
    }
}

fn wrong_scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Namespaced => {
            "wrong scope: the object is cluster-scoped, but its resource type is namespaced: remove `namespaced` from \
             `#[reflect(...)]` (or `#[kube(...)]`)"
        }
        Scope::Cluster | Scope::Dynamic => {
            "wrong scope: the object is in a namespace, but its resource type is cluster-scoped: add `namespaced` to \
             `#[reflect(...)]` (or `#[kube(...)]`)"
        }
    }
}

/// A name that a server sent, for an error. It may be of any length.
pub(super) fn short(name: &str) -> String {
    const MAX: usize = 200;
    name.chars().take(MAX).collect()
}
