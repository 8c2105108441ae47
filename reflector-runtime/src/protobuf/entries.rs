//! The fields of a message in the order of their numbers, each with all of its values.
//!
//! Encoders write fields in this order, but must not be relied on: elements of a list may be interleaved with other
//! fields, and a message that occurs twice is merged.
//! Source: <https://protobuf.dev/programming-guides/encoding/#order>

use super::reader::{Entry, Invalid, Reader, Wire};

/// The encoding of a message.
#[derive(Clone, Debug)]
pub(super) enum Source<'de> {
    /// As it usually is.
    One(&'de [u8]),
    /// Parts to merge.
    Parts(Vec<&'de [u8]>),
}

impl<'de> Source<'de> {
    pub(super) const EMPTY: Self = Self::One(&[]);

    fn parts(&self) -> &[&'de [u8]] {
        match self {
            Self::One(part) => std::slice::from_ref(part),
            Self::Parts(parts) => parts,
        }
    }

    /// Calls `visit` for each field, in the order of the bytes.
    pub(super) fn for_each(&self, mut visit: impl FnMut(Entry<'de>)) -> Result<(), Invalid> {
        for part in self.parts() {
            let mut reader = Reader::new(part);
            while let Some(entry) = reader.next()? {
                visit(entry);
            }
        }
        Ok(())
    }
}

/// Returns the fields of a message in the order of their numbers.
#[derive(Clone, Debug)]
pub(super) enum Entries<'de> {
    InOrder(Reader<'de>),
    Sorted(std::vec::IntoIter<Entry<'de>>),
}

impl<'de> Entries<'de> {
    /// Checks all fields of the message, but not what is inside them.
    pub(super) fn of(source: &Source<'de>) -> Result<Self, Invalid> {
        if let Source::One(part) = source
            && is_in_order(part)?
        {
            return Ok(Self::InOrder(Reader::new(part)));
        }
        let mut entries = Vec::new();
        source.for_each(|entry| entries.push(entry))?;
        // Stable: the last value of a field counts.
        entries.sort_by_key(|entry| entry.number);
        Ok(Self::Sorted(entries.into_iter()))
    }

    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Entry<'de>>, Invalid> {
        match self {
            Self::InOrder(reader) => reader.next(),
            Self::Sorted(entries) => Ok(entries.next()),
        }
    }
}

fn is_in_order(message: &[u8]) -> Result<bool, Invalid> {
    let (mut reader, mut last) = (Reader::new(message), 0);
    while let Some(entry) = reader.next()? {
        if entry.number < last {
            return Ok(false);
        }
        last = entry.number;
    }
    Ok(true)
}

/// All values of one field.
#[derive(Clone, Debug)]
pub(super) struct Run<'de> {
    first: Option<Wire<'de>>,
    following: Following<'de>,
    remaining: usize,
}

#[derive(Clone, Debug)]
enum Following<'de> {
    InOrder(Reader<'de>),
    List(std::vec::IntoIter<Wire<'de>>),
}

impl<'de> Run<'de> {
    /// Takes the values of the field of `first`, and returns the entry after them.
    pub(super) fn take(
        first: Entry<'de>,
        entries: &mut Entries<'de>,
    ) -> Result<(Self, Option<Entry<'de>>), Invalid> {
        let (following, remaining, after) = match entries {
            Entries::InOrder(reader) => {
                let (following, mut remaining) = (*reader, 0);
                let after = loop {
                    match reader.next()? {
                        Some(entry) if entry.number == first.number => remaining += 1,
                        after => break after,
                    }
                };
                (Following::InOrder(following), remaining, after)
            }
            Entries::Sorted(entries) => {
                let mut values = Vec::new();
                let after = loop {
                    match entries.next() {
                        Some(entry) if entry.number == first.number => values.push(entry.wire),
                        after => break after,
                    }
                };
                let remaining = values.len();
                (Following::List(values.into_iter()), remaining, after)
            }
        };
        Ok((Self { first: Some(first.wire), following, remaining }, after))
    }

    /// The number of values that [`next`](Self::next) will return.
    pub(super) fn len(&self) -> usize {
        self.remaining + usize::from(self.first.is_some())
    }

    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Wire<'de>>, Invalid> {
        if let Some(wire) = self.first.take() {
            return Ok(Some(wire));
        }
        let Some(remaining) = self.remaining.checked_sub(1) else { return Ok(None) };
        self.remaining = remaining;
        Ok(match &mut self.following {
            Following::InOrder(reader) => reader.next()?.map(|entry| entry.wire),
            Following::List(values) => values.next(),
        })
    }
}
