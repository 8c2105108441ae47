//! The grammar of index paths: `spec.color`, `status?.phase`, `spec.parts[].image`.
//!
//! ```text
//! path = field step*
//! step = "." field        a field
//!      | "?"              unwraps an `Option`
//!      | "[]"             iterates over a list, or over the values of a map
//!      | "[" string "]"   the value of one key of a map
//! ```
//! Keeps the span of every token, so that the compiler reports field errors at the path that the user wrote. Must not
//! depend on the meaning of the fields.

use std::fmt;

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenTree};
use quote::ToTokens;
use syn::{Index, LitStr, Member};

use crate::ctxt::Ctxt;

/// A path from an object to the value by which it is indexed.
pub(crate) struct IndexPath {
    /// The start of the path: a field of the object.
    pub(crate) first: Member,
    pub(crate) steps: Vec<Step>,
    /// Whether the type of the first field is known to be neither an `Option` nor a list nor a map.
    pub(crate) starts_at_struct: bool,
}

/// One step along a path.
pub(crate) enum Step {
    Field(Member),
    /// `?`, and its span.
    Option(Span),
    /// `[]`, and its span.
    Each(Span),
    /// `["key"]`.
    Key(LitStr),
}

const STEPS: &str = "expected `.field`, `?` (to unwrap an `Option`), `[]` (to iterate over a list) or `[\"key\"]` (for a \
                     value of a map)";

impl IndexPath {
    /// Parses a path. Returns `None` if it is invalid, after reporting the error.
    pub(crate) fn parse(cx: &Ctxt, tokens: &[TokenTree]) -> Option<Self> {
        let mut tokens = tokens.iter();
        let first = tokens.next()?;
        if matches!(first, TokenTree::Ident(word) if word == "self") {
            cx.error(first, "index paths start at a field of the object: remove `self.`");
            return None;
        }
        let mut fields = fields(cx, first)?.into_iter();
        let (first, steps) = (fields.next()?, fields.map(Step::Field).collect());
        let mut path = Self { first, steps, starts_at_struct: false };
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '?' => {
                    path.steps.push(Step::Option(punct.span()));
                }
                TokenTree::Punct(punct) if punct.as_char() == '.' => {
                    let Some(field) = tokens.next() else {
                        cx.error(punct, "expected a field name after `.`");
                        return None;
                    };
                    path.steps.extend(self::fields(cx, field)?.into_iter().map(Step::Field));
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                    path.steps.push(brackets(cx, group)?);
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                    cx.error(
                        group,
                        "an index path cannot contain a call: define a function that returns the value, such as \
                         `fn host(object: &Widget) -> Option<String>`, and write `by_host = with(host)`",
                    );
                    return None;
                }
                other => {
                    cx.error(other, STEPS);
                    return None;
                }
            }
        }
        Some(path)
    }
}

/// `[]` or `["key"]`.
fn brackets(cx: &Ctxt, group: &Group) -> Option<Step> {
    if group.stream().is_empty() {
        return Some(Step::Each(group.span()));
    }
    let key = syn::parse2::<LitStr>(group.stream());
    if key.is_err() {
        cx.error(
            group,
            "expected `[]`, to iterate over all items of a list, or `[\"key\"]`, for the value of one key of a map",
        );
    }
    key.ok().map(Step::Key)
}

/// The field that a token names. The result is two fields if Rust's lexer read `0.1` as one number.
fn fields(cx: &Ctxt, token: &TokenTree) -> Option<Vec<Member>> {
    match token {
        TokenTree::Ident(ident) if syn::parse2::<Ident>(ident.to_token_stream()).is_ok() => {
            return Some(vec![Member::Named(ident.clone())]);
        }
        TokenTree::Ident(keyword) if keyword == "_" => cx.error(token, "expected a field name"),
        TokenTree::Ident(keyword) => {
            cx.error(
                keyword,
                format_args!("`{keyword}` is a Rust keyword: write `r#{keyword}` for the field"),
            );
        }
        TokenTree::Literal(number) => match tuple_fields(number) {
            Some(fields) => return Some(fields),
            None => cx.error(number, "expected a field name without quotes"),
        },
        _ => cx.error(token, "expected a field name"),
    }
    None
}

/// The tuple struct fields in a number literal.
fn tuple_fields(number: &Literal) -> Option<Vec<Member>> {
    let index = |text: &str| Some(Member::Unnamed(Index { index: text.parse().ok()?, span: number.span() }));
    number.to_string().split('.').map(index).collect()
}

/// The path as written, without spaces.
impl fmt::Display for IndexPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.to_token_stream())?;
        for step in &self.steps {
            match step {
                Step::Field(field) => write!(f, ".{}", field.to_token_stream())?,
                Step::Option(_) => f.write_str("?")?,
                Step::Each(_) => f.write_str("[]")?,
                Step::Key(key) => write!(f, "[{}]", key.to_token_stream())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::*;

    fn parse(text: &str) -> Result<String, String> {
        let tokens: Vec<_> = text.parse::<TokenStream>().unwrap().into_iter().collect();
        let (path, errors) = Ctxt::collect(|cx| IndexPath::parse(cx, &tokens));
        match path {
            Some(path) => {
                assert!(errors.is_empty(), "{text}");
                Ok(path.to_string())
            }
            None => Err(errors.to_string()),
        }
    }

    #[test]
    fn paths_are_parsed_as_written() {
        for path in [
            "spec.color",
            "status?.phase",
            "spec.parts[].image",
            "spec.parts?[].image?",
            "spec.matrix[][]",
            "metadata.labels",
            "spec.r#type",
            "spec.0",
            "spec.0.1.name",
            "spec.a??.b",
            "metadata.labels[\"app.kubernetes.io/name\"]",
            "spec.ports?[\"http\"].number",
        ] {
            assert_eq!(parse(path).as_deref(), Ok(path));
        }
        assert_eq!(parse("spec . parts [ ] . image").as_deref(), Ok("spec.parts[].image"));
    }

    #[test]
    fn each_syntax_error_has_its_own_message() {
        for (path, part) in [
            ("self.spec", "remove `self.`"),
            ("spec.", "expected a field name after `.`"),
            ("spec..color", "expected a field name"),
            ("spec.type", "r#type"),
            ("spec.parts[0]", "to iterate over all items"),
            ("spec.color()", "cannot contain a call"),
            ("spec.color == x", "expected `.field`"),
            ("spec color", "expected `.field`"),
            ("\"spec.color\"", "without quotes"),
            ("spec._", "expected a field name"),
            ("?", "expected a field name"),
            ("spec.1e5", "expected a field name"),
        ] {
            let error = parse(path).unwrap_err();
            assert!(error.contains(part), "{path}: {error}");
            assert_eq!(error.matches("compile_error").count(), 1, "{path}: {error}");
        }
    }
}
