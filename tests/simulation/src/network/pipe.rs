//! The body of a response as its client reads it: the pieces that have arrived. The pump fills it.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http_body::{Body, Frame};
use parking_lot::Mutex;

/// The channel between the pump and the client.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    pieces: VecDeque<io::Result<Bytes>>,
    ended: bool,
    abandoned: bool,
    reader: Option<Waker>,
}

impl Pipe {
    pub(super) fn deliver(&self, piece: io::Result<Bytes>) {
        let mut state = self.state.lock();
        state.pieces.push_back(piece);
        wake(state.reader.take());
    }

    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        state.ended = true;
        wake(state.reader.take());
    }

    /// Whether the client has stopped reading.
    pub(super) fn is_abandoned(&self) -> bool {
        self.state.lock().abandoned
    }
}

fn wake(reader: Option<Waker>) {
    if let Some(reader) = reader {
        reader.wake();
    }
}

/// The client's end of the pipe. Dropping it ends the connection.
#[derive(Debug)]
pub struct Incoming {
    pub(super) pipe: Arc<Pipe>,
    pub(super) pump: super::PumpWaker,
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let mut state = self.pipe.state.lock();
        match state.pieces.pop_front() {
            Some(piece) => Poll::Ready(Some(piece.map(Frame::data))),
            None if state.ended => Poll::Ready(None),
            None => {
                state.reader = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.pipe.state.lock().abandoned = true;
        self.pump.wake();
    }
}
