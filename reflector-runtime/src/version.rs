//! Comparison of resourceVersions.
//!
//! Kubernetes allows clients to compare two versions of one resource as decimal numbers of any length
//! (<https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions>). Versions of another server may
//! be opaque. They cannot be ordered, and no decision is based on them.

use std::cmp::Ordering;

/// The order of two resourceVersions in time. `None` if they differ and either is not a number.
pub(crate) fn compare(left: &str, right: &str) -> Option<Ordering> {
    if !is_number(left) || !is_number(right) {
        return (left == right).then_some(Ordering::Equal);
    }
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    Some(left.len().cmp(&right.len()).then_with(|| left.cmp(right)))
}

/// Whether a version is a decimal number, so that it can be compared.
pub(crate) fn is_number(version: &str) -> bool {
    !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `left` is known to be older than `right`.
pub(crate) fn is_older(left: &str, right: &str) -> bool {
    compare(left, right) == Some(Ordering::Less)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers_of_any_length() {
        assert!(is_older("9", "10") && is_older("009", "10") && !is_older("10", "10"));
        assert!(is_older("99999999999999999999999", "100000000000000000000000"));
        assert_eq!(compare("a1", "a2"), None);
        assert_eq!(compare("a1", "a1"), Some(Ordering::Equal));
        assert_eq!(compare("", "1"), None);
    }
}
