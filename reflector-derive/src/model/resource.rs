//! Group, version, kind, plural and scope: their source in each form, and the keys that each form requires.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{DeriveInput, LitStr, Path, ext::IdentExt};

use super::{Names, ResourceImpl, Source};
use crate::{
    attr::{Given, kube::KubeAttrs, reflect::ReflectAttrs},
    ctxt::Ctxt,
    plural,
    symbol::{self, Key},
    valid::{self, Rule},
};

/// Alongside `CustomResource`: everything is read from `#[kube(...)]`. Also returns the root that kube generates.
pub(super) fn of_spec(
    cx: &Ctxt,
    input: &DeriveInput,
    reflect: &ReflectAttrs,
    kube: &KubeAttrs,
) -> Option<(Ident, Source)> {
    if is_also_forwarded(cx, kube) {
        return None;
    }
    reject_kube_keys(cx, reflect, kube);
    require_kube_keys(cx, kube);
    let group = checked(cx, kube.group.as_ref(), &valid::GROUP);
    let version = checked(cx, kube.version.as_ref(), &valid::VERSION);
    let kind = checked(cx, kube.kind.as_ref(), &valid::KIND);
    let singular = match &kube.singular {
        Some(singular) => singular.value.as_ref().map(LitStr::value),
        None => kind.as_ref().map(|kind| kind.to_ascii_lowercase()),
    };
    let source = kube.singular.as_ref().or(kube.kind.as_ref()).and_then(|given| given.value.as_ref());
    let plural = match &kube.plural {
        Some(plural) => checked(cx, Some(plural), &valid::PLURAL),
        None => singular.and_then(|singular| valid_plural(cx, plural::of_custom_resource(&singular), source)),
    };
    // A value that kube does not accept must not count as `false`.
    let namespaced = kube.namespaced.as_ref().is_some_and(|given| given.value.unwrap_or(true));
    let root = root_of_spec(cx, input, kube)?;
    let names = names(group, version, kind, plural);
    Some((root, Source::Literals { names, namespaced, resource: ResourceImpl::Kube }))
}

/// Whether kube also forwards this derive to the root, which would generate everything twice.
fn is_also_forwarded(cx: &Ctxt, kube: &KubeAttrs) -> bool {
    let is_this = |literal: &&LitStr| {
        let path = literal.parse_with(Path::parse_mod_style).ok();
        path.and_then(|path| Some(path.segments.last()?.ident == "Reflect")).unwrap_or(false)
    };
    let forwarded = kube.derives.iter().find(is_this);
    if let Some(literal) = forwarded {
        cx.error(literal, "`Reflect` is already derived on the spec: remove this `derive`");
    }
    forwarded.is_some()
}

fn root_of_spec(cx: &Ctxt, input: &DeriveInput, kube: &KubeAttrs) -> Option<Ident> {
    let literal = kube.root.as_ref().or(kube.kind.as_ref())?.value.as_ref()?;
    let name = literal.value();
    let Ok(root) = literal.parse::<Ident>() else {
        cx.error(
            literal,
            format_args!("`{name}` is not a valid struct name: set another name with `root = \"...\"`"),
        );
        return None;
    };
    if root == input.ident {
        cx.error(
            literal,
            format_args!(
                "kube generates a struct named `{name}`, which conflicts with this struct: rename this struct to \
                 `{name}Spec`, or, if it is the root struct, replace `#[kube(...)]` with `#[reflect(...)]` and do \
                 not derive `CustomResource`"
            ),
        );
        return None;
    }
    Some(root)
}

/// `#[reflect(...)]` must not repeat keys of `#[kube(...)]`, because the two could differ.
fn reject_kube_keys(cx: &Ctxt, reflect: &ReflectAttrs, kube: &KubeAttrs) {
    let texts = [
        (&reflect.group, &kube.group),
        (&reflect.version, &kube.version),
        (&reflect.kind, &kube.kind),
        (&reflect.plural, &kube.plural),
    ];
    let texts = texts.into_iter().filter_map(|(ours, theirs)| Some((&ours.as_ref()?.key, theirs.is_some())));
    let flag = reflect.namespaced.as_ref().map(|ours| (&ours.key, kube.namespaced.is_some()));
    for (key, duplicate) in texts.chain(flag) {
        if duplicate {
            cx.error(key, format_args!("`{key}` is already set in `#[kube(...)]`: remove it here"));
        } else {
            cx.error(
                key,
                format_args!("`{key}` belongs in `#[kube(...)]`, which kube also reads: move it there"),
            );
        }
    }
    if let Some(given) = &reflect.no_resource {
        cx.error(
            &given.key,
            "`no_resource` has no effect alongside `CustomResource`, which implements `kube::Resource`: remove it",
        );
    }
}

fn require_kube_keys(cx: &Ctxt, kube: &KubeAttrs) {
    let required =
        [(&kube.group, symbol::GROUP), (&kube.version, symbol::VERSION), (&kube.kind, symbol::KIND)];
    let missing: Vec<&str> =
        required.iter().filter(|(given, _)| given.is_none()).map(|(_, key)| key.example).collect();
    if let (Some(at), false) = (&kube.at, missing.is_empty()) {
        cx.error(at, format_args!("`#[kube(...)]` is incomplete: add `{}`", missing.join(", ")));
    }
}

/// On a root struct: everything is read from `#[reflect(...)]`.
pub(super) fn of_root(cx: &Ctxt, input: &DeriveInput, reflect: &ReflectAttrs) -> Source {
    let ident = &input.ident;
    // The helper attribute of kube's derive of `Resource`.
    let derives_resource = input.attrs.iter().find(|attr| attr.path().is_ident("resource"));
    if let (Some(derived), false) = (derives_resource, is_set(reflect.no_resource.as_ref())) {
        cx.error(
            derived,
            "`#[derive(Resource)]` already implements `kube::Resource`: add `no_resource` to `#[reflect(...)]`",
        );
    }
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
        None => kind_from_ident(cx, ident),
    };
    let plural = match &reflect.plural {
        Some(plural) => checked(cx, Some(plural), &valid::PLURAL),
        None => kind.as_deref().and_then(|kind| match &reflect.kind {
            Some(given) => valid_plural(cx, plural::of_kind(kind), given.value.as_ref()),
            None => valid_plural(cx, plural::of_kind(kind), Some(ident)),
        }),
    };
    let is_implemented = derives_resource.is_some() || is_set(reflect.no_resource.as_ref());
    Source::Literals {
        names: names(group, version, kind, plural),
        namespaced: is_set(reflect.namespaced.as_ref()),
        resource: if is_implemented { ResourceImpl::Other } else { ResourceImpl::This },
    }
}

fn require_version(cx: &Ctxt, reflect: &ReflectAttrs) {
    let given = [&reflect.kind, &reflect.group, &reflect.plural].into_iter().find_map(Option::as_ref);
    if let Some(Given { key, .. }) = given {
        let Key { name, example } = symbol::VERSION;
        cx.error(key, format_args!("`{key}` requires `{name}`: add `{example}`"));
    }
}

/// The kind of a struct without a `kind` key: the struct's name.
fn kind_from_ident(cx: &Ctxt, ident: &Ident) -> Option<String> {
    let kind = ident.unraw().to_string();
    if valid::KIND.accepts(&kind) {
        return Some(kind);
    }
    let example = symbol::KIND.example;
    cx.error(
        ident,
        format_args!("the struct name `{kind}` is not a valid kind: set the kind, such as `{example}`"),
    );
    None
}

/// On a root struct that implements `kube::Resource`: no other keys are needed.
pub(super) fn of_forwarded(cx: &Ctxt, reflect: &ReflectAttrs) -> Source {
    let mut source = Source::Resource;
    for given in [&reflect.namespaced, &reflect.no_resource].into_iter().flatten() {
        let key = &given.key;
        let example = symbol::VERSION.example;
        cx.error(
            key,
            format_args!(
                "`{key}` requires `version`; without it, `Reflect` uses this struct's `kube::Resource`: remove \
                 `{key}`, or add `{example}` if the struct does not implement `kube::Resource`"
            ),
        );
        // Assume that the names are missing: the struct may not implement `kube::Resource`.
        let namespaced = is_set(reflect.namespaced.as_ref());
        source = Source::Literals { names: None, namespaced, resource: ResourceImpl::This };
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

/// Returns a plural derived from another name if it is valid. Otherwise reports an error on that name, `source`.
fn valid_plural(cx: &Ctxt, plural: String, source: Option<impl ToTokens>) -> Option<String> {
    if valid::PLURAL.accepts(&plural) {
        return Some(plural);
    }
    let example = symbol::PLURAL.example;
    cx.error(
        source?,
        format_args!(
            "the plural derived from this name, `{plural}`, is not valid in Kubernetes: set the plural, such as \
             `{example}`"
        ),
    );
    None
}

fn is_set(flag: Option<&Given<bool>>) -> bool {
    flag.is_some_and(|given| given.value == Some(true))
}
