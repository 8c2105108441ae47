//! The messages that `kubectl create` sends, with the field numbers from Kubernetes' `generated.proto` files. Must
//! not depend on the wire format.

use Form::{Bool, Bytes, FieldsV1, IntOrString, Integer, Message, Text, Time};
use Place::{List, Map, Plain, Pointer};

/// One field of a message.
pub(super) struct Field {
    pub(super) number: u64,
    pub(super) name: &'static str,
    pub(super) form: Form,
    pub(super) place: Place,
}

/// The type of a field.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Text,
    /// Base64 in JSON.
    Bytes,
    Integer,
    Bool,
    Time,
    IntOrString,
    /// A message that contains JSON and is replaced by that JSON.
    FieldsV1,
    Message(&'static [Field]),
}

/// The cardinality of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Always present; a zero value is omitted.
    Plain,
    /// Present if it is set, even to zero: a pointer in Go.
    Pointer,
    List,
    Map,
}

const fn field(number: u64, name: &'static str, form: Form, place: Place) -> Field {
    Field { number, name, form, place }
}

/// Returns the fields of a type; `None` if the type is not supported in protobuf.
pub(super) fn message_of(api_version: &str, kind: &str) -> Option<&'static [Field]> {
    match (api_version, kind) {
        (_, "DeleteOptions") => Some(DELETE_OPTIONS),
        ("v1", "ConfigMap") => Some(CONFIG_MAP),
        ("v1", "Namespace") => Some(NAMESPACE),
        ("v1", "Secret") => Some(SECRET),
        ("v1", "Service") => Some(SERVICE),
        ("v1", "ServiceAccount") => Some(SERVICE_ACCOUNT),
        _ => None,
    }
}

const METADATA: Field = field(1, "metadata", Message(OBJECT_META), Plain);

const CONFIG_MAP: &[Field] = &[
    METADATA,
    field(2, "data", Text, Map),
    field(3, "binaryData", Bytes, Map),
    field(4, "immutable", Bool, Pointer),
];

const SECRET: &[Field] = &[
    METADATA,
    field(2, "data", Bytes, Map),
    field(3, "type", Text, Plain),
    field(4, "stringData", Text, Map),
    field(5, "immutable", Bool, Pointer),
];

const NAMESPACE: &[Field] = &[
    METADATA,
    field(2, "spec", Message(&[field(1, "finalizers", Text, List)]), Plain),
    field(3, "status", Message(&[field(1, "phase", Text, Plain)]), Plain),
];

const SERVICE_ACCOUNT: &[Field] = &[
    METADATA,
    field(2, "secrets", Message(OBJECT_REFERENCE), List),
    field(3, "imagePullSecrets", Message(&[field(1, "name", Text, Plain)]), List),
    field(4, "automountServiceAccountToken", Bool, Pointer),
];

const OBJECT_REFERENCE: &[Field] = &[
    field(1, "kind", Text, Plain),
    field(2, "namespace", Text, Plain),
    field(3, "name", Text, Plain),
    field(4, "uid", Text, Plain),
    field(5, "apiVersion", Text, Plain),
    field(6, "resourceVersion", Text, Plain),
    field(7, "fieldPath", Text, Plain),
];

/// The status is not included: only controllers of load balancers write it.
const SERVICE: &[Field] = &[METADATA, field(2, "spec", Message(SERVICE_SPEC), Plain)];

const SERVICE_SPEC: &[Field] = &[
    field(1, "ports", Message(SERVICE_PORT), List),
    field(2, "selector", Text, Map),
    field(3, "clusterIP", Text, Plain),
    field(4, "type", Text, Plain),
    field(5, "externalIPs", Text, List),
    field(7, "sessionAffinity", Text, Plain),
    field(8, "loadBalancerIP", Text, Plain),
    field(9, "loadBalancerSourceRanges", Text, List),
    field(10, "externalName", Text, Plain),
    field(11, "externalTrafficPolicy", Text, Plain),
    field(12, "healthCheckNodePort", Integer, Plain),
    field(13, "publishNotReadyAddresses", Bool, Plain),
    field(14, "sessionAffinityConfig", Message(SESSION_AFFINITY_CONFIG), Pointer),
    field(17, "ipFamilyPolicy", Text, Pointer),
    field(18, "clusterIPs", Text, List),
    field(19, "ipFamilies", Text, List),
    field(20, "allocateLoadBalancerNodePorts", Bool, Pointer),
    field(21, "loadBalancerClass", Text, Pointer),
    field(22, "internalTrafficPolicy", Text, Pointer),
    field(23, "trafficDistribution", Text, Pointer),
];

const SERVICE_PORT: &[Field] = &[
    field(1, "name", Text, Plain),
    field(2, "protocol", Text, Plain),
    field(3, "port", Integer, Plain),
    field(4, "targetPort", IntOrString, Plain),
    field(5, "nodePort", Integer, Plain),
    field(6, "appProtocol", Text, Pointer),
];

const SESSION_AFFINITY_CONFIG: &[Field] =
    &[field(1, "clientIP", Message(&[field(1, "timeoutSeconds", Integer, Pointer)]), Pointer)];

const OBJECT_META: &[Field] = &[
    field(1, "name", Text, Plain),
    field(2, "generateName", Text, Plain),
    field(3, "namespace", Text, Plain),
    field(4, "selfLink", Text, Plain),
    field(5, "uid", Text, Plain),
    field(6, "resourceVersion", Text, Plain),
    field(7, "generation", Integer, Plain),
    field(8, "creationTimestamp", Time, Plain),
    field(9, "deletionTimestamp", Time, Plain),
    field(10, "deletionGracePeriodSeconds", Integer, Pointer),
    field(11, "labels", Text, Map),
    field(12, "annotations", Text, Map),
    field(13, "ownerReferences", Message(OWNER_REFERENCE), List),
    field(14, "finalizers", Text, List),
    field(17, "managedFields", Message(MANAGED_FIELDS_ENTRY), List),
];

const OWNER_REFERENCE: &[Field] = &[
    field(1, "kind", Text, Plain),
    field(3, "name", Text, Plain),
    field(4, "uid", Text, Plain),
    field(5, "apiVersion", Text, Plain),
    field(6, "controller", Bool, Pointer),
    field(7, "blockOwnerDeletion", Bool, Pointer),
];

const MANAGED_FIELDS_ENTRY: &[Field] = &[
    field(1, "manager", Text, Plain),
    field(2, "operation", Text, Plain),
    field(3, "apiVersion", Text, Plain),
    field(4, "time", Time, Plain),
    field(6, "fieldsType", Text, Plain),
    field(7, "fieldsV1", FieldsV1, Pointer),
    field(8, "subresource", Text, Plain),
];

const DELETE_OPTIONS: &[Field] = &[
    field(1, "gracePeriodSeconds", Integer, Pointer),
    field(2, "preconditions", Message(PRECONDITIONS), Pointer),
    field(3, "orphanDependents", Bool, Pointer),
    field(4, "propagationPolicy", Text, Pointer),
    field(5, "dryRun", Text, List),
    field(6, "ignoreStoreReadErrorWithClusterBreakingPotential", Bool, Pointer),
];

const PRECONDITIONS: &[Field] = &[field(1, "uid", Text, Pointer), field(2, "resourceVersion", Text, Pointer)];
