//! `impl Reflect`: a constant `ResourceType`, or, if the resource is described only by `kube::Resource`, a
//! `ResourceType` that is built on first use.

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
    let indexes = constants(model);
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
                indexes: &[#(<#root>::#indexes),*],
            })
        }
    }
}

fn from_resource(model: &Model) -> TokenStream {
    let Model { krate, root, .. } = model;
    let indexes = constants(model);
    quote! {
        static __RESOURCE_TYPE: ::std::sync::OnceLock<#krate::ResourceType<#root>> = ::std::sync::OnceLock::new();
        __RESOURCE_TYPE.get_or_init(|| #krate::ResourceType::from_resource() #(.with_index(<#root>::#indexes))*)
    }
}

fn constants(model: &Model) -> impl Iterator<Item = &Ident> {
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
