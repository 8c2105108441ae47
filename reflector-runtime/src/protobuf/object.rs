//! JSON objects: a message, a map, or an object of a JSON text. One type for all, because each type that is deserialized
//! has its own copy of the code for each.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, MapAccess};

use super::{
    context::{Context, Decoding},
    error::ValueError,
    field::Message,
    fields::Fields,
    key::Key,
    reader::{Entry, Reader, Tag, Wire},
    value::{Node, Shape, Value},
};

/// Where the members of an object come from.
pub(super) enum ObjectSource<'de> {
    Message(Value<'de>),
    Map(Value<'de>),
    Json(serde_json::Map<String, serde_json::Value>),
    Empty,
}

/// The members of an object.
pub(super) struct ObjectAccess<'de> {
    members: Members<'de>,
    /// The last key, for errors.
    key: Cow<'de, str>,
    /// Its value.
    value: Option<Node<'de>>,
}

enum Members<'de> {
    Message {
        fields: Fields<'de>,
        /// The messages in which `fields` are inline.
        outer: Vec<Fields<'de>>,
    },
    Map {
        map: Value<'de>,
        entries: Reader<'de>,
        /// Of the values.
        context: Context<'de>,
    },
    Json(serde_json::map::IntoIter),
}

impl<'de> ObjectAccess<'de> {
    pub(super) fn root(
        message: Message,
        bytes: &'de [u8],
        decoding: &'de Decoding,
    ) -> Result<Self, ValueError> {
        Self::of_message(message, bytes, Context::root(decoding))
    }

    pub(super) fn new(source: ObjectSource<'de>) -> Result<Self, ValueError> {
        Ok(Self::of(match source {
            ObjectSource::Message(value) => {
                return Self::of_message(value.field.message(), value.bytes, value.context);
            }
            ObjectSource::Map(map) => {
                Members::Map { map, entries: Reader::new(map.bytes), context: map.context.inside()? }
            }
            ObjectSource::Json(members) => Members::Json(members.into_iter()),
            ObjectSource::Empty => Members::Json(serde_json::Map::new().into_iter()),
        }))
    }

    fn of_message(message: Message, bytes: &'de [u8], outside: Context<'de>) -> Result<Self, ValueError> {
        let fields = Fields::new(message.fields(), bytes, outside.inside()?)?;
        Ok(Self::of(Members::Message { fields, outer: Vec::new() }))
    }

    const fn of(members: Members<'de>) -> Self {
        Self { members, key: Cow::Borrowed(""), value: None }
    }

    /// Finds the next member, and returns whether there is one.
    fn advance(&mut self) -> Result<bool, ValueError> {
        match &mut self.members {
            Members::Message { fields, outer } => {
                let Some(value) = next_field(fields, outer)? else { return Ok(false) };
                self.key = Cow::Borrowed(value.field.name());
                self.value = Some(Node::Wire(value));
            }
            Members::Map { map, entries, context } => {
                let Some(Entry { wire, .. }) = entries.next()? else { return Ok(false) };
                map.count = map.count.saturating_sub(1);
                let (key, bytes) = key_and_value(map, wire)?;
                // As Go's JSON encoder does.
                self.key = String::from_utf8_lossy(key);
                let value = Value { bytes, context: *context, count: 1, shape: Shape::One, ..*map };
                self.value = Some(Node::Wire(value));
            }
            Members::Json(members) => {
                let Some((key, value)) = members.next() else { return Ok(false) };
                (self.key, self.value) = (Cow::Owned(key), Some(Node::Json(value)));
            }
        }
        Ok(true)
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
        if self.advance()? { seed.deserialize(Key(self.key.clone())).map(Some) } else { Ok(None) }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(|error| error.in_field(&self.key)),
            None => Err(ValueError::mismatch("a value was read before its key")),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        match &self.members {
            Members::Message { .. } => None,
            Members::Map { map, .. } => usize::try_from(map.count).ok(),
            Members::Json(members) => Some(members.len()),
        }
    }
}
