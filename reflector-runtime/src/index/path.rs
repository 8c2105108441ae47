//! The steps of the index paths of `#[derive(Reflect)]`: `.field`, `?`, `[]`, `["key"]`, and the value at the end.
//!
//! Generated code calls these functions on fields whose types the derive does not know. A step that does not fit the type
//! of the field is a compile error. To explain each such error in one message, [`At`] has an inherent method for each
//! type that a step does not fit. Its bound is never satisfied and carries the message. An inherent method takes
//! precedence over the method of a trait, which all other types have.

use std::{
    borrow::Borrow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    hash::{BuildHasher, Hash},
    rc::Rc,
    sync::Arc,
};

use serde_json::Value;

use super::{IndexValue, IndexValues, value::push_json};

/// A field that a path has reached.
#[allow(missing_debug_implementations)]
pub struct At<'a, T: ?Sized>(pub &'a T);

/// The type [`At`] of a field. If the type of the field is not known, because of an error that is already reported, the
/// compiler does not know this type either, and does not report that several methods would fit.
pub trait Reached {
    /// Always [`At`].
    type At<'a>
    where
        Self: 'a;

    /// The field, as reached by a path.
    fn reached(&self) -> Self::At<'_>;
}

impl<T: ?Sized> Reached for T {
    type At<'a>
        = At<'a, T>
    where
        T: 'a;

    #[inline]
    fn reached(&self) -> At<'_, T> {
        At(self)
    }
}

/// A field that a path has reached.
#[inline]
pub fn at<T: Reached + ?Sized>(field: &T) -> T::At<'_> {
    field.reached()
}

/// `.field`, on every type whose fields a path may name.
pub trait Fields<'a, T: ?Sized> {
    /// The value whose field is next.
    fn fields(self) -> &'a T;
}

impl<'a, T: ?Sized> Fields<'a, T> for At<'a, T> {
    #[inline]
    fn fields(self) -> &'a T {
        self.0
    }
}

/// The end of a path, in an index by text.
pub trait Text<T: ?Sized> {
    /// Pushes each text that the field contains.
    fn text<M>(self, values: &mut IndexValues<'_>)
    where
        T: TextValue<M>;
}

impl<T: ?Sized> Text<T> for At<'_, T> {
    #[inline]
    fn text<M>(self, values: &mut IndexValues<'_>)
    where
        T: TextValue<M>,
    {
        self.0.push_text(values);
    }
}

/// A type that an index by text can end at.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no text by which objects can be indexed: it does not implement `Display`",
    label = "this is a value of type `{Self}`",
    note = "if `{Self}` is a struct, continue the path to one of its fields: `by_x = spec.part.image`",
    note = "if `{Self}` is an enum, index by the name that serde gives it: `by_x = serde(spec.mode)`",
    note = "if `{Self}` implements `Eq`, `Hash` and `Clone`, index by its values: `by_x: {Self} = ...`",
    note = "to compute the value, write a function: `by_x = with(function)`"
)]
pub trait TextValue<M> {
    /// Pushes each text that `self` contains.
    fn push_text(&self, values: &mut IndexValues<'_>);
}

#[diagnostic::do_not_recommend]
impl<T: IndexValue<M> + ?Sized, M> TextValue<M> for T {
    #[inline]
    fn push_text(&self, values: &mut IndexValues<'_>) {
        self.push_to(values);
    }
}

/// See [`Fields`]. No type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of `{Self}` cannot be accessed: unwrap the `Option` with `?`",
    label = "this is an `Option`: write `?` after it, as in `status?.phase`"
)]
pub trait FieldsOfOption {
    /// Never called.
    fn never<U: ?Sized>(&self) -> &U;
}

/// See [`Fields`]. No type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of `{Self}` cannot be accessed: iterate over the list with `[]`",
    label = "this is a list: write `[]` after it, as in `spec.parts[].image`"
)]
pub trait FieldsOfList {
    /// Never called.
    fn never<U: ?Sized>(&self) -> &U;
}

/// See [`Fields`]. No type implements it.
#[diagnostic::on_unimplemented(
    message = "a field of `{Self}` cannot be accessed: select the value of one key with `[\"key\"]`, or iterate over \
               all values with `[]`",
    label = "this is a map: write `[\"key\"]` or `[]` after it"
)]
pub trait FieldsOfMap {
    /// Never called.
    fn never<U: ?Sized>(&self) -> &U;
}

/// `[]` on an `Option`. No type implements it.
#[diagnostic::on_unimplemented(
    message = "`[]` cannot iterate over `{Self}`: unwrap the `Option` with `?` first",
    label = "this is an `Option`: write `?[]` if it contains a list, and `?` without `[]` if it does not"
)]
pub trait ItemsOfOption {
    /// Never called.
    fn never<U>(&self, then: impl FnMut(&U));
}

impl<'a, T> At<'a, Option<T>> {
    /// See [`FieldsOfOption`].
    pub fn fields<U: ?Sized>(self) -> &'a U
    where
        Option<T>: FieldsOfOption,
    {
        self.0.never()
    }

    /// See [`ItemsOfOption`].
    pub fn each<U>(self, then: impl FnMut(&U))
    where
        Option<T>: ItemsOfOption,
    {
        self.0.never(then);
    }
}

/// The types in which a value can be. The bound is on the value, so that the compiler names it and not the container.
macro_rules! containers {
    ($($bound:ident: $([$($generics:tt)*] $container:ty),+);+ $(;)?) => {$($(
        impl<'a, T, $($generics)*> At<'a, $container> {
            /// See the bound.
            pub fn fields<U: ?Sized>(self) -> &'a U
            where
                $container: $bound,
            {
                self.0.never()
            }

            /// See [`Text`].
            #[inline]
            pub fn text<M>(self, values: &mut IndexValues<'_>)
            where
                T: TextValue<M>,
            {
                for value in self.0.contents() {
                    value.push_text(values);
                }
            }
        }
    )+)+};
}

/// The values of a container at the end of a path: the items of a list, the keys of a map.
trait Contents {
    type Value;

    fn contents(&self) -> impl Iterator<Item = &Self::Value>;
}

macro_rules! contents {
    ($([$($generics:tt)*] $container:ty, $method:ident);+ $(;)?) => {$(
        impl<T, $($generics)*> Contents for $container {
            type Value = T;

            fn contents(&self) -> impl Iterator<Item = &T> {
                self.$method()
            }
        }
    )+};
}

contents! {
    [] Vec<T>, iter;
    [] VecDeque<T>, iter;
    [] BTreeSet<T>, iter;
    [S] HashSet<T, S>, iter;
    [const N: usize] [T; N], iter;
    [U] BTreeMap<T, U>, keys;
    [U, S] HashMap<T, U, S>, keys;
}

impl<T> At<'_, Option<T>> {
    /// See [`Text`].
    #[inline]
    pub fn text<M>(self, values: &mut IndexValues<'_>)
    where
        T: TextValue<M>,
    {
        if let Some(value) = self.0 {
            value.push_text(values);
        }
    }
}

containers! {
    FieldsOfList: [] Vec<T>, [] VecDeque<T>, [] BTreeSet<T>, [S] HashSet<T, S>, [const N: usize] [T; N];
    FieldsOfMap: [V] BTreeMap<T, V>, [V, S] HashMap<T, V, S>;
}

/// `[]`, on every type but `Option`.
pub trait Each<'a, L: ?Sized> {
    /// Calls `then` with each item.
    ///
    /// Takes a closure and does not return an iterator, because the iterator's type would cause a second and a third
    /// error if the field is not a list. `T` is a parameter for the same reason.
    fn each<T>(self, then: impl FnMut(&T))
    where
        L: super::List<Item = T>;
}

impl<'a, L: ?Sized> Each<'a, L> for At<'a, L> {
    #[inline]
    fn each<T>(self, then: impl FnMut(&T))
    where
        L: super::List<Item = T>,
    {
        self.0.items().for_each(then);
    }
}

/// A type that `?` can unwrap.
#[diagnostic::on_unimplemented(
    message = "`?` unwraps an `Option`, but this is a value of type `{Self}`",
    label = "not an `Option`: remove the `?` after it"
)]
pub trait Optional {
    /// The type of the value.
    type Value;

    /// The value, if there is one.
    fn value(&self) -> Option<&Self::Value>;
}

impl<T> Optional for Option<T> {
    type Value = T;

    #[inline]
    fn value(&self) -> Option<&T> {
        self.as_ref()
    }
}

/// A type in which `["key"]` finds a value.
#[diagnostic::on_unimplemented(
    message = "`[\"key\"]` requires a map with text keys, but this is a value of type `{Self}`",
    label = "not a map with text keys: remove the `[\"key\"]` after it"
)]
pub trait Keyed {
    /// The type of the values.
    type Value;

    /// The value of a key.
    fn value(&self, key: &str) -> Option<&Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<K: Borrow<str> + Ord, V> Keyed for BTreeMap<K, V> {
    type Value = V;

    fn value(&self, key: &str) -> Option<&V> {
        self.get(key)
    }
}

#[diagnostic::do_not_recommend]
impl<K: Borrow<str> + Eq + Hash, V, S: BuildHasher> Keyed for HashMap<K, V, S> {
    type Value = V;

    fn value(&self, key: &str) -> Option<&V> {
        self.get(key)
    }
}

impl Keyed for serde_json::Map<String, Value> {
    type Value = Value;

    fn value(&self, key: &str) -> Option<&Value> {
        self.get(key)
    }
}

impl Keyed for Value {
    type Value = Value;

    fn value(&self, key: &str) -> Option<&Value> {
        self.get(key)
    }
}

/// `metadata.labels` is an `Option`.
#[diagnostic::do_not_recommend]
impl<M: Keyed> Keyed for Option<M> {
    type Value = M::Value;

    fn value(&self, key: &str) -> Option<&M::Value> {
        self.as_ref()?.value(key)
    }
}

macro_rules! pointers {
    ($($pointer:ident),+) => {$(
        #[diagnostic::do_not_recommend]
        impl<O: Optional + ?Sized> Optional for $pointer<O> {
            type Value = O::Value;

            #[inline]
            fn value(&self) -> Option<&O::Value> {
                O::value(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M: Keyed + ?Sized> Keyed for $pointer<M> {
            type Value = M::Value;

            fn value(&self, key: &str) -> Option<&M::Value> {
                M::value(self, key)
            }
        }
    )+};
}

pointers!(Box, Rc, Arc);

/// `?`.
#[inline]
pub fn unwrap<O: Optional<Value = T> + ?Sized, T>(field: &O) -> Option<&T> {
    field.value()
}

/// `["key"]`.
#[inline]
pub fn at_key<'a, M: Keyed<Value = T> + ?Sized, T>(field: &'a M, key: &str) -> Option<&'a T> {
    field.value(key)
}

/// The end of a path in an index by values of type `V`. The bound is on a function, so that the compiler reports a field
/// that cannot be indexed at the user's path.
#[inline]
pub fn push<T: IndexValue<M, V> + ?Sized, M, V: ?Sized>(values: &mut IndexValues<'_, V>, field: &T) {
    field.push_to(values);
}

/// The end of a path in `serde(path)`: the text of the field as serde serializes it. A value that cannot be serialized
/// has no text.
pub fn push_serde<T: serde::Serialize + ?Sized>(values: &mut IndexValues<'_>, field: &T) {
    if let Ok(value) = serde_json::to_value(field) {
        push_json(&value, values);
    }
}

/// The values of one part of an index by several fields.
pub fn part<V: ?Sized>(sink: &mut dyn FnMut(&V)) -> IndexValues<'_, V> {
    IndexValues::new(sink)
}

/// The uid of the owner that is the controller (client-go's `GetControllerOf`).
pub fn push_controller(metadata: &kube::core::ObjectMeta, values: &mut IndexValues<'_>) {
    for owner in metadata.owner_references.iter().flatten().filter(|owner| owner.controller == Some(true)) {
        values.push_str(&owner.uid);
    }
}
