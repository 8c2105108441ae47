//! Validation of groups, versions, kinds and plurals by Kubernetes' rules. All checks are `const fn`s, so that an
//! invalid name in a derive is a compile error.
//!
//! Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/> and
//! apiextensions' validation of `CustomResourceDefinition` names.

const fn is_lower_alnum(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// DNS-1123 label: lower-case letters, digits and `-` (not at either end), at most 63 bytes.
const fn is_label(text: &[u8], from: usize, to: usize) -> bool {
    if from >= to || to - from > 63 || !is_lower_alnum(text[from]) || !is_lower_alnum(text[to - 1]) {
        return false;
    }
    let mut at = from;
    while at < to {
        if !is_lower_alnum(text[at]) && text[at] != b'-' {
            return false;
        }
        at += 1;
    }
    true
}

/// A namespace's name is a DNS-1123 label.
pub(crate) const fn is_namespace(namespace: &str) -> bool {
    is_label(namespace.as_bytes(), 0, namespace.len())
}

/// DNS-1123 subdomain: labels joined by dots, at most 253 bytes.
const fn is_subdomain(text: &[u8]) -> bool {
    if text.len() > 253 {
        return false;
    }
    let mut from = 0;
    let mut at = 0;
    while at <= text.len() {
        if at == text.len() || text[at] == b'.' {
            if !is_label(text, from, at) {
                return false;
            }
            from = at + 1;
        }
        at += 1;
    }
    true
}

pub(super) const fn is_group(group: &str) -> bool {
    group.is_empty() || is_subdomain(group.as_bytes())
}

/// DNS-1035 label: like DNS-1123, but starting with a letter.
pub(super) const fn is_version(version: &str) -> bool {
    let bytes = version.as_bytes();
    is_label(bytes, 0, bytes.len()) && bytes[0].is_ascii_lowercase()
}

pub(super) const fn is_plural(plural: &str) -> bool {
    is_version(plural)
}

/// A DNS-1035 label after conversion to lower case. apiextensions requires no more of a kind; CamelCase is a
/// convention.
pub(super) const fn is_kind(kind: &str) -> bool {
    let bytes = kind.as_bytes();
    if bytes.is_empty() || bytes.len() > 63 {
        return false;
    }
    if !bytes[0].is_ascii_alphabetic() || bytes[bytes.len() - 1] == b'-' {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() && bytes[at] != b'-' {
            return false;
        }
        at += 1;
    }
    true
}

pub(super) const fn check_group(group: &str) {
    assert!(
        is_group(group),
        "group must be a lower-case DNS name such as \"example.com\", or \"\" for the core group"
    );
}

pub(super) const fn check_version(version: &str) {
    assert!(is_version(version), "version must be a lower-case DNS label such as \"v1\" or \"v1alpha1\"");
}

pub(super) const fn check_kind(kind: &str) {
    assert!(
        is_kind(kind),
        "kind must be letters, digits and `-`, beginning with a letter, such as \"Widget\""
    );
}

pub(super) const fn check_plural(plural: &str) {
    assert!(is_plural(plural), "plural must be a lower-case DNS label such as \"widgets\"");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_validated_like_kubernetes_does() {
        for good in ["", "example.com", "apps", "gateway.networking.k8s.io", "a-b.c"] {
            assert!(is_group(good), "{good:?}");
        }
        for bad in ["Example.com", ".com", "a..b", "a_b", "-a", "a-", "a/b"] {
            assert!(!is_group(bad), "{bad:?}");
        }
        assert!(is_namespace("kube-system") && is_namespace("1"));
        for bad in ["", "..", "a/b", "A", "a.b", "a-", &"a".repeat(64)] {
            assert!(!is_namespace(bad), "{bad:?}");
        }
        assert!(is_version("v1") && is_version("v1alpha1") && is_version("beta"));
        assert!(!is_version("1") && !is_version("V1") && !is_version("v1.2") && !is_version(""));
        for good in ["Widget", "HTTPRoute2", "rule", "My-Kind", "A", &"A".repeat(63)] {
            assert!(is_kind(good), "{good:?}");
        }
        for bad in ["", "2Widget", "-Widget", "Widget-", "Wid_get", "Wid.get", "Wídget", &"A".repeat(64)] {
            assert!(!is_kind(bad), "{bad:?}");
        }
        assert!(is_plural("widgets") && !is_plural("Widgets") && !is_plural(""));
        assert!(!is_plural(&"a".repeat(64)));
    }
}
