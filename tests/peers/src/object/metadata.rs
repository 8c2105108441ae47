//! Root structs that hold only `metadata`, so that reflector-runtime requests nothing else.

use kube::core::ObjectMeta;
use reflector_runtime::Reflect;
use serde::Deserialize;

/// The metadata of a certificate.
#[derive(Clone, Debug, Reflect, Deserialize)]
#[reflect(group = "cert-manager.io", version = "v1", kind = "Certificate", namespaced)]
pub struct CertificateMetadata {
    metadata: ObjectMeta,
}

/// The metadata of a gadget.
#[derive(Clone, Debug, Reflect, Deserialize)]
#[reflect(group = "peers.example.com", version = "v1", kind = "Gadget", namespaced)]
pub struct GadgetMetadata {
    metadata: ObjectMeta,
}

/// The metadata of a Pod.
#[derive(Clone, Debug, Reflect, Deserialize)]
#[reflect(version = "v1", kind = "Pod", namespaced)]
pub struct PodMetadata {
    metadata: ObjectMeta,
}
