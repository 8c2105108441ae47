//! Encodes the JSON of an object in Kubernetes' protobuf, with the runtime's tables of messages. What the encoder and
//! the decoder have in common is therefore checked against the real server (`reflector-controlplane`), not here.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use reflector_runtime::protobuf::{FieldFacts, Schema, ValueType};
use serde_json::{Map, Value};

/// Writes a message.
#[derive(Debug, Default)]
pub(super) struct Message(Vec<u8>);

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const BYTES: u64 = 2;

/// The fields of a map's entry.
const KEY: u32 = 1;
const VALUE: u32 = 2;

impl Message {
    pub(super) fn bytes(&mut self, number: u32, value: &[u8]) {
        self.tag(number, BYTES);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value);
    }

    pub(super) fn number(&mut self, number: u32, value: i64) {
        self.tag(number, VARINT);
        self.varint(value.cast_unsigned());
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn tag(&mut self, number: u32, wire_type: u64) {
        self.varint(u64::from(number) << 3 | wire_type);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }
}

/// The message of an object, as far as the table has its fields. A value of another type than in the table, as faults
/// produce it, is written in its own type: it cannot be decoded, as in JSON.
pub(super) fn object(schema: Schema, object: &Map<String, Value>) -> Vec<u8> {
    let mut message = Message::default();
    for field in schema.fields() {
        if field.is_inline {
            message.bytes(field.number, &self::object(field.message, object));
            continue;
        }
        match object.get(field.name) {
            None | Some(Value::Null) => {}
            Some(Value::Array(values)) if field.is_list => {
                for one in values {
                    any_value(&mut message, field.number, &field, one);
                }
            }
            Some(Value::Object(entries)) if field.is_map => {
                for (key, one) in entries {
                    let mut entry = Message::default();
                    entry.bytes(KEY, key.as_bytes());
                    any_value(&mut entry, VALUE, &field, one);
                    message.bytes(field.number, &entry.0);
                }
            }
            Some(one) if field.is_list || field.is_map => other(&mut message, field.number, one),
            Some(one) => any_value(&mut message, field.number, &field, one),
        }
    }
    message.0
}

/// Writes one value, of the type in the table or of another.
fn any_value(message: &mut Message, number: u32, field: &FieldFacts, one: &Value) {
    let written = message.0.len();
    if value(message, number, field, one).is_none() {
        message.0.truncate(written);
        other(message, number, one);
    }
}

/// Writes a value of another type than in the table.
fn other(message: &mut Message, number: u32, value: &Value) {
    match value {
        Value::Number(value) => message.number(number, value.as_i64().unwrap_or_default()),
        Value::Bool(value) => message.number(number, (*value).into()),
        other => message.bytes(number, other.to_string().as_bytes()),
    }
}

/// Writes one value of a field; `None` if it has another type.
fn value(message: &mut Message, number: u32, field: &FieldFacts, value: &Value) -> Option<()> {
    match field.value_type {
        ValueType::Bool => message.number(number, value.as_bool()?.into()),
        ValueType::Int32 | ValueType::Int64 => message.number(number, value.as_i64()?),
        ValueType::Double => {
            message.tag(number, FIXED64);
            message.0.extend_from_slice(&value.as_f64()?.to_le_bytes());
        }
        ValueType::Text => message.bytes(number, value.as_str()?.as_bytes()),
        ValueType::Bytes => message.bytes(number, &STANDARD.decode(value.as_str()?).ok()?),
        ValueType::Message => message.bytes(number, &object(field.message, value.as_object()?)),
        _ => message.bytes(number, &special(field, value)?),
    }
    Some(())
}

/// The message of a value whose JSON is not an object with its fields.
fn special(field: &FieldFacts, value: &Value) -> Option<Vec<u8>> {
    let mut message = Message::default();
    match (field.value_type, value) {
        (ValueType::Time | ValueType::MicroTime, Value::Null) => {}
        (ValueType::Time | ValueType::MicroTime, value) => {
            let time: Timestamp = value.as_str()?.parse().ok()?;
            message.number(1, time.as_second());
            message.number(2, time.subsec_nanosecond().into());
        }
        (ValueType::Quantity, Value::String(text)) => message.bytes(1, text.as_bytes()),
        (ValueType::Quantity, Value::Number(number)) => message.bytes(1, number.to_string().as_bytes()),
        (ValueType::IntOrString, Value::String(text)) => {
            message.number(1, 1);
            message.bytes(3, text.as_bytes());
        }
        (ValueType::IntOrString, Value::Number(number)) => message.number(2, number.as_i64()?),
        (ValueType::RawJson, value) => message.bytes(1, value.to_string().as_bytes()),
        (ValueType::Strings, Value::Array(texts)) => {
            for text in texts {
                message.bytes(1, text.as_str()?.as_bytes());
            }
        }
        (ValueType::SchemaOrList | ValueType::SchemaOrBool | ValueType::SchemaOrStrings, value) => {
            return schema_or_other(field, value);
        }
        _ => return None,
    }
    Some(message.0)
}

/// A schema, or what may be written instead of it. The table has a field for each.
fn schema_or_other(field: &FieldFacts, written: &Value) -> Option<Vec<u8>> {
    let mut message = Message::default();
    let is_field = |of: &FieldFacts| match written {
        Value::Object(_) => of.value_type == ValueType::Message && !of.is_list,
        Value::Array(_) => of.is_list,
        _ => of.value_type == ValueType::Bool,
    };
    for of in field.message.fields() {
        match written {
            // A schema is allowed.
            Value::Object(_) if of.value_type == ValueType::Bool => message.number(of.number, 1),
            Value::Array(values) if of.is_list => {
                values.iter().try_for_each(|one| value(&mut message, of.number, &of, one))?;
            }
            _ if is_field(&of) => value(&mut message, of.number, &of, written)?,
            _ => {}
        }
    }
    Some(message.0)
}
