//! A deserializer of one value. It offers to the type what a JSON deserializer would.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{
    Deserializer,
    de::{
        DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, MapDeserializer},
    },
    forward_to_deserialize_any,
};

use super::{
    entries::{Run, Source},
    error::ValueError,
    field::{Field, Message, ValueType},
    key::Key,
    object::{Context, ObjectAccess, map_entry},
    raw_value,
    reader::{Reader, Wire, WireType},
    special,
};

/// How a value appears in its message.
#[derive(Debug)]
pub(super) enum Shape<'de> {
    One(Wire<'de>),
    /// Parts of one message.
    Merged(Vec<&'de [u8]>),
    List(Run<'de>),
    Map(Run<'de>),
    /// An absent value that JSON shows as `null`.
    Null,
    /// An absent list or map that JSON shows as `null`. Go does not tell `null` from an empty list here, so that a type
    /// that accepts only a list gets an empty one.
    NullList,
    /// A list without elements.
    EmptyList,
}

impl<'de> Shape<'de> {
    /// The value that JSON shows of an absent field.
    pub(super) fn of_absent(field: &Field) -> Self {
        if !field.is_null_if_absent() {
            Self::zero(field.value_type())
        } else if field.is_repeated() || field.is_map() {
            Self::NullList
        } else {
            Self::Null
        }
    }

    /// The zero value of a type.
    pub(super) const fn zero(value_type: ValueType) -> Self {
        Self::One(match value_type {
            ValueType::Bool | ValueType::Int32 | ValueType::Int64 => Wire::Varint(0),
            ValueType::Double => Wire::Fixed64(0),
            _ => Wire::Bytes(&[]),
        })
    }

    /// The value as a message.
    pub(super) fn into_source(self) -> Result<Source<'de>, ValueError> {
        match self {
            Self::One(Wire::Bytes(message)) => Ok(Source::One(message)),
            Self::Merged(parts) => Ok(Source::Parts(parts)),
            Self::Null => Ok(Source::EMPTY),
            _ => Err(ValueError::malformed()),
        }
    }
}

/// One value, and what the tables say about it.
#[derive(Debug)]
pub(super) struct Value<'de> {
    pub(super) field: &'static Field,
    pub(super) shape: Shape<'de>,
    /// Of the value.
    pub(super) context: Context,
}

/// A value in JSON's terms.
pub(super) enum Json<'de> {
    Null,
    NullList,
    EmptyList,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'de str),
    OwnedText(String),
    /// A list of values of this field.
    List(&'static Field, Run<'de>),
    Map(&'static Field, Run<'de>),
    Object(Message, Source<'de>),
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
}

impl<'de> Value<'de> {
    fn is_null(&self) -> Result<bool, ValueError> {
        match &self.shape {
            Shape::Null | Shape::NullList => Ok(true),
            Shape::One(Wire::Bytes(message)) if self.field.value_type().can_be_null() => {
                special::is_null(self.field, &Source::One(message))
            }
            _ => Ok(false),
        }
    }

    // Neither generic nor inlined: each type that is deserialized has its own copy of what calls it.
    fn json(self) -> Result<Json<'de>, ValueError> {
        let field = self.field;
        match (self.shape, field.value_type()) {
            (Shape::Null, _) => Ok(Json::Null),
            (Shape::NullList, _) => Ok(Json::NullList),
            (Shape::EmptyList, _) => Ok(Json::EmptyList),
            (Shape::List(run), _) => Ok(Json::List(field, run)),
            (Shape::Map(run), _) => Ok(Json::Map(field, run)),
            (Shape::One(wire), value_type) if !value_type.is_message() => scalar(value_type, wire),
            (shape, ValueType::Message) => Ok(Json::Object(field.message(), shape.into_source()?)),
            (shape, _) => special::json(field, &shape.into_source()?),
        }
    }
}

#[inline]
fn scalar<'de>(value_type: ValueType, wire: Wire<'de>) -> Result<Json<'de>, ValueError> {
    Ok(match (value_type, wire) {
        (ValueType::Text, Wire::Bytes(text)) => Json::text(text),
        (ValueType::Bool, Wire::Varint(value)) => Json::Bool(value != 0),
        // Negative numbers have ten bytes. Of longer ones, the lower bits count.
        #[allow(clippy::cast_possible_truncation)]
        (ValueType::Int32, Wire::Varint(value)) => Json::integer(i64::from(value as i32)),
        (ValueType::Int64, Wire::Varint(value)) => Json::integer(value.cast_signed()),
        (ValueType::Double, Wire::Fixed64(bits)) => special::number(f64::from_bits(bits)),
        (ValueType::Bytes, Wire::Bytes(bytes)) => Json::OwnedText(BASE64_STANDARD.encode(bytes)),
        _ => return Err(ValueError::malformed()),
    })
}

/// A deserializer of a JSON text.
fn in_json<'de, T>(
    text: &'de [u8],
    read: impl FnOnce(&mut serde_json::Deserializer<serde_json::de::SliceRead<'de>>) -> serde_json::Result<T>,
) -> Result<T, ValueError> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = read(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| ValueError::in_json(&error))
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let context = self.context;
        match self.json()? {
            Json::Null | Json::NullList => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(value),
            Json::Unsigned(value) => visitor.visit_u64(value),
            Json::Signed(value) => visitor.visit_i64(value),
            Json::Float(value) => visitor.visit_f64(value),
            Json::Text(text) => visitor.visit_borrowed_str(text),
            Json::OwnedText(text) => visitor.visit_string(text),
            Json::EmptyList => visitor.visit_seq(ListAccess::empty(context)),
            Json::List(field, run) => visitor.visit_seq(ListAccess::new(field, run, context)?),
            Json::Map(field, run) => visitor.visit_map(EntriesAccess::new(field, run, context)?),
            Json::Object(message, source) => {
                visitor.visit_map(ObjectAccess::new(message, &source, context)?)
            }
            Json::Raw(text) => in_json(text, |json| json.deserialize_any(visitor)),
        }
    }

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
        let context = self.context;
        match self.json()? {
            Json::Text(text) => visitor.visit_enum(text.into_deserializer()),
            Json::OwnedText(text) => visitor.visit_enum(text.into_deserializer()),
            Json::Object(message, source) => {
                let access = ObjectAccess::new(message, &source, context)?;
                MapAccessDeserializer::new(access).deserialize_enum(name, variants, visitor)
            }
            Json::Map(field, run) => {
                let access = EntriesAccess::new(field, run, context)?;
                MapAccessDeserializer::new(access).deserialize_enum(name, variants, visitor)
            }
            Json::Raw(text) => in_json(text, |json| json.deserialize_enum(name, variants, visitor)),
            _ => Err(ValueError::mismatch("expected an enum")),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.shape {
            Shape::NullList => visitor.visit_seq(ListAccess::empty(self.context)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.shape {
            Shape::NullList => visitor.visit_map(MapDeserializer::new(std::iter::empty::<(&str, &str)>())),
            _ => self.deserialize_any(visitor),
        }
    }

    /// The value is not parsed.
    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct struct identifier
    }
}

/// The values of a repeated field.
struct ListAccess<'de> {
    /// `None` if the list is empty.
    values: Option<(&'static Field, Run<'de>)>,
    /// What is left of several numbers in one value.
    packed: Reader<'de>,
    /// Of the elements.
    context: Context,
}

impl<'de> ListAccess<'de> {
    const fn empty(context: Context) -> Self {
        Self { values: None, packed: Reader::new(&[]), context }
    }

    fn new(field: &'static Field, run: Run<'de>, outside: Context) -> Result<Self, ValueError> {
        Ok(Self { values: Some((field, run)), packed: Reader::new(&[]), context: outside.inside()? })
    }

    fn next(&mut self) -> Result<Option<(&'static Field, Wire<'de>)>, ValueError> {
        let Some((field, run)) = &mut self.values else { return Ok(None) };
        let wire_type = match field.value_type() {
            ValueType::Bool | ValueType::Int32 | ValueType::Int64 => WireType::Varint,
            ValueType::Double => WireType::Fixed64,
            _ => return Ok(run.next()?.map(|wire| (*field, wire))),
        };
        loop {
            if !self.packed.rest().is_empty() {
                return Ok(Some((field, self.packed.other(wire_type)?)));
            }
            match run.next()? {
                Some(Wire::Bytes(packed)) => self.packed = Reader::new(packed),
                wire => return Ok(wire.map(|wire| (*field, wire))),
            }
        }
    }
}

impl<'de> SeqAccess<'de> for ListAccess<'de> {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ValueError> {
        let Some((field, wire)) = self.next()? else { return Ok(None) };
        seed.deserialize(Value { field, shape: Shape::One(wire), context: self.context }).map(Some)
    }

    /// Of packed numbers, the length is a lower bound.
    fn size_hint(&self) -> Option<usize> {
        Some(self.values.as_ref().map_or(0, |(_, run)| run.len()))
    }
}

/// The entries of a map.
struct EntriesAccess<'de> {
    field: &'static Field,
    run: Run<'de>,
    value: Option<Shape<'de>>,
    /// Of the values.
    context: Context,
}

impl<'de> EntriesAccess<'de> {
    fn new(field: &'static Field, run: Run<'de>, outside: Context) -> Result<Self, ValueError> {
        Ok(Self { field, run, value: None, context: outside.inside()? })
    }
}

impl<'de> MapAccess<'de> for EntriesAccess<'de> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        let Some(wire) = self.run.next()? else { return Ok(None) };
        let (key, value) = map_entry(self.field, wire)?;
        self.value = Some(value);
        match std::str::from_utf8(key) {
            Ok(key) => seed.deserialize(Key(key)),
            // As Go's JSON encoder does.
            Err(_) => seed.deserialize(String::from_utf8_lossy(key).into_owned().into_deserializer()),
        }
        .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        let shape = self.value.take().ok_or_else(|| ValueError::mismatch("a value was read before its key"))?;
        seed.deserialize(Value { field: self.field, shape, context: self.context })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.run.len())
    }
}
