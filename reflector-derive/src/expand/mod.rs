//! The generated code: aliases next to the struct, and everything else in one `const _`, whose contents cannot be
//! named from outside.
//!
//! Every path is absolute and every local starts with `__`. The code contains no logic, which belongs to the runtime.
//! Must not depend on rules and errors.

mod aliases;
mod index;
mod resource;
mod resource_type;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::DeriveInput;

use crate::{
    ctxt::Ctxt,
    model::{Model, Source},
    names::{local, respanned},
};

/// The complete output of the derive: the errors, and the code that can be generated despite them.
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
    let (krate, rt) = (&model.krate, runtime());
    let has_indexes = !model.indexes.is_empty();
    // The traits are the methods of types for which `At` has none.
    let imports = has_indexes.then(|| {
        quote! {
            #[allow(unused_imports)]
            use #krate::__private::{self as #rt, Each as _, Fields as _, Text as _};
        }
    });
    quote! {
        #aliases
        const _: () = {
            #imports
            #associated
            #reflect
            #resource
        };
    }
}

/// The runtime's items for generated code, as imported where they are used most.
fn runtime() -> Ident {
    local("__runtime", Span::call_site())
}

/// The associated items of the root type: `Widget::informer` and the index constants.
///
/// `informer` is an inherent function in addition to the trait method: it needs no import, and it takes precedence
/// over `InformerExt::informer`, which does not register the indexes.
fn associated(model: &Model) -> TokenStream {
    let Model { krate, root, vis, .. } = model;
    let (constants, scope) = (index::expand(model), resource_type::scope(model));
    let doc = format!(" Returns a builder for an informer of `{root}` objects.");
    let client = local("__client", Span::call_site());
    // Users may leave any of it unused.
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #root {
            #[doc = #doc]
            #vis fn informer(#client: #krate::__private::kube::Client) -> #krate::InformerBuilder<Self, #scope> {
                <Self as #krate::Reflect>::informer(#client)
            }
            #constants
        }
    }
}

/// A call to the runtime that accesses the metadata, with the span of the user's field, so that a type error points
/// there.
fn metadata(model: &Model, call: &TokenStream) -> TokenStream {
    let krate = &model.krate;
    respanned(quote!(#krate::__private::Metadata::#call), model.metadata)
}

/// The body of a function if there is an error. It never runs, and it avoids further errors.
fn unreachable() -> TokenStream {
    quote!(::core::panic!())
}
