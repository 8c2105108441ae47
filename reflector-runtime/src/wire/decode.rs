//! Decodes one object's text into an `Arc` of the user's type. Objects are created only here.

use std::sync::Arc;

use kube::core::TypeMeta;
use serde::de::DeserializeOwned;

use super::{
    DecodeError, DecodedObjects, Format, InvalidObject, Item, ItemKinds, ListHead, ProtocolError,
    error::short,
    peek::Peeked,
    redact::explain,
    rewrite::{DecodeBuffer, Rewriter},
};
use crate::{
    key::{KeyError, KeyRef, non_empty},
    managed_fields::ManagedFields,
    resource_type::{ResourceType, Scope},
};

/// Decodes objects of one kind.
pub(crate) struct Decoder<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    format: Format,
    type_meta: TypeMeta,
    /// Another type that objects may have: that of their metadata alone.
    metadata_type: Option<TypeMeta>,
    managed_fields: ManagedFields,
    transform: Option<Transform<K>>,
    rewriter: Rewriter,
}

/// A function that is applied to each object before it is cached or delivered.
pub(crate) type Transform<K> = Arc<dyn Fn(&mut K) + Send + Sync>;

impl<K: DeserializeOwned + 'static> Decoder<K> {
    pub(crate) fn new(
        resource_type: Arc<ResourceType<K>>,
        format: Format,
        managed_fields: ManagedFields,
        transform: Option<Transform<K>>,
    ) -> Self {
        let type_meta = resource_type.type_meta();
        let rewriter = Rewriter::new(&type_meta);
        let metadata_type = resource_type.is_metadata_only().then(|| TypeMeta {
            api_version: "meta.k8s.io/v1".to_owned(),
            kind: "PartialObjectMetadata".to_owned(),
        });
        Self { resource_type, format, type_meta, metadata_type, managed_fields, transform, rewriter }
    }

    /// The format of the objects.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Checks that this can be the head of a list of the objects, given the items that have arrived. See
    /// [`ListHead::check`].
    pub(crate) fn check_list(&self, head: &ListHead, items: ItemKinds) -> Result<(), ProtocolError> {
        self.check_types(|expected| head.check(expected, items))
    }

    /// Checks a complete list without items. See [`ListHead::check_empty`].
    pub(crate) fn check_empty_list(
        &self,
        head: &ListHead,
        has_items_field: bool,
    ) -> Result<(), ProtocolError> {
        self.check_types(|expected| head.check_empty(expected, has_items_field))
    }

    /// Whether one of the types that objects may have passes a check.
    fn check_types<E>(&self, check: impl Fn(&TypeMeta) -> Result<(), E>) -> Result<(), E> {
        check(&self.type_meta).or_else(|error| match &self.metadata_type {
            Some(metadata_type) => check(metadata_type).map_err(|_| error),
            None => Err(error),
        })
    }

    /// Decodes one object, and returns whether it contains its kind. If `known` contains exactly the version in the
    /// text, returns that object without decoding.
    /// `buffer` is reused from one object to the next.
    pub(crate) fn decode(
        &self,
        text: &[u8],
        known: &dyn DecodedObjects<K>,
        buffer: &mut DecodeBuffer,
    ) -> (Item<K>, ItemKinds) {
        let peeked = match self.format.peek(text) {
            Ok(peeked) => peeked,
            Err(error) => return (invalid(&Peeked::default(), error), ItemKinds::Own),
        };
        let kinds = match peeked.kind.text() {
            Some(_) => ItemKinds::Own,
            None => ItemKinds::OfTheList,
        };
        let key = match self.check(&peeked) {
            Err(error) => return (invalid(&peeked, error), kinds),
            Ok(key) => key,
        };
        if let Some(object) = peeked.version().and_then(|version| known.known(key, version)) {
            return (Item::Object(object), kinds);
        }
        let fingerprint = known.fingerprint(text);
        if let Some(object) = fingerprint.and_then(|fingerprint| known.unchanged(key, fingerprint)) {
            return (self.item(object, peeked.resource_version().unwrap_or_default()), kinds);
        }
        let fingerprint = fingerprint.map(|fingerprint| (key.to_key(), fingerprint));
        let decoded = match self.format {
            Format::Json => self.decode_json(text, &peeked, buffer),
            #[cfg(feature = "protobuf")]
            Format::Protobuf(schema) => {
                super::encoded::decode(schema, &self.type_meta, self.managed_fields, peeked.message)
            }
        };
        let item = match decoded {
            Ok(object) => self.transformed(object, &peeked),
            Err(error) => invalid(&peeked, error),
        };
        if let (Some((key, fingerprint)), Item::Object(object) | Item::Transformed { object, .. }) =
            (fingerprint, &item)
        {
            known.decoded(key.as_ref(), fingerprint, object);
        }
        (item, kinds)
    }

    fn decode_json(
        &self,
        text: &[u8],
        peeked: &Peeked<'_>,
        buffer: &mut DecodeBuffer,
    ) -> Result<K, DecodeError> {
        let strip = self.managed_fields == ManagedFields::Strip;
        match self.rewriter.rewrite(text, peeked, strip, buffer) {
            None => parse::<K>(text),
            Some(rewritten) => parse::<K>(rewritten).map_err(|error| match explain::<K>(text) {
                // Its offset counts in the original text.
                malformed @ DecodeError::Malformed { .. } => malformed,
                _ => error,
            }),
        }
    }

    /// Applies the transform.
    fn transformed(&self, mut object: K, peeked: &Peeked<'_>) -> Item<K> {
        if let Some(transform) = &self.transform {
            transform(&mut object);
        }
        // The type or the transform may have changed the metadata. From here on the decoded ones count, except for
        // the version: a watch continues from the server's.
        if let Err(error) = self.resource_type.key(&object) {
            return invalid(peeked, error.into());
        }
        let version = peeked.resource_version().unwrap_or_default();
        let kept = if self.format.announces_lengths() { object } else { self.resource_type.kept(object) };
        self.item(Arc::new(kept), version)
    }

    /// A decoded object, for which the server sent this version.
    fn item(&self, object: Arc<K>, version: &str) -> Item<K> {
        let decoded_version = self.resource_type.metadata(&object).resource_version.as_deref();
        if decoded_version.unwrap_or_default() == version {
            Item::Object(object)
        } else {
            Item::Transformed { resource_version: version.to_owned(), object }
        }
    }

    /// An object whose text is longer than `limit`. `prefix` is its beginning.
    pub(crate) fn too_long(&self, prefix: &[u8], limit: usize) -> Item<K> {
        let peeked = self.format.peek_prefix(prefix);
        invalid(&peeked, self.check_kind(&peeked).err().unwrap_or(DecodeError::TooLong { limit }))
    }

    fn check<'a>(&self, peeked: &'a Peeked<'_>) -> Result<KeyRef<'a>, DecodeError> {
        self.check_kind(peeked)?;
        let key = peeked.key().ok_or(DecodeError::Key(KeyError::NoName))?;
        let scope = self.resource_type.scope();
        let fits = match scope {
            Scope::Namespaced => key.namespace.is_some(),
            Scope::Cluster => key.namespace.is_none(),
            Scope::Dynamic => true,
        };
        if fits { Ok(key) } else { Err(DecodeError::WrongScope { scope }) }
    }

    fn check_kind(&self, peeked: &Peeked<'_>) -> Result<(), DecodeError> {
        let (api_version, kind) = (peeked.api_version.text(), peeked.kind.text());
        let matches = |found: Option<&str>, expected: &str| found.is_none_or(|found| found == expected);
        self.check_types(|expected| {
            if matches(api_version, &expected.api_version) && matches(kind, &expected.kind) {
                return Ok(());
            }
            let text = |found: Option<&str>| short(found.unwrap_or("(none)"));
            Err(DecodeError::WrongKind {
                expected: expected.clone(),
                found: TypeMeta { api_version: text(api_version), kind: text(kind) },
            })
        })
    }
}

fn parse<K: DeserializeOwned>(text: &[u8]) -> Result<K, DecodeError> {
    // One check of the whole text costs less than one per string. A text that is not UTF-8 may still be decoded if the
    // type skips that part.
    let parsed = match std::str::from_utf8(text) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(text),
    };
    parsed.map_err(|_may_quote_values| explain::<K>(text))
}

fn invalid<K>(peeked: &Peeked<'_>, error: DecodeError) -> Item<K> {
    Item::Invalid(InvalidObject {
        key: peeked.key().map(KeyRef::to_key),
        uid: non_empty(peeked.uid.as_deref()).map(str::to_owned),
        resource_version: peeked.resource_version().map(str::to_owned),
        error,
    })
}

#[cfg(test)]
mod tests;
