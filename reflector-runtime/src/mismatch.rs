//! [`Mismatch`]: how a value does not fit its type, in words, without the value. Must not know in which format the value
//! is.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// A serde error that contains names and expectations, never values.
#[derive(Debug)]
pub(crate) struct Mismatch(String);

impl Mismatch {
    /// The text of an error of the type itself, whose own text may quote a value.
    pub(crate) const CUSTOM: &str = "rejected by the type's own validation";

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_may_quote_a_value: T) -> Self {
        Self(Self::CUSTOM.to_owned())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("found {}, expected {expected}", json_type(&found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("found {} out of range, expected {expected}", json_type(&found)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self(format!("found {length} elements, expected {expected}"))
    }

    fn unknown_variant(_value: &str, expected: &'static [&'static str]) -> Self {
        Self(format!("found an unknown variant, expected one of {}", expected.join(", ")))
    }

    fn unknown_field(_name: &str, expected: &'static [&'static str]) -> Self {
        Self(format!("found an unknown field, expected one of {}", expected.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self(format!("missing field `{field}`"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self(format!("duplicate field `{field}`"))
    }
}

fn json_type(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) => "a string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map => "an object",
        _ => "something else",
    }
}
