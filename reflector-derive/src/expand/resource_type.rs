//! `impl Reflect`: a constant `ResourceType`, or, if the resource is described only by `kube::Resource`, a
//! `ResourceType` that is built on first use.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;

use super::unreachable;
use crate::{
    model::{Index, Model, Names, Source},
    names::{local, respanned},
};

pub(super) fn expand(model: &Model) -> TokenStream {
    let Model { krate, root, .. } = model;
    let scope = scope(model);
    let resource_type = match &model.source {
        Source::Literals { names: Some(names), namespaced, .. } => constant(model, names, *namespaced),
        Source::Literals { names: None, .. } => unreachable(),
        Source::Resource => from_resource(model),
    };
    quote! {
        #[automatically_derived]
        impl #krate::Reflect for #root {
            type Scope = #scope;
            fn resource_type() -> &'static #krate::ResourceType<Self> {
                #resource_type
            }
        }
    }
}

fn constant(model: &Model, names: &Names, namespaced: bool) -> TokenStream {
    let Model { krate, root, .. } = model;
    let Names { group, version, kind, plural } = names;
    let scope = if namespaced { quote!(Namespaced) } else { quote!(Cluster) };
    let indexes = constants(model, |constant| quote!(&#constant));
    let object = local("__object", Span::call_site());
    let metadata = super::metadata(model, &quote!(get(&#object.metadata)));
    quote! {
        const {
            &#krate::ResourceType::new(#krate::ResourceTypeParts {
                group: #group,
                version: #version,
                kind: #kind,
                plural: #plural,
                scope: #krate::Scope::#scope,
                metadata: |#object| #metadata,
                clone: #krate::__private::clone_of!(#root),
                indexes: &[#(#indexes),*],
            })
        }
    }
}

fn from_resource(model: &Model) -> TokenStream {
    let Model { krate, root, .. } = model;
    let indexes = constants(model, |constant| quote!(.with_index(#constant)));
    quote! {
        static __RESOURCE_TYPE: ::std::sync::OnceLock<#krate::ResourceType<#root>> = ::std::sync::OnceLock::new();
        __RESOURCE_TYPE.get_or_init(|| #krate::ResourceType::from_resource_with(#krate::__private::clone_of!(#root)) #(#indexes)*)
    }
}

/// The uses of the index constants. All tokens have the location of the value type, so that the compiler reports there a
/// type whose values cannot be the values of an index.
fn constants(model: &Model, use_of: fn(TokenStream) -> TokenStream) -> impl Iterator<Item = TokenStream> {
    let root = &model.root;
    model.indexes.iter().map(move |Index { constant, value_type, .. }| {
        let span = value_type.as_ref().map_or(constant.span(), Spanned::span);
        respanned(use_of(quote!(<#root>::#constant)), span)
    })
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
