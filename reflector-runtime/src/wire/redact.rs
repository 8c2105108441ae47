//! Explains why an object does not match its type, without the object's values.
//!
//! `serde_json`'s messages quote the mismatched value, which may belong to a Secret. So an object that failed to
//! decode is decoded once more with a deserializer whose error type discards values on construction.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        self, Expected, IntoDeserializer, Unexpected, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::DecodeError;

/// Decodes the text again and returns the failure as path and problem.
pub(super) fn explain<K: for<'de> Deserialize<'de>>(text: &[u8]) -> DecodeError {
    let value: Value = match serde_json::from_slice(text) {
        Ok(value) => value,
        Err(error) => {
            return DecodeError::Malformed { offset: offset_of(text, &error) };
        }
    };
    let (path, problem) = match serde_path_to_error::deserialize::<_, K>(RedactingDeserializer(&value)) {
        Err(error) => (error.path().to_string(), error.into_inner().0),
        // The type rejected the text but accepts the generic value: the path is unknown.
        Ok(_) => (".".to_owned(), CUSTOM_ERROR.to_owned()),
    };
    DecodeError::Field { path, problem }
}

fn offset_of(text: &[u8], error: &serde_json::Error) -> usize {
    let lines = text.split_inclusive(|&byte| byte == b'\n').take(error.line().saturating_sub(1));
    lines.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1)
}

const CUSTOM_ERROR: &str = "rejected by the type's own validation";

/// A serde error that contains names and expectations, never values.
#[derive(Debug)]
struct RedactedError(String);

impl fmt::Display for RedactedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RedactedError {}

impl de::Error for RedactedError {
    fn custom<T: fmt::Display>(_may_quote_a_value: T) -> Self {
        Self(CUSTOM_ERROR.to_owned())
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

fn entries(
    fields: &serde_json::Map<String, Value>,
) -> MapDeserializer<'_, impl Iterator<Item = (&str, RedactingDeserializer<'_>)>, RedactedError> {
    MapDeserializer::new(fields.iter().map(|(name, value)| (name.as_str(), RedactingDeserializer(value))))
}

/// A deserializer over a JSON value, with the redacted error.
struct RedactingDeserializer<'a>(&'a Value);

impl<'de> IntoDeserializer<'de, RedactedError> for RedactingDeserializer<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for RedactingDeserializer<'de> {
    type Error = RedactedError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RedactedError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), _, _) => visitor.visit_u64(value),
                (_, Some(value), _) => visitor.visit_i64(value),
                (_, _, value) => visitor.visit_f64(value.unwrap_or(f64::NAN)),
            },
            Value::String(value) => visitor.visit_borrowed_str(value),
            Value::Array(values) => {
                SeqDeserializer::new(values.iter().map(RedactingDeserializer)).deserialize_any(visitor)
            }
            Value::Object(fields) => entries(fields).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RedactedError> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, RedactedError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, RedactedError> {
        match self.0 {
            Value::String(variant) => StrDeserializer::new(variant).deserialize_enum(name, variants, visitor),
            Value::Object(fields) => {
                MapAccessDeserializer::new(entries(fields)).deserialize_enum(name, variants, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Sample {
        mode: Option<Mode>,
        parts: Vec<Part>,
        labels: Option<BTreeMap<String, String>>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    enum Mode {
        On,
        Level(u8),
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Part {
        image: String,
        at: Option<k8s_openapi::jiff::Timestamp>,
    }

    fn message(text: &str) -> String {
        assert!(serde_json::from_str::<Sample>(text).is_err(), "{text}");
        let message = explain::<Sample>(text.as_bytes()).to_string();
        assert!(!message.contains("hunter2"), "a value leaked: {message}");
        message
    }

    #[test]
    fn errors_contain_path_and_problem_but_no_value() {
        assert!(
            message(r#"{"parts":[{"image":"a"},{"image":12}]}"#)
                .starts_with("field `parts[1].image`: found an integer, expected a string")
        );
        assert!(message(r#"{"parts":"hunter2"}"#).contains("found a string, expected a sequence"));
        assert!(message(r#"{"parts":[{}]}"#).contains("missing field `image`"));
        assert!(
            message(r#"{"parts":[],"mode":"hunter2"}"#)
                .contains("unknown variant, expected one of On, Level")
        );
        assert!(message(r#"{"parts":[],"mode":{"Level":"hunter2"}}"#).contains("field `mode.Level`"));
        assert!(
            message(r#"{"parts":[],"labels":{"k":["hunter2"]}}"#).contains("field `labels.k`: found a list")
        );
        assert!(
            message(r#"{"parts":[{"image":"","at":"hunter2"}]}"#)
                .contains("rejected by the type's own validation")
        );
        assert!(message("{\n\"hunter2").contains("not a JSON object"));
    }
}
