//! The vocabulary of decoding: one decoded object ([`Item`]), and what need not be decoded again
//! ([`DecodedObjects`]).

use std::{fmt, sync::Arc};

use kube::core::ObjectMeta;

use super::InvalidObject;
use crate::key::{KeyRef, non_empty};

/// One object of a list or watch: taken, or why not.
pub enum Item<K> {
    /// The object.
    Object(Arc<K>),
    /// It could not be taken; the others are unharmed.
    Invalid(InvalidObject),
}

impl<K> fmt::Debug for Item<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(_) => f.write_str("Object"),
            Self::Invalid(invalid) => fmt::Debug::fmt(invalid, f),
        }
    }
}

/// Answers which versions of objects are already held in memory.
pub trait DecodedObjects<K>: Send + Sync {
    /// The object of that key, if it is held in exactly that version.
    fn known(&self, key: KeyRef<'_>, version: ObjectVersion<'_>) -> Option<Arc<K>>;
}

/// [`DecodedObjects`] of someone who holds none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDecodedObjects;

impl<K> DecodedObjects<K> for NoDecodedObjects {
    fn known(&self, _key: KeyRef<'_>, _version: ObjectVersion<'_>) -> Option<Arc<K>> {
        None
    }
}

/// One version of one object. The uid is part of it: after a restore from a backup, another object of the same
/// name may have the same resourceVersion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectVersion<'a> {
    /// `metadata.uid`.
    pub uid: Option<&'a str>,
    /// `metadata.resourceVersion`.
    pub resource_version: &'a str,
}

impl<'a> ObjectVersion<'a> {
    /// The version that an object's metadata shows; `None` where it shows none.
    pub fn of(metadata: &'a ObjectMeta) -> Option<Self> {
        let resource_version = non_empty(metadata.resource_version.as_deref())?;
        Some(Self { uid: metadata.uid.as_deref(), resource_version })
    }
}
