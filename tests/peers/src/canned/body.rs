//! Writes a chunked body with the same chunk sizes as kube-apiserver. Must not know the content.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use tokio::net::TcpStream;

use crate::clock;

/// The chunk size of Go's `net/http` for a handler that writes continuously.
const CHUNK: usize = 2_048;

/// The number of buffered bytes that triggers a write to the socket.
const WRITE: usize = 256 << 10;

/// A response body being sent.
pub(super) struct ChunkedBody<'s> {
    stream: &'s mut TcpStream,
    /// Framed bytes, not sent yet.
    out: Vec<u8>,
    /// Bytes not framed yet.
    chunk: Vec<u8>,
    /// When the client last accepted bytes after it had not accepted them.
    blocked_until: Option<Duration>,
}

impl<'s> ChunkedBody<'s> {
    /// Begins a response with its head.
    pub(super) fn begin(stream: &'s mut TcpStream) -> Self {
        let mut out = Vec::with_capacity(WRITE + 4 * CHUNK);
        out.extend_from_slice(
            b"HTTP/1.1 200 OK\r\nCache-Control: no-cache, private\r\nContent-Type: application/json\r\n\
              Transfer-Encoding: chunked\r\n\r\n",
        );
        Self { stream, out, chunk: Vec::with_capacity(CHUNK), blocked_until: None }
    }

    /// Appends to the body, in chunks of the usual size.
    pub(super) async fn write(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        for part in parts {
            let mut rest: &[u8] = part;
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(CHUNK - self.chunk.len()));
                self.chunk.extend_from_slice(now);
                rest = later;
                if self.chunk.len() == CHUNK {
                    self.end_chunk()?;
                }
            }
        }
        self.send_if_long().await
    }

    /// Writes the parts as a separate chunk.
    pub(super) async fn write_chunk(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        self.end_chunk()?;
        let length: usize = parts.iter().map(|part| part.len()).sum();
        write!(self.out, "{length:x}\r\n")?;
        for part in parts {
            self.out.extend_from_slice(part);
        }
        self.out.extend_from_slice(b"\r\n");
        self.send_if_long().await
    }

    fn end_chunk(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        write!(self.out, "{:x}\r\n", self.chunk.len())?;
        self.out.append(&mut self.chunk);
        self.out.extend_from_slice(b"\r\n");
        Ok(())
    }

    async fn send_if_long(&mut self) -> io::Result<()> {
        if self.out.len() < WRITE {
            return Ok(());
        }
        self.send().await
    }

    /// Sends everything written so far.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        self.end_chunk()?;
        self.send().await
    }

    async fn send(&mut self) -> io::Result<()> {
        let mut sent = 0;
        while sent < self.out.len() {
            match self.stream.try_write(&self.out[sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => sent += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stream.writable().await?;
                    self.blocked_until = Some(clock::now());
                }
                Err(error) => return Err(error),
            }
        }
        self.out.clear();
        Ok(())
    }

    /// When the client last accepted bytes after it had not accepted them, on the shared clock.
    pub(super) fn blocked_until(&self) -> Option<Duration> {
        self.blocked_until
    }

    /// Ends the body.
    pub(super) async fn end(mut self) -> io::Result<()> {
        self.end_chunk()?;
        self.out.extend_from_slice(b"0\r\n\r\n");
        self.flush().await
    }

    /// The connection, so that the caller can wait for it to close.
    pub(super) fn stream(&mut self) -> &mut TcpStream {
        self.stream
    }
}
