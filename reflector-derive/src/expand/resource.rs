//! `impl kube::Resource`, for a root struct that does not implement it: a call of the runtime's macro.

use proc_macro2::TokenStream;
use quote::quote;

use super::{metadata, resource_type::scope};
use crate::model::{Model, Names};

/// Without names, because of an error that is already reported, they are empty.
pub(super) fn expand(model: &Model, names: Option<&Names>) -> TokenStream {
    let Model { root, krate, .. } = model;
    let scope = scope(model);
    let [group, version, kind, plural] = match names {
        Some(Names { group, version, kind, plural }) => [group.as_str(), version, kind, plural],
        None => [""; 4],
    };
    let get = metadata(model, &quote!(get(&self.metadata)));
    let get_mut = metadata(model, &quote!(get_mut(&mut self.metadata)));
    quote! {
        #krate::__private::resource! {
            #root, #scope, [#group, #version, #kind, #plural], &self => #get, &mut self => #get_mut
        }
    }
}
