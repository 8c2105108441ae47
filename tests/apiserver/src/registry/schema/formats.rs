//! The string formats that custom resources validate.

use http::uri::Authority;
use jiff::Timestamp;
use jiff::civil::Date;

/// Whether the text matches the format; an unknown format accepts any text, as in the real server.
pub(super) fn matches(format: &str, text: &str) -> bool {
    match format {
        "date-time" => text.parse::<Timestamp>().is_ok(),
        "date" => text.parse::<Date>().is_ok(),
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok(),
        "uuid" | "uuid3" | "uuid4" | "uuid5" => uuid::Uuid::parse_str(text).is_ok(),
        "uri" => is_request_uri(text),
        "byte" => {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.decode(text).is_ok()
        }
        _ => true,
    }
}

/// The rules of Go's `net/url.ParseRequestURI`, which the real server applies: an absolute path, or a scheme followed by
/// anything. An authority must be valid.
fn is_request_uri(text: &str) -> bool {
    let before_query = text.split('?').next().unwrap_or_default();
    if text.contains(|character: char| character.is_ascii_control()) || !has_valid_escapes(before_query) {
        return false;
    }
    if text.starts_with('/') {
        return true;
    }
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.chars();
    let is_scheme = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
    let has_valid_authority = rest.strip_prefix("//").is_none_or(|rest| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        authority.is_empty() || authority.parse::<Authority>().is_ok()
    });
    is_scheme && has_valid_authority
}

/// Whether each percent sign is followed by two hexadecimal digits.
fn has_valid_escapes(text: &str) -> bool {
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = text.as_bytes();
    (0..bytes.len()).all(|at| bytes[at] != b'%' || (is_hex(bytes.get(at + 1)) && is_hex(bytes.get(at + 2))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_those_that_go_accepts_in_a_request() {
        for valid in [
            "https://example.com",
            "https://user@example.com:8443/a%20b?c=%",
            "http://[::1]:80/",
            "/a/path",
            "mailto:someone@example.com",
            "urn:isbn:0451450523",
            "file:///etc/hosts",
        ] {
            assert!(matches("uri", valid), "{valid}");
        }
        for invalid in
            ["", "example.com", "a path", "https://exa mple.com", "1http://a", "http://a/%zz", "http://a\n"]
        {
            assert!(!matches("uri", invalid), "{invalid}");
        }
    }
}
