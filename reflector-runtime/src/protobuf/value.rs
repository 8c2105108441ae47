//! A deserializer of one value. It offers to the type what `serde_json`'s deserializer would.

// Measured: without, the functions on the way of each field are calls.
#![allow(clippy::inline_always)]

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{
    Deserializer,
    de::{
        Error, IntoDeserializer, Unexpected, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer},
    },
};

use super::{
    error::ValueError,
    field::{Field, ValueType},
    list_access::ListAccess,
    object::{Context, EntriesAccess, ObjectAccess},
    raw_value,
    reader::Reader,
    special::{self, ShortText},
};

/// One value, or all values of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'de> {
    pub(super) field: &'static Field,
    /// Of one value, its encoding without its length. Of several, all of them with tags and lengths.
    pub(super) bytes: &'de [u8],
    /// Of the value.
    pub(super) context: Context<'de>,
    /// The number of values in `bytes`.
    pub(super) count: u32,
    pub(super) shape: Shape,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    One,
    List,
    Map,
    /// An absent value that JSON shows as `null`.
    Null,
    /// An absent list or map that JSON shows as `null`. Go does not tell `null` from an empty list here, so that a type
    /// that accepts only a list gets an empty one.
    NullList,
    /// A list without elements.
    EmptyList,
}

/// A value in JSON's terms.
pub(super) enum Json<'de> {
    Null,
    EmptyList,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'de str),
    OwnedText(String),
    Short(ShortText),
    List(Value<'de>),
    Map(Value<'de>),
    Object(Value<'de>),
    /// The text of a JSON value.
    Raw(&'de [u8]),
}

impl<'de> Json<'de> {
    pub(super) const fn integer(value: i64) -> Self {
        // As serde_json does, because types may accept only one of them.
        if value < 0 { Self::Signed(value) } else { Self::Unsigned(value.unsigned_abs()) }
    }

    pub(super) fn text(bytes: &'de [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            // As Go's JSON encoder does.
            Err(_) => Self::OwnedText(String::from_utf8_lossy(bytes).into_owned()),
        }
    }

    #[cold]
    fn invalid_type<V: Visitor<'de>>(&self, visitor: &V) -> ValueError {
        let found = match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Unsigned(value) => Unexpected::Unsigned(*value),
            Self::Signed(value) => Unexpected::Signed(*value),
            Self::Float(value) => Unexpected::Float(*value),
            Self::Text(_) | Self::OwnedText(_) | Self::Short(_) => Unexpected::Str(""),
            Self::EmptyList | Self::List(_) => Unexpected::Seq,
            Self::Map(_) | Self::Object(_) | Self::Raw(_) => Unexpected::Map,
        };
        ValueError::invalid_type(found, visitor)
    }
}

impl<'de> Value<'de> {
    /// The value that JSON shows of an absent field.
    pub(super) const fn of_absent(field: &'static Field, context: Context<'de>) -> Self {
        let shape = match (field.is_null_if_absent(), field.is_collection()) {
            (false, _) => Shape::One,
            (true, false) => Shape::Null,
            (true, true) => Shape::NullList,
        };
        Self { field, bytes: field.value_type().zero(), context, count: 1, shape }
    }

    #[inline(always)]
    fn is_one(&self, value_type: ValueType) -> bool {
        self.shape == Shape::One && self.field.value_type() == value_type
    }

    #[inline(always)]
    fn is_null(&self) -> Result<bool, ValueError> {
        match self.shape {
            Shape::Null | Shape::NullList => Ok(true),
            Shape::One if self.field.value_type().can_be_null() => special::is_null(self),
            _ => Ok(false),
        }
    }

    // Neither generic nor inlined: each type that is deserialized has its own copy of what calls it.
    fn json(self) -> Result<Json<'de>, ValueError> {
        match self.shape {
            Shape::One => {}
            Shape::Null | Shape::NullList => return Ok(Json::Null),
            Shape::EmptyList => return Ok(Json::EmptyList),
            Shape::List => return Ok(Json::List(self)),
            Shape::Map => return Ok(Json::Map(self)),
        }
        let varint = || Reader::new(self.bytes).varint();
        Ok(match self.field.value_type() {
            ValueType::Text => Json::text(self.bytes),
            ValueType::Message => Json::Object(self),
            ValueType::Bool => Json::Bool(varint()? != 0),
            // Negative numbers have ten bytes. Of longer ones, the lower bits count.
            #[allow(clippy::cast_possible_truncation)]
            ValueType::Int32 => Json::integer(i64::from(varint()? as i32)),
            ValueType::Int64 => Json::integer(varint()?.cast_signed()),
            ValueType::Double => special::number(special::double(self.bytes)?),
            ValueType::Bytes => Json::OwnedText(BASE64_STANDARD.encode(self.bytes)),
            _ => return special::json(self),
        })
    }

    #[inline]
    fn object(self) -> Result<ObjectAccess<'de>, ValueError> {
        ObjectAccess::new(self.field.message(), self.bytes, self.context)
    }
}

type JsonText<'de> = serde_json::Deserializer<serde_json::de::SliceRead<'de>>;

/// Reads a JSON text that is a value.
fn in_json<'de, T>(
    text: &'de [u8],
    read: impl FnOnce(&mut JsonText<'de>) -> serde_json::Result<T>,
) -> Result<T, ValueError> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = read(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| ValueError::in_json(&error))
}

fn no_elements<'de>() -> SeqDeserializer<std::iter::Empty<&'de str>, ValueError> {
    SeqDeserializer::new(std::iter::empty())
}

/// Methods for types that are numbers in JSON.
macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            match self.json()? {
                Json::Unsigned(value) => visitor.visit_u64(value),
                Json::Signed(value) => visitor.visit_i64(value),
                Json::Float(value) => visitor.visit_f64(value),
                Json::Raw(text) => in_json(text, |json| json.$method(visitor)),
                other => Err(other.invalid_type(&visitor)),
            }
        })*
    };
}

/// Methods for types that are strings in JSON.
macro_rules! strings {
    ($($method:ident)*) => {
        $(#[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            if self.is_one(ValueType::Text) && let Ok(text) = std::str::from_utf8(self.bytes) {
                return visitor.visit_borrowed_str(text);
            }
            match self.json()? {
                Json::Text(text) => visitor.visit_borrowed_str(text),
                Json::OwnedText(text) => visitor.visit_string(text),
                Json::Short(text) => visitor.visit_str(text.as_str()),
                Json::Raw(text) => in_json(text, |json| json.$method(visitor)),
                other => Err(other.invalid_type(&visitor)),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.json()? {
            Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(value),
            Json::Unsigned(value) => visitor.visit_u64(value),
            Json::Signed(value) => visitor.visit_i64(value),
            Json::Float(value) => visitor.visit_f64(value),
            Json::Text(text) => visitor.visit_borrowed_str(text),
            Json::OwnedText(text) => visitor.visit_string(text),
            Json::Short(text) => visitor.visit_str(text.as_str()),
            Json::EmptyList => visitor.visit_seq(no_elements()),
            Json::List(list) => visitor.visit_seq(ListAccess::new(list)?),
            Json::Map(map) => visitor.visit_map(EntriesAccess::new(map)?),
            Json::Object(message) => visitor.visit_map(message.object()?),
            Json::Raw(text) => in_json(text, |json| json.deserialize_any(visitor)),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if self.is_null()? { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        if name == raw_value::TOKEN {
            return raw_value::deserialize(self, visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self.json()? {
            Json::Text(text) => visitor.visit_enum(text.into_deserializer()),
            Json::OwnedText(text) => visitor.visit_enum(text.into_deserializer()),
            Json::Object(message) => {
                MapAccessDeserializer::new(message.object()?).deserialize_enum(name, variants, visitor)
            }
            Json::Map(map) => {
                let entries = EntriesAccess::new(map)?;
                MapAccessDeserializer::new(entries).deserialize_enum(name, variants, visitor)
            }
            Json::Raw(text) => in_json(text, |json| json.deserialize_enum(name, variants, visitor)),
            other => Err(other.invalid_type(&visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let list = match self.shape {
            Shape::List => self,
            Shape::NullList => return visitor.visit_seq(no_elements()),
            _ => match self.json()? {
                Json::List(list) => list,
                Json::EmptyList => return visitor.visit_seq(no_elements()),
                Json::Raw(text) => return in_json(text, |json| json.deserialize_seq(visitor)),
                other => return Err(other.invalid_type(&visitor)),
            },
        };
        visitor.visit_seq(ListAccess::new(list)?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if self.shape == Shape::NullList {
            return visitor.visit_map(MapDeserializer::new(std::iter::empty::<(&str, &str)>()));
        }
        match self.json()? {
            Json::Map(map) => visitor.visit_map(EntriesAccess::new(map)?),
            Json::Object(message) => visitor.visit_map(message.object()?),
            Json::Raw(text) => in_json(text, |json| json.deserialize_map(visitor)),
            other => Err(other.invalid_type(&visitor)),
        }
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let message = if self.is_one(ValueType::Message) {
            self
        } else {
            match self.json()? {
                Json::Object(message) => message,
                Json::Map(map) => return visitor.visit_map(EntriesAccess::new(map)?),
                Json::List(list) => return visitor.visit_seq(ListAccess::new(list)?),
                Json::Raw(text) => {
                    return in_json(text, |json| json.deserialize_struct(name, fields, visitor));
                }
                other => return Err(other.invalid_type(&visitor)),
            }
        };
        visitor.visit_map(message.object()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.json()? {
            Json::Bool(value) => visitor.visit_bool(value),
            Json::Raw(text) => in_json(text, |json| json.deserialize_bool(visitor)),
            other => Err(other.invalid_type(&visitor)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.json()? {
            Json::Null => visitor.visit_unit(),
            Json::Raw(text) => in_json(text, |json| json.deserialize_unit(visitor)),
            other => Err(other.invalid_type(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_unit(visitor)
    }

    /// Of text, and of lists of numbers.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_any(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_any(visitor)
    }

    /// The value is not parsed.
    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    strings! {
        deserialize_char deserialize_str deserialize_string deserialize_identifier
    }
}
