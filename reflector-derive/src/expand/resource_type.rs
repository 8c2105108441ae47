//! `impl Reflect`: a constant `ResourceType`, or, if the resource is described only by `kube::Resource`, a
//! `ResourceType` that is built on first use.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;

use super::{condition, runtime, unreachable};
use crate::{
    model::{Index, Model, Names, ResourceImpl, Source},
    names::{local, respanned},
};

pub(super) fn expand(model: &Model) -> TokenStream {
    let (root, rt) = (&model.root, runtime());
    let scope = scope(model);
    let resource_type = match &model.source {
        Source::Literals { names: Some(names), .. } => constant(model, names),
        Source::Literals { names: None, .. } => {
            let unreachable = unreachable();
            quote!(#rt::TypeSource::Function(|| #unreachable))
        }
        Source::Resource => from_resource(model),
    };
    let condition = condition(model);
    quote! {
        #[automatically_derived]
        impl #rt::Reflect for #root #condition {
            type Scope = #scope;
            const TYPE: #rt::TypeSource<Self> = #resource_type;
        }
    }
}

fn constant(model: &Model, names: &Names) -> TokenStream {
    let (root, rt) = (&model.root, runtime());
    let Names { group, version, kind, plural } = names;
    let indexes = constants(model, |constant| quote!(&#constant));
    // `CloneOf`: an inherent constant if the type can be cloned, and otherwise the one of a trait.
    let clone_and_indexes = quote!(#rt::CloneOf::<#root>::FN, &[#(#indexes),*]);
    let names = quote!([#group, #version, #kind, #plural]);
    let metadata_only = metadata_only(model);
    if let (Source::Literals { resource: ResourceImpl::Kube | ResourceImpl::This, .. }, None) =
        (&model.source, &metadata_only)
    {
        return quote!(#rt::resource_type(#names, #clone_and_indexes));
    }
    let object = local("__object", Span::call_site());
    let metadata = super::metadata(model, &quote!(get(&#object.metadata)));
    quote! {
        #rt::TypeSource::Constant(
            #rt::resource_type_with(#names, |#object| #metadata, #clone_and_indexes)#metadata_only
        )
    }
}

fn from_resource(model: &Model) -> TokenStream {
    let (root, rt) = (&model.root, runtime());
    let indexes = constants(model, |constant| quote!(.with_index(#constant)));
    let metadata_only = metadata_only(model);
    quote! {
        #rt::TypeSource::Function(|| {
            static __TYPE: #rt::OnceLock<#rt::ResourceType<#root>> = #rt::OnceLock::new();
            __TYPE.get_or_init(|| <#root as #rt::Described>::resource_type(#rt::CloneOf::<#root>::FN)#metadata_only #(#indexes)*)
        })
    }
}

/// The servers need not send anything else of a type that has only `metadata`.
fn metadata_only(model: &Model) -> Option<TokenStream> {
    model.is_metadata_only.then(|| quote!(.metadata_only()))
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
    let (root, rt) = (&model.root, runtime());
    match model.source {
        Source::Literals { namespaced: true, .. } => quote!(#rt::Namespaced),
        Source::Literals { namespaced: false, .. } => quote!(#rt::ClusterScoped),
        Source::Resource => quote!(<#root as #rt::Described>::Scope),
    }
}
