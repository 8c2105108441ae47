//! The keys of `#[kube(...)]` that describe the resource of a spec.
//!
//! Mistakes that kube itself reports are skipped here, so that each mistake is reported once.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, LitStr, Meta};

use super::{Entry, Given, Value, entries, literal};
use crate::symbol;

/// All `#[kube(...)]` attributes of the struct, combined.
#[derive(Default)]
pub(crate) struct KubeAttrs {
    /// The `kube` identifier of the first attribute.
    pub(crate) at: Option<Ident>,
    pub(crate) group: Option<Given<LitStr>>,
    pub(crate) version: Option<Given<LitStr>>,
    pub(crate) kind: Option<Given<LitStr>>,
    pub(crate) plural: Option<Given<LitStr>>,
    pub(crate) singular: Option<Given<LitStr>>,
    pub(crate) root: Option<Given<LitStr>>,
    pub(crate) namespaced: Option<Given<bool>>,
    /// The literals of `derive = "..."`.
    pub(crate) derives: Vec<LitStr>,
    pub(crate) status: bool,
    /// The literals of `selectable = "..."`.
    pub(crate) selectable: Vec<LitStr>,
    pub(crate) no_spec: bool,
    /// `schema = "disabled"`: kube generates no CRD.
    pub(crate) no_schema: bool,
}

impl KubeAttrs {
    /// Returns `None` if there is no `#[kube(...)]` attribute.
    pub(crate) fn parse(attrs: &[Attribute]) -> Option<Self> {
        let mut kube = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("kube")) {
            kube.at = kube.at.or_else(|| attr.path().get_ident().cloned());
            let list = match &attr.meta {
                Meta::List(list) => list.tokens.clone(),
                _ => TokenStream::new(),
            };
            for entry in entries(list).flatten() {
                kube.take(entry);
            }
        }
        kube.at.is_some().then_some(kube)
    }

    fn take(&mut self, entry: Entry) {
        let text = match &entry.value {
            Value::Equals(value) => match value.as_slice() {
                [one] => literal(one),
                _ => None,
            },
            Value::Word | Value::Parens(_) => None,
        };
        let slot = match entry.key.to_string().as_str() {
            name if name == symbol::GROUP.name => &mut self.group,
            name if name == symbol::VERSION.name => &mut self.version,
            name if name == symbol::KIND.name => &mut self.kind,
            name if name == symbol::PLURAL.name => &mut self.plural,
            symbol::SINGULAR => &mut self.singular,
            symbol::ROOT => &mut self.root,
            symbol::DERIVE => return self.derives.extend(text),
            name if name == symbol::SELECTABLE.name => return self.selectable.extend(text),
            symbol::SCHEMA => {
                self.no_schema = text.is_some_and(|schema| schema.value() == "disabled");
                return;
            }
            symbol::NO_SPEC => {
                self.no_spec = true;
                return;
            }
            symbol::STATUS => {
                self.status = true;
                return;
            }
            name if name == symbol::NAMESPACED.name => {
                let value = parse_bool(&entry.value);
                self.namespaced.get_or_insert(Given { key: entry.key, value });
                return;
            }
            _ => return,
        };
        slot.get_or_insert(Given { key: entry.key, value: text });
    }
}

/// The `bool` values that kube accepts (through darling): the key alone, `true`, or `"true"`.
fn parse_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Word => Some(true),
        Value::Equals(value) => match value.as_slice() {
            [one] => match literal(one) {
                Some(text) => text.value().parse().ok(),
                None => one.to_string().parse().ok(),
            },
            _ => None,
        },
        Value::Parens(_) => None,
    }
}
