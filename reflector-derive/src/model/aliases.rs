//! The aliases generated next to the root: their names, and the check that the names are unique.

use proc_macro2::Ident;
use syn::DeriveInput;

use crate::{
    attr::{Given, reflect::ReflectAttrs},
    ctxt::Ctxt,
    names,
};

/// The names of the aliases.
pub(crate) struct Aliases {
    pub(crate) lister_watcher: Ident,
    pub(crate) informer: Ident,
    pub(crate) lister: Ident,
}

/// Returns `None` if aliases are disabled or their names collide.
pub(super) fn of(cx: &Ctxt, input: &DeriveInput, root: &Ident, reflect: &ReflectAttrs) -> Option<Aliases> {
    let given = [&reflect.lister_watcher, &reflect.informer, &reflect.lister];
    if reflect.no_aliases.as_ref().is_some_and(|flag| flag.value == Some(true)) {
        for Given { key, .. } in given.into_iter().flatten() {
            cx.error(key, format_args!("`{key}` conflicts with `no_aliases`: remove one of them"));
        }
        return None;
    }
    let [lister_watcher, informer, lister] =
        given.map(|given| given.as_ref().and_then(|given| given.value.clone()));
    let aliases = Aliases {
        lister_watcher: lister_watcher.unwrap_or_else(|| names::alias(root, "ListerWatcher")),
        informer: informer.unwrap_or_else(|| names::alias(root, "Informer")),
        lister: lister.unwrap_or_else(|| names::alias(root, "Lister")),
    };
    let mut taken = vec![root, &input.ident];
    let mut unique = true;
    for (key, alias) in [
        ("lister_watcher", &aliases.lister_watcher),
        ("informer", &aliases.informer),
        ("lister", &aliases.lister),
    ] {
        if taken.contains(&alias) {
            let message =
                format!("the name `{alias}` is already in use: set another name with `{key} = \"...\"`");
            cx.error(alias, message);
            unique = false;
        }
        taken.push(alias);
    }
    unique.then_some(aliases)
}
