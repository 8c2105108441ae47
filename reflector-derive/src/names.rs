//! Names of generated items (index constants, aliases), and the spans of generated tokens.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::format_ident;
use syn::Visibility;

use crate::suggest;

/// The constant of the index `name`: the name in upper case, with the same span. `None` if that is not an identifier.
pub(crate) fn constant(name: &Ident) -> Option<Ident> {
    let upper = name.to_string().to_uppercase();
    let mut constant = syn::parse_str::<Ident>(&upper).ok()?;
    constant.set_span(in_expansion(name.span()));
    Some(constant)
}

/// The constant of something with a name, of a kind of things: `LABEL_APP`.
pub(crate) fn prefixed_constant(prefix: &str, name: &Ident) -> Option<Ident> {
    constant(&format_ident!("{prefix}_{name}", span = name.span()))
}

/// The constant of a field with a path of JSON names: `SPEC_NODE_NAME` of `spec.nodeName`.
pub(crate) fn constant_of_path(path: &str, span: Span) -> Option<Ident> {
    let name = path.split('.').map(suggest::rust_name).collect::<Vec<_>>().join("_");
    let mut name = syn::parse_str::<Ident>(&name.to_uppercase()).ok()?;
    name.set_span(in_expansion(span));
    Some(name)
}

/// The alias named after the root struct and ending in `suffix`.
pub(crate) fn alias(root: &Ident, suffix: &str) -> Ident {
    format_ident!("{root}{suffix}", span = in_expansion(root.span()))
}

/// The location of `span`, marked as generated code: errors point to that location and mention the derive, and lints
/// that skip macro expansions skip it.
pub(crate) fn in_expansion(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}

/// The same visibility with the location of `span`, marked as generated code. With the user's span, a lint that suggests
/// a change to the visibility of a generated item would change the visibility of the struct.
pub(crate) fn vis_at(vis: &Visibility, span: Span) -> Visibility {
    let mut vis = vis.clone();
    match &mut vis {
        Visibility::Public(public) => public.span = in_expansion(span),
        Visibility::Restricted(restricted) => restricted.pub_token.span = in_expansion(span),
        Visibility::Inherited => {}
    }
    vis
}

/// The same tokens, all with the location of `span`, marked as generated code.
pub(crate) fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    located(tokens, in_expansion(span))
}

fn located(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| {
            let mut token = match token {
                TokenTree::Group(group) => {
                    Group::new(group.delimiter(), located(group.stream(), span)).into()
                }
                other => other,
            };
            token.set_span(span);
            token
        })
        .collect()
}

/// The same name with the location of `span`, marked as generated code. Generated code has the edition of this crate,
/// in which `gen` is a keyword. The user's crate may have an older edition.
pub(crate) fn name_at(mut name: Ident, span: Span) -> Ident {
    if name == "gen" {
        return Ident::new_raw("gen", in_expansion(span));
    }
    name.set_span(in_expansion(span));
    name
}

/// A local variable of generated code, with the location of `span`.
///
/// Does not use `Span::mixed_site`, although that is intended for locals: rustc joins the locations of two tokens, to
/// underline the text between them, only if both tokens resolve at the same site. No user variable can be captured,
/// because field names are the only user expressions in generated bodies.
pub(crate) fn local(name: &str, span: Span) -> Ident {
    Ident::new(name, in_expansion(span))
}
