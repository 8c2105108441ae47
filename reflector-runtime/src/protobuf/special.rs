//! Values whose JSON is not that of their fields, and zero values.

use std::{collections::BTreeMap, fmt::Write};

use k8s_openapi::jiff::{SignedDuration, civil::DateTime};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    error::ValueError,
    field::{Field, ValueType},
    fields::Fields,
    reader::{Entry, Reader, Wire},
    value::{Json, Shape, Value},
};

/// Go's zero time, 0001-01-01T00:00:00Z, in seconds.
const ZERO_TIME: i64 = -62_135_596_800;

const NANOS_PER_MICRO: i32 = 1_000;

/// Whether `omitempty` (or `omitzero`, of times) omits the value.
#[inline]
pub(super) fn is_zero(value: &Value<'_>) -> Result<bool, ValueError> {
    Ok(match (value.shape, value.field.value_type()) {
        (Shape::One, ValueType::Time) => is_null(value)?,
        // A varint of one byte, or a longer one whose bytes may all be zero.
        (Shape::One, ValueType::Bool | ValueType::Int32 | ValueType::Int64) => {
            value.bytes.iter().all(|byte| matches!(byte, 0 | 0x80))
        }
        (Shape::One, ValueType::Double) => double(value.bytes)? == 0.0,
        (Shape::One, _) => value.bytes.is_empty(),
        _ => false,
    })
}

/// Whether JSON shows the message as `null`.
pub(super) fn is_null(value: &Value<'_>) -> Result<bool, ValueError> {
    let bytes = value.bytes;
    if value.shape == Shape::Json {
        return Ok(bytes.trim_ascii() == b"null");
    }
    Ok(match value.field.value_type() {
        ValueType::Time => timestamp(bytes)?.is_none_or(|(seconds, _)| seconds == ZERO_TIME),
        ValueType::MicroTime => timestamp(bytes)?.is_none_or(|time| time == (ZERO_TIME, 0)),
        ValueType::RawJson => matches!(last_bytes(bytes, 1)?.trim_ascii(), b"" | b"null"),
        ValueType::SchemaOrList | ValueType::SchemaOrStrings => {
            let (mut reader, mut is_empty) = (Reader::new(bytes), true);
            while let Some(entry) = reader.next()? {
                is_empty &= !matches!(entry.number, 1 | 2);
            }
            is_empty
        }
        _ => false,
    })
}

/// Returns the JSON of a message.
pub(super) fn json(value: Value<'_>) -> Result<Json<'_>, ValueError> {
    let (field, bytes) = (value.field, value.bytes);
    if field.value_type().can_be_null() && is_null(&value)? {
        return Ok(Json::Null);
    }
    Ok(match field.value_type() {
        ValueType::Time => {
            let (seconds, _) = timestamp(bytes)?.unwrap_or_default();
            let time = date_time(seconds, 0)?;
            Json::Short(ShortText::write(format_args!("{time}Z"))?)
        }
        ValueType::MicroTime => {
            let (seconds, nanos) = timestamp(bytes)?.unwrap_or_default();
            let time = date_time(seconds, nanos)?;
            Json::Short(ShortText::write(format_args!("{time:.6}Z"))?)
        }
        ValueType::Quantity => match last_bytes(bytes, 1)? {
            [] => Json::Text("0"),
            text => Json::text(text),
        },
        ValueType::IntOrString => match last_varint(bytes, 1)? {
            0 => {
                // A negative number has ten bytes.
                #[allow(clippy::cast_possible_truncation)]
                let value = last_varint(bytes, 2)? as i32;
                Json::integer(value.into())
            }
            1 => Json::text(last_bytes(bytes, 3)?),
            _ => return Err(ValueError::mismatch("neither a number nor a string")),
        },
        ValueType::RawJson => parsed(Value { bytes: last_bytes(bytes, 1)?, shape: Shape::Json, ..value })?,
        ValueType::Strings => {
            let strings = Fields::new(Field::STRINGS, bytes, value.context)?.next()?;
            Json::List(strings.unwrap_or(Value { shape: Shape::EmptyList, ..value }))
        }
        ValueType::SchemaOrList | ValueType::SchemaOrBool | ValueType::SchemaOrStrings => schema(value)?,
        _ => return Err(ValueError::malformed()),
    })
}

/// The value that is a JSON text.
pub(super) fn parsed(value: Value<'_>) -> Result<Json<'_>, ValueError> {
    Ok(match value.bytes.trim_ascii_start() {
        [b'{', ..] => Json::Object(value),
        [b'[', ..] => Json::List(value),
        text => match from_text(text)? {
            serde_json::Value::Null => Json::Null,
            serde_json::Value::Bool(value) => Json::Bool(value),
            serde_json::Value::String(text) => Json::OwnedText(text),
            serde_json::Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), _, _) => Json::Unsigned(value),
                (_, Some(value), _) => Json::Signed(value),
                (_, _, value) => Json::Float(value.unwrap_or(f64::NAN)),
            },
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => return Err(ValueError::malformed()),
        },
    })
}

fn from_text<'de, T: Deserialize<'de>>(text: &'de [u8]) -> Result<T, ValueError> {
    serde_json::from_slice(text).map_err(|error| ValueError::in_json(&error))
}

/// The members of an object that is a JSON text.
pub(super) fn members(text: &[u8]) -> Result<BTreeMap<String, &RawValue>, ValueError> {
    from_text(text)
}

/// The elements of a list that is a JSON text.
pub(super) fn elements(text: &[u8]) -> Result<Vec<&RawValue>, ValueError> {
    from_text(text)
}

/// The JSON text in a message; `None` if the value is not such a message.
pub(super) fn json_text<'de>(value: &Value<'de>) -> Result<Option<&'de [u8]>, ValueError> {
    let text = match value.shape {
        Shape::Json => value.bytes,
        Shape::One if value.field.value_type() == ValueType::RawJson => last_bytes(value.bytes, 1)?,
        _ => &[],
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// The value of a message that JSON shows as the value of one of its fields: a list rather than a schema, and a schema
/// rather than a boolean.
fn schema(value: Value<'_>) -> Result<Json<'_>, ValueError> {
    let mut fields = Fields::new(value.field.message().fields(), value.bytes, value.context)?;
    let (mut list, mut schema, mut allows) = (None, None, false);
    while let Some(found) = fields.next()? {
        match (found.shape, found.field.value_type()) {
            (Shape::List, _) => list = Some(found),
            (_, ValueType::Message) => schema = Some(found),
            _ => allows = Reader::new(found.bytes).varint()? != 0,
        }
    }
    Ok(match (list, schema) {
        (Some(list), _) => Json::List(list),
        (None, Some(schema)) => Json::Object(schema),
        (None, None) => Json::Bool(allows),
    })
}

/// Seconds and nanoseconds since 1970; `None` if the message is empty.
fn timestamp(message: &[u8]) -> Result<Option<(i64, i32)>, ValueError> {
    let (mut reader, mut seconds, mut nanos) = (Reader::new(message), 0, 0);
    while let Some(Entry { number, wire }) = reader.next()? {
        match (number, wire) {
            (1, Wire::Varint(value)) => seconds = value.cast_signed(),
            (2, Wire::Varint(value)) => {
                #[allow(clippy::cast_possible_truncation)]
                let value = value as i32;
                nanos = value - value % NANOS_PER_MICRO;
            }
            (1 | 2, _) => return Err(ValueError::malformed()),
            _ => {}
        }
    }
    Ok((!message.is_empty()).then_some((seconds, nanos)))
}

/// Not a `jiff::Timestamp`, which ends a day before the year 9999 does. Times without an end are often given as that.
fn date_time(seconds: i64, nanos: i32) -> Result<DateTime, ValueError> {
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let time = EPOCH.checked_add(SignedDuration::new(seconds, nanos));
    time.map_err(|_| ValueError::mismatch("a time out of range"))
}

/// The last value of a field of numbers.
fn last_varint(message: &[u8], number: u32) -> Result<u64, ValueError> {
    let (mut reader, mut found) = (Reader::new(message), 0);
    while let Some(entry) = reader.next()? {
        match entry.wire {
            Wire::Varint(value) if entry.number == number => found = value,
            _ if entry.number == number => return Err(ValueError::malformed()),
            _ => {}
        }
    }
    Ok(found)
}

/// The last value of a field of texts or bytes.
fn last_bytes(message: &[u8], number: u32) -> Result<&[u8], ValueError> {
    let (mut reader, mut found) = (Reader::new(message), &[][..]);
    while let Some(entry) = reader.next()? {
        match entry.wire {
            Wire::Bytes(value) if entry.number == number => found = value,
            _ if entry.number == number => return Err(ValueError::malformed()),
            _ => {}
        }
    }
    Ok(found)
}

pub(super) fn double(bytes: &[u8]) -> Result<f64, ValueError> {
    let bytes = bytes.try_into().map_err(|_| ValueError::malformed())?;
    Ok(f64::from_le_bytes(bytes))
}

/// A number as `serde_json` reads it from the text that Go's encoder writes: a whole number has no decimal point.
pub(super) fn number(value: f64) -> Json<'static> {
    const EXPONENT_FROM: f64 = 1e21;
    if value.fract() != 0.0 || value.abs() >= EXPONENT_FROM || (value == 0.0 && value.is_sign_negative()) {
        return Json::Float(value);
    }
    let text = value.to_string();
    match (text.parse(), text.parse()) {
        (Ok(value), _) => Json::Unsigned(value),
        (_, Ok(value)) => Json::Signed(value),
        _ => Json::Float(value),
    }
}

/// A time as text, without an allocation.
#[derive(Debug)]
pub(super) struct ShortText {
    bytes: [u8; Self::MAX],
    length: usize,
}

impl ShortText {
    const MAX: usize = 40;

    fn write(text: std::fmt::Arguments<'_>) -> Result<Self, ValueError> {
        let mut short = Self { bytes: [0; Self::MAX], length: 0 };
        short.write_fmt(text).map_err(|_| ValueError::mismatch("a time out of range"))?;
        Ok(short)
    }

    pub(super) fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl Write for ShortText {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
