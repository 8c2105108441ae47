//! Kubernetes' protobuf, to the extent that `kubectl create` and typed Go clients send it: an envelope that names the
//! type, with the object in it. Decodes it to the same value as the JSON form. Must not depend on how the value is
//! used.
//!
//! Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding>

mod messages;
mod reader;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value};

use self::{
    messages::{Field, Form, Place, message_of},
    reader::{Malformed, Reader, Wire},
};
use crate::status::Status;

/// The media type.
pub(super) const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";

/// The prefix of each body: `k8s` and a zero byte.
const MAGIC: &[u8] = b"k8s\0";

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

impl From<Malformed> for Rejection {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// Decodes the object in the body.
pub(super) fn parse(body: &[u8]) -> Result<Value, Rejection> {
    let envelope = body.strip_prefix(MAGIC).ok_or(Rejection::NoEnvelope)?;
    let (mut api_version, mut kind, mut raw) = (String::new(), String::new(), &[][..]);
    let mut unknown = Reader::new(envelope);
    while let Some((number, wire)) = unknown.field()? {
        match (number, wire) {
            (1, Wire::Bytes(type_meta)) => {
                let mut type_meta = Reader::new(type_meta);
                while let Some((number, wire)) = type_meta.field()? {
                    match number {
                        1 => api_version = wire.text()?,
                        2 => kind = wire.text()?,
                        _ => {}
                    }
                }
            }
            (2, Wire::Bytes(object)) => raw = object,
            _ => {}
        }
    }
    let fields = message_of(&api_version, &kind).ok_or(Rejection::UnknownType)?;
    let mut object = message(fields, raw)?;
    object.insert("apiVersion".to_owned(), api_version.into());
    object.insert("kind".to_owned(), kind.into());
    Ok(object.into())
}

/// Decodes a message to an object. Empty values that Go encodes in protobuf are omitted, as its JSON omits them.
fn message(fields: &[Field], bytes: &[u8]) -> Result<Map<String, Value>, Malformed> {
    let mut object = Map::new();
    let mut reader = Reader::new(bytes);
    while let Some((number, wire)) = reader.field()? {
        let Some(field) = fields.iter().find(|field| field.number == number) else { continue };
        match field.place {
            Place::Pointer => {
                object.insert(field.name.to_owned(), value(field.form, wire)?);
            }
            Place::Plain => {
                let value = value(field.form, wire)?;
                if !is_zero(&value) {
                    object.insert(field.name.to_owned(), value);
                }
            }
            Place::List => {
                let list = object.entry(field.name).or_insert_with(|| Value::Array(Vec::new()));
                list.as_array_mut().ok_or(Malformed)?.push(value(field.form, wire)?);
            }
            Place::Map => {
                let (key, value) = entry(field.form, wire)?;
                let map = object.entry(field.name).or_insert_with(|| Value::Object(Map::new()));
                map.as_object_mut().ok_or(Malformed)?.insert(key, value);
            }
        }
    }
    Ok(object)
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

/// An entry of a map: a message with a key and a value.
fn entry(form: Form, wire: Wire<'_>) -> Result<(String, Value), Malformed> {
    let (mut key, mut found) = (String::new(), value(form, Wire::Bytes(&[]))?);
    let mut reader = Reader::new(wire.bytes()?);
    while let Some((number, wire)) = reader.field()? {
        match number {
            1 => key = wire.text()?,
            2 => found = value(form, wire)?,
            _ => {}
        }
    }
    Ok((key, found))
}

fn value(form: Form, wire: Wire<'_>) -> Result<Value, Malformed> {
    Ok(match form {
        Form::Text => wire.text()?.into(),
        Form::Bytes => STANDARD.encode(wire.bytes()?).into(),
        Form::Integer => wire.integer()?.into(),
        Form::Bool => (wire.integer()? != 0).into(),
        Form::Message(fields) => message(fields, wire.bytes()?)?.into(),
        Form::FieldsV1 => fields_v1(wire.bytes()?)?,
        Form::Time => time(wire.bytes()?)?,
        Form::IntOrString => int_or_string(wire.bytes()?)?,
    })
}

fn fields_v1(bytes: &[u8]) -> Result<Value, Malformed> {
    let mut found = Value::Null;
    let mut reader = Reader::new(bytes);
    while let Some((number, wire)) = reader.field()? {
        if number == 1 {
            found = serde_json::from_slice(wire.bytes()?).map_err(|_| Malformed)?;
        }
    }
    Ok(found)
}

/// Seconds and nanoseconds; a zero time is omitted.
fn time(bytes: &[u8]) -> Result<Value, Malformed> {
    let mut seconds = 0;
    let mut reader = Reader::new(bytes);
    while let Some((number, wire)) = reader.field()? {
        if number == 1 {
            seconds = wire.integer()?;
        }
    }
    if seconds == 0 {
        return Ok(Value::Null);
    }
    let time = Timestamp::from_second(seconds).map_err(|_| Malformed)?;
    Ok(time.to_string().into())
}

fn int_or_string(bytes: &[u8]) -> Result<Value, Malformed> {
    let (mut is_text, mut number, mut text) = (false, 0, String::new());
    let mut reader = Reader::new(bytes);
    while let Some((field, wire)) = reader.field()? {
        match field {
            1 => is_text = wire.integer()? == 1,
            2 => number = wire.integer()?,
            3 => text = wire.text()?,
            _ => {}
        }
    }
    Ok(if is_text { text.into() } else { number.into() })
}

impl Rejection {
    /// Returns the error message of the real server, if it has one.
    pub(super) fn status(&self, body: &[u8]) -> Status {
        match self {
            Self::NoEnvelope => Status::bad_request(format!(
                "provided data does not appear to be a protobuf message, expected prefix {:?}",
                &body[..body.len().min(MAGIC.len())]
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
        [MAGIC.to_vec(), bytes(1, &type_meta), bytes(2, raw)].concat()
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
            json!({ "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": { "k": "dg==" } })
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
