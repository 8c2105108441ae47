//! The handles of selectable fields, such as `Widget::SPEC_COLOR`, and of labels, such as `Widget::LABEL_APP`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use super::{constant_item, runtime};
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
        let path =
            handle.text.as_ref().map_or_else(super::unreachable, |path| quote!(#rt::selectable(#path)));
        constant_item(vis, constant, &doc, &quote!(#rt::SelectableField<#root>), &path)
    });
    let labels = handles.labels.iter().map(|handle| {
        let constant = &handle.constant;
        let doc = format!(" The label `{}` of `{root}` objects.", value(handle));
        let key = handle.text.as_ref().map_or_else(super::unreachable, |key| quote!(#rt::Label::new(#key)));
        constant_item(vis, constant, &doc, &quote!(#rt::Label<#root>), &key)
    });
    fields.chain(labels).collect()
}

/// Fails the compilation at a path by which the API server does not select objects of a built-in kind: the runtime knows
/// those kinds. A constant of its own, because the compiler evaluates associated constants only where they are used.
pub(super) fn checks(model: &Model) -> TokenStream {
    let Source::Literals { names: Some(Names { group, kind, .. }), .. } = &model.source else {
        return TokenStream::new();
    };
    let rt = runtime();
    let paths = model.handles.fields.iter().filter_map(|handle| handle.text.as_ref());
    let check = |path: &LitStr| {
        let check = respanned(quote!(#rt::check_selectable([#group, #kind], #path)), path.span());
        quote!(const _: () = #check;)
    };
    paths.map(check).collect()
}

fn value(handle: &Handle) -> String {
    handle.text.as_ref().map(LitStr::value).unwrap_or_default()
}
