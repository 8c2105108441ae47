//! The fields of one message that JSON has.

// Measured: without, the functions on the way of each field are calls.
#![allow(clippy::inline_always)]

use super::{
    context::Context,
    error::ValueError,
    field::Field,
    reader::{Invalid, Reader, Tag},
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
    /// The message in which this one is inline.
    outer: Option<Box<Self>>,
}

/// Without the fields before this number that JSON does not have if they are absent.
#[inline(always)]
fn absent_skipped(mut table: &'static [Field], number: u32) -> &'static [Field] {
    while let [field, others @ ..] = table
        && field.number() < number
        && !field.is_shown_if_absent()
    {
        table = others;
    }
    table
}

impl<'de> Fields<'de> {
    #[inline]
    pub(super) fn new(table: &'static [Field], message: &'de [u8]) -> Result<Self, Invalid> {
        let start = Reader::new(message);
        let mut reader = start;
        let tag = reader.tag()?;
        Ok(Self { table, start, reader, tag, outer: None })
    }

    /// Finds the next field that JSON has. Returns `false` at the end, after which `value` says nothing.
    ///
    /// All fields have the context of `value`.
    pub(super) fn next(&mut self, value: &mut Value<'de>) -> Result<bool, ValueError> {
        loop {
            while let [field, others @ ..] = absent_skipped(self.table, self.tag.number()) {
                let number = self.tag.number();
                if number < field.number() {
                    // A field of a newer server.
                    self.skip(value.context)?;
                    continue;
                }
                self.table = others;
                if number > field.number() {
                    *value = Value::of_absent(field, value.context);
                } else {
                    self.take(field, value)?;
                    if field.is_omitted_if_zero() && special::is_zero(value)? {
                        continue;
                    }
                }
                if !field.is_inline() {
                    return Ok(true);
                }
                let inline = Self::new(field.message().fields(), value.bytes)?;
                self.outer = Some(Box::new(std::mem::replace(self, inline)));
            }
            while self.tag != Tag::END {
                self.skip(value.context)?;
            }
            match self.outer.take() {
                Some(outer) => *self = *outer,
                None => return Ok(false),
            }
        }
    }

    /// Takes all values of a field.
    #[inline(always)]
    fn take(&mut self, field: &'static Field, value: &mut Value<'de>) -> Result<(), ValueError> {
        let (tag, start) = (self.tag, self.start);
        value.field = field;
        value.bytes = self.skip(value.context)?;
        if field.is_collection() {
            value.shape = match field.is_map() {
                true => Shape::Map,
                false if value.context.strips(field) => Shape::EmptyList,
                false => Shape::List,
            };
            value.count = 1;
            while self.tag.number() == tag.number() {
                self.skip(value.context)?;
                value.count += 1;
            }
            let length = start.rest().len() - self.start.rest().len();
            value.bytes = start.rest().get(..length).unwrap_or_default();
            return Ok(());
        }
        value.shape = Shape::One;
        if tag.wire_type() != field.value_type().wire_type() {
            return Err(ValueError::malformed());
        }
        if self.tag.number() == tag.number() {
            value.bytes = self.last_value(field, value.context)?;
        }
        Ok(())
    }

    /// Skips a field, and returns its value.
    #[inline(always)]
    fn skip(&mut self, context: Context<'de>) -> Result<&'de [u8], ValueError> {
        let bytes = self.reader.value(self.tag)?;
        self.start = self.reader;
        let next = self.reader.tag()?;
        if next.number() < self.tag.number() {
            return Err(context.not_canonical());
        }
        self.tag = next;
        Ok(bytes)
    }

    /// The second and further values of a field that has one: the last one counts. Messages must be merged.
    #[cold]
    fn last_value(&mut self, field: &Field, context: Context<'de>) -> Result<&'de [u8], ValueError> {
        if field.value_type().is_message() {
            return Err(context.not_canonical());
        }
        loop {
            let tag = self.tag;
            let bytes = self.skip(context)?;
            if tag.wire_type() != field.value_type().wire_type() {
                return Err(ValueError::malformed());
            }
            if self.tag.number() != tag.number() {
                return Ok(bytes);
            }
        }
    }
}
