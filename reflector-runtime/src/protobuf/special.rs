//! Values whose JSON is not that of their fields, and zero values.

use k8s_openapi::jiff::{SignedDuration, civil::DateTime};

use super::{
    entries::Source,
    error::ValueError,
    field::{Field, ValueType},
    object::each_field,
    reader::{Entry, Wire},
    value::{Json, Shape},
};

/// Go's zero time, 0001-01-01T00:00:00Z, in seconds.
const ZERO_TIME: i64 = -62_135_596_800;

const NANOS_PER_MICRO: i32 = 1_000;

/// Whether `omitempty` (or `omitzero`, of times) omits the value.
pub(super) fn is_zero(field: &Field, shape: &Shape<'_>) -> Result<bool, ValueError> {
    Ok(match (shape, field.value_type()) {
        (Shape::One(Wire::Bytes(message)), ValueType::Time) => is_null(field, &Source::One(message))?,
        (Shape::One(wire), _) => match wire {
            Wire::Varint(value) => *value == 0,
            Wire::Fixed64(bits) => f64::from_bits(*bits) == 0.0,
            Wire::Bytes(bytes) => bytes.is_empty(),
            Wire::Fixed32(_) => false,
        },
        _ => false,
    })
}

/// Whether JSON shows the message as `null`.
pub(super) fn is_null(field: &Field, source: &Source<'_>) -> Result<bool, ValueError> {
    Ok(match field.value_type() {
        ValueType::Time => timestamp(source)?.is_none_or(|(seconds, _)| seconds == ZERO_TIME),
        ValueType::MicroTime => timestamp(source)?.is_none_or(|time| time == (ZERO_TIME, 0)),
        ValueType::RawJson => raw_json(source)?.is_empty(),
        ValueType::SchemaOrList | ValueType::SchemaOrStrings => {
            let mut is_empty = true;
            source.for_each(|entry| is_empty &= !matches!(entry.number, 1 | 2))?;
            is_empty
        }
        _ => false,
    })
}

/// Returns the JSON of a message.
pub(super) fn json<'de>(field: &'static Field, source: &Source<'de>) -> Result<Json<'de>, ValueError> {
    if is_null(field, source)? {
        return Ok(Json::Null);
    }
    Ok(match field.value_type() {
        ValueType::Time => {
            let (seconds, _) = timestamp(source)?.unwrap_or_default();
            let time = date_time(seconds, 0)?;
            Json::OwnedText(format!("{time}Z"))
        }
        ValueType::MicroTime => {
            let (seconds, nanos) = timestamp(source)?.unwrap_or_default();
            let time = date_time(seconds, nanos)?;
            Json::OwnedText(format!("{time:.6}Z"))
        }
        ValueType::Quantity => match bytes(source, 1)? {
            [] => Json::Text("0"),
            text => Json::text(text),
        },
        ValueType::IntOrString => match varint(source, 1)? {
            0 => {
                // A negative number has ten bytes.
                #[allow(clippy::cast_possible_truncation)]
                let value = varint(source, 2)? as i32;
                Json::integer(value.into())
            }
            1 => Json::text(bytes(source, 3)?),
            _ => return Err(ValueError::mismatch("neither a number nor a string")),
        },
        ValueType::RawJson => Json::Raw(raw_json(source)?),
        ValueType::Strings => {
            let mut strings = Json::EmptyList;
            each_field(Field::STRINGS, source, |field, shape| {
                if let Shape::List(run) = shape {
                    strings = Json::List(field, run);
                }
            })?;
            strings
        }
        ValueType::SchemaOrList | ValueType::SchemaOrBool | ValueType::SchemaOrStrings => {
            one_of(field.message().fields(), source)?
        }
        _ => return Err(ValueError::malformed()),
    })
}

/// The value of a message that JSON shows as the value of one of its fields: a list rather than a schema, and a schema
/// rather than a boolean.
fn one_of<'de>(fields: &'static [Field], source: &Source<'de>) -> Result<Json<'de>, ValueError> {
    let (mut list, mut schema, mut allows) = (None, None, false);
    each_field(fields, source, |field, shape| match (field.value_type(), shape) {
        (_, Shape::List(run)) => list = Some((field, run)),
        (ValueType::Message, shape) => schema = Some((field, shape)),
        (_, Shape::One(wire)) => allows = wire != Wire::Varint(0),
        _ => {}
    })?;
    Ok(match (list, schema) {
        (Some((field, run)), _) => Json::List(field, run),
        (None, Some((field, shape))) => Json::Object(field.message(), shape.into_source()?),
        (None, None) => Json::Bool(allows),
    })
}

/// Seconds and nanoseconds since 1970; `None` if the message is empty.
fn timestamp(source: &Source<'_>) -> Result<Option<(i64, i32)>, ValueError> {
    let (mut is_empty, mut seconds, mut nanos) = (true, 0, 0);
    source.for_each(|Entry { number, wire }| {
        is_empty = false;
        if let (1, Wire::Varint(value)) = (number, wire) {
            seconds = value.cast_signed();
        }
        if let (2, Wire::Varint(value)) = (number, wire) {
            #[allow(clippy::cast_possible_truncation)]
            let value = value as i32;
            nanos = value - value % NANOS_PER_MICRO;
        }
    })?;
    Ok((!is_empty).then_some((seconds, nanos)))
}

/// Not a `jiff::Timestamp`, which ends a day before the year 9999 does. Times without an end are often given as that.
fn date_time(seconds: i64, nanos: i32) -> Result<DateTime, ValueError> {
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let time = EPOCH.checked_add(SignedDuration::new(seconds, nanos));
    time.map_err(|_| ValueError::mismatch("a time out of range"))
}

/// The last value of a field of numbers.
fn varint(source: &Source<'_>, number: u32) -> Result<u64, ValueError> {
    let mut found = Ok(0);
    source.for_each(|entry| match entry.wire {
        Wire::Varint(value) if entry.number == number => found = Ok(value),
        _ if entry.number == number => found = Err(ValueError::malformed()),
        _ => {}
    })?;
    found
}

/// The last value of a field of texts or bytes.
fn bytes<'de>(source: &Source<'de>, number: u32) -> Result<&'de [u8], ValueError> {
    let mut found = Ok(&[][..]);
    source.for_each(|entry| match entry.wire {
        Wire::Bytes(value) if entry.number == number => found = Ok(value),
        _ if entry.number == number => found = Err(ValueError::malformed()),
        _ => {}
    })?;
    found
}

pub(super) fn raw_json<'de>(source: &Source<'de>) -> Result<&'de [u8], ValueError> {
    bytes(source, 1)
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
