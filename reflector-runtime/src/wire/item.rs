//! One object before ([`ObjectText`]) and after decoding ([`Item`]), and the lookup of objects that need no decoding
//! ([`DecodedObjects`]).

use std::{fmt, sync::Arc};

use bytes::BytesMut;
use kube::core::ObjectMeta;

use super::InvalidObject;
use crate::key::{KeyRef, non_empty};

/// The text of one object of a list or watch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ObjectText {
    Whole(BytesMut),
    /// It is longer than the limit. This is its beginning.
    Prefix(BytesMut),
}

impl ObjectText {
    /// The number of bytes that are in memory.
    pub(crate) fn len(&self) -> usize {
        let (Self::Whole(text) | Self::Prefix(text)) = self;
        text.len()
    }
}

/// One object of a list or watch, decoded or invalid.
pub enum Item<K> {
    /// The decoded object.
    Object(Arc<K>),
    /// The decoded object, whose metadata no longer show the resourceVersion that the server sent: a transform or the
    /// type itself changed it.
    Transformed {
        /// The object.
        object: Arc<K>,
        /// The resourceVersion that the server sent; empty if it sent none.
        resource_version: String,
    },
    /// The object cannot be cached. The other objects are not affected.
    Invalid(InvalidObject),
}

impl<K> fmt::Debug for Item<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(_) | Self::Transformed { .. } => f.write_str("Object"),
            Self::Invalid(invalid) => fmt::Debug::fmt(invalid, f),
        }
    }
}

/// Looks up objects that are already decoded and in memory.
pub trait DecodedObjects<K>: Send + Sync {
    /// Returns the object with this key if it is in memory in exactly this version.
    fn known(&self, key: KeyRef<'_>, version: ObjectVersion<'_>) -> Option<Arc<K>>;

    /// A fingerprint of an object's text. By default `None`: texts are not compared.
    fn fingerprint(&self, text: &[u8]) -> Option<TextFingerprint> {
        let _ = text;
        None
    }

    /// Returns the object with this key if it is in memory and was decoded from a text with this fingerprint.
    fn unchanged(&self, key: KeyRef<'_>, fingerprint: TextFingerprint) -> Option<Arc<K>> {
        let _ = (key, fingerprint);
        None
    }

    /// An object was decoded from a text with this fingerprint.
    fn decoded(&self, key: KeyRef<'_>, fingerprint: TextFingerprint, object: &Arc<K>) {
        let _ = (key, fingerprint, object);
    }
}

/// A hash of an object's text. Equal fingerprints mean equal texts, except with a probability of 2⁻⁶⁴.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextFingerprint(pub u64);

/// A [`DecodedObjects`] without any objects.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDecodedObjects;

impl<K> DecodedObjects<K> for NoDecodedObjects {
    fn known(&self, _key: KeyRef<'_>, _version: ObjectVersion<'_>) -> Option<Arc<K>> {
        None
    }
}

/// One version of one object. It includes the uid: after a restore from a backup, another object with the same
/// name may have the same resourceVersion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectVersion<'a> {
    /// `metadata.uid`.
    pub uid: Option<&'a str>,
    /// `metadata.resourceVersion`.
    pub resource_version: &'a str,
}

impl<'a> ObjectVersion<'a> {
    /// Returns the version in an object's metadata; `None` if the metadata contain no resourceVersion.
    pub fn of(metadata: &'a ObjectMeta) -> Option<Self> {
        let resource_version = non_empty(metadata.resource_version.as_deref())?;
        Some(Self { uid: metadata.uid.as_deref(), resource_version })
    }
}
