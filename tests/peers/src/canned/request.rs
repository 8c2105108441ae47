//! Reads requests: enough of HTTP/1.1 for clients on the loopback interface. Must not know the responses.

use std::{collections::HashMap, io};

use tokio::{io::AsyncReadExt as _, net::TcpStream};

/// A parsed request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    query: HashMap<String, String>,
}

impl Request {
    /// A query parameter. The parameters used here need no percent-decoding.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// A query parameter as a number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.parameter(name)?.parse().ok()
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query.split('&').filter_map(|pair| pair.split_once('='));
        Some(Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        })
    }
}

/// How the length of a request's body is determined.
enum Body {
    None,
    Length(usize),
    Chunked,
}

const HEAD_END: &[u8] = b"\r\n\r\n";

/// The maximum length of a request; the clients used here stay below it.
const MAX_LENGTH: usize = 64 << 10;

/// Reads one request including its body; `None` if the client has closed the connection. `left` keeps the bytes after
/// it.
pub(super) async fn read(stream: &mut TcpStream, left: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let Some(head_end) = find(stream, left, HEAD_END).await? else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&left[..head_end]).into_owned();
    left.drain(..head_end);
    let mut lines = head.lines();
    let request = lines
        .next()
        .and_then(Request::parse)
        .ok_or_else(|| broken("the request has no valid request line"))?;
    match body(lines) {
        Body::None => {}
        Body::Length(length) => {
            while left.len() < length {
                more(stream, left).await?;
            }
            left.drain(..length);
        }
        // Clients send only empty chunked bodies, which consist of the last chunk.
        Body::Chunked => {
            let end = find(stream, left, HEAD_END).await?;
            let end = end.ok_or_else(|| broken("the body has no end"))?;
            if &left[..end] != b"0\r\n\r\n" {
                return Err(broken("the request must not have a body"));
            }
            left.drain(..end);
        }
    }
    Ok(Some(request))
}

fn body<'a>(headers: impl Iterator<Item = &'a str>) -> Body {
    for (name, value) in headers.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked") {
            return Body::Chunked;
        }
        if name.eq_ignore_ascii_case("content-length") {
            return value.parse().map_or(Body::None, Body::Length);
        }
    }
    Body::None
}

/// Reads until `wanted` has arrived and returns the offset of its end; `None` if the client closed the connection
/// before the first byte.
async fn find(stream: &mut TcpStream, left: &mut Vec<u8>, wanted: &[u8]) -> io::Result<Option<usize>> {
    loop {
        if let Some(at) = left.windows(wanted.len()).position(|window| window == wanted) {
            return Ok(Some(at + wanted.len()));
        }
        if left.len() > MAX_LENGTH {
            return Err(broken("the request is too long"));
        }
        if left.is_empty() {
            if stream.read_buf(left).await? == 0 {
                return Ok(None);
            }
        } else {
            more(stream, left).await?;
        }
    }
}

async fn more(stream: &mut TcpStream, left: &mut Vec<u8>) -> io::Result<()> {
    if stream.read_buf(left).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines_are_parsed() {
        let request = Request::parse("GET /a/b?watch=true&resourceVersion=7 HTTP/1.1").unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/a/b"));
        assert_eq!(request.parameter("watch"), Some("true"));
        assert_eq!(request.number("resourceVersion"), Some(7));
        assert_eq!(request.number("watch"), None);
        assert_eq!(Request::parse("GET"), None);
    }
}
