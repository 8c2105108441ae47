//! The syntax shared by `#[reflect(...)]` and `#[kube(...)]`: a list of `key`, `key = value` and `key(...)`.
//!
//! Parsing continues after an error: entries are independent, so the remaining entries are always parsed. Must not
//! depend on which keys exist.

pub(crate) mod index;
pub(crate) mod kube;
pub(crate) mod label;
pub(crate) mod reflect;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, LitBool, LitStr, Meta};

use crate::{ctxt::Ctxt, symbol::Key};

/// A key in the attribute, and its value. `None` if the value is invalid; the error is already reported.
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) value: Option<T>,
}

/// One entry of an attribute list.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// The part of an entry that follows the key.
pub(crate) enum Value {
    /// Nothing: the key alone.
    Word,
    /// The tokens after `=`. Not empty.
    Equals(Vec<TokenTree>),
    /// A group in parentheses.
    Parens(Group),
}

/// The tokens in the parentheses of an attribute.
pub(crate) fn arguments(cx: &Ctxt, attr: &Attribute, example: &Key) -> TokenStream {
    match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) | Meta::NameValue(_) => {
            let example = example.example;
            cx.error(
                attr,
                format_args!("expected attribute arguments in parentheses: `#[reflect({example})]`"),
            );
            TokenStream::new()
        }
    }
}

/// Tokens that are not a valid entry, and the error message.
pub(crate) struct InvalidEntry {
    pub(crate) tokens: TokenStream,
    pub(crate) message: &'static str,
}

/// Splits a list into its entries.
pub(crate) fn entries(tokens: TokenStream) -> impl Iterator<Item = Result<Entry, InvalidEntry>> {
    segments(tokens).map(|segment| entry(&segment?))
}

/// An entry, and the tokens of the type after its key: `key: Type = value`.
pub(crate) struct TypedEntry {
    pub(crate) entry: Entry,
    pub(crate) value_type: Option<Vec<TokenTree>>,
}

/// Splits a list at its commas, except at those between `<` and `>`.
fn segments(tokens: TokenStream) -> impl Iterator<Item = Result<Vec<TokenTree>, InvalidEntry>> {
    let mut rest = flatten(tokens).into_iter().peekable();
    std::iter::from_fn(move || {
        rest.peek()?;
        let mut segment = Vec::new();
        let mut depth = 0_usize;
        for token in rest.by_ref() {
            match punctuation(&token) {
                Some(',') if depth == 0 => {
                    if segment.is_empty() {
                        let message = "unexpected `,`: remove it";
                        return Some(Err(InvalidEntry { tokens: token.into(), message }));
                    }
                    break;
                }
                Some('<') => depth += 1,
                Some('>') => depth = depth.saturating_sub(1),
                _ => {}
            }
            segment.push(token);
        }
        Some(Ok(segment))
    })
}

fn punctuation(token: &TokenTree) -> Option<char> {
    match token {
        TokenTree::Punct(punct) => Some(punct.as_char()),
        _ => None,
    }
}

fn typed_entry(segment: &[TokenTree]) -> Result<TypedEntry, InvalidEntry> {
    let [key @ TokenTree::Ident(_), colon, rest @ ..] = segment else {
        return entry(segment).map(|entry| TypedEntry { entry, value_type: None });
    };
    if punctuation(colon) != Some(':') {
        return entry(segment).map(|entry| TypedEntry { entry, value_type: None });
    }
    let equals = rest.iter().position(|token| punctuation(token) == Some('='));
    let (value_type, value) = rest.split_at(equals.unwrap_or(rest.len()));
    if value_type.is_empty() {
        return Err(InvalidEntry { tokens: colon.to_token_stream(), message: "expected a type after `:`" });
    }
    if value.is_empty() {
        return Err(InvalidEntry {
            tokens: tokens(value_type),
            message: "expected `= path` after the type of an index",
        });
    }
    let untyped: Vec<TokenTree> = std::iter::once(key).chain(value).cloned().collect();
    Ok(TypedEntry { entry: entry(&untyped)?, value_type: Some(value_type.to_vec()) })
}

fn entry(segment: &[TokenTree]) -> Result<Entry, InvalidEntry> {
    let invalid = |trees: &[TokenTree], message| Err(InvalidEntry { tokens: tokens(trees), message });
    let [TokenTree::Ident(key), rest @ ..] = segment else {
        return invalid(segment, "expected `key`, `key = value` or `key(...)`");
    };
    let value = match rest {
        [] => Value::Word,
        [TokenTree::Punct(equals)] if equals.as_char() == '=' => {
            return invalid(rest, "expected a value after `=`");
        }
        [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => Value::Equals(value.to_vec()),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            Value::Parens(group.clone())
        }
        _ => return invalid(rest, "expected `,`, `= value` or `(...)` after the key"),
    };
    Ok(Entry { key: key.clone(), value })
}

/// Removes the invisible groups in which `macro_rules!` passes fragments.
fn flatten(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flatten(group.stream()),
            other => other.into(),
        })
        .collect()
}

/// Parses the value of a key that takes a string literal.
pub(crate) fn text(cx: &Ctxt, key: &Key, entry: &Entry) -> Option<LitStr> {
    if let Value::Equals(value) = &entry.value
        && let [first, rest @ ..] = value.as_slice()
        && let Some(literal) = literal(first)
    {
        if !rest.is_empty() {
            cx.error(tokens(rest), "expected `,` before this");
        }
        return Some(literal);
    }
    wrong_value(
        cx,
        entry,
        format_args!("`{}` must be a string literal, such as `{}`", key.name, key.example),
    );
    None
}

/// Parses the value of a flag: `key`, `key = true` or `key = false`.
pub(crate) fn flag(cx: &Ctxt, entry: &Entry) -> Option<bool> {
    match &entry.value {
        Value::Word => return Some(true),
        Value::Equals(value) => {
            if let Ok(literal) = syn::parse2::<LitBool>(tokens(value)) {
                return Some(literal.value);
            }
        }
        Value::Parens(_) => {}
    }
    wrong_value(cx, entry, format_args!("`{0}` is a flag: write `{0}` without a value", entry.key));
    None
}

/// Reports an error on the value of an entry, or on the key if there is no value.
pub(crate) fn wrong_value(cx: &Ctxt, entry: &Entry, message: impl std::fmt::Display) {
    match &entry.value {
        Value::Word => cx.error(&entry.key, message),
        Value::Equals(value) => cx.error(tokens(value), message),
        Value::Parens(group) => cx.error(group, message),
    }
}

pub(crate) fn literal(token: &TokenTree) -> Option<LitStr> {
    syn::parse2(token.to_token_stream()).ok()
}

pub(crate) fn tokens(trees: &[TokenTree]) -> TokenStream {
    trees.iter().cloned().collect()
}
