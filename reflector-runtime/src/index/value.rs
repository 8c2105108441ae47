//! Types that can be indexed: any type with `Display`, and options, lists, sets and maps (by key) of such types.
//!
//! The marker parameter `M` of [`IndexValue`] is always inferred. It is needed because `Option` and `Vec` could
//! implement `Display` in the future, so that the implementations below would overlap without it.

use std::{
    any::Any,
    collections::{BTreeMap, HashMap},
    fmt::{Display, Write as _},
};

/// Collects the values of an object in an index. See [`Index::new`](super::Index::new).
pub struct IndexValues<'a> {
    sink: &'a mut dyn FnMut(&str),
    text: String,
}

impl<'a> IndexValues<'a> {
    pub(super) fn new(sink: &'a mut dyn FnMut(&str)) -> Self {
        Self { sink, text: String::new() }
    }

    /// Adds a value under which the object is found, as formatted by its `Display`.
    pub fn push<T: Display + Any>(&mut self, value: &T) {
        // The common case needs no formatting.
        if let Some(text) = (value as &dyn Any).downcast_ref::<String>() {
            return (self.sink)(text);
        }
        self.text.clear();
        // Writing to a String fails only if the type's own Display fails. Then the field has no value.
        if write!(self.text, "{value}").is_ok() {
            (self.sink)(&self.text);
        }
    }
}

impl std::fmt::Debug for IndexValues<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexValues").finish_non_exhaustive()
    }
}

/// A field type that can be indexed. `M` is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as an index value",
    label = "unsupported index value of type `{Self}`",
    note = "an index path must end at a type that implements `Display` (strings, numbers, `bool`, your enums), \
            or at an `Option`, list, set or map (by key) of such types",
    note = "use `?` to unwrap an `Option` (`status?.phase`) and `[]` to iterate over a list (`spec.parts[].image`)"
)]
pub trait IndexValue<M> {
    /// Pushes each value that `self` contains.
    fn push_to(&self, values: &mut IndexValues<'_>);
}

/// Markers of [`IndexValue`]. Users do not name them.
pub mod marker {
    /// A value with `Display`.
    #[derive(Debug)]
    pub struct ByDisplay;
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

use marker::{ByDisplay, InKeys, InOption};

impl<T: Display + Any> IndexValue<ByDisplay> for T {
    fn push_to(&self, values: &mut IndexValues<'_>) {
        values.push(self);
    }
}

impl<T: IndexValue<M>, M> IndexValue<InOption<M>> for Option<T> {
    fn push_to(&self, values: &mut IndexValues<'_>) {
        if let Some(value) = self {
            value.push_to(values);
        }
    }
}

macro_rules! maps {
    ($([$($generics:tt)*] $map:ty),+) => {$(
        impl<T: IndexValue<M>, M, V, $($generics)*> IndexValue<InKeys<M>> for $map {
            fn push_to(&self, values: &mut IndexValues<'_>) {
                for key in self.keys() {
                    key.push_to(values);
                }
            }
        }
    )+};
}

maps!([] BTreeMap<T, V>, [S] HashMap<T, V, S>);

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
}
