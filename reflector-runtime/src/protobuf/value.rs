//! A deserializer of one value. It offers to the type what `serde_json`'s deserializer would.

// Measured: without, the functions on the way of each field are calls.
#![allow(clippy::inline_always)]

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{
    Deserializer,
    de::{Error, Expected, IntoDeserializer, Unexpected, Visitor, value::MapAccessDeserializer},
};

use super::{
    context::Context,
    error::ValueError,
    field::{Field, ValueType},
    list_access::ListAccess,
    object::ObjectAccess,
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
    /// An absent list or map that JSON shows as `null`. Go does not distinguish `null` from an empty list here, so that a type
    /// that accepts only a list gets an empty one.
    NullList,
    /// A list without elements.
    EmptyList,
    /// A JSON text.
    Json,
}

/// A value in JSON's terms.
pub(super) enum Json<'de> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'de str),
    OwnedText(String),
    Short(ShortText),
    List(Value<'de>),
    Object(Value<'de>),
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
    fn invalid_type(&self, expected: &dyn Expected) -> ValueError {
        let found = match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Unsigned(value) => Unexpected::Unsigned(*value),
            Self::Signed(value) => Unexpected::Signed(*value),
            Self::Float(value) => Unexpected::Float(*value),
            Self::Text(_) | Self::OwnedText(_) | Self::Short(_) => Unexpected::Str(""),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
        };
        ValueError::invalid_type(found, expected)
    }
}

impl<'de> Value<'de> {
    /// A whole object.
    pub(super) const fn root(bytes: &'de [u8], context: Context<'de>) -> Self {
        Self { field: &Field::ROOT, bytes, context, count: 1, shape: Shape::One }
    }

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
    pub(super) fn is_one(&self, value_type: ValueType) -> bool {
        self.shape == Shape::One && self.field.value_type() == value_type
    }

    #[inline(always)]
    fn is_null(&self) -> Result<bool, ValueError> {
        match self.shape {
            Shape::Null | Shape::NullList => Ok(true),
            Shape::One if !self.field.value_type().can_be_null() => Ok(false),
            Shape::One | Shape::Json => special::is_null(self),
            _ => Ok(false),
        }
    }

    fn json(&self) -> Result<Json<'de>, ValueError> {
        match self.shape {
            Shape::One => {}
            Shape::Null | Shape::NullList => return Ok(Json::Null),
            Shape::EmptyList | Shape::List => return Ok(Json::List(*self)),
            Shape::Map => return Ok(Json::Object(*self)),
            Shape::Json => return special::parsed(self),
        }
        let varint = || Reader::new(self.bytes).varint();
        Ok(match self.field.value_type() {
            ValueType::Text => Json::text(self.bytes),
            ValueType::Message => Json::Object(*self),
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
}

impl<'de> Value<'de> {
    /// The value as an object. An absent map is empty.
    #[inline]
    fn object(&self, expected: &dyn Expected) -> Result<ObjectAccess<'de>, ValueError> {
        if self.is_one(ValueType::Message) {
            return ObjectAccess::new(self);
        }
        self.other_object(expected)
    }

    fn other_object(&self, expected: &dyn Expected) -> Result<ObjectAccess<'de>, ValueError> {
        if self.shape == Shape::NullList {
            return ObjectAccess::new(self);
        }
        match self.json()? {
            Json::Object(object) => ObjectAccess::new(&object),
            other => Err(other.invalid_type(expected)),
        }
    }

    /// The value as a list. An absent list is empty.
    fn list(&self, expected: &dyn Expected) -> Result<ListAccess<'de>, ValueError> {
        if matches!(self.shape, Shape::List | Shape::NullList) {
            return ListAccess::new(self);
        }
        match self.json()? {
            Json::List(list) => ListAccess::new(&list),
            other => Err(other.invalid_type(expected)),
        }
    }
}

/// Methods for types that are numbers in JSON.
macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            match self.json()? {
                Json::Unsigned(value) => visitor.visit_u64(value),
                Json::Signed(value) => visitor.visit_i64(value),
                Json::Float(value) => visitor.visit_f64(value),
                other => Err(other.invalid_type(&visitor)),
            }
        })*
    };
}

/// Methods for types that are strings in JSON.
macro_rules! strings {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            if self.is_one(ValueType::Text)
                && let Ok(text) = std::str::from_utf8(self.bytes)
            {
                return visitor.visit_borrowed_str(text);
            }
            match self.json()? {
                Json::Text(text) => visitor.visit_borrowed_str(text),
                Json::OwnedText(text) => visitor.visit_string(text),
                Json::Short(text) => visitor.visit_str(text.as_str()),
                other => Err(other.invalid_type(&visitor)),
            }
        })*
    };
}

/// Reads a JSON text that is a value.
fn in_json<'de, V: Visitor<'de>>(text: &'de [u8], visitor: V) -> Result<V::Value, ValueError> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = deserializer.deserialize_any(visitor);
    let value = value.and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| ValueError::in_json(&error))
}

impl<'de> Deserializer<'de> for &Value<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        // Managed fields are JSON texts. Usually, types keep them as generic values.
        if let Some(text) = special::json_text(self)? {
            return in_json(text, visitor);
        }
        match self.json()? {
            Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(value),
            Json::Unsigned(value) => visitor.visit_u64(value),
            Json::Signed(value) => visitor.visit_i64(value),
            Json::Float(value) => visitor.visit_f64(value),
            Json::Text(text) => visitor.visit_borrowed_str(text),
            Json::OwnedText(text) => visitor.visit_string(text),
            Json::Short(text) => visitor.visit_str(text.as_str()),
            Json::List(list) => visitor.visit_seq(ListAccess::new(&list)?),
            Json::Object(object) => visitor.visit_map(ObjectAccess::new(&object)?),
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
            Json::Object(object) => {
                let access = ObjectAccess::new(&object)?;
                MapAccessDeserializer::new(access).deserialize_enum(name, variants, visitor)
            }
            other => Err(other.invalid_type(&visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let list = self.list(&visitor)?;
        visitor.visit_seq(list)
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
        let object = self.object(&visitor)?;
        visitor.visit_map(object)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let object = self.object(&visitor)?;
        visitor.visit_map(object)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.json()? {
            Json::Bool(value) => visitor.visit_bool(value),
            other => Err(other.invalid_type(&visitor)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.json()? {
            Json::Null => visitor.visit_unit(),
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
