//! `WidgetListerWatcher`, `WidgetInformer`, `WidgetLister`: aliases of the runtime's types for this resource, with
//! the visibility of the struct.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Aliases, Model};

pub(super) fn expand(model: &Model) -> TokenStream {
    let Model { krate, root, vis, aliases, .. } = model;
    let Some(Aliases { lister_watcher, informer, lister }) = aliases else {
        return TokenStream::new();
    };
    let [lister_watcher_doc, informer_doc, lister_doc] = [
        format!(" Lists and watches `{root}` objects."),
        format!(" Keeps an up-to-date, indexed cache of `{root}` objects in memory."),
        format!(" Reads `{root}` objects from the cache of an informer."),
    ];
    // Users may leave any of the three unused.
    quote! {
        #[doc = #lister_watcher_doc]
        #[allow(dead_code)]
        #vis type #lister_watcher = #krate::KubeListerWatcher<#root>;
        #[doc = #informer_doc]
        #[allow(dead_code)]
        #vis type #informer = #krate::__private::InformerOf<#root>;
        #[doc = #lister_doc]
        #[allow(dead_code)]
        #vis type #lister = #krate::__private::ListerOf<#root>;
    }
}
