//! Lists: `[]` in an index path iterates over a list, and a path may end in a list.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    rc::Rc,
    sync::Arc,
};

use super::{IndexValue, IndexValues, marker::InList};

/// A list, a set, or a map, whose values are the items.
///
/// Each type has its own implementation. A blanket implementation for `IntoIterator` would be shorter, but would make
/// `Option` a list.
#[diagnostic::on_unimplemented(
    message = "`[]` iterates over a list, a set or the values of a map, but this is a value of type `{Self}`",
    label = "not a list: remove the `[]` after it"
)]
pub trait List {
    /// The type of the items.
    type Item;

    /// All items.
    fn items(&self) -> impl Iterator<Item = &Self::Item>;
}

macro_rules! lists {
    ($([$($generics:tt)*] $list:ty),+ $(,)?) => {$(
        impl<T, $($generics)*> List for $list {
            type Item = T;

            fn items(&self) -> impl Iterator<Item = &T> {
                self.iter()
            }
        }

        impl<T: IndexValue<M, V>, M, V: ?Sized, $($generics)*> IndexValue<InList<M>, V> for $list {
            fn push_to(&self, values: &mut IndexValues<'_, V>) {
                for value in self {
                    value.push_to(values);
                }
            }
        }
    )+};
}

lists!([] Vec<T>, [] [T], [const N: usize] [T; N], [] VecDeque<T>, [] BTreeSet<T>, [S] HashSet<T, S>);

macro_rules! maps {
    ($([$($generics:tt)*] $map:ty),+) => {$(
        impl<K, T, $($generics)*> List for $map {
            type Item = T;

            fn items(&self) -> impl Iterator<Item = &T> {
                self.values()
            }
        }
    )+};
}

maps!([] BTreeMap<K, T>, [S] HashMap<K, T, S>);

macro_rules! pointers {
    ($($pointer:ident),+) => {$(
        #[diagnostic::do_not_recommend]
        impl<L: List + ?Sized> List for $pointer<L> {
            type Item = L::Item;

            fn items(&self) -> impl Iterator<Item = &L::Item> {
                L::items(self)
            }
        }

        // For lists only: a pointer to a type with `Display` implements `Display` itself.
        #[diagnostic::do_not_recommend]
        impl<L: List + IndexValue<InList<M>, V> + ?Sized, M, V: ?Sized> IndexValue<InList<M>, V> for $pointer<L> {
            fn push_to(&self, values: &mut IndexValues<'_, V>) {
                L::push_to(self, values);
            }
        }
    )+};
}

pointers!(Box, Rc, Arc);

#[cfg(test)]
mod tests {
    use super::*;

    fn values_of<T: IndexValue<M> + ?Sized, M>(value: &T) -> Vec<String> {
        let mut found = Vec::new();
        value.push_to(&mut IndexValues::new(&mut |text| found.push(text.to_owned())));
        found
    }

    fn items_of<L: List<Item = u8> + ?Sized>(list: &L) -> Vec<u8> {
        list.items().copied().collect()
    }

    #[test]
    fn every_list_type_can_be_iterated_and_can_end_a_path() {
        macro_rules! check {
            ($($list:expr),+ $(,)?) => {$(
                assert_eq!(items_of(&$list), [1, 2]);
                assert_eq!(values_of(&$list), ["1", "2"]);
            )+};
        }
        check!(
            vec![1, 2],
            [1, 2],
            VecDeque::from([1, 2]),
            BTreeSet::from([1, 2]),
            Box::new(vec![1, 2]),
            Box::<[u8]>::from([1, 2]),
            Rc::<[u8]>::from([1, 2]),
            Arc::<[u8]>::from([1, 2]),
            Arc::new(Box::new([1, 2])),
        );
        assert_eq!(items_of(&HashSet::from([1])), [1]);
        assert_eq!(values_of(&HashSet::from([1])), ["1"]);
        assert_eq!(values_of(&[Some(vec![1, 2])]), ["1", "2"]);
        assert_eq!(values_of(&Box::new("text".to_owned())), ["text"], "not a list");
    }
}
