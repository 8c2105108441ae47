//! Values whose JSON is not that of their fields, and zero values.

use std::collections::BTreeMap;

use k8s_openapi::jiff::{SignedDuration, civil::DateTime};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    error::ValueError,
    field::{Field, ValueType},
    fields::Fields,
    reader::{BYTES, Entry, Reader, Tag, VARINT, Wire},
    value::{Json, Shape, Value},
};

/// Go's zero time, 0001-01-01T00:00:00Z, in seconds.
const ZERO_TIME: i64 = -62_135_596_800;

/// Its length as a message is at least this: a negative number has ten bytes, after a tag.
const ZERO_TIME_LENGTH: usize = 11;

const NANOS_PER_MICRO: i32 = 1_000;

/// Whether `omitempty` (or `omitzero`, of times) omits the value.
#[inline]
pub(super) fn is_zero(value: &Value<'_>) -> Result<bool, ValueError> {
    if value.shape != Shape::One {
        return Ok(false);
    }
    Ok(match value.field.value_type() {
        // A varint of one byte, or a longer one whose bytes may all be zero.
        ValueType::Bool | ValueType::Int32 | ValueType::Int64 => match value.bytes {
            [byte] => *byte == 0,
            bytes => bytes.iter().all(|byte| matches!(byte, 0 | 0x80)),
        },
        ValueType::Double => double(value.bytes)? == 0.0,
        ValueType::Time => is_null(value)?,
        _ => value.bytes.is_empty(),
    })
}

/// Whether JSON shows the message as `null`.
pub(super) fn is_null(value: &Value<'_>) -> Result<bool, ValueError> {
    let bytes = value.bytes;
    if value.shape == Shape::Json {
        return Ok(bytes.trim_ascii() == b"null");
    }
    Ok(match value.field.value_type() {
        ValueType::Time | ValueType::MicroTime if (1..ZERO_TIME_LENGTH).contains(&bytes.len()) => false,
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
pub(super) fn json<'de>(value: &Value<'de>) -> Result<Json<'de>, ValueError> {
    let (field, bytes) = (value.field, value.bytes);
    if field.value_type().can_be_null() && is_null(value)? {
        return Ok(Json::Null);
    }
    Ok(match field.value_type() {
        ValueType::Time => {
            let (seconds, _) = timestamp(bytes)?.unwrap_or_default();
            Json::Short(ShortText::seconds(date_time(seconds, 0)?))
        }
        ValueType::MicroTime => {
            let (seconds, nanos) = timestamp(bytes)?.unwrap_or_default();
            Json::Short(ShortText::micros(date_time(seconds, nanos)?))
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
        ValueType::RawJson => parsed(&Value { bytes: last_bytes(bytes, 1)?, shape: Shape::Json, ..*value })?,
        ValueType::Strings => {
            let mut strings = *value;
            if !Fields::new(Field::STRINGS, bytes)?.next(&mut strings)? {
                strings.shape = Shape::EmptyList;
            }
            Json::List(strings)
        }
        ValueType::SchemaOrList | ValueType::SchemaOrBool | ValueType::SchemaOrStrings => schema(value)?,
        _ => return Err(ValueError::malformed()),
    })
}

/// The value that is a JSON text.
pub(super) fn parsed<'de>(value: &Value<'de>) -> Result<Json<'de>, ValueError> {
    Ok(match value.bytes.trim_ascii_start() {
        [b'{', ..] => Json::Object(*value),
        [b'[', ..] => Json::List(*value),
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
fn schema<'de>(value: &Value<'de>) -> Result<Json<'de>, ValueError> {
    let (mut fields, mut found) = (Fields::new(value.field.message().fields(), value.bytes)?, *value);
    let (mut list, mut schema, mut allows) = (None, None, false);
    while fields.next(&mut found)? {
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
    let time = EPOCH.checked_add(SignedDuration::new(seconds, nanos)).ok();
    // JSON does not have times of other years.
    let time = time.filter(|time| (0..=9999).contains(&time.year()));
    time.ok_or_else(|| ValueError::mismatch("a time out of range"))
}

/// The last value of a field of numbers.
fn last_varint(message: &[u8], number: u32) -> Result<u64, ValueError> {
    Ok(Reader::new(last_value(message, number, VARINT, &[0])?).varint()?)
}

/// The last value of a field of texts or bytes.
fn last_bytes(message: &[u8], number: u32) -> Result<&[u8], ValueError> {
    last_value(message, number, BYTES, &[])
}

fn last_value<'de>(
    message: &'de [u8],
    number: u32,
    wire_type: u8,
    mut found: &'de [u8],
) -> Result<&'de [u8], ValueError> {
    let mut reader = Reader::new(message);
    loop {
        let tag = reader.tag()?;
        if tag == Tag::END {
            return Ok(found);
        }
        let value = reader.value(tag)?;
        if tag == Tag::new(number, wire_type) {
            found = value;
        } else if tag.number() == number {
            return Err(ValueError::malformed());
        }
    }
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
    bytes: [u8; Self::MICROS],
    length: usize,
}

impl ShortText {
    /// The lengths of `2000-02-29T00:00:00Z` and `2000-02-29T00:00:00.000000Z`.
    const SECONDS: usize = 20;
    const MICROS: usize = 27;

    fn seconds(time: DateTime) -> Self {
        Self { length: Self::SECONDS, ..Self::new(time, *b"Z0000000") }
    }

    fn micros(time: DateTime) -> Self {
        let micros = time.subsec_nanosecond() / NANOS_PER_MICRO;
        let [[f1, f2], [f3, f4], [f5, f6]] =
            [micros / 10_000, micros / 100 % 100, micros % 100].map(|two| digits(two.to_le_bytes()[0]));
        Self::new(time, [b'.', f1, f2, f3, f4, f5, f6, b'Z'])
    }

    /// Written digit by digit, because a formatter takes several times as long. The year must not have more than four
    /// digits.
    fn new(time: DateTime, end: [u8; Self::MICROS - Self::SECONDS + 1]) -> Self {
        let [[y1, y2], [y3, y4]] =
            [time.year() / 100, time.year() % 100].map(|two| digits(two.to_le_bytes()[0]));
        let [[o1, o2], [d1, d2], [h1, h2], [m1, m2], [s1, s2]] =
            [time.month(), time.day(), time.hour(), time.minute(), time.second()]
                .map(|two| digits(two.cast_unsigned()));
        let [e1, e2, e3, e4, e5, e6, e7, e8] = end;
        #[rustfmt::skip]
        let bytes = [
            y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2,
            e1, e2, e3, e4, e5, e6, e7, e8,
        ];
        Self { bytes, length: Self::MICROS }
    }

    pub(super) fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

/// Of a number below 100.
const fn digits(number: u8) -> [u8; 2] {
    [b'0' + number / 10, b'0' + number % 10]
}
