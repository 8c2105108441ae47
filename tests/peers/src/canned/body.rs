//! Writing a chunked body in the chunks that kube-apiserver sends. Must not know what is in them.

use std::io::{self, Write as _};

use tokio::{io::AsyncWriteExt as _, net::TcpStream};

/// The chunks of Go's `net/http`, where a handler writes on and on.
const CHUNK: usize = 2_048;

/// How much is handed to the socket at once.
const WRITE: usize = 256 << 10;

/// A body that is being sent.
pub(super) struct ChunkedBody<'s> {
    stream: &'s mut TcpStream,
    /// Framed, and not sent yet.
    out: Vec<u8>,
    /// Not framed yet.
    chunk: Vec<u8>,
}

impl<'s> ChunkedBody<'s> {
    /// Begins an answer.
    pub(super) fn begin(stream: &'s mut TcpStream) -> Self {
        let mut out = Vec::with_capacity(WRITE + 4 * CHUNK);
        out.extend_from_slice(
            b"HTTP/1.1 200 OK\r\nCache-Control: no-cache, private\r\nContent-Type: application/json\r\n\
              Transfer-Encoding: chunked\r\n\r\n",
        );
        Self { stream, out, chunk: Vec::with_capacity(CHUNK) }
    }

    /// Writes on, in chunks of the usual size.
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

    /// Writes a chunk of its own.
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
        self.stream.write_all(&self.out).await?;
        self.out.clear();
        Ok(())
    }

    /// Sends all that was written.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        self.end_chunk()?;
        self.stream.write_all(&self.out).await?;
        self.out.clear();
        Ok(())
    }

    /// Ends the body.
    pub(super) async fn end(mut self) -> io::Result<()> {
        self.end_chunk()?;
        self.out.extend_from_slice(b"0\r\n\r\n");
        self.flush().await
    }

    /// The connection, for who waits for its end.
    pub(super) fn stream(&mut self) -> &mut TcpStream {
        self.stream
    }
}
