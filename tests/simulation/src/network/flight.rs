//! The body of a response in flight. It is split into pieces with individual latencies, which arrive in order.

use std::{collections::VecDeque, io, sync::Arc, time::Duration};

use bytes::Bytes;
use fastrand::Rng;
use tokio::time::Instant;

use super::{
    PumpWaker,
    pipe::{Incoming, Pipe},
};

/// Maximum number of pieces in flight. The server waits before it sends more.
const WINDOW: usize = 8;

/// The pieces in flight, and the state of the data that has arrived.
pub(super) struct Flight {
    random: Rng,
    /// Minimum latency of a piece.
    pub(super) latency: Duration,
    pipe: Arc<Pipe>,
    /// The pieces in flight, each with its time of arrival.
    pieces: VecDeque<(Instant, Piece)>,
    /// The start of the line that is arriving, long enough to identify its event type.
    line: Vec<u8>,
    /// Number of lines that contained a change.
    pub(super) changes: u64,
    /// Number of bytes that have arrived.
    pub(super) delivered: usize,
}

/// A part of a body.
pub(super) enum Piece {
    Bytes(Bytes),
    Reset,
    End,
}

/// An arrival.
pub(super) enum Arrived {
    Bytes,
    /// The body has ended in this way.
    End(&'static str),
}

impl Flight {
    pub(super) fn new(random: Rng, latency: Duration) -> Self {
        Self {
            random,
            latency,
            pipe: Arc::default(),
            pieces: VecDeque::new(),
            line: Vec::new(),
            changes: 0,
            delivered: 0,
        }
    }

    /// The client's end of the pipe.
    pub(super) fn incoming(&self, waker: &PumpWaker) -> Incoming {
        Incoming { pipe: self.pipe.clone(), pump: waker.clone() }
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.pipe.is_abandoned()
    }

    pub(super) fn is_full(&self) -> bool {
        self.pieces.len() >= WINDOW
    }

    /// When the next piece arrives.
    pub(super) fn due(&self) -> Option<Instant> {
        self.pieces.front().map(|(arrives, _)| *arrives)
    }

    /// Sends bytes, in one piece or several.
    pub(super) fn send(&mut self, mut bytes: Bytes, now: Instant) {
        while self.random.u8(0..4) == 0 && bytes.len() > 1 {
            let at = self.random.usize(1..bytes.len());
            self.push(Piece::Bytes(bytes.split_to(at)), now);
        }
        if !bytes.is_empty() {
            self.push(Piece::Bytes(bytes), now);
        }
    }

    pub(super) fn push(&mut self, piece: Piece, now: Instant) {
        let spread = Duration::from_millis(self.random.u64(0..10));
        let before = self.pieces.back().map_or(now, |(arrives, _)| *arrives);
        let arrives = before.max(now + self.latency + spread);
        self.pieces.push_back((arrives, piece));
    }

    /// Resets the connection immediately.
    pub(super) fn reset(&self) {
        self.pipe.deliver(Err(io::ErrorKind::ConnectionReset.into()));
    }

    /// Delivers the next piece to the client, if it has arrived.
    pub(super) fn deliver(&mut self, now: Instant) -> Option<Arrived> {
        self.due().filter(|arrives| *arrives <= now)?;
        Some(match self.pieces.pop_front()?.1 {
            Piece::Bytes(bytes) => {
                self.read(&bytes);
                self.delivered += bytes.len();
                self.pipe.deliver(Ok(bytes));
                Arrived::Bytes
            }
            Piece::Reset => {
                self.reset();
                Arrived::End("body reset")
            }
            Piece::End => {
                self.pipe.end();
                Arrived::End("ended")
            }
        })
    }

    /// Counts the lines that contain a change.
    fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                let prefixes = [&b"{\"type\":\"ADDED\""[..], b"{\"type\":\"MODIF", b"{\"type\":\"DELET"];
                self.changes += u64::from(prefixes.iter().any(|prefix| self.line.starts_with(prefix)));
                self.line.clear();
            } else if self.line.len() < 16 {
                self.line.push(*byte);
            }
        }
    }
}
