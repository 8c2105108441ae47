//! What can be wrong with bytes from a server. No variant carries a value out of an object.

use kube::core::TypeMeta;

use crate::key::{KeyError, ObjectKey};

/// A response's bytes are not what the API promises; the request is over and is made again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The body ended in the middle of a list or of an event.
    #[error("the body was cut off before its end")]
    Truncated,
    /// A single item or event is longer than allowed.
    #[error(
        "a single item or event is longer than {limit} bytes: the stream is broken, or the limit \
         (`max_object_bytes`) must be raised"
    )]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The text is no JSON, or not of the form that the API promises.
    #[error("malformed response: expected {expected}")]
    Malformed {
        /// What should have stood there.
        expected: &'static str,
    },
    /// The list is one of another kind (or a `Table`).
    #[error(
        "the server answered with {found}, expected {} {}List: check group, version and plural of the kind",
        .expected.api_version,
        .expected.kind
    )]
    WrongList {
        /// The kind that was asked for.
        expected: TypeMeta,
        /// What the list says of itself.
        found: String,
    },
}

impl ProtocolError {
    pub(crate) const NO_ITEM: Self = Self::Malformed { expected: "an item of a list, in JSON" };
    pub(crate) const NO_EVENT: Self = Self::Malformed { expected: "a watch event, one line of JSON" };
}

/// One object that could not be taken into the cache. The rest of its list or watch is unharmed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {error}", .key.as_ref().map_or_else(|| "an object without a readable key".to_owned(), ToString::to_string))]
pub struct InvalidObject {
    /// The object's key, where its text shows one.
    pub key: Option<ObjectKey>,
    /// The object's uid, where its text shows one.
    pub uid: Option<String>,
    /// The object's resourceVersion, where its text shows one.
    pub resource_version: Option<String>,
    /// What is wrong with it.
    #[source]
    pub error: DecodeError,
}

/// Why one object could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The object is of another kind than the one asked for.
    #[error(
        "wrong kind: found {} {}, expected {} {}",
        .found.api_version,
        .found.kind,
        .expected.api_version,
        .expected.kind
    )]
    WrongKind {
        /// The kind that was asked for.
        expected: TypeMeta,
        /// What the object says of itself.
        found: TypeMeta,
    },
    /// The object does not fit the Rust type.
    #[error(
        "field `{path}`: {problem}; make the type accept what the CRD's schema allows, or tighten the schema"
    )]
    Field {
        /// Where in the object, as a JSON path.
        path: String,
        /// What is wrong there, without the value that stands there.
        problem: String,
    },
    /// The object's text is no JSON object.
    #[error("not a JSON object (at byte {offset} of it)")]
    Malformed {
        /// Offset into the object's text, in bytes.
        offset: usize,
    },
    /// The object has no key.
    #[error(transparent)]
    Key(#[from] KeyError),
}
