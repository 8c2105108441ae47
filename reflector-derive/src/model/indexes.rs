//! The indexes: their constants, that no two collide, and what is known of a path before the compiler sees it.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Data, DeriveInput};

use crate::{
    attr::{kube::KubeAttrs, reflect::IndexAttr},
    ctxt::Ctxt,
    names,
    path::{IndexPath, Step},
    suggest,
};

/// One index.
pub(crate) struct Index {
    pub(crate) name: String,
    /// The constant that is its handle.
    pub(crate) constant: Ident,
    /// `None` where the path is wrong, which is reported already.
    pub(crate) path: Option<IndexPath>,
}

/// The indexes; `spec` beside `CustomResource`.
pub(super) fn of(cx: &Ctxt, attrs: Vec<IndexAttr>, spec: Option<&Spec<'_>>) -> Vec<Index> {
    let mut indexes: Vec<Index> = Vec::new();
    for IndexAttr { name: ident, path } in attrs {
        let name = ident.to_string();
        let Some(constant) = names::constant(&ident) else {
            cx.error(
                &ident,
                format_args!("`{name}` makes no name for a constant: write one such as `by_color`"),
            );
            continue;
        };
        let path = path.filter(|path| spec.is_none_or(|spec| spec.check(cx, path)));
        match indexes.iter().find(|known| known.constant == constant) {
            None => indexes.push(Index { name, constant, path }),
            Some(known) if known.name == name => {
                cx.error(
                    &ident,
                    format_args!("there is an index `{name}` already: give this one another name"),
                );
            }
            Some(known) => cx.error(
                &ident,
                format_args!(
                    "the constant `{constant}` is that of index `{}` already: give this one another name",
                    known.name
                ),
            ),
        }
    }
    indexes
}

/// What is known of the root beside `CustomResource`, where kube generates it.
pub(super) struct Spec<'a> {
    pub(super) input: &'a DeriveInput,
    pub(super) kube: &'a KubeAttrs,
    pub(super) root: &'a Ident,
}

impl Spec<'_> {
    /// Whether the path begins at a field of the root; an error, if not. It is easily forgotten that the
    /// struct below the attribute is not the object but its spec.
    fn check(&self, cx: &Ctxt, path: &IndexPath) -> bool {
        let root = self.root;
        let first = path.first.to_token_stream().to_string();
        let message = match first.as_str() {
            "metadata" | "spec" => return true,
            "status" if !self.kube.status => {
                format!("`{root}` has no status: add `status = \"{root}Status\"` to `#[kube(...)]`")
            }
            "status" => {
                let Some(Step::Field(_) | Step::Each(_)) = path.steps.first() else {
                    return true;
                };
                let fixed = path.to_string().replacen("status", "status?", 1);
                format!("`status` is an `Option` in `{root}`: write `{fixed}`")
            }
            _ if self.has_field(&first) => {
                format!("a path begins at the object, `{root}`, not at its spec: write `spec.{path}`")
            }
            _ => {
                let fields = ["metadata", "spec", "status"];
                let fields = if self.kube.status { fields.as_slice() } else { &["metadata", "spec"] };
                let hint = suggest::hint(&first, fields.iter().copied());
                format!("`{root}` has the fields `{}`{hint}", fields.join("`, `"))
            }
        };
        cx.error(&path.first, message);
        false
    }

    fn has_field(&self, name: &str) -> bool {
        match &self.input.data {
            Data::Struct(data) => {
                data.fields.iter().filter_map(|field| field.ident.as_ref()).any(|field| field == name)
            }
            Data::Enum(_) | Data::Union(_) => false,
        }
    }
}
