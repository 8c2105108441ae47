//! Field selectors as typed handles: [`SelectableField`], the field of a kind by which the API server selects, and
//! [`FieldSelector`], the conditions on such fields.
//!
//! The handles of a kind contain only fields that the API server accepts. Must not send requests.

mod built_in;
mod selector;

use std::{fmt, marker::PhantomData};

use kube::Resource;

pub(crate) use self::built_in::{BUILT_IN, assert_selectable};
pub use self::selector::{FieldSelector, IntoFieldSelector};
use crate::resource_type::HasNamespaces;

/// A field by which the API server selects objects of the type `K`.
///
/// | handle | field |
/// |---|---|
/// | [`SelectableField::METADATA_NAME`] | `metadata.name`, of every kind |
/// | [`SelectableField::METADATA_NAMESPACE`] | `metadata.namespace`, of every namespaced kind |
/// | `SelectableField::<Pod>::SPEC_NODE_NAME` and so on | those of the built-in kinds, listed below |
/// | `Widget::SPEC_COLOR` | those of `#[kube(selectable = ".spec.color")]`, from `#[derive(Reflect)]` |
/// | `PodView::SPEC_NODE_NAME` | those of `#[reflect(selectable = "spec.nodeName")]` on a root struct |
///
/// The name of a handle is the path in upper case. The API server rejects every other field (400 Bad Request); a handle of
/// another kind does not compile:
///
/// ```
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::{InformerExt, SelectableField};
///
/// # fn start(client: kube::Client) {
/// let here = SelectableField::<Pod>::SPEC_NODE_NAME.equals("node-7");
/// let active = SelectableField::<Pod>::STATUS_PHASE.not_equals("Succeeded");
/// let pods = Pod::informer(client).fields(here.and(active)).start();
/// # }
/// # let _ = start;
/// ```
///
/// ```compile_fail,E0277
/// use k8s_openapi::api::core::v1::{Node, Pod};
/// use reflector_runtime::{InformerExt, SelectableField};
///
/// # fn start(client: kube::Client) {
/// let field = SelectableField::<Pod>::SPEC_NODE_NAME;
/// let nodes = Node::informer(client).fields(field.equals("node-7"));
/// # }
/// ```
///
/// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/>.
pub struct SelectableField<K> {
    path: &'static str,
    of: PhantomData<fn(&K)>,
}

impl<K> SelectableField<K> {
    /// `metadata.name`.
    pub const METADATA_NAME: Self = Self::trusted("metadata.name");

    /// A field that the API server accepts: from the table of built-in kinds, or from a CRD's `selectableFields`.
    pub(crate) const fn trusted(path: &'static str) -> Self {
        Self { path, of: PhantomData }
    }

    /// The path, such as `spec.nodeName`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Selects the objects whose field has this value. An absent field has the empty value.
    pub fn equals(self, value: impl fmt::Display) -> FieldSelector<K> {
        FieldSelector::condition(self.path, "=", &value.to_string())
    }

    /// Selects the objects whose field has another value, or none.
    pub fn not_equals(self, value: impl fmt::Display) -> FieldSelector<K> {
        FieldSelector::condition(self.path, "!=", &value.to_string())
    }
}

impl<K: Resource<Scope: HasNamespaces>> SelectableField<K> {
    /// `metadata.namespace`. The API server rejects it for a cluster-scoped kind, and for `PodCertificateRequest`.
    pub const METADATA_NAMESPACE: Self = Self::trusted("metadata.namespace");
}

impl<K> Clone for SelectableField<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for SelectableField<K> {}

impl<K> fmt::Debug for SelectableField<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SelectableField").field(&self.path).finish()
    }
}
