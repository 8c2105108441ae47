//! JSON lists: a repeated field, or a list of a JSON text. One type for both, because each type that is deserialized has
//! its own copy of the code for each.

use serde::de::{DeserializeSeed, SeqAccess};
use serde_json::value::RawValue;

use super::{
    error::ValueError,
    reader::{BYTES, Reader, Tag},
    special,
    value::{Shape, Value},
};

/// The elements of a list.
pub(super) struct ListAccess<'de> {
    elements: Elements<'de>,
    /// The last element, and the number of those that were not returned. Before the first one, the list.
    element: Value<'de>,
    /// Of the next element.
    index: usize,
}

enum Elements<'de> {
    Values {
        values: Reader<'de>,
        /// What is left of several numbers in one value.
        packed: Reader<'de>,
    },
    /// Of a list of a JSON text. Elements are texts.
    Json(std::vec::IntoIter<&'de RawValue>),
}

impl<'de> ListAccess<'de> {
    /// Of a value that is a list.
    pub(super) fn new(list: &Value<'de>) -> Result<Self, ValueError> {
        let values = |bytes| Elements::Values { values: Reader::new(bytes), packed: Reader::new(&[]) };
        let (elements, count) = match list.shape {
            Shape::List => (values(list.bytes), list.count),
            Shape::Json => {
                let elements = special::elements(list.bytes)?;
                let count = u32::try_from(elements.len()).unwrap_or(u32::MAX);
                (Elements::Json(elements.into_iter()), count)
            }
            _ => (values(&[]), 0),
        };
        let element = Value { count, context: list.context.inside()?, ..*list };
        Ok(Self { elements, element, index: 0 })
    }

    /// Finds the next element.
    fn next(&mut self) -> Result<bool, ValueError> {
        let (values, packed) = match &mut self.elements {
            Elements::Values { values, packed } => (values, packed),
            Elements::Json(elements) => {
                let Some(text) = elements.next() else { return Ok(false) };
                (self.element.bytes, self.element.shape) = (text.get().as_bytes(), Shape::Json);
                self.element.count = self.element.count.saturating_sub(1);
                return Ok(true);
            }
        };
        let expected = self.element.field.value_type().wire_type();
        let bytes = loop {
            if !packed.rest().is_empty() {
                break packed.value(Tag::of_wire_type(expected))?;
            }
            let tag = values.tag()?;
            if tag == Tag::END {
                return Ok(false);
            }
            let bytes = values.value(tag)?;
            match tag.wire_type() {
                found if found == expected => break bytes,
                BYTES => *packed = Reader::new(bytes),
                _ => return Err(ValueError::malformed()),
            }
        };
        (self.element.bytes, self.element.shape) = (bytes, Shape::One);
        self.element.count = self.element.count.saturating_sub(1);
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for ListAccess<'de> {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValueError> {
        if !self.next().map_err(|error| error.in_element(self.index))? {
            return Ok(None);
        }
        self.index += 1;
        seed.deserialize(&self.element).map(Some).map_err(|error| error.in_element(self.index - 1))
    }

    /// Of packed numbers, the length is a lower bound.
    fn size_hint(&self) -> Option<usize> {
        usize::try_from(self.element.count).ok()
    }
}
