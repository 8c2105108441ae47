//! `#[derive(Reflect)]`, the proc-macro half of `reflector-runtime`: use it through that crate.
//!
//! The derive writes data (one constant `ResourceType`, one constant per index, three type aliases); behaviour is the
//! runtime's. A struct passes through these rooms, and nothing goes back:
//!
//! | room | holds | must not know |
//! |---|---|---|
//! | `attr` | `#[reflect(...)]` and `#[kube(...)]` as written, each value with its span | what is required |
//! | `path` | the grammar of index paths | what they are for |
//! | `shape` | which of the three shapes stands here | attribute syntax |
//! | `model` | what to generate: all rules that look at more than one attribute | tokens of the output |
//! | `expand` | the generated code | rules and errors |
//!
//! Beside them: `ctxt` (every error of one run), `symbol` (the attribute keys), `suggest` ("did you mean"),
//! `valid` (names that Kubernetes accepts), `plural` (kube's pluralisation), `names` (names of what is
//! generated).

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod attr;
mod ctxt;
mod expand;
mod model;
mod names;
mod path;
mod plural;
mod shape;
mod suggest;
mod symbol;
mod valid;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[doc = include_str!("../doc/reflect.md")]
#[proc_macro_derive(Reflect, attributes(reflect, kube))]
pub fn derive_reflect(input: TokenStream) -> TokenStream {
    expand::derive(&parse_macro_input!(input as DeriveInput)).into()
}
