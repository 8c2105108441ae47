//! Object keys: [`ObjectKey`] (owned), [`KeyRef`] (borrowed) and [`HashedKey`] (borrowed, with its hash).
//!
//! Owns client-go's text form (`namespace/name`, or `name` for a cluster-scoped object). Must not depend on
//! resource types, stores or the network.

use std::{fmt, hash::BuildHasher as _, ops::Deref, str::FromStr, sync::LazyLock};

use kube::core::ObjectMeta;

/// Identifies one object among the objects of its resource type.
///
/// The text form is client-go's (`MetaNamespaceKeyFunc`): `namespace/name`, or `name` if there is no namespace.
///
/// ```
/// use reflector_runtime::ObjectKey;
///
/// let key: ObjectKey = "team-a/web-0".parse()?;
/// assert_eq!(key, ObjectKey::namespaced("team-a", "web-0"));
/// assert_eq!(ObjectKey::cluster("node-7").to_string(), "node-7");
/// # Ok::<(), reflector_runtime::KeyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    /// The namespace; `None` for a cluster-scoped object.
    pub namespace: Option<Box<str>>,
    /// The name.
    pub name: Box<str>,
}

impl ObjectKey {
    /// The key of a namespaced object.
    pub fn namespaced(namespace: impl Into<Box<str>>, name: impl Into<Box<str>>) -> Self {
        Self { namespace: Some(namespace.into()), name: name.into() }
    }

    /// The key of a cluster-scoped object.
    pub fn cluster(name: impl Into<Box<str>>) -> Self {
        Self { namespace: None, name: name.into() }
    }

    /// The same key, borrowed.
    pub fn as_ref(&self) -> KeyRef<'_> {
        KeyRef { namespace: self.namespace.as_deref(), name: &self.name }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

impl FromStr for ObjectKey {
    type Err = KeyError;

    /// Parses client-go's text form (`SplitMetaNamespaceKey`).
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(name), None, None) if !name.is_empty() => Ok(Self::cluster(name)),
            (Some(namespace), Some(name), None) if !namespace.is_empty() && !name.is_empty() => {
                Ok(Self::namespaced(namespace, name))
            }
            _ => Err(KeyError::Malformed { text: text.to_owned() }),
        }
    }
}

/// A borrowed [`ObjectKey`]. Look-ups take this type, so that they do not allocate a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyRef<'a> {
    /// The namespace; `None` for a cluster-scoped object.
    pub namespace: Option<&'a str>,
    /// The name.
    pub name: &'a str,
}

impl<'a> KeyRef<'a> {
    /// The key of the object with this metadata. An empty namespace counts as no namespace.
    ///
    /// # Errors
    /// [`KeyError::NoName`] if `metadata.name` is missing or empty.
    pub fn of(metadata: &'a ObjectMeta) -> Result<Self, KeyError> {
        match metadata.name.as_deref() {
            None | Some("") => Err(KeyError::NoName),
            Some(name) => Ok(Self { namespace: non_empty(metadata.namespace.as_deref()), name }),
        }
    }

    /// An owned copy.
    pub fn to_key(self) -> ObjectKey {
        ObjectKey { namespace: self.namespace.map(Into::into), name: self.name.into() }
    }
}

impl<'a> From<&'a ObjectKey> for KeyRef<'a> {
    fn from(key: &'a ObjectKey) -> Self {
        key.as_ref()
    }
}

impl fmt::Display for KeyRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace {
            Some(namespace) => write!(f, "{namespace}/{}", self.name),
            None => f.write_str(self.name),
        }
    }
}

pub(crate) fn non_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|t| !t.is_empty())
}

/// The hash of a key, which is the same in all tables of this process. Tables look up objects by the key in the object
/// itself, so that no key is stored twice, and store its hash, so that they need not read an object that is not in the
/// CPU's cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHash(u64);

impl KeyHash {
    /// The hash of a key.
    pub fn of(key: KeyRef<'_>) -> Self {
        // Its seed is random, so that names with equal hashes cannot be chosen.
        static HASHER: LazyLock<hashbrown::DefaultHashBuilder> = LazyLock::new(Default::default);
        Self(HASHER.hash_one(key))
    }

    /// In place of a hash where there is no key.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn get(self) -> u64 {
        self.0
    }
}

/// A key and its hash, so that it is hashed once for several tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashedKey<'a> {
    key: KeyRef<'a>,
    hash: KeyHash,
}

impl<'a> HashedKey<'a> {
    /// A key whose hash is known.
    pub(crate) fn with_hash(key: KeyRef<'a>, hash: KeyHash) -> Self {
        Self { key, hash }
    }

    /// The key.
    pub fn key(self) -> KeyRef<'a> {
        self.key
    }

    /// The hash of the key.
    pub fn hash(self) -> KeyHash {
        self.hash
    }
}

impl<'a> From<KeyRef<'a>> for HashedKey<'a> {
    fn from(key: KeyRef<'a>) -> Self {
        Self { key, hash: KeyHash::of(key) }
    }
}

impl<'a> Deref for HashedKey<'a> {
    type Target = KeyRef<'a>;

    fn deref(&self) -> &KeyRef<'a> {
        &self.key
    }
}

/// Why an object or a text has no valid key.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The object's metadata has no name, so the object cannot be stored.
    #[error("the object has no metadata.name, so it has no key")]
    NoName,
    /// The text is neither `name` nor `namespace/name`.
    #[error("`{text}` is not a valid object key: expected `name` or `namespace/name`")]
    Malformed {
        /// The invalid text.
        text: String,
    },
}

crate::causes::debug_as_text!(KeyError);

#[cfg(test)]
mod tests {
    use super::*;

    /// client-go: `TestObjectNames`.
    #[test]
    fn text_form_round_trips() {
        for text in ["w1", "team-a/w1"] {
            assert_eq!(text.parse::<ObjectKey>().unwrap().to_string(), text);
        }
        for bad in ["", "/", "a/", "/b", "a/b/c"] {
            assert!(bad.parse::<ObjectKey>().is_err(), "{bad:?} must not parse");
        }
    }

    #[test]
    fn a_key_needs_a_name() {
        let mut metadata = ObjectMeta::default();
        assert_eq!(KeyRef::of(&metadata), Err(KeyError::NoName));
        metadata.name = Some("w1".into());
        metadata.namespace = Some(String::new());
        assert_eq!(KeyRef::of(&metadata).unwrap().to_string(), "w1");
    }
}
