//! The indexes: their constants, the check that the constants are unique, and the checks of a path that are possible
//! before the compiler checks it.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{DeriveInput, Member, Type};

use super::fields;
use crate::{
    attr::{
        index::{IndexAttr, Values},
        kube::KubeAttrs,
    },
    ctxt::Ctxt,
    names,
    path::{IndexPath, Step},
    suggest,
};

/// One index.
pub(crate) struct Index {
    pub(crate) name: String,
    /// Its constant, such as `BY_COLOR`.
    pub(crate) constant: Ident,
    /// The type of its values. `None` if they are text.
    pub(crate) value_type: Option<Type>,
    /// `None` if they are invalid; the error is already reported.
    pub(crate) values: Option<Values>,
}

/// The struct at which index paths start.
pub(super) enum Object<'a> {
    /// The struct that kube generates for this spec.
    Generated(Spec<'a>),
    /// This struct.
    This(&'a DeriveInput),
}

impl Object<'_> {
    /// Whether the type of this field of the object is known to be a struct.
    fn is_struct(&self, field: &Member) -> bool {
        match self {
            Self::Generated(_) => {
                matches!(field, Member::Named(name) if name == "metadata" || name == "spec")
            }
            Self::This(input) => fields::is_struct(input, field),
        }
    }

    fn check(&self, cx: &Ctxt, path: &IndexPath) -> bool {
        match self {
            Self::Generated(spec) => spec.check(cx, path),
            Self::This(input) => {
                let fields = fields::names_of(input);
                fields::check(cx, path, None, &input.ident.to_string(), fields.as_deref())
            }
        }
    }
}

/// Builds the indexes.
pub(super) fn of(cx: &Ctxt, attrs: Vec<IndexAttr>, object: &Object<'_>) -> Vec<Index> {
    let mut indexes: Vec<Index> = Vec::new();
    for IndexAttr { name: ident, value_type, values } in attrs {
        let name = ident.to_string();
        let Some(constant) = names::constant(&ident) else {
            cx.error(
                &ident,
                format_args!("`{name}` is not a valid index name: write a name such as `by_color`"),
            );
            continue;
        };
        // Every path is checked, so that no error hides another.
        let mut values = values
            .filter(|values| values.paths().into_iter().filter(|path| !object.check(cx, path)).count() == 0);
        for path in values.iter_mut().flat_map(Values::paths_mut) {
            path.starts_at_struct = object.is_struct(&path.first);
        }
        match indexes.iter().find(|known| known.constant == constant) {
            None => indexes.push(Index { name, constant, value_type, values }),
            Some(known) if known.name == name => {
                cx.error(
                    &ident,
                    format_args!("duplicate index `{name}`: choose another name for this one"),
                );
            }
            Some(known) => cx.error(
                &ident,
                format_args!(
                    "index `{}` already generates the constant `{constant}`: choose another name for `{name}`",
                    known.name
                ),
            ),
        }
    }
    indexes
}

/// The facts known about the root when kube generates it, alongside `CustomResource`.
pub(super) struct Spec<'a> {
    pub(super) input: &'a DeriveInput,
    pub(super) kube: &'a KubeAttrs,
    pub(super) root: &'a Ident,
}

impl Spec<'_> {
    /// Whether the path starts at a field of the root; reports an error if it does not. A common mistake is to
    /// start at a field of the struct below the attribute, which is the spec and not the object.
    fn check(&self, cx: &Ctxt, path: &IndexPath) -> bool {
        let root = self.root;
        let first = path.first.to_token_stream().to_string();
        let message = match first.as_str() {
            "metadata" | "spec" => return self.check_fields(cx, path),
            "status" if !self.kube.status => {
                format!("`{root}` has no `status` field: add `status = \"{root}Status\"` to `#[kube(...)]`")
            }
            "status" => {
                let Some(Step::Field(_) | Step::Each(_) | Step::Key(_)) = path.steps.first() else {
                    return self.check_fields(cx, path);
                };
                let fixed = path.to_string().replacen("status", "status?", 1);
                format!("`status` is an `Option` in `{root}`: write `{fixed}`")
            }
            _ if self.has_field(&first) => {
                format!("index paths start at the object `{root}`, not at its spec: write `spec.{path}`")
            }
            _ => {
                let fields = ["metadata", "spec", "status"];
                let fields = if self.kube.status { fields.as_slice() } else { &["metadata", "spec"] };
                let hint = suggest::hint(&first, fields.iter().copied());
                format!("`{root}` has no field `{first}` (available: `{}`){hint}", fields.join("`, `"))
            }
        };
        cx.error(&path.first, message);
        false
    }

    fn check_fields(&self, cx: &Ctxt, path: &IndexPath) -> bool {
        let fields = fields::names_of(self.input);
        fields::check(cx, path, Some("spec"), &self.input.ident.to_string(), fields.as_deref())
    }

    fn has_field(&self, name: &str) -> bool {
        fields::names_of(self.input).is_some_and(|fields| fields.iter().any(|field| field == name))
    }
}
