//! The syntax that `#[reflect(...)]` and `#[kube(...)]` share: a list of `key`, `key = value` and `key(...)`.
//!
//! Reading never stops at a mistake: each entry stands for itself, so the next one is read in any case. Must
//! not know which keys there are.

pub(crate) mod kube;
pub(crate) mod reflect;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, LitBool, LitStr, Meta};

use crate::{ctxt::Ctxt, symbol::Key};

/// A key that was written, and its value: `None` where the value was wrong, which is reported already.
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) value: Option<T>,
}

/// One entry of an attribute's list.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// What stands behind a key.
pub(crate) enum Value {
    /// Nothing.
    Word,
    /// What follows `=`; not empty.
    Equals(Vec<TokenTree>),
    /// Parentheses.
    Parens(Group),
}

/// What stands in the parentheses of an attribute.
pub(crate) fn arguments(cx: &Ctxt, attr: &Attribute, example: &Key) -> TokenStream {
    match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) | Meta::NameValue(_) => {
            let example = example.example;
            cx.error(attr, format_args!("write it with parentheses: `#[reflect({example})]`"));
            TokenStream::new()
        }
    }
}

/// What is no entry, and why.
pub(crate) struct Bad {
    pub(crate) tokens: TokenStream,
    pub(crate) message: &'static str,
}

/// Splits a list into its entries.
pub(crate) fn entries(tokens: TokenStream) -> impl Iterator<Item = Result<Entry, Bad>> {
    let mut rest = flat(tokens).into_iter().peekable();
    std::iter::from_fn(move || {
        rest.peek()?;
        let mut segment = Vec::new();
        for token in rest.by_ref() {
            if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',') {
                if segment.is_empty() {
                    let message = "nothing stands before this comma: remove it";
                    return Some(Err(Bad { tokens: token.into(), message }));
                }
                break;
            }
            segment.push(token);
        }
        Some(entry(&segment))
    })
}

fn entry(segment: &[TokenTree]) -> Result<Entry, Bad> {
    let bad = |trees: &[TokenTree], message| Err(Bad { tokens: tokens(trees), message });
    let [TokenTree::Ident(key), rest @ ..] = segment else {
        return bad(segment, "expected `key`, `key = value` or `key(...)`");
    };
    let value = match rest {
        [] => Value::Word,
        [TokenTree::Punct(equals)] if equals.as_char() == '=' => return bad(rest, "a value must follow `=`"),
        [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => Value::Equals(value.to_vec()),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            Value::Parens(group.clone())
        }
        _ => return bad(rest, "expected `,`, `= value` or `(...)` behind the key"),
    };
    Ok(Entry { key: key.clone(), value })
}

/// Takes away the invisible groups in which `macro_rules!` hands fragments on.
fn flat(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flat(group.stream()),
            other => other.into(),
        })
        .collect()
}

/// The string literal that a key takes.
pub(crate) fn text(cx: &Ctxt, key: &Key, entry: &Entry) -> Option<LitStr> {
    if let Value::Equals(value) = &entry.value
        && let [first, rest @ ..] = value.as_slice()
        && let Some(literal) = literal(first)
    {
        if !rest.is_empty() {
            cx.error(tokens(rest), "a comma is missing before this");
        }
        return Some(literal);
    }
    wrong_value(cx, entry, format_args!("`{}` takes a string literal: `{}`", key.name, key.example));
    None
}

/// The truth of a key that is a word: `key`, `key = true` or `key = false`.
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
    wrong_value(cx, entry, format_args!("`{0}` takes no value: write `{0}` alone", entry.key));
    None
}

/// An error on what stands behind the key, or on the key where nothing does.
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
