//! Validates groups, versions, kinds and plurals by the rules of Kubernetes.
//!
//! The runtime makes the same checks during const evaluation (`ResourceType::new`). Here, the error points to the
//! user's literal.

use syn::LitStr;

use crate::ctxt::Ctxt;

/// The rule for one sort of name, and the message for names that violate it.
pub(crate) struct Rule {
    accepts: fn(&str) -> bool,
    /// Valid names that no resource has, each with its message.
    reserved: &'static [(&'static str, &'static str)],
    message: &'static str,
}

pub(crate) const GROUP: Rule = Rule {
    accepts: |group| group.is_empty() || (group.len() <= 253 && group.split('.').all(is_label)),
    reserved: &[(
        "core",
        "there is no API group `core`: leave `group` out for a resource of the core group, such as `v1` `Pod`",
    )],
    message: "is not a valid API group: expected a lower-case DNS name such as \"example.com\", or \"\" for the core \
              group",
};

pub(crate) const VERSION: Rule = Rule {
    accepts: |version| is_label(version) && version.starts_with(|c: char| c.is_ascii_lowercase()),
    reserved: &[],
    message: "is not a valid API version: expected a lower-case DNS label that starts with a letter, such as \"v1\" \
              or \"v1alpha1\"",
};

pub(crate) const KIND: Rule = Rule {
    // The API server also validates the kind in lower case.
    accepts: |kind| (VERSION.accepts)(&kind.to_ascii_lowercase()),
    reserved: &[],
    message: "is not a valid kind: expected letters, digits and `-`, starting with a letter, such as \"Widget\"",
};

pub(crate) const PLURAL: Rule = Rule {
    accepts: VERSION.accepts,
    reserved: &[],
    message: "is not a valid plural name: expected a lower-case DNS label that starts with a letter, such as \
              \"widgets\"",
};

pub(crate) const LABEL_KEY: Rule = Rule {
    accepts: |key| match key.split_once('/') {
        Some((prefix, name)) => !prefix.is_empty() && (GROUP.accepts)(prefix) && is_label_name(name),
        None => is_label_name(key),
    },
    reserved: &[],
    message: "is not a valid label key: expected `name` or `prefix/name`, where the prefix is a lower-case DNS name, and \
              the name has at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends",
};

impl Rule {
    /// Returns the name if it is valid. Otherwise reports an error on the literal.
    pub(crate) fn check(&self, cx: &Ctxt, literal: &LitStr) -> Option<String> {
        let name = literal.value();
        if let Some((_, message)) = self.reserved.iter().find(|(reserved, _)| *reserved == name) {
            cx.error(literal, message);
            return None;
        }
        if (self.accepts)(&name) {
            return Some(name);
        }
        cx.error(literal, format_args!("`{name}` {}", self.message));
        None
    }

    /// Whether a name is valid.
    pub(crate) fn accepts(&self, name: &str) -> bool {
        (self.accepts)(name)
    }
}

/// DNS-1123 label: lower-case letters, digits and `-`, with no `-` at either end, at most 63 bytes.
fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// The name of a label, without its prefix.
fn is_label_name(name: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_alphanumeric();
    name.len() <= 63
        && name.starts_with(alphanumeric)
        && name.ends_with(alphanumeric)
        && name.chars().all(|c| alphanumeric(c) || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same table as in the runtime's `resource_type::names`.
    #[test]
    fn accepts_the_names_that_kubernetes_accepts() {
        for good in ["", "example.com", "apps", "gateway.networking.k8s.io", "a-b.c"] {
            assert!(GROUP.accepts(good), "{good:?}");
        }
        for bad in ["Example.com", ".com", "a..b", "a_b", "-a", "a-", "a/b"] {
            assert!(!GROUP.accepts(bad), "{bad:?}");
        }
        assert!(VERSION.accepts("v1") && VERSION.accepts("v1alpha1") && VERSION.accepts("beta"));
        assert!(
            !VERSION.accepts("1")
                && !VERSION.accepts("V1")
                && !VERSION.accepts("v1.2")
                && !VERSION.accepts("")
        );
        for good in ["Widget", "HTTPRoute2", "rule", "My-Kind", "A", &"A".repeat(63)] {
            assert!(KIND.accepts(good), "{good:?}");
        }
        for bad in ["", "2Widget", "-Widget", "Widget-", "Wid_get", "Wid.get", "Wídget", &"A".repeat(64)] {
            assert!(!KIND.accepts(bad), "{bad:?}");
        }
        assert!(PLURAL.accepts("widgets") && !PLURAL.accepts("Widgets") && !PLURAL.accepts(""));
        assert!(!PLURAL.accepts(&"a".repeat(64)));
        for good in ["app", "app.kubernetes.io/name", "A_b.c-1", &format!("a.b/{}", "x".repeat(63))] {
            assert!(LABEL_KEY.accepts(good), "{good:?}");
        }
        for bad in ["", "/app", "a/", "a/b/c", "-a", "a b", "A.b/c", &"x".repeat(64)] {
            assert!(!LABEL_KEY.accepts(bad), "{bad:?}");
        }
    }
}
