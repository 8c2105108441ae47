//! Reads an object's metadata without decoding the object. They are in the same place in every kind.

use super::reader::{Entry, Invalid, Reader, Wire};

/// The fields of an object's metadata that can be read without decoding the object.
///
/// A field is `None` if it is missing, empty, or not UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metadata<'a> {
    /// `metadata.namespace`.
    pub namespace: Option<&'a str>,
    /// `metadata.name`.
    pub name: Option<&'a str>,
    /// `metadata.uid`.
    pub uid: Option<&'a str>,
    /// `metadata.resourceVersion`.
    pub resource_version: Option<&'a str>,
    /// All fields of the metadata have been read. Otherwise, a field that is `None` may be in the missing bytes.
    pub is_complete: bool,
    encoded: &'a [u8],
}

/// Field numbers. Those of `ObjectMeta` are in `k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto`; the metadata are in
/// field 1 of every kind.
const METADATA: u32 = 1;
const NAME: u32 = 1;
const NAMESPACE: u32 = 3;
const UID: u32 = 5;
const RESOURCE_VERSION: u32 = 6;
const LABELS: u32 = 11;
const ANNOTATIONS: u32 = 12;

impl<'a> Metadata<'a> {
    /// Reads the metadata of an encoded object; `None` if the bytes are not a message.
    ///
    /// Of an object whose metadata are in several parts (which no encoder does, although protobuf allows it), labels and
    /// annotations are those of the last part.
    pub fn read(object: &'a [u8]) -> Option<Self> {
        let mut found = Self { is_complete: true, ..Self::default() };
        let mut reader = Reader::new(object);
        while let Some(entry) = reader.next().ok()? {
            if let Entry { number: METADATA, wire } = entry {
                let Wire::Bytes(encoded) = wire else { return None };
                found.read_fields(encoded).ok()?;
            }
        }
        Some(found)
    }

    /// Like [`read`](Self::read), of the beginning of an encoded object.
    pub fn read_prefix(prefix: &'a [u8]) -> Self {
        let mut found = Self::default();
        let mut reader = Reader::new(prefix);
        while let Some(Entry { number, wire }) = reader.next_of_prefix() {
            if let (METADATA, Wire::Bytes(encoded)) = (number, wire) {
                found.is_complete = found.read_fields(encoded).is_ok() && !reader.rest().is_empty();
            }
        }
        found
    }

    fn read_fields(&mut self, encoded: &'a [u8]) -> Result<(), Invalid> {
        self.encoded = encoded;
        let mut reader = Reader::new(encoded);
        while let Some(Entry { number, wire }) = reader.next()? {
            let field = match number {
                NAME => &mut self.name,
                NAMESPACE => &mut self.namespace,
                UID => &mut self.uid,
                RESOURCE_VERSION => &mut self.resource_version,
                _ => continue,
            };
            *field = text(wire);
        }
        Ok(())
    }

    /// The labels. Ends at the first that is not valid.
    pub fn labels(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.map(LABELS)
    }

    /// The annotations. Ends at the first that is not valid.
    pub fn annotations(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.map(ANNOTATIONS)
    }

    fn map(&self, field: u32) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut reader = Reader::new(self.encoded);
        let entries = std::iter::from_fn(move || reader.next().ok().flatten());
        entries.filter(move |entry| entry.number == field).map_while(|entry| match entry.wire {
            Wire::Bytes(entry) => key_and_value(entry),
            _ => None,
        })
    }
}

fn key_and_value(entry: &[u8]) -> Option<(&str, &str)> {
    let (mut reader, mut key, mut value) = (Reader::new(entry), "", "");
    while let Some(Entry { number, wire }) = reader.next().ok()? {
        let Wire::Bytes(bytes) = wire else { continue };
        match number {
            1 => key = std::str::from_utf8(bytes).ok()?,
            2 => value = std::str::from_utf8(bytes).ok()?,
            _ => {}
        }
    }
    Some((key, value))
}

/// A text that is not empty.
pub(super) fn text(wire: Wire<'_>) -> Option<&str> {
    let Wire::Bytes(bytes) = wire else { return None };
    std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protobuf::testing::{bytes, map_entry, pod};

    #[test]
    fn key_version_labels_and_annotations_are_read() {
        let object = pod();
        let found = Metadata::read(&object).unwrap();
        assert_eq!((found.namespace, found.name), (Some("n"), Some("a")));
        assert_eq!((found.uid, found.resource_version), (Some("u"), Some("7")));
        assert!(found.is_complete);
        assert_eq!(found.labels().collect::<Vec<_>>(), [("app", "web"), ("empty", "")]);
        let annotation = ("k8s.io/initial-events-end", "true");
        assert_eq!(found.annotations().collect::<Vec<_>>(), [annotation]);
    }

    #[test]
    fn a_prefix_is_read_as_far_as_it_goes() {
        let object = pod();
        let whole = Metadata::read(&object).unwrap();
        let metadata_end = 2 + whole.encoded.len();
        for end in 0..object.len() {
            let found = Metadata::read_prefix(&object[..end]);
            assert_eq!(found.is_complete, end > metadata_end, "{end}");
            if found.is_complete {
                assert_eq!(found, whole, "{end}");
            }
            assert!(found.labels().count() <= 2, "{end}");
        }
    }

    #[test]
    fn what_is_not_valid_is_missing() {
        assert_eq!(Metadata::read(b""), Some(Metadata { is_complete: true, ..Metadata::default() }));
        assert_eq!(Metadata::read(b"\x0a\x05a"), None);
        assert_eq!(Metadata::read(b"\x08\x05"), None);
        let metadata = [bytes(1, b"\xff"), bytes(3, b""), vec![40, 1], map_entry(11, "a", "b")].concat();
        let object = bytes(1, &metadata);
        let found = Metadata::read(&object).unwrap();
        assert_eq!((found.name, found.namespace, found.uid), (None, None, None));
        assert_eq!(found.labels().collect::<Vec<_>>(), [("a", "b")]);
    }
}
