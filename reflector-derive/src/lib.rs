//! The proc-macro half of `reflector-runtime`: `#[derive(Reflect)]`. Use it through that crate.
//!
//! The derive generates data (one constant `ResourceType`, one constant per index, three type aliases). The runtime
//! implements the behavior. A struct passes through these modules, and data flows in one direction:
//!
//! | module | owns | must not depend on |
//! |---|---|---|
//! | `attr` | `#[reflect(...)]` and `#[kube(...)]` as written, each value with its span | which keys are required |
//! | `path` | the grammar of index paths | the use of index paths |
//! | `form` | the choice between the three forms of the derive | attribute syntax |
//! | `model` | what to generate: all rules that involve more than one attribute | tokens of the output |
//! | `expand` | the generated code | rules and errors |
//!
//! Supporting modules: `ctxt` (collects the errors of one run), `symbol` (the attribute keys), `suggest` ("did you
//! mean"), `valid` (names that Kubernetes accepts), `plural` (kube's pluralization), `names` (names and spans of
//! generated items).

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod attr;
mod ctxt;
mod expand;
mod form;
mod model;
mod names;
mod path;
mod plural;
mod suggest;
mod symbol;
mod valid;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_tokens;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

// `kube` is not declared: it is the attribute of `CustomResource`, and the compiler says so if that derive is left out.
#[doc = include_str!("../doc/reflect.md")]
#[proc_macro_derive(Reflect, attributes(reflect))]
pub fn derive_reflect(input: TokenStream) -> TokenStream {
    expand::derive(&parse_macro_input!(input as DeriveInput)).into()
}
