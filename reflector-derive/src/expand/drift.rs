//! The test that compares the type with a CRD file.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::{
    model::{DriftTest, Model},
    names::in_expansion,
};

/// A test function next to the struct: the compiler does not run tests inside a `const`.
pub(super) fn expand(model: &Model) -> TokenStream {
    let Model { krate, root, test, .. } = model;
    let Some(DriftTest { name, path }) = test else { return TokenStream::new() };
    // A missing file is reported at the path.
    let file = quote_spanned! {in_expansion(path.span())=>
        ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #path))
    };
    quote! {
        #[cfg(test)]
        #[::core::prelude::v1::test]
        fn #name() {
            #krate::__private::assert_fits_crd_file::<#root>(#path, #file);
        }
    }
}
