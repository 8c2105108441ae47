//! Names: validation, and the order of API versions.

use std::{cmp::Ordering, sync::LazyLock};

use regex::Regex;

use crate::status::FieldError;

use super::{Origin, ResourceType};

// The patterns are constants and are tested below.
static SUBDOMAIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z").ok());
static LABEL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z").ok());

const SUBDOMAIN_RULE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', \
     and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must \
     start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// Returns all errors in the name of an object of this type.
pub(crate) fn validate_name(ty: &ResourceType, name: &str) -> Vec<FieldError> {
    let invalid = |why: &str| FieldError::invalid("metadata.name", name, why);
    if name.is_empty() {
        return vec![FieldError::required("metadata.name", "name or generateName is required")];
    }
    if ty.origin == Origin::BuiltIn && matches!(ty.kind.as_str(), "Namespace" | "Service") {
        let mut errors = Vec::new();
        if name.len() > 63 {
            errors.push(invalid("must be no more than 63 characters"));
        }
        if !matches(&LABEL, name) {
            let dotted = matches(&SUBDOMAIN, name);
            errors.push(invalid(if dotted { "must not contain dots" } else { LABEL_RULE }));
        }
        return errors;
    }
    let mut errors = Vec::new();
    if name.len() > 253 {
        errors.push(invalid("must be no more than 253 characters"));
    }
    if !matches(&SUBDOMAIN, name) {
        errors.push(invalid(SUBDOMAIN_RULE));
    }
    errors
}

/// Whether the text is a DNS-1123 label.
pub(super) fn is_label(text: &str) -> bool {
    text.len() <= 63 && matches(&LABEL, text)
}

/// Whether the text is a DNS-1123 subdomain.
pub(super) fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && matches(&SUBDOMAIN, text)
}

/// The version order of Kubernetes, ascending: other names first (in reverse alphabetical order), then `v1alpha1`,
/// `v1beta1`, `v1` and `v2`.
pub(super) fn compare_versions(a: &str, b: &str) -> Ordering {
    match (parse_version(a), parse_version(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => b.cmp(a),
    }
}

/// The stability, then the major and the minor number.
fn parse_version(text: &str) -> Option<(u8, u32, u32)> {
    let rest = text.strip_prefix('v')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let major = rest[..digits].parse().ok()?;
    let stage = &rest[digits..];
    if stage.is_empty() {
        return Some((2, major, 0));
    }
    let (stability, minor) = match (stage.strip_prefix("beta"), stage.strip_prefix("alpha")) {
        (Some(minor), _) => (1, minor),
        (_, Some(minor)) => (0, minor),
        _ => return None,
    };
    Some((stability, major, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_subdomains_are_validated() {
        assert!(is_label("a-1") && !is_label("a.b") && !is_label("-a") && !is_label("A") && !is_label(""));
        assert!(is_subdomain("a.b-c") && !is_subdomain("a..b") && !is_subdomain("a_b"));
    }

    #[test]
    fn versions_are_ordered_as_in_kubernetes() {
        let mut versions = vec!["foo1", "v1alpha1", "v10", "v2", "v1beta2", "v1", "v1beta10"];
        versions.sort_by(|a, b| compare_versions(b, a));
        assert_eq!(versions, ["v10", "v2", "v1", "v1beta10", "v1beta2", "v1alpha1", "foo1"]);
    }
}
