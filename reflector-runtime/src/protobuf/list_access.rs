//! JSON lists: a repeated field, or a list of a JSON text. One type for both, because each type that is deserialized has
//! its own copy of the code for each.

use serde::de::{DeserializeSeed, SeqAccess};

use super::{
    context::Context,
    error::ValueError,
    reader::{BYTES, Reader, Tag},
    value::{Node, Shape, Value},
};

/// Where the elements of a list come from.
pub(super) enum ListSource<'de> {
    Values(Value<'de>),
    Json(Vec<serde_json::Value>),
}

impl ListSource<'_> {
    pub(super) const EMPTY: Self = Self::Json(Vec::new());
}

/// The elements of a list.
pub(super) struct ListAccess<'de> {
    elements: Elements<'de>,
    /// Of the next element.
    index: usize,
}

enum Elements<'de> {
    Values {
        list: Value<'de>,
        values: Reader<'de>,
        /// What is left of several numbers in one value.
        packed: Reader<'de>,
        /// Of the elements.
        context: Context<'de>,
    },
    Json(std::vec::IntoIter<serde_json::Value>),
}

impl<'de> ListAccess<'de> {
    pub(super) fn new(source: ListSource<'de>) -> Result<Self, ValueError> {
        let elements = match source {
            ListSource::Values(list) => Elements::Values {
                list,
                values: Reader::new(list.bytes),
                packed: Reader::new(&[]),
                context: list.context.inside()?,
            },
            ListSource::Json(elements) => Elements::Json(elements.into_iter()),
        };
        Ok(Self { elements, index: 0 })
    }

    fn next(&mut self) -> Result<Option<Node<'de>>, ValueError> {
        let (list, values, packed, context) = match &mut self.elements {
            Elements::Values { list, values, packed, context } => (list, values, packed, *context),
            Elements::Json(elements) => return Ok(elements.next().map(Node::Json)),
        };
        let expected = list.field.value_type().wire_type();
        let bytes = loop {
            if !packed.rest().is_empty() {
                break packed.value(Tag::of_wire_type(expected))?;
            }
            let tag = values.tag()?;
            if tag == Tag::END {
                return Ok(None);
            }
            let bytes = values.value(tag)?;
            list.count = list.count.saturating_sub(1);
            match tag.wire_type() {
                found if found == expected => break bytes,
                BYTES => *packed = Reader::new(bytes),
                _ => return Err(ValueError::malformed()),
            }
        };
        Ok(Some(Node::Wire(Value { bytes, context, count: 1, shape: Shape::One, ..*list })))
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
        match &self.elements {
            Elements::Values { list, .. } => usize::try_from(list.count).ok(),
            Elements::Json(elements) => Some(elements.len()),
        }
    }
}
