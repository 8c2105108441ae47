//! The body of a response in flight. It is split into pieces with individual latencies, which arrive in order.

use std::{collections::VecDeque, io, sync::Arc, time::Duration};

use bytes::Bytes;
use fastrand::Rng;
use tokio::time::Instant;

use super::{
    PumpWaker,
    changes::Changes,
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
    /// The events that contained a change.
    pub(super) changes: Changes,
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
            changes: Changes::default(),
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
                self.changes.read(&bytes);
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
}
