//! Explains why an object does not match its type, without the object's values.
//!
//! `serde_json`'s messages quote the mismatched value, which may belong to a Secret. So an object that failed to
//! decode is decoded once more with a deserializer whose error type discards values on construction.

use serde::{
    Deserialize, Deserializer,
    de::{
        IntoDeserializer, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::DecodeError;
use crate::mismatch::Mismatch;

/// Decodes the text again and returns the failure as path and problem.
pub(super) fn explain<K: for<'de> Deserialize<'de>>(text: &[u8]) -> DecodeError {
    let value: Value = match serde_json::from_slice(text) {
        Ok(value) => value,
        Err(error) => {
            return DecodeError::Malformed { offset: offset_of(text, &error) };
        }
    };
    let (path, problem) = match serde_path_to_error::deserialize::<_, K>(RedactingDeserializer(&value)) {
        Err(error) => (error.path().to_string(), error.into_inner().into_text()),
        // The type rejected the text but accepts the generic value: the path is unknown.
        Ok(_) => (".".to_owned(), Mismatch::CUSTOM.to_owned()),
    };
    DecodeError::Field { path, problem }
}

fn offset_of(text: &[u8], error: &serde_json::Error) -> usize {
    let lines = text.split_inclusive(|&byte| byte == b'\n').take(error.line().saturating_sub(1));
    lines.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1)
}

fn entries(
    fields: &serde_json::Map<String, Value>,
) -> MapDeserializer<'_, impl Iterator<Item = (&str, RedactingDeserializer<'_>)>, Mismatch> {
    MapDeserializer::new(fields.iter().map(|(name, value)| (name.as_str(), RedactingDeserializer(value))))
}

/// A deserializer over a JSON value, with the redacted error.
struct RedactingDeserializer<'a>(&'a Value);

impl<'de> IntoDeserializer<'de, Mismatch> for RedactingDeserializer<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for RedactingDeserializer<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
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

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
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
