//! The generated code: aliases next to the struct, and everything else in one `const _`, whose contents cannot be
//! named from outside.
//!
//! Every path is absolute and every local starts with `__`. The code contains no logic, which belongs to the runtime.
//! Must not depend on rules and errors.

mod aliases;
mod drift;
mod handles;
mod index;
mod resource;
mod resource_type;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Visibility};

use crate::{
    ctxt::Ctxt,
    model::{Model, ResourceImpl, Source},
    names::{local, respanned, vis_at},
};

/// The complete output of the derive: the errors, and the code that can be generated despite them.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let (model, errors) = Ctxt::collect(|cx| Model::of(cx, input));
    let code = model.as_ref().map(expand);
    quote!(#errors #code)
}

fn expand(model: &Model) -> TokenStream {
    let (aliases, test) = (aliases::expand(model), drift::expand(model));
    let associated = associated(model);
    let reflect = resource_type::expand(model);
    let resource = match &model.source {
        Source::Literals { names, resource: ResourceImpl::This, .. } => {
            resource::expand(model, names.as_ref())
        }
        Source::Literals { .. } | Source::Resource => TokenStream::new(),
    };
    let (krate, rt, checks) = (&model.krate, runtime(), handles::checks(model));
    // Users may leave any item unused, and a struct without indexes leaves the imports unused. The condition of an
    // implementation contains no parameter.
    let lints = match model.source {
        Source::Literals { .. } => quote!(dead_code, unused_imports),
        Source::Resource => quote!(dead_code, trivial_bounds, unused_imports),
    };
    quote! {
        #aliases
        #test
        #[allow(#lints)]
        const _: () = {
            use #krate::__private::{self as #rt, traits::*};
            #associated
            #reflect
            #resource
            #checks
        };
    }
}

/// The runtime's items for generated code, as imported in the `const _`. If the runtime is not found, the import is the
/// only error there.
fn runtime() -> Ident {
    runtime_at(Span::call_site())
}

/// The same with this location, which is marked as generated code.
fn runtime_at(span: Span) -> Ident {
    Ident::new("__rt", span)
}

/// The associated items of the root type: `Widget::informer` and the index constants.
///
/// `informer` is an inherent function in addition to the trait method: it needs no import, and it takes precedence
/// over `InformerExt::informer`, which does not register the indexes.
fn associated(model: &Model) -> TokenStream {
    let Model { root, vis, .. } = model;
    let (indexes, handles) = (index::expand(model), handles::expand(model));
    let (constants, rt, condition) = (quote!(#indexes #handles), runtime(), condition(model));
    let doc = format!(" Returns a builder for an informer of `{root}` objects.");
    let client = local("__client", Span::call_site());
    let informer = quote! {
        #[doc = #doc]
        #vis fn informer(#client: #rt::kube::Client) -> #rt::BuilderOf<Self> {
            <Self as #rt::Reflect>::informer(#client)
        }
    };
    match condition {
        None => quote! {
            #[automatically_derived]
            impl #root {
                #informer
                #constants
            }
        },
        // The constants exist also if nothing describes the resource.
        Some(condition) => quote! {
            #[automatically_derived]
            impl #root #condition {
                #informer
            }
            #[automatically_derived]
            impl #root {
                #constants
            }
        },
    }
}

/// The bound of each implementation. If nothing describes the resource, it is the one error that the compiler reports: in
/// the implementation, the compiler assumes it.
fn condition(model: &Model) -> Option<TokenStream> {
    let (root, rt) = (&model.root, runtime());
    matches!(model.source, Source::Resource)
        .then(|| respanned(quote!(where #root: #rt::Described), root.span()))
}

/// A call to the runtime that accesses the metadata, with the span of the user's field, so that a type error points
/// there.
fn metadata(model: &Model, call: &TokenStream) -> TokenStream {
    let rt = runtime();
    respanned(quote!(#rt::Metadata::#call), model.metadata)
}

/// The body of a function if there is an error. It never runs, and it avoids further errors.
fn unreachable() -> TokenStream {
    quote!(::core::panic!())
}

/// The constant `name: ty = value` with this documentation. Its first and its last token have the location of the name, so
/// that the compiler reports there that the name is taken.
fn constant_item(
    vis: &Visibility,
    name: &Ident,
    doc: &str,
    ty: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    let span = name.span();
    let (vis, keyword, end) = (vis_at(vis, span), quote_spanned!(span=> const), quote_spanned!(span=> ;));
    quote!(#[doc = #doc] #vis #keyword #name: #ty = #value #end)
}
