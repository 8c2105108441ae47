//! A message as a JSON object: the fields that JSON has, with the names that JSON has.

// Measured: without, the functions on the way of each field are calls.
#![allow(clippy::inline_always)]

use std::cell::Cell;

use serde::de::{DeserializeSeed, MapAccess};

use super::{
    error::ValueError,
    field::{Field, Message},
    key::Key,
    reader::{Entry, Reader, Tag, Wire},
    special,
    value::{Shape, Value},
};

/// What is known at a place in an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'de> {
    decoding: &'de Decoding,
    /// The number of objects and lists around it.
    depth: u8,
}

/// The decoding of one object.
#[derive(Debug, Default)]
pub(super) struct Decoding {
    pub(super) managed_fields: ManagedFields,
    /// The message is not in canonical form. The error alone would not do: a type may ignore errors.
    pub(super) is_not_canonical: Cell<bool>,
}

/// Whether an object's managed fields are decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ManagedFields {
    /// The list is empty.
    #[default]
    Strip,
    /// All are decoded.
    Keep,
}

/// The same limit as `serde_json`'s.
pub(super) const MAX_DEPTH: u8 = 128;

/// The depth of the fields of an object's metadata.
const METADATA_DEPTH: u8 = 2;

impl<'de> Context<'de> {
    pub(super) const fn root(decoding: &'de Decoding) -> Self {
        Self { decoding, depth: 0 }
    }

    /// Of the elements of an object or list at this place.
    #[inline]
    pub(super) fn inside(self) -> Result<Self, ValueError> {
        if self.depth == MAX_DEPTH {
            return Err(ValueError::mismatch("nested too deeply"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    #[cold]
    fn not_canonical(self) -> ValueError {
        self.decoding.is_not_canonical.set(true);
        ValueError::not_canonical()
    }

    fn strips(self, field: &Field) -> bool {
        self.depth == METADATA_DEPTH
            && field.message() == Message::MANAGED_FIELDS_ENTRY
            && self.decoding.managed_fields == ManagedFields::Strip
    }
}

/// The fields of one message.
///
/// They must be in the order of their numbers, as every encoder of Kubernetes writes them, so that this is one pass over
/// the table and the message. Other messages are first brought into that form.
#[derive(Debug)]
pub(super) struct Fields<'de> {
    /// The fields of the table that were not returned or skipped.
    table: &'static [Field],
    /// Before the tag of the next field.
    start: Reader<'de>,
    /// After it.
    reader: Reader<'de>,
    tag: Tag,
    /// Of the fields.
    context: Context<'de>,
}

impl<'de> Fields<'de> {
    #[inline]
    pub(super) fn new(
        table: &'static [Field],
        message: &'de [u8],
        context: Context<'de>,
    ) -> Result<Self, ValueError> {
        let start = Reader::new(message);
        let mut reader = start;
        let tag = reader.tag()?;
        Ok(Self { table, start, reader, tag, context })
    }

    /// Returns the next field that JSON has.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Value<'de>>, ValueError> {
        loop {
            let number = self.tag.number();
            let absent =
                self.table.iter().take_while(|field| field.number() < number && !field.is_shown_if_absent());
            let Some((field, others)) = self.table.get(absent.count()..).and_then(<[_]>::split_first) else {
                break;
            };
            if number < field.number() {
                // A field of a newer server.
                self.skip()?;
                continue;
            }
            self.table = others;
            if number > field.number() {
                return Ok(Some(Value::of_absent(field, self.context)));
            }
            let value = self.take(field)?;
            if !field.is_omitted_if_zero() || !special::is_zero(&value)? {
                return Ok(Some(value));
            }
        }
        self.table = &[];
        while self.tag != Tag::END {
            self.skip()?;
        }
        Ok(None)
    }

    /// Takes all values of a field.
    #[inline(always)]
    fn take(&mut self, field: &'static Field) -> Result<Value<'de>, ValueError> {
        let (context, tag, start) = (self.context, self.tag, self.start);
        let bytes = self.skip()?;
        if !field.is_collection() {
            if tag.wire_type() != field.value_type().wire_type() {
                return Err(ValueError::malformed());
            }
            let shape = Shape::One;
            let bytes = if self.tag.number() == tag.number() { self.last_value(field)? } else { bytes };
            return Ok(Value { field, bytes, context, count: 1, shape });
        }
        let mut count = 1;
        while self.tag.number() == tag.number() {
            self.skip()?;
            count += 1;
        }
        let length = start.rest().len() - self.start.rest().len();
        let bytes = start.rest().get(..length).unwrap_or_default();
        let shape = if field.is_map() { Shape::Map } else { Shape::List };
        Ok(Value { field, bytes, context, count, shape })
    }

    /// Skips a field, and returns its value.
    #[inline(always)]
    fn skip(&mut self) -> Result<&'de [u8], ValueError> {
        let bytes = self.reader.value(self.tag)?;
        self.start = self.reader;
        let next = self.reader.tag()?;
        if next.number() < self.tag.number() {
            return Err(self.context.not_canonical());
        }
        self.tag = next;
        Ok(bytes)
    }

    /// The second and further values of a field that has one: the last one counts. Messages must be merged.
    #[cold]
    fn last_value(&mut self, field: &Field) -> Result<&'de [u8], ValueError> {
        if field.value_type().is_message() {
            return Err(self.context.not_canonical());
        }
        loop {
            let tag = self.tag;
            let bytes = self.skip()?;
            if tag.wire_type() != field.value_type().wire_type() {
                return Err(ValueError::malformed());
            }
            if self.tag.number() != tag.number() {
                return Ok(bytes);
            }
        }
    }
}

/// The fields of a message and of the messages that are inline in it.
#[derive(Debug)]
pub(super) struct ObjectAccess<'de> {
    fields: Fields<'de>,
    /// The messages in which `fields` are inline.
    outer: Vec<Fields<'de>>,
    value: Option<Value<'de>>,
}

impl<'de> ObjectAccess<'de> {
    #[inline]
    pub(super) fn new(message: Message, bytes: &'de [u8], outside: Context<'de>) -> Result<Self, ValueError> {
        let fields = Fields::new(message.fields(), bytes, outside.inside()?)?;
        Ok(Self { fields, outer: Vec::new(), value: None })
    }

    /// Finds the next field, and returns its name.
    fn next_field(&mut self) -> Result<Option<&'static str>, ValueError> {
        loop {
            match self.fields.next()? {
                Some(value) if value.field.is_inline() => {
                    let table = value.field.message().fields();
                    let inline = Fields::new(table, value.bytes, value.context)?;
                    self.outer.push(std::mem::replace(&mut self.fields, inline));
                }
                Some(mut value) => {
                    if value.context.strips(value.field) {
                        value.shape = Shape::EmptyList;
                    }
                    self.value = Some(value);
                    return Ok(Some(value.field.name()));
                }
                None => match self.outer.pop() {
                    Some(outer) => self.fields = outer,
                    None => return Ok(None),
                },
            }
        }
    }
}

impl<'de> MapAccess<'de> for ObjectAccess<'de> {
    type Error = ValueError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        match self.next_field()? {
            Some(name) => seed.deserialize(Key(name)).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        match self.value {
            Some(value) => seed.deserialize(value),
            None => Err(ValueError::mismatch("a value was read before its key")),
        }
    }
}

/// The entries of a map.
pub(super) struct EntriesAccess<'de> {
    field: &'static Field,
    entries: Reader<'de>,
    remaining: u32,
    value: &'de [u8],
    /// Of the values.
    context: Context<'de>,
}

impl<'de> EntriesAccess<'de> {
    pub(super) fn new(map: Value<'de>) -> Result<Self, ValueError> {
        let (entries, context) = (Reader::new(map.bytes), map.context.inside()?);
        Ok(Self { field: map.field, entries, remaining: map.count, value: &[], context })
    }

    /// Returns the next key, and keeps its value.
    fn next_entry(&mut self) -> Result<Option<&'de [u8]>, ValueError> {
        let Some(Entry { wire, .. }) = self.entries.next()? else { return Ok(None) };
        let Wire::Bytes(entry) = wire else { return Err(ValueError::malformed()) };
        self.remaining = self.remaining.saturating_sub(1);
        let (mut reader, mut key) = (Reader::new(entry), &[][..]);
        self.value = self.field.value_type().zero();
        loop {
            let tag = reader.tag()?;
            if tag == Tag::END {
                return Ok(Some(key));
            }
            let bytes = reader.value(tag)?;
            match tag.number() {
                1 => key = bytes,
                2 if tag.wire_type() == self.field.value_type().wire_type() => self.value = bytes,
                2 => return Err(ValueError::malformed()),
                _ => {}
            }
        }
    }
}

impl<'de> MapAccess<'de> for EntriesAccess<'de> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        let Some(key) = self.next_entry()? else { return Ok(None) };
        match std::str::from_utf8(key) {
            Ok(key) => seed.deserialize(Key(key)),
            // As Go's JSON encoder does.
            Err(_) => seed.deserialize(serde::de::value::StringDeserializer::new(
                String::from_utf8_lossy(key).into_owned(),
            )),
        }
        .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        let Self { field, value: bytes, context, .. } = *self;
        seed.deserialize(Value { field, bytes, context, count: 1, shape: Shape::One })
    }

    fn size_hint(&self) -> Option<usize> {
        usize::try_from(self.remaining).ok()
    }
}
