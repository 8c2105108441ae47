//! `impl kube::Resource`, for a root struct that has none.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{kind::scope, unreachable};
use crate::model::{Model, Names};

pub(super) fn expand(model: &Model, names: Option<&Names>) -> TokenStream {
    let Model { krate, root, .. } = model;
    let scope = scope(model);
    let kube = quote!(#krate::__private::kube);
    let object_meta = quote!(#kube::core::ObjectMeta);
    let text = |name: &str, of: fn(&Names) -> &str| {
        let name = Ident::new(name, Span::call_site());
        let text = match names.map(of) {
            Some(text) => quote!(::std::borrow::Cow::Borrowed(#text)),
            None => unreachable(),
        };
        quote! {
            fn #name(_: &()) -> ::std::borrow::Cow<'_, str> {
                #text
            }
        }
    };
    let texts = [
        text("kind", |names| &names.kind),
        text("group", |names| &names.group),
        text("version", |names| &names.version),
        text("plural", |names| &names.plural),
    ];
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
