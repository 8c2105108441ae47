//! The names of what is generated: constants of indexes, aliases.

use proc_macro2::{Ident, Span};
use quote::format_ident;

/// The constant of the index `name`: the same in upper case, at the same place. `None` where that is no name.
pub(crate) fn constant(name: &Ident) -> Option<Ident> {
    let upper = name.to_string().to_uppercase();
    let mut constant = syn::parse_str::<Ident>(&upper).ok()?;
    constant.set_span(in_expansion(name.span()));
    Some(constant)
}

/// The alias that ends in `suffix`: the root's name before it.
pub(crate) fn alias(root: &Ident, suffix: &str) -> Ident {
    format_ident!("{root}{suffix}", span = in_expansion(root.span()))
}

/// The place of `span`, for generated code: errors point there and say that they come from the derive, and
/// lints that pass over expansions do so.
pub(crate) fn in_expansion(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}

/// A local variable of generated code, at the place of `span`.
///
/// Not of `Span::mixed_site`, although that is for locals: rustc joins the places of two tokens to underline
/// what is between only if both resolve alike. Nothing can be captured, since generated bodies hold no
/// expressions of the user's but field names.
pub(crate) fn local(name: &str, span: Span) -> Ident {
    Ident::new(name, in_expansion(span))
}
