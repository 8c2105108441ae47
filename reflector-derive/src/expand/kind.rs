//! `impl Reflect`: the constant `Kind`, or, of a kind that is known only through `kube::Resource`, the `Kind`
//! that is built at its first use.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::unreachable;
use crate::{
    model::{Model, Names, Source},
    names::local,
};

pub(super) fn expand(model: &Model) -> TokenStream {
    let Model { krate, root, .. } = model;
    let scope = scope(model);
    let kind = match &model.source {
        Source::Literals { names: Some(names), namespaced, .. } => constant(model, names, *namespaced),
        Source::Literals { names: None, .. } => unreachable(),
        Source::Resource => of_resource(model),
    };
    quote! {
        #[automatically_derived]
        impl #krate::Reflect for #root {
            type Scope = #scope;
            fn resource_kind() -> &'static #krate::Kind<Self> {
                #kind
            }
        }
    }
}

fn constant(model: &Model, names: &Names, namespaced: bool) -> TokenStream {
    let Model { krate, root, .. } = model;
    let Names { group, version, kind, plural } = names;
    let scope = if namespaced { quote!(Namespaced) } else { quote!(Cluster) };
    let indexes = handles(model);
    let object = local("__object", Span::call_site());
    let metadata = super::metadata(model, &quote!(get(&#object.metadata)));
    quote! {
        const __KIND: &#krate::Kind<#root> = &#krate::Kind::new(#krate::KindData {
            group: #group,
            version: #version,
            kind: #kind,
            plural: #plural,
            scope: #krate::Scope::#scope,
            metadata: |#object| #metadata,
            indexes: &[#(<#root>::#indexes),*],
        });
        __KIND
    }
}

fn of_resource(model: &Model) -> TokenStream {
    let Model { krate, root, .. } = model;
    let indexes = handles(model);
    quote! {
        static __KIND: ::std::sync::OnceLock<#krate::Kind<#root>> = ::std::sync::OnceLock::new();
        __KIND.get_or_init(|| #krate::Kind::of_resource() #(.with_index(<#root>::#indexes))*)
    }
}

fn handles(model: &Model) -> impl Iterator<Item = &Ident> {
    model.indexes.iter().map(|index| &index.constant)
}

/// The scope as a type.
pub(super) fn scope(model: &Model) -> TokenStream {
    let Model { krate, root, .. } = model;
    match model.source {
        Source::Literals { namespaced: true, .. } => quote!(#krate::Namespaced),
        Source::Literals { namespaced: false, .. } => quote!(#krate::ClusterScoped),
        Source::Resource => quote!(<#root as #krate::__private::kube::Resource>::Scope),
    }
}
