//! JSON objects: a message, a map, or an object of a JSON text. One type for all, because each type that is deserialized
//! has its own copy of the code for each.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, MapAccess};
use serde_json::value::RawValue;

use super::{
    context::{Context, Decoding},
    error::ValueError,
    field::{Message, ValueType},
    fields::Fields,
    key::Key,
    reader::{Entry, Reader, Tag, Wire},
    special,
    value::{Shape, Value},
};

/// The members of an object.
pub(super) struct ObjectAccess<'de> {
    members: Members<'de>,
    /// The last key, for errors, unless it is that of a member of a JSON text.
    key: &'de str,
    /// Its value.
    value: Value<'de>,
}

enum Members<'de> {
    Message {
        fields: Fields<'de>,
        /// The messages in which `fields` are inline.
        outer: Vec<Fields<'de>>,
    },
    /// Of a map, the entries that were not returned.
    Entries(Reader<'de>),
    /// Of an object of a JSON text. Values are texts.
    Json {
        members: std::collections::btree_map::IntoIter<String, &'de RawValue>,
        /// The last key.
        key: String,
    },
}

impl<'de> ObjectAccess<'de> {
    pub(super) fn root(
        message: Message,
        bytes: &'de [u8],
        decoding: &'de Decoding,
    ) -> Result<Self, ValueError> {
        Self::of_message(message, Value::root(bytes, Context::root(decoding)))
    }

    /// Of a value that is an object.
    #[inline]
    pub(super) fn new(object: Value<'de>) -> Result<Self, ValueError> {
        if object.is_one(ValueType::Message) {
            return Self::of_message(object.field.message(), object);
        }
        Self::of_others(object)
    }

    #[inline]
    fn of_message(message: Message, object: Value<'de>) -> Result<Self, ValueError> {
        let fields = Fields::new(message.fields(), object.bytes, object.context.inside()?)?;
        Ok(Self { members: Members::Message { fields, outer: Vec::new() }, key: "", value: object })
    }

    fn of_others(object: Value<'de>) -> Result<Self, ValueError> {
        let members = match object.shape {
            Shape::Json => {
                let members = special::members(object.bytes)?.into_iter();
                Members::Json { members, key: String::new() }
            }
            Shape::Map => Members::Entries(Reader::new(object.bytes)),
            _ => Members::Entries(Reader::new(&[])),
        };
        Ok(Self { members, key: "", value: Value { context: object.context.inside()?, ..object } })
    }

    /// Finds the next member, and returns its key.
    #[inline]
    fn next_key(&mut self) -> Result<Option<Cow<'de, str>>, ValueError> {
        if let Members::Message { fields, outer } = &mut self.members {
            let Some(value) = next_field(fields, outer)? else { return Ok(None) };
            (self.key, self.value) = (value.field.name(), value);
            return Ok(Some(Cow::Borrowed(self.key)));
        }
        self.next_other_key()
    }

    fn next_other_key(&mut self) -> Result<Option<Cow<'de, str>>, ValueError> {
        let (key, bytes, shape) = match &mut self.members {
            Members::Entries(entries) => {
                let Some(Entry { wire, .. }) = entries.next()? else { return Ok(None) };
                let (key, bytes) = key_and_value(&self.value, wire)?;
                // As Go's JSON encoder does.
                (String::from_utf8_lossy(key), bytes, Shape::One)
            }
            Members::Json { members, key } => {
                let Some((next, text)) = members.next() else { return Ok(None) };
                key.clone_from(&next);
                (Cow::Owned(next), text.get().as_bytes(), Shape::Json)
            }
            Members::Message { .. } => return Ok(None),
        };
        self.value = Value { bytes, shape, count: self.value.count.saturating_sub(1), ..self.value };
        self.key = match key {
            Cow::Borrowed(key) => key,
            Cow::Owned(_) => "(a key)",
        };
        Ok(Some(key))
    }

    fn key(&self) -> &str {
        match &self.members {
            Members::Json { key, .. } => key,
            Members::Message { .. } | Members::Entries(_) => self.key,
        }
    }
}

/// Returns the next field of the innermost message.
fn next_field<'de>(
    fields: &mut Fields<'de>,
    outer: &mut Vec<Fields<'de>>,
) -> Result<Option<Value<'de>>, ValueError> {
    loop {
        match fields.next()? {
            Some(value) if value.field.is_inline() => {
                let table = value.field.message().fields();
                let inline = Fields::new(table, value.bytes, value.context)?;
                outer.push(std::mem::replace(fields, inline));
            }
            Some(value) if value.context.strips(value.field) => {
                return Ok(Some(Value { shape: Shape::EmptyList, ..value }));
            }
            Some(value) => return Ok(Some(value)),
            None => match outer.pop() {
                Some(outer) => *fields = outer,
                None => return Ok(None),
            },
        }
    }
}

/// Reads an entry of a map.
fn key_and_value<'de>(map: &Value<'de>, wire: Wire<'de>) -> Result<(&'de [u8], &'de [u8]), ValueError> {
    const KEY: u32 = 1;
    const VALUE: u32 = 2;
    let Wire::Bytes(entry) = wire else { return Err(ValueError::malformed()) };
    let value_type = map.field.value_type();
    let (mut reader, mut key, mut value) = (Reader::new(entry), &[][..], value_type.zero());
    loop {
        let tag = reader.tag()?;
        if tag == Tag::END {
            return Ok((key, value));
        }
        let bytes = reader.value(tag)?;
        match tag.number() {
            KEY => key = bytes,
            VALUE if tag.wire_type() == value_type.wire_type() => value = bytes,
            VALUE => return Err(ValueError::malformed()),
            _ => {}
        }
    }
}

impl<'de> MapAccess<'de> for ObjectAccess<'de> {
    type Error = ValueError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        match self.next_key()? {
            Some(key) => seed.deserialize(Key(key)).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        seed.deserialize(self.value).map_err(|error| error.in_field(self.key()))
    }

    fn size_hint(&self) -> Option<usize> {
        match &self.members {
            Members::Message { .. } => None,
            Members::Entries(_) => usize::try_from(self.value.count).ok(),
            Members::Json { members, .. } => Some(members.len()),
        }
    }
}
