//! The rules for keys and values of labels, as functions that constants can call.
//!
//! Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>.

/// `name` or `prefix/name`; the prefix is a DNS subdomain.
pub(super) const fn is_label_key(key: &str) -> bool {
    let key = key.as_bytes();
    let mut slash = 0;
    while slash < key.len() {
        if key[slash] == b'/' {
            let (prefix, rest) = key.split_at(slash);
            let (_, name) = rest.split_at(1);
            return is_dns_subdomain(prefix) && is_name(name);
        }
        slash += 1;
    }
    is_name(key)
}

/// Empty, or a name.
pub(super) const fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_name(value.as_bytes())
}

const fn is_name(name: &[u8]) -> bool {
    let mut at = 0;
    while at < name.len() {
        if !name[at].is_ascii_alphanumeric() && !matches!(name[at], b'-' | b'_' | b'.') {
            return false;
        }
        at += 1;
    }
    name.len() <= 63 && ends_alphanumeric(name)
}

const fn is_dns_subdomain(text: &[u8]) -> bool {
    let (mut at, mut start) = (0, 0);
    while at <= text.len() {
        if at == text.len() || text[at] == b'.' {
            let (_, label) = text.split_at(start);
            let (label, _) = label.split_at(at - start);
            if !ends_alphanumeric(label) {
                return false;
            }
            start = at + 1;
        } else if !text[at].is_ascii_lowercase() && !text[at].is_ascii_digit() && text[at] != b'-' {
            return false;
        }
        at += 1;
    }
    text.len() <= 253
}

/// Whether the first and the last character are letters or digits. `false` for an empty text.
const fn ends_alphanumeric(text: &[u8]) -> bool {
    match text {
        [first, .., last] => first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric(),
        [only] => only.is_ascii_alphanumeric(),
        [] => false,
    }
}
