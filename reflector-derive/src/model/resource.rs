//! Group, version, kind, plural and scope: where each shape has them from, and what it requires.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{DeriveInput, LitStr, Path, ext::IdentExt};

use super::{Names, Source};
use crate::{
    attr::{Given, kube::KubeAttrs, reflect::ReflectAttrs},
    ctxt::Ctxt,
    plural,
    symbol::{self, Key},
    valid::{self, Rule},
};

/// Beside `CustomResource`: all is in `#[kube(...)]`. Also gives the root that kube generates.
pub(super) fn of_spec(
    cx: &Ctxt,
    input: &DeriveInput,
    reflect: &ReflectAttrs,
    kube: &KubeAttrs,
) -> Option<(Ident, Source)> {
    if is_forwarded_too(cx, kube) {
        return None;
    }
    reject_kubes_keys(cx, reflect, kube);
    require_kubes_keys(cx, kube);
    let group = checked(cx, kube.group.as_ref(), &valid::GROUP);
    let version = checked(cx, kube.version.as_ref(), &valid::VERSION);
    let kind = checked(cx, kube.kind.as_ref(), &valid::KIND);
    let singular = match &kube.singular {
        Some(singular) => singular.value.as_ref().map(LitStr::value),
        None => kind.as_ref().map(|kind| kind.to_ascii_lowercase()),
    };
    let made_of = kube.singular.as_ref().or(kube.kind.as_ref()).and_then(|given| given.value.as_ref());
    let plural = match &kube.plural {
        Some(plural) => checked(cx, Some(plural), &valid::PLURAL),
        None => singular.and_then(|singular| made(cx, plural::of_custom_resource(&singular), made_of)),
    };
    // A value that kube does not take is no `false`.
    let namespaced = kube.namespaced.as_ref().is_some_and(|given| given.value.unwrap_or(true));
    let root = root_of_spec(cx, input, kube)?;
    let names = names(group, version, kind, plural);
    Some((root, Source::Literals { names, namespaced, resource: false }))
}

/// Whether kube hands this derive on to the root too, where all would be generated a second time.
fn is_forwarded_too(cx: &Ctxt, kube: &KubeAttrs) -> bool {
    let is_this = |literal: &&LitStr| {
        let path = literal.parse_with(Path::parse_mod_style).ok();
        path.and_then(|path| Some(path.segments.last()?.ident == "Reflect")).unwrap_or(false)
    };
    let forwarded = kube.derives.iter().find(is_this);
    if let Some(literal) = forwarded {
        cx.error(literal, "`Reflect` is derived here already: remove this one");
    }
    forwarded.is_some()
}

fn root_of_spec(cx: &Ctxt, input: &DeriveInput, kube: &KubeAttrs) -> Option<Ident> {
    let literal = kube.root.as_ref().or(kube.kind.as_ref())?.value.as_ref()?;
    let name = literal.value();
    let Ok(root) = literal.parse::<Ident>() else {
        cx.error(
            literal,
            format_args!("`{name}` cannot name a struct: give it another name with `root = \"...\"`"),
        );
        return None;
    };
    if root == input.ident {
        cx.error(
            literal,
            format_args!(
                "kube generates a struct `{name}`, so this one cannot have that name: call it `{name}Spec`, or, if \
                 it is the root itself, write `#[reflect(...)]` in place of `#[kube(...)]` and no `CustomResource`"
            ),
        );
        return None;
    }
    Some(root)
}

/// `#[reflect(...)]` repeats nothing of what `#[kube(...)]` says: two sources could differ.
fn reject_kubes_keys(cx: &Ctxt, reflect: &ReflectAttrs, kube: &KubeAttrs) {
    let texts = [
        (&reflect.group, &kube.group),
        (&reflect.version, &kube.version),
        (&reflect.kind, &kube.kind),
        (&reflect.plural, &kube.plural),
    ];
    let texts = texts.into_iter().filter_map(|(ours, kubes)| Some((&ours.as_ref()?.key, kubes.is_some())));
    let flag = reflect.namespaced.as_ref().map(|ours| (&ours.key, kube.namespaced.is_some()));
    for (key, twice) in texts.chain(flag) {
        if twice {
            cx.error(key, format_args!("`{key}` stands already in `#[kube(...)]`: remove it here"));
        } else {
            cx.error(
                key,
                format_args!("`{key}` belongs into `#[kube(...)]`, which kube reads too: move it there"),
            );
        }
    }
    if let Some(given) = &reflect.no_resource {
        cx.error(
            &given.key,
            "kube implements `kube::Resource` here and `Reflect` does not: remove `no_resource`",
        );
    }
}

fn require_kubes_keys(cx: &Ctxt, kube: &KubeAttrs) {
    let required =
        [(&kube.group, symbol::GROUP), (&kube.version, symbol::VERSION), (&kube.kind, symbol::KIND)];
    let missing: Vec<&str> =
        required.iter().filter(|(given, _)| given.is_none()).map(|(_, key)| key.example).collect();
    if let (Some(at), false) = (&kube.at, missing.is_empty()) {
        cx.error(at, format_args!("this must also say `{}`", missing.join(", ")));
    }
}

/// On a root struct: all is in `#[reflect(...)]`.
pub(super) fn of_root(cx: &Ctxt, ident: &Ident, reflect: &ReflectAttrs) -> Source {
    let group = match &reflect.group {
        Some(group) => checked(cx, Some(group), &valid::GROUP),
        None => Some(String::new()),
    };
    if reflect.version.is_none() {
        require_version(cx, reflect);
    }
    let version = checked(cx, reflect.version.as_ref(), &valid::VERSION);
    let kind = match &reflect.kind {
        Some(kind) => checked(cx, Some(kind), &valid::KIND),
        None => own_kind(cx, ident),
    };
    let plural = match &reflect.plural {
        Some(plural) => checked(cx, Some(plural), &valid::PLURAL),
        None => kind.as_deref().and_then(|kind| match &reflect.kind {
            Some(given) => made(cx, plural::of_kind(kind), given.value.as_ref()),
            None => made(cx, plural::of_kind(kind), Some(ident)),
        }),
    };
    Source::Literals {
        names: names(group, version, kind, plural),
        namespaced: is_set(reflect.namespaced.as_ref()),
        resource: !is_set(reflect.no_resource.as_ref()),
    }
}

fn require_version(cx: &Ctxt, reflect: &ReflectAttrs) {
    let given = [&reflect.kind, &reflect.group, &reflect.plural].into_iter().find_map(Option::as_ref);
    if let Some(Given { key, .. }) = given {
        let Key { name, example } = symbol::VERSION;
        cx.error(key, format_args!("`{name}` must stand beside `{key}`: add `{example}`"));
    }
}

/// The kind of a struct that has the kind's name.
fn own_kind(cx: &Ctxt, ident: &Ident) -> Option<String> {
    let kind = ident.unraw().to_string();
    if valid::KIND.accepts(&kind) {
        return Some(kind);
    }
    let example = symbol::KIND.example;
    cx.error(ident, format_args!("the struct's name is no kind: say which it is, such as `{example}`"));
    None
}

/// On a root struct that has `kube::Resource`: nothing more is needed.
pub(super) fn of_forwarded(cx: &Ctxt, reflect: &ReflectAttrs) -> Source {
    let mut source = Source::Resource;
    for given in [&reflect.namespaced, &reflect.no_resource].into_iter().flatten() {
        let key = &given.key;
        let example = symbol::VERSION.example;
        cx.error(
            key,
            format_args!(
                "without `version` all is taken from this struct's `kube::Resource`: remove `{key}`, or add \
                 `{example}` if the struct has no `kube::Resource`"
            ),
        );
        // Rather the names are missing than this: a `kube::Resource` is nothing to rely on.
        let namespaced = is_set(reflect.namespaced.as_ref());
        source = Source::Literals { names: None, namespaced, resource: true };
    }
    source
}

fn names(
    group: Option<String>,
    version: Option<String>,
    kind: Option<String>,
    plural: Option<String>,
) -> Option<Names> {
    Some(Names { group: group?, version: version?, kind: kind?, plural: plural? })
}

fn checked(cx: &Ctxt, given: Option<&Given<LitStr>>, rule: &Rule) -> Option<String> {
    rule.check(cx, given?.value.as_ref()?)
}

/// A plural that was made `of` another name, if it is accepted; else an error there.
fn made(cx: &Ctxt, plural: String, of: Option<impl ToTokens>) -> Option<String> {
    if valid::PLURAL.accepts(&plural) {
        return Some(plural);
    }
    let example = symbol::PLURAL.example;
    cx.error(
        of?,
        format_args!(
            "the plural of this would be `{plural}`, which Kubernetes refuses: say which it is, such as `{example}`"
        ),
    );
    None
}

fn is_set(flag: Option<&Given<bool>>) -> bool {
    flag.is_some_and(|given| given.value == Some(true))
}
