//! `with(function)` in `#[derive(Reflect)]`: what a function that computes the values of an index may return. Values may
//! borrow from the object: an index does not keep them.

use std::borrow::Cow;

use super::{
    IndexValue, IndexValues,
    path::{At, TextValue},
};

/// The type [`Returned`] of a result. If the type of the result is not known, because of an error that is already reported,
/// the compiler does not know this type either, and does not report that several methods would fit.
pub trait FunctionResult {
    /// Always [`Returned`].
    type Returned;

    /// The result of a function.
    fn returned(self) -> Self::Returned;
}

impl<R> FunctionResult for R {
    type Returned = Returned<R>;

    #[inline]
    fn returned(self) -> Returned<R> {
        Returned(self)
    }
}

/// Calls a function with an object. A function with other parameters is one error, which names both signatures.
#[inline]
pub fn call<'a, K: ?Sized, R: FunctionResult>(object: &'a K, function: fn(&'a K) -> R) -> R::Returned {
    function(object).returned()
}

/// What a function returned. A reference, and an `Option` or a list of references, have inherent methods, which take
/// precedence over those of [`Values`]: only types that borrow nothing are [`TextValue`]s.
#[allow(missing_debug_implementations)]
pub struct Returned<R>(pub R);

/// References to values.
#[allow(missing_debug_implementations)]
pub struct Borrowed<I>(I);

impl<T: ?Sized> Returned<&T> {
    /// The value.
    #[inline]
    pub fn values(&self) -> At<'_, T> {
        At(self.0)
    }
}

impl<T: ?Sized> Returned<Option<&T>> {
    /// The value, if there is one.
    #[inline]
    pub fn values(&self) -> Borrowed<Option<&T>> {
        Borrowed(self.0)
    }
}

impl<T: ToOwned + ?Sized> Returned<Cow<'_, T>> {
    /// The value.
    #[inline]
    pub fn values(&self) -> At<'_, T> {
        At(&self.0)
    }
}

impl<T: ToOwned + ?Sized> Returned<Option<Cow<'_, T>>> {
    /// The value, if there is one.
    #[inline]
    pub fn values(&self) -> Borrowed<Option<&T>> {
        Borrowed(self.0.as_deref())
    }
}

impl<T: ?Sized> Returned<Vec<&T>> {
    /// The values.
    #[inline]
    pub fn values(&self) -> Borrowed<std::iter::Copied<std::slice::Iter<'_, &T>>> {
        Borrowed(self.0.iter().copied())
    }
}

impl<'a, T: ?Sized + 'a, I: IntoIterator<Item = &'a T>> Borrowed<I> {
    /// See [`Text`](super::path::Text).
    #[inline]
    pub fn text<M>(self, values: &mut IndexValues<'_>)
    where
        T: TextValue<M>,
    {
        for value in self.0 {
            value.push_text(values);
        }
    }

    /// See [`Push`].
    #[inline]
    pub fn push<M, V: ?Sized>(self, values: &mut IndexValues<'_, V>)
    where
        T: IndexValue<M, V>,
    {
        for value in self.0 {
            value.push_to(values);
        }
    }
}

/// The end of an index by values of type `V`.
pub trait Push<T: ?Sized> {
    /// Pushes each value that the result contains.
    fn push<M, V: ?Sized>(self, values: &mut IndexValues<'_, V>)
    where
        T: IndexValue<M, V>;
}

impl<T: ?Sized> Push<T> for At<'_, T> {
    #[inline]
    fn push<M, V: ?Sized>(self, values: &mut IndexValues<'_, V>)
    where
        T: IndexValue<M, V>,
    {
        self.0.push_to(values);
    }
}

/// Every other result.
pub trait Values<R> {
    /// The value.
    fn values(&self) -> At<'_, R>;
}

impl<R> Values<R> for Returned<R> {
    #[inline]
    fn values(&self) -> At<'_, R> {
        At(&self.0)
    }
}
