//! Encoders for tests.

#![cfg(test)]

use super::envelope::MAGIC;

pub(super) fn varint(mut value: u64) -> Vec<u8> {
    let mut encoded = Vec::new();
    loop {
        let low = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        if value == 0 {
            encoded.push(low);
            return encoded;
        }
        encoded.push(low | 0x80);
    }
}

/// A field whose value has a length.
pub(super) fn bytes(number: u32, value: &[u8]) -> Vec<u8> {
    let tag = varint(u64::from(number) << 3 | 2);
    [tag, varint(value.len() as u64), value.to_vec()].concat()
}

/// A field of a number.
pub(super) fn number(number: u32, value: u64) -> Vec<u8> {
    [varint(u64::from(number) << 3), varint(value)].concat()
}

pub(super) fn map_entry(number: u32, key: &str, value: &str) -> Vec<u8> {
    bytes(number, &[bytes(1, key.as_bytes()), bytes(2, value.as_bytes())].concat())
}

pub(super) fn envelope(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let type_meta = [bytes(1, api_version.as_bytes()), bytes(2, kind.as_bytes())].concat();
    [MAGIC.to_vec(), bytes(1, &type_meta), bytes(2, raw), bytes(3, b""), bytes(4, b"")].concat()
}

/// A Pod with a little of everything: n/a, uid u, version 7.
pub(super) fn pod() -> Vec<u8> {
    let metadata = [
        bytes(1, b"a"),
        bytes(2, b""),
        bytes(3, b"n"),
        bytes(4, b""),
        bytes(5, b"u"),
        bytes(6, b"7"),
        number(7, 0),
        bytes(8, &number(1, 951_782_400)),
        map_entry(11, "app", "web"),
        map_entry(11, "empty", ""),
        map_entry(12, "k8s.io/initial-events-end", "true"),
        bytes(14, b"finalizer"),
        bytes(17, &[bytes(1, b"manager"), bytes(7, &bytes(1, br#"{"f:spec":{}}"#))].concat()),
    ];
    let port = [bytes(1, b"http"), number(2, 0), number(3, 8080), bytes(4, b"TCP")].concat();
    let limit = bytes(1, &[bytes(1, b"cpu"), bytes(2, &bytes(1, b"100m"))].concat());
    let get = [bytes(1, b"/"), bytes(2, &[number(1, 1), number(2, 0), bytes(3, b"http")].concat())].concat();
    let probe = [bytes(1, &bytes(2, &get)), number(2, 10)].concat();
    let container = [
        bytes(1, b"main"),
        bytes(2, b"image"),
        bytes(6, &port),
        bytes(8, &limit),
        bytes(10, &probe),
        number(16, 1),
    ];
    let volume = [bytes(1, b"data"), bytes(2, &bytes(2, &bytes(1, b"Memory")))].concat();
    let spec = [bytes(1, &volume), bytes(2, &container.concat()), bytes(3, b"Always"), number(5, 30)];
    [bytes(1, &metadata.concat()), bytes(2, &spec.concat()), bytes(3, &bytes(1, b"Running"))].concat()
}
