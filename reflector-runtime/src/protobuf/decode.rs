//! Decodes one object into any type that can be deserialized from its JSON.

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, MapAccess, Visitor,
        value::{BorrowedStrDeserializer, MapAccessDeserializer},
    },
    forward_to_deserialize_any,
};

use super::{
    DecodeError, canonical::canonical, context::Decoding, error::ValueError, field::Message, key::Key,
    object::ObjectAccess, raw_value,
};
use crate::managed_fields::ManagedFields;

/// The message that objects of one kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema(Message);

impl Schema {
    /// `PartialObjectMetadata`, which servers offer for every kind.
    pub const PARTIAL_OBJECT_METADATA: Self = Self(Message::PARTIAL_OBJECT_METADATA);

    /// Returns the schema of a built-in kind; `None` of other kinds, which servers encode in JSON only.
    pub fn of_kind(api_version: &str, kind: &str) -> Option<Self> {
        Message::of_kind(api_version, kind).map(Self)
    }

    pub(super) const fn of_message(message: Message) -> Self {
        Self(message)
    }

    pub(super) const fn message(self) -> Message {
        self.0
    }
}

/// An encoded object, without its envelope.
#[derive(Clone, Copy, Debug)]
pub struct EncodedObject<'a> {
    /// What the bytes are.
    pub schema: Schema,
    /// The apiVersion that the type gets. It is not in the bytes.
    pub api_version: &'a str,
    /// The kind that the type gets. It is not in the bytes.
    pub kind: &'a str,
    /// The message.
    pub bytes: &'a [u8],
    /// Whether the type gets the managed fields.
    pub managed_fields: ManagedFields,
}

impl EncodedObject<'_> {
    /// Decodes the object into any type that can be deserialized from its JSON.
    ///
    /// The type gets the same values that it gets from the server's JSON, in the order of the fields' numbers. Fields
    /// that it ignores are skipped without being parsed.
    ///
    /// # Errors
    /// Returns the path and the problem of the first field that is not valid or does not fit the type. Errors contain
    /// no values.
    pub fn decode<K: DeserializeOwned>(self) -> Result<K, DecodeError> {
        let decoding = Decoding { managed_fields: self.managed_fields, ..Decoding::default() };
        let decoded = K::deserialize(Root { object: self, decoding: &decoding });
        if decoding.is_not_canonical.get() {
            return self.decode_any_form();
        }
        decoded.map_err(ValueError::into_error)
    }

    /// Decodes an object whose message is not in canonical form.
    #[cold]
    fn decode_any_form<K: DeserializeOwned>(self) -> Result<K, DecodeError> {
        let malformed = |_| DecodeError::Malformed { path: ".".to_owned() };
        let bytes = canonical(self.schema.0, self.bytes).map_err(malformed)?;
        let decoding = Decoding { managed_fields: self.managed_fields, ..Decoding::default() };
        let object = EncodedObject { bytes: &bytes, ..self };
        K::deserialize(Root { object, decoding: &decoding }).map_err(ValueError::into_error)
    }
}

/// A deserializer of a whole object.
struct Root<'de> {
    object: EncodedObject<'de>,
    decoding: &'de Decoding,
}

impl<'de> Root<'de> {
    fn access(self) -> Result<RootAccess<'de>, ValueError> {
        let EncodedObject { schema, api_version, kind, bytes, .. } = self.object;
        let fields = ObjectAccess::root(schema.0, bytes, self.decoding)?;
        Ok(RootAccess { type_meta: [("kind", kind), ("apiVersion", api_version)], left: 2, fields })
    }
}

impl<'de> Deserializer<'de> for Root<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_map(self.access()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        if name == raw_value::TOKEN {
            return raw_value::deserialize(self, visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        MapAccessDeserializer::new(self.access()?).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The fields of a whole object, after its type.
struct RootAccess<'de> {
    type_meta: [(&'static str, &'de str); 2],
    /// How many of them have not been returned, the last one first.
    left: usize,
    fields: ObjectAccess<'de>,
}

impl<'de> MapAccess<'de> for RootAccess<'de> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        match self.left.checked_sub(1).and_then(|index| self.type_meta.get(index)) {
            Some((key, _)) => seed.deserialize(Key::Borrowed(key)).map(Some),
            None => self.fields.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        match self.left.checked_sub(1).and_then(|index| self.type_meta.get(index)) {
            Some((_, value)) => {
                self.left -= 1;
                seed.deserialize(BorrowedStrDeserializer::new(value))
            }
            None => self.fields.next_value_seed(seed),
        }
    }
}
