//! The tables of messages, for encoders in tests. Not covered by semantic versioning.

use super::{
    Schema,
    field::{Field, ValueType},
    tables::KINDS,
};

/// A field of a message.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct FieldFacts {
    /// Its number.
    pub number: u32,
    /// Its name in JSON.
    pub name: &'static str,
    /// How its values are encoded.
    pub value_type: ValueType,
    /// It has any number of values.
    pub is_list: bool,
    /// It has a value for each key.
    pub is_map: bool,
    /// JSON has the fields of this message in the object that contains it.
    pub is_inline: bool,
    /// The message that its values are, if they are any.
    pub message: Schema,
}

impl FieldFacts {
    fn of(field: &Field) -> Self {
        Self {
            number: field.number(),
            name: field.name(),
            value_type: field.value_type(),
            is_list: field.is_collection() && !field.is_map(),
            is_map: field.is_map(),
            is_inline: field.is_inline(),
            message: Schema::of_message(field.message()),
        }
    }
}

impl Schema {
    /// The apiVersion and kind of each built-in kind.
    #[doc(hidden)]
    pub fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
        KINDS.iter().map(|(api_version, kind, _)| (*api_version, *kind))
    }

    /// The fields, ordered by their numbers.
    #[doc(hidden)]
    pub fn fields(self) -> impl Iterator<Item = FieldFacts> {
        self.message().fields().iter().map(FieldFacts::of)
    }
}
