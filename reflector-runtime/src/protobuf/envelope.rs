//! The envelope of an object: four bytes, and a `runtime.Unknown`.
//!
//! Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding>

use super::{
    metadata::text,
    reader::{Entry, Reader, Wire},
};

/// The bytes with which every protobuf response of an API server begins, except a watch.
pub(super) const MAGIC: [u8; 4] = *b"k8s\0";

/// The field numbers of `runtime.Unknown` and of its `TypeMeta`.
pub(super) const TYPE_META: u32 = 1;
pub(super) const RAW: u32 = 2;
const CONTENT_ENCODING: u32 = 3;
const CONTENT_TYPE: u32 = 4;
const API_VERSION: u32 = 1;
const KIND: u32 = 2;

/// An object with its kind, `runtime.Unknown`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// `apiVersion`, unless it is missing or empty.
    pub api_version: Option<&'a str>,
    /// `kind`, unless it is missing or empty.
    pub kind: Option<&'a str>,
    /// The encoded object.
    pub raw: &'a [u8],
    /// How `raw` is compressed; `None` if it is not.
    pub content_encoding: Option<&'a str>,
    /// The content type of `raw`; `None` of protobuf.
    pub content_type: Option<&'a str>,
}

impl<'a> Envelope<'a> {
    /// The bytes with which every envelope begins.
    pub const MAGIC: [u8; 4] = MAGIC;

    /// Reads an envelope; `None` if the bytes are none.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (mut found, mut reader) = (Self::default(), Reader::new(bytes.strip_prefix(&MAGIC)?));
        while let Some(entry) = reader.next().ok()? {
            found.add(entry)?;
        }
        Some(found)
    }

    /// Like [`read`](Self::read), of the beginning of an envelope.
    pub fn read_prefix(prefix: &'a [u8]) -> Self {
        let mut found = Self::default();
        let mut reader = Reader::new(prefix.strip_prefix(&MAGIC).unwrap_or_default());
        while let Some(entry) = reader.next_of_prefix() {
            if found.add(entry).is_none() {
                break;
            }
        }
        found
    }

    fn add(&mut self, entry: Entry<'a>) -> Option<()> {
        let Entry { number, wire } = entry;
        match (number, wire) {
            (TYPE_META, Wire::Bytes(encoded)) => (self.api_version, self.kind) = type_meta(encoded)?,
            (RAW, Wire::Bytes(raw)) => self.raw = raw,
            (CONTENT_ENCODING, wire) => self.content_encoding = text(wire),
            (CONTENT_TYPE, wire) => self.content_type = text(wire),
            (TYPE_META | RAW, _) => return None,
            _ => {}
        }
        Some(())
    }
}

/// Reads apiVersion and kind of a `runtime.TypeMeta`.
pub(super) fn type_meta(encoded: &[u8]) -> Option<(Option<&str>, Option<&str>)> {
    let (mut reader, mut api_version, mut kind) = (Reader::new(encoded), None, None);
    while let Some(Entry { number, wire }) = reader.next().ok()? {
        match number {
            API_VERSION => api_version = text(wire),
            KIND => kind = text(wire),
            _ => {}
        }
    }
    Some((api_version, kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protobuf::testing::{bytes, envelope};

    #[test]
    fn kind_and_object_are_read() {
        let encoded = envelope("apps/v1", "Deployment", b"\x0a\x00");
        let expected = Envelope {
            api_version: Some("apps/v1"),
            kind: Some("Deployment"),
            raw: b"\x0a\x00",
            content_encoding: None,
            content_type: None,
        };
        assert_eq!(Envelope::read(&encoded), Some(expected));
        let typed = [&encoded[..], &bytes(4, b"application/json")].concat();
        assert_eq!(Envelope::read(&typed).unwrap().content_type, Some("application/json"));
        for end in 0..encoded.len() {
            let prefix = Envelope::read_prefix(&encoded[..end]);
            assert!(prefix.kind.is_none_or(|kind| "Deployment".starts_with(kind)), "{end}");
        }
        assert_eq!(Envelope::read_prefix(&encoded).kind, Some("Deployment"));
    }

    #[test]
    fn other_bytes_are_no_envelope() {
        for other in [&b""[..], b"k8s", b"{}", b"k8s\0\x0a\x05", b"k8s\0\x08\x01", b"k8s\0\x0b"] {
            assert_eq!(Envelope::read(other), None, "{other:?}");
        }
    }
}
