//! The handles of selectable fields, such as `Widget::SPEC_COLOR`, and of labels, such as `Widget::LABEL_APP`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use super::runtime;
use crate::{
    model::{Handle, Model, Names, Source},
    names::respanned,
};

pub(super) fn expand(model: &Model) -> TokenStream {
    let (Model { root, vis, handles, .. }, rt) = (model, runtime());
    let fields = handles.fields.iter().map(|handle| {
        let constant = &handle.constant;
        let doc =
            format!(" The field `{}`, by which the API server selects `{root}` objects.", value(handle));
        let field = field(model, handle);
        quote! {
            #[doc = #doc]
            #vis const #constant: #rt::SelectableField<#root> = #field;
        }
    });
    let labels = handles.labels.iter().map(|handle| {
        let constant = &handle.constant;
        let doc = format!(" The label `{}` of `{root}` objects.", value(handle));
        let key = handle.text.as_ref().map_or_else(super::unreachable, |key| quote!(#rt::Label::new(#key)));
        quote! {
            #[doc = #doc]
            #vis const #constant: #rt::Label<#root> = #key;
        }
    });
    fields.chain(labels).collect()
}

fn value(handle: &Handle) -> String {
    handle.text.as_ref().map(LitStr::value).unwrap_or_default()
}

/// A selectable field. The runtime knows those of built-in kinds, and fails the compilation at the path if it is not one of
/// them.
fn field(model: &Model, Handle { text, .. }: &Handle) -> TokenStream {
    let rt = runtime();
    let Some(path) = text else { return super::unreachable() };
    match &model.source {
        Source::Literals { names: Some(Names { group, kind, .. }), .. } => {
            respanned(quote!(#rt::selectable_of([#group, #kind], #path)), path.span())
        }
        Source::Literals { names: None, .. } | Source::Resource => quote!(#rt::selectable(#path)),
    }
}
