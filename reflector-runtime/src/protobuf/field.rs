//! The tables of messages: which fields a message has, and how JSON shows them.

use super::reader::{BYTES, FIXED64, VARINT};
use super::tables::{FIELDS, KINDS, MANAGED_FIELDS_ENTRY, NAMES, PARTIAL_OBJECT_METADATA, STARTS};

/// One field of a message.
#[derive(Debug)]
pub(super) struct Field {
    name: &'static str,
    message: Message,
    number: u8,
    value_type: ValueType,
    flags: u8,
}

/// A field of the tables: its number, the type of its values, flags, its JSON name (length and offset in the text of all
/// names), and the number of the message that its values are.
pub(super) const fn field(
    number: u8,
    value_type: ValueType,
    flags: u8,
    length: u8,
    offset: u16,
    message: u16,
) -> Field {
    let (_, name) = NAMES.split_at(offset as usize);
    let (name, _) = name.split_at(length as usize);
    Field { name, message: Message(message), number, value_type, flags }
}

/// How a value is encoded, and how JSON shows it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A boolean.
    Bool,
    /// A number.
    Int32,
    /// A number.
    Int64,
    /// A number.
    Double,
    /// A string.
    Text,
    /// Base64 in JSON.
    Bytes,
    /// An object.
    Message,
    /// `metav1.Time`.
    Time,
    /// `metav1.MicroTime`.
    MicroTime,
    /// `resource.Quantity`.
    Quantity,
    /// `intstr.IntOrString`.
    IntOrString,
    /// A message with a JSON text: `runtime.RawExtension`, `metav1.FieldsV1`, and `JSON` of apiextensions.
    RawJson,
    /// A message with strings, which JSON shows as a list.
    Strings,
    /// Apiextensions' `JSONSchemaPropsOrArray`.
    SchemaOrList,
    /// Apiextensions' `JSONSchemaPropsOrBool`.
    SchemaOrBool,
    /// Apiextensions' `JSONSchemaPropsOrStringArray`.
    SchemaOrStrings,
}

impl ValueType {
    pub(super) const fn wire_type(self) -> u8 {
        match self {
            Self::Bool | Self::Int32 | Self::Int64 => VARINT,
            Self::Double => FIXED64,
            _ => BYTES,
        }
    }

    /// The encoding of the zero value.
    pub(super) const fn zero(self) -> &'static [u8] {
        match self {
            Self::Bool | Self::Int32 | Self::Int64 => &[0],
            Self::Double => &[0; 8],
            _ => &[],
        }
    }

    /// The value is encoded as a message.
    pub(super) const fn is_message(self) -> bool {
        !matches!(self, Self::Bool | Self::Int32 | Self::Int64 | Self::Double | Self::Text | Self::Bytes)
    }

    /// JSON may show a message of this type as `null`.
    pub(super) const fn can_be_null(self) -> bool {
        matches!(
            self,
            Self::Time | Self::MicroTime | Self::RawJson | Self::SchemaOrList | Self::SchemaOrStrings
        )
    }
}

const ABSENT_SHOWN: u8 = 1;
const ABSENT_NULL: u8 = 2;
const ZERO_OMITTED: u8 = 4;
const INLINE: u8 = 8;
const REPEATED: u8 = 16;
const MAP: u8 = 32;

impl Field {
    pub(super) const fn number(&self) -> u32 {
        self.number as u32
    }

    pub(super) const fn value_type(&self) -> ValueType {
        self.value_type
    }

    /// JSON has the field even if the message does not.
    pub(super) const fn is_shown_if_absent(&self) -> bool {
        self.flags & ABSENT_SHOWN != 0
    }

    /// JSON shows the absent field as `null`, not as the zero value.
    pub(super) const fn is_null_if_absent(&self) -> bool {
        self.flags & ABSENT_NULL != 0
    }

    /// JSON does not have the field if its value is zero.
    pub(super) const fn is_omitted_if_zero(&self) -> bool {
        self.flags & ZERO_OMITTED != 0
    }

    /// JSON shows the fields of this message in the object that contains it.
    pub(super) const fn is_inline(&self) -> bool {
        self.flags & INLINE != 0
    }

    /// The field has any number of values.
    #[inline]
    pub(super) const fn is_collection(&self) -> bool {
        self.flags & (REPEATED | MAP) != 0
    }

    pub(super) const fn is_map(&self) -> bool {
        self.flags & MAP != 0
    }

    /// The field's name in JSON.
    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    /// The message that the values are.
    pub(super) const fn message(&self) -> Message {
        self.message
    }

    /// The strings in [`ValueType::Strings`].
    pub(super) const STRINGS: &'static [Self] = &[field(1, ValueType::Text, REPEATED, 0, 0, 0)];

    /// The field of a whole object, which is in none.
    pub(super) const ROOT: Self = field(0, ValueType::Message, 0, 0, 0, 0);

    #[cfg(test)]
    pub(super) const fn flags(&self) -> u8 {
        self.flags
    }
}

/// A message of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message(pub(super) u16);

impl Message {
    pub(super) const MANAGED_FIELDS_ENTRY: Self = Self(MANAGED_FIELDS_ENTRY);
    pub(super) const PARTIAL_OBJECT_METADATA: Self = Self(PARTIAL_OBJECT_METADATA);

    /// The message that objects of a built-in kind are.
    pub(super) fn of_kind(api_version: &str, kind: &str) -> Option<Self> {
        let found = KINDS.binary_search_by(|(version, name, _)| (*version, *name).cmp(&(api_version, kind)));
        KINDS.get(found.ok()?).map(|(_, _, message)| Self(*message))
    }

    /// The fields, ordered by their numbers.
    pub(super) fn fields(self) -> &'static [Field] {
        let index = usize::from(self.0);
        let (start, end) = (STARTS.get(index), STARTS.get(index + 1));
        let range = start.zip(end).map(|(&start, &end)| usize::from(start)..usize::from(end));
        range.and_then(|range| FIELDS.get(range)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_consistent() {
        assert!(KINDS.is_sorted_by_key(|(version, kind, _)| (*version, *kind)));
        assert!(STARTS.is_sorted());
        assert_eq!(STARTS.last().copied().map(usize::from), Some(FIELDS.len()));
        let messages = u16::try_from(STARTS.len() - 1).unwrap();
        for message in 0..messages {
            let fields = Message(message).fields();
            assert!(fields.is_sorted_by(|a, b| a.number() < b.number()), "{message}");
            for field in fields {
                assert!(field.message().0 < messages, "{field:?}");
                assert!(!field.name().is_empty() || field.is_inline(), "{field:?}");
                assert!(field.flags() < 64, "{field:?}");
            }
        }
    }

    #[test]
    fn kinds_are_found() {
        let pod = Message::of_kind("v1", "Pod").unwrap();
        let names: Vec<_> = pod.fields().iter().map(Field::name).collect();
        assert_eq!(names, ["metadata", "spec", "status"]);
        assert!(Message::of_kind("v2", "Pod").is_none());
        assert!(Message::of_kind("apiextensions.k8s.io/v1", "CustomResourceDefinition").is_some());
        assert!(Message::of_kind("apiregistration.k8s.io/v1", "APIService").is_some());
    }
}
