//! Decodes one object's text into an `Arc` of the user's type. Objects are created only here.

use std::{ops::Range, sync::Arc};

use kube::core::TypeMeta;
use serde::de::DeserializeOwned;

use super::{
    DecodeError, DecodedObjects, InvalidObject, Item, ItemKinds,
    error::short,
    peek::{Peeked, peek, peek_prefix},
    redact::explain,
    rewrite::{DecodeBuffer, Rewriter},
    scan::string_or_number,
};
use crate::{
    key::{KeyError, KeyRef, non_empty},
    resource_type::{ResourceType, Scope},
};

/// Whether `metadata.managedFields` are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ManagedFields {
    /// Remove them before decoding. They are half the memory of a typical object, and readers of a cache do not
    /// use them.
    #[default]
    Strip,
    /// Keep them.
    Keep,
}

/// Decodes objects of one kind.
pub(crate) struct Decoder<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    type_meta: TypeMeta,
    managed_fields: ManagedFields,
    transform: Option<Transform<K>>,
    rewriter: Rewriter,
}

/// A function that is applied to each object before it is cached or delivered.
pub(crate) type Transform<K> = Arc<dyn Fn(&mut K) + Send + Sync>;

impl<K: DeserializeOwned + 'static> Decoder<K> {
    pub(crate) fn new(
        resource_type: Arc<ResourceType<K>>,
        managed_fields: ManagedFields,
        transform: Option<Transform<K>>,
    ) -> Self {
        let type_meta = resource_type.type_meta();
        let rewriter = Rewriter::new(&type_meta);
        Self { resource_type, type_meta, managed_fields, transform, rewriter }
    }

    /// Returns the apiVersion and kind that objects must have.
    pub(crate) fn type_meta(&self) -> &TypeMeta {
        &self.type_meta
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
        let peeked = match peek(text) {
            Ok(peeked) => peeked,
            Err(not_json) => {
                let error = DecodeError::Malformed { offset: not_json.offset };
                return (invalid(&Peeked::default(), error), ItemKinds::Own);
            }
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
        let strip = self.managed_fields == ManagedFields::Strip;
        let version_at = peeked.resource_version.at.clone();
        let decoded = if let Some(rewritten) = self.rewriter.rewrite(text, &peeked, strip, buffer) {
            parse::<K>(rewritten).map_err(|error| match explain::<K>(text) {
                // Its offset counts in the original text.
                malformed @ DecodeError::Malformed { .. } => malformed,
                _ => error,
            })
        } else {
            parse::<K>(text)
        };
        let item = match decoded {
            Ok(object) => self.transformed(object, text, version_at),
            Err(error) => invalid_after_decoding(text, error),
        };
        if let (Some((key, fingerprint)), Item::Object(object) | Item::Transformed { object, .. }) =
            (fingerprint, &item)
        {
            known.decoded(key.as_ref(), fingerprint, object);
        }
        (item, kinds)
    }

    /// Applies the transform.
    fn transformed(&self, mut object: K, text: &[u8], version_at: Option<Range<usize>>) -> Item<K> {
        if let Some(transform) = &self.transform {
            transform(&mut object);
        }
        // The type or the transform may have changed the metadata. From here on the decoded ones count, except for
        // the version: a watch continues from the server's.
        if let Err(error) = self.resource_type.key(&object) {
            return invalid_after_decoding(text, error.into());
        }
        let version = version_at.and_then(|at| text.get(at)).and_then(string_or_number).unwrap_or_default();
        self.item(Arc::new(self.resource_type.kept(object)), &version)
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
        let peeked = peek_prefix(prefix);
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
        if matches(api_version, &self.type_meta.api_version) && matches(kind, &self.type_meta.kind) {
            return Ok(());
        }
        let text = |found: Option<&str>| short(found.unwrap_or("(none)"));
        Err(DecodeError::WrongKind {
            expected: self.type_meta.clone(),
            found: TypeMeta { api_version: text(api_version), kind: text(kind) },
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

/// Like [`invalid`], after a decoding failure.
fn invalid_after_decoding<K>(text: &[u8], error: DecodeError) -> Item<K> {
    invalid(&peek(text).unwrap_or_default(), error)
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
