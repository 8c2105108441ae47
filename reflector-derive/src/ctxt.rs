//! The errors of one run of the derive: all of them are collected, then reported together.
//!
//! Must not know what any error is about.

use std::{cell::RefCell, fmt::Display};

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects errors. Made only by [`Ctxt::collect`], which hands them out, so no path can forget them.
pub(crate) struct Ctxt {
    errors: RefCell<Option<syn::Error>>,
}

impl Ctxt {
    /// Runs `work`; gives its result and the errors as tokens (none, if there were none).
    pub(crate) fn collect<T>(work: impl FnOnce(&Self) -> T) -> (T, TokenStream) {
        let cx = Self { errors: RefCell::new(None) };
        let result = work(&cx);
        let errors = cx.errors.into_inner().map(|errors| errors.to_compile_error());
        (result, errors.unwrap_or_default())
    }

    /// Reports an error that underlines all of `tokens`.
    pub(crate) fn error(&self, tokens: impl ToTokens, message: impl Display) {
        // Turned into tokens here so that what follows is compiled once, not per type of argument.
        let error = syn::Error::new_spanned(tokens.into_token_stream(), message);
        match &mut *self.errors.borrow_mut() {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }
}
