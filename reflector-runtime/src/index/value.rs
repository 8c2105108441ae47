//! Types that can be indexed: by text, any type with `Display`; by another type, values of that type; and options, lists,
//! sets and maps (by key) of such types.
//!
//! The marker parameter `M` of [`IndexValue`] is always inferred. It is needed because `Option` and `Vec` could
//! implement `Display` in the future, so that the implementations below would overlap without it.

use std::{
    any::Any,
    collections::{BTreeMap, HashMap},
    fmt::{Display, Write as _},
};

use k8s_openapi::apimachinery::pkg::{
    api::resource::Quantity,
    apis::meta::v1::{MicroTime, Time},
    util::intstr::IntOrString,
};
use serde_json::Value;

/// Collects the values of an object in an index by values of type `V`. See [`Index::new`](super::Index::new).
pub struct IndexValues<'a, V: ?Sized = str> {
    sink: &'a mut dyn FnMut(&V),
    /// Unused unless `V` is `str`.
    text: String,
}

impl<'a, V: ?Sized> IndexValues<'a, V> {
    pub(super) fn new(sink: &'a mut dyn FnMut(&V)) -> Self {
        Self { sink, text: String::new() }
    }
}

impl IndexValues<'_, str> {
    /// Adds a value under which the object is found, as formatted by its `Display`.
    pub fn push<T: Display + ?Sized>(&mut self, value: &T) {
        self.text.clear();
        // Writing to a String fails only if the type's own Display fails. Then the field has no value.
        if write!(self.text, "{value}").is_ok() {
            (self.sink)(&self.text);
        }
    }

    /// Adds a text under which the object is found, without formatting it.
    pub fn push_str(&mut self, text: &str) {
        (self.sink)(text);
    }
}

impl<V> IndexValues<'_, V> {
    /// Adds a value under which the object is found.
    pub fn push(&mut self, value: &V) {
        (self.sink)(value);
    }
}

impl<V: ?Sized> std::fmt::Debug for IndexValues<'_, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexValues").finish_non_exhaustive()
    }
}

/// A field type that an index by values of type `V` can end at. `M` is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as an index value of type `{V}`",
    label = "expected `{V}`, found `{Self}`",
    note = "the path must end at the value type of the index, `{V}`, or at an `Option`, list, set or map (by key) of it",
    note = "use `?` to unwrap an `Option` (`status?.phase`) and `[]` to iterate over a list (`spec.parts[].image`)"
)]
pub trait IndexValue<M, V: ?Sized = str> {
    /// Pushes each value that `self` contains.
    fn push_to(&self, values: &mut IndexValues<'_, V>);
}

/// Markers of [`IndexValue`]. Users do not name them.
pub mod marker {
    /// The text of a value with `Display`.
    #[derive(Debug)]
    pub struct ByDisplay;
    /// The value itself.
    #[derive(Debug)]
    pub struct ByValue;
    /// The text of one of Kubernetes' own types, as in JSON.
    #[derive(Debug)]
    pub struct ByJson;
    /// The value in an option.
    #[derive(Debug)]
    pub struct InOption<M>(M);
    /// The items of a list or a set.
    #[derive(Debug)]
    pub struct InList<M>(M);
    /// The keys of a map.
    #[derive(Debug)]
    pub struct InKeys<M>(M);
}

use marker::{ByDisplay, ByJson, ByValue, InKeys, InOption};

#[diagnostic::do_not_recommend]
impl<T: Display + Any> IndexValue<ByDisplay> for T {
    fn push_to(&self, values: &mut IndexValues<'_>) {
        let any = self as &dyn Any;
        if let Some(text) = any.downcast_ref::<String>() {
            // The common case needs no formatting.
            values.push_str(text);
        } else if let Some(value) = any.downcast_ref::<Value>() {
            // Its `Display` is JSON, with quotes.
            push_json(value, values);
        } else {
            values.push(self);
        }
    }
}

/// A borrowed text, from a function.
impl IndexValue<ByDisplay> for str {
    fn push_to(&self, values: &mut IndexValues<'_>) {
        values.push_str(self);
    }
}

#[diagnostic::do_not_recommend]
impl<T> IndexValue<ByValue, T> for T {
    fn push_to(&self, values: &mut IndexValues<'_, T>) {
        values.push(self);
    }
}

/// Without formatting, a number and its text are found by the same look-up.
impl IndexValue<ByJson> for IntOrString {
    fn push_to(&self, values: &mut IndexValues<'_>) {
        match self {
            Self::Int(number) => values.push(number),
            Self::String(text) => values.push_str(text),
        }
    }
}

/// As written: `1` and `1000m` are different texts.
impl IndexValue<ByJson> for Quantity {
    fn push_to(&self, values: &mut IndexValues<'_>) {
        values.push_str(&self.0);
    }
}

macro_rules! as_json {
    ($($type:ty),+) => {$(
        impl IndexValue<ByJson> for $type {
            fn push_to(&self, values: &mut IndexValues<'_>) {
                // A time that cannot be formatted has no text.
                if let Ok(value) = serde_json::to_value(self) {
                    push_json(&value, values);
                }
            }
        }
    )+};
}

as_json!(Time, MicroTime);

/// Pushes the text of a JSON value: of strings, numbers and booleans, of each item of an array, and the keys of an
/// object. `null` is no value.
pub(super) fn push_json(value: &Value, values: &mut IndexValues<'_>) {
    match value {
        Value::Null => {}
        Value::String(text) => values.push_str(text),
        Value::Bool(flag) => values.push(flag),
        Value::Number(number) => values.push(number),
        Value::Array(items) => items.iter().for_each(|item| push_json(item, values)),
        Value::Object(fields) => fields.keys().for_each(|key| values.push_str(key)),
    }
}

impl<T: IndexValue<M, V>, M, V: ?Sized> IndexValue<InOption<M>, V> for Option<T> {
    fn push_to(&self, values: &mut IndexValues<'_, V>) {
        if let Some(value) = self {
            value.push_to(values);
        }
    }
}

macro_rules! maps {
    ($([$($generics:tt)*] $map:ty),+) => {$(
        impl<T: IndexValue<M, V>, M, V: ?Sized, U, $($generics)*> IndexValue<InKeys<M>, V> for $map {
            fn push_to(&self, values: &mut IndexValues<'_, V>) {
                for key in self.keys() {
                    key.push_to(values);
                }
            }
        }
    )+};
}

maps!([] BTreeMap<T, U>, [S] HashMap<T, U, S>);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn values_of<T: IndexValue<M>, M>(value: &T) -> Vec<String> {
        let mut found = Vec::new();
        value.push_to(&mut IndexValues::new(&mut |text| found.push(text.to_owned())));
        found
    }

    #[test]
    fn every_documented_type_can_be_indexed() {
        assert_eq!(values_of(&"red".to_owned()), ["red"]);
        assert_eq!(values_of(&-3_i64), ["-3"]);
        assert_eq!(values_of(&true), ["true"]);
        assert_eq!(values_of(&Some("n1".to_owned())), ["n1"]);
        assert_eq!(values_of(&None::<String>), Vec::<String>::new());
        assert_eq!(values_of(&vec![1_u8, 2]), ["1", "2"]);
        assert_eq!(values_of(&Some(vec!["a".to_owned()])), ["a"]);
        assert_eq!(values_of(&BTreeMap::from([("k".to_owned(), 1.5_f64)])), ["k"]);
        assert_eq!(values_of(&HashSet::from([std::net::Ipv4Addr::LOCALHOST])), ["127.0.0.1"]);
    }

    #[test]
    fn a_typed_index_ends_at_its_value_type() {
        fn values_of<T: IndexValue<M, Phase>, M>(value: &T) -> Vec<Phase> {
            let mut found = Vec::new();
            value.push_to(&mut IndexValues::new(&mut |phase: &Phase| found.push(*phase)));
            found
        }
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        enum Phase {
            Running,
            Failed,
        }
        assert_eq!(values_of(&Phase::Running), [Phase::Running]);
        assert_eq!(values_of(&Some(Phase::Failed)), [Phase::Failed]);
        assert_eq!(values_of(&Some(vec![Phase::Failed, Phase::Running])), [Phase::Failed, Phase::Running]);
        assert_eq!(values_of(&BTreeMap::from([(Phase::Running, 1)])), [Phase::Running]);
        let mut found = Vec::new();
        Some(3_u8).push_to(&mut IndexValues::new(&mut |value: &Option<u8>| found.push(*value)));
        assert_eq!(found, [Some(3)], "an option can be the value type");
    }

    #[test]
    fn texts_need_not_be_strings() {
        let mut found = Vec::new();
        let mut sink = |text: &str| found.push(text.to_owned());
        let mut values = IndexValues::new(&mut sink);
        values.push("borrowed");
        values.push(&"owned".to_owned());
        values.push(&7);
        values.push_str("plain");
        assert_eq!(found, ["borrowed", "owned", "7", "plain"]);
    }
}
