//! The values of a repeated field as a list.

use serde::de::{DeserializeSeed, SeqAccess};

use super::{
    error::ValueError,
    field::Field,
    object::Context,
    reader::{BYTES, Reader, Tag},
    value::{Shape, Value},
};

/// The values of a repeated field.
pub(super) struct ListAccess<'de> {
    field: &'static Field,
    values: Reader<'de>,
    remaining: u32,
    /// What is left of several numbers in one value.
    packed: Reader<'de>,
    /// Of the elements.
    context: Context<'de>,
}

impl<'de> ListAccess<'de> {
    pub(super) fn new(list: Value<'de>) -> Result<Self, ValueError> {
        Ok(Self {
            field: list.field,
            values: Reader::new(list.bytes),
            remaining: list.count,
            packed: Reader::new(&[]),
            context: list.context.inside()?,
        })
    }

    fn next(&mut self) -> Result<Option<&'de [u8]>, ValueError> {
        let expected = self.field.value_type().wire_type();
        loop {
            if !self.packed.rest().is_empty() {
                return Ok(Some(self.packed.value(Tag::of_wire_type(expected))?));
            }
            let tag = self.values.tag()?;
            if tag == Tag::END {
                return Ok(None);
            }
            let bytes = self.values.value(tag)?;
            self.remaining = self.remaining.saturating_sub(1);
            match tag.wire_type() {
                found if found == expected => return Ok(Some(bytes)),
                BYTES => self.packed = Reader::new(bytes),
                _ => return Err(ValueError::malformed()),
            }
        }
    }
}

impl<'de> SeqAccess<'de> for ListAccess<'de> {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValueError> {
        let Some(bytes) = self.next()? else { return Ok(None) };
        let Self { field, context, .. } = *self;
        seed.deserialize(Value { field, bytes, context, count: 1, shape: Shape::One }).map(Some)
    }

    /// Of packed numbers, the length is a lower bound.
    fn size_hint(&self) -> Option<usize> {
        usize::try_from(self.remaining).ok()
    }
}
