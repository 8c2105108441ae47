//! Why an object does not fit its type, told without the values in it.
//!
//! `serde_json`'s messages quote the value that did not fit, which may be a Secret's. So an object that failed
//! is decoded once more through a deserializer whose error type forgets values as it is built.

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

/// The same failure, as path and problem.
pub(super) fn explain<K: for<'de> Deserialize<'de>>(text: &[u8]) -> DecodeError {
    let value: Value = match serde_json::from_slice(text) {
        Ok(value) => value,
        Err(error) => {
            return DecodeError::Malformed { offset: offset_of(text, &error) };
        }
    };
    let (path, problem) = match serde_path_to_error::deserialize::<_, K>(Quiet(&value)) {
        Err(error) => (error.path().to_string(), error.into_inner().0),
        // The type accepts a generic value and refused the text: nothing can be said of where.
        Ok(_) => (".".to_owned(), CUSTOM.to_owned()),
    };
    DecodeError::Field { path, problem }
}

fn offset_of(text: &[u8], error: &serde_json::Error) -> usize {
    let lines = text.split_inclusive(|&byte| byte == b'\n').take(error.line().saturating_sub(1));
    lines.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1)
}

const CUSTOM: &str = "refused by the type's own check";

/// A serde error that holds names and expectations, never values.
#[derive(Debug)]
struct Problem(String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(_may_quote_a_value: T) -> Self {
        Self(CUSTOM.to_owned())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("found {}, expected {expected}", sort(&found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("found {} out of range, expected {expected}", sort(&found)))
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
        Self(format!("field `{field}` stands twice"))
    }
}

fn sort(found: &Unexpected<'_>) -> &'static str {
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
) -> MapDeserializer<'_, impl Iterator<Item = (&str, Quiet<'_>)>, Problem> {
    MapDeserializer::new(fields.iter().map(|(name, value)| (name.as_str(), Quiet(value))))
}

/// A JSON value as a deserializer with the quiet error.
struct Quiet<'a>(&'a Value);

impl<'de> IntoDeserializer<'de, Problem> for Quiet<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Quiet<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), _, _) => visitor.visit_u64(value),
                (_, Some(value), _) => visitor.visit_i64(value),
                (_, _, value) => visitor.visit_f64(value.unwrap_or(f64::NAN)),
            },
            Value::String(value) => visitor.visit_borrowed_str(value),
            Value::Array(values) => SeqDeserializer::new(values.iter().map(Quiet)).deserialize_any(visitor),
            Value::Object(fields) => entries(fields).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
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

    fn told(text: &str) -> String {
        assert!(serde_json::from_str::<Sample>(text).is_err(), "{text}");
        let told = explain::<Sample>(text.as_bytes()).to_string();
        assert!(!told.contains("hunter2"), "a value leaked: {told}");
        told
    }

    #[test]
    fn the_path_and_the_problem_are_told_and_never_a_value() {
        assert!(
            told(r#"{"parts":[{"image":"a"},{"image":12}]}"#)
                .starts_with("field `parts[1].image`: found an integer, expected a string")
        );
        assert!(told(r#"{"parts":"hunter2"}"#).contains("found a string, expected a sequence"));
        assert!(told(r#"{"parts":[{}]}"#).contains("missing field `image`"));
        assert!(
            told(r#"{"parts":[],"mode":"hunter2"}"#).contains("unknown variant, expected one of On, Level")
        );
        assert!(told(r#"{"parts":[],"mode":{"Level":"hunter2"}}"#).contains("field `mode.Level`"));
        assert!(
            told(r#"{"parts":[],"labels":{"k":["hunter2"]}}"#).contains("field `labels.k`: found a list")
        );
        assert!(
            told(r#"{"parts":[{"image":"","at":"hunter2"}]}"#).contains("refused by the type's own check")
        );
        assert!(told("{\n\"hunter2").contains("not a JSON object"));
    }
}
