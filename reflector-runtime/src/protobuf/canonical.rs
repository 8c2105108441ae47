//! Brings a message into the form in which encoders write it.
//!
//! Protobuf allows other forms: fields in any order, elements of a list that are interleaved with other fields, and
//! messages in several parts, which are merged. A decoder must accept them.
//! Source: <https://protobuf.dev/programming-guides/encoding/#order>

use super::{
    context::MAX_DEPTH,
    field::{Field, Message, ValueType},
    reader::{BYTES, Invalid, Reader, Tag},
};

/// A field of a message.
#[derive(Clone, Copy)]
struct Entry<'a> {
    tag: Tag,
    value: &'a [u8],
}

/// Returns the message with its fields in the order of their numbers, each list and map in one place, and one value of
/// each other field. Fields that the table does not have are removed.
pub(super) fn canonical(message: Message, bytes: &[u8]) -> Result<Vec<u8>, Invalid> {
    write_message(message.fields(), &[bytes], MAX_DEPTH)
}

/// Writes a message that has these parts. The parts are not joined first, and no level allocates for the levels inside
/// it in advance: otherwise, each level of a nested message would have its own copy of the rest.
fn write_message(table: &[Field], parts: &[&[u8]], depth: u8) -> Result<Vec<u8>, Invalid> {
    let depth = depth.checked_sub(1).ok_or(Invalid::Malformed)?;
    let mut entries = Vec::new();
    for part in parts {
        let mut reader = Reader::new(part);
        loop {
            let tag = reader.tag()?;
            if tag == Tag::END {
                break;
            }
            entries.push(Entry { tag, value: reader.value(tag)? });
        }
    }
    // Stable: the last value of a field counts.
    entries.sort_by_key(|entry| entry.tag.number());

    let mut written = Vec::new();
    for values in entries.chunk_by(|one, other| one.tag.number() == other.tag.number()) {
        let number = values.first().map_or(0, |entry| entry.tag.number());
        let Some(field) = table.iter().find(|field| field.number() == number) else { continue };
        if field.is_collection() {
            for entry in values {
                write_element(field, *entry, depth, &mut written)?;
            }
        } else if field.value_type().is_message() {
            let parts: Vec<_> = values.iter().map(|entry| entry.value).collect();
            let merged = write_value(field, &parts, depth)?;
            write(Tag::new(number, BYTES), &merged, &mut written);
        } else if let Some(last) = values.last() {
            write(last.tag, last.value, &mut written);
        }
    }
    Ok(written)
}

fn write_element(field: &Field, entry: Entry<'_>, depth: u8, written: &mut Vec<u8>) -> Result<(), Invalid> {
    const KEY: u32 = 1;
    const VALUE: u32 = 2;
    if !field.value_type().is_message() || entry.tag.wire_type() != BYTES {
        write(entry.tag, entry.value, written);
        return Ok(());
    }
    if !field.is_map() {
        write(entry.tag, &write_value(field, &[entry.value], depth)?, written);
        return Ok(());
    }
    let (mut reader, mut key, mut parts) = (Reader::new(entry.value), &[][..], Vec::new());
    loop {
        let tag = reader.tag()?;
        if tag == Tag::END {
            break;
        }
        let bytes = reader.value(tag)?;
        match tag.number() {
            KEY => key = bytes,
            VALUE => parts.push(bytes),
            _ => {}
        }
    }
    let mut pair = Vec::new();
    write(Tag::new(KEY, BYTES), key, &mut pair);
    write(Tag::new(VALUE, BYTES), &write_value(field, &parts, depth)?, &mut pair);
    write(entry.tag, &pair, written);
    Ok(())
}

/// Of messages without a table, the order does not matter.
fn write_value(field: &Field, parts: &[&[u8]], depth: u8) -> Result<Vec<u8>, Invalid> {
    match field.value_type() {
        ValueType::Message
        | ValueType::SchemaOrList
        | ValueType::SchemaOrBool
        | ValueType::SchemaOrStrings => write_message(field.message().fields(), parts, depth),
        ValueType::Strings => write_message(Field::STRINGS, parts, depth),
        _ => Ok(parts.concat()),
    }
}

fn write(tag: Tag, value: &[u8], written: &mut Vec<u8>) {
    write_varint(tag.encoded(), written);
    if tag.wire_type() == BYTES {
        write_varint(value.len() as u64, written);
    }
    written.extend_from_slice(value);
}

fn write_varint(mut value: u64, written: &mut Vec<u8>) {
    loop {
        let low = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        if value == 0 {
            written.push(low);
            return;
        }
        written.push(low | 0x80);
    }
}
