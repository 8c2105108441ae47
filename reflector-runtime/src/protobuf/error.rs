//! Why bytes cannot be decoded. No error contains a value.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::reader::Invalid;
use crate::mismatch::Mismatch;

/// The reason why an object cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes are not the message that the kind has.
    #[error("field `{path}`: not a valid protobuf message; check what serves the resource")]
    Malformed {
        /// The JSON path of the message or field in the object.
        path: String,
    },
    /// The object does not fit the Rust type.
    #[error("field `{path}`: {problem}")]
    Field {
        /// The JSON path of the field in the object.
        path: String,
        /// The problem, without the field's value.
        problem: String,
    },
}

/// A response is not what the API defines. The rest of its body must not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FramingError {
    /// The body ended in the middle of a list or an event.
    #[error("the response body ended in the middle of a list")]
    Truncated,
    /// A field of the list itself is too long.
    #[error("a field of the list other than its items is longer than {limit} bytes")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A single item or event is so long that it is none.
    #[error("a single item or event does not end within {limit} bytes")]
    NoEnd {
        /// The maximum length, in bytes.
        limit: usize,
    },
    /// The bytes do not have the structure that the API defines.
    #[error("malformed response: expected {expected}")]
    Malformed {
        /// The expected content.
        expected: &'static str,
    },
}

impl FramingError {
    /// The body does not begin as an object of an API server.
    pub const NOT_PROTOBUF: Self = Self::Malformed { expected: "an object in protobuf" };
}

/// What a deserializer returns: the problem, and the path as far as it is known.
#[derive(Debug)]
pub(super) struct ValueError(Box<Located>);

#[derive(Debug)]
struct Located {
    problem: Problem,
    /// From the inside to the outside.
    path: Vec<Segment>,
}

#[derive(Debug)]
enum Problem {
    Malformed,
    Mismatch(String),
}

#[derive(Debug)]
enum Segment {
    Field(String),
    Element(usize),
}

impl ValueError {
    #[cold]
    pub(super) fn mismatch(problem: impl Into<String>) -> Self {
        Self::new(Problem::Mismatch(problem.into()))
    }

    #[cold]
    pub(super) fn malformed() -> Self {
        Self::new(Problem::Malformed)
    }

    fn new(problem: Problem) -> Self {
        Self(Box::new(Located { problem, path: Vec::new() }))
    }

    /// An error in a JSON text inside a message. The message of `serde_json` may quote a value.
    pub(super) fn in_json(error: &serde_json::Error) -> Self {
        Self::mismatch(if error.is_data() {
            "its JSON does not match the type"
        } else {
            "its text is not JSON"
        })
    }

    /// The error is in this field of an object.
    #[cold]
    pub(super) fn in_field(mut self, name: &str) -> Self {
        self.0.path.push(Segment::Field(name.to_owned()));
        self
    }

    /// The error is in this element of a list.
    #[cold]
    pub(super) fn in_element(mut self, index: usize) -> Self {
        self.0.path.push(Segment::Element(index));
        self
    }

    /// In the form of `serde_path_to_error`.
    pub(super) fn into_error(self) -> DecodeError {
        let mut path = String::new();
        for segment in self.0.path.iter().rev() {
            match segment {
                Segment::Field(name) if path.is_empty() => path.push_str(name),
                Segment::Field(name) => path.extend([".", name]),
                Segment::Element(index) => path.extend(["[", &index.to_string(), "]"]),
            }
        }
        if path.is_empty() {
            path.push('.');
        }
        match self.0.problem {
            Problem::Malformed => DecodeError::Malformed { path },
            Problem::Mismatch(problem) => DecodeError::Field { path, problem },
        }
    }
}

impl From<Invalid> for ValueError {
    fn from(_: Invalid) -> Self {
        Self::malformed()
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.problem {
            Problem::Malformed => f.write_str("not a valid protobuf message"),
            Problem::Mismatch(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for ValueError {}

impl From<Mismatch> for ValueError {
    fn from(mismatch: Mismatch) -> Self {
        Self::mismatch(mismatch.into_text())
    }
}

/// The texts are those of [`Mismatch`].
impl de::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Mismatch::custom(message).into()
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Mismatch::invalid_type(found, expected).into()
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Mismatch::invalid_value(found, expected).into()
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Mismatch::invalid_length(length, expected).into()
    }

    fn unknown_variant(value: &str, expected: &'static [&'static str]) -> Self {
        Mismatch::unknown_variant(value, expected).into()
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        Mismatch::unknown_field(name, expected).into()
    }

    fn missing_field(field: &'static str) -> Self {
        Mismatch::missing_field(field).into()
    }

    fn duplicate_field(field: &'static str) -> Self {
        Mismatch::duplicate_field(field).into()
    }
}
