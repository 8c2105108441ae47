//! The grammar of index paths: `spec.color`, `status?.phase`, `spec.parts[].image`.
//!
//! ```text
//! path = field step*
//! step = "." field        a field
//!      | "?"              through an `Option`
//!      | "[]"             through every item of a list
//! ```
//! Keeps the span of every token, because the compiler checks the fields where the user wrote them. Must not
//! know what the fields are.

use std::fmt;

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenTree};
use quote::ToTokens;
use syn::{Index, Member};

use crate::ctxt::Ctxt;

/// A path from an object to the value under which it is found.
pub(crate) struct IndexPath {
    /// Where it begins: a field of the object.
    pub(crate) first: Member,
    pub(crate) steps: Vec<Step>,
}

/// One step along a path.
pub(crate) enum Step {
    Field(Member),
    /// `?`, and where it stands.
    Option(Span),
    /// `[]`, and where it stands.
    Each(Span),
}

const STEPS: &str = "expected `.field`, `?` (through an `Option`) or `[]` (through a list)";

impl IndexPath {
    /// Reads a path; `None` where it is wrong, which is then reported.
    pub(crate) fn parse(cx: &Ctxt, tokens: &[TokenTree]) -> Option<Self> {
        let mut tokens = tokens.iter();
        let first = tokens.next()?;
        if matches!(first, TokenTree::Ident(word) if word == "self") {
            cx.error(first, "a path begins at a field of the object: remove `self.`");
            return None;
        }
        let mut fields = fields(cx, first)?.into_iter();
        let mut path = Self { first: fields.next()?, steps: fields.map(Step::Field).collect() };
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '?' => {
                    path.steps.push(Step::Option(punct.span()));
                }
                TokenTree::Punct(punct) if punct.as_char() == '.' => {
                    let Some(field) = tokens.next() else {
                        cx.error(punct, "a field must follow `.`");
                        return None;
                    };
                    path.steps.extend(self::fields(cx, field)?.into_iter().map(Step::Field));
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                    if !group.stream().is_empty() {
                        cx.error(group, "write `[]`: it steps through every item, so nothing stands in it");
                        return None;
                    }
                    path.steps.push(Step::Each(group.span()));
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                    cx.error(
                        group,
                        "a path reads fields and calls nothing: for a computed value, write \
                         `const BY_X: Index<...> = Index::new(\"by_x\", |object, values| ...)` and add it to the \
                         informer's builder",
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

/// The field that a token names; two, where Rust's lexer made one number of `0.1`.
fn fields(cx: &Ctxt, token: &TokenTree) -> Option<Vec<Member>> {
    match token {
        TokenTree::Ident(ident) if syn::parse2::<Ident>(ident.to_token_stream()).is_ok() => {
            return Some(vec![Member::Named(ident.clone())]);
        }
        TokenTree::Ident(keyword) if keyword == "_" => cx.error(token, "write the name of a field"),
        TokenTree::Ident(keyword) => {
            cx.error(keyword, format_args!("`{keyword}` is a Rust keyword: as a field, write `r#{keyword}`"));
        }
        TokenTree::Literal(number) => match numbered(number) {
            Some(fields) => return Some(fields),
            None => cx.error(number, "write the name of a field, without quotes"),
        },
        _ => cx.error(token, "write the name of a field"),
    }
    None
}

/// Fields of tuple structs.
fn numbered(number: &Literal) -> Option<Vec<Member>> {
    let index = |text: &str| Some(Member::Unnamed(Index { index: text.parse().ok()?, span: number.span() }));
    number.to_string().split('.').map(index).collect()
}

/// The path as it was written, without spaces.
impl fmt::Display for IndexPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.to_token_stream())?;
        for step in &self.steps {
            match step {
                Step::Field(field) => write!(f, ".{}", field.to_token_stream())?,
                Step::Option(_) => f.write_str("?")?,
                Step::Each(_) => f.write_str("[]")?,
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
    fn paths_are_read_as_written() {
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
        ] {
            assert_eq!(parse(path).as_deref(), Ok(path));
        }
        assert_eq!(parse("spec . parts [ ] . image").as_deref(), Ok("spec.parts[].image"));
    }

    #[test]
    fn each_mistake_has_its_message() {
        for (path, part) in [
            ("self.spec", "remove `self.`"),
            ("spec.", "a field must follow"),
            ("spec..color", "write the name of a field"),
            ("spec.type", "r#type"),
            ("spec.parts[0]", "nothing stands in it"),
            ("spec.color()", "calls nothing"),
            ("spec.color == x", "expected `.field`"),
            ("spec color", "expected `.field`"),
            ("\"spec.color\"", "without quotes"),
            ("spec._", "write the name of a field"),
            ("?", "write the name of a field"),
            ("spec.1e5", "write the name of a field"),
        ] {
            let error = parse(path).unwrap_err();
            assert!(error.contains(part), "{path}: {error}");
            assert_eq!(error.matches("compile_error").count(), 1, "{path}: {error}");
        }
    }
}
