//! Collects the errors of one run of the derive and reports them together.
//!
//! Must not depend on what the errors are about.

use std::{cell::RefCell, fmt::Display};

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects errors. Only [`Ctxt::collect`] creates a context, and it returns the errors, so that no code path can
/// drop them.
pub(crate) struct Ctxt {
    errors: RefCell<Option<syn::Error>>,
}

impl Ctxt {
    /// Runs `work`. Returns its result and the errors as tokens, which are empty if there were no errors.
    pub(crate) fn collect<T>(work: impl FnOnce(&Self) -> T) -> (T, TokenStream) {
        let cx = Self { errors: RefCell::new(None) };
        let result = work(&cx);
        let errors = cx.errors.into_inner().map(|errors| errors.to_compile_error());
        (result, errors.unwrap_or_default())
    }

    /// Reports an error that underlines all of `tokens`.
    pub(crate) fn error(&self, tokens: impl ToTokens, message: impl Display) {
        // Converted into tokens here so that the rest is compiled once instead of once per argument type.
        let error = syn::Error::new_spanned(tokens.into_token_stream(), message);
        match &mut *self.errors.borrow_mut() {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }
}
