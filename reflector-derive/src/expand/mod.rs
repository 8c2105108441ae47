//! The generated code: aliases beside the struct, everything else in one `const _`, where it can be named by
//! nobody.
//!
//! Every path is absolute, every local begins with `__`, and there is no logic: what moves is the runtime's.
//! Must not know rules and errors.

mod aliases;
mod index;
mod kind;
mod resource;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{
    ctxt::Ctxt,
    model::{Model, Source},
    names::respanned,
};

/// All that the derive writes: the errors, and what is sure in spite of them.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let (model, errors) = Ctxt::collect(|cx| Model::of(cx, input));
    let code = model.as_ref().map(expand);
    quote!(#errors #code)
}

fn expand(model: &Model) -> TokenStream {
    let aliases = aliases::expand(model);
    let indexes = index::expand(model);
    let reflect = kind::expand(model);
    let resource = match &model.source {
        Source::Literals { names, resource: true, .. } => resource::expand(model, names.as_ref()),
        Source::Literals { .. } | Source::Resource => TokenStream::new(),
    };
    quote! {
        #aliases
        const _: () = {
            #indexes
            #reflect
            #resource
        };
    }
}

/// A call of the runtime's that reaches the metadata, at the user's field: its type is checked there.
fn metadata(model: &Model, call: &TokenStream) -> TokenStream {
    let krate = &model.krate;
    respanned(quote!(#krate::__private::Metadata::#call), model.metadata)
}

/// The body of a function where there is an error: it never runs, and keeps further errors away.
fn unreachable() -> TokenStream {
    quote!(::core::panic!())
}
