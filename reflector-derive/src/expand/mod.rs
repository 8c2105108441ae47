//! The generated code: aliases beside the struct, everything else in one `const _`, where it can be named by
//! nobody.
//!
//! Every path is absolute, every local begins with `__`, and there is no logic: what moves is the runtime's.
//! Must not know rules and errors.

mod aliases;
mod index;
mod resource;
mod resource_type;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::DeriveInput;

use crate::{
    ctxt::Ctxt,
    model::{Model, Source},
    names::{local, respanned},
};

/// All that the derive writes: the errors, and what is sure in spite of them.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let (model, errors) = Ctxt::collect(|cx| Model::of(cx, input));
    let code = model.as_ref().map(expand);
    quote!(#errors #code)
}

fn expand(model: &Model) -> TokenStream {
    let aliases = aliases::expand(model);
    let associated = associated(model);
    let reflect = resource_type::expand(model);
    let resource = match &model.source {
        Source::Literals { names, resource: true, .. } => resource::expand(model, names.as_ref()),
        Source::Literals { .. } | Source::Resource => TokenStream::new(),
    };
    quote! {
        #aliases
        const _: () = {
            #associated
            #reflect
            #resource
        };
    }
}

/// What the root type itself gets: `Widget::informer` and the handles of the indexes.
///
/// `informer` is an associated function, and not the trait's alone: it needs no import, and takes precedence over
/// `InformerExt::informer`, which does not know the indexes.
fn associated(model: &Model) -> TokenStream {
    let Model { krate, root, vis, .. } = model;
    let (handles, scope) = (index::expand(model), resource_type::scope(model));
    let doc = format!(" Starts building an informer of `{root}` objects.");
    let client = local("__client", Span::call_site());
    // Nothing of it must be used.
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #root {
            #[doc = #doc]
            #vis fn informer(#client: #krate::__private::kube::Client) -> #krate::InformerBuilder<Self, #scope> {
                <Self as #krate::Reflect>::informer(#client)
            }
            #handles
        }
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
