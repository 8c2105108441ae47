//! Which names Kubernetes accepts for groups, versions, kinds and plurals.
//!
//! The runtime checks the same in const evaluation (`ResourceType::new`); here it is said on the user's literal.

use syn::LitStr;

use crate::ctxt::Ctxt;

/// One sort of name: what is accepted, and how to put it right.
pub(crate) struct Rule {
    accepts: fn(&str) -> bool,
    message: &'static str,
}

pub(crate) const GROUP: Rule = Rule {
    accepts: |group| group.is_empty() || (group.len() <= 253 && group.split('.').all(is_label)),
    message: "is no API group: write a lower-case DNS name such as \"example.com\", or \"\" for the core group",
};

pub(crate) const VERSION: Rule = Rule {
    accepts: |version| is_label(version) && version.starts_with(|c: char| c.is_ascii_lowercase()),
    message: "is no API version: write a lower-case DNS label such as \"v1\" or \"v1alpha1\"",
};

pub(crate) const KIND: Rule = Rule {
    // The API server looks at the kind in lower case, too.
    accepts: |kind| (VERSION.accepts)(&kind.to_ascii_lowercase()),
    message: "is no kind: write letters, digits and `-`, beginning with a letter, such as \"Widget\"",
};

pub(crate) const PLURAL: Rule = Rule {
    accepts: VERSION.accepts,
    message: "is no plural: write a lower-case DNS label such as \"widgets\"",
};

impl Rule {
    /// The name, if it is accepted; else an error on the literal.
    pub(crate) fn check(&self, cx: &Ctxt, literal: &LitStr) -> Option<String> {
        let name = literal.value();
        if (self.accepts)(&name) {
            return Some(name);
        }
        cx.error(literal, format_args!("`{name}` {}", self.message));
        None
    }

    /// Whether a name is accepted.
    pub(crate) fn accepts(&self, name: &str) -> bool {
        (self.accepts)(name)
    }
}

/// DNS-1123 label: lower-case letters, digits and `-`, not at the ends, at most 63 bytes.
fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same table as the runtime's `kind::names`.
    #[test]
    fn names_are_those_that_kubernetes_accepts() {
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
    }
}
