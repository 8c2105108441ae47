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
    /// What elements have in common, and their number.
    list: Value<'de>,
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
    pub(super) fn new(list: Value<'de>) -> Result<Self, ValueError> {
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
        let list = Value { count, context: list.context.inside()?, ..list };
        Ok(Self { elements, list, index: 0 })
    }

    fn next(&mut self) -> Result<Option<Value<'de>>, ValueError> {
        let (values, packed) = match &mut self.elements {
            Elements::Values { values, packed } => (values, packed),
            Elements::Json(elements) => {
                let text = elements.next().map(|text| text.get().as_bytes());
                return Ok(text.map(|bytes| Value { bytes, shape: Shape::Json, ..self.list }));
            }
        };
        let expected = self.list.field.value_type().wire_type();
        let bytes = loop {
            if !packed.rest().is_empty() {
                break packed.value(Tag::of_wire_type(expected))?;
            }
            let tag = values.tag()?;
            if tag == Tag::END {
                return Ok(None);
            }
            let bytes = values.value(tag)?;
            match tag.wire_type() {
                found if found == expected => break bytes,
                BYTES => *packed = Reader::new(bytes),
                _ => return Err(ValueError::malformed()),
            }
        };
        self.list.count = self.list.count.saturating_sub(1);
        Ok(Some(Value { bytes, shape: Shape::One, ..self.list }))
    }
}

impl<'de> SeqAccess<'de> for ListAccess<'de> {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValueError> {
        let Some(element) = self.next().map_err(|error| error.in_element(self.index))? else {
            return Ok(None);
        };
        self.index += 1;
        seed.deserialize(element).map(Some).map_err(|error| error.in_element(self.index - 1))
    }

    /// Of packed numbers, the length is a lower bound.
    fn size_hint(&self) -> Option<usize> {
        usize::try_from(self.list.count).ok()
    }
}
