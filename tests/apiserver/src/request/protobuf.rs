//! Request bodies in Kubernetes' protobuf, as `kubectl create` and typed Go clients send them. Decodes the object to the
//! same value as its JSON. Must not depend on how the value is used.
//!
//! Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding>

use reflector_runtime::protobuf::{EncodedObject, Envelope, ManagedFields, Schema};
use serde_json::Value;

use crate::status::Status;

pub(super) use crate::protobuf::MEDIA_TYPE;

/// Why a body is rejected.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rejection {
    /// The body is not a Kubernetes protobuf message.
    NoEnvelope,
    /// The body is truncated, or contains fields that do not match its type.
    Malformed,
    /// The type is supported in JSON and YAML only.
    UnknownType,
}

/// Decodes the object in the body.
pub(super) fn parse(body: &[u8]) -> Result<Value, Rejection> {
    if !body.starts_with(&Envelope::MAGIC) {
        return Err(Rejection::NoEnvelope);
    }
    let envelope = Envelope::read(body).ok_or(Rejection::Malformed)?;
    let (api_version, kind) = (envelope.api_version.unwrap_or_default(), envelope.kind.unwrap_or_default());
    let schema = Schema::of_kind(api_version, kind).ok_or(Rejection::UnknownType)?;
    let managed_fields = ManagedFields::Keep;
    let object = EncodedObject { schema, api_version, kind, bytes: envelope.raw, managed_fields };
    object.decode().map_err(|_| Rejection::Malformed)
}

impl Rejection {
    /// Returns the error message of the real server, if it has one.
    pub(super) fn status(&self, body: &[u8]) -> Status {
        match self {
            Self::NoEnvelope => Status::bad_request(format!(
                "provided data does not appear to be a protobuf message, expected prefix {:?}",
                &body[..body.len().min(Envelope::MAGIC.len())]
            )),
            Self::Malformed => Status::bad_request("unexpected EOF".to_owned()),
            Self::UnknownType => Status::unsupported_media_type(&["application/json", "application/yaml"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A length-delimited field; supports short values only.
    fn bytes(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(bytes.len()).unwrap();
        assert!(number < 16 && length < 128);
        [&[number << 3 | 2, length][..], bytes].concat()
    }

    fn envelope(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
        let type_meta = [bytes(1, api_version.as_bytes()), bytes(2, kind.as_bytes())].concat();
        [Envelope::MAGIC.to_vec(), bytes(1, &type_meta), bytes(2, raw)].concat()
    }

    #[test]
    fn an_object_decodes_to_the_same_value_as_its_json() {
        let time = [0x08, 0xc0, 0x84, 0x3d];
        let metadata = [
            bytes(1, b"m"),
            bytes(3, b""),
            bytes(8, &time),
            bytes(11, &[bytes(1, b"a"), bytes(2, b"b")].concat()),
        ];
        let raw = [
            bytes(1, &metadata.concat()),
            bytes(2, &[bytes(1, b"k"), bytes(2, b"v")].concat()),
            vec![4 << 3, 0],
        ];
        assert_eq!(
            parse(&envelope("v1", "ConfigMap", &raw.concat())).unwrap(),
            json!({ "apiVersion": "v1", "kind": "ConfigMap", "immutable": false, "data": { "k": "v" },
                "metadata": { "name": "m", "creationTimestamp": "1970-01-12T13:46:40Z", "labels": { "a": "b" } } })
        );
        let secret = [bytes(2, &[bytes(1, b"k"), bytes(2, b"v")].concat()), bytes(3, b"Opaque")].concat();
        assert_eq!(
            parse(&envelope("v1", "Secret", &secret)).unwrap(),
            json!({ "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": { "k": "dg==" }, "metadata": {} })
        );
    }

    #[test]
    fn invalid_bodies_are_rejected_without_a_panic() {
        assert_eq!(parse(b"{}"), Err(Rejection::NoEnvelope));
        assert_eq!(parse(&envelope("example.com/v1", "Widget", b"")), Err(Rejection::UnknownType));
        assert_eq!(parse(&envelope("v1", "ConfigMap", &[0x0a, 0x7f])), Err(Rejection::Malformed));
        let whole = envelope("v1", "Secret", &bytes(2, &[bytes(1, b"k"), bytes(2, b"v")].concat()));
        for end in 0..whole.len() {
            // A message truncated between two fields is a valid message with fewer fields.
            let found = parse(&whole[..end]);
            assert!(found.as_ref().map_or(true, |object| object.get("data").is_none()), "{end}: {found:?}");
        }
        for at in 4..whole.len() {
            for byte in [0, 0x0a, 0x7f, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = byte;
                let _ = parse(&damaged);
            }
        }
    }
}
