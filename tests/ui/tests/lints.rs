//! Generated code triggers no lints in the user's crate, even if many lints are enabled.

#![deny(
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_lifetimes,
    unused_results,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    redundant_imports,
    redundant_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    non_local_definitions,
    nonstandard_style,
    future_incompatible,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::cargo
)]
// These concern the dependencies.
#![allow(clippy::multiple_crate_versions, clippy::cargo_common_metadata)]
#![forbid(unsafe_code)]

// Generated code could use these imports to shorten paths. Lints about that must not reach the user.
use kube::{CustomResource, Resource, core::ObjectMeta};
use reflector_runtime::{
    ClusterScoped, Index, Informer, KubeListerWatcher, Lister, Namespaced, Reflect, ResourceType,
    ResourceTypeParts, Scope,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", namespaced, status = "WidgetStatus")]
#[reflect(index(by_color = spec.color, by_part = spec.parts[].image, by_phase = status?.phase))]
#[reflect(index(by_maker = spec.parts[].maker?, by_size = spec.size))]
struct WidgetSpec {
    color: String,
    size: u8,
    parts: Vec<Part>,
}

/// A part.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
struct Part {
    image: String,
    maker: Option<String>,
}

/// A status.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
struct WidgetStatus {
    phase: String,
}

/// Unused, like its aliases and indexes.
#[derive(Reflect, Clone, Debug)]
#[reflect(version = "v1", kind = "Node", index(by_name = metadata.name, by_label = metadata.labels?))]
struct NodeView {
    metadata: ObjectMeta,
}

#[derive(CustomResource, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Gadget", derive = "Reflect")]
#[kube(attr = "reflect(index(by_color = spec.color))")]
struct GadgetSpec {
    color: String,
}

/// Public items of a library, which must have documentation.
pub mod library {
    use super::{ObjectMeta, Reflect};

    /// A public view.
    #[derive(Reflect, Clone, Debug)]
    #[reflect(version = "v1", kind = "Pod", namespaced, index(by_name = metadata.name))]
    pub struct PodView {
        /// Its metadata.
        pub metadata: ObjectMeta,
    }
}

/// Uses the imports, so that they cause no unrelated `unused` warnings.
#[test]
fn generated_code_triggers_no_lints() {
    const BY_HAND: Index<NodeView> = Index::new("by_hand", |node, values| {
        values.push(&node.metadata.name.is_some());
    });
    const RESOURCE_TYPE: &ResourceType<NodeView> = &ResourceType::new(ResourceTypeParts {
        group: "",
        version: "v1",
        kind: "Node",
        plural: "nodes",
        scope: Scope::Cluster,
        metadata: |node| &node.metadata,
        clone: Some(Clone::clone),
        indexes: &[&BY_HAND],
    });
    type All = (
        Option<Informer<NodeView, ClusterScoped>>,
        Option<Lister<Widget, Namespaced>>,
        Option<KubeListerWatcher<Gadget>>,
    );
    let all: All = (None, None, None);
    assert!(all.0.is_none());
    assert_eq!(RESOURCE_TYPE.to_string(), <NodeView as Reflect>::resource_type().to_string());
    assert_eq!(<Widget as Resource>::plural(&()), "widgets");
    assert_eq!(<Gadget as Reflect>::resource_type().plural(), "gadgets");
    assert_eq!(<library::PodView as Reflect>::resource_type().plural(), "pods");
}
