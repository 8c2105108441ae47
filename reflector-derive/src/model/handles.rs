//! The handles of selectable fields and labels: their constants, and the checks of the paths.

use std::fmt::Display;

use proc_macro2::Ident;
use syn::LitStr;

use super::{Index, fields, indexes::Object};
use crate::{
    attr::{Given, label::LabelAttr, reflect::ReflectAttrs},
    ctxt::Ctxt,
    names, suggest,
    symbol::SELECTABLE,
};

/// A handle: its constant, and the text that the runtime needs.
pub(crate) struct Handle {
    /// Its constant, such as `SPEC_NODE_NAME` or `LABEL_APP`.
    pub(crate) constant: Ident,
    /// The path of a field without a leading dot, or the key of a label. `None` if it is invalid; the error is already
    /// reported.
    pub(crate) text: Option<LitStr>,
}

/// The handles of a type.
pub(crate) struct Handles {
    pub(crate) fields: Vec<Handle>,
    pub(crate) labels: Vec<Handle>,
}

/// Builds the handles.
pub(super) fn of(cx: &Ctxt, reflect: &ReflectAttrs, object: &Object<'_>, indexes: &[Index]) -> Handles {
    let mut taken: Vec<String> = indexes.iter().map(|index| index.constant.to_string()).collect();
    let mut labels = Vec::new();
    for LabelAttr { name, key } in &reflect.labels {
        let Some(constant) = names::prefixed_constant("label", name) else { continue };
        if is_unique(cx, &mut taken, &constant, name, "choose another name for this label") {
            labels.push(Handle { constant, text: key.clone() });
        }
    }
    let given = reflect.selectable.iter().filter_map(|Given { value, .. }| value.as_ref());
    let literals: Vec<&LitStr> = match object {
        Object::Generated(spec) => {
            reject_selectable(cx, reflect, !spec.kube.selectable.is_empty());
            spec.kube.selectable.iter().collect()
        }
        Object::This(_) => given.collect(),
    };
    let mut fields = Vec::new();
    for literal in literals {
        let Some(path) = path(cx, literal, object) else { continue };
        let Some(constant) = names::constant_of_path(&path, literal.span()) else { continue };
        if is_unique(cx, &mut taken, &constant, literal, "remove one of them") {
            fields.push(Handle { constant, text: Some(LitStr::new(&path, literal.span())) });
        }
    }
    Handles { fields, labels }
}

fn is_unique(
    cx: &Ctxt,
    taken: &mut Vec<String>,
    constant: &Ident,
    at: impl quote::ToTokens,
    fix: impl Display,
) -> bool {
    let name = constant.to_string();
    let unique = !taken.contains(&name);
    if !unique {
        cx.error(at, format_args!("the constant `{name}` already exists: {fix}"));
    }
    taken.push(name);
    unique
}

/// Alongside `CustomResource`, kube writes the selectable fields into the CRD: they have one place.
fn reject_selectable(cx: &Ctxt, reflect: &ReflectAttrs, has_others: bool) {
    for Given { key, .. } in &reflect.selectable {
        let more = if has_others { ", next to the others" } else { "" };
        cx.error(
            key,
            format_args!(
                "`selectable` belongs in `#[kube(...)]`, which writes it into the CRD: move it there{more}"
            ),
        );
    }
}

/// Checks the path of a selectable field. Returns it without a leading dot.
fn path(cx: &Ctxt, literal: &LitStr, object: &Object<'_>) -> Option<String> {
    let given = literal.value();
    let path = given.strip_prefix('.').unwrap_or(&given);
    let example = SELECTABLE.example;
    let message = match path {
        _ if path.contains(['[', ']', '*', '?']) => format!(
            "the API server selects by single fields, and not by items of a list or a map: index the objects instead, \
             with `index({} = ...)`",
            suggest::index_name(path)
        ),
        "metadata.name" => "every kind has this field: use `SelectableField::METADATA_NAME`".to_owned(),
        "metadata.namespace" => {
            "every namespaced kind has this field: use `SelectableField::METADATA_NAMESPACE`".to_owned()
        }
        _ if path.starts_with("metadata.") => format!(
            "the API server does not select by `{path}`: of the metadata, only `name` and `namespace` are selectable"
        ),
        _ if !path.split('.').all(is_name) => format!(
            "`{given}` is not the path of a field: write the names of the JSON fields with `.` between them, such as \
             `{example}`"
        ),
        _ => match wrong_name(path, object) {
            Some(message) => message,
            None => return Some(path.to_owned()),
        },
    };
    cx.error(literal, message);
    None
}

/// The message for a path that starts at the spec, or that has Rust names.
fn wrong_name(path: &str, object: &Object<'_>) -> Option<String> {
    if let Some(name) = path.split('.').find(|name| name.contains('_')) {
        let json = suggest::json_name(name);
        return Some(format!("`{name}` is a name in Rust: write the name in JSON, such as `{json}`"));
    }
    let Object::Generated(spec) = object else { return None };
    let first = path.split('.').next().unwrap_or_default();
    let is_of_spec =
        || fields::names_of(spec.input).is_some_and(|all| all.contains(&suggest::rust_name(first)));
    let relative = !spec.kube.no_spec && !matches!(first, "spec" | "status") && is_of_spec();
    relative.then(|| {
        format!("the path starts at the object `{}`, not at its spec: write `.spec.{path}`", spec.root)
    })
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
