//! `impl kube::Resource`, for a root struct that has none.

use proc_macro2::TokenStream;
use quote::quote;

use super::kind::scope;
use crate::model::{Model, Names};

pub(super) fn expand(model: &Model, names: &Names) -> TokenStream {
    let Model { krate, root, .. } = model;
    let Names {
        group,
        version,
        kind,
        plural,
    } = names;
    let scope = scope(model);
    let kube = quote!(#krate::__private::kube);
    let object_meta = quote!(#kube::core::ObjectMeta);
    let texts = [
        ("kind", kind),
        ("group", group),
        ("version", version),
        ("plural", plural),
    ];
    let texts = texts.map(|(name, text)| {
        let name = proc_macro2::Ident::new(name, proc_macro2::Span::call_site());
        quote! {
            fn #name(_: &()) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Borrowed(#text)
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #kube::Resource for #root {
            type DynamicType = ();
            type Scope = #scope;
            #(#texts)*
            fn meta(&self) -> &#object_meta {
                &self.metadata
            }
            fn meta_mut(&mut self) -> &mut #object_meta {
                &mut self.metadata
            }
        }
    }
}
