//! The types that the peers decode into. Must not know how they are transferred.

mod certificate;
mod gadget;

use std::fmt::Debug;

pub use certificate::{Certificate, CertificateSpec, CertificateStatus};
pub use gadget::{Gadget, GadgetSpec, GadgetStatus};
use k8s_openapi::{NamespaceResourceScope, api::core::v1::Pod};
use serde::de::DeserializeOwned;

/// An object of one of the [kinds](crate::kind::Kind).
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

impl Object for Certificate {}
impl Object for Gadget {}
impl Object for Pod {}
