//! The types that the peers decode into. Must not know how they are transferred.

mod certificate;
mod gadget;
mod metadata;

use std::fmt::Debug;

pub use certificate::{Certificate, CertificateSpec, CertificateStatus};
pub use gadget::{Gadget, GadgetSpec, GadgetStatus};
use k8s_openapi::{NamespaceResourceScope, api::core::v1::Pod};
pub use metadata::{CertificateMetadata, GadgetMetadata, PodMetadata};
use reflector_runtime::{Namespaced, Reflect};
use serde::de::DeserializeOwned;

/// What a peer keeps: a whole object, or only its metadata.
pub trait Object:
    kube::Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + Debug
    + DeserializeOwned
    + Send
    + Sync
    + 'static
{
}

impl<K> Object for K where
    K: kube::Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + Debug
        + DeserializeOwned
        + Send
        + Sync
        + 'static
{
}

/// A whole object of one of the [kinds](crate::kind::Kind).
pub trait WholeObject: Object {
    /// The same kind for reflector-runtime, without anything but the metadata.
    type Metadata: Object + Reflect<Scope = Namespaced>;
}

impl WholeObject for Certificate {
    type Metadata = CertificateMetadata;
}

impl WholeObject for Gadget {
    type Metadata = GadgetMetadata;
}

impl WholeObject for Pod {
    type Metadata = PodMetadata;
}
