//! `#[reflect(...)]` as written: its keys and their values.
//!
//! Must not depend on which keys are required or can be combined: that depends on the form of the derive.

use proc_macro2::Ident;
use syn::{Attribute, LitStr, Path};

use super::{
    Entry, Given, Value, arguments, entries, flag,
    index::{self, IndexAttr},
    label::{self, LabelAttr},
    text, wrong_value,
};
use crate::{
    ctxt::Ctxt,
    suggest,
    symbol::{self, Key},
};

/// All `#[reflect(...)]` attributes of the struct, combined.
#[derive(Default)]
pub(crate) struct ReflectAttrs {
    pub(crate) group: Option<Given<LitStr>>,
    pub(crate) version: Option<Given<LitStr>>,
    pub(crate) kind: Option<Given<LitStr>>,
    pub(crate) plural: Option<Given<LitStr>>,
    pub(crate) namespaced: Option<Given<bool>>,
    pub(crate) no_resource: Option<Given<bool>>,
    pub(crate) no_aliases: Option<Given<bool>>,
    pub(crate) informer: Option<Given<Ident>>,
    pub(crate) lister: Option<Given<Ident>>,
    pub(crate) lister_watcher: Option<Given<Ident>>,
    pub(crate) krate: Option<Given<Path>>,
    pub(crate) test: Option<Given<LitStr>>,
    /// The values of `selectable = "..."`, each with its key.
    pub(crate) selectable: Vec<Given<LitStr>>,
    pub(crate) labels: Vec<LabelAttr>,
    pub(crate) indexes: Vec<IndexAttr>,
}

impl ReflectAttrs {
    pub(crate) fn parse(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut reflect = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("reflect")) {
            let list = arguments(cx, attr, &symbol::INDEX);
            for entry in entries(list) {
                match entry {
                    Ok(entry) => reflect.take(cx, entry),
                    Err(invalid) => cx.error(invalid.tokens, invalid.message),
                }
            }
        }
        reflect
    }

    fn take(&mut self, cx: &Ctxt, entry: Entry) {
        let name = entry.key.to_string();
        let Some(key) = symbol::ALL.iter().find(|key| key.name == name) else {
            return unknown(cx, &entry.key);
        };
        match key.name {
            "group" => set(cx, &mut self.group, text(cx, key, &entry), entry.key),
            "version" => set(cx, &mut self.version, text(cx, key, &entry), entry.key),
            "kind" => set(cx, &mut self.kind, text(cx, key, &entry), entry.key),
            "plural" => set(cx, &mut self.plural, text(cx, key, &entry), entry.key),
            "namespaced" => set(cx, &mut self.namespaced, flag(cx, &entry), entry.key),
            "no_resource" => set(cx, &mut self.no_resource, flag(cx, &entry), entry.key),
            "no_aliases" => set(cx, &mut self.no_aliases, flag(cx, &entry), entry.key),
            "informer" => set(cx, &mut self.informer, type_name(cx, key, &entry), entry.key),
            "lister" => set(cx, &mut self.lister, type_name(cx, key, &entry), entry.key),
            "lister_watcher" => set(cx, &mut self.lister_watcher, type_name(cx, key, &entry), entry.key),
            "crate" => set(cx, &mut self.krate, crate_path(cx, &entry), entry.key),
            "test" => set(cx, &mut self.test, text(cx, key, &entry), entry.key),
            "selectable" => {
                let value = text(cx, key, &entry);
                self.selectable.push(Given { key: entry.key, value });
            }
            "label" => self.labels.extend(label::parse(cx, &entry)),
            _ => self.take_indexes(cx, &entry),
        }
    }

    fn take_indexes(&mut self, cx: &Ctxt, entry: &Entry) {
        let Value::Parens(group) = &entry.value else {
            return wrong_value(cx, entry, "expected indexes in parentheses: `index(by_color = spec.color)`");
        };
        if group.stream().is_empty() {
            cx.error(group, "expected at least one index: `index(by_color = spec.color)`");
        }
        self.indexes.extend(index::parse(cx, group.stream()));
    }
}

/// Sets the value of a key. Reports an error if the key is already set.
fn set<T>(cx: &Ctxt, slot: &mut Option<Given<T>>, value: Option<T>, key: Ident) {
    if slot.is_some() {
        cx.error(&key, format_args!("duplicate key `{key}`: remove one of them"));
    } else {
        *slot = Some(Given { key, value });
    }
}

fn unknown(cx: &Ctxt, key: &Ident) {
    let name = key.to_string();
    if symbol::KUBE_ONLY.contains(&name.as_str()) {
        return cx.error(
            key,
            format_args!("`{name}` is not a `#[reflect(...)]` key: it belongs in `#[kube(...)]`"),
        );
    }
    let known = || symbol::ALL.iter().map(|key| key.name);
    let hint = suggest::hint(&name, known());
    if hint.is_empty() {
        let known: Vec<_> = known().collect();
        cx.error(key, format_args!("unknown key `{name}`; expected one of `{}`", known.join("`, `")));
    } else {
        cx.error(key, format_args!("unknown key `{name}`{hint}"));
    }
}

/// Parses a string literal that names a generated type.
fn type_name(cx: &Ctxt, key: &Key, entry: &Entry) -> Option<Ident> {
    let literal = text(cx, key, entry)?;
    let name = literal.parse::<Ident>();
    if name.is_err() {
        let (given, example) = (literal.value(), key.example);
        cx.error(
            &literal,
            format_args!("`{given}` is not a valid type name: write an identifier, such as `{example}`"),
        );
    }
    name.ok()
}

/// Parses the path of the runtime crate. Generated code is placed in blocks and next to items with arbitrary names,
/// so the path must resolve to the same item everywhere.
fn crate_path(cx: &Ctxt, entry: &Entry) -> Option<Path> {
    let literal = text(cx, &symbol::CRATE, entry)?;
    let given = literal.value();
    let Ok(path) = literal.parse_with(Path::parse_mod_style) else {
        cx.error(&literal, format_args!("`{given}` is not a valid path: write `{}`", symbol::CRATE.example));
        return None;
    };
    let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
    if path.leading_colon.is_some() || first == "crate" {
        return Some(path);
    }
    let message = match first.as_str() {
        "self" | "super" => {
            format!("`{given}` is relative to this module: write an absolute path, `crate = \"crate::...\"`")
        }
        _ => format!(
            "`{given}` is not an absolute path: write `crate = \"::{given}\"` for a crate, or \
             `crate = \"crate::{given}\"` for a module of this crate"
        ),
    };
    cx.error(&literal, message);
    None
}

/// Reports `#[reflect(...)]` attributes on a field or variant, where they have no effect.
pub(crate) fn reject_inside(cx: &Ctxt, attrs: &[Attribute]) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("reflect")) {
        let example = symbol::INDEX.example;
        cx.error(
            attr,
            format_args!(
                "`#[reflect(...)]` has no effect on a field or variant: place it on the type, such as \
                 `#[reflect({example})]`"
            ),
        );
    }
}
