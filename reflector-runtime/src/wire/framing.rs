//! Splits a body into the parts of a list ([`ListFraming`]) or the events of a watch ([`WatchFraming`]), in any format.

use bytes::Bytes;

use super::{LineFramer, ListFramer, ListToken, ProtocolError, WatchFrame, watch_frame};

/// Splits a list's body into items.
pub(crate) trait ListFraming: Send {
    /// Adds bytes of the body.
    fn push(&mut self, bytes: &Bytes);

    /// Returns the next part, or `None` if more bytes are needed. [`ProtocolError::NOT_AN_OBJECT`] if the body is not
    /// from an API server.
    fn next_token(&mut self) -> Result<Option<ListToken>, ProtocolError>;

    /// Must be called at the end of the body.
    fn finish(&self) -> Result<(), ProtocolError>;

    /// Whether the list has the field `items`. Complete at the end of the body.
    fn has_items_field(&self) -> bool;
}

/// Splits a watch's body into events.
pub(crate) trait WatchFraming: Send {
    /// Adds bytes of the body.
    fn push(&mut self, bytes: &Bytes) -> Result<(), ProtocolError>;

    /// Returns the next event and its length in bytes, or `None` if more bytes are needed.
    /// [`ProtocolError::NOT_AN_OBJECT`] if the body is not from an API server.
    fn next_frame(&mut self) -> Result<Option<(WatchFrame, usize)>, ProtocolError>;

    /// Must be called at the end of the body.
    fn finish(&self) -> Result<(), ProtocolError>;
}

impl ListFraming for ListFramer {
    fn push(&mut self, bytes: &Bytes) {
        Self::push(self, bytes);
    }

    fn next_token(&mut self) -> Result<Option<ListToken>, ProtocolError> {
        Self::next_token(self)
    }

    fn finish(&self) -> Result<(), ProtocolError> {
        Self::finish(self)
    }

    fn has_items_field(&self) -> bool {
        Self::has_items_field(self)
    }
}

/// A watch in JSON: a line for each event.
pub(super) struct JsonWatch {
    lines: LineFramer,
    /// The first line was an object.
    has_begun: bool,
}

impl JsonWatch {
    pub(super) fn new(max_object_bytes: usize) -> Self {
        Self { lines: LineFramer::new(max_object_bytes), has_begun: false }
    }
}

impl WatchFraming for JsonWatch {
    fn push(&mut self, bytes: &Bytes) -> Result<(), ProtocolError> {
        self.lines.push(bytes)
    }

    fn next_frame(&mut self) -> Result<Option<(WatchFrame, usize)>, ProtocolError> {
        let Some(line) = self.lines.next_line()? else { return Ok(None) };
        if !self.has_begun && !line.text().trim_ascii_start().starts_with(b"{") {
            return Err(ProtocolError::NOT_AN_OBJECT);
        }
        self.has_begun = true;
        let length = line.text().len();
        Ok(Some((watch_frame(line)?, length)))
    }

    fn finish(&self) -> Result<(), ProtocolError> {
        self.lines.finish()
    }
}
