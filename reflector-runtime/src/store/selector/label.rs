//! [`Label`]: a typed handle for the label of a kind, for selectors and indexes.

use std::{fmt, marker::PhantomData};

use kube::Resource;

use super::{Operator, Requirement, Selector, SelectorError, valid};
use crate::index::TypedIndex;

/// A label of objects of the type `K`.
///
/// It makes label selectors, and it is an index by the value of the label. `#[derive(Reflect)]` generates an associated
/// constant for each `label(...)` (`Widget::LABEL_APP`). For types without the derive, define the constant by hand:
///
/// ```
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::{InformerExt, Label};
///
/// const APP: Label<Pod> = Label::new("app.kubernetes.io/name");
///
/// # fn start(client: kube::Client) -> Result<(), reflector_runtime::SelectorError> {
/// let selected = APP.is_in(["web", "api"])?;
/// let pods = Pod::informer(client).labels(selected).index(APP).start();
/// let lister = pods.lister(); // after the sync: `lister.by_index(APP, "web")`
/// # Ok(())
/// # }
/// assert!(APP.equals("not a value").is_err());
/// assert_eq!(APP.exists().to_string(), "app.kubernetes.io/name");
/// ```
///
/// A look-up in a store without this index looks at every object. The name of the index is the key of the label.
pub struct Label<K> {
    key: &'static str,
    of: PhantomData<fn(&K)>,
}

impl<K> Label<K> {
    /// The label with this key, such as `app.kubernetes.io/name`. In a constant, an invalid key does not compile.
    ///
    /// # Panics
    /// If the key is not valid in Kubernetes.
    #[track_caller]
    pub const fn new(key: &'static str) -> Self {
        assert!(
            valid::is_label_key(key),
            "this is not a valid label key: expected `name` or `prefix/name`, with a name of at most 63 letters, digits, \
             `-`, `_` and `.`"
        );
        Self { key, of: PhantomData }
    }

    /// The key.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Selects the objects whose label has this value.
    ///
    /// # Errors
    /// [`SelectorError::Value`] if Kubernetes does not accept the value.
    pub fn equals(self, value: impl Into<String>) -> Result<Selector, SelectorError> {
        self.selector(Operator::Equals(value.into()))
    }

    /// Selects the objects whose label has another value, and those without the label.
    ///
    /// # Errors
    /// [`SelectorError::Value`] if Kubernetes does not accept the value.
    pub fn not_equals(self, value: impl Into<String>) -> Result<Selector, SelectorError> {
        self.selector(Operator::NotEquals(value.into()))
    }

    /// Selects the objects whose label has one of these values.
    ///
    /// # Errors
    /// [`SelectorError::Value`] if Kubernetes does not accept a value, [`SelectorError::NoValues`] if there is none.
    pub fn is_in<V: Into<String>>(
        self,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Selector, SelectorError> {
        self.selector(Operator::In(values.into_iter().map(Into::into).collect()))
    }

    /// Selects the objects whose label has none of these values, and those without the label.
    ///
    /// # Errors
    /// [`SelectorError::Value`] if Kubernetes does not accept a value, [`SelectorError::NoValues`] if there is none.
    pub fn not_in<V: Into<String>>(
        self,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Selector, SelectorError> {
        self.selector(Operator::NotIn(values.into_iter().map(Into::into).collect()))
    }

    /// Selects the objects that have the label.
    pub fn exists(self) -> Selector {
        self.unary(Operator::Exists)
    }

    /// Selects the objects that do not have the label.
    pub fn does_not_exist(self) -> Selector {
        self.unary(Operator::DoesNotExist)
    }

    fn selector(self, operator: Operator) -> Result<Selector, SelectorError> {
        Requirement::new(self.key, operator).map(|requirement| Selector { requirements: vec![requirement] })
    }

    fn unary(self, operator: Operator) -> Selector {
        Selector { requirements: vec![Requirement { key: self.key.to_owned(), operator }] }
    }
}

impl<K: Resource + 'static> TypedIndex<K> for Label<K> {
    type Value = str;

    fn name(&self) -> &str {
        self.key
    }

    fn values(&self, object: &K, sink: &mut dyn FnMut(&str)) {
        if let Some(value) = object.meta().labels.as_ref().and_then(|labels| labels.get(self.key)) {
            sink(value);
        }
    }
}

impl<K> Clone for Label<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Label<K> {}

impl<K> fmt::Debug for Label<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Label").field(&self.key).finish()
    }
}
