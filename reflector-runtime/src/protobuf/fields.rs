//! The fields of one message that JSON has.

// Measured: without, the functions on the way of each field are calls.
#![allow(clippy::inline_always)]

use super::{
    context::Context,
    error::ValueError,
    field::Field,
    reader::{Reader, Tag},
    special,
    value::{Shape, Value},
};

/// The fields of one message.
///
/// They must be in the order of their numbers, as every encoder of Kubernetes writes them. So table and message are read
/// together, once. Other messages are first brought into that form.
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
