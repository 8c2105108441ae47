//! A response's body on its way: cut into pieces, each of which takes its time, and none overtakes another.

use std::{collections::VecDeque, io, sync::Arc, time::Duration};

use bytes::Bytes;
use fastrand::Rng;
use tokio::time::Instant;

use super::{
    Waking,
    pipe::{Incoming, Pipe},
};

/// So many pieces are under way at once: what is sent faster waits at the server.
const WINDOW: usize = 8;

/// What is under way, and what has arrived.
pub(super) struct Flight {
    random: Rng,
    /// How long the first piece takes at least.
    pub(super) latency: Duration,
    pipe: Arc<Pipe>,
    /// With the time at which each arrives.
    pieces: VecDeque<(Instant, Piece)>,
    /// The line that is arriving, as far as it tells its type.
    line: Vec<u8>,
    /// How many lines have told of a change.
    pub(super) changes: u64,
    /// How many bytes have arrived.
    pub(super) delivered: usize,
}

/// A part of a body.
pub(super) enum Piece {
    Bytes(Bytes),
    Reset,
    End,
}

/// What has arrived.
pub(super) enum Arrived {
    Bytes,
    /// The body is over, in that way.
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

    /// The client's end.
    pub(super) fn incoming(&self, waking: &Waking) -> Incoming {
        Incoming { pipe: self.pipe.clone(), pump: waking.clone() }
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

    /// The connection breaks, now.
    pub(super) fn reset(&self) {
        self.pipe.deliver(Err(io::ErrorKind::ConnectionReset.into()));
    }

    /// Hands over the next piece, if it has arrived.
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
                Arrived::End("cut")
            }
            Piece::End => {
                self.pipe.end();
                Arrived::End("ended")
            }
        })
    }

    /// Counts the lines that tell of a change.
    fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                let told = [&b"{\"type\":\"ADDED\""[..], b"{\"type\":\"MODIF", b"{\"type\":\"DELET"];
                self.changes += u64::from(told.iter().any(|start| self.line.starts_with(start)));
                self.line.clear();
            } else if self.line.len() < 16 {
                self.line.push(*byte);
            }
        }
    }
}
