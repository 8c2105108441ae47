//! How the lists of built-in types are merged, from the tags of their Go structs.

/// How a list is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// As a whole: it is replaced.
    Atomic,
    /// By value.
    Set,
    /// By key. Strategic merge uses one key, server-side apply may use several.
    Map { merge_key: &'static str, keys: &'static [&'static str] },
}

const fn by(merge_key: &'static str, keys: &'static [&'static str]) -> ListKind {
    ListKind::Map { merge_key, keys }
}

const NAME: ListKind = by("name", &["name"]);
const TYPE: ListKind = by("type", &["type"]);
const PORTS: ListKind = by("containerPort", &["containerPort", "protocol"]);
const MOUNTS: ListKind = by("mountPath", &["mountPath"]);

/// Paths below a pod's spec.
const POD_SPEC: &[(&str, ListKind)] = &[
    ("containers", NAME),
    ("initContainers", NAME),
    ("ephemeralContainers", NAME),
    ("volumes", NAME),
    ("imagePullSecrets", NAME),
    ("hostAliases", by("ip", &["ip"])),
    ("topologySpreadConstraints", by("topologyKey", &["topologyKey", "whenUnsatisfiable"])),
    ("readinessGates", ListKind::Atomic),
    ("tolerations", ListKind::Atomic),
];
/// Paths below a container.
const CONTAINER: &[(&str, ListKind)] = &[
    ("env", NAME),
    ("ports", PORTS),
    ("volumeMounts", MOUNTS),
    ("volumeDevices", by("devicePath", &["devicePath"])),
];
/// Paths below any object.
const COMMON: &[(&str, ListKind)] =
    &[("metadata.finalizers", ListKind::Set), ("metadata.ownerReferences", by("uid", &["uid"]))];

/// How the list at this path (without indexes) in an object of this built-in kind is merged.
pub(crate) fn list_kind(kind: &str, path: &str) -> ListKind {
    let find = |table: &[(&str, ListKind)], path: &str| {
        table.iter().find(|(at, _)| *at == path).map(|(_, kind)| *kind)
    };
    if let Some(found) = find(COMMON, path) {
        return found;
    }
    if let Some(below) = path.strip_prefix(pod_spec(kind)) {
        let container = ["containers.", "initContainers.", "ephemeralContainers."]
            .iter()
            .find_map(|prefix| find(CONTAINER, below.strip_prefix(prefix)?));
        return container.or_else(|| find(POD_SPEC, below)).unwrap_or(ListKind::Atomic);
    }
    match (kind, path) {
        ("Service", "spec.ports") => by("port", &["port", "protocol"]),
        (
            "Deployment" | "Pod" | "Node" | "Namespace" | "Service" | "CustomResourceDefinition",
            "status.conditions",
        )
        | ("Node", "status.addresses") => TYPE,
        ("Node", "spec.podCIDRs") | ("Namespace", "spec.finalizers") => ListKind::Set,
        ("Node", "spec.taints") => by("key", &["key", "effect"]),
        ("ServiceAccount", "secrets") => NAME,
        _ => ListKind::Atomic,
    }
}

/// The path prefix of the pod spec in this kind; for other kinds a prefix that no path has.
fn pod_spec(kind: &str) -> &'static str {
    match kind {
        "Pod" => "spec.",
        "Deployment" => "spec.template.spec.",
        _ => "\0",
    }
}
