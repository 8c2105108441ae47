//! The fields by which the API server selects objects of built-in kinds.
//!
//! Source: the calls of `AddFieldLabelConversionFunc` in `pkg/apis/*/*/conversion.go` of Kubernetes v1.37. Kinds that are
//! not listed have `metadata.name` and `metadata.namespace` only
//! (apimachinery's `DefaultMetaV1FieldSelectorConversion`). The end-to-end tests compare the table with a kube-apiserver.

use k8s_openapi::api::{
    batch::v1::Job,
    certificates::v1::CertificateSigningRequest,
    core::v1::{Event, Namespace, Node, Pod, ReplicationController, Secret, Service},
    events,
};

use super::SelectableField;

/// The selectable fields of one kind, in addition to those of `metadata`.
pub(crate) struct BuiltIn {
    pub(crate) group: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) paths: &'static [&'static str],
    message: &'static str,
}

macro_rules! built_in {
    ($($group:literal $kind:literal $(as $type:ty)? { $($name:ident = $path:literal,)+ })+) => {
        /// Every built-in kind with selectable fields of its own.
        pub(crate) const BUILT_IN: &[BuiltIn] = &[$(BuiltIn {
            group: $group,
            kind: $kind,
            paths: &[$($path),+],
            message: concat!(
                "the API server does not select objects of the built-in kind ", $kind, " by this field; it accepts ",
                $("`", $path, "`, ",)+ "and, without a handle in the attribute, `metadata.name` and \
                `metadata.namespace` (`SelectableField::METADATA_NAME`)"
            ),
        }),+];
        $(built_in!(@type [$($type)?] $($name = $path,)+);)+
    };
    (@type [] $($name:ident = $path:literal,)+) => {};
    (@type [$type:ty] $($name:ident = $path:literal,)+) => {
        impl SelectableField<$type> {
            $(
                #[doc = concat!("`", $path, "`.")]
                pub const $name: Self = Self::trusted($path);
            )+
        }
    };
}

built_in! {
    "" "Pod" as Pod {
        SPEC_NODE_NAME = "spec.nodeName",
        SPEC_RESTART_POLICY = "spec.restartPolicy",
        SPEC_SCHEDULER_NAME = "spec.schedulerName",
        SPEC_SERVICE_ACCOUNT_NAME = "spec.serviceAccountName",
        SPEC_HOST_NETWORK = "spec.hostNetwork",
        STATUS_PHASE = "status.phase",
        STATUS_POD_IP = "status.podIP",
        STATUS_POD_IPS = "status.podIPs",
        STATUS_NOMINATED_NODE_NAME = "status.nominatedNodeName",
    }
    "" "Node" as Node {
        SPEC_UNSCHEDULABLE = "spec.unschedulable",
    }
    "" "Namespace" as Namespace {
        STATUS_PHASE = "status.phase",
    }
    "" "ReplicationController" as ReplicationController {
        STATUS_REPLICAS = "status.replicas",
    }
    "" "Secret" as Secret {
        TYPE = "type",
    }
    "" "Service" as Service {
        SPEC_CLUSTER_IP = "spec.clusterIP",
        SPEC_TYPE = "spec.type",
    }
    "" "Event" as Event {
        INVOLVED_OBJECT_KIND = "involvedObject.kind",
        INVOLVED_OBJECT_NAMESPACE = "involvedObject.namespace",
        INVOLVED_OBJECT_NAME = "involvedObject.name",
        INVOLVED_OBJECT_UID = "involvedObject.uid",
        INVOLVED_OBJECT_API_VERSION = "involvedObject.apiVersion",
        INVOLVED_OBJECT_RESOURCE_VERSION = "involvedObject.resourceVersion",
        INVOLVED_OBJECT_FIELD_PATH = "involvedObject.fieldPath",
        REASON = "reason",
        REPORTING_COMPONENT = "reportingComponent",
        SOURCE = "source",
        TYPE = "type",
    }
    "events.k8s.io" "Event" as events::v1::Event {
        REGARDING_KIND = "regarding.kind",
        REGARDING_NAMESPACE = "regarding.namespace",
        REGARDING_NAME = "regarding.name",
        REGARDING_UID = "regarding.uid",
        REGARDING_API_VERSION = "regarding.apiVersion",
        REGARDING_RESOURCE_VERSION = "regarding.resourceVersion",
        REGARDING_FIELD_PATH = "regarding.fieldPath",
        REASON = "reason",
        REPORTING_CONTROLLER = "reportingController",
        TYPE = "type",
    }
    "batch" "Job" as Job {
        STATUS_SUCCESSFUL = "status.successful",
    }
    "certificates.k8s.io" "CertificateSigningRequest" as CertificateSigningRequest {
        SPEC_SIGNER_NAME = "spec.signerName",
    }
    "certificates.k8s.io" "ClusterTrustBundle" {
        SPEC_SIGNER_NAME = "spec.signerName",
    }
    "certificates.k8s.io" "PodCertificateRequest" {
        SPEC_SIGNER_NAME = "spec.signerName",
        SPEC_POD_NAME = "spec.podName",
        SPEC_NODE_NAME = "spec.nodeName",
    }
    "resource.k8s.io" "ResourceSlice" {
        SPEC_NODE_NAME = "spec.nodeName",
        SPEC_DRIVER = "spec.driver",
        SPEC_POOL_NAME = "spec.pool.name",
    }
}

/// The groups of the API server itself. Every other group belongs to CRDs, whose selectable fields are in the CRD.
/// Source: the groups of `k8s.io/api` v0.37.
const GROUPS: &[&str] = &[
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// Fails the compilation if the API server does not select objects of this kind by this field.
///
/// # Panics
/// If the kind is a built-in one, and the field is not selectable. Called in constants only.
#[track_caller]
pub(crate) const fn assert_selectable(group: &str, kind: &str, path: &str) {
    let mut at = 0;
    while at < BUILT_IN.len() {
        let row = &BUILT_IN[at];
        if equal(row.group, group) && equal(row.kind, kind) {
            assert!(contains(row.paths, path), "{}", row.message);
            return;
        }
        at += 1;
    }
    assert!(
        !contains(GROUPS, group),
        "the API server selects objects of this built-in kind by `metadata.name` and `metadata.namespace` only \
         (`SelectableField::METADATA_NAME`): remove this, and filter the objects, or index them"
    );
}

const fn contains(all: &[&str], one: &str) -> bool {
    let mut at = 0;
    while at < all.len() {
        if equal(all[at], one) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether two texts are equal, in constants, where `==` is not available.
const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fields_of_built_in_kinds_are_checked() {
        assert_selectable("", "Pod", "spec.nodeName");
        assert_selectable("example.com", "Pod", "spec.color");
        assert_selectable("gateway.networking.k8s.io", "Gateway", "spec.gatewayClassName");
        for (group, kind, path) in [("", "Pod", "spec.color"), ("apps", "Deployment", "spec.replicas")] {
            assert!(std::panic::catch_unwind(|| assert_selectable(group, kind, path)).is_err(), "{kind}");
        }
    }

    #[test]
    fn the_table_names_each_kind_once() {
        let mut kinds: Vec<_> = BUILT_IN.iter().map(|row| (row.group, row.kind)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), BUILT_IN.len());
        assert!(BUILT_IN.iter().all(|row| contains(GROUPS, row.group)));
    }
}
