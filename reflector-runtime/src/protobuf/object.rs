//! A message as a JSON object: the fields that JSON has, with the names that JSON has.

use serde::de::{DeserializeSeed, MapAccess};

use super::{
    entries::{Entries, Run, Source},
    error::ValueError,
    field::{Field, Message},
    key::Key,
    reader::{Entry, Reader, Wire},
    special,
    value::{Shape, Value},
};

/// What is known at a place in an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// The number of objects and lists around it.
    depth: u8,
    pub(super) managed_fields: ManagedFields,
}

/// Whether an object's managed fields are decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ManagedFields {
    /// The list is empty.
    #[default]
    Strip,
    /// All are decoded.
    Keep,
}

/// The same limit as `serde_json`'s.
const MAX_DEPTH: u8 = 128;

/// The depth of the fields of an object's metadata.
const METADATA_DEPTH: u8 = 2;

impl Context {
    pub(super) const fn root(managed_fields: ManagedFields) -> Self {
        Self { depth: 0, managed_fields }
    }

    /// Of the elements of an object or list at this place.
    pub(super) fn inside(self) -> Result<Self, ValueError> {
        if self.depth == MAX_DEPTH {
            return Err(ValueError::mismatch("nested too deeply"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn strips(self, field: &Field) -> bool {
        self.depth == METADATA_DEPTH
            && self.managed_fields == ManagedFields::Strip
            && field.is_repeated()
            && field.message() == Message::MANAGED_FIELDS_ENTRY
    }
}

/// The fields of one message.
#[derive(Debug)]
struct Fields<'de> {
    /// The fields of the table that were not returned or skipped.
    table: &'static [Field],
    entries: Entries<'de>,
    /// The next field of the message.
    next: Option<Entry<'de>>,
}

impl<'de> Fields<'de> {
    fn of(table: &'static [Field], source: &Source<'de>) -> Result<Self, ValueError> {
        let mut entries = Entries::of(source)?;
        let next = entries.next()?;
        Ok(Self { table, entries, next })
    }

    /// Returns the next field that JSON has. Both the table and the message are ordered by the fields' numbers.
    #[inline]
    fn next(&mut self) -> Result<Option<(&'static Field, Shape<'de>)>, ValueError> {
        while let Some((field, others)) = self.table.split_first() {
            match self.next {
                // A field of a newer server.
                Some(entry) if entry.number < field.number() => self.next = self.entries.next()?,
                Some(entry) if entry.number == field.number() => {
                    self.table = others;
                    let shape = self.take(field, entry)?;
                    if !(field.is_omitted_if_zero() && special::is_zero(field, &shape)?) {
                        return Ok(Some((field, shape)));
                    }
                }
                _ => {
                    self.table = others;
                    if field.is_shown_if_absent() {
                        return Ok(Some((field, Shape::of_absent(field))));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Takes all values of a field.
    #[inline]
    fn take(&mut self, field: &Field, first: Entry<'de>) -> Result<Shape<'de>, ValueError> {
        if !field.is_repeated() && !field.is_map() {
            self.next = self.entries.next()?;
            return match self.next {
                Some(second) if second.number == first.number => self.take_merged(field, first, second),
                _ => Ok(Shape::One(first.wire)),
            };
        }
        let (run, after) = Run::take(first, &mut self.entries)?;
        self.next = after;
        Ok(if field.is_map() { Shape::Map(run) } else { Shape::List(run) })
    }

    /// A field that occurs more than once, although it has one value: the last one counts, and messages are merged.
    #[cold]
    fn take_merged(
        &mut self,
        field: &Field,
        first: Entry<'de>,
        second: Entry<'de>,
    ) -> Result<Shape<'de>, ValueError> {
        let mut entries = vec![first, second];
        self.next = loop {
            match self.entries.next()? {
                Some(entry) if entry.number == first.number => entries.push(entry),
                after => break after,
            }
        };
        if field.value_type().is_message() {
            let part = |entry: &Entry<'de>| match entry.wire {
                Wire::Bytes(part) => Ok(part),
                _ => Err(ValueError::malformed()),
            };
            return Ok(Shape::Merged(entries.iter().map(part).collect::<Result<_, _>>()?));
        }
        Ok(Shape::One(entries.last().unwrap_or(&second).wire))
    }
}

/// The fields of a message and of the messages that are inline in it.
#[derive(Debug)]
pub(super) struct ObjectAccess<'de> {
    /// Of the fields.
    context: Context,
    fields: Fields<'de>,
    /// The messages in which `fields` are inline.
    outer: Vec<Fields<'de>>,
    value: Option<Value<'de>>,
}

impl<'de> ObjectAccess<'de> {
    pub(super) fn new(message: Message, source: &Source<'de>, outside: Context) -> Result<Self, ValueError> {
        let context = outside.inside()?;
        let fields = Fields::of(message.fields(), source)?;
        Ok(Self { context, fields, outer: Vec::new(), value: None })
    }

    fn next_field(&mut self) -> Result<Option<(&'static Field, Shape<'de>)>, ValueError> {
        loop {
            match self.fields.next()? {
                Some((field, shape)) if field.is_inline() => {
                    let inline = Fields::of(field.message().fields(), &shape.into_source()?)?;
                    self.outer.push(std::mem::replace(&mut self.fields, inline));
                }
                Some(found) => return Ok(Some(found)),
                None => match self.outer.pop() {
                    Some(outer) => self.fields = outer,
                    None => return Ok(None),
                },
            }
        }
    }
}

impl<'de> MapAccess<'de> for ObjectAccess<'de> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        let Some((field, shape)) = self.next_field()? else { return Ok(None) };
        let shape = if self.context.strips(field) { Shape::EmptyList } else { shape };
        self.value = Some(Value { field, shape, context: self.context });
        seed.deserialize(Key(field.name())).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        let value = self.value.take().ok_or_else(|| ValueError::mismatch("a value was read before its key"))?;
        seed.deserialize(value)
    }
}

/// The fields of a message that JSON does not show as an object, with their values.
pub(super) fn each_field<'de>(
    table: &'static [Field],
    source: &Source<'de>,
    mut visit: impl FnMut(&'static Field, Shape<'de>),
) -> Result<(), ValueError> {
    let mut fields = Fields::of(table, source)?;
    while let Some((field, shape)) = fields.next()? {
        visit(field, shape);
    }
    Ok(())
}

/// An entry of a map: its key and its value.
pub(super) fn map_entry<'de>(
    field: &'static Field,
    wire: Wire<'de>,
) -> Result<(&'de [u8], Shape<'de>), ValueError> {
    let Wire::Bytes(entry) = wire else { return Err(ValueError::malformed()) };
    let (mut reader, mut key, mut value) = (Reader::new(entry), &[][..], Shape::zero(field.value_type()));
    while let Some(Entry { number, wire }) = reader.next()? {
        match (number, wire) {
            (1, Wire::Bytes(bytes)) => key = bytes,
            (1, _) => return Err(ValueError::malformed()),
            (2, wire) => value = Shape::One(wire),
            _ => {}
        }
    }
    Ok((key, value))
}
