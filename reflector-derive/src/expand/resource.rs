//! `impl kube::Resource`, for a root struct that does not implement it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{metadata, resource_type::scope, runtime, unreachable};
use crate::model::{Model, Names};

pub(super) fn expand(model: &Model, names: Option<&Names>) -> TokenStream {
    let (Model { root, .. }, rt) = (model, runtime());
    let scope = scope(model);
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
    let get = metadata(model, &quote!(get(&self.metadata)));
    let get_mut = metadata(model, &quote!(get_mut(&mut self.metadata)));
    quote! {
        #[automatically_derived]
        impl #rt::kube::Resource for #root {
            type DynamicType = ();
            type Scope = #scope;
            #(#texts)*
            fn meta(&self) -> &#rt::ObjectMeta {
                #get
            }
            fn meta_mut(&mut self) -> &mut #rt::ObjectMeta {
                #get_mut
            }
        }
    }
}
