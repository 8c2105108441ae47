//! Counts the changes in the body of a watch, in JSON or in protobuf.

/// The changes that have arrived.
#[derive(Debug, Default)]
pub(super) struct Changes {
    framing: Framing,
    /// The start of the event that is arriving, long enough to identify its type.
    start: Vec<u8>,
    count: u64,
}

/// Where an event ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Framing {
    /// At a line feed.
    #[default]
    Lines,
    /// Its length, of which these bytes have arrived, is before it.
    Length(u32, u8),
    /// After this many bytes.
    Bytes(u32),
}

/// The bytes that are needed to identify the type of an event.
const START: usize = 16;

/// The bytes of an event's length.
const LENGTH: u8 = 4;

impl Changes {
    /// Of a body in protobuf.
    pub(super) fn in_protobuf() -> Self {
        Self { framing: Framing::Length(0, 0), ..Self::default() }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn read(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match self.framing {
                Framing::Lines if byte == b'\n' => self.end_event(),
                Framing::Lines => self.keep(byte),
                Framing::Length(length, read) => {
                    let length = length << 8 | u32::from(byte);
                    let is_complete = read + 1 == LENGTH;
                    self.framing =
                        if is_complete { Framing::Bytes(length) } else { Framing::Length(length, read + 1) };
                }
                Framing::Bytes(left) => {
                    self.keep(byte);
                    self.framing = Framing::Bytes(left.saturating_sub(1));
                    if left <= 1 {
                        self.end_event();
                        self.framing = Framing::Length(0, 0);
                    }
                }
            }
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.start.len() < START {
            self.start.push(byte);
        }
    }

    fn end_event(&mut self) {
        const CHANGES: [&[u8]; 6] = [
            b"{\"type\":\"ADDED\"",
            b"{\"type\":\"MODIF",
            b"{\"type\":\"DELET",
            b"\x0a\x05ADDED",
            b"\x0a\x08MODIFIED",
            b"\x0a\x07DELETED",
        ];
        self.count += u64::from(CHANGES.iter().any(|change| self.start.starts_with(change)));
        self.start.clear();
    }
}
