//! Valid messages of every built-in kind, from the tables, and damage to them.

use reflector_runtime::protobuf::{FieldFacts, Schema, ValueType};

/// Wire types.
pub(crate) const VARINT: u8 = 0;
pub(crate) const FIXED64: u8 = 1;
pub(crate) const BYTES: u8 = 2;

/// The depth from which messages have no further ones.
const MAX_DEPTH: u8 = 5;

/// The length of a damaged message.
const MAX_LENGTH: usize = 16 << 10;

pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut encoded = Vec::new();
    while value >= 0x80 {
        encoded.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    encoded.push(value.to_le_bytes()[0]);
    encoded
}

pub(crate) fn tag(number: u32, wire_type: u8) -> Vec<u8> {
    varint(u64::from(number) << 3 | u64::from(wire_type))
}

pub(crate) fn bytes(number: u32, value: &[u8]) -> Vec<u8> {
    [tag(number, BYTES), varint(value.len() as u64), value.to_vec()].concat()
}

pub(crate) fn number(number: u32, value: u64) -> Vec<u8> {
    [tag(number, VARINT), varint(value)].concat()
}

/// An object in its envelope.
pub(crate) fn envelope(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let type_meta = [bytes(1, api_version.as_bytes()), bytes(2, kind.as_bytes())].concat();
    [b"k8s\0".to_vec(), bytes(1, &type_meta), bytes(2, raw)].concat()
}

/// A message with some of the fields of its table.
pub(crate) fn message(schema: Schema, random: &mut fastrand::Rng, depth: u8) -> Vec<u8> {
    let mut message = Vec::new();
    for field in schema.fields() {
        let is_set = if field.value_type == ValueType::Message && !field.is_inline {
            depth < MAX_DEPTH && random.u8(..4) == 0
        } else {
            random.bool()
        };
        if !is_set {
            continue;
        }
        let values = if field.is_list || field.is_map { random.u8(1..4) } else { 1 };
        for _ in 0..values {
            if field.is_map {
                let entry = [bytes(1, text(random)), value(&field, 2, random, depth)].concat();
                message.extend(bytes(field.number, &entry));
            } else {
                message.extend(value(&field, field.number, random, depth));
            }
        }
    }
    message
}

fn text(random: &mut fastrand::Rng) -> &'static [u8] {
    [&b""[..], b"a", b"app.kubernetes.io/name", "\u{fc}".as_bytes(), b"\xff"][random.usize(..5)]
}

fn value(field: &FieldFacts, tagged: u32, random: &mut fastrand::Rng, depth: u8) -> Vec<u8> {
    let any = |random: &mut fastrand::Rng| [0, 1, 300, u64::MAX, 1 << 40][random.usize(..5)];
    let inner = match field.value_type {
        ValueType::Bool | ValueType::Int32 | ValueType::Int64 => return number(tagged, any(random)),
        ValueType::Double => {
            return [tag(tagged, FIXED64), random.f64().to_le_bytes().to_vec()].concat();
        }
        ValueType::Text | ValueType::Bytes => text(random).to_vec(),
        ValueType::Time | ValueType::MicroTime => {
            let seconds = [0, 951_782_400, u64::MAX, i64::MAX.unsigned_abs()][random.usize(..4)];
            [number(1, seconds), number(2, any(random))].concat()
        }
        ValueType::Quantity => bytes(1, b"100m"),
        ValueType::IntOrString => {
            [number(1, random.u64(..3)), number(2, any(random)), bytes(3, b"http")].concat()
        }
        ValueType::RawJson => {
            let texts = [&br#"{"f:spec":{"a":[1,null]}}"#[..], b"[[[[]]]]", b"-1.5e300", b"", b"{"];
            bytes(1, texts[random.usize(..5)])
        }
        ValueType::Strings => [bytes(1, text(random)), bytes(1, text(random))].concat(),
        ValueType::Message
        | ValueType::SchemaOrList
        | ValueType::SchemaOrBool
        | ValueType::SchemaOrStrings => message(field.message, random, depth + 1),
    };
    bytes(tagged, &inner)
}

/// Damages a message: a position of it, and what happens there.
pub(crate) fn damage(message: &mut Vec<u8>, random: &mut fastrand::Rng) {
    let at = random.usize(..=message.len());
    let insert = |message: &mut Vec<u8>, inserted: Vec<u8>| drop(message.splice(at..at, inserted));
    match random.u8(..8) {
        0 => message.truncate(at),
        1 => {
            if let Some(byte) = message.get_mut(at) {
                *byte = random.u8(..);
            }
        }
        2 => insert(message, vec![random.u8(..)]),
        // A length beyond the end.
        3 => {
            let length = [1 << 20, 1 << 31, u64::MAX, u64::from(random.u16(..))][random.usize(..4)];
            insert(message, [tag(random.u32(1..20), BYTES), varint(length)].concat());
        }
        // A field of any number and any wire type, also of those that do not exist.
        4 => insert(message, [tag(random.u32(..1 << 29), random.u8(..8)), varint(random.u64(..))].concat()),
        // A part of the message again, elsewhere.
        5 => {
            let end = random.usize(at..=message.len());
            let part = message[at..end].to_vec();
            let to = random.usize(..=message.len());
            drop(message.splice(to..to, part));
        }
        // The message in itself.
        6 => {
            let field = random.u32(1..8);
            for _ in 0..random.u8(1..9) {
                *message = bytes(field, message);
            }
        }
        // A field in its place, but a second time.
        _ => {
            let field = number(random.u32(1..30), random.u64(..3));
            insert(message, [field.clone(), field].concat());
        }
    }
    message.truncate(MAX_LENGTH);
}
