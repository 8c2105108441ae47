//! The entries of `index(...)`: a name, the type of the values, and where the values come from.
//!
//! Must not depend on which fields exist.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{LitStr, Path, Type, ext::IdentExt};

use super::{Entry, InvalidEntry, TypedEntry, Value, literal, segments, tokens, typed_entry, wrong_value};
use crate::{
    ctxt::Ctxt,
    path::IndexPath,
    suggest,
    symbol::{OWNER, SERDE, WITH},
};

/// One entry of an `index(...)`.
pub(crate) struct IndexAttr {
    pub(crate) name: Ident,
    /// The type of the values. `None` if they are text.
    pub(crate) value_type: Option<Type>,
    /// `None` if they are invalid; the error is already reported.
    pub(crate) values: Option<Values>,
}

/// Where the values of an index come from.
pub(crate) enum Values {
    /// A field.
    Field(IndexPath),
    /// `serde(path)`: the text of a field, as serialized.
    Serialized(IndexPath),
    /// `(path, path)`: several fields as one value, and the type of each part. `None` if a part is text.
    Tuple(Vec<(IndexPath, Option<Type>)>),
    /// `with(function)`: the result of a function.
    Function(Path),
    /// `owner`: the uid of the controller.
    Owner,
}

impl Values {
    /// Every path.
    pub(crate) fn paths(&self) -> Vec<&IndexPath> {
        match self {
            Self::Field(path) | Self::Serialized(path) => vec![path],
            Self::Tuple(parts) => parts.iter().map(|(path, _)| path).collect(),
            Self::Function(_) | Self::Owner => Vec::new(),
        }
    }

    /// Every path, to be completed.
    pub(crate) fn paths_mut(&mut self) -> Vec<&mut IndexPath> {
        match self {
            Self::Field(path) | Self::Serialized(path) => vec![path],
            Self::Tuple(parts) => parts.iter_mut().map(|(path, _)| path).collect(),
            Self::Function(_) | Self::Owner => Vec::new(),
        }
    }
}

/// Parses the contents of an `index(...)`.
pub(crate) fn parse(cx: &Ctxt, list: TokenStream) -> Vec<IndexAttr> {
    let segments: Vec<_> = segments(list).collect();
    if let Some(name_and_path) = as_two_keys(&segments) {
        let (at, message) = name_and_path;
        cx.error(at, message);
        return Vec::new();
    }
    let mut indexes = Vec::new();
    for segment in segments {
        match segment.and_then(|segment| entry(cx, &segment)) {
            Ok(index) => indexes.extend(index),
            Err(invalid) => cx.error(invalid.tokens, invalid.message),
        }
    }
    indexes
}

/// `index(name = "by_color", path = "spec.color")`, as other crates write it.
fn as_two_keys(segments: &[Result<Vec<TokenTree>, InvalidEntry>]) -> Option<(TokenStream, String)> {
    let [Ok(first), Ok(second)] = segments else { return None };
    let text = |segment: &[TokenTree], known: &[&str]| match segment {
        [TokenTree::Ident(key), TokenTree::Punct(equals), value]
            if equals.as_char() == '=' && known.contains(&key.to_string().as_str()) =>
        {
            literal(value).map(|value| value.value())
        }
        _ => None,
    };
    let name = text(first, &["name"])?;
    let path = text(second, &["path", "field"])?;
    let all = first.iter().chain(second).cloned().collect();
    Some((all, format!("an index is written as its name and its path: `index({name} = {path})`")))
}

fn entry(cx: &Ctxt, segment: &[TokenTree]) -> Result<Option<IndexAttr>, InvalidEntry> {
    if let Some(message) = misspelled(segment) {
        cx.error(tokens(segment), message);
        return Ok(None);
    }
    let TypedEntry { entry, value_type } = typed_entry(segment)?;
    if let Value::Word = entry.value
        && entry.key == OWNER
    {
        let name = Ident::new("by_owner", entry.key.span());
        return Ok(Some(IndexAttr { name, value_type: None, values: Some(Values::Owner) }));
    }
    let value_type = value_type.as_ref().and_then(|tokens| self::value_type(cx, tokens));
    let values = values(cx, &entry, value_type.as_ref());
    // The types of the parts decide in a tuple: a part of type `String` is by text. A serialized value is text.
    let has_own_type = matches!(values, Some(Values::Tuple(_) | Values::Serialized(_)));
    let value_type = value_type.filter(|_| !has_own_type);
    Ok(Some(IndexAttr { name: entry.key.unraw(), value_type, values }))
}

/// The message for an entry whose intention is clear although it has no valid name.
fn misspelled(segment: &[TokenTree]) -> Option<String> {
    let punctuation =
        |token: &TokenTree, one: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == one);
    if let [name, equals, ..] = segment
        && punctuation(equals, '=')
        && let Some(name) = literal(name)
    {
        let name = name.value();
        return Some(format!("the name of an index has no quotes: write `{name} = ...`"));
    }
    let equals = segment.iter().position(|token| punctuation(token, '='));
    let (name, value) = segment.split_at(equals.unwrap_or(segment.len()));
    match name {
        [TokenTree::Ident(_), rest @ ..] if value.is_empty() => {
            let first = rest.first()?;
            let colon = punctuation(first, ':') && rest.iter().skip(1).any(|token| punctuation(token, '.'));
            if colon {
                return Some("write `=` between the name of an index and its path, not `:`".to_owned());
            }
            let is_path = punctuation(first, '.') || punctuation(first, '?');
            let is_path = is_path
                || matches!(first, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
            let path = text_of(segment);
            is_path.then(|| format!("an index needs a name: write `{} = {path}`", suggest::index_name(&path)))
        }
        [TokenTree::Ident(_), rest @ ..] if rest.iter().any(|token| punctuation(token, '-')) => {
            let name = text_of(name);
            let fixed = name.replace('-', "_");
            Some(format!("the name of an index is a Rust identifier: write `{fixed}` instead of `{name}`"))
        }
        _ => None,
    }
}

/// The tokens without spaces.
fn text_of(trees: &[TokenTree]) -> String {
    trees.iter().map(ToString::to_string).collect::<String>().replace(' ', "")
}

fn values(cx: &Ctxt, index: &Entry, value_type: Option<&Type>) -> Option<Values> {
    let Value::Equals(value) = &index.value else {
        let name = &index.key;
        wrong_value(cx, index, format_args!("expected a path for index `{name}`: `{name} = spec.color`"));
        return None;
    };
    match value.as_slice() {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            tuple(cx, group, value_type)
        }
        [TokenTree::Ident(function), TokenTree::Group(group)]
            if group.delimiter() == Delimiter::Parenthesis && *function == SERDE =>
        {
            if let Some(value_type) = value_type {
                cx.error(value_type, "`serde(...)` is an index by text: remove this type");
            }
            one_path(cx, group).map(Values::Serialized)
        }
        [TokenTree::Ident(function), TokenTree::Group(group)]
            if group.delimiter() == Delimiter::Parenthesis && *function == WITH =>
        {
            self::function(cx, group)
        }
        [TokenTree::Punct(punct), ..] if matches!(punct.as_char(), '>' | '=') => {
            cx.error(punct, "write a single `=` between the name of an index and its path");
            None
        }
        [TokenTree::Punct(borrow), ..] if matches!(borrow.as_char(), '&' | '*') => {
            cx.error(borrow, format_args!("an index path needs no `{0}`: remove it", borrow.as_char()));
            None
        }
        [TokenTree::Punct(bar), ..] if bar.as_char() == '|' => {
            cx.error(tokens(value), CLOSURE);
            None
        }
        [TokenTree::Ident(word), TokenTree::Punct(bar), ..] if word == "move" && bar.as_char() == '|' => {
            cx.error(tokens(value), CLOSURE);
            None
        }
        [one] if literal(one).is_some() => {
            let path = literal(one).as_ref().map(LitStr::value).unwrap_or_default();
            cx.error(one, format_args!("an index path has no quotes: write `{} = {path}`", index.key));
            None
        }
        path => IndexPath::parse(cx, path).map(Values::Field),
    }
}

const CLOSURE: &str = "an index cannot contain a closure: define a function that returns the value, such as \
                       `fn host(object: &Widget) -> Option<String>`, and write `by_host = with(host)`";

fn one_path(cx: &Ctxt, group: &Group) -> Option<IndexPath> {
    let path: Vec<TokenTree> = group.stream().into_iter().collect();
    if path.is_empty() {
        cx.error(group, "expected a path: `by_mode = serde(spec.mode)`");
        return None;
    }
    IndexPath::parse(cx, &path)
}

fn function(cx: &Ctxt, group: &Group) -> Option<Values> {
    use syn::parse::Parser as _;
    let path = Path::parse_mod_style.parse2(group.stream()).ok();
    if path.is_none() {
        let closure = group.stream().into_iter().next();
        let is_closure = matches!(&closure, Some(TokenTree::Punct(bar)) if bar.as_char() == '|');
        cx.error(
            group,
            if is_closure { CLOSURE } else { "expected the path of a function: `by_host = with(host)`" },
        );
    }
    path.map(Values::Function)
}

fn tuple(cx: &Ctxt, group: &Group, value_type: Option<&Type>) -> Option<Values> {
    let segments: Vec<_> = segments(group.stream()).collect();
    let expected = segments.len();
    if expected < 2 {
        cx.error(
            group,
            "an index by several fields needs at least two paths: `(metadata.namespace, spec.class)`",
        );
        return None;
    }
    let types: Vec<Option<Type>> = match value_type {
        None => vec![None; expected],
        Some(Type::Tuple(tuple)) if tuple.elems.len() == expected => {
            tuple.elems.iter().map(|part| (!is_text(part)).then(|| part.clone())).collect()
        }
        Some(other) => {
            cx.error(
                other,
                format_args!("the type of an index by {expected} fields is a tuple of {expected} types"),
            );
            return None;
        }
    };
    let mut parts = Vec::new();
    for (segment, part) in segments.into_iter().zip(types) {
        match segment {
            Ok(segment) => parts.push((IndexPath::parse(cx, &segment)?, part)),
            Err(invalid) => {
                cx.error(invalid.tokens, invalid.message);
                return None;
            }
        }
    }
    Some(Values::Tuple(parts))
}

/// Whether a part of a tuple is text.
fn is_text(part: &Type) -> bool {
    matches!(part, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "String"))
}

/// Parses the type of the values of an index.
fn value_type(cx: &Ctxt, given: &[TokenTree]) -> Option<Type> {
    match syn::parse2(tokens(given)) {
        Ok(Type::Reference(reference)) => {
            let (reference, target) = (reference.to_token_stream(), reference.elem.to_token_stream());
            cx.error(
                &reference,
                format_args!("the value type of an index cannot be a reference: write `{target}`"),
            );
            None
        }
        Ok(value_type) => Some(value_type),
        Err(_) => {
            cx.error(
                tokens(given),
                "expected the type of the values, such as `index(by_phase: Phase = status?.phase)`",
            );
            None
        }
    }
}
