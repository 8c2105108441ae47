//! kube's pluralization rules: if `plural` is not set, the derive and kube must produce the same plural.

/// The plural that `#[derive(CustomResource)]` generates from a singular: `to_plural` of kube-derive 5,
/// `custom_resource/mod.rs`. It has no irregular words.
pub(crate) fn of_custom_resource(singular: &str) -> String {
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| singular.ends_with(end)) {
        return format!("{singular}es");
    }
    if let Some(stem) = singular.strip_suffix('y') {
        // kube finds the preceding letter by byte offset. Kinds are ASCII, so the result is the same.
        if stem.chars().next_back().is_some_and(|before| !"aeiou".contains(before)) {
            return format!("{stem}ies");
        }
    }
    format!("{singular}s")
}

/// The plural of any kind, including built-in kinds: `to_plural` of kube-core 5, `discovery/mod.rs`.
pub(crate) fn of_kind(kind: &str) -> String {
    let singular = kind.to_ascii_lowercase();
    match singular.as_str() {
        "endpoints" => singular,
        "nodemetrics" => "nodes".to_owned(),
        "podmetrics" => "pods".to_owned(),
        _ => of_custom_resource(&singular),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_match_kube() {
        for (singular, plural) in [
            ("widget", "widgets"),
            ("bus", "buses"),
            ("box", "boxes"),
            ("quiz", "quizes"),
            ("branch", "branches"),
            ("mesh", "meshes"),
            ("policy", "policies"),
            ("gateway", "gateways"),
            ("foot", "foots"),
            ("y", "ys"),
        ] {
            assert_eq!(of_custom_resource(singular), plural);
        }
    }

    /// The kinds in kube-core's `test_to_plural_native` to which one of the rules applies.
    #[test]
    fn built_in_kinds_have_the_expected_plurals() {
        for (kind, plural) in [
            ("APIService", "apiservices"),
            ("ComponentStatus", "componentstatuses"),
            ("ConfigMap", "configmaps"),
            ("CSIStorageCapacity", "csistoragecapacities"),
            ("Endpoints", "endpoints"),
            ("EndpointSlice", "endpointslices"),
            ("IngressClass", "ingressclasses"),
            ("NetworkPolicy", "networkpolicies"),
            ("NodeMetrics", "nodes"),
            ("PodMetrics", "pods"),
            ("Pod", "pods"),
            ("StorageClass", "storageclasses"),
        ] {
            assert_eq!(of_kind(kind), plural);
        }
    }
}
