//! Facts about the messages of the built-in kinds, from their Go types. Generated: do not edit.
//!
//! Written by `go run ./protobuf-tables tables` in `tests/controlplane/go`, whose `go.mod` selects the version.

use super::field::{
    Field, field as F,
    ValueType::{
        Bool, Bytes, Double, Int32, Int64, IntOrString, Message, MicroTime, Quantity, RawJson, SchemaOrBool,
        SchemaOrList, SchemaOrStrings, Strings, Text, Time,
    },
};

pub(super) const MANAGED_FIELDS_ENTRY: u16 = 593;
pub(super) const PARTIAL_OBJECT_METADATA: u16 = 596;

pub(super) static KINDS: [(&str, &str, u16); 175] = [
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy", 5),
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding", 6),
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", 10),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", 19),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", 20),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", 25),
    ("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy", 5),
    ("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicyBinding", 6),
    ("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy", 19),
    ("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicyBinding", 20),
    ("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy", 5),
    ("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyBinding", 6),
    ("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", 29),
    ("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy", 19),
    ("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyBinding", 20),
    ("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", 31),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", 566),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 585),
    ("apiregistration.k8s.io/v1", "APIService", 602),
    ("apiregistration.k8s.io/v1beta1", "APIService", 602),
    ("apps/v1", "ControllerRevision", 37),
    ("apps/v1", "DaemonSet", 38),
    ("apps/v1", "Deployment", 43),
    ("apps/v1", "ReplicaSet", 47),
    ("apps/v1", "StatefulSet", 52),
    ("apps/v1beta1", "ControllerRevision", 37),
    ("apps/v1beta1", "Deployment", 58),
    ("apps/v1beta1", "Scale", 61),
    ("apps/v1beta1", "StatefulSet", 64),
    ("apps/v1beta2", "ControllerRevision", 37),
    ("apps/v1beta2", "DaemonSet", 38),
    ("apps/v1beta2", "Deployment", 43),
    ("apps/v1beta2", "ReplicaSet", 47),
    ("apps/v1beta2", "Scale", 61),
    ("apps/v1beta2", "StatefulSet", 52),
    ("authentication.k8s.io/v1", "SelfSubjectReview", 68),
    ("authentication.k8s.io/v1", "TokenRequest", 70),
    ("authentication.k8s.io/v1", "TokenReview", 73),
    ("authentication.k8s.io/v1alpha1", "SelfSubjectReview", 68),
    ("authentication.k8s.io/v1beta1", "SelfSubjectReview", 68),
    ("authentication.k8s.io/v1beta1", "TokenReview", 73),
    ("authorization.k8s.io/v1", "LocalSubjectAccessReview", 78),
    ("authorization.k8s.io/v1", "SelfSubjectAccessReview", 83),
    ("authorization.k8s.io/v1", "SelfSubjectRulesReview", 85),
    ("authorization.k8s.io/v1", "SubjectAccessReview", 78),
    ("authorization.k8s.io/v1beta1", "LocalSubjectAccessReview", 90),
    ("authorization.k8s.io/v1beta1", "SelfSubjectAccessReview", 83),
    ("authorization.k8s.io/v1beta1", "SelfSubjectRulesReview", 85),
    ("authorization.k8s.io/v1beta1", "SubjectAccessReview", 90),
    ("autoscaling/v1", "HorizontalPodAutoscaler", 93),
    ("autoscaling/v1", "Scale", 96),
    ("autoscaling/v2", "HorizontalPodAutoscaler", 104),
    ("batch/v1", "CronJob", 118),
    ("batch/v1", "Job", 121),
    ("batch/v1beta1", "CronJob", 118),
    ("certificates.k8s.io/v1", "CertificateSigningRequest", 134),
    ("certificates.k8s.io/v1", "ClusterTrustBundle", 138),
    ("certificates.k8s.io/v1", "PodCertificateRequest", 140),
    ("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", 138),
    ("certificates.k8s.io/v1beta1", "CertificateSigningRequest", 143),
    ("certificates.k8s.io/v1beta1", "ClusterTrustBundle", 138),
    ("certificates.k8s.io/v1beta1", "PodCertificateRequest", 145),
    ("coordination.k8s.io/v1", "Lease", 147),
    ("coordination.k8s.io/v1alpha2", "LeaseCandidate", 149),
    ("coordination.k8s.io/v1beta1", "Lease", 147),
    ("coordination.k8s.io/v1beta1", "LeaseCandidate", 149),
    ("discovery.k8s.io/v1", "EndpointSlice", 361),
    ("discovery.k8s.io/v1beta1", "EndpointSlice", 363),
    ("events.k8s.io/v1", "Event", 364),
    ("events.k8s.io/v1beta1", "Event", 364),
    ("extensions/v1beta1", "DaemonSet", 366),
    ("extensions/v1beta1", "Deployment", 58),
    ("extensions/v1beta1", "Ingress", 371),
    ("extensions/v1beta1", "NetworkPolicy", 380),
    ("extensions/v1beta1", "ReplicaSet", 386),
    ("extensions/v1beta1", "Scale", 61),
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", 390),
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", 398),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", 390),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration", 405),
    ("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", 390),
    ("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfiguration", 405),
    ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", 390),
    ("flowcontrol.apiserver.k8s.io/v1beta3", "PriorityLevelConfiguration", 408),
    ("internal.apiserver.k8s.io/v1alpha1", "StorageVersion", 33),
    ("lifecycle.k8s.io/v1alpha1", "Eviction", 410),
    ("lifecycle.k8s.io/v1alpha1", "EvictionRequest", 412),
    ("meta.k8s.io/v1", "PartialObjectMetadata", 596),
    ("networking.k8s.io/v1", "IPAddress", 423),
    ("networking.k8s.io/v1", "Ingress", 425),
    ("networking.k8s.io/v1", "IngressClass", 427),
    ("networking.k8s.io/v1", "NetworkPolicy", 380),
    ("networking.k8s.io/v1", "ServiceCIDR", 436),
    ("networking.k8s.io/v1beta1", "IPAddress", 423),
    ("networking.k8s.io/v1beta1", "Ingress", 371),
    ("networking.k8s.io/v1beta1", "IngressClass", 427),
    ("networking.k8s.io/v1beta1", "ServiceCIDR", 436),
    ("node.k8s.io/v1", "RuntimeClass", 440),
    ("node.k8s.io/v1alpha1", "RuntimeClass", 442),
    ("node.k8s.io/v1beta1", "RuntimeClass", 440),
    ("policy/v1", "Eviction", 444),
    ("policy/v1", "PodDisruptionBudget", 445),
    ("policy/v1beta1", "Eviction", 444),
    ("policy/v1beta1", "PodDisruptionBudget", 445),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", 449),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", 450),
    ("rbac.authorization.k8s.io/v1", "Role", 452),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", 450),
    ("rbac.authorization.k8s.io/v1alpha1", "ClusterRole", 455),
    ("rbac.authorization.k8s.io/v1alpha1", "ClusterRoleBinding", 456),
    ("rbac.authorization.k8s.io/v1alpha1", "Role", 458),
    ("rbac.authorization.k8s.io/v1alpha1", "RoleBinding", 456),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRole", 449),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", 450),
    ("rbac.authorization.k8s.io/v1beta1", "Role", 452),
    ("rbac.authorization.k8s.io/v1beta1", "RoleBinding", 450),
    ("resource.k8s.io/v1", "DeviceClass", 475),
    ("resource.k8s.io/v1", "DeviceTaintRule", 485),
    ("resource.k8s.io/v1", "ResourceClaim", 494),
    ("resource.k8s.io/v1", "ResourceClaimTemplate", 498),
    ("resource.k8s.io/v1", "ResourceSlice", 501),
    ("resource.k8s.io/v1alpha3", "DeviceTaintRule", 485),
    ("resource.k8s.io/v1alpha3", "ResourcePoolStatusRequest", 505),
    ("resource.k8s.io/v1beta1", "DeviceClass", 475),
    ("resource.k8s.io/v1beta1", "ResourceClaim", 515),
    ("resource.k8s.io/v1beta1", "ResourceClaimTemplate", 517),
    ("resource.k8s.io/v1beta1", "ResourceSlice", 519),
    ("resource.k8s.io/v1beta2", "DeviceClass", 475),
    ("resource.k8s.io/v1beta2", "DeviceTaintRule", 485),
    ("resource.k8s.io/v1beta2", "ResourceClaim", 494),
    ("resource.k8s.io/v1beta2", "ResourceClaimTemplate", 498),
    ("resource.k8s.io/v1beta2", "ResourceSlice", 501),
    ("scheduling.k8s.io/v1", "PriorityClass", 521),
    ("scheduling.k8s.io/v1alpha3", "CompositePodGroup", 524),
    ("scheduling.k8s.io/v1alpha3", "PodGroup", 530),
    ("scheduling.k8s.io/v1alpha3", "Workload", 538),
    ("scheduling.k8s.io/v1beta1", "PodGroup", 530),
    ("scheduling.k8s.io/v1beta1", "PriorityClass", 521),
    ("scheduling.k8s.io/v1beta1", "Workload", 538),
    ("storage.k8s.io/v1", "CSIDriver", 543),
    ("storage.k8s.io/v1", "CSINode", 545),
    ("storage.k8s.io/v1", "CSIStorageCapacity", 549),
    ("storage.k8s.io/v1", "StorageClass", 550),
    ("storage.k8s.io/v1", "VolumeAttachment", 554),
    ("storage.k8s.io/v1", "VolumeAttributesClass", 558),
    ("storage.k8s.io/v1alpha1", "CSIStorageCapacity", 549),
    ("storage.k8s.io/v1alpha1", "VolumeAttachment", 554),
    ("storage.k8s.io/v1alpha1", "VolumeAttributesClass", 558),
    ("storage.k8s.io/v1beta1", "CSIDriver", 543),
    ("storage.k8s.io/v1beta1", "CSINode", 545),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity", 549),
    ("storage.k8s.io/v1beta1", "StorageClass", 550),
    ("storage.k8s.io/v1beta1", "VolumeAttachment", 554),
    ("storage.k8s.io/v1beta1", "VolumeAttributesClass", 558),
    ("storagemigration.k8s.io/v1", "StorageVersionMigration", 561),
    ("storagemigration.k8s.io/v1beta1", "StorageVersionMigration", 561),
    ("v1", "Binding", 158),
    ("v1", "ComponentStatus", 169),
    ("v1", "ConfigMap", 170),
    ("v1", "Endpoints", 197),
    ("v1", "Event", 203),
    ("v1", "LimitRange", 230),
    ("v1", "Namespace", 240),
    ("v1", "Node", 244),
    ("v1", "PersistentVolume", 267),
    ("v1", "PersistentVolumeClaim", 268),
    ("v1", "Pod", 277),
    ("v1", "PodTemplate", 293),
    ("v1", "RangeAllocation", 305),
    ("v1", "ReplicationController", 306),
    ("v1", "ResourceQuota", 312),
    ("v1", "Secret", 322),
    ("v1", "Service", 326),
    ("v1", "ServiceAccount", 327),
    ("v1", "Status", 599),
];

pub(super) static STARTS: [u16; 607] = [
    0, 1, 3, 5, 7, 12, 14, 16, 19, 26, 38, 40, 43, 45, 47, 51,
    55, 57, 61, 62, 65, 67, 71, 78, 81, 92, 94, 98, 101, 113, 115, 126,
    128, 132, 135, 141, 141, 144, 147, 150, 155, 160, 170, 172, 175, 181, 189, 198,
    201, 205, 212, 214, 216, 219, 220, 222, 233, 243, 245, 248, 257, 258, 261, 262,
    265, 268, 279, 289, 293, 295, 296, 299, 303, 305, 308, 310, 314, 318, 320, 323,
    325, 327, 336, 340, 343, 345, 348, 349, 355, 359, 363, 366, 372, 375, 378, 382,
    387, 390, 392, 395, 398, 400, 402, 405, 409, 412, 414, 420, 425, 431, 433, 439,
    445, 449, 452, 455, 458, 460, 462, 465, 473, 476, 479, 485, 489, 506, 517, 519,
    520, 523, 525, 528, 529, 531, 533, 536, 542, 550, 552, 554, 556, 559, 569, 574,
    577, 585, 588, 600, 602, 609, 611, 617, 621, 624, 626, 628, 634, 638, 641, 643,
    653, 658, 660, 666, 672, 676, 680, 681, 687, 691, 693, 697, 699, 702, 707, 710,
    715, 740, 743, 745, 750, 752, 754, 756, 759, 760, 767, 769, 784, 785, 786, 787,
    792, 795, 798, 802, 806, 809, 811, 814, 817, 822, 824, 825, 840, 842, 844, 846,
    847, 852, 856, 861, 866, 868, 872, 875, 878, 882, 885, 891, 893, 895, 896, 898,
    909, 920, 922, 923, 927, 930, 934, 936, 942, 943, 946, 950, 951, 952, 954, 956,
    959, 962, 967, 968, 970, 973, 975, 977, 979, 982, 986, 992, 993, 997, 998, 999,
    1000, 1002, 1004, 1005, 1008, 1010, 1018, 1032, 1033, 1045, 1047, 1054, 1057, 1060, 1069, 1078,
    1080, 1082, 1104, 1114, 1118, 1120, 1123, 1125, 1131, 1139, 1146, 1149, 1151, 1153, 1154, 1155,
    1158, 1160, 1161, 1174, 1217, 1239, 1241, 1243, 1246, 1249, 1252, 1254, 1261, 1265, 1268, 1274,
    1282, 1290, 1293, 1296, 1300, 1306, 1308, 1311, 1314, 1317, 1320, 1322, 1325, 1327, 1331, 1341,
    1351, 1352, 1355, 1360, 1362, 1367, 1379, 1382, 1386, 1390, 1396, 1416, 1418, 1419, 1420, 1425,
    1430, 1432, 1436, 1441, 1443, 1444, 1452, 1455, 1459, 1461, 1464, 1466, 1474, 1479, 1480, 1486,
    1488, 1518, 1519, 1523, 1525, 1529, 1537, 1540, 1542, 1546, 1550, 1557, 1561, 1576, 1578, 1581,
    1587, 1590, 1591, 1593, 1596, 1599, 1602, 1603, 1605, 1606, 1610, 1611, 1613, 1615, 1617, 1619,
    1622, 1625, 1629, 1632, 1636, 1638, 1639, 1642, 1647, 1651, 1652, 1654, 1658, 1660, 1663, 1666,
    1669, 1672, 1677, 1679, 1683, 1687, 1690, 1693, 1697, 1700, 1703, 1706, 1708, 1711, 1714, 1716,
    1717, 1718, 1723, 1725, 1731, 1734, 1737, 1738, 1740, 1741, 1744, 1746, 1748, 1753, 1755, 1757,
    1758, 1760, 1764, 1768, 1770, 1773, 1774, 1775, 1776, 1780, 1782, 1784, 1787, 1789, 1792, 1796,
    1803, 1804, 1807, 1810, 1815, 1817, 1820, 1824, 1827, 1830, 1835, 1837, 1841, 1848, 1851, 1852,
    1855, 1858, 1859, 1860, 1862, 1875, 1878, 1880, 1888, 1890, 1893, 1895, 1897, 1898, 1901, 1902,
    1905, 1908, 1911, 1922, 1923, 1931, 1934, 1936, 1939, 1947, 1950, 1953, 1955, 1957, 1959, 1962,
    1966, 1967, 1970, 1972, 1974, 1977, 1979, 1989, 1993, 2005, 2008, 2012, 2015, 2019, 2022, 2034,
    2036, 2039, 2049, 2057, 2060, 2061, 2063, 2065, 2067, 2077, 2082, 2084, 2085, 2088, 2089, 2091,
    2099, 2108, 2109, 2112, 2115, 2117, 2126, 2128, 2136, 2137, 2140, 2142, 2143, 2145, 2147, 2150,
    2152, 2163, 2166, 2170, 2171, 2172, 2177, 2185, 2187, 2193, 2195, 2198, 2200, 2203, 2207, 2210,
    2213, 2214, 2217, 2218, 2220, 2226, 2228, 2231, 2237, 2243, 2249, 2253, 2262, 2265, 2267, 2268,
    2270, 2314, 2316, 2318, 2320, 2321, 2327, 2329, 2335, 2338, 2341, 2352, 2361, 2367, 2373, 2375,
    2377, 2382, 2389, 2404, 2410, 2411, 2413, 2414, 2420, 2423, 2429, 2432, 2439, 2440, 2443,
];

pub(super) static FIELDS: [Field; 2443] = [
    // 0: v1.ApplyConfiguration
    F(1, Text, 4, 10, 3318, 0), // expression
    // 1: v1.AuditAnnotation
    F(1, Text, 1, 3, 948, 0), // key
    F(2, Text, 1, 15, 5774, 0), // valueExpression
    // 2: v1.ExpressionWarning
    F(2, Text, 1, 8, 9355, 0), // fieldRef
    F(3, Text, 1, 7, 10110, 0), // warning
    // 3: v1.MatchCondition
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 10, 3318, 0), // expression
    // 4: v1.MatchResources
    F(1, Message, 0, 17, 4019, 591), // namespaceSelector
    F(2, Message, 0, 14, 6226, 591), // objectSelector
    F(3, Message, 20, 13, 6974, 12), // resourceRules
    F(4, Message, 20, 20, 2480, 12), // excludeResourceRules
    F(7, Text, 0, 11, 7948, 0), // matchPolicy
    // 5: v1.MutatingAdmissionPolicy
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 8), // spec
    // 6: v1.MutatingAdmissionPolicyBinding
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 7), // spec
    // 7: v1.MutatingAdmissionPolicyBindingSpec
    F(1, Text, 4, 10, 8454, 0), // policyName
    F(2, Message, 0, 8, 9547, 14), // paramRef
    F(3, Message, 0, 14, 6198, 4), // matchResources
    // 8: v1.MutatingAdmissionPolicySpec
    F(1, Message, 0, 9, 8975, 13), // paramKind
    F(2, Message, 0, 16, 4777, 4), // matchConstraints
    F(3, Message, 20, 9, 9218, 3), // variables
    F(4, Message, 20, 9, 8957, 11), // mutations
    F(5, Text, 0, 13, 6649, 0), // failurePolicy
    F(6, Message, 20, 15, 5399, 3), // matchConditions
    F(7, Text, 4, 18, 3498, 0), // reinvocationPolicy
    // 9: v1.MutatingWebhook
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 12, 7165, 27), // clientConfig
    F(3, Message, 20, 5, 10460, 16), // rules
    F(4, Text, 0, 13, 6649, 0), // failurePolicy
    F(5, Message, 0, 17, 4019, 591), // namespaceSelector
    F(6, Text, 3, 11, 8124, 0), // sideEffects
    F(7, Int32, 0, 14, 6436, 0), // timeoutSeconds
    F(8, Text, 19, 23, 1487, 0), // admissionReviewVersions
    F(9, Text, 0, 11, 7948, 0), // matchPolicy
    F(10, Text, 0, 18, 3498, 0), // reinvocationPolicy
    F(11, Message, 0, 14, 6226, 591), // objectSelector
    F(12, Message, 20, 15, 5399, 3), // matchConditions
    // 10: v1.MutatingWebhookConfiguration
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 20, 8, 9731, 9), // webhooks
    // 11: v1.Mutation
    F(2, Text, 1, 9, 8993, 0), // patchType
    F(3, Message, 0, 18, 3102, 0), // applyConfiguration
    F(4, Message, 0, 9, 8876, 0), // jsonPatch
    // 12: v1.NamedRuleWithOperations
    F(1, Text, 20, 13, 6961, 0), // resourceNames
    F(2, Message, 9, 0, 0, 16), // 
    // 13: v1.ParamKind
    F(1, Text, 4, 10, 7673, 0), // apiVersion
    F(2, Text, 4, 4, 10526, 0), // kind
    // 14: v1.ParamRef
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Text, 4, 9, 4019, 0), // namespace
    F(3, Message, 0, 8, 9083, 591), // selector
    F(4, Text, 0, 23, 1602, 0), // parameterNotFoundAction
    // 15: v1.Rule
    F(1, Text, 20, 9, 8723, 0), // apiGroups
    F(2, Text, 20, 11, 7673, 0), // apiVersions
    F(3, Text, 20, 9, 7444, 0), // resources
    F(4, Text, 0, 5, 7026, 0), // scope
    // 16: v1.RuleWithOperations
    F(1, Text, 20, 10, 8434, 0), // operations
    F(2, Message, 9, 0, 0, 15), // 
    // 17: v1.ServiceReference
    F(1, Text, 1, 9, 4019, 0), // namespace
    F(2, Text, 1, 4, 4019, 0), // name
    F(3, Text, 0, 4, 9555, 0), // path
    F(4, Int32, 0, 4, 2971, 0), // port
    // 18: v1.TypeChecking
    F(1, Message, 20, 18, 3318, 2), // expressionWarnings
    // 19: v1.ValidatingAdmissionPolicy
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 22), // spec
    F(3, Message, 1, 6, 3642, 23), // status
    // 20: v1.ValidatingAdmissionPolicyBinding
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 21), // spec
    // 21: v1.ValidatingAdmissionPolicyBindingSpec
    F(1, Text, 4, 10, 8454, 0), // policyName
    F(2, Message, 0, 8, 9547, 14), // paramRef
    F(3, Message, 0, 14, 6198, 4), // matchResources
    F(4, Text, 20, 17, 4342, 0), // validationActions
    // 22: v1.ValidatingAdmissionPolicySpec
    F(1, Message, 0, 9, 8975, 13), // paramKind
    F(2, Message, 0, 16, 4777, 4), // matchConstraints
    F(3, Message, 20, 11, 1476, 26), // validations
    F(4, Text, 0, 13, 6649, 0), // failurePolicy
    F(5, Message, 20, 16, 4409, 1), // auditAnnotations
    F(6, Message, 20, 15, 5399, 3), // matchConditions
    F(7, Message, 20, 9, 9218, 3), // variables
    // 23: v1.ValidatingAdmissionPolicyStatus
    F(1, Int64, 4, 18, 3480, 0), // observedGeneration
    F(2, Message, 0, 12, 7501, 18), // typeChecking
    F(3, Message, 20, 10, 6912, 588), // conditions
    // 24: v1.ValidatingWebhook
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 12, 7165, 27), // clientConfig
    F(3, Message, 20, 5, 10460, 16), // rules
    F(4, Text, 0, 13, 6649, 0), // failurePolicy
    F(5, Message, 0, 17, 4019, 591), // namespaceSelector
    F(6, Text, 3, 11, 8124, 0), // sideEffects
    F(7, Int32, 0, 14, 6436, 0), // timeoutSeconds
    F(8, Text, 19, 23, 1487, 0), // admissionReviewVersions
    F(9, Text, 0, 11, 7948, 0), // matchPolicy
    F(10, Message, 0, 14, 6226, 591), // objectSelector
    F(11, Message, 20, 15, 5399, 3), // matchConditions
    // 25: v1.ValidatingWebhookConfiguration
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 20, 8, 9731, 24), // webhooks
    // 26: v1.Validation
    F(1, Text, 1, 10, 3318, 0), // expression
    F(2, Text, 4, 7, 3985, 0), // message
    F(3, Text, 0, 6, 10309, 0), // reason
    F(4, Text, 4, 17, 3985, 0), // messageExpression
    // 27: v1.WebhookClientConfig
    F(1, Message, 0, 7, 610, 17), // service
    F(2, Bytes, 4, 8, 9291, 0), // caBundle
    F(3, Text, 0, 3, 10585, 0), // url
    // 28: v1beta1.MutatingWebhook
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 12, 7165, 27), // clientConfig
    F(3, Message, 20, 5, 10460, 16), // rules
    F(4, Text, 0, 13, 6649, 0), // failurePolicy
    F(5, Message, 0, 17, 4019, 591), // namespaceSelector
    F(6, Text, 0, 11, 8124, 0), // sideEffects
    F(7, Int32, 0, 14, 6436, 0), // timeoutSeconds
    F(8, Text, 20, 23, 1487, 0), // admissionReviewVersions
    F(9, Text, 0, 11, 7948, 0), // matchPolicy
    F(10, Text, 0, 18, 3498, 0), // reinvocationPolicy
    F(11, Message, 0, 14, 6226, 591), // objectSelector
    F(12, Message, 20, 15, 5399, 3), // matchConditions
    // 29: v1beta1.MutatingWebhookConfiguration
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 20, 8, 9731, 28), // webhooks
    // 30: v1beta1.ValidatingWebhook
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 12, 7165, 27), // clientConfig
    F(3, Message, 20, 5, 10460, 16), // rules
    F(4, Text, 0, 13, 6649, 0), // failurePolicy
    F(5, Message, 0, 17, 4019, 591), // namespaceSelector
    F(6, Text, 0, 11, 8124, 0), // sideEffects
    F(7, Int32, 0, 14, 6436, 0), // timeoutSeconds
    F(8, Text, 20, 23, 1487, 0), // admissionReviewVersions
    F(9, Text, 0, 11, 7948, 0), // matchPolicy
    F(10, Message, 0, 14, 6226, 591), // objectSelector
    F(11, Message, 20, 15, 5399, 3), // matchConditions
    // 31: v1beta1.ValidatingWebhookConfiguration
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 20, 8, 9731, 30), // webhooks
    // 32: v1alpha1.ServerStorageVersion
    F(1, Text, 4, 11, 7662, 0), // apiServerID
    F(2, Text, 4, 15, 5309, 0), // encodingVersion
    F(3, Text, 20, 17, 3815, 0), // decodableVersions
    F(4, Text, 20, 14, 6366, 0), // servedVersions
    // 33: v1alpha1.StorageVersion
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 35), // spec
    F(3, Message, 1, 6, 3642, 36), // status
    // 34: v1alpha1.StorageVersionCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(3, Int64, 4, 18, 3480, 0), // observedGeneration
    F(4, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(5, Text, 1, 6, 10309, 0), // reason
    F(6, Text, 4, 7, 3985, 0), // message
    // 35: v1alpha1.StorageVersionSpec
    // 36: v1alpha1.StorageVersionStatus
    F(1, Message, 20, 15, 5714, 32), // storageVersions
    F(2, Text, 0, 21, 2046, 0), // commonEncodingVersion
    F(3, Message, 20, 10, 6912, 34), // conditions
    // 37: v1.ControllerRevision
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, RawJson, 1, 4, 3134, 0), // data
    F(3, Int64, 1, 8, 2700, 0), // revision
    // 38: v1.DaemonSet
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 40), // spec
    F(3, Message, 1, 6, 3642, 41), // status
    // 39: v1.DaemonSetCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(3, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(4, Text, 4, 6, 10309, 0), // reason
    F(5, Text, 4, 7, 3985, 0), // message
    // 40: v1.DaemonSetSpec
    F(1, Message, 3, 8, 9083, 591), // selector
    F(2, Message, 1, 8, 3660, 294), // template
    F(3, Message, 1, 14, 6464, 42), // updateStrategy
    F(4, Int32, 4, 15, 5414, 0), // minReadySeconds
    F(6, Int32, 0, 20, 2700, 0), // revisionHistoryLimit
    // 41: v1.DaemonSetStatus
    F(1, Int32, 1, 22, 1740, 0), // currentNumberScheduled
    F(2, Int32, 1, 18, 3462, 0), // numberMisscheduled
    F(3, Int32, 1, 22, 1762, 0), // desiredNumberScheduled
    F(4, Int32, 1, 11, 8003, 0), // numberReady
    F(5, Int64, 4, 18, 3480, 0), // observedGeneration
    F(6, Int32, 4, 22, 1960, 0), // updatedNumberScheduled
    F(7, Int32, 4, 15, 5444, 0), // numberAvailable
    F(8, Int32, 4, 17, 4087, 0), // numberUnavailable
    F(9, Int32, 0, 14, 5890, 0), // collisionCount
    F(10, Message, 20, 10, 6912, 39), // conditions
    // 42: v1.DaemonSetUpdateStrategy
    F(1, Text, 4, 4, 2000, 0), // type
    F(2, Message, 0, 13, 6987, 50), // rollingUpdate
    // 43: v1.Deployment
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 45), // spec
    F(3, Message, 1, 6, 3642, 46), // status
    // 44: v1.DeploymentCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(4, Text, 4, 6, 10309, 0), // reason
    F(5, Text, 4, 7, 3985, 0), // message
    F(6, Time, 1, 14, 6142, 0), // lastUpdateTime
    F(7, Time, 1, 18, 3372, 0), // lastTransitionTime
    // 45: v1.DeploymentSpec
    F(1, Int32, 0, 8, 9635, 0), // replicas
    F(2, Message, 3, 8, 9083, 591), // selector
    F(3, Message, 1, 8, 3660, 294), // template
    F(4, Message, 1, 8, 9675, 42), // strategy
    F(5, Int32, 4, 15, 5414, 0), // minReadySeconds
    F(6, Int32, 0, 20, 2700, 0), // revisionHistoryLimit
    F(7, Bool, 4, 6, 10261, 0), // paused
    F(9, Int32, 0, 23, 1625, 0), // progressDeadlineSeconds
    // 46: v1.DeploymentStatus
    F(1, Int64, 4, 18, 3480, 0), // observedGeneration
    F(2, Int32, 4, 8, 9635, 0), // replicas
    F(3, Int32, 4, 15, 5729, 0), // updatedReplicas
    F(4, Int32, 4, 17, 3066, 0), // availableReplicas
    F(5, Int32, 4, 19, 3064, 0), // unavailableReplicas
    F(6, Message, 20, 10, 6912, 44), // conditions
    F(7, Int32, 4, 13, 6922, 0), // readyReplicas
    F(8, Int32, 0, 14, 5890, 0), // collisionCount
    F(9, Int32, 0, 19, 3026, 0), // terminatingReplicas
    // 47: v1.ReplicaSet
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 48), // spec
    F(3, Message, 1, 6, 3642, 49), // status
    // 48: v1.ReplicaSetSpec
    F(1, Int32, 0, 8, 9635, 0), // replicas
    F(2, Message, 3, 8, 9083, 591), // selector
    F(3, Message, 1, 8, 3660, 294), // template
    F(4, Int32, 4, 15, 5414, 0), // minReadySeconds
    // 49: v1.ReplicaSetStatus
    F(1, Int32, 1, 8, 9635, 0), // replicas
    F(2, Int32, 4, 20, 2520, 0), // fullyLabeledReplicas
    F(3, Int64, 4, 18, 3480, 0), // observedGeneration
    F(4, Int32, 4, 13, 6922, 0), // readyReplicas
    F(5, Int32, 4, 17, 3066, 0), // availableReplicas
    F(6, Message, 20, 10, 6912, 39), // conditions
    F(7, Int32, 0, 19, 3026, 0), // terminatingReplicas
    // 50: v1.RollingUpdateDaemonSet
    F(1, IntOrString, 0, 14, 6212, 0), // maxUnavailable
    F(2, IntOrString, 0, 8, 9443, 0), // maxSurge
    // 51: v1.RollingUpdateStatefulSetStrategy
    F(1, Int32, 0, 9, 1850, 0), // partition
    F(2, IntOrString, 0, 14, 6212, 0), // maxUnavailable
    // 52: v1.StatefulSet
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 55), // spec
    F(3, Message, 1, 6, 3642, 56), // status
    // 53: v1.StatefulSetOrdinals
    F(1, Int32, 1, 5, 1671, 0), // start
    // 54: v1.StatefulSetPersistentVolumeClaimRetentionPolicy
    F(1, Text, 4, 11, 8212, 0), // whenDeleted
    F(2, Text, 4, 10, 8694, 0), // whenScaled
    // 55: v1.StatefulSetSpec
    F(1, Int32, 0, 8, 9635, 0), // replicas
    F(2, Message, 3, 8, 9083, 591), // selector
    F(3, Message, 1, 8, 3660, 294), // template
    F(4, Message, 20, 20, 2720, 268), // volumeClaimTemplates
    F(5, Text, 1, 11, 8102, 0), // serviceName
    F(6, Text, 4, 19, 2931, 0), // podManagementPolicy
    F(7, Message, 1, 14, 6464, 57), // updateStrategy
    F(8, Int32, 0, 20, 2700, 0), // revisionHistoryLimit
    F(9, Int32, 4, 15, 5414, 0), // minReadySeconds
    F(10, Message, 0, 36, 177, 54), // persistentVolumeClaimRetentionPolicy
    F(11, Message, 0, 8, 9531, 53), // ordinals
    // 56: v1.StatefulSetStatus
    F(1, Int64, 4, 18, 3480, 0), // observedGeneration
    F(2, Int32, 1, 8, 9635, 0), // replicas
    F(3, Int32, 4, 13, 6922, 0), // readyReplicas
    F(4, Int32, 4, 15, 5204, 0), // currentReplicas
    F(5, Int32, 4, 15, 5729, 0), // updatedReplicas
    F(6, Text, 4, 15, 5219, 0), // currentRevision
    F(7, Text, 4, 14, 6450, 0), // updateRevision
    F(9, Int32, 0, 14, 5890, 0), // collisionCount
    F(10, Message, 20, 10, 6912, 39), // conditions
    F(11, Int32, 1, 17, 3066, 0), // availableReplicas
    // 57: v1.StatefulSetUpdateStrategy
    F(1, Text, 4, 4, 2000, 0), // type
    F(2, Message, 0, 13, 6987, 51), // rollingUpdate
    // 58: v1beta1.Deployment
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 59), // spec
    F(3, Message, 1, 6, 3642, 46), // status
    // 59: v1beta1.DeploymentSpec
    F(1, Int32, 0, 8, 9635, 0), // replicas
    F(2, Message, 0, 8, 9083, 591), // selector
    F(3, Message, 1, 8, 3660, 294), // template
    F(4, Message, 1, 8, 9675, 42), // strategy
    F(5, Int32, 4, 15, 5414, 0), // minReadySeconds
    F(6, Int32, 0, 20, 2700, 0), // revisionHistoryLimit
    F(7, Bool, 4, 6, 10261, 0), // paused
    F(8, Message, 0, 10, 8554, 60), // rollbackTo
    F(9, Int32, 0, 23, 1625, 0), // progressDeadlineSeconds
    // 60: v1beta1.RollbackConfig
    F(1, Int64, 4, 8, 2700, 0), // revision
    // 61: v1beta1.Scale
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 62), // spec
    F(3, Message, 1, 6, 3642, 63), // status
    // 62: v1beta1.ScaleSpec
    F(1, Int32, 4, 8, 9635, 0), // replicas
    // 63: v1beta1.ScaleStatus
    F(1, Int32, 1, 8, 9635, 0), // replicas
    F(2, Text, 36, 8, 9083, 0), // selector
    F(3, Text, 4, 14, 6422, 0), // targetSelector
    // 64: v1beta1.StatefulSet
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 65), // spec
    F(3, Message, 1, 6, 3642, 66), // status
    // 65: v1beta1.StatefulSetSpec
    F(1, Int32, 0, 8, 9635, 0), // replicas
    F(2, Message, 0, 8, 9083, 591), // selector
    F(3, Message, 1, 8, 3660, 294), // template
    F(4, Message, 20, 20, 2720, 268), // volumeClaimTemplates
    F(5, Text, 1, 11, 8102, 0), // serviceName
    F(6, Text, 4, 19, 2931, 0), // podManagementPolicy
    F(7, Message, 1, 14, 6464, 57), // updateStrategy
    F(8, Int32, 0, 20, 2700, 0), // revisionHistoryLimit
    F(9, Int32, 4, 15, 5414, 0), // minReadySeconds
    F(10, Message, 0, 36, 177, 54), // persistentVolumeClaimRetentionPolicy
    F(11, Message, 0, 8, 9531, 53), // ordinals
    // 66: v1beta1.StatefulSetStatus
    F(1, Int64, 0, 18, 3480, 0), // observedGeneration
    F(2, Int32, 1, 8, 9635, 0), // replicas
    F(3, Int32, 4, 13, 6922, 0), // readyReplicas
    F(4, Int32, 4, 15, 5204, 0), // currentReplicas
    F(5, Int32, 4, 15, 5729, 0), // updatedReplicas
    F(6, Text, 4, 15, 5219, 0), // currentRevision
    F(7, Text, 4, 14, 6450, 0), // updateRevision
    F(9, Int32, 0, 14, 5890, 0), // collisionCount
    F(10, Message, 20, 10, 6912, 39), // conditions
    F(11, Int32, 1, 17, 3066, 0), // availableReplicas
    // 67: v1.BoundObjectReference
    F(1, Text, 4, 4, 10526, 0), // kind
    F(2, Text, 4, 10, 7673, 0), // apiVersion
    F(3, Text, 4, 4, 4019, 0), // name
    F(4, Text, 4, 3, 10582, 0), // uid
    // 68: v1.SelfSubjectReview
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 6, 3642, 69), // status
    // 69: v1.SelfSubjectReviewStatus
    F(1, Message, 1, 8, 9699, 76), // userInfo
    // 70: v1.TokenRequest
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 71), // spec
    F(3, Message, 1, 6, 3642, 72), // status
    // 71: v1.TokenRequestSpec
    F(1, Text, 19, 9, 8732, 0), // audiences
    F(3, Message, 3, 14, 5876, 67), // boundObjectRef
    F(4, Int64, 3, 17, 3883, 0), // expirationSeconds
    F(5, Strings, 36, 12, 7129, 0), // attestations
    // 72: v1.TokenRequestStatus
    F(1, Text, 1, 5, 7065, 0), // token
    F(2, Time, 1, 19, 2836, 0), // expirationTimestamp
    // 73: v1.TokenReview
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 74), // spec
    F(3, Message, 1, 6, 3642, 75), // status
    // 74: v1.TokenReviewSpec
    F(1, Text, 4, 5, 7065, 0), // token
    F(2, Text, 20, 9, 8732, 0), // audiences
    // 75: v1.TokenReviewStatus
    F(1, Bool, 4, 13, 6519, 0), // authenticated
    F(2, Message, 1, 4, 5744, 76), // user
    F(3, Text, 4, 5, 8804, 0), // error
    F(4, Text, 20, 9, 8732, 0), // audiences
    // 76: v1.UserInfo
    F(1, Text, 4, 8, 9707, 0), // username
    F(2, Text, 4, 3, 10582, 0), // uid
    F(3, Text, 20, 6, 10207, 0), // groups
    F(4, Strings, 36, 5, 10400, 0), // extra
    // 77: v1.FieldSelectorAttributes
    F(1, Text, 4, 11, 8069, 0), // rawSelector
    F(2, Message, 20, 12, 7345, 259), // requirements
    // 78: v1.LocalSubjectAccessReview
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 87), // spec
    F(3, Message, 1, 6, 3642, 88), // status
    // 79: v1.NonResourceAttributes
    F(1, Text, 4, 4, 9555, 0), // path
    F(2, Text, 4, 4, 10480, 0), // verb
    // 80: v1.NonResourceRule
    F(1, Text, 19, 5, 10480, 0), // verbs
    F(2, Text, 20, 15, 5429, 0), // nonResourceURLs
    // 81: v1.ResourceAttributes
    F(1, Text, 4, 9, 4019, 0), // namespace
    F(2, Text, 4, 4, 10480, 0), // verb
    F(3, Text, 4, 5, 2540, 0), // group
    F(4, Text, 4, 7, 1274, 0), // version
    F(5, Text, 4, 8, 429, 0), // resource
    F(6, Text, 4, 11, 7441, 0), // subresource
    F(7, Text, 4, 4, 4019, 0), // name
    F(8, Message, 0, 13, 6662, 77), // fieldSelector
    F(9, Message, 0, 13, 3917, 77), // labelSelector
    // 82: v1.ResourceRule
    F(1, Text, 19, 5, 10480, 0), // verbs
    F(2, Text, 20, 9, 8723, 0), // apiGroups
    F(3, Text, 20, 9, 7444, 0), // resources
    F(4, Text, 20, 13, 6961, 0), // resourceNames
    // 83: v1.SelfSubjectAccessReview
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 84), // spec
    F(3, Message, 1, 6, 3642, 88), // status
    // 84: v1.SelfSubjectAccessReviewSpec
    F(1, Message, 0, 18, 3552, 81), // resourceAttributes
    F(2, Message, 0, 21, 2193, 79), // nonResourceAttributes
    // 85: v1.SelfSubjectRulesReview
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 86), // spec
    F(3, Message, 1, 6, 3642, 89), // status
    // 86: v1.SelfSubjectRulesReviewSpec
    F(1, Text, 4, 9, 4019, 0), // namespace
    // 87: v1.SubjectAccessReviewSpec
    F(1, Message, 0, 18, 3552, 81), // resourceAttributes
    F(2, Message, 0, 21, 2193, 79), // nonResourceAttributes
    F(3, Text, 4, 4, 5744, 0), // user
    F(4, Text, 20, 6, 10207, 0), // groups
    F(5, Strings, 36, 5, 10400, 0), // extra
    F(6, Text, 4, 3, 10582, 0), // uid
    // 88: v1.SubjectAccessReviewStatus
    F(1, Bool, 1, 7, 3696, 0), // allowed
    F(2, Text, 4, 6, 10309, 0), // reason
    F(3, Text, 4, 15, 5324, 0), // evaluationError
    F(4, Bool, 4, 6, 10159, 0), // denied
    // 89: v1.SubjectRulesReviewStatus
    F(1, Message, 19, 13, 6974, 82), // resourceRules
    F(2, Message, 19, 16, 4857, 80), // nonResourceRules
    F(3, Bool, 1, 10, 8384, 0), // incomplete
    F(4, Text, 4, 15, 5324, 0), // evaluationError
    // 90: v1beta1.LocalSubjectAccessReview
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 91), // spec
    F(3, Message, 1, 6, 3642, 88), // status
    // 91: v1beta1.SubjectAccessReviewSpec
    F(1, Message, 0, 18, 3552, 81), // resourceAttributes
    F(2, Message, 0, 21, 2193, 79), // nonResourceAttributes
    F(3, Text, 4, 4, 5744, 0), // user
    F(4, Text, 20, 5, 2540, 0), // group
    F(5, Strings, 36, 5, 10400, 0), // extra
    F(6, Text, 4, 3, 10582, 0), // uid
    // 92: v1.CrossVersionObjectReference
    F(1, Text, 1, 4, 10526, 0), // kind
    F(2, Text, 1, 4, 4019, 0), // name
    F(3, Text, 4, 10, 7673, 0), // apiVersion
    // 93: v1.HorizontalPodAutoscaler
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 94), // spec
    F(3, Message, 1, 6, 3642, 95), // status
    // 94: v1.HorizontalPodAutoscalerSpec
    F(1, Message, 1, 14, 6324, 92), // scaleTargetRef
    F(2, Int32, 0, 11, 7970, 0), // minReplicas
    F(3, Int32, 1, 11, 7959, 0), // maxReplicas
    F(4, Int32, 0, 30, 377, 0), // targetCPUUtilizationPercentage
    // 95: v1.HorizontalPodAutoscalerStatus
    F(1, Int64, 0, 18, 3480, 0), // observedGeneration
    F(2, Time, 0, 13, 6779, 0), // lastScaleTime
    F(3, Int32, 1, 15, 5204, 0), // currentReplicas
    F(4, Int32, 1, 15, 5279, 0), // desiredReplicas
    F(5, Int32, 0, 31, 315, 0), // currentCPUUtilizationPercentage
    // 96: v1.Scale
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 62), // spec
    F(3, Message, 1, 6, 3642, 97), // status
    // 97: v1.ScaleStatus
    F(1, Int32, 1, 8, 9635, 0), // replicas
    F(2, Text, 4, 8, 9083, 0), // selector
    // 98: v2.ContainerResourceMetricSource
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 6, 346, 112), // target
    F(3, Text, 1, 9, 1510, 0), // container
    // 99: v2.ContainerResourceMetricStatus
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 7, 283, 113), // current
    F(3, Text, 1, 9, 1510, 0), // container
    // 100: v2.ExternalMetricSource
    F(1, Message, 1, 6, 9942, 109), // metric
    F(2, Message, 1, 6, 346, 112), // target
    // 101: v2.ExternalMetricStatus
    F(1, Message, 1, 6, 9942, 109), // metric
    F(2, Message, 1, 7, 283, 113), // current
    // 102: v2.HPAScalingPolicy
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Int32, 1, 5, 5774, 0), // value
    F(3, Int32, 1, 13, 6883, 0), // periodSeconds
    // 103: v2.HPAScalingRules
    F(1, Text, 0, 12, 7417, 0), // selectPolicy
    F(2, Message, 20, 8, 9587, 102), // policies
    F(3, Int32, 0, 26, 822, 0), // stabilizationWindowSeconds
    F(4, Quantity, 0, 9, 9200, 0), // tolerance
    // 104: v2.HorizontalPodAutoscaler
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 107), // spec
    F(3, Message, 1, 6, 3642, 108), // status
    // 105: v2.HorizontalPodAutoscalerBehavior
    F(1, Message, 0, 7, 10040, 103), // scaleUp
    F(2, Message, 0, 9, 9056, 103), // scaleDown
    // 106: v2.HorizontalPodAutoscalerCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(3, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(4, Text, 4, 6, 10309, 0), // reason
    F(5, Text, 4, 7, 3985, 0), // message
    F(6, Int64, 0, 18, 3480, 0), // observedGeneration
    // 107: v2.HorizontalPodAutoscalerSpec
    F(1, Message, 1, 14, 6324, 92), // scaleTargetRef
    F(2, Int32, 0, 11, 7970, 0), // minReplicas
    F(3, Int32, 1, 11, 7959, 0), // maxReplicas
    F(4, Message, 20, 7, 9942, 110), // metrics
    F(5, Message, 0, 8, 9283, 105), // behavior
    // 108: v2.HorizontalPodAutoscalerStatus
    F(1, Int64, 0, 18, 3480, 0), // observedGeneration
    F(2, Time, 0, 13, 6779, 0), // lastScaleTime
    F(3, Int32, 4, 15, 5204, 0), // currentReplicas
    F(4, Int32, 1, 15, 5279, 0), // desiredReplicas
    F(5, Message, 19, 14, 5946, 111), // currentMetrics
    F(6, Message, 20, 10, 6912, 106), // conditions
    // 109: v2.MetricIdentifier
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 0, 8, 9083, 591), // selector
    // 110: v2.MetricSpec
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Message, 0, 6, 6226, 114), // object
    F(3, Message, 0, 4, 10542, 100), // pods
    F(4, Message, 0, 8, 429, 116), // resource
    F(5, Message, 0, 8, 2067, 100), // external
    F(7, Message, 0, 17, 3764, 98), // containerResource
    // 111: v2.MetricStatus
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Message, 0, 6, 6226, 115), // object
    F(3, Message, 0, 4, 10542, 101), // pods
    F(4, Message, 0, 8, 429, 117), // resource
    F(5, Message, 0, 8, 2067, 101), // external
    F(7, Message, 0, 17, 3764, 99), // containerResource
    // 112: v2.MetricTarget
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Quantity, 0, 5, 5774, 0), // value
    F(3, Quantity, 0, 12, 7141, 0), // averageValue
    F(4, Int32, 0, 18, 3138, 0), // averageUtilization
    // 113: v2.MetricValueStatus
    F(1, Quantity, 0, 5, 5774, 0), // value
    F(2, Quantity, 0, 12, 7141, 0), // averageValue
    F(3, Int32, 0, 18, 3138, 0), // averageUtilization
    // 114: v2.ObjectMetricSource
    F(1, Message, 1, 15, 5264, 92), // describedObject
    F(2, Message, 1, 6, 346, 112), // target
    F(3, Message, 1, 6, 9942, 109), // metric
    // 115: v2.ObjectMetricStatus
    F(1, Message, 1, 6, 9942, 109), // metric
    F(2, Message, 1, 7, 283, 113), // current
    F(3, Message, 1, 15, 5264, 92), // describedObject
    // 116: v2.ResourceMetricSource
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 6, 346, 112), // target
    // 117: v2.ResourceMetricStatus
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 7, 283, 113), // current
    // 118: v1.CronJob
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 119), // spec
    F(3, Message, 1, 6, 3642, 120), // status
    // 119: v1.CronJobSpec
    F(1, Text, 1, 8, 3471, 0), // schedule
    F(2, Int64, 0, 23, 1671, 0), // startingDeadlineSeconds
    F(3, Text, 4, 17, 3747, 0), // concurrencyPolicy
    F(4, Bool, 0, 7, 10089, 0), // suspend
    F(5, Message, 1, 11, 7915, 126), // jobTemplate
    F(6, Int32, 0, 26, 848, 0), // successfulJobsHistoryLimit
    F(7, Int32, 0, 22, 1806, 0), // failedJobsHistoryLimit
    F(8, Text, 0, 8, 9691, 0), // timeZone
    // 120: v1.CronJobStatus
    F(1, Message, 20, 6, 2004, 266), // active
    F(4, Time, 0, 16, 4729, 0), // lastScheduleTime
    F(5, Time, 0, 18, 3354, 0), // lastSuccessfulTime
    // 121: v1.Job
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 124), // spec
    F(3, Message, 1, 6, 3642, 125), // status
    // 122: v1.JobCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(3, Time, 1, 13, 6766, 0), // lastProbeTime
    F(4, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(5, Text, 4, 6, 10309, 0), // reason
    F(6, Text, 4, 7, 3985, 0), // message
    // 123: v1.JobSchedulingConfiguration
    F(1, Message, 0, 16, 5001, 540), // schedulingPolicy
    F(2, Message, 0, 21, 2256, 525), // schedulingConstraints
    F(3, Message, 0, 14, 6016, 522), // disruptionMode
    F(4, Message, 20, 14, 6310, 531), // resourceClaims
    // 124: v1.JobSpec
    F(1, Int32, 0, 11, 8025, 0), // parallelism
    F(2, Int32, 0, 11, 7739, 0), // completions
    F(3, Int64, 0, 21, 2004, 0), // activeDeadlineSeconds
    F(4, Message, 0, 8, 9083, 591), // selector
    F(5, Bool, 0, 14, 6170, 0), // manualSelector
    F(6, Message, 1, 8, 3660, 294), // template
    F(7, Int32, 0, 12, 2400, 0), // backoffLimit
    F(8, Int32, 0, 23, 1694, 0), // ttlSecondsAfterFinished
    F(9, Text, 0, 14, 5904, 0), // completionMode
    F(10, Bool, 0, 7, 10089, 0), // suspend
    F(11, Message, 0, 16, 4905, 127), // podFailurePolicy
    F(12, Int32, 0, 20, 2400, 0), // backoffLimitPerIndex
    F(13, Int32, 0, 16, 4809, 0), // maxFailedIndexes
    F(14, Text, 0, 20, 2680, 0), // podReplacementPolicy
    F(15, Text, 0, 9, 8921, 0), // managedBy
    F(16, Message, 0, 13, 7052, 131), // successPolicy
    F(17, Message, 0, 10, 2256, 123), // scheduling
    // 125: v1.JobStatus
    F(1, Message, 20, 10, 6912, 122), // conditions
    F(2, Time, 0, 9, 9128, 0), // startTime
    F(3, Time, 0, 14, 5918, 0), // completionTime
    F(4, Int32, 4, 6, 2004, 0), // active
    F(5, Int32, 4, 9, 5081, 0), // succeeded
    F(6, Int32, 4, 6, 1806, 0), // failed
    F(7, Text, 4, 16, 4441, 0), // completedIndexes
    F(8, Message, 0, 23, 1717, 133), // uncountedTerminatedPods
    F(9, Int32, 0, 5, 6922, 0), // ready
    F(10, Text, 0, 13, 6636, 0), // failedIndexes
    F(11, Int32, 0, 11, 3026, 0), // terminating
    // 126: v1.JobTemplateSpec
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 124), // spec
    // 127: v1.PodFailurePolicy
    F(1, Message, 19, 5, 10460, 130), // rules
    // 128: v1.PodFailurePolicyOnExitCodesRequirement
    F(1, Text, 0, 13, 6558, 0), // containerName
    F(2, Text, 1, 8, 9523, 0), // operator
    F(3, Int32, 19, 6, 10363, 0), // values
    // 129: v1.PodFailurePolicyOnPodConditionsPattern
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    // 130: v1.PodFailurePolicyRule
    F(1, Text, 1, 6, 10123, 0), // action
    F(2, Message, 0, 11, 8014, 128), // onExitCodes
    F(3, Message, 20, 15, 5459, 129), // onPodConditions
    // 131: v1.SuccessPolicy
    F(1, Message, 19, 5, 10460, 132), // rules
    // 132: v1.SuccessPolicyRule
    F(1, Text, 0, 16, 5081, 0), // succeededIndexes
    F(2, Int32, 0, 14, 6408, 0), // succeededCount
    // 133: v1.UncountedTerminatedPods
    F(1, Text, 20, 9, 5081, 0), // succeeded
    F(2, Text, 20, 6, 1806, 0), // failed
    // 134: v1.CertificateSigningRequest
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 136), // spec
    F(3, Message, 1, 6, 3642, 137), // status
    // 135: v1.CertificateSigningRequestCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 4, 6, 10309, 0), // reason
    F(3, Text, 4, 7, 3985, 0), // message
    F(4, Time, 1, 14, 6142, 0), // lastUpdateTime
    F(5, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(6, Text, 1, 6, 3642, 0), // status
    // 136: v1.CertificateSigningRequestSpec
    F(1, Bytes, 3, 7, 5579, 0), // request
    F(2, Text, 4, 8, 9707, 0), // username
    F(3, Text, 4, 3, 10582, 0), // uid
    F(4, Text, 20, 6, 10207, 0), // groups
    F(5, Text, 20, 6, 10357, 0), // usages
    F(6, Strings, 36, 5, 10400, 0), // extra
    F(7, Text, 1, 10, 8594, 0), // signerName
    F(8, Int32, 0, 17, 3883, 0), // expirationSeconds
    // 137: v1.CertificateSigningRequestStatus
    F(1, Message, 20, 10, 6912, 135), // conditions
    F(2, Bytes, 4, 11, 2420, 0), // certificate
    // 138: v1.ClusterTrustBundle
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 139), // spec
    // 139: v1.ClusterTrustBundleSpec
    F(1, Text, 4, 10, 8594, 0), // signerName
    F(2, Text, 1, 11, 8179, 0), // trustBundle
    // 140: v1.PodCertificateRequest
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 141), // spec
    F(3, Message, 1, 6, 3642, 142), // status
    // 141: v1.PodCertificateRequestSpec
    F(1, Text, 1, 10, 8594, 0), // signerName
    F(2, Text, 1, 7, 9977, 0), // podName
    F(3, Text, 1, 6, 10291, 0), // podUID
    F(4, Text, 1, 18, 3606, 0), // serviceAccountName
    F(5, Text, 1, 17, 4257, 0), // serviceAccountUID
    F(6, Text, 1, 8, 9491, 0), // nodeName
    F(7, Text, 1, 7, 9956, 0), // nodeUID
    F(8, Int32, 0, 20, 2580, 0), // maxExpirationSeconds
    F(11, Text, 36, 25, 1077, 0), // unverifiedUserAnnotations
    F(12, Bytes, 3, 17, 4308, 0), // stubPKCS10Request
    // 142: v1.PodCertificateRequestStatus
    F(1, Message, 20, 10, 6912, 588), // conditions
    F(2, Text, 4, 16, 2420, 0), // certificateChain
    F(4, Time, 0, 9, 8966, 0), // notBefore
    F(5, Time, 0, 14, 5862, 0), // beginRefreshAt
    F(6, Time, 0, 8, 9507, 0), // notAfter
    // 143: v1beta1.CertificateSigningRequest
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 144), // spec
    F(3, Message, 1, 6, 3642, 137), // status
    // 144: v1beta1.CertificateSigningRequestSpec
    F(1, Bytes, 3, 7, 5579, 0), // request
    F(2, Text, 4, 8, 9707, 0), // username
    F(3, Text, 4, 3, 10582, 0), // uid
    F(4, Text, 20, 6, 10207, 0), // groups
    F(5, Text, 20, 6, 10357, 0), // usages
    F(6, Strings, 36, 5, 10400, 0), // extra
    F(7, Text, 0, 10, 8594, 0), // signerName
    F(8, Int32, 0, 17, 3883, 0), // expirationSeconds
    // 145: v1beta1.PodCertificateRequest
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 146), // spec
    F(3, Message, 1, 6, 3642, 142), // status
    // 146: v1beta1.PodCertificateRequestSpec
    F(1, Text, 1, 10, 8594, 0), // signerName
    F(2, Text, 1, 7, 9977, 0), // podName
    F(3, Text, 1, 6, 10291, 0), // podUID
    F(4, Text, 1, 18, 3606, 0), // serviceAccountName
    F(5, Text, 1, 17, 4257, 0), // serviceAccountUID
    F(6, Text, 1, 8, 9491, 0), // nodeName
    F(7, Text, 1, 7, 9956, 0), // nodeUID
    F(8, Int32, 0, 20, 2580, 0), // maxExpirationSeconds
    F(9, Bytes, 3, 13, 6896, 0), // pkixPublicKey
    F(10, Bytes, 3, 17, 4155, 0), // proofOfPossession
    F(11, Text, 36, 25, 1077, 0), // unverifiedUserAnnotations
    F(12, Bytes, 3, 17, 4308, 0), // stubPKCS10Request
    // 147: v1.Lease
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 148), // spec
    // 148: v1.LeaseSpec
    F(1, Text, 0, 14, 6058, 0), // holderIdentity
    F(2, Int32, 0, 20, 2560, 0), // leaseDurationSeconds
    F(3, MicroTime, 0, 11, 7607, 0), // acquireTime
    F(4, MicroTime, 0, 9, 9047, 0), // renewTime
    F(5, Int32, 0, 16, 4745, 0), // leaseTransitions
    F(6, Text, 0, 8, 9675, 0), // strategy
    F(7, Text, 0, 15, 5564, 0), // preferredHolder
    // 149: v1alpha2.LeaseCandidate
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 150), // spec
    // 150: v1alpha2.LeaseCandidateSpec
    F(1, Text, 1, 9, 8894, 0), // leaseName
    F(2, MicroTime, 0, 8, 9563, 0), // pingTime
    F(3, MicroTime, 0, 9, 9047, 0), // renewTime
    F(4, Text, 1, 13, 6532, 0), // binaryVersion
    F(5, Text, 4, 16, 4537, 0), // emulationVersion
    F(6, Text, 4, 8, 9675, 0), // strategy
    // 151: v1.AWSElasticBlockStoreVolumeSource
    F(1, Text, 1, 8, 9723, 0), // volumeID
    F(2, Text, 4, 6, 10201, 0), // fsType
    F(3, Int32, 4, 9, 1850, 0), // partition
    F(4, Bool, 4, 8, 1894, 0), // readOnly
    // 152: v1.Affinity
    F(1, Message, 0, 12, 3426, 246), // nodeAffinity
    F(2, Message, 0, 11, 5534, 278), // podAffinity
    F(3, Message, 0, 15, 5549, 278), // podAntiAffinity
    // 153: v1.AppArmorProfile
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 0, 16, 4761, 0), // localhostProfile
    // 154: v1.AttachedVolume
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 10, 8294, 0), // devicePath
    // 155: v1.AzureDiskVolumeSource
    F(1, Text, 1, 8, 9331, 0), // diskName
    F(2, Text, 1, 7, 9774, 0), // diskURI
    F(3, Text, 0, 11, 7717, 0), // cachingMode
    F(4, Text, 0, 6, 10201, 0), // fsType
    F(5, Bool, 0, 8, 1894, 0), // readOnly
    F(6, Text, 0, 4, 10526, 0), // kind
    // 156: v1.AzureFilePersistentVolumeSource
    F(1, Text, 1, 10, 5654, 0), // secretName
    F(2, Text, 1, 9, 9101, 0), // shareName
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    F(4, Text, 3, 15, 5654, 0), // secretNamespace
    // 157: v1.AzureFileVolumeSource
    F(1, Text, 1, 10, 5654, 0), // secretName
    F(2, Text, 1, 9, 9101, 0), // shareName
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    // 158: v1.Binding
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 6, 346, 266), // target
    // 159: v1.CSIPersistentVolumeSource
    F(1, Text, 1, 6, 8304, 0), // driver
    F(2, Text, 1, 12, 7513, 0), // volumeHandle
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    F(4, Text, 4, 6, 10201, 0), // fsType
    F(5, Text, 36, 16, 1102, 0), // volumeAttributes
    F(6, Message, 0, 26, 718, 323), // controllerPublishSecretRef
    F(7, Message, 0, 18, 3444, 323), // nodeStageSecretRef
    F(8, Message, 0, 20, 2620, 323), // nodePublishSecretRef
    F(9, Message, 0, 25, 977, 323), // controllerExpandSecretRef
    F(10, Message, 0, 19, 2912, 323), // nodeExpandSecretRef
    // 160: v1.CSIVolumeSource
    F(1, Text, 1, 6, 8304, 0), // driver
    F(2, Bool, 0, 8, 1894, 0), // readOnly
    F(3, Text, 0, 6, 10201, 0), // fsType
    F(4, Text, 36, 16, 1102, 0), // volumeAttributes
    F(5, Message, 0, 20, 2620, 236), // nodePublishSecretRef
    // 161: v1.Capabilities
    F(1, Text, 20, 3, 1127, 0), // add
    F(2, Text, 20, 4, 10502, 0), // drop
    // 162: v1.CephFSPersistentVolumeSource
    F(1, Text, 19, 8, 9475, 0), // monitors
    F(2, Text, 4, 4, 9555, 0), // path
    F(3, Text, 4, 4, 5744, 0), // user
    F(4, Text, 4, 10, 8574, 0), // secretFile
    F(5, Message, 0, 9, 9074, 323), // secretRef
    F(6, Bool, 4, 8, 1894, 0), // readOnly
    // 163: v1.CephFSVolumeSource
    F(1, Text, 19, 8, 9475, 0), // monitors
    F(2, Text, 4, 4, 9555, 0), // path
    F(3, Text, 4, 4, 5744, 0), // user
    F(4, Text, 4, 10, 8574, 0), // secretFile
    F(5, Message, 0, 9, 9074, 236), // secretRef
    F(6, Bool, 4, 8, 1894, 0), // readOnly
    // 164: v1.CinderPersistentVolumeSource
    F(1, Text, 1, 8, 9723, 0), // volumeID
    F(2, Text, 4, 6, 10201, 0), // fsType
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    F(4, Message, 0, 9, 9074, 323), // secretRef
    // 165: v1.CinderVolumeSource
    F(1, Text, 1, 8, 9723, 0), // volumeID
    F(2, Text, 4, 6, 10201, 0), // fsType
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    F(4, Message, 0, 9, 9074, 236), // secretRef
    // 166: v1.ClientIPConfig
    F(1, Int32, 0, 14, 6436, 0), // timeoutSeconds
    // 167: v1.ClusterTrustBundleProjection
    F(1, Text, 0, 4, 4019, 0), // name
    F(2, Text, 0, 10, 8594, 0), // signerName
    F(3, Message, 0, 13, 3917, 591), // labelSelector
    F(4, Text, 1, 4, 9555, 0), // path
    F(5, Bool, 0, 8, 5504, 0), // optional
    F(6, Int64, 0, 4, 5744, 0), // user
    // 168: v1.ComponentCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(3, Text, 4, 7, 3985, 0), // message
    F(4, Text, 4, 5, 8804, 0), // error
    // 169: v1.ComponentStatus
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 20, 10, 6912, 168), // conditions
    // 170: v1.ConfigMap
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Text, 36, 4, 3134, 0), // data
    F(3, Bytes, 36, 10, 8244, 0), // binaryData
    F(4, Bool, 0, 9, 8867, 0), // immutable
    // 171: v1.ConfigMapEnvSource
    F(1, Message, 9, 0, 0, 236), // 
    F(2, Bool, 0, 8, 5504, 0), // optional
    // 172: v1.ConfigMapKeySelector
    F(1, Message, 9, 0, 0, 236), // 
    F(2, Text, 1, 3, 948, 0), // key
    F(3, Bool, 0, 8, 5504, 0), // optional
    // 173: v1.ConfigMapNodeConfigSource
    F(1, Text, 1, 9, 4019, 0), // namespace
    F(2, Text, 1, 4, 4019, 0), // name
    F(3, Text, 4, 3, 10582, 0), // uid
    F(4, Text, 4, 15, 5594, 0), // resourceVersion
    F(5, Text, 1, 16, 4697, 0), // kubeletConfigKey
    // 174: v1.ConfigMapProjection
    F(1, Message, 9, 0, 0, 236), // 
    F(2, Message, 20, 5, 10415, 227), // items
    F(4, Bool, 0, 8, 5504, 0), // optional
    // 175: v1.ConfigMapVolumeSource
    F(1, Message, 9, 0, 0, 236), // 
    F(2, Message, 20, 5, 10415, 227), // items
    F(3, Int32, 0, 11, 7794, 0), // defaultMode
    F(4, Bool, 0, 8, 5504, 0), // optional
    F(5, Int64, 0, 11, 7805, 0), // defaultUser
    // 176: v1.Container
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 4, 5, 4633, 0), // image
    F(3, Text, 20, 7, 9753, 0), // command
    F(4, Text, 20, 4, 10494, 0), // args
    F(5, Text, 4, 10, 8704, 0), // workingDir
    F(6, Message, 20, 5, 10450, 179), // ports
    F(7, Message, 20, 3, 9802, 199), // env
    F(8, Message, 1, 9, 7444, 315), // resources
    F(9, Message, 20, 12, 7537, 347), // volumeMounts
    F(10, Message, 0, 13, 6818, 299), // livenessProbe
    F(11, Message, 0, 14, 6296, 299), // readinessProbe
    F(12, Message, 0, 9, 8903, 228), // lifecycle
    F(13, Text, 4, 22, 1938, 0), // terminationMessagePath
    F(14, Text, 4, 15, 5354, 0), // imagePullPolicy
    F(15, Message, 0, 15, 5669, 325), // securityContext
    F(16, Bool, 4, 5, 9146, 0), // stdin
    F(17, Bool, 4, 9, 9146, 0), // stdinOnce
    F(18, Bool, 4, 3, 10579, 0), // tty
    F(19, Message, 20, 7, 9802, 198), // envFrom
    F(20, Text, 4, 24, 1439, 0), // terminationMessagePolicy
    F(21, Message, 20, 13, 7091, 154), // volumeDevices
    F(22, Message, 0, 12, 7429, 299), // startupProbe
    F(23, Message, 20, 12, 7357, 180), // resizePolicy
    F(24, Text, 0, 13, 3588, 0), // restartPolicy
    F(25, Message, 20, 18, 3588, 181), // restartPolicyRules
    // 177: v1.ContainerExtendedResourceRequest
    F(1, Text, 1, 13, 6558, 0), // containerName
    F(2, Text, 1, 12, 6961, 0), // resourceName
    F(3, Text, 1, 11, 8080, 0), // requestName
    // 178: v1.ContainerImage
    F(1, Text, 19, 5, 4019, 0), // names
    F(2, Int64, 4, 9, 9110, 0), // sizeBytes
    // 179: v1.ContainerPort
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Int32, 4, 8, 9403, 0), // hostPort
    F(3, Int32, 1, 13, 6571, 0), // containerPort
    F(4, Text, 4, 8, 9603, 0), // protocol
    F(5, Text, 4, 6, 9851, 0), // hostIP
    // 180: v1.ContainerResizePolicy
    F(1, Text, 1, 12, 6961, 0), // resourceName
    F(2, Text, 1, 13, 3588, 0), // restartPolicy
    // 181: v1.ContainerRestartRule
    F(1, Text, 4, 6, 10123, 0), // action
    F(2, Message, 0, 9, 8822, 182), // exitCodes
    // 182: v1.ContainerRestartRuleOnExitCodes
    F(1, Text, 4, 8, 9523, 0), // operator
    F(2, Int32, 20, 6, 10363, 0), // values
    // 183: v1.ContainerState
    F(1, Message, 0, 7, 10103, 186), // waiting
    F(2, Message, 0, 7, 1916, 184), // running
    F(3, Message, 0, 10, 8654, 185), // terminated
    // 184: v1.ContainerStateRunning
    F(1, Time, 1, 9, 9137, 0), // startedAt
    // 185: v1.ContainerStateTerminated
    F(1, Int32, 1, 8, 8822, 0), // exitCode
    F(2, Int32, 4, 6, 10333, 0), // signal
    F(3, Text, 4, 6, 10309, 0), // reason
    F(4, Text, 4, 7, 3985, 0), // message
    F(5, Time, 1, 9, 9137, 0), // startedAt
    F(6, Time, 1, 10, 8354, 0), // finishedAt
    F(7, Text, 4, 11, 7761, 0), // containerID
    // 186: v1.ContainerStateWaiting
    F(1, Text, 4, 6, 10309, 0), // reason
    F(2, Text, 4, 7, 3985, 0), // message
    // 187: v1.ContainerStatus
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 5, 10470, 183), // state
    F(3, Message, 1, 9, 8885, 183), // lastState
    F(4, Bool, 1, 5, 6922, 0), // ready
    F(5, Int32, 1, 12, 7369, 0), // restartCount
    F(6, Text, 1, 5, 4633, 0), // image
    F(7, Text, 1, 7, 9879, 0), // imageID
    F(8, Text, 4, 11, 7761, 0), // containerID
    F(9, Bool, 0, 7, 9137, 0), // started
    F(10, Quantity, 36, 18, 1151, 0), // allocatedResources
    F(11, Message, 0, 9, 7444, 315), // resources
    F(12, Message, 20, 12, 7537, 348), // volumeMounts
    F(13, Message, 0, 4, 5744, 188), // user
    F(14, Message, 20, 24, 1151, 316), // allocatedResourcesStatus
    F(15, Text, 0, 10, 8614, 0), // stopSignal
    // 188: v1.ContainerUser
    F(1, Message, 0, 5, 10425, 233), // linux
    // 189: v1.DaemonEndpoint
    F(1, Int32, 1, 4, 461, 0), // Port
    // 190: v1.DownwardAPIProjection
    F(1, Message, 20, 5, 10415, 191), // items
    // 191: v1.DownwardAPIVolumeFile
    F(1, Text, 1, 4, 9555, 0), // path
    F(2, Message, 0, 8, 9355, 265), // fieldRef
    F(3, Message, 0, 16, 4969, 310), // resourceFieldRef
    F(4, Int32, 0, 4, 10530, 0), // mode
    F(5, Int64, 0, 4, 5744, 0), // user
    // 192: v1.DownwardAPIVolumeSource
    F(1, Message, 20, 5, 10415, 191), // items
    F(2, Int32, 0, 11, 7794, 0), // defaultMode
    F(3, Int64, 0, 11, 7805, 0), // defaultUser
    // 193: v1.EmptyDirVolumeSource
    F(1, Text, 4, 6, 10243, 0), // medium
    F(2, Quantity, 0, 9, 9119, 0), // sizeLimit
    F(3, Int32, 0, 4, 10530, 0), // mode
    // 194: v1.EndpointAddress
    F(1, Text, 1, 2, 1184, 0), // ip
    F(2, Message, 0, 9, 9173, 266), // targetRef
    F(3, Text, 4, 8, 4617, 0), // hostname
    F(4, Text, 0, 8, 9491, 0), // nodeName
    // 195: v1.EndpointPort
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Int32, 1, 4, 2971, 0), // port
    F(3, Text, 4, 8, 9603, 0), // protocol
    F(4, Text, 0, 11, 7684, 0), // appProtocol
    // 196: v1.EndpointSubset
    F(1, Message, 20, 9, 8714, 194), // addresses
    F(2, Message, 20, 17, 4070, 194), // notReadyAddresses
    F(3, Message, 20, 5, 10450, 195), // ports
    // 197: v1.Endpoints
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 20, 7, 10082, 196), // subsets
    // 198: v1.EnvFromSource
    F(1, Text, 4, 6, 10297, 0), // prefix
    F(2, Message, 0, 12, 7189, 171), // configMapRef
    F(3, Message, 0, 9, 9074, 171), // secretRef
    // 199: v1.EnvVar
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 4, 5, 5774, 0), // value
    F(3, Message, 0, 9, 9209, 200), // valueFrom
    // 200: v1.EnvVarSource
    F(1, Message, 0, 8, 9355, 265), // fieldRef
    F(2, Message, 0, 16, 4969, 310), // resourceFieldRef
    F(3, Message, 0, 15, 5189, 172), // configMapKeyRef
    F(4, Message, 0, 12, 7405, 172), // secretKeyRef
    F(5, Message, 0, 10, 8334, 209), // fileKeyRef
    // 201: v1.EphemeralContainer
    F(1, Message, 9, 0, 0, 176), // 
    F(2, Text, 4, 19, 3007, 0), // targetContainerName
    // 202: v1.EphemeralVolumeSource
    F(1, Message, 0, 19, 2720, 271), // volumeClaimTemplate
    // 203: v1.Event
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 14, 6086, 266), // involvedObject
    F(3, Text, 4, 6, 10309, 0), // reason
    F(4, Text, 4, 7, 3985, 0), // message
    F(5, Message, 1, 6, 158, 205), // source
    F(6, Time, 1, 14, 6044, 0), // firstTimestamp
    F(7, Time, 1, 13, 6792, 0), // lastTimestamp
    F(8, Int32, 4, 5, 600, 0), // count
    F(9, Text, 4, 4, 2000, 0), // type
    F(10, MicroTime, 1, 9, 8813, 0), // eventTime
    F(11, Message, 0, 6, 10327, 204), // series
    F(12, Text, 4, 6, 10123, 0), // action
    F(13, Message, 0, 7, 10012, 266), // related
    F(14, Text, 1, 18, 3534, 0), // reportingComponent
    F(15, Text, 1, 17, 4189, 0), // reportingInstance
    // 204: v1.EventSeries
    F(1, Int32, 4, 5, 600, 0), // count
    F(2, MicroTime, 1, 16, 4713, 0), // lastObservedTime
    // 205: v1.EventSource
    F(1, Text, 4, 9, 8768, 0), // component
    F(2, Text, 4, 4, 4617, 0), // host
    // 206: v1.EvictionResponder
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Int32, 3, 8, 796, 0), // priority
    // 207: v1.ExecAction
    F(1, Text, 20, 7, 9753, 0), // command
    // 208: v1.FCVolumeSource
    F(1, Text, 20, 10, 8644, 0), // targetWWNs
    F(2, Int32, 0, 3, 10570, 0), // lun
    F(3, Text, 4, 6, 10201, 0), // fsType
    F(4, Bool, 4, 8, 1894, 0), // readOnly
    F(5, Text, 20, 5, 10485, 0), // wwids
    // 209: v1.FileKeySelector
    F(1, Text, 1, 10, 5804, 0), // volumeName
    F(2, Text, 1, 4, 9555, 0), // path
    F(3, Text, 1, 3, 948, 0), // key
    F(4, Bool, 0, 8, 5504, 0), // optional
    // 210: v1.FlexPersistentVolumeSource
    F(1, Text, 1, 6, 8304, 0), // driver
    F(2, Text, 4, 6, 10201, 0), // fsType
    F(3, Message, 0, 9, 9074, 323), // secretRef
    F(4, Bool, 4, 8, 1894, 0), // readOnly
    F(5, Text, 36, 7, 9963, 0), // options
    // 211: v1.FlexVolumeSource
    F(1, Text, 1, 6, 8304, 0), // driver
    F(2, Text, 4, 6, 10201, 0), // fsType
    F(3, Message, 0, 9, 9074, 236), // secretRef
    F(4, Bool, 4, 8, 1894, 0), // readOnly
    F(5, Text, 36, 7, 9963, 0), // options
    // 212: v1.FlockerVolumeSource
    F(1, Text, 4, 11, 7772, 0), // datasetName
    F(2, Text, 4, 11, 7783, 0), // datasetUUID
    // 213: v1.GCEPersistentDiskVolumeSource
    F(1, Text, 1, 6, 10267, 0), // pdName
    F(2, Text, 4, 6, 10201, 0), // fsType
    F(3, Int32, 4, 9, 1850, 0), // partition
    F(4, Bool, 4, 8, 1894, 0), // readOnly
    // 214: v1.GRPCAction
    F(1, Int32, 1, 4, 2971, 0), // port
    F(2, Text, 3, 7, 610, 0), // service
    F(3, Text, 0, 4, 10530, 0), // mode
    // 215: v1.GitRepoVolumeSource
    F(1, Text, 1, 10, 8514, 0), // repository
    F(2, Text, 4, 8, 2700, 0), // revision
    F(3, Text, 4, 9, 8777, 0), // directory
    // 216: v1.GlusterfsPersistentVolumeSource
    F(1, Text, 1, 9, 3282, 0), // endpoints
    F(2, Text, 1, 4, 9555, 0), // path
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    F(4, Text, 0, 18, 3282, 0), // endpointsNamespace
    // 217: v1.GlusterfsVolumeSource
    F(1, Text, 1, 9, 3282, 0), // endpoints
    F(2, Text, 1, 4, 9555, 0), // path
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    // 218: v1.HTTPGetAction
    F(1, Text, 4, 4, 9555, 0), // path
    F(2, IntOrString, 1, 4, 2971, 0), // port
    F(3, Text, 4, 4, 4617, 0), // host
    F(4, Text, 4, 6, 10315, 0), // scheme
    F(5, Message, 20, 11, 7904, 219), // httpHeaders
    F(6, Text, 0, 8, 9603, 0), // protocol
    // 219: v1.HTTPHeader
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 5, 5774, 0), // value
    // 220: v1.HostAlias
    F(1, Text, 1, 2, 1184, 0), // ip
    F(2, Text, 20, 9, 8858, 0), // hostnames
    // 221: v1.HostIP
    F(1, Text, 1, 2, 1184, 0), // ip
    // 222: v1.HostPathVolumeSource
    F(1, Text, 1, 4, 9555, 0), // path
    F(2, Text, 0, 4, 2000, 0), // type
    // 223: v1.ISCSIPersistentVolumeSource
    F(1, Text, 1, 12, 7453, 0), // targetPortal
    F(2, Text, 1, 3, 10567, 0), // iqn
    F(3, Int32, 1, 3, 10570, 0), // lun
    F(4, Text, 4, 14, 6114, 0), // iscsiInterface
    F(5, Text, 4, 6, 10201, 0), // fsType
    F(6, Bool, 4, 8, 1894, 0), // readOnly
    F(7, Text, 20, 7, 9984, 0), // portals
    F(8, Bool, 4, 17, 3730, 0), // chapAuthDiscovery
    F(10, Message, 0, 9, 9074, 323), // secretRef
    F(11, Bool, 4, 15, 5174, 0), // chapAuthSession
    F(12, Text, 0, 13, 6714, 0), // initiatorName
    // 224: v1.ISCSIVolumeSource
    F(1, Text, 1, 12, 7453, 0), // targetPortal
    F(2, Text, 1, 3, 10567, 0), // iqn
    F(3, Int32, 1, 3, 10570, 0), // lun
    F(4, Text, 4, 14, 6114, 0), // iscsiInterface
    F(5, Text, 4, 6, 10201, 0), // fsType
    F(6, Bool, 4, 8, 1894, 0), // readOnly
    F(7, Text, 20, 7, 9984, 0), // portals
    F(8, Bool, 4, 17, 3730, 0), // chapAuthDiscovery
    F(10, Message, 0, 9, 9074, 236), // secretRef
    F(11, Bool, 4, 15, 5174, 0), // chapAuthSession
    F(12, Text, 0, 13, 6714, 0), // initiatorName
    // 225: v1.ImageVolumeSource
    F(1, Text, 4, 9, 8465, 0), // reference
    F(2, Text, 4, 10, 8504, 0), // pullPolicy
    // 226: v1.ImageVolumeStatus
    F(1, Text, 4, 8, 9411, 0), // imageRef
    // 227: v1.KeyToPath
    F(1, Text, 1, 3, 948, 0), // key
    F(2, Text, 1, 4, 9555, 0), // path
    F(3, Int32, 0, 4, 10530, 0), // mode
    F(4, Int64, 0, 4, 5744, 0), // user
    // 228: v1.Lifecycle
    F(1, Message, 0, 9, 9011, 229), // postStart
    F(2, Message, 0, 7, 9991, 229), // preStop
    F(3, Text, 0, 10, 8614, 0), // stopSignal
    // 229: v1.LifecycleHandler
    F(1, Message, 0, 4, 10510, 207), // exec
    F(2, Message, 0, 7, 9872, 218), // httpGet
    F(3, Message, 0, 9, 9182, 336), // tcpSocket
    F(4, Message, 0, 5, 10465, 333), // sleep
    // 230: v1.LimitRange
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 232), // spec
    // 231: v1.LimitRangeItem
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Quantity, 36, 3, 2580, 0), // max
    F(3, Quantity, 36, 3, 556, 0), // min
    F(4, Quantity, 36, 7, 466, 0), // default
    F(5, Quantity, 36, 14, 5974, 0), // defaultRequest
    F(6, Quantity, 36, 20, 2600, 0), // maxLimitRequestRatio
    // 232: v1.LimitRangeSpec
    F(1, Message, 19, 6, 10237, 231), // limits
    // 233: v1.LinuxContainerUser
    F(1, Int64, 1, 3, 10582, 0), // uid
    F(2, Int64, 1, 3, 10561, 0), // gid
    F(3, Int64, 20, 18, 1415, 0), // supplementalGroups
    // 234: v1.LoadBalancerIngress
    F(1, Text, 4, 2, 1184, 0), // ip
    F(2, Text, 4, 8, 4617, 0), // hostname
    F(3, Text, 0, 6, 10225, 0), // ipMode
    F(4, Message, 20, 5, 10450, 296), // ports
    // 235: v1.LoadBalancerStatus
    F(1, Message, 20, 7, 4649, 234), // ingress
    // 236: v1.LocalObjectReference
    F(1, Text, 4, 4, 4019, 0), // name
    // 237: v1.LocalVolumeSource
    F(1, Text, 1, 4, 9555, 0), // path
    F(2, Text, 0, 6, 10201, 0), // fsType
    // 238: v1.ModifyVolumeStatus
    F(1, Text, 4, 31, 346, 0), // targetVolumeAttributesClassName
    F(2, Text, 1, 6, 3642, 0), // status
    // 239: v1.NFSVolumeSource
    F(1, Text, 1, 6, 7985, 0), // server
    F(2, Text, 1, 4, 9555, 0), // path
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    // 240: v1.Namespace
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 242), // spec
    F(3, Message, 1, 6, 3642, 243), // status
    // 241: v1.NamespaceCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(4, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(5, Text, 4, 6, 10309, 0), // reason
    F(6, Text, 4, 7, 3985, 0), // message
    // 242: v1.NamespaceSpec
    F(1, Text, 20, 10, 8344, 0), // finalizers
    // 243: v1.NamespaceStatus
    F(1, Text, 4, 5, 10440, 0), // phase
    F(2, Message, 20, 10, 6912, 241), // conditions
    // 244: v1.Node
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 261), // spec
    F(3, Message, 1, 6, 3642, 262), // status
    // 245: v1.NodeAddress
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 7, 7618, 0), // address
    // 246: v1.NodeAffinity
    F(1, Message, 0, 46, 95, 258), // requiredDuringSchedulingIgnoredDuringExecution
    F(2, Message, 20, 47, 48, 298), // preferredDuringSchedulingIgnoredDuringExecution
    // 247: v1.NodeAllocatableMappedResources
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Quantity, 3, 8, 9619, 0), // quantity
    // 248: v1.NodeAllocatableOverheadResources
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Quantity, 0, 6, 10273, 0), // perPod
    F(3, Quantity, 0, 12, 7321, 0), // perContainer
    // 249: v1.NodeAllocatableResourceClaimStatus
    F(1, Text, 1, 17, 4223, 0), // resourceClaimName
    F(2, Text, 20, 10, 8274, 0), // containers
    F(4, Message, 20, 7, 9928, 247), // mapping
    F(5, Message, 20, 8, 9539, 248), // overhead
    // 250: v1.NodeCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(3, Time, 1, 17, 3934, 0), // lastHeartbeatTime
    F(4, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(5, Text, 4, 6, 10309, 0), // reason
    F(6, Text, 4, 7, 3985, 0), // message
    // 251: v1.NodeConfigSource
    F(2, Message, 0, 9, 5189, 173), // configMap
    // 252: v1.NodeConfigStatus
    F(1, Message, 0, 8, 9259, 251), // assigned
    F(2, Message, 0, 6, 2004, 251), // active
    F(3, Message, 0, 13, 6753, 251), // lastKnownGood
    F(4, Text, 4, 5, 8804, 0), // error
    // 253: v1.NodeDaemonEndpoints
    F(1, Message, 1, 15, 5369, 189), // kubeletEndpoint
    // 254: v1.NodeFeatures
    F(1, Bool, 0, 24, 1415, 0), // supplementalGroupsPolicy
    // 255: v1.NodePodPreemptionPolicy
    F(1, Text, 20, 23, 1556, 0), // disableResizePreemption
    // 256: v1.NodeRuntimeHandler
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 0, 8, 9347, 257), // features
    // 257: v1.NodeRuntimeHandlerFeatures
    F(1, Bool, 0, 23, 1648, 0), // recursiveReadOnlyMounts
    F(2, Bool, 0, 14, 6478, 0), // userNamespaces
    // 258: v1.NodeSelector
    F(1, Message, 19, 17, 4036, 260), // nodeSelectorTerms
    // 259: v1.NodeSelectorRequirement
    F(1, Text, 1, 3, 948, 0), // key
    F(2, Text, 1, 8, 9523, 0), // operator
    F(3, Text, 20, 6, 10363, 0), // values
    // 260: v1.NodeSelectorTerm
    F(1, Message, 20, 16, 4793, 259), // matchExpressions
    F(2, Message, 20, 11, 7926, 259), // matchFields
    // 261: v1.NodeSpec
    F(1, Text, 4, 7, 9571, 0), // podCIDR
    F(2, Text, 4, 10, 8314, 0), // externalID
    F(3, Text, 4, 10, 8494, 0), // providerID
    F(4, Bool, 4, 13, 7078, 0), // unschedulable
    F(5, Message, 20, 6, 10345, 337), // taints
    F(6, Message, 0, 12, 7201, 251), // configSource
    F(7, Text, 20, 8, 9571, 0), // podCIDRs
    F(8, Message, 0, 19, 2950, 255), // podPreemptionPolicy
    // 262: v1.NodeStatus
    F(1, Quantity, 36, 8, 3174, 0), // capacity
    F(2, Quantity, 36, 11, 7640, 0), // allocatable
    F(3, Text, 4, 5, 10440, 0), // phase
    F(4, Message, 20, 10, 6912, 250), // conditions
    F(5, Message, 20, 9, 8714, 245), // addresses
    F(6, Message, 1, 15, 5234, 253), // daemonEndpoints
    F(7, Message, 1, 8, 9483, 264), // nodeInfo
    F(8, Message, 20, 6, 10213, 178), // images
    F(9, Text, 20, 12, 7561, 0), // volumesInUse
    F(10, Message, 20, 15, 5819, 154), // volumesAttached
    F(11, Message, 0, 6, 5189, 252), // config
    F(12, Message, 20, 15, 5609, 256), // runtimeHandlers
    F(13, Message, 0, 8, 9347, 254), // features
    F(14, Text, 20, 16, 4489, 0), // declaredFeatures
    // 263: v1.NodeSwapStatus
    F(1, Int64, 0, 8, 3174, 0), // capacity
    // 264: v1.NodeSystemInfo
    F(1, Text, 1, 9, 8912, 0), // machineID
    F(2, Text, 1, 10, 8634, 0), // systemUUID
    F(3, Text, 1, 6, 10129, 0), // bootID
    F(4, Text, 1, 13, 6740, 0), // kernelVersion
    F(5, Text, 1, 7, 9970, 0), // osImage
    F(6, Text, 1, 23, 1510, 0), // containerRuntimeVersion
    F(7, Text, 1, 14, 6128, 0), // kubeletVersion
    F(8, Text, 1, 16, 4681, 0), // kubeProxyVersion
    F(9, Text, 1, 15, 5489, 0), // operatingSystem
    F(10, Text, 1, 12, 7117, 0), // architecture
    F(11, Message, 0, 4, 10550, 263), // swap
    F(12, Bool, 0, 22, 1916, 0), // runningInUserNamespace
    // 265: v1.ObjectFieldSelector
    F(1, Text, 4, 10, 7673, 0), // apiVersion
    F(2, Text, 1, 9, 8831, 0), // fieldPath
    // 266: v1.ObjectReference
    F(1, Text, 4, 4, 10526, 0), // kind
    F(2, Text, 4, 9, 4019, 0), // namespace
    F(3, Text, 4, 4, 4019, 0), // name
    F(4, Text, 4, 3, 10582, 0), // uid
    F(5, Text, 4, 10, 7673, 0), // apiVersion
    F(6, Text, 4, 15, 5594, 0), // resourceVersion
    F(7, Text, 4, 9, 8831, 0), // fieldPath
    // 267: v1.PersistentVolume
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 274), // spec
    F(3, Message, 1, 6, 3642, 275), // status
    // 268: v1.PersistentVolumeClaim
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 269), // spec
    F(3, Message, 1, 6, 3642, 270), // status
    // 269: v1.PersistentVolumeClaimSpec
    F(1, Text, 20, 11, 7596, 0), // accessModes
    F(2, Message, 1, 9, 7444, 351), // resources
    F(3, Text, 4, 10, 5804, 0), // volumeName
    F(4, Message, 0, 8, 9083, 591), // selector
    F(5, Text, 0, 16, 5065, 0), // storageClassName
    F(6, Text, 0, 10, 8674, 0), // volumeMode
    F(7, Message, 0, 10, 6597, 342), // dataSource
    F(8, Message, 0, 13, 6597, 343), // dataSourceRef
    F(9, Text, 0, 25, 1102, 0), // volumeAttributesClassName
    // 270: v1.PersistentVolumeClaimStatus
    F(1, Text, 4, 5, 10440, 0), // phase
    F(2, Text, 20, 11, 7596, 0), // accessModes
    F(3, Quantity, 36, 8, 3174, 0), // capacity
    F(4, Message, 20, 10, 6912, 122), // conditions
    F(5, Quantity, 36, 18, 1151, 0), // allocatedResources
    F(7, Text, 36, 25, 952, 0), // allocatedResourceStatuses
    F(8, Text, 0, 32, 283, 0), // currentVolumeAttributesClassName
    F(9, Message, 0, 18, 3408, 238), // modifyVolumeStatus
    F(10, Message, 0, 12, 7273, 346), // healthStatus
    // 271: v1.PersistentVolumeClaimTemplate
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 269), // spec
    // 272: v1.PersistentVolumeClaimVolumeSource
    F(1, Text, 1, 9, 8759, 0), // claimName
    F(2, Bool, 4, 8, 1894, 0), // readOnly
    // 273: v1.PersistentVolumeSource
    F(1, Message, 0, 17, 3900, 213), // gcePersistentDisk
    F(2, Message, 0, 20, 2380, 151), // awsElasticBlockStore
    F(3, Message, 0, 8, 9395, 222), // hostPath
    F(4, Message, 0, 9, 8840, 216), // glusterfs
    F(5, Message, 0, 3, 10573, 239), // nfs
    F(6, Message, 0, 3, 10576, 303), // rbd
    F(7, Message, 0, 5, 6114, 223), // iscsi
    F(8, Message, 0, 6, 10147, 164), // cinder
    F(9, Message, 0, 6, 10141, 162), // cephfs
    F(10, Message, 0, 2, 5203, 208), // fc
    F(11, Message, 0, 7, 9823, 212), // flocker
    F(12, Message, 0, 10, 8364, 210), // flexVolume
    F(13, Message, 0, 9, 8750, 156), // azureFile
    F(14, Message, 0, 13, 7104, 354), // vsphereVolume
    F(15, Message, 0, 7, 10005, 302), // quobyte
    F(16, Message, 0, 9, 8741, 155), // azureDisk
    F(17, Message, 0, 20, 2660, 276), // photonPersistentDisk
    F(18, Message, 0, 14, 6268, 297), // portworxVolume
    F(19, Message, 0, 7, 10033, 318), // scaleIO
    F(20, Message, 0, 5, 4761, 237), // local
    F(21, Message, 0, 9, 9155, 334), // storageos
    F(22, Message, 0, 3, 6116, 159), // csi
    // 274: v1.PersistentVolumeSpec
    F(1, Quantity, 36, 8, 3174, 0), // capacity
    F(2, Message, 9, 0, 0, 273), // 
    F(3, Text, 20, 11, 7596, 0), // accessModes
    F(4, Message, 0, 8, 9299, 266), // claimRef
    F(5, Text, 4, 29, 495, 0), // persistentVolumeReclaimPolicy
    F(6, Text, 4, 16, 5065, 0), // storageClassName
    F(7, Text, 20, 12, 7297, 0), // mountOptions
    F(8, Text, 0, 10, 8674, 0), // volumeMode
    F(9, Message, 0, 12, 3426, 349), // nodeAffinity
    F(10, Text, 0, 25, 1102, 0), // volumeAttributesClassName
    // 275: v1.PersistentVolumeStatus
    F(1, Text, 4, 5, 10440, 0), // phase
    F(2, Text, 4, 7, 3985, 0), // message
    F(3, Text, 4, 6, 10309, 0), // reason
    F(4, Time, 0, 23, 1579, 0), // lastPhaseTransitionTime
    // 276: v1.PhotonPersistentDiskVolumeSource
    F(1, Text, 1, 4, 10538, 0), // pdID
    F(2, Text, 4, 6, 10201, 0), // fsType
    // 277: v1.Pod
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 291), // spec
    F(3, Message, 1, 6, 3642, 292), // status
    // 278: v1.PodAffinity
    F(1, Message, 20, 46, 95, 279), // requiredDuringSchedulingIgnoredDuringExecution
    F(2, Message, 20, 47, 48, 355), // preferredDuringSchedulingIgnoredDuringExecution
    // 279: v1.PodAffinityTerm
    F(1, Message, 0, 13, 3917, 591), // labelSelector
    F(2, Text, 20, 10, 8424, 0), // namespaces
    F(3, Text, 1, 11, 7477, 0), // topologyKey
    F(4, Message, 0, 17, 4019, 591), // namespaceSelector
    F(5, Text, 20, 14, 4005, 0), // matchLabelKeys
    F(6, Text, 20, 17, 4002, 0), // mismatchLabelKeys
    // 280: v1.PodCertificateProjection
    F(1, Text, 4, 10, 8594, 0), // signerName
    F(2, Text, 4, 7, 9900, 0), // keyType
    F(3, Int32, 0, 20, 2580, 0), // maxExpirationSeconds
    F(4, Text, 4, 20, 2460, 0), // credentialBundlePath
    F(5, Text, 4, 7, 9893, 0), // keyPath
    F(6, Text, 4, 20, 2420, 0), // certificateChainPath
    F(7, Text, 36, 15, 5744, 0), // userAnnotations
    F(8, Int64, 0, 4, 5744, 0), // user
    // 281: v1.PodCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(3, Time, 1, 13, 6766, 0), // lastProbeTime
    F(4, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(5, Text, 4, 6, 10309, 0), // reason
    F(6, Text, 4, 7, 3985, 0), // message
    F(7, Int64, 4, 18, 3480, 0), // observedGeneration
    // 282: v1.PodDNSConfig
    F(1, Text, 20, 11, 7981, 0), // nameservers
    F(2, Text, 20, 8, 9651, 0), // searches
    F(3, Message, 20, 7, 9963, 283), // options
    // 283: v1.PodDNSConfigOption
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Text, 0, 5, 5774, 0), // value
    // 284: v1.PodExtendedResourceClaimStatus
    F(1, Message, 19, 15, 5579, 177), // requestMappings
    F(2, Text, 1, 17, 4223, 0), // resourceClaimName
    // 285: v1.PodOS
    F(1, Text, 1, 4, 4019, 0), // name
    // 286: v1.PodReadinessGate
    F(1, Text, 1, 13, 6545, 0), // conditionType
    // 287: v1.PodResourceClaim
    F(1, Text, 1, 4, 4019, 0), // name
    F(3, Text, 0, 17, 4223, 0), // resourceClaimName
    F(4, Text, 0, 25, 1027, 0), // resourceClaimTemplateName
    // 288: v1.PodResourceClaimStatus
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 0, 17, 4223, 0), // resourceClaimName
    // 289: v1.PodSchedulingGroup
    F(1, Text, 0, 12, 7333, 0), // podGroupName
    // 290: v1.PodSecurityContext
    F(1, Message, 0, 14, 6338, 317), // seLinuxOptions
    F(2, Int64, 0, 9, 7000, 0), // runAsUser
    F(3, Bool, 0, 12, 7381, 0), // runAsNonRoot
    F(4, Int64, 20, 18, 1415, 0), // supplementalGroups
    F(5, Int64, 0, 7, 2855, 0), // fsGroup
    F(6, Int64, 0, 10, 8564, 0), // runAsGroup
    F(7, Message, 20, 7, 10096, 219), // sysctls
    F(8, Message, 0, 14, 6492, 356), // windowsOptions
    F(9, Text, 0, 19, 2855, 0), // fsGroupChangePolicy
    F(10, Message, 0, 14, 6352, 153), // seccompProfile
    F(11, Message, 0, 15, 5159, 153), // appArmorProfile
    F(12, Text, 0, 24, 1415, 0), // supplementalGroupsPolicy
    F(13, Text, 0, 19, 2988, 0), // seLinuxChangePolicy
    // 291: v1.PodSpec
    F(1, Message, 20, 7, 5819, 344), // volumes
    F(2, Message, 19, 10, 8274, 176), // containers
    F(3, Text, 4, 13, 3588, 0), // restartPolicy
    F(4, Int64, 0, 29, 553, 0), // terminationGracePeriodSeconds
    F(5, Int64, 0, 21, 2004, 0), // activeDeadlineSeconds
    F(6, Text, 4, 9, 8795, 0), // dnsPolicy
    F(7, Text, 36, 12, 4036, 0), // nodeSelector
    F(8, Text, 4, 18, 3606, 0), // serviceAccountName
    F(9, Text, 4, 14, 610, 0), // serviceAccount
    F(10, Text, 4, 8, 9491, 0), // nodeName
    F(11, Bool, 4, 11, 7882, 0), // hostNetwork
    F(12, Bool, 4, 7, 9865, 0), // hostPID
    F(13, Bool, 4, 7, 9851, 0), // hostIPC
    F(14, Message, 0, 15, 5669, 290), // securityContext
    F(15, Message, 20, 16, 4633, 236), // imagePullSecrets
    F(16, Text, 4, 8, 4617, 0), // hostname
    F(17, Text, 4, 9, 9164, 0), // subdomain
    F(18, Message, 0, 8, 9243, 152), // affinity
    F(19, Text, 4, 13, 7013, 0), // schedulerName
    F(20, Message, 20, 14, 6072, 176), // initContainers
    F(21, Bool, 0, 28, 582, 0), // automountServiceAccountToken
    F(22, Message, 20, 11, 8168, 338), // tolerations
    F(23, Message, 20, 11, 7871, 220), // hostAliases
    F(24, Text, 4, 17, 4138, 0), // priorityClassName
    F(25, Int32, 0, 8, 796, 0), // priority
    F(26, Message, 0, 9, 8786, 282), // dnsConfig
    F(27, Bool, 0, 21, 2298, 0), // shareProcessNamespace
    F(28, Message, 20, 14, 6282, 286), // readinessGates
    F(29, Text, 0, 16, 4985, 0), // runtimeClassName
    F(30, Bool, 0, 18, 3264, 0), // enableServiceLinks
    F(31, Text, 0, 16, 4921, 0), // preemptionPolicy
    F(32, Quantity, 36, 8, 9539, 0), // overhead
    F(33, Message, 20, 25, 1052, 341), // topologySpreadConstraints
    F(34, Message, 20, 19, 2817, 201), // ephemeralContainers
    F(35, Bool, 0, 17, 4274, 0), // setHostnameAsFQDN
    F(36, Message, 0, 2, 675, 285), // os
    F(37, Bool, 0, 9, 8849, 0), // hostUsers
    F(38, Message, 20, 15, 5624, 285), // schedulingGates
    F(39, Message, 20, 14, 6310, 287), // resourceClaims
    F(40, Message, 0, 9, 7444, 315), // resources
    F(41, Text, 0, 16, 4617, 0), // hostnameOverride
    F(43, Message, 0, 15, 5639, 289), // schedulingGroup
    F(44, Message, 20, 18, 3300, 206), // evictionResponders
    // 292: v1.PodStatus
    F(1, Text, 4, 5, 10440, 0), // phase
    F(2, Message, 20, 10, 6912, 281), // conditions
    F(3, Text, 4, 7, 3985, 0), // message
    F(4, Text, 4, 6, 10309, 0), // reason
    F(5, Text, 4, 6, 9851, 0), // hostIP
    F(6, Text, 4, 5, 10285, 0), // podIP
    F(7, Time, 0, 9, 9128, 0), // startTime
    F(8, Message, 20, 17, 3781, 187), // containerStatuses
    F(9, Text, 4, 8, 9611, 0), // qosClass
    F(10, Message, 20, 21, 2109, 187), // initContainerStatuses
    F(11, Text, 4, 17, 4053, 0), // nominatedNodeName
    F(12, Message, 20, 6, 10285, 221), // podIPs
    F(13, Message, 20, 26, 770, 187), // ephemeralContainerStatuses
    F(14, Text, 4, 6, 7357, 0), // resize
    F(15, Message, 20, 21, 2235, 288), // resourceClaimStatuses
    F(16, Message, 20, 7, 9858, 221), // hostIPs
    F(17, Int64, 4, 18, 3480, 0), // observedGeneration
    F(18, Message, 0, 27, 638, 284), // extendedResourceClaimStatus
    F(19, Quantity, 36, 18, 1151, 0), // allocatedResources
    F(20, Message, 0, 9, 7444, 315), // resources
    F(21, Message, 20, 36, 141, 249), // nodeAllocatableResourceClaimStatuses
    F(22, Message, 20, 12, 7525, 295), // volumeHealth
    // 293: v1.PodTemplate
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 8, 3660, 294), // template
    // 294: v1.PodTemplateSpec
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 291), // spec
    // 295: v1.PodVolumeHealth
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 20, 16, 4601, 345), // healthConditions
    F(3, Time, 1, 18, 3372, 0), // lastTransitionTime
    // 296: v1.PortStatus
    F(1, Int32, 1, 4, 2971, 0), // port
    F(2, Text, 1, 8, 9603, 0), // protocol
    F(3, Text, 0, 5, 8804, 0), // error
    // 297: v1.PortworxVolumeSource
    F(1, Text, 1, 8, 9723, 0), // volumeID
    F(2, Text, 4, 6, 10201, 0), // fsType
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    // 298: v1.PreferredSchedulingTerm
    F(1, Int32, 1, 6, 10369, 0), // weight
    F(2, Message, 1, 10, 8464, 260), // preference
    // 299: v1.Probe
    F(1, Message, 9, 0, 0, 300), // 
    F(2, Int32, 4, 19, 2893, 0), // initialDelaySeconds
    F(3, Int32, 4, 14, 6436, 0), // timeoutSeconds
    F(4, Int32, 4, 13, 6883, 0), // periodSeconds
    F(5, Int32, 4, 16, 5097, 0), // successThreshold
    F(6, Int32, 4, 16, 4585, 0), // failureThreshold
    F(7, Int64, 0, 29, 553, 0), // terminationGracePeriodSeconds
    // 300: v1.ProbeHandler
    F(1, Message, 0, 4, 10510, 207), // exec
    F(2, Message, 0, 7, 9872, 218), // httpGet
    F(3, Message, 0, 9, 9182, 336), // tcpSocket
    F(4, Message, 0, 4, 10522, 214), // grpc
    // 301: v1.ProjectedVolumeSource
    F(1, Message, 19, 7, 1162, 350), // sources
    F(2, Int32, 0, 11, 7794, 0), // defaultMode
    F(3, Int64, 0, 11, 7805, 0), // defaultUser
    // 302: v1.QuobyteVolumeSource
    F(1, Text, 1, 8, 9627, 0), // registry
    F(2, Text, 1, 6, 1102, 0), // volume
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    F(4, Text, 4, 4, 5744, 0), // user
    F(5, Text, 4, 5, 2540, 0), // group
    F(6, Text, 4, 6, 10351, 0), // tenant
    // 303: v1.RBDPersistentVolumeSource
    F(1, Text, 19, 8, 9475, 0), // monitors
    F(2, Text, 1, 5, 4633, 0), // image
    F(3, Text, 4, 6, 10201, 0), // fsType
    F(4, Text, 4, 4, 9002, 0), // pool
    F(5, Text, 4, 4, 5744, 0), // user
    F(6, Text, 4, 7, 9907, 0), // keyring
    F(7, Message, 0, 9, 9074, 323), // secretRef
    F(8, Bool, 4, 8, 1894, 0), // readOnly
    // 304: v1.RBDVolumeSource
    F(1, Text, 19, 8, 9475, 0), // monitors
    F(2, Text, 1, 5, 4633, 0), // image
    F(3, Text, 4, 6, 10201, 0), // fsType
    F(4, Text, 4, 4, 9002, 0), // pool
    F(5, Text, 4, 4, 5744, 0), // user
    F(6, Text, 4, 7, 9907, 0), // keyring
    F(7, Message, 0, 9, 9074, 236), // secretRef
    F(8, Bool, 4, 8, 1894, 0), // readOnly
    // 305: v1.RangeAllocation
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Text, 1, 5, 10455, 0), // range
    F(3, Bytes, 3, 4, 3134, 0), // data
    // 306: v1.ReplicationController
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 307), // spec
    F(3, Message, 1, 6, 3642, 308), // status
    // 307: v1.ReplicationControllerSpec
    F(1, Int32, 0, 8, 9635, 0), // replicas
    F(2, Text, 36, 8, 9083, 0), // selector
    F(3, Message, 0, 8, 3660, 294), // template
    F(4, Int32, 4, 15, 5414, 0), // minReadySeconds
    // 308: v1.ReplicationControllerStatus
    F(1, Int32, 1, 8, 9635, 0), // replicas
    F(2, Int32, 4, 20, 2520, 0), // fullyLabeledReplicas
    F(3, Int64, 4, 18, 3480, 0), // observedGeneration
    F(4, Int32, 4, 13, 6922, 0), // readyReplicas
    F(5, Int32, 4, 17, 3066, 0), // availableReplicas
    F(6, Message, 20, 10, 6912, 39), // conditions
    // 309: v1.ResourceClaim
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 4, 7, 5579, 0), // request
    // 310: v1.ResourceFieldSelector
    F(1, Text, 4, 13, 6558, 0), // containerName
    F(2, Text, 1, 8, 429, 0), // resource
    F(3, Quantity, 1, 7, 9781, 0), // divisor
    // 311: v1.ResourceHealth
    F(1, Text, 1, 10, 8534, 0), // resourceID
    F(2, Text, 4, 6, 876, 0), // health
    F(6, Text, 0, 7, 3985, 0), // message
    // 312: v1.ResourceQuota
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 313), // spec
    F(3, Message, 1, 6, 3642, 314), // status
    // 313: v1.ResourceQuotaSpec
    F(1, Quantity, 36, 4, 5339, 0), // hard
    F(2, Text, 20, 6, 10321, 0), // scopes
    F(3, Message, 0, 13, 7026, 320), // scopeSelector
    // 314: v1.ResourceQuotaStatus
    F(1, Quantity, 36, 4, 5339, 0), // hard
    F(2, Quantity, 36, 4, 10263, 0), // used
    // 315: v1.ResourceRequirements
    F(1, Quantity, 36, 6, 10237, 0), // limits
    F(2, Quantity, 36, 8, 9643, 0), // requests
    F(3, Message, 20, 6, 10153, 309), // claims
    // 316: v1.ResourceStatus
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 20, 9, 7444, 311), // resources
    // 317: v1.SELinuxOptions
    F(1, Text, 4, 4, 5744, 0), // user
    F(2, Text, 4, 4, 10026, 0), // role
    F(3, Text, 4, 4, 2000, 0), // type
    F(4, Text, 4, 5, 10420, 0), // level
    // 318: v1.ScaleIOPersistentVolumeSource
    F(1, Text, 1, 7, 9830, 0), // gateway
    F(2, Text, 1, 6, 1910, 0), // system
    F(3, Message, 3, 9, 9074, 323), // secretRef
    F(4, Bool, 4, 10, 8604, 0), // sslEnabled
    F(5, Text, 4, 16, 4937, 0), // protectionDomain
    F(6, Text, 4, 11, 8146, 0), // storagePool
    F(7, Text, 4, 11, 8135, 0), // storageMode
    F(8, Text, 4, 10, 5804, 0), // volumeName
    F(9, Text, 4, 6, 10201, 0), // fsType
    F(10, Bool, 4, 8, 1894, 0), // readOnly
    // 319: v1.ScaleIOVolumeSource
    F(1, Text, 1, 7, 9830, 0), // gateway
    F(2, Text, 1, 6, 1910, 0), // system
    F(3, Message, 3, 9, 9074, 236), // secretRef
    F(4, Bool, 4, 10, 8604, 0), // sslEnabled
    F(5, Text, 4, 16, 4937, 0), // protectionDomain
    F(6, Text, 4, 11, 8146, 0), // storagePool
    F(7, Text, 4, 11, 8135, 0), // storageMode
    F(8, Text, 4, 10, 5804, 0), // volumeName
    F(9, Text, 4, 6, 10201, 0), // fsType
    F(10, Bool, 4, 8, 1894, 0), // readOnly
    // 320: v1.ScopeSelector
    F(1, Message, 20, 16, 4793, 321), // matchExpressions
    // 321: v1.ScopedResourceSelectorRequirement
    F(1, Text, 1, 9, 9065, 0), // scopeName
    F(2, Text, 1, 8, 9523, 0), // operator
    F(3, Text, 20, 6, 10363, 0), // values
    // 322: v1.Secret
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Bytes, 36, 4, 3134, 0), // data
    F(3, Text, 4, 4, 2000, 0), // type
    F(4, Text, 36, 10, 8624, 0), // stringData
    F(5, Bool, 0, 9, 8867, 0), // immutable
    // 323: v1.SecretReference
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Text, 4, 9, 4019, 0), // namespace
    // 324: v1.SecretVolumeSource
    F(1, Text, 4, 10, 5654, 0), // secretName
    F(2, Message, 20, 5, 10415, 227), // items
    F(3, Int32, 0, 11, 7794, 0), // defaultMode
    F(4, Bool, 0, 8, 5504, 0), // optional
    F(5, Int64, 0, 11, 7805, 0), // defaultUser
    // 325: v1.SecurityContext
    F(1, Message, 0, 12, 7153, 161), // capabilities
    F(2, Bool, 0, 10, 8474, 0), // privileged
    F(3, Message, 0, 14, 6338, 317), // seLinuxOptions
    F(4, Int64, 0, 9, 7000, 0), // runAsUser
    F(5, Bool, 0, 12, 7381, 0), // runAsNonRoot
    F(6, Bool, 0, 22, 1894, 0), // readOnlyRootFilesystem
    F(7, Bool, 0, 24, 1199, 0), // allowPrivilegeEscalation
    F(8, Int64, 0, 10, 8564, 0), // runAsGroup
    F(9, Text, 0, 9, 9020, 0), // procMount
    F(10, Message, 0, 14, 6492, 356), // windowsOptions
    F(11, Message, 0, 14, 6352, 153), // seccompProfile
    F(12, Message, 0, 15, 5159, 153), // appArmorProfile
    // 326: v1.Service
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 330), // spec
    F(3, Message, 1, 6, 3642, 331), // status
    // 327: v1.ServiceAccount
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 20, 7, 10054, 266), // secrets
    F(3, Message, 20, 16, 4633, 236), // imagePullSecrets
    F(4, Bool, 0, 28, 582, 0), // automountServiceAccountToken
    // 328: v1.ServiceAccountTokenProjection
    F(1, Text, 4, 8, 8732, 0), // audience
    F(2, Int64, 0, 17, 3883, 0), // expirationSeconds
    F(3, Text, 1, 4, 9555, 0), // path
    F(4, Int64, 0, 4, 5744, 0), // user
    // 329: v1.ServicePort
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Text, 4, 8, 9603, 0), // protocol
    F(3, Int32, 1, 4, 2971, 0), // port
    F(4, IntOrString, 1, 10, 7453, 0), // targetPort
    F(5, Int32, 4, 8, 9499, 0), // nodePort
    F(6, Text, 0, 11, 7684, 0), // appProtocol
    // 330: v1.ServiceSpec
    F(1, Message, 20, 5, 10450, 329), // ports
    F(2, Text, 36, 8, 9083, 0), // selector
    F(3, Text, 4, 9, 8264, 0), // clusterIP
    F(4, Text, 4, 4, 2000, 0), // type
    F(5, Text, 20, 11, 7860, 0), // externalIPs
    F(7, Text, 4, 15, 2277, 0), // sessionAffinity
    F(8, Text, 4, 14, 6156, 0), // loadBalancerIP
    F(9, Text, 20, 24, 1319, 0), // loadBalancerSourceRanges
    F(10, Text, 4, 12, 7249, 0), // externalName
    F(11, Text, 4, 21, 2067, 0), // externalTrafficPolicy
    F(12, Int32, 4, 19, 2874, 0), // healthCheckNodePort
    F(13, Bool, 4, 24, 1391, 0), // publishNotReadyAddresses
    F(14, Message, 0, 21, 2277, 332), // sessionAffinityConfig
    F(17, Text, 0, 14, 6100, 0), // ipFamilyPolicy
    F(18, Text, 20, 10, 8264, 0), // clusterIPs
    F(19, Text, 20, 10, 8394, 0), // ipFamilies
    F(20, Bool, 0, 29, 437, 0), // allocateLoadBalancerNodePorts
    F(21, Text, 0, 17, 3951, 0), // loadBalancerClass
    F(22, Text, 0, 21, 2151, 0), // internalTrafficPolicy
    F(23, Text, 0, 19, 3045, 0), // trafficDistribution
    // 331: v1.ServiceStatus
    F(1, Message, 1, 12, 1319, 235), // loadBalancer
    F(2, Message, 20, 10, 6912, 588), // conditions
    // 332: v1.SessionAffinityConfig
    F(1, Message, 0, 8, 9307, 166), // clientIP
    // 333: v1.SleepAction
    F(1, Int64, 1, 7, 10047, 0), // seconds
    // 334: v1.StorageOSPersistentVolumeSource
    F(1, Text, 4, 10, 5804, 0), // volumeName
    F(2, Text, 4, 15, 5804, 0), // volumeNamespace
    F(3, Text, 4, 6, 10201, 0), // fsType
    F(4, Bool, 4, 8, 1894, 0), // readOnly
    F(5, Message, 0, 9, 9074, 266), // secretRef
    // 335: v1.StorageOSVolumeSource
    F(1, Text, 4, 10, 5804, 0), // volumeName
    F(2, Text, 4, 15, 5804, 0), // volumeNamespace
    F(3, Text, 4, 6, 10201, 0), // fsType
    F(4, Bool, 4, 8, 1894, 0), // readOnly
    F(5, Message, 0, 9, 9074, 236), // secretRef
    // 336: v1.TCPSocketAction
    F(1, IntOrString, 1, 4, 2971, 0), // port
    F(2, Text, 4, 4, 4617, 0), // host
    // 337: v1.Taint
    F(1, Text, 1, 3, 948, 0), // key
    F(2, Text, 4, 5, 5774, 0), // value
    F(3, Text, 1, 6, 10171, 0), // effect
    F(4, Time, 0, 9, 9191, 0), // timeAdded
    // 338: v1.Toleration
    F(1, Text, 4, 3, 948, 0), // key
    F(2, Text, 4, 8, 9523, 0), // operator
    F(3, Text, 4, 5, 5774, 0), // value
    F(4, Text, 4, 6, 10171, 0), // effect
    F(5, Int64, 0, 17, 4325, 0), // tolerationSeconds
    // 339: v1.TopologySelectorLabelRequirement
    F(1, Text, 1, 3, 948, 0), // key
    F(2, Text, 19, 6, 10363, 0), // values
    // 340: v1.TopologySelectorTerm
    F(1, Message, 20, 21, 2172, 339), // matchLabelExpressions
    // 341: v1.TopologySpreadConstraint
    F(1, Int32, 1, 7, 9935, 0), // maxSkew
    F(2, Text, 1, 11, 7477, 0), // topologyKey
    F(3, Text, 1, 17, 4376, 0), // whenUnsatisfiable
    F(4, Message, 0, 13, 3917, 591), // labelSelector
    F(5, Int32, 0, 10, 8404, 0), // minDomains
    F(6, Text, 0, 18, 3426, 0), // nodeAffinityPolicy
    F(7, Text, 0, 16, 4841, 0), // nodeTaintsPolicy
    F(8, Text, 20, 14, 4005, 0), // matchLabelKeys
    // 342: v1.TypedLocalObjectReference
    F(1, Text, 3, 8, 8723, 0), // apiGroup
    F(2, Text, 1, 4, 10526, 0), // kind
    F(3, Text, 1, 4, 4019, 0), // name
    // 343: v1.TypedObjectReference
    F(1, Text, 3, 8, 8723, 0), // apiGroup
    F(2, Text, 1, 4, 10526, 0), // kind
    F(3, Text, 1, 4, 4019, 0), // name
    F(4, Text, 0, 9, 4019, 0), // namespace
    // 344: v1.Volume
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 9, 0, 0, 352), // 
    // 345: v1.VolumeHealthCondition
    F(1, Text, 1, 6, 3642, 0), // status
    F(2, Text, 1, 6, 10309, 0), // reason
    F(3, Text, 4, 7, 3985, 0), // message
    // 346: v1.VolumeHealthStatus
    F(1, Message, 20, 16, 4601, 345), // healthConditions
    F(2, Time, 1, 18, 3372, 0), // lastTransitionTime
    // 347: v1.VolumeMount
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Bool, 4, 8, 1894, 0), // readOnly
    F(3, Text, 1, 9, 8948, 0), // mountPath
    F(4, Text, 4, 7, 8157, 0), // subPath
    F(5, Text, 0, 16, 4825, 0), // mountPropagation
    F(6, Text, 4, 11, 8157, 0), // subPathExpr
    F(7, Text, 0, 17, 1648, 0), // recursiveReadOnly
    F(8, Text, 20, 16, 4425, 0), // bindMountOptions
    // 348: v1.VolumeMountStatus
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 9, 8948, 0), // mountPath
    F(3, Bool, 4, 8, 1894, 0), // readOnly
    F(4, Text, 0, 17, 1648, 0), // recursiveReadOnly
    F(5, Message, 0, 12, 7549, 353), // volumeStatus
    // 349: v1.VolumeNodeAffinity
    F(1, Message, 0, 8, 95, 258), // required
    // 350: v1.VolumeProjection
    F(1, Message, 0, 6, 5654, 174), // secret
    F(2, Message, 0, 11, 7849, 190), // downwardAPI
    F(3, Message, 0, 9, 5189, 174), // configMap
    F(4, Message, 0, 19, 610, 328), // serviceAccountToken
    F(5, Message, 0, 18, 3192, 167), // clusterTrustBundle
    F(6, Message, 0, 14, 6240, 280), // podCertificate
    // 351: v1.VolumeResourceRequirements
    F(1, Quantity, 36, 6, 10237, 0), // limits
    F(2, Quantity, 36, 8, 9643, 0), // requests
    // 352: v1.VolumeSource
    F(1, Message, 0, 8, 9395, 222), // hostPath
    F(2, Message, 0, 8, 9339, 193), // emptyDir
    F(3, Message, 0, 17, 3900, 213), // gcePersistentDisk
    F(4, Message, 0, 20, 2380, 151), // awsElasticBlockStore
    F(5, Message, 0, 7, 9837, 215), // gitRepo
    F(6, Message, 0, 6, 5654, 324), // secret
    F(7, Message, 0, 3, 10573, 239), // nfs
    F(8, Message, 0, 5, 6114, 224), // iscsi
    F(9, Message, 0, 9, 8840, 217), // glusterfs
    F(10, Message, 0, 21, 177, 272), // persistentVolumeClaim
    F(11, Message, 0, 3, 10576, 304), // rbd
    F(12, Message, 0, 10, 8364, 211), // flexVolume
    F(13, Message, 0, 6, 10147, 165), // cinder
    F(14, Message, 0, 6, 10141, 163), // cephfs
    F(15, Message, 0, 7, 9823, 212), // flocker
    F(16, Message, 0, 11, 7849, 192), // downwardAPI
    F(17, Message, 0, 2, 5203, 208), // fc
    F(18, Message, 0, 9, 8750, 157), // azureFile
    F(19, Message, 0, 9, 5189, 175), // configMap
    F(20, Message, 0, 13, 7104, 354), // vsphereVolume
    F(21, Message, 0, 7, 10005, 302), // quobyte
    F(22, Message, 0, 9, 8741, 155), // azureDisk
    F(23, Message, 0, 20, 2660, 276), // photonPersistentDisk
    F(24, Message, 0, 14, 6268, 297), // portworxVolume
    F(25, Message, 0, 7, 10033, 319), // scaleIO
    F(26, Message, 0, 9, 9029, 301), // projected
    F(27, Message, 0, 9, 9155, 335), // storageos
    F(28, Message, 0, 3, 6116, 160), // csi
    F(29, Message, 0, 9, 770, 202), // ephemeral
    F(30, Message, 0, 5, 4633, 225), // image
    // 353: v1.VolumeStatus
    F(1, Message, 0, 5, 4633, 226), // image
    // 354: v1.VsphereVirtualDiskVolumeSource
    F(1, Text, 1, 10, 8684, 0), // volumePath
    F(2, Text, 4, 6, 10201, 0), // fsType
    F(3, Text, 4, 17, 4291, 0), // storagePolicyName
    F(4, Text, 4, 15, 5699, 0), // storagePolicyID
    // 355: v1.WeightedPodAffinityTerm
    F(1, Int32, 1, 6, 10369, 0), // weight
    F(2, Message, 1, 15, 5534, 279), // podAffinityTerm
    // 356: v1.WindowsSecurityContextOptions
    F(1, Text, 0, 22, 1828, 0), // gmsaCredentialSpecName
    F(2, Text, 0, 18, 1828, 0), // gmsaCredentialSpec
    F(3, Text, 0, 13, 7000, 0), // runAsUserName
    F(4, Bool, 0, 11, 7893, 0), // hostProcess
    // 357: v1.Endpoint
    F(1, Text, 19, 9, 8714, 0), // addresses
    F(2, Message, 1, 10, 6912, 358), // conditions
    F(3, Text, 0, 8, 4617, 0), // hostname
    F(4, Message, 0, 9, 9173, 266), // targetRef
    F(5, Text, 36, 18, 3210, 0), // deprecatedTopology
    F(6, Text, 0, 8, 9491, 0), // nodeName
    F(7, Text, 0, 4, 10554, 0), // zone
    F(8, Message, 0, 5, 10405, 359), // hints
    // 358: v1.EndpointConditions
    F(1, Bool, 0, 5, 6922, 0), // ready
    F(2, Bool, 0, 7, 10061, 0), // serving
    F(3, Bool, 0, 11, 3026, 0), // terminating
    // 359: v1.EndpointHints
    F(1, Message, 20, 8, 9379, 285), // forZones
    F(2, Message, 20, 8, 9371, 285), // forNodes
    // 360: v1.EndpointPort
    F(1, Text, 0, 4, 4019, 0), // name
    F(2, Text, 0, 8, 9603, 0), // protocol
    F(3, Int32, 0, 4, 2971, 0), // port
    F(4, Text, 0, 11, 7684, 0), // appProtocol
    // 361: v1.EndpointSlice
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 19, 9, 3282, 357), // endpoints
    F(3, Message, 19, 5, 10450, 360), // ports
    F(4, Text, 1, 11, 7618, 0), // addressType
    // 362: v1beta1.Endpoint
    F(1, Text, 19, 9, 8714, 0), // addresses
    F(2, Message, 1, 10, 6912, 358), // conditions
    F(3, Text, 0, 8, 4617, 0), // hostname
    F(4, Message, 0, 9, 9173, 266), // targetRef
    F(5, Text, 36, 8, 1052, 0), // topology
    F(6, Text, 0, 8, 9491, 0), // nodeName
    F(7, Message, 0, 5, 10405, 359), // hints
    // 363: v1beta1.EndpointSlice
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 19, 9, 3282, 362), // endpoints
    F(3, Message, 19, 5, 10450, 360), // ports
    F(4, Text, 1, 11, 7618, 0), // addressType
    // 364: v1.Event
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, MicroTime, 1, 9, 8813, 0), // eventTime
    F(3, Message, 0, 6, 10327, 365), // series
    F(4, Text, 4, 19, 2969, 0), // reportingController
    F(5, Text, 4, 17, 4189, 0), // reportingInstance
    F(6, Text, 4, 6, 10123, 0), // action
    F(7, Text, 4, 6, 10309, 0), // reason
    F(8, Message, 1, 9, 9038, 266), // regarding
    F(9, Message, 0, 7, 10012, 266), // related
    F(10, Text, 4, 4, 10534, 0), // note
    F(11, Text, 4, 4, 2000, 0), // type
    F(12, Message, 1, 16, 4505, 205), // deprecatedSource
    F(13, Time, 1, 24, 1295, 0), // deprecatedFirstTimestamp
    F(14, Time, 1, 23, 1533, 0), // deprecatedLastTimestamp
    F(15, Int32, 4, 15, 5249, 0), // deprecatedCount
    // 365: v1.EventSeries
    F(1, Int32, 1, 5, 600, 0), // count
    F(2, MicroTime, 1, 16, 4713, 0), // lastObservedTime
    // 366: v1beta1.DaemonSet
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 367), // spec
    F(3, Message, 1, 6, 3642, 41), // status
    // 367: v1beta1.DaemonSetSpec
    F(1, Message, 0, 8, 9083, 591), // selector
    F(2, Message, 1, 8, 3660, 294), // template
    F(3, Message, 1, 14, 6464, 42), // updateStrategy
    F(4, Int32, 4, 15, 5414, 0), // minReadySeconds
    F(5, Int64, 4, 18, 3660, 0), // templateGeneration
    F(6, Int32, 0, 20, 2700, 0), // revisionHistoryLimit
    // 368: v1beta1.HTTPIngressPath
    F(1, Text, 4, 4, 9555, 0), // path
    F(2, Message, 1, 7, 9746, 372), // backend
    F(3, Text, 0, 8, 9555, 0), // pathType
    // 369: v1beta1.HTTPIngressRuleValue
    F(1, Message, 19, 5, 10435, 368), // paths
    // 370: v1beta1.IPBlock
    F(1, Text, 1, 4, 10395, 0), // cidr
    F(2, Text, 20, 6, 10183, 0), // except
    // 371: v1beta1.Ingress
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 377), // spec
    F(3, Message, 1, 6, 3642, 378), // status
    // 372: v1beta1.IngressBackend
    F(1, Text, 4, 11, 8102, 0), // serviceName
    F(2, IntOrString, 1, 11, 8113, 0), // servicePort
    F(3, Message, 0, 8, 429, 342), // resource
    // 373: v1beta1.IngressLoadBalancerIngress
    F(1, Text, 4, 2, 1184, 0), // ip
    F(2, Text, 4, 8, 4617, 0), // hostname
    F(4, Message, 20, 5, 10450, 296), // ports
    // 374: v1beta1.IngressLoadBalancerStatus
    F(1, Message, 20, 7, 4649, 373), // ingress
    // 375: v1beta1.IngressRule
    F(1, Text, 4, 4, 4617, 0), // host
    F(2, Message, 9, 0, 0, 376), // 
    // 376: v1beta1.IngressRuleValue
    F(1, Message, 0, 4, 7904, 369), // http
    // 377: v1beta1.IngressSpec
    F(1, Message, 0, 7, 9746, 372), // backend
    F(2, Message, 20, 3, 10100, 379), // tls
    F(3, Message, 20, 5, 10460, 375), // rules
    F(4, Text, 0, 16, 4649, 0), // ingressClassName
    // 378: v1beta1.IngressStatus
    F(1, Message, 1, 12, 1319, 374), // loadBalancer
    // 379: v1beta1.IngressTLS
    F(1, Text, 20, 5, 10410, 0), // hosts
    F(2, Text, 4, 10, 5654, 0), // secretName
    // 380: v1beta1.NetworkPolicy
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 385), // spec
    // 381: v1beta1.NetworkPolicyEgressRule
    F(1, Message, 20, 5, 10450, 384), // ports
    F(2, Message, 20, 2, 7, 383), // to
    // 382: v1beta1.NetworkPolicyIngressRule
    F(1, Message, 20, 5, 10450, 384), // ports
    F(2, Message, 20, 4, 10514, 383), // from
    // 383: v1beta1.NetworkPolicyPeer
    F(1, Message, 0, 11, 8036, 591), // podSelector
    F(2, Message, 0, 17, 4019, 591), // namespaceSelector
    F(3, Message, 0, 7, 9886, 370), // ipBlock
    // 384: v1beta1.NetworkPolicyPort
    F(1, Text, 0, 8, 9603, 0), // protocol
    F(2, IntOrString, 0, 4, 2971, 0), // port
    F(3, Int32, 0, 7, 9795, 0), // endPort
    // 385: v1beta1.NetworkPolicySpec
    F(1, Message, 1, 11, 8036, 591), // podSelector
    F(2, Message, 20, 7, 4649, 382), // ingress
    F(3, Message, 20, 6, 10177, 381), // egress
    F(4, Text, 20, 11, 8047, 0), // policyTypes
    // 386: v1beta1.ReplicaSet
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 387), // spec
    F(3, Message, 1, 6, 3642, 49), // status
    // 387: v1beta1.ReplicaSetSpec
    F(1, Int32, 0, 8, 9635, 0), // replicas
    F(2, Message, 0, 8, 9083, 591), // selector
    F(3, Message, 1, 8, 3660, 294), // template
    F(4, Int32, 4, 15, 5414, 0), // minReadySeconds
    // 388: v1.ExemptPriorityLevelConfiguration
    F(1, Int32, 0, 24, 1367, 0), // nominalConcurrencyShares
    F(2, Int32, 0, 15, 5384, 0), // lendablePercent
    // 389: v1.FlowDistinguisherMethod
    F(1, Text, 1, 4, 2000, 0), // type
    // 390: v1.FlowSchema
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 392), // spec
    F(3, Message, 1, 6, 3642, 393), // status
    // 391: v1.FlowSchemaCondition
    F(1, Text, 4, 4, 2000, 0), // type
    F(2, Text, 4, 6, 3642, 0), // status
    F(3, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(4, Text, 4, 6, 10309, 0), // reason
    F(5, Text, 4, 7, 3985, 0), // message
    // 392: v1.FlowSchemaSpec
    F(1, Message, 1, 26, 796, 285), // priorityLevelConfiguration
    F(2, Int32, 1, 18, 3390, 0), // matchingPrecedence
    F(3, Message, 0, 19, 2798, 389), // distinguisherMethod
    F(4, Message, 20, 5, 10460, 397), // rules
    // 393: v1.FlowSchemaStatus
    F(1, Message, 20, 10, 6912, 391), // conditions
    // 394: v1.LimitResponse
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Message, 0, 7, 9998, 400), // queuing
    // 395: v1.LimitedPriorityLevelConfiguration
    F(1, Int32, 3, 24, 1367, 0), // nominalConcurrencyShares
    F(2, Message, 1, 13, 6805, 394), // limitResponse
    F(3, Int32, 0, 15, 5384, 0), // lendablePercent
    F(4, Int32, 0, 21, 2025, 0), // borrowingLimitPercent
    // 396: v1.NonResourcePolicyRule
    F(1, Text, 19, 5, 10480, 0), // verbs
    F(6, Text, 19, 15, 5429, 0), // nonResourceURLs
    // 397: v1.PolicyRulesWithSubjects
    F(1, Message, 19, 8, 9683, 403), // subjects
    F(2, Message, 20, 13, 6974, 401), // resourceRules
    F(3, Message, 20, 16, 4857, 396), // nonResourceRules
    // 398: v1.PriorityLevelConfiguration
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 399), // spec
    F(3, Message, 1, 6, 3642, 393), // status
    // 399: v1.PriorityLevelConfigurationSpec
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Message, 0, 7, 9914, 395), // limited
    F(3, Message, 0, 6, 10189, 388), // exempt
    // 400: v1.QueuingConfiguration
    F(1, Int32, 1, 6, 10303, 0), // queues
    F(2, Int32, 1, 8, 9387, 0), // handSize
    F(3, Int32, 1, 16, 4953, 0), // queueLengthLimit
    // 401: v1.ResourcePolicyRule
    F(1, Text, 19, 5, 10480, 0), // verbs
    F(2, Text, 19, 9, 8723, 0), // apiGroups
    F(3, Text, 19, 9, 7444, 0), // resources
    F(4, Bool, 4, 12, 7177, 0), // clusterScope
    F(5, Text, 19, 10, 8424, 0), // namespaces
    // 402: v1.ServiceAccountSubject
    F(1, Text, 1, 9, 4019, 0), // namespace
    F(2, Text, 1, 4, 4019, 0), // name
    // 403: v1.Subject
    F(1, Text, 1, 4, 10526, 0), // kind
    F(2, Message, 0, 4, 5744, 285), // user
    F(3, Message, 0, 5, 2540, 285), // group
    F(4, Message, 0, 14, 610, 402), // serviceAccount
    // 404: v1beta1.LimitedPriorityLevelConfiguration
    F(1, Int32, 1, 24, 1223, 0), // assuredConcurrencyShares
    F(2, Message, 1, 13, 6805, 394), // limitResponse
    F(3, Int32, 0, 15, 5384, 0), // lendablePercent
    F(4, Int32, 0, 21, 2025, 0), // borrowingLimitPercent
    // 405: v1beta1.PriorityLevelConfiguration
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 406), // spec
    F(3, Message, 1, 6, 3642, 393), // status
    // 406: v1beta1.PriorityLevelConfigurationSpec
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Message, 0, 7, 9914, 404), // limited
    F(3, Message, 0, 6, 10189, 388), // exempt
    // 407: v1beta3.LimitedPriorityLevelConfiguration
    F(1, Int32, 1, 24, 1367, 0), // nominalConcurrencyShares
    F(2, Message, 1, 13, 6805, 394), // limitResponse
    F(3, Int32, 0, 15, 5384, 0), // lendablePercent
    F(4, Int32, 0, 21, 2025, 0), // borrowingLimitPercent
    // 408: v1beta3.PriorityLevelConfiguration
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 409), // spec
    F(3, Message, 1, 6, 3642, 393), // status
    // 409: v1beta3.PriorityLevelConfigurationSpec
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Message, 0, 7, 9914, 407), // limited
    F(3, Message, 0, 6, 10189, 388), // exempt
    // 410: v1alpha1.Eviction
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 416), // spec
    F(3, Message, 1, 6, 3642, 417), // status
    // 411: v1alpha1.EvictionPodReference
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 3, 10582, 0), // uid
    // 412: v1alpha1.EvictionRequest
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 413), // spec
    F(3, Message, 1, 6, 3642, 414), // status
    // 413: v1alpha1.EvictionRequestSpec
    F(1, Message, 1, 6, 346, 415), // target
    F(2, Text, 1, 9, 8524, 0), // requester
    F(3, Text, 1, 6, 10219, 0), // intent
    // 414: v1alpha1.EvictionRequestStatus
    F(1, Message, 20, 10, 6912, 588), // conditions
    F(2, Int64, 0, 18, 3480, 0), // observedGeneration
    // 415: v1alpha1.EvictionRequestTarget
    F(1, Message, 0, 3, 2680, 411), // pod
    // 416: v1alpha1.EvictionSpec
    F(1, Message, 1, 6, 346, 415), // target
    // 417: v1alpha1.EvictionStatus
    F(1, Message, 20, 10, 6912, 588), // conditions
    F(2, Int64, 0, 18, 3480, 0), // observedGeneration
    F(3, Message, 20, 10, 8524, 418), // requesters
    F(4, Message, 20, 16, 5113, 420), // targetResponders
    F(5, Message, 20, 10, 8544, 419), // responders
    // 418: v1alpha1.Requester
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 6, 10219, 0), // intent
    // 419: v1alpha1.ResponderStatus
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Time, 0, 9, 9128, 0), // startTime
    F(3, Time, 0, 13, 6701, 0), // heartbeatTime
    F(4, Time, 0, 22, 1784, 0), // expectedCompletionTime
    F(5, Time, 0, 14, 5918, 0), // completionTime
    F(6, Text, 0, 7, 3985, 0), // message
    // 420: v1alpha1.TargetResponder
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Int32, 3, 8, 796, 0), // priority
    F(3, Text, 1, 5, 10470, 0), // state
    // 421: v1.HTTPIngressPath
    F(1, Text, 4, 4, 9555, 0), // path
    F(2, Message, 1, 7, 9746, 426), // backend
    F(3, Text, 3, 8, 9555, 0), // pathType
    // 422: v1.HTTPIngressRuleValue
    F(1, Message, 19, 5, 10435, 421), // paths
    // 423: v1.IPAddress
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 424), // spec
    // 424: v1.IPAddressSpec
    F(1, Message, 0, 9, 8984, 434), // parentRef
    // 425: v1.Ingress
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 433), // spec
    F(3, Message, 1, 6, 3642, 378), // status
    // 426: v1.IngressBackend
    F(3, Message, 0, 8, 429, 342), // resource
    F(4, Message, 0, 7, 610, 432), // service
    // 427: v1.IngressClass
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 429), // spec
    // 428: v1.IngressClassParametersReference
    F(1, Text, 0, 8, 8723, 0), // apiGroup
    F(2, Text, 1, 4, 10526, 0), // kind
    F(3, Text, 1, 4, 4019, 0), // name
    F(4, Text, 3, 5, 7026, 0), // scope
    F(5, Text, 0, 9, 4019, 0), // namespace
    // 429: v1.IngressClassSpec
    F(1, Text, 4, 10, 718, 0), // controller
    F(2, Message, 0, 10, 8444, 428), // parameters
    // 430: v1.IngressRule
    F(1, Text, 4, 4, 4617, 0), // host
    F(2, Message, 9, 0, 0, 431), // 
    // 431: v1.IngressRuleValue
    F(1, Message, 0, 4, 7904, 422), // http
    // 432: v1.IngressServiceBackend
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 4, 2971, 435), // port
    // 433: v1.IngressSpec
    F(1, Message, 0, 14, 5960, 426), // defaultBackend
    F(2, Message, 20, 3, 10100, 379), // tls
    F(3, Message, 20, 5, 10460, 430), // rules
    F(4, Text, 0, 16, 4649, 0), // ingressClassName
    // 434: v1.ParentReference
    F(1, Text, 4, 5, 2540, 0), // group
    F(2, Text, 4, 8, 429, 0), // resource
    F(3, Text, 4, 9, 4019, 0), // namespace
    F(4, Text, 4, 4, 4019, 0), // name
    // 435: v1.ServiceBackendPort
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Int32, 4, 6, 3462, 0), // number
    // 436: v1.ServiceCIDR
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 437), // spec
    F(3, Message, 1, 6, 3642, 438), // status
    // 437: v1.ServiceCIDRSpec
    F(1, Text, 20, 5, 10395, 0), // cidrs
    // 438: v1.ServiceCIDRStatus
    F(1, Message, 20, 10, 6912, 588), // conditions
    // 439: v1.Overhead
    F(1, Quantity, 36, 8, 9579, 0), // podFixed
    // 440: v1.RuntimeClass
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Text, 1, 7, 9844, 0), // handler
    F(3, Message, 0, 8, 9539, 439), // overhead
    F(4, Message, 0, 10, 2256, 441), // scheduling
    // 441: v1.Scheduling
    F(1, Text, 36, 12, 4036, 0), // nodeSelector
    F(2, Message, 20, 11, 8168, 338), // tolerations
    // 442: v1alpha1.RuntimeClass
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 443), // spec
    // 443: v1alpha1.RuntimeClassSpec
    F(1, Text, 1, 14, 5609, 0), // runtimeHandler
    F(2, Message, 0, 8, 9539, 439), // overhead
    F(3, Message, 0, 10, 2256, 441), // scheduling
    // 444: v1.Eviction
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 0, 13, 6610, 589), // deleteOptions
    // 445: v1.PodDisruptionBudget
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 446), // spec
    F(3, Message, 1, 6, 3642, 447), // status
    // 446: v1.PodDisruptionBudgetSpec
    F(1, IntOrString, 0, 12, 7285, 0), // minAvailable
    F(2, Message, 0, 8, 9083, 591), // selector
    F(3, IntOrString, 0, 14, 6212, 0), // maxUnavailable
    F(4, Text, 0, 26, 874, 0), // unhealthyPodEvictionPolicy
    // 447: v1.PodDisruptionBudgetStatus
    F(1, Int64, 4, 18, 3480, 0), // observedGeneration
    F(2, Time, 36, 13, 6623, 0), // disruptedPods
    F(3, Int32, 1, 18, 3246, 0), // disruptionsAllowed
    F(4, Int32, 1, 14, 5932, 0), // currentHealthy
    F(5, Int32, 1, 14, 5988, 0), // desiredHealthy
    F(6, Int32, 1, 12, 7225, 0), // expectedPods
    F(7, Message, 20, 10, 6912, 588), // conditions
    // 448: v1.AggregationRule
    F(1, Message, 20, 20, 2440, 591), // clusterRoleSelectors
    // 449: v1.ClusterRole
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 19, 5, 10460, 451), // rules
    F(3, Message, 0, 15, 5144, 448), // aggregationRule
    // 450: v1.ClusterRoleBinding
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 20, 8, 9683, 454), // subjects
    F(3, Message, 1, 7, 10026, 453), // roleRef
    // 451: v1.PolicyRule
    F(1, Text, 19, 5, 10480, 0), // verbs
    F(2, Text, 20, 9, 8723, 0), // apiGroups
    F(3, Text, 20, 9, 7444, 0), // resources
    F(4, Text, 20, 13, 6961, 0), // resourceNames
    F(5, Text, 20, 15, 5429, 0), // nonResourceURLs
    // 452: v1.Role
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 19, 5, 10460, 451), // rules
    // 453: v1.RoleRef
    F(1, Text, 1, 8, 8723, 0), // apiGroup
    F(2, Text, 1, 4, 10526, 0), // kind
    F(3, Text, 1, 4, 4019, 0), // name
    // 454: v1.Subject
    F(1, Text, 1, 4, 10526, 0), // kind
    F(2, Text, 4, 8, 8723, 0), // apiGroup
    F(3, Text, 1, 4, 4019, 0), // name
    F(4, Text, 4, 9, 4019, 0), // namespace
    // 455: v1alpha1.ClusterRole
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 19, 5, 10460, 457), // rules
    F(3, Message, 0, 15, 5144, 448), // aggregationRule
    // 456: v1alpha1.ClusterRoleBinding
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 20, 8, 9683, 459), // subjects
    F(3, Message, 1, 7, 10026, 453), // roleRef
    // 457: v1alpha1.PolicyRule
    F(1, Text, 19, 5, 10480, 0), // verbs
    F(3, Text, 20, 9, 8723, 0), // apiGroups
    F(4, Text, 20, 9, 7444, 0), // resources
    F(5, Text, 20, 13, 6961, 0), // resourceNames
    F(6, Text, 20, 15, 5429, 0), // nonResourceURLs
    // 458: v1alpha1.Role
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 19, 5, 10460, 457), // rules
    // 459: v1alpha1.Subject
    F(1, Text, 1, 4, 10526, 0), // kind
    F(2, Text, 4, 10, 7673, 0), // apiVersion
    F(3, Text, 1, 4, 4019, 0), // name
    F(4, Text, 4, 9, 4019, 0), // namespace
    // 460: v1.AllocatedDeviceStatus
    F(1, Text, 1, 6, 8304, 0), // driver
    F(2, Text, 1, 4, 9002, 0), // pool
    F(3, Text, 1, 6, 4521, 0), // device
    F(4, Message, 19, 10, 6912, 588), // conditions
    F(5, RawJson, 0, 4, 3134, 0), // data
    F(6, Message, 0, 11, 7992, 489), // networkData
    F(7, Text, 0, 7, 10068, 0), // shareID
    // 461: v1.AllocationResult
    F(1, Message, 1, 7, 9767, 470), // devices
    F(3, Message, 0, 12, 4036, 258), // nodeSelector
    F(5, Time, 0, 19, 2760, 0), // allocationTimestamp
    // 462: v1.CELDeviceSelector
    F(1, Text, 1, 10, 3318, 0), // expression
    // 463: v1.CapacityRequestPolicy
    F(1, Quantity, 3, 7, 466, 0), // default
    F(3, Quantity, 20, 11, 8201, 0), // validValues
    F(4, Message, 0, 10, 8664, 464), // validRange
    // 464: v1.CapacityRequestPolicyRange
    F(1, Quantity, 0, 3, 556, 0), // min
    F(2, Quantity, 0, 3, 2580, 0), // max
    F(3, Quantity, 0, 4, 10546, 0), // step
    // 465: v1.CapacityRequirements
    F(1, Quantity, 36, 8, 9643, 0), // requests
    // 466: v1.Counter
    F(1, Quantity, 1, 5, 5774, 0), // value
    // 467: v1.CounterSet
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 36, 8, 9323, 466), // counters
    // 468: v1.Device
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 36, 10, 8234, 471), // attributes
    F(3, Message, 36, 8, 3174, 472), // capacity
    F(4, Message, 20, 16, 4473, 480), // consumesCounters
    F(5, Text, 0, 8, 9491, 0), // nodeName
    F(6, Message, 0, 12, 4036, 258), // nodeSelector
    F(7, Bool, 0, 8, 9251, 0), // allNodes
    F(8, Message, 20, 6, 10345, 337), // taints
    F(9, Bool, 0, 11, 7706, 0), // bindsToNode
    F(10, Text, 20, 17, 3713, 0), // bindingConditions
    F(11, Text, 20, 24, 1247, 0), // bindingFailureConditions
    F(12, Bool, 0, 24, 1175, 0), // allowMultipleAllocations
    F(14, Message, 36, 24, 1343, 492), // nodeAllocatableResources
    // 469: v1.DeviceAllocationConfiguration
    F(1, Text, 1, 6, 158, 0), // source
    F(2, Text, 20, 8, 9643, 0), // requests
    F(3, Message, 9, 0, 0, 478), // 
    // 470: v1.DeviceAllocationResult
    F(1, Message, 20, 7, 10019, 482), // results
    F(2, Message, 20, 6, 5189, 469), // config
    // 471: v1.DeviceAttribute
    F(2, Int64, 0, 3, 913, 0), // int
    F(3, Bool, 0, 4, 10390, 0), // bool
    F(4, Text, 0, 6, 920, 0), // string
    F(5, Text, 0, 7, 1274, 0), // version
    F(6, Int64, 20, 4, 1073, 0), // ints
    F(7, Bool, 20, 5, 10390, 0), // bools
    F(8, Text, 20, 7, 10075, 0), // strings
    F(9, Text, 20, 8, 9715, 0), // versions
    // 472: v1.DeviceCapacity
    F(1, Quantity, 1, 5, 5774, 0), // value
    F(2, Message, 0, 13, 6948, 463), // requestPolicy
    // 473: v1.DeviceClaim
    F(1, Message, 19, 8, 9643, 481), // requests
    F(2, Message, 20, 11, 7750, 479), // constraints
    F(3, Message, 20, 6, 5189, 474), // config
    // 474: v1.DeviceClaimConfiguration
    F(1, Text, 20, 8, 9643, 0), // requests
    F(2, Message, 9, 0, 0, 478), // 
    // 475: v1.DeviceClass
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 477), // spec
    // 476: v1.DeviceClassConfiguration
    F(1, Message, 9, 0, 0, 478), // 
    // 477: v1.DeviceClassSpec
    F(1, Message, 20, 9, 9083, 483), // selectors
    F(2, Message, 20, 6, 5189, 476), // config
    F(4, Text, 0, 20, 2500, 0), // extendedResourceName
    // 478: v1.DeviceConfiguration
    F(1, Message, 0, 6, 10255, 493), // opaque
    // 479: v1.DeviceConstraint
    F(1, Text, 20, 8, 9643, 0), // requests
    F(2, Text, 0, 14, 6184, 0), // matchAttribute
    F(3, Text, 0, 17, 3866, 0), // distinctAttribute
    // 480: v1.DeviceCounterConsumption
    F(1, Text, 1, 10, 8284, 0), // counterSet
    F(2, Message, 36, 8, 9323, 466), // counters
    F(3, Text, 20, 19, 2779, 0), // compatibilityGroups
    // 481: v1.DeviceRequest
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 0, 7, 9809, 488), // exactly
    F(3, Message, 20, 14, 6030, 484), // firstAvailable
    // 482: v1.DeviceRequestAllocationResult
    F(1, Text, 1, 7, 5579, 0), // request
    F(2, Text, 1, 6, 8304, 0), // driver
    F(3, Text, 1, 4, 9002, 0), // pool
    F(4, Text, 1, 6, 4521, 0), // device
    F(5, Bool, 0, 11, 7629, 0), // adminAccess
    F(6, Message, 20, 11, 8168, 338), // tolerations
    F(7, Text, 20, 17, 3713, 0), // bindingConditions
    F(8, Text, 20, 24, 1247, 0), // bindingFailureConditions
    F(9, Text, 0, 7, 10068, 0), // shareID
    F(10, Quantity, 36, 16, 4457, 0), // consumedCapacity
    F(11, Text, 20, 18, 3624, 0), // skipNodeOperations
    // 483: v1.DeviceSelector
    F(1, Message, 0, 3, 10558, 462), // cel
    // 484: v1.DeviceSubRequest
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 15, 5294, 0), // deviceClassName
    F(3, Message, 20, 9, 9083, 483), // selectors
    F(4, Text, 4, 14, 5834, 0), // allocationMode
    F(5, Int64, 4, 5, 600, 0), // count
    F(6, Message, 20, 11, 8168, 338), // tolerations
    F(7, Message, 0, 8, 3174, 465), // capacity
    F(8, Message, 20, 17, 3849, 3), // derivedAttributes
    // 485: v1.DeviceTaintRule
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 486), // spec
    F(3, Message, 1, 6, 3642, 438), // status
    // 486: v1.DeviceTaintRuleSpec
    F(1, Message, 0, 14, 6002, 487), // deviceSelector
    F(2, Message, 1, 5, 10345, 337), // taint
    // 487: v1.DeviceTaintSelector
    F(2, Text, 0, 6, 8304, 0), // driver
    F(3, Text, 0, 4, 9002, 0), // pool
    F(4, Text, 0, 6, 4521, 0), // device
    // 488: v1.ExactDeviceRequest
    F(1, Text, 1, 15, 5294, 0), // deviceClassName
    F(2, Message, 20, 9, 9083, 483), // selectors
    F(3, Text, 4, 14, 5834, 0), // allocationMode
    F(4, Int64, 4, 5, 600, 0), // count
    F(5, Bool, 0, 11, 7629, 0), // adminAccess
    F(6, Message, 20, 11, 8168, 338), // tolerations
    F(7, Message, 0, 8, 3174, 465), // capacity
    F(8, Message, 20, 17, 3849, 3), // derivedAttributes
    // 489: v1.NetworkDeviceData
    F(1, Text, 4, 13, 6727, 0), // interfaceName
    F(2, Text, 20, 3, 10564, 0), // ips
    F(3, Text, 4, 15, 5339, 0), // hardwareAddress
    // 490: v1.NodeAllocatableMapping
    F(1, Text, 0, 11, 7728, 0), // capacityKey
    F(2, Quantity, 0, 18, 3174, 0), // capacityMultiplier
    F(3, Quantity, 0, 16, 4521, 0), // deviceMultiplier
    // 491: v1.NodeAllocatableOverhead
    F(1, Quantity, 0, 6, 10273, 0), // perPod
    F(2, Quantity, 0, 12, 7321, 0), // perContainer
    // 492: v1.NodeAllocatableResource
    F(3, Message, 0, 7, 9928, 490), // mapping
    F(4, Message, 0, 8, 9539, 491), // overhead
    // 493: v1.OpaqueDeviceConfiguration
    F(1, Text, 1, 6, 8304, 0), // driver
    F(2, RawJson, 1, 10, 8444, 0), // parameters
    // 494: v1.ResourceClaim
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 496), // spec
    F(3, Message, 1, 6, 3642, 497), // status
    // 495: v1.ResourceClaimConsumerReference
    F(1, Text, 4, 8, 8723, 0), // apiGroup
    F(3, Text, 1, 8, 429, 0), // resource
    F(4, Text, 1, 4, 4019, 0), // name
    F(5, Text, 1, 3, 10582, 0), // uid
    // 496: v1.ResourceClaimSpec
    F(1, Message, 1, 7, 9767, 473), // devices
    // 497: v1.ResourceClaimStatus
    F(1, Message, 0, 10, 2760, 461), // allocation
    F(2, Message, 20, 11, 8091, 495), // reservedFor
    F(4, Message, 20, 7, 9767, 460), // devices
    // 498: v1.ResourceClaimTemplate
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 499), // spec
    // 499: v1.ResourceClaimTemplateSpec
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 496), // spec
    // 500: v1.ResourcePool
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Int64, 1, 10, 8374, 0), // generation
    F(3, Int64, 1, 18, 3570, 0), // resourceSliceCount
    // 501: v1.ResourceSlice
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 502), // spec
    // 502: v1.ResourceSliceSpec
    F(1, Text, 1, 6, 8304, 0), // driver
    F(2, Message, 1, 4, 9002, 500), // pool
    F(3, Text, 0, 8, 9491, 0), // nodeName
    F(4, Message, 0, 12, 4036, 258), // nodeSelector
    F(5, Bool, 0, 8, 9251, 0), // allNodes
    F(6, Message, 20, 7, 9767, 468), // devices
    F(7, Bool, 0, 22, 1872, 0), // perDeviceNodeSelection
    F(8, Message, 20, 14, 6380, 467), // sharedCounters
    F(9, Text, 0, 22, 1850, 0), // partitionTypeAttribute
    F(10, Text, 20, 18, 3624, 0), // skipNodeOperations
    // 503: v1alpha3.PartitionTypeStatus
    F(1, Text, 4, 4, 2000, 0), // type
    F(2, Int32, 0, 5, 7489, 0), // total
    F(3, Int32, 0, 11, 7640, 0), // allocatable
    F(4, Text, 4, 9, 8234, 0), // attribute
    // 504: v1alpha3.PoolStatus
    F(1, Text, 4, 6, 8304, 0), // driver
    F(2, Text, 4, 8, 9595, 0), // poolName
    F(3, Text, 0, 8, 9491, 0), // nodeName
    F(4, Int32, 0, 12, 7489, 0), // totalDevices
    F(5, Int32, 0, 16, 4393, 0), // allocatedDevices
    F(6, Int32, 0, 16, 3680, 0), // availableDevices
    F(7, Int32, 0, 18, 3678, 0), // unavailableDevices
    F(8, Int32, 0, 18, 3570, 0), // resourceSliceCount
    F(9, Int64, 1, 10, 8374, 0), // generation
    F(10, Text, 0, 15, 5759, 0), // validationError
    F(11, Message, 20, 16, 4889, 503), // partitionSummary
    F(13, Message, 0, 16, 5033, 509), // shareableSummary
    // 505: v1alpha3.ResourcePoolStatusRequest
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 506), // spec
    F(3, Message, 0, 6, 3642, 507), // status
    // 506: v1alpha3.ResourcePoolStatusRequestSpec
    F(1, Text, 1, 6, 8304, 0), // driver
    F(2, Text, 0, 8, 9595, 0), // poolName
    F(3, Int32, 0, 5, 6805, 0), // limit
    F(4, Text, 0, 29, 466, 0), // defaultPartitionTypeAttribute
    // 507: v1alpha3.ResourcePoolStatusRequestStatus
    F(2, Message, 20, 5, 10445, 504), // pools
    F(3, Message, 20, 10, 6912, 588), // conditions
    F(6, Int32, 0, 9, 9002, 0), // poolCount
    // 508: v1alpha3.ShareableCapacityStatus
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Quantity, 0, 5, 7489, 0), // total
    F(3, Quantity, 0, 8, 4457, 0), // consumed
    F(4, Quantity, 0, 9, 3066, 0), // available
    // 509: v1alpha3.ShareableSummaryStatus
    F(1, Int32, 0, 21, 2088, 0), // fullyAvailableDevices
    F(2, Int32, 0, 25, 1002, 0), // partiallyAvailableDevices
    F(3, Message, 20, 8, 3174, 508), // capacity
    // 510: v1beta1.BasicDevice
    F(1, Message, 36, 10, 8234, 471), // attributes
    F(2, Message, 36, 8, 3174, 472), // capacity
    F(3, Message, 20, 16, 4473, 480), // consumesCounters
    F(4, Text, 0, 8, 9491, 0), // nodeName
    F(5, Message, 0, 12, 4036, 258), // nodeSelector
    F(6, Bool, 0, 8, 9251, 0), // allNodes
    F(7, Message, 20, 6, 10345, 337), // taints
    F(8, Bool, 0, 11, 7706, 0), // bindsToNode
    F(9, Text, 20, 17, 3713, 0), // bindingConditions
    F(10, Text, 20, 24, 1247, 0), // bindingFailureConditions
    F(11, Bool, 0, 24, 1175, 0), // allowMultipleAllocations
    F(14, Message, 36, 24, 1343, 492), // nodeAllocatableResources
    // 511: v1beta1.Device
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 0, 5, 10385, 510), // basic
    // 512: v1beta1.DeviceClaim
    F(1, Message, 19, 8, 9643, 513), // requests
    F(2, Message, 20, 11, 7750, 479), // constraints
    F(3, Message, 20, 6, 5189, 474), // config
    // 513: v1beta1.DeviceRequest
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 15, 5294, 0), // deviceClassName
    F(3, Message, 20, 9, 9083, 483), // selectors
    F(4, Text, 4, 14, 5834, 0), // allocationMode
    F(5, Int64, 4, 5, 600, 0), // count
    F(6, Bool, 0, 11, 7629, 0), // adminAccess
    F(7, Message, 20, 14, 6030, 514), // firstAvailable
    F(8, Message, 20, 11, 8168, 338), // tolerations
    F(9, Message, 0, 8, 3174, 465), // capacity
    F(10, Message, 20, 17, 3849, 3), // derivedAttributes
    // 514: v1beta1.DeviceSubRequest
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 15, 5294, 0), // deviceClassName
    F(3, Message, 20, 9, 9083, 483), // selectors
    F(4, Text, 4, 14, 5834, 0), // allocationMode
    F(5, Int64, 4, 5, 600, 0), // count
    F(7, Message, 20, 11, 8168, 338), // tolerations
    F(8, Message, 0, 8, 3174, 465), // capacity
    F(9, Message, 20, 17, 3849, 3), // derivedAttributes
    // 515: v1beta1.ResourceClaim
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 516), // spec
    F(3, Message, 1, 6, 3642, 497), // status
    // 516: v1beta1.ResourceClaimSpec
    F(1, Message, 1, 7, 9767, 512), // devices
    // 517: v1beta1.ResourceClaimTemplate
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 518), // spec
    // 518: v1beta1.ResourceClaimTemplateSpec
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 516), // spec
    // 519: v1beta1.ResourceSlice
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 520), // spec
    // 520: v1beta1.ResourceSliceSpec
    F(1, Text, 1, 6, 8304, 0), // driver
    F(2, Message, 1, 4, 9002, 500), // pool
    F(3, Text, 4, 8, 9491, 0), // nodeName
    F(4, Message, 0, 12, 4036, 258), // nodeSelector
    F(5, Bool, 4, 8, 9251, 0), // allNodes
    F(6, Message, 20, 7, 9767, 511), // devices
    F(7, Bool, 0, 22, 1872, 0), // perDeviceNodeSelection
    F(8, Message, 20, 14, 6380, 467), // sharedCounters
    F(9, Text, 0, 22, 1850, 0), // partitionTypeAttribute
    F(10, Text, 20, 18, 3624, 0), // skipNodeOperations
    // 521: v1.PriorityClass
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Int32, 1, 5, 5774, 0), // value
    F(3, Bool, 4, 13, 6688, 0), // globalDefault
    F(4, Text, 4, 11, 7827, 0), // description
    F(5, Text, 0, 16, 4921, 0), // preemptionPolicy
    // 522: v1alpha3.CompositeDisruptionMode
    F(1, Message, 0, 6, 10339, 35), // single
    F(2, Message, 0, 3, 437, 35), // all
    // 523: v1alpha3.CompositeGangSchedulingPolicy
    F(1, Int32, 1, 13, 6857, 0), // minGroupCount
    // 524: v1alpha3.CompositePodGroup
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 527), // spec
    F(3, Message, 1, 6, 3642, 438), // status
    // 525: v1alpha3.CompositePodGroupSchedulingConstraints
    F(1, Message, 20, 8, 1052, 536), // topology
    // 526: v1alpha3.CompositePodGroupSchedulingPolicy
    F(1, Message, 0, 5, 10385, 35), // basic
    F(2, Message, 0, 4, 10518, 523), // gang
    // 527: v1alpha3.CompositePodGroupSpec
    F(1, Text, 0, 27, 665, 0), // parentCompositePodGroupName
    F(2, Message, 3, 11, 8223, 541), // workloadRef
    F(3, Message, 1, 16, 5001, 526), // schedulingPolicy
    F(4, Message, 0, 21, 2256, 525), // schedulingConstraints
    F(5, Message, 0, 14, 6016, 522), // disruptionMode
    F(6, Text, 4, 17, 4138, 0), // priorityClassName
    F(7, Int32, 0, 8, 796, 0), // priority
    F(8, Text, 0, 16, 4921, 0), // preemptionPolicy
    // 528: v1alpha3.CompositePodGroupTemplate
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 16, 5001, 526), // schedulingPolicy
    F(3, Message, 0, 21, 2256, 525), // schedulingConstraints
    F(4, Message, 0, 14, 6016, 522), // disruptionMode
    F(5, Text, 4, 17, 4138, 0), // priorityClassName
    F(6, Int32, 0, 8, 796, 0), // priority
    F(7, Text, 0, 16, 4921, 0), // preemptionPolicy
    F(8, Message, 20, 17, 4121, 535), // podGroupTemplates
    F(9, Message, 20, 26, 692, 528), // compositePodGroupTemplates
    // 529: v1alpha3.GangSchedulingPolicy
    F(1, Int32, 1, 8, 9459, 0), // minCount
    // 530: v1alpha3.PodGroup
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 533), // spec
    F(3, Message, 1, 6, 3642, 534), // status
    // 531: v1alpha3.PodGroupResourceClaim
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 0, 17, 4223, 0), // resourceClaimName
    F(3, Text, 0, 25, 1027, 0), // resourceClaimTemplateName
    // 532: v1alpha3.PodGroupSchedulingPolicy
    F(1, Message, 0, 5, 10385, 35), // basic
    F(2, Message, 0, 4, 10518, 529), // gang
    // 533: v1alpha3.PodGroupSpec
    F(1, Text, 0, 27, 665, 0), // parentCompositePodGroupName
    F(2, Message, 0, 11, 8223, 541), // workloadRef
    F(3, Message, 1, 16, 5001, 532), // schedulingPolicy
    F(4, Message, 0, 21, 2256, 525), // schedulingConstraints
    F(5, Message, 20, 14, 6310, 531), // resourceClaims
    F(6, Message, 0, 14, 6016, 522), // disruptionMode
    F(7, Text, 4, 17, 4138, 0), // priorityClassName
    F(8, Int32, 0, 8, 796, 0), // priority
    F(9, Text, 0, 16, 4921, 0), // preemptionPolicy
    // 534: v1alpha3.PodGroupStatus
    F(1, Message, 20, 10, 6912, 588), // conditions
    F(2, Message, 20, 21, 2235, 288), // resourceClaimStatuses
    // 535: v1alpha3.PodGroupTemplate
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 1, 16, 5001, 532), // schedulingPolicy
    F(3, Message, 3, 21, 2256, 525), // schedulingConstraints
    F(4, Message, 20, 14, 6310, 531), // resourceClaims
    F(5, Message, 0, 14, 6016, 522), // disruptionMode
    F(6, Text, 4, 17, 4138, 0), // priorityClassName
    F(7, Int32, 0, 8, 796, 0), // priority
    F(8, Text, 0, 16, 4921, 0), // preemptionPolicy
    // 536: v1alpha3.TopologyConstraint
    F(1, Text, 1, 3, 948, 0), // key
    // 537: v1alpha3.TypedLocalObjectReference
    F(1, Text, 4, 8, 8723, 0), // apiGroup
    F(2, Text, 1, 4, 10526, 0), // kind
    F(3, Text, 1, 4, 4019, 0), // name
    // 538: v1alpha3.Workload
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 542), // spec
    // 539: v1alpha3.WorkloadPodGroupGangSchedulingPolicy
    F(1, Int32, 0, 8, 9459, 0), // minCount
    // 540: v1alpha3.WorkloadPodGroupSchedulingPolicy
    F(1, Message, 0, 5, 10385, 35), // basic
    F(2, Message, 0, 4, 10518, 539), // gang
    // 541: v1alpha3.WorkloadReference
    F(1, Text, 1, 12, 7573, 0), // workloadName
    F(2, Text, 1, 12, 7465, 0), // templateName
    // 542: v1alpha3.WorkloadSpec
    F(1, Message, 0, 13, 6584, 537), // controllerRef
    F(2, Message, 19, 17, 4121, 535), // podGroupTemplates
    F(3, Message, 20, 26, 692, 528), // compositePodGroupTemplates
    // 543: v1.CSIDriver
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 544), // spec
    // 544: v1.CSIDriverSpec
    F(1, Bool, 0, 14, 5848, 0), // attachRequired
    F(2, Bool, 0, 14, 6254, 0), // podInfoOnMount
    F(3, Text, 20, 20, 2740, 0), // volumeLifecycleModes
    F(4, Bool, 0, 15, 5684, 0), // storageCapacity
    F(5, Text, 0, 13, 6675, 0), // fsGroupPolicy
    F(6, Message, 20, 13, 7065, 553), // tokenRequests
    F(7, Bool, 0, 17, 4206, 0), // requiresRepublish
    F(8, Bool, 0, 12, 7393, 0), // seLinuxMount
    F(9, Int64, 0, 34, 249, 0), // nodeAllocatableUpdatePeriodSeconds
    F(10, Bool, 0, 28, 610, 0), // serviceAccountTokenInSecrets
    F(11, Bool, 0, 29, 524, 0), // preventPodSchedulingIfMissing
    // 545: v1.CSINode
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 547), // spec
    F(3, Message, 1, 6, 3642, 548), // status
    // 546: v1.CSINodeDriver
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 6, 10249, 0), // nodeID
    F(3, Text, 19, 12, 7477, 0), // topologyKeys
    F(4, Message, 0, 11, 7640, 560), // allocatable
    // 547: v1.CSINodeSpec
    F(1, Message, 19, 7, 9788, 546), // drivers
    // 548: v1.CSINodeStatus
    F(1, Message, 20, 13, 7039, 551), // storageHealth
    // 549: v1.CSIStorageCapacity
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 0, 12, 7309, 591), // nodeTopology
    F(3, Text, 1, 16, 5065, 0), // storageClassName
    F(4, Quantity, 0, 8, 3174, 0), // capacity
    F(5, Quantity, 0, 17, 3968, 0), // maximumVolumeSize
    // 550: v1.StorageClass
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Text, 1, 11, 8058, 0), // provisioner
    F(3, Text, 36, 10, 8444, 0), // parameters
    F(4, Text, 0, 13, 6935, 0), // reclaimPolicy
    F(5, Text, 20, 12, 7297, 0), // mountOptions
    F(6, Bool, 0, 20, 2360, 0), // allowVolumeExpansion
    F(7, Text, 0, 17, 4359, 0), // volumeBindingMode
    F(8, Message, 20, 17, 3696, 340), // allowedTopologies
    // 551: v1.StorageHealth
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Message, 20, 16, 4601, 552), // healthConditions
    // 552: v1.StorageHealthCondition
    F(1, Text, 1, 6, 3642, 0), // status
    F(2, Text, 1, 6, 10309, 0), // reason
    F(3, Text, 4, 7, 3985, 0), // message
    F(4, Text, 0, 10, 7596, 0), // accessMode
    F(5, Text, 0, 10, 8674, 0), // volumeMode
    F(6, Time, 1, 18, 3372, 0), // lastTransitionTime
    // 553: v1.TokenRequest
    F(1, Text, 1, 8, 8732, 0), // audience
    F(2, Int64, 0, 17, 3883, 0), // expirationSeconds
    // 554: v1.VolumeAttachment
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 556), // spec
    F(3, Message, 1, 6, 3642, 557), // status
    // 555: v1.VolumeAttachmentSource
    F(1, Text, 0, 20, 2640, 0), // persistentVolumeName
    F(2, Message, 0, 16, 4665, 274), // inlineVolumeSpec
    // 556: v1.VolumeAttachmentSpec
    F(1, Text, 1, 8, 9275, 0), // attacher
    F(2, Message, 1, 6, 158, 555), // source
    F(3, Text, 1, 8, 9491, 0), // nodeName
    // 557: v1.VolumeAttachmentStatus
    F(1, Bool, 1, 8, 9267, 0), // attached
    F(2, Text, 36, 18, 3120, 0), // attachmentMetadata
    F(3, Message, 0, 11, 7695, 559), // attachError
    F(4, Message, 0, 11, 7838, 559), // detachError
    // 558: v1.VolumeAttributesClass
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Text, 1, 10, 8304, 0), // driverName
    F(3, Text, 36, 10, 8444, 0), // parameters
    // 559: v1.VolumeError
    F(1, Time, 1, 4, 1522, 0), // time
    F(2, Text, 4, 7, 3985, 0), // message
    F(3, Int32, 0, 9, 8804, 0), // errorCode
    // 560: v1.VolumeNodeResources
    F(1, Int32, 0, 5, 600, 0), // count
    // 561: v1.StorageVersionMigration
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 562), // spec
    F(3, Message, 1, 6, 3642, 563), // status
    // 562: v1.StorageVersionMigrationSpec
    F(1, Message, 1, 8, 429, 590), // resource
    // 563: v1.StorageVersionMigrationStatus
    F(1, Message, 20, 10, 6912, 588), // conditions
    F(2, Text, 4, 15, 5594, 0), // resourceVersion
    // 564: v1.CustomResourceColumnDefinition
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 4, 2000, 0), // type
    F(3, Text, 4, 6, 10195, 0), // format
    F(4, Text, 4, 11, 7827, 0), // description
    F(5, Int32, 4, 8, 796, 0), // priority
    F(6, Text, 1, 8, 9419, 0), // jsonPath
    // 565: v1.CustomResourceConversion
    F(1, Text, 1, 8, 9675, 0), // strategy
    F(2, Message, 0, 7, 3083, 582), // webhook
    // 566: v1.CustomResourceDefinition
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 569), // spec
    F(3, Message, 1, 6, 3642, 570), // status
    // 567: v1.CustomResourceDefinitionCondition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(3, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(4, Text, 4, 6, 10309, 0), // reason
    F(5, Text, 4, 7, 3985, 0), // message
    F(6, Int64, 4, 18, 3480, 0), // observedGeneration
    // 568: v1.CustomResourceDefinitionNames
    F(1, Text, 1, 6, 10279, 0), // plural
    F(2, Text, 4, 8, 9667, 0), // singular
    F(3, Text, 20, 10, 8584, 0), // shortNames
    F(4, Text, 1, 4, 10526, 0), // kind
    F(5, Text, 4, 8, 9427, 0), // listKind
    F(6, Text, 20, 10, 8254, 0), // categories
    // 569: v1.CustomResourceDefinitionSpec
    F(1, Text, 1, 5, 2540, 0), // group
    F(3, Message, 1, 5, 4019, 568), // names
    F(4, Text, 1, 5, 7026, 0), // scope
    F(7, Message, 19, 8, 9715, 571), // versions
    F(9, Message, 0, 10, 1271, 565), // conversion
    F(10, Bool, 4, 21, 2214, 0), // preserveUnknownFields
    // 570: v1.CustomResourceDefinitionStatus
    F(1, Message, 19, 10, 6912, 567), // conditions
    F(2, Message, 1, 13, 6506, 568), // acceptedNames
    F(3, Text, 19, 14, 6394, 0), // storedVersions
    F(4, Int64, 4, 18, 3480, 0), // observedGeneration
    // 571: v1.CustomResourceDefinitionVersion
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Bool, 1, 6, 3482, 0), // served
    F(3, Bool, 1, 7, 4291, 0), // storage
    F(4, Message, 0, 6, 9740, 574), // schema
    F(5, Message, 0, 12, 7441, 573), // subresources
    F(6, Message, 20, 24, 1127, 564), // additionalPrinterColumns
    F(7, Bool, 4, 10, 1295, 0), // deprecated
    F(8, Text, 0, 18, 3228, 0), // deprecationWarning
    F(9, Message, 20, 16, 5017, 580), // selectableFields
    // 572: v1.CustomResourceSubresourceScale
    F(1, Text, 1, 16, 5049, 0), // specReplicasPath
    F(2, Text, 1, 18, 3642, 0), // statusReplicasPath
    F(3, Text, 0, 17, 3917, 0), // labelSelectorPath
    // 573: v1.CustomResourceSubresources
    F(1, Message, 0, 6, 3642, 35), // status
    F(2, Message, 0, 5, 6324, 572), // scale
    // 574: v1.CustomResourceValidation
    F(1, Message, 0, 15, 5474, 576), // openAPIV3Schema
    // 575: v1.ExternalDocumentation
    F(1, Text, 4, 11, 7827, 0), // description
    F(2, Text, 4, 3, 10585, 0), // url
    // 576: v1.JSONSchemaProps
    F(1, Text, 4, 2, 1479, 0), // id
    F(2, Text, 4, 7, 9739, 0), // $schema
    F(3, Text, 0, 4, 10490, 0), // $ref
    F(4, Text, 4, 11, 7827, 0), // description
    F(5, Text, 4, 4, 2000, 0), // type
    F(6, Text, 4, 6, 10195, 0), // format
    F(7, Text, 4, 5, 10475, 0), // title
    F(8, RawJson, 0, 7, 466, 0), // default
    F(9, Double, 0, 7, 3968, 0), // maximum
    F(10, Bool, 4, 16, 4553, 0), // exclusiveMaximum
    F(11, Double, 0, 7, 9949, 0), // minimum
    F(12, Bool, 4, 16, 4569, 0), // exclusiveMinimum
    F(13, Int64, 0, 9, 8930, 0), // maxLength
    F(14, Int64, 0, 9, 8939, 0), // minLength
    F(15, Text, 4, 7, 4104, 0), // pattern
    F(16, Int64, 0, 8, 9435, 0), // maxItems
    F(17, Int64, 0, 8, 9467, 0), // minItems
    F(18, Bool, 4, 11, 8190, 0), // uniqueItems
    F(19, Double, 0, 10, 8414, 0), // multipleOf
    F(20, RawJson, 20, 4, 10506, 0), // enum
    F(21, Int64, 0, 13, 6844, 0), // maxProperties
    F(22, Int64, 0, 13, 6870, 0), // minProperties
    F(23, Text, 20, 8, 95, 0), // required
    F(24, SchemaOrList, 0, 5, 10415, 577), // items
    F(25, Message, 20, 5, 10375, 576), // allOf
    F(26, Message, 20, 5, 10430, 576), // oneOf
    F(27, Message, 20, 5, 10380, 576), // anyOf
    F(28, Message, 0, 3, 1093, 576), // not
    F(29, Message, 36, 10, 8484, 576), // properties
    F(30, SchemaOrBool, 0, 20, 2340, 578), // additionalProperties
    F(31, Message, 36, 17, 4104, 576), // patternProperties
    F(32, SchemaOrStrings, 36, 12, 7213, 579), // dependencies
    F(33, SchemaOrBool, 0, 15, 5129, 578), // additionalItems
    F(34, Message, 36, 11, 7816, 576), // definitions
    F(35, Message, 0, 12, 7237, 575), // externalDocs
    F(36, RawJson, 0, 7, 9816, 0), // example
    F(37, Bool, 4, 8, 9515, 0), // nullable
    F(38, Bool, 0, 36, 213, 0), // x-kubernetes-preserve-unknown-fields
    F(39, Bool, 4, 30, 407, 0), // x-kubernetes-embedded-resource
    F(40, Bool, 4, 26, 900, 0), // x-kubernetes-int-or-string
    F(41, Text, 20, 26, 926, 0), // x-kubernetes-list-map-keys
    F(42, Text, 0, 22, 1982, 0), // x-kubernetes-list-type
    F(43, Text, 0, 21, 2319, 0), // x-kubernetes-map-type
    F(44, Message, 20, 24, 1463, 581), // x-kubernetes-validations
    // 577: v1.JSONSchemaPropsOrArray
    F(1, Message, 0, 6, 5483, 576), // Schema
    F(2, Message, 16, 11, 7585, 576), // JSONSchemas
    // 578: v1.JSONSchemaPropsOrBool
    F(1, Bool, 0, 6, 10117, 0), // Allows
    F(2, Message, 0, 6, 5483, 576), // Schema
    // 579: v1.JSONSchemaPropsOrStringArray
    F(1, Message, 0, 6, 5483, 576), // Schema
    F(2, Text, 16, 8, 9235, 0), // Property
    // 580: v1.SelectableField
    F(1, Text, 1, 8, 9419, 0), // jsonPath
    // 581: v1.ValidationRule
    F(1, Text, 1, 4, 10460, 0), // rule
    F(2, Text, 4, 7, 3985, 0), // message
    F(3, Text, 4, 17, 3985, 0), // messageExpression
    F(4, Text, 0, 6, 10309, 0), // reason
    F(5, Text, 4, 9, 8831, 0), // fieldPath
    F(6, Bool, 0, 15, 5504, 0), // optionalOldSelf
    // 582: v1.WebhookConversion
    F(2, Message, 0, 12, 7165, 27), // clientConfig
    F(3, Text, 19, 24, 1271, 0), // conversionReviewVersions
    // 583: v1beta1.CustomResourceColumnDefinition
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Text, 1, 4, 2000, 0), // type
    F(3, Text, 4, 6, 10195, 0), // format
    F(4, Text, 4, 11, 7827, 0), // description
    F(5, Int32, 4, 8, 796, 0), // priority
    F(6, Text, 1, 8, 9227, 0), // JSONPath
    // 584: v1beta1.CustomResourceConversion
    F(1, Text, 1, 8, 9675, 0), // strategy
    F(2, Message, 0, 19, 3083, 27), // webhookClientConfig
    F(3, Text, 20, 24, 1271, 0), // conversionReviewVersions
    // 585: v1beta1.CustomResourceDefinition
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 586), // spec
    F(3, Message, 1, 6, 3642, 570), // status
    // 586: v1beta1.CustomResourceDefinitionSpec
    F(1, Text, 1, 5, 2540, 0), // group
    F(2, Text, 4, 7, 1274, 0), // version
    F(3, Message, 1, 5, 4019, 568), // names
    F(4, Text, 1, 5, 7026, 0), // scope
    F(5, Message, 0, 10, 1476, 574), // validation
    F(6, Message, 0, 12, 7441, 573), // subresources
    F(7, Message, 20, 8, 9715, 587), // versions
    F(8, Message, 20, 24, 1127, 583), // additionalPrinterColumns
    F(9, Message, 0, 10, 1271, 584), // conversion
    F(10, Bool, 0, 21, 2214, 0), // preserveUnknownFields
    F(11, Message, 20, 16, 5017, 580), // selectableFields
    // 587: v1beta1.CustomResourceDefinitionVersion
    F(1, Text, 1, 4, 4019, 0), // name
    F(2, Bool, 1, 6, 3482, 0), // served
    F(3, Bool, 1, 7, 4291, 0), // storage
    F(4, Message, 0, 6, 9740, 574), // schema
    F(5, Message, 0, 12, 7441, 573), // subresources
    F(6, Message, 20, 24, 1127, 583), // additionalPrinterColumns
    F(7, Bool, 4, 10, 1295, 0), // deprecated
    F(8, Text, 0, 18, 3228, 0), // deprecationWarning
    F(9, Message, 20, 16, 5017, 580), // selectableFields
    // 588: v1.Condition
    F(1, Text, 1, 4, 2000, 0), // type
    F(2, Text, 1, 6, 3642, 0), // status
    F(3, Int64, 4, 18, 3480, 0), // observedGeneration
    F(4, Time, 1, 18, 3372, 0), // lastTransitionTime
    F(5, Text, 1, 6, 10309, 0), // reason
    F(6, Text, 1, 7, 3985, 0), // message
    // 589: v1.DeleteOptions
    F(1, Int64, 0, 18, 3336, 0), // gracePeriodSeconds
    F(2, Message, 0, 13, 6909, 597), // preconditions
    F(3, Bool, 0, 16, 4873, 0), // orphanDependents
    F(4, Text, 0, 17, 4172, 0), // propagationPolicy
    F(5, Text, 20, 6, 10165, 0), // dryRun
    F(6, Bool, 0, 48, 0, 0), // ignoreStoreReadErrorWithClusterBreakingPotential
    // 590: v1.GroupResource
    F(1, Text, 1, 5, 2540, 0), // group
    F(2, Text, 1, 8, 429, 0), // resource
    // 591: v1.LabelSelector
    F(1, Text, 36, 11, 7937, 0), // matchLabels
    F(2, Message, 20, 16, 4793, 259), // matchExpressions
    // 592: v1.ListMeta
    F(1, Text, 4, 8, 9659, 0), // selfLink
    F(2, Text, 4, 15, 5594, 0), // resourceVersion
    F(3, Text, 4, 8, 9315, 0), // continue
    F(4, Int64, 0, 18, 3516, 0), // remainingItemCount
    F(5, Message, 0, 9, 9092, 598), // shardInfo
    // 593: v1.ManagedFieldsEntry
    F(1, Text, 4, 7, 9921, 0), // manager
    F(2, Text, 4, 9, 8434, 0), // operation
    F(3, Text, 4, 10, 7673, 0), // apiVersion
    F(4, Time, 0, 4, 1522, 0), // time
    F(6, Text, 4, 10, 8324, 0), // fieldsType
    F(7, RawJson, 0, 8, 9363, 0), // fieldsV1
    F(8, Text, 4, 11, 7441, 0), // subresource
    // 594: v1.ObjectMeta
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Text, 4, 12, 7261, 0), // generateName
    F(3, Text, 4, 9, 4019, 0), // namespace
    F(4, Text, 4, 8, 9659, 0), // selfLink
    F(5, Text, 4, 3, 10582, 0), // uid
    F(6, Text, 4, 15, 5594, 0), // resourceVersion
    F(7, Int64, 4, 10, 8374, 0), // generation
    F(8, Time, 4, 17, 3798, 0), // creationTimestamp
    F(9, Time, 0, 17, 3832, 0), // deletionTimestamp
    F(10, Int64, 0, 26, 744, 0), // deletionGracePeriodSeconds
    F(11, Text, 36, 6, 10231, 0), // labels
    F(12, Text, 36, 11, 7651, 0), // annotations
    F(13, Message, 20, 15, 5519, 595), // ownerReferences
    F(14, Text, 20, 10, 8344, 0), // finalizers
    F(17, Message, 20, 13, 6831, 593), // managedFields
    // 595: v1.OwnerReference
    F(1, Text, 1, 4, 10526, 0), // kind
    F(3, Text, 1, 4, 4019, 0), // name
    F(4, Text, 1, 3, 10582, 0), // uid
    F(5, Text, 1, 10, 7673, 0), // apiVersion
    F(6, Bool, 0, 10, 718, 0), // controller
    F(7, Bool, 0, 18, 3156, 0), // blockOwnerDeletion
    // 596: v1.PartialObjectMetadata
    F(1, Message, 1, 8, 9451, 594), // metadata
    // 597: v1.Preconditions
    F(1, Text, 0, 3, 10582, 0), // uid
    F(2, Text, 0, 15, 5594, 0), // resourceVersion
    // 598: v1.ShardInfo
    F(1, Text, 1, 8, 9083, 0), // selector
    // 599: v1.Status
    F(1, Message, 1, 8, 9451, 592), // metadata
    F(2, Text, 4, 6, 3642, 0), // status
    F(3, Text, 4, 7, 3985, 0), // message
    F(4, Text, 4, 6, 10309, 0), // reason
    F(5, Message, 0, 7, 9760, 601), // details
    F(6, Int32, 4, 4, 10498, 0), // code
    // 600: v1.StatusCause
    F(1, Text, 4, 6, 10309, 0), // reason
    F(2, Text, 4, 7, 3985, 0), // message
    F(3, Text, 4, 5, 243, 0), // field
    // 601: v1.StatusDetails
    F(1, Text, 4, 4, 4019, 0), // name
    F(2, Text, 4, 5, 2540, 0), // group
    F(3, Text, 4, 4, 10526, 0), // kind
    F(4, Message, 20, 6, 10135, 600), // causes
    F(5, Int32, 4, 17, 4240, 0), // retryAfterSeconds
    F(6, Text, 4, 3, 10582, 0), // uid
    // 602: v1.APIService
    F(1, Message, 1, 8, 9451, 594), // metadata
    F(2, Message, 1, 4, 5049, 603), // spec
    F(3, Message, 1, 6, 3642, 604), // status
    // 603: v1.APIServiceSpec
    F(1, Message, 0, 7, 610, 605), // service
    F(2, Text, 4, 5, 2540, 0), // group
    F(3, Text, 4, 7, 1274, 0), // version
    F(4, Bool, 4, 21, 2130, 0), // insecureSkipTLSVerify
    F(5, Bytes, 4, 8, 9291, 0), // caBundle
    F(7, Int32, 1, 20, 2540, 0), // groupPriorityMinimum
    F(8, Int32, 1, 15, 5789, 0), // versionPriority
    // 604: v1.APIServiceStatus
    F(1, Message, 20, 10, 6912, 39), // conditions
    // 605: v1.ServiceReference
    F(1, Text, 4, 9, 4019, 0), // namespace
    F(2, Text, 4, 4, 4019, 0), // name
    F(3, Int32, 0, 4, 2971, 0), // port
];

pub(super) static NAMES: &str = "\
ignoreStoreReadErrorWithClusterBreakingPotentialpreferredDuringSchedulingIgnoredDuringExecutionrequiredDuringS\
chedulingIgnoredDuringExecutionnodeAllocatableResourceClaimStatusespersistentVolumeClaimRetentionPolicyx-kuber\
netes-preserve-unknown-fieldsnodeAllocatableUpdatePeriodSecondscurrentVolumeAttributesClassNamecurrentCPUUtili\
zationPercentagetargetVolumeAttributesClassNametargetCPUUtilizationPercentagex-kubernetes-embedded-resourceall\
ocateLoadBalancerNodePortsdefaultPartitionTypeAttributepersistentVolumeReclaimPolicypreventPodSchedulingIfMiss\
ingterminationGracePeriodSecondsautomountServiceAccountTokenserviceAccountTokenInSecretsextendedResourceClaimS\
tatusparentCompositePodGroupNamecompositePodGroupTemplatescontrollerPublishSecretRefdeletionGracePeriodSeconds\
ephemeralContainerStatusespriorityLevelConfigurationstabilizationWindowSecondssuccessfulJobsHistoryLimitunheal\
thyPodEvictionPolicyx-kubernetes-int-or-stringx-kubernetes-list-map-keysallocatedResourceStatusescontrollerExp\
andSecretRefpartiallyAvailableDevicesresourceClaimTemplateNametopologySpreadConstraintsunverifiedUserAnnotatio\
nsvolumeAttributesClassNameadditionalPrinterColumnsallocatedResourcesStatusallowMultipleAllocationsallowPrivil\
egeEscalationassuredConcurrencySharesbindingFailureConditionsconversionReviewVersionsdeprecatedFirstTimestampl\
oadBalancerSourceRangesnodeAllocatableResourcesnominalConcurrencySharespublishNotReadyAddressessupplementalGro\
upsPolicyterminationMessagePolicyx-kubernetes-validationsadmissionReviewVersionscontainerRuntimeVersiondepreca\
tedLastTimestampdisableResizePreemptionlastPhaseTransitionTimeparameterNotFoundActionprogressDeadlineSecondsre\
cursiveReadOnlyMountsstartingDeadlineSecondsttlSecondsAfterFinisheduncountedTerminatedPodscurrentNumberSchedul\
eddesiredNumberScheduledexpectedCompletionTimefailedJobsHistoryLimitgmsaCredentialSpecNamepartitionTypeAttribu\
teperDeviceNodeSelectionreadOnlyRootFilesystemrunningInUserNamespaceterminationMessagePathupdatedNumberSchedul\
edx-kubernetes-list-typeactiveDeadlineSecondsborrowingLimitPercentcommonEncodingVersionexternalTrafficPolicyfu\
llyAvailableDevicesinitContainerStatusesinsecureSkipTLSVerifyinternalTrafficPolicymatchLabelExpressionsnonReso\
urceAttributespreserveUnknownFieldsresourceClaimStatusesschedulingConstraintssessionAffinityConfigshareProcess\
Namespacex-kubernetes-map-typeadditionalPropertiesallowVolumeExpansionawsElasticBlockStorebackoffLimitPerIndex\
certificateChainPathclusterRoleSelectorscredentialBundlePathexcludeResourceRulesextendedResourceNamefullyLabel\
edReplicasgroupPriorityMinimumleaseDurationSecondsmaxExpirationSecondsmaxLimitRequestRationodePublishSecretRef\
persistentVolumeNamephotonPersistentDiskpodReplacementPolicyrevisionHistoryLimitvolumeClaimTemplatesvolumeLife\
cycleModesallocationTimestampcompatibilityGroupsdistinguisherMethodephemeralContainersexpirationTimestampfsGro\
upChangePolicyhealthCheckNodePortinitialDelaySecondsnodeExpandSecretRefpodManagementPolicypodPreemptionPolicyr\
eportingControllerseLinuxChangePolicytargetContainerNameterminatingReplicastrafficDistributionunavailableRepli\
caswebhookClientConfigapplyConfigurationattachmentMetadataaverageUtilizationblockOwnerDeletioncapacityMultipli\
erclusterTrustBundledeprecatedTopologydeprecationWarningdisruptionsAllowedenableServiceLinksendpointsNamespace\
evictionRespondersexpressionWarningsgracePeriodSecondslastSuccessfulTimelastTransitionTimematchingPrecedencemo\
difyVolumeStatusnodeAffinityPolicynodeStageSecretRefnumberMisscheduledobservedGenerationreinvocationPolicyrema\
iningItemCountreportingComponentresourceAttributesresourceSliceCountrestartPolicyRulesserviceAccountNameskipNo\
deOperationsstatusReplicasPathtemplateGenerationunavailableDevicesallowedTopologiesbindingConditionschapAuthDi\
scoveryconcurrencyPolicycontainerResourcecontainerStatusescreationTimestampdecodableVersionsdeletionTimestampd\
erivedAttributesdistinctAttributeexpirationSecondsgcePersistentDisklabelSelectorPathlastHeartbeatTimeloadBalan\
cerClassmaximumVolumeSizemessageExpressionmismatchLabelKeysnamespaceSelectornodeSelectorTermsnominatedNodeName\
notReadyAddressesnumberUnavailablepatternPropertiespodGroupTemplatespriorityClassNameproofOfPossessionpropagat\
ionPolicyreportingInstancerequiresRepublishresourceClaimNameretryAfterSecondsserviceAccountUIDsetHostnameAsFQD\
NstoragePolicyNamestubPKCS10RequesttolerationSecondsvalidationActionsvolumeBindingModewhenUnsatisfiableallocat\
edDevicesauditAnnotationsbindMountOptionscompletedIndexesconsumedCapacityconsumesCountersdeclaredFeaturesdepre\
catedSourcedeviceMultiplieremulationVersionexclusiveMaximumexclusiveMinimumfailureThresholdhealthConditionshos\
tnameOverrideimagePullSecretsingressClassNameinlineVolumeSpeckubeProxyVersionkubeletConfigKeylastObservedTimel\
astScheduleTimeleaseTransitionslocalhostProfilematchConstraintsmatchExpressionsmaxFailedIndexesmountPropagatio\
nnodeTaintsPolicynonResourceRulesorphanDependentspartitionSummarypodFailurePolicypreemptionPolicyprotectionDom\
ainqueueLengthLimitresourceFieldRefruntimeClassNameschedulingPolicyselectableFieldsshareableSummaryspecReplica\
sPathstorageClassNamesucceededIndexessuccessThresholdtargetRespondersadditionalItemsaggregationRuleappArmorPro\
filechapAuthSessionconfigMapKeyRefcurrentReplicascurrentRevisiondaemonEndpointsdeprecatedCountdescribedObjectd\
esiredReplicasdeviceClassNameencodingVersionevaluationErrorhardwareAddressimagePullPolicykubeletEndpointlendab\
lePercentmatchConditionsminReadySecondsnonResourceURLsnumberAvailableonPodConditionsopenAPIV3SchemaoperatingSy\
stemoptionalOldSelfownerReferencespodAffinityTermpodAntiAffinitypreferredHolderrequestMappingsresourceVersionr\
untimeHandlersschedulingGatesschedulingGroupsecretNamespacesecurityContextstorageCapacitystoragePolicyIDstorag\
eVersionsupdatedReplicasuserAnnotationsvalidationErrorvalueExpressionversionPriorityvolumeNamespacevolumesAtta\
chedallocationModeattachRequiredbeginRefreshAtboundObjectRefcollisionCountcompletionModecompletionTimecurrentH\
ealthycurrentMetricsdefaultBackenddefaultRequestdesiredHealthydeviceSelectordisruptionModefirstAvailablefirstT\
imestampholderIdentityinitContainersinvolvedObjectipFamilyPolicyiscsiInterfacekubeletVersionlastUpdateTimeload\
BalancerIPmanualSelectormatchAttributematchResourcesmaxUnavailableobjectSelectorpodCertificatepodInfoOnMountpo\
rtworxVolumereadinessGatesreadinessProberesourceClaimsscaleTargetRefseLinuxOptionsseccompProfileservedVersions\
sharedCountersstoredVersionssucceededCounttargetSelectortimeoutSecondsupdateRevisionupdateStrategyuserNamespac\
eswindowsOptionsacceptedNamesauthenticatedbinaryVersionconditionTypecontainerNamecontainerPortcontrollerRefdat\
aSourceRefdeleteOptionsdisruptedPodsfailedIndexesfailurePolicyfieldSelectorfsGroupPolicyglobalDefaultheartbeat\
TimeinitiatorNameinterfaceNamekernelVersionlastKnownGoodlastProbeTimelastScaleTimelastTimestamplimitResponseli\
venessProbemanagedFieldsmaxPropertiesminGroupCountminPropertiesperiodSecondspkixPublicKeypreconditionsreadyRep\
licasreclaimPolicyrequestPolicyresourceNamesresourceRulesrollingUpdaterunAsUserNameschedulerNamescopeSelectors\
torageHealthsuccessPolicytokenRequestsunschedulablevolumeDevicesvsphereVolumearchitectureattestationsaverageVa\
luecapabilitiesclientConfigclusterScopeconfigMapRefconfigSourcedependenciesexpectedPodsexternalDocsexternalNam\
egenerateNamehealthStatusminAvailablemountOptionsnodeTopologyperContainerpodGroupNamerequirementsresizePolicyr\
estartCountrunAsNonRootseLinuxMountsecretKeyRefselectPolicystartupProbesubresourcestargetPortaltemplateNametop\
ologyKeystotalDevicestypeCheckingvolumeHandlevolumeHealthvolumeMountsvolumeStatusvolumesInUseworkloadNameJSONS\
chemasaccessModesacquireTimeaddressTypeadminAccessallocatableannotationsapiServerIDapiVersionsappProtocolattac\
hErrorbindsToNodecachingModecapacityKeycompletionsconstraintscontainerIDdatasetNamedatasetUUIDdefaultModedefau\
ltUserdefinitionsdescriptiondetachErrordownwardAPIexternalIPshostAliaseshostNetworkhostProcesshttpHeadersjobTe\
mplatematchFieldsmatchLabelsmatchPolicymaxReplicasminReplicasnameserversnetworkDatanumberReadyonExitCodesparal\
lelismpodSelectorpolicyTypesprovisionerrawSelectorrequestNamereservedForserviceNameservicePortsideEffectsstora\
geModestoragePoolsubPathExprtolerationstrustBundleuniqueItemsvalidValueswhenDeletedworkloadRefattributesbinary\
DatacategoriesclusterIPscontainerscounterSetdevicePathdriverNameexternalIDfieldsTypefileKeyReffinalizersfinish\
edAtflexVolumegenerationincompleteipFamiliesminDomainsmultipleOfnamespacesoperationsparameterspolicyNameprefer\
enceprivilegedpropertiesproviderIDpullPolicyrepositoryrequestersresourceIDrespondersrollbackTorunAsGroupsecret\
FileshortNamessignerNamesslEnabledstopSignalstringDatasystemUUIDtargetWWNsterminatedvalidRangevolumeModevolume\
PathwhenScaledworkingDiraddressesapiGroupsaudiencesazureDiskazureFileclaimNamecomponentdirectorydnsConfigdnsPo\
licyerrorCodeeventTimeexitCodesfieldPathglusterfshostUsershostnamesimmutablejsonPatchlastStateleaseNamelifecyc\
lemachineIDmanagedBymaxLengthminLengthmountPathmutationsnotBeforeparamKindparentRefpatchTypepoolCountpostStart\
procMountprojectedregardingrenewTimescaleDownscopeNamesecretRefselectorsshardInfoshareNamesizeBytessizeLimitst\
artTimestartedAtstdinOncestorageossubdomaintargetReftcpSockettimeAddedtolerancevalueFromvariablesJSONPathPrope\
rtyaffinityallNodesassignedattachedattacherbehaviorcaBundleclaimRefclientIPcontinuecountersdiskNameemptyDirfea\
turesfieldReffieldsV1forNodesforZoneshandSizehostPathhostPortimageRefjsonPathlistKindmaxItemsmaxSurgemetadatam\
inCountminItemsmonitorsnodeInfonodeNamenodePortnotAfternullableoperatorordinalsoverheadparamRefpathTypepingTim\
epodCIDRspodFixedpoliciespoolNameprotocolqosClassquantityregistryreplicasrequestssearchesselfLinksingularstrat\
egysubjectstimeZoneuserInfousernameversionsvolumeIDwebhooks$schemabackendcommanddetailsdevicesdiskURIdivisordr\
iversendPortenvFromexactlyexampleflockergatewaygitRepohandlerhostIPChostIPshostPIDhttpGetimageIDipBlockkeyPath\
keyTypekeyringlimitedmanagermappingmaxSkewmetricsminimumnodeUIDoptionsosImagepodNameportalspreStopqueuingquoby\
terelatedresultsroleRefscaleIOscaleUpsecondssecretsservingshareIDstringssubsetssuspendsysctlswaitingwarningAll\
owsactionbootIDcausescephfscinderclaimsdenieddryRuneffectegressexceptexemptformatfsTypegroupsimagesintentipMod\
elabelslimitsmediumnodeIDopaquepausedpdNameperPodpluralpodIPspodUIDprefixqueuesreasonschemescopesseriessignals\
ingletaintstenantusagesvaluesweightallOfanyOfbasicboolscidrsextrahintshostsitemslevellinuxoneOfpathsphasepools\
portsrangerulessleepstatetitleverbswwids$refargscodedropenumexecfromganggrpckindmodenotepdIDpodsstepswapzonece\
lgidipsiqnlunnfsrbdttyuidurl\
";
