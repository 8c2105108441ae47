//! JSON objects: a message, a map, or an object of a JSON text. One type for all, because each type that is deserialized
//! has its own copy of the code for each.

use serde::de::{DeserializeSeed, MapAccess};
use serde_json::value::RawValue;

use super::{
    context::{Context, Decoding},
    error::ValueError,
    field::{Message, ValueType},
    fields::Fields,
    key::Key,
    reader::{BYTES, Reader, Tag},
    special,
    value::{Shape, Value},
};

/// The members of an object.
pub(super) struct ObjectAccess<'de> {
    members: Members<'de>,
    /// The last key, unless it is owned.
    key: &'de str,
    /// The last key if it is not in the message as it is.
    owned_key: Option<Box<str>>,
    /// Its value. Before the first member, the object.
    value: Value<'de>,
}

enum Members<'de> {
    Message(Fields<'de>),
    /// Of a map, the entries that were not returned.
    Entries(Reader<'de>),
    /// Of an object of a JSON text. Values are texts. In a box because they are rare and large.
    Json(Box<std::collections::btree_map::IntoIter<String, &'de RawValue>>),
}

impl<'de> ObjectAccess<'de> {
    pub(super) fn root(
        message: Message,
        bytes: &'de [u8],
        decoding: &'de Decoding,
    ) -> Result<Self, ValueError> {
        Self::of_message(message, &Value::root(bytes, Context::root(decoding)))
    }

    /// Of a value that is an object.
    #[inline]
    pub(super) fn new(object: &Value<'de>) -> Result<Self, ValueError> {
        if object.is_one(ValueType::Message) {
            return Self::of_message(object.field.message(), object);
        }
        Self::of_others(object)
    }

    #[inline]
    fn of_message(message: Message, object: &Value<'de>) -> Result<Self, ValueError> {
        let fields = Fields::new(message.fields(), object.bytes)?;
        Self::of_members(Members::Message(fields), object)
    }

    fn of_others(object: &Value<'de>) -> Result<Self, ValueError> {
        let members = match object.shape {
            Shape::Json => Members::Json(Box::new(special::members(object.bytes)?.into_iter())),
            Shape::Map => Members::Entries(Reader::new(object.bytes)),
            _ => Members::Entries(Reader::new(&[])),
        };
        Self::of_members(members, object)
    }

    #[inline]
    fn of_members(members: Members<'de>, object: &Value<'de>) -> Result<Self, ValueError> {
        let value = Value { context: object.context.inside()?, ..*object };
        Ok(Self { members, key: "", owned_key: None, value })
    }

    /// Finds the next member, and returns its key.
    #[inline]
    fn next_key(&mut self) -> Result<Option<Key<'de, '_>>, ValueError> {
        if let Members::Message(fields) = &mut self.members {
            if !fields.next(&mut self.value)? {
                return Ok(None);
            }
            self.key = self.value.field.name();
            return Ok(Some(Key::Borrowed(self.key)));
        }
        Ok(if self.next_other()? { Some(self.key()) } else { None })
    }

    /// Finds the next member of an object that is not a message.
    fn next_other(&mut self) -> Result<bool, ValueError> {
        match &mut self.members {
            Members::Entries(entries) => {
                let tag = entries.tag()?;
                if tag == Tag::END {
                    return Ok(false);
                }
                let entry = entries.value(tag)?;
                if tag.wire_type() != BYTES {
                    return Err(ValueError::malformed());
                }
                let (key, bytes) = key_and_value(&self.value, entry)?;
                (self.key, self.owned_key) = match std::str::from_utf8(key) {
                    Ok(key) => (key, None),
                    // As Go's JSON encoder does.
                    Err(_) => ("", Some(String::from_utf8_lossy(key).into())),
                };
                (self.value.bytes, self.value.shape) = (bytes, Shape::One);
                self.value.count = self.value.count.saturating_sub(1);
            }
            Members::Json(members) => {
                let Some((key, text)) = members.next() else { return Ok(false) };
                self.owned_key = Some(key.into());
                (self.value.bytes, self.value.shape) = (text.get().as_bytes(), Shape::Json);
            }
            Members::Message(_) => return Ok(false),
        }
        Ok(true)
    }

    fn key(&self) -> Key<'de, '_> {
        match &self.owned_key {
            Some(key) => Key::Owned(key),
            None => Key::Borrowed(self.key),
        }
    }
}

/// Reads an entry of a map.
fn key_and_value<'de>(map: &Value<'de>, entry: &'de [u8]) -> Result<(&'de [u8], &'de [u8]), ValueError> {
    const KEY: u32 = 1;
    const VALUE: u32 = 2;
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
            Some(key) => seed.deserialize(key).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        seed.deserialize(&self.value).map_err(|error| error.in_field(self.key().as_str()))
    }

    fn size_hint(&self) -> Option<usize> {
        match &self.members {
            Members::Message(_) => None,
            Members::Entries(_) => usize::try_from(self.value.count).ok(),
            Members::Json(members) => Some(members.len()),
        }
    }
}
