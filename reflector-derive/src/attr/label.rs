//! The entries of `label(...)`: a name, and the key of a label.
//!
//! Must not depend on which names are taken.

use proc_macro2::Ident;
use syn::{LitStr, ext::IdentExt};

use super::{Entry, Value, entries, literal, wrong_value};
use crate::{ctxt::Ctxt, symbol::LABEL, valid};

/// One entry of a `label(...)`.
pub(crate) struct LabelAttr {
    pub(crate) name: Ident,
    /// `None` if it is invalid; the error is already reported.
    pub(crate) key: Option<LitStr>,
}

/// Parses a `label(...)`.
pub(crate) fn parse(cx: &Ctxt, entry: &Entry) -> Vec<LabelAttr> {
    let example = LABEL.example;
    let Value::Parens(group) = &entry.value else {
        wrong_value(cx, entry, format_args!("expected labels in parentheses: `{example}`"));
        return Vec::new();
    };
    if group.stream().is_empty() {
        cx.error(group, format_args!("expected at least one label: `{example}`"));
    }
    if let Some(first) = group.stream().into_iter().next()
        && literal(&first).is_some()
    {
        cx.error(
            group,
            format_args!(
                "the handle of a label needs a name: `{example}`; the `label(...)` with a key and a value, for the \
                 CRD itself, belongs in `#[kube(...)]`"
            ),
        );
        return Vec::new();
    }
    let mut labels = Vec::new();
    for entry in entries(group.stream()) {
        match entry {
            Err(invalid) if invalid.tokens.to_string().starts_with(':') => {
                cx.error(
                    invalid.tokens,
                    format_args!("the value of a label is a text, so it has no type: `{example}`"),
                );
            }
            Ok(entry) => {
                let key = key(cx, &entry);
                labels.push(LabelAttr { name: entry.key.unraw(), key });
            }
            Err(invalid) => cx.error(invalid.tokens, invalid.message),
        }
    }
    labels
}

fn key(cx: &Ctxt, entry: &Entry) -> Option<LitStr> {
    if let Value::Equals(value) = &entry.value
        && let [one] = value.as_slice()
        && let Some(key) = literal(one)
    {
        return valid::LABEL_KEY.check(cx, &key).map(|_| key);
    }
    let name = &entry.key;
    wrong_value(cx, entry, format_args!("expected the key of the label in quotes: `{name} = \"{name}\"`"));
    None
}
