//! From one object's text to an `Arc` of the user's type: the only place where objects come to be.

use std::sync::Arc;

use kube::core::TypeMeta;
use serde::de::DeserializeOwned;

use super::{
    DecodeError, DecodedObjects, InvalidObject, Item, ListHead, ProtocolError,
    peek::{Peeked, blank, peek},
    redact::explain,
};
use crate::{
    key::{KeyError, KeyRef},
    resource_type::ResourceType,
};

/// What becomes of `metadata.managedFields`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ManagedFields {
    /// They are dropped before decoding: half the memory of a usual object, and readers of a cache do not ask
    /// for them.
    #[default]
    Strip,
    /// They are kept.
    Keep,
}

/// Decodes objects of one kind.
pub(crate) struct Decoder<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    type_meta: TypeMeta,
    managed_fields: ManagedFields,
    transform: Option<Transform<K>>,
}

/// What is done to each object before anybody sees it.
pub(crate) type Transform<K> = Arc<dyn Fn(&mut K) + Send + Sync>;

/// How an object proved its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It says so itself.
    Own,
    /// It says nothing: items of built-in types leave it to their list.
    LeftToTheList,
}

impl<K: DeserializeOwned + 'static> Decoder<K> {
    pub(crate) fn new(
        resource_type: Arc<ResourceType<K>>,
        managed_fields: ManagedFields,
        transform: Option<Transform<K>>,
    ) -> Self {
        let type_meta = resource_type.type_meta();
        Self { resource_type, type_meta, managed_fields, transform }
    }

    /// Decodes one object. Where `known` holds the very version that the text shows, that one is handed out
    /// and nothing is decoded. `text` is left as structured as it was.
    pub(crate) fn decode(&self, text: &mut [u8], known: &dyn DecodedObjects<K>) -> (Item<K>, Proof) {
        let peeked = match peek(text) {
            Ok(peeked) => peeked,
            Err(not_json) => {
                let error = DecodeError::Malformed { offset: not_json.offset };
                return (invalid(&Peeked::default(), error), Proof::Own);
            }
        };
        let proof = if peeked.kind.is_none() && peeked.api_version.is_none() {
            Proof::LeftToTheList
        } else {
            Proof::Own
        };
        let prefix = match self.check(&peeked) {
            Err(error) => return (invalid(&peeked, error), proof),
            Ok(key) => peeked.version().and_then(|version| known.known(key, version)),
        };
        if let Some(object) = prefix {
            return (Item::Object(object), proof);
        }
        let managed_fields = match self.managed_fields {
            ManagedFields::Strip => peeked.managed_fields.clone(),
            ManagedFields::Keep => None,
        };
        if let Some(range) = managed_fields {
            blank(text, range);
        }
        let item = match serde_json::from_slice::<K>(text) {
            Ok(mut object) => {
                if let Some(transform) = &self.transform {
                    transform(&mut object);
                }
                // The type may read its metadata in its own way: what it has is what counts from here on.
                match self.resource_type.key(&object) {
                    Ok(_) => Item::Object(Arc::new(object)),
                    Err(error) => invalid_after_decoding(text, error.into()),
                }
            }
            Err(_may_quote_values) => invalid_after_decoding(text, explain::<K>(text)),
        };
        (item, proof)
    }

    fn check<'a>(&self, peeked: &'a Peeked<'_>) -> Result<KeyRef<'a>, DecodeError> {
        self.check_kind(peeked)?;
        peeked.key().ok_or(DecodeError::Key(KeyError::NoName))
    }

    fn check_kind(&self, peeked: &Peeked<'_>) -> Result<(), DecodeError> {
        let right = |said: Option<&str>, wanted: &str| said.is_none_or(|said| said == wanted);
        if right(peeked.api_version.as_deref(), &self.type_meta.api_version)
            && right(peeked.kind.as_deref(), &self.type_meta.kind)
        {
            return Ok(());
        }
        let text = |said: Option<&str>| said.unwrap_or("(none)").to_owned();
        Err(DecodeError::WrongKind {
            expected: self.type_meta.clone(),
            found: TypeMeta {
                api_version: text(peeked.api_version.as_deref()),
                kind: text(peeked.kind.as_deref()),
            },
        })
    }

    /// Checks what a list says of itself. A CRD may name its list kind freely, so another name is accepted where
    /// the items prove their kind themselves; a `Table` never is.
    pub(crate) fn check_list(&self, head: &ListHead, items: Proof) -> Result<(), ProtocolError> {
        let right_version =
            head.api_version.as_ref().is_some_and(|version| *version == self.type_meta.api_version);
        let kind = head.kind.as_deref().unwrap_or_default();
        let right_kind = kind.strip_suffix("List") == Some(&self.type_meta.kind)
            || (items == Proof::Own && kind.ends_with("List"));
        if right_version && right_kind {
            return Ok(());
        }
        Err(ProtocolError::WrongList {
            expected: self.type_meta.clone(),
            found: format!("{} {kind}", head.api_version.as_deref().unwrap_or("(no apiVersion)")),
        })
    }
}

/// As [`invalid`], behind a failure to decode.
fn invalid_after_decoding<K>(text: &[u8], error: DecodeError) -> Item<K> {
    invalid(&peek(text).unwrap_or_default(), error)
}

fn invalid<K>(peeked: &Peeked<'_>, error: DecodeError) -> Item<K> {
    Item::Invalid(InvalidObject {
        key: peeked.key().map(KeyRef::to_key),
        uid: peeked.uid.as_deref().map(str::to_owned),
        resource_version: peeked.resource_version().map(str::to_owned),
        error,
    })
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;

    use super::*;
    use crate::wire::{NoDecodedObjects, ObjectVersion};

    fn decode(text: &str) -> (Item<ConfigMap>, Proof) {
        let decoder =
            Decoder::new(Arc::new(ResourceType::<ConfigMap>::from_resource()), ManagedFields::Strip, None);
        decoder.decode(&mut text.as_bytes().to_vec(), &NoDecodedObjects)
    }

    fn error(text: &str) -> InvalidObject {
        match decode(text).0 {
            Item::Invalid(invalid) => invalid,
            Item::Object(_) => panic!("{text} was accepted"),
        }
    }

    #[test]
    fn an_object_is_decoded_without_its_managed_fields() {
        let text = r#"{"metadata":{"name":"a","managedFields":[{"manager":"m"}]},"data":{"k":"v"}}"#;
        let (Item::Object(object), proof) = decode(text) else { panic!("refused") };
        assert_eq!(object.metadata.managed_fields.as_deref(), Some(&[][..]));
        assert_eq!(proof, Proof::LeftToTheList);
    }

    #[test]
    fn what_cannot_be_taken_is_named() {
        let wrong = error(r#"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a","namespace":"n"}}"#);
        assert!(matches!(wrong.error, DecodeError::WrongKind { .. }));
        assert_eq!(wrong.key.unwrap().to_string(), "n/a");
        let wrong = error(r#"{"metadata":{"name":"a","resourceVersion":"7"},"data":{"k":["hunter2"]}}"#);
        assert_eq!(wrong.resource_version.as_deref(), Some("7"));
        assert!(
            wrong.to_string().starts_with("a: field `data.k`: found a list, expected a string"),
            "{wrong}"
        );
        assert!(matches!(error(r#"{"metadata":{}}"#).error, DecodeError::Key(KeyError::NoName)));
        assert!(matches!(error("nonsense").error, DecodeError::Malformed { offset: 0 }));
    }

    #[test]
    fn a_version_that_is_known_is_not_decoded_again() {
        struct One(Arc<ConfigMap>);
        impl DecodedObjects<ConfigMap> for One {
            fn known(&self, key: KeyRef<'_>, version: ObjectVersion<'_>) -> Option<Arc<ConfigMap>> {
                (key.to_string() == "n/a" && version.resource_version == "7").then(|| self.0.clone())
            }
        }
        let decoder =
            Decoder::new(Arc::new(ResourceType::<ConfigMap>::from_resource()), ManagedFields::Strip, None);
        let one = One(Arc::default());
        let text = |version: u8| {
            format!(r#"{{"metadata":{{"name":"a","namespace":"n","resourceVersion":"{version}"}}}}"#)
                .into_bytes()
        };
        let same = |version| match decoder.decode(&mut text(version), &one).0 {
            Item::Object(object) => Arc::ptr_eq(&object, &one.0),
            Item::Invalid(invalid) => panic!("{invalid}"),
        };
        assert!(same(7));
        assert!(!same(8));
    }

    #[test]
    fn a_list_must_be_of_the_kind() {
        let decoder =
            Decoder::new(Arc::new(ResourceType::<ConfigMap>::from_resource()), ManagedFields::Strip, None);
        let head = |version: &str, kind: &str| ListHead {
            api_version: Some(version.into()),
            kind: Some(kind.into()),
            ..ListHead::default()
        };
        let check = |head: &ListHead, proof| decoder.check_list(head, proof).is_ok();
        assert!(check(&head("v1", "ConfigMapList"), Proof::LeftToTheList));
        assert!(!check(&head("v1", "SecretList"), Proof::LeftToTheList));
        assert!(check(&head("v1", "SpecialList"), Proof::Own));
        assert!(!check(&head("meta.k8s.io/v1", "Table"), Proof::Own));
        assert!(!check(&ListHead::default(), Proof::Own));
    }
}
