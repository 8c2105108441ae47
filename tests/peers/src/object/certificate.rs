//! A custom resource with the fields of cert-manager's Certificate that are usually set.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::CustomResource;
use serde::{Deserialize, Serialize};

/// The certificate that is requested.
#[derive(CustomResource, Clone, Debug, PartialEq, Deserialize, Serialize)]
#[kube(
    group = "cert-manager.io",
    version = "v1",
    kind = "Certificate",
    namespaced,
    status = "CertificateStatus",
    schema = "disabled"
)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSpec {
    /// The common name of the subject.
    pub common_name: Option<String>,
    /// The DNS names.
    #[serde(default)]
    pub dns_names: Vec<String>,
    /// The lifetime that is requested, as Go writes a duration.
    pub duration: Option<String>,
    /// Who issues it.
    pub issuer_ref: IssuerRef,
    /// How the private key is created.
    pub private_key: Option<PrivateKey>,
    /// How long before its end it is renewed.
    pub renew_before: Option<String>,
    /// How many earlier requests are kept.
    pub revision_history_limit: Option<i32>,
    /// The Secret that receives it.
    pub secret_name: String,
    /// What is copied to the Secret.
    pub secret_template: Option<SecretTemplate>,
    /// The subject.
    pub subject: Option<Subject>,
    /// The URIs.
    #[serde(default)]
    pub uris: Vec<String>,
    /// What its key may be used for.
    #[serde(default)]
    pub usages: Vec<String>,
}

/// A reference to an issuer.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct IssuerRef {
    /// Its API group.
    pub group: Option<String>,
    /// Its kind.
    pub kind: Option<String>,
    /// Its name.
    pub name: String,
}

/// How a private key is created.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateKey {
    /// The algorithm.
    pub algorithm: Option<String>,
    /// The encoding.
    pub encoding: Option<String>,
    /// Whether it is replaced when the certificate is renewed.
    pub rotation_policy: Option<String>,
    /// The length in bits.
    pub size: Option<i32>,
}

/// What is copied to a Secret.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct SecretTemplate {
    /// Annotations.
    #[serde(default)]
    pub annotations: std::collections::BTreeMap<String, String>,
    /// Labels.
    #[serde(default)]
    pub labels: std::collections::BTreeMap<String, String>,
}

/// A subject.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// The organisational units.
    #[serde(default)]
    pub organizational_units: Vec<String>,
    /// The organisations.
    #[serde(default)]
    pub organizations: Vec<String>,
}

/// The state of a certificate.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateStatus {
    /// Standard Kubernetes conditions.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// When it ends.
    pub not_after: Option<Time>,
    /// When it begins.
    pub not_before: Option<Time>,
    /// When it will be renewed.
    pub renewal_time: Option<Time>,
    /// How often it has been issued.
    pub revision: Option<i32>,
}
