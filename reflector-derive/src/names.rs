//! The names of what is generated (constants of indexes, aliases), and where its tokens stand.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
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

/// The same tokens, all of them at `span`, in generated code.
pub(crate) fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| {
            let mut token = match token {
                TokenTree::Ident(name) => return name_at(name, span).into(),
                TokenTree::Group(group) => {
                    Group::new(group.delimiter(), respanned(group.stream(), span)).into()
                }
                other => other,
            };
            token.set_span(in_expansion(span));
            token
        })
        .collect()
}

/// The same name at `span`, in generated code. That is of this crate's edition, where `gen` is a keyword; the
/// user's may be an older one.
pub(crate) fn name_at(mut name: Ident, span: Span) -> Ident {
    if name == "gen" {
        return Ident::new_raw("gen", in_expansion(span));
    }
    name.set_span(in_expansion(span));
    name
}

/// A local variable of generated code, at the place of `span`.
///
/// Not of `Span::mixed_site`, although that is for locals: rustc joins the places of two tokens to underline
/// what is between only if both resolve alike. Nothing can be captured, since generated bodies hold no
/// expressions of the user's but field names.
pub(crate) fn local(name: &str, span: Span) -> Ident {
    Ident::new(name, in_expansion(span))
}
