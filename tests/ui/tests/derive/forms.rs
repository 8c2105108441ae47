//! The three forms of the derive, and the resource type that each generates.

use kube::{CustomResource, Resource, core::ObjectMeta};
use reflector_runtime::{ClusterScoped, Namespaced, Reflect, Scope, ScopeMarker};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drift::assert_agrees;

/// Checks that the scope as a value matches the scope as a type.
fn assert_scope<K: Reflect<Scope = S>, S: ScopeMarker>(scope: Scope) {
    assert_eq!(<K as Reflect>::resource_type().scope(), scope);
    assert_eq!(S::SCOPE, scope);
}

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1beta1", kind = "Rack")]
#[kube(root = "RackObject", plural = "racks-of-it", shortname = "r")]
struct RackSpec {
    height: u32,
}

#[test]
fn alongside_custom_resource() {
    assert_agrees::<RackObject>();
    assert_scope::<RackObject, ClusterScoped>(Scope::Cluster);
    let resource_type = <RackObject as Reflect>::resource_type();
    assert_eq!(resource_type.to_string(), "racks-of-it.example.com/v1beta1");
    let rack = RackObject::new("r1", RackSpec { height: 42 });
    assert_eq!(resource_type.metadata(&rack).name.as_deref(), Some("r1"));
    let _: Option<RackObjectLister> = None;
}

/// kube accepts specs that are not structs with named fields, and so does the derive.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Choice", namespaced)]
#[reflect(index(by_itself = spec))]
enum ChoiceSpec {
    This,
    That,
}

impl std::fmt::Display for ChoiceSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Wrapper", schema = "disabled")]
#[reflect(index(by_value = spec.0))]
struct WrapperSpec(String);

#[test]
fn a_spec_may_be_an_enum_or_a_tuple() {
    assert_agrees::<Choice>();
    assert_agrees::<Wrapper>();
    let mut found = Vec::new();
    for spec in [ChoiceSpec::This, ChoiceSpec::That] {
        Choice::BY_ITSELF.values(&Choice::new("c", spec), &mut |value| found.push(value.to_owned()));
    }
    Wrapper::BY_VALUE.values(&Wrapper::new("w", WrapperSpec("x".into())), &mut |value| {
        found.push(value.to_owned());
    });
    assert_eq!(found, ["This", "That", "x"]);
}

/// A partial view of a large type.
#[derive(Reflect, Clone, Debug, Deserialize)]
#[reflect(version = "v1", kind = "Pod", namespaced)]
struct PodView {
    metadata: ObjectMeta,
    spec: PodViewSpec,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodViewSpec {
    node_name: Option<String>,
}

#[test]
fn on_a_root_struct() {
    assert_agrees::<PodView>();
    assert_scope::<PodView, Namespaced>(Scope::Namespaced);
    let resource_type = <PodView as Reflect>::resource_type();
    assert_eq!(resource_type.path(Some("a")), "/api/v1/namespaces/a/pods");
    let json = serde_json::json!({"metadata": {"name": "p"}, "spec": {"nodeName": "n"}});
    let mut pod: PodView = serde_json::from_value(json).unwrap();
    assert_eq!(resource_type.metadata(&pod).name.as_deref(), Some("p"));
    assert_eq!(pod.spec.node_name.as_deref(), Some("n"));
    pod.meta_mut().name = Some("q".into());
    assert_eq!(pod.meta().name.as_deref(), Some("q"));
}

/// The kind and plural are derived from the struct's name. The group and version are set.
#[derive(Reflect, Clone, Debug, Deserialize)]
#[reflect(group = "networking.k8s.io", version = "v1")]
struct IngressClass {
    metadata: ObjectMeta,
}

#[test]
fn the_kind_defaults_to_the_name_of_the_root() {
    assert_agrees::<IngressClass>();
    assert_eq!(
        <IngressClass as Reflect>::resource_type().path(None),
        "/apis/networking.k8s.io/v1/ingressclasses"
    );
    assert_scope::<IngressClass, ClusterScoped>(Scope::Cluster);
}

/// `kube::Resource` is implemented by the user.
#[derive(Reflect, Clone, Debug, Deserialize)]
#[reflect(version = "v1", kind = "ConfigMap", namespaced, no_resource)]
struct Settings {
    metadata: ObjectMeta,
}

impl Resource for Settings {
    type DynamicType = ();
    type Scope = Namespaced;
    fn kind((): &()) -> std::borrow::Cow<'_, str> {
        "ConfigMap".into()
    }
    fn group((): &()) -> std::borrow::Cow<'_, str> {
        "".into()
    }
    fn version((): &()) -> std::borrow::Cow<'_, str> {
        "v1".into()
    }
    fn plural((): &()) -> std::borrow::Cow<'_, str> {
        "configmaps".into()
    }
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

#[test]
fn a_resource_may_be_implemented_by_hand() {
    assert_agrees::<Settings>();
}

#[derive(CustomResource, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Gadget", namespaced)]
#[kube(derive = "Reflect", attr = "reflect(index(by_color = spec.color, by_name = metadata.name))")]
struct GadgetSpec {
    color: String,
}

#[test]
fn on_the_root_that_kube_generates() {
    assert_agrees::<Gadget>();
    assert_scope::<Gadget, Namespaced>(Scope::Namespaced);
    let resource_type = <Gadget as Reflect>::resource_type();
    assert!(std::ptr::eq(resource_type, <Gadget as Reflect>::resource_type()), "built only once");
    let gadget = Gadget::new("g", GadgetSpec { color: "red".into() });
    let mut found = Vec::new();
    for index in [Gadget::BY_COLOR, Gadget::BY_NAME] {
        index.values(&gadget, &mut |value| {
            found.push(format!("{}={value}", index.name()));
        });
    }
    assert_eq!(found, ["by_color=red", "by_name=g"]);
    let names: Vec<_> = resource_type.indexes().map(reflector_runtime::AnyIndex::name).collect();
    assert_eq!(names, ["by_color", "by_name"]);
    let _: Option<GadgetLister> = None;
}

/// kube's other derive, `Resource`, also implements `kube::Resource` for a root.
#[derive(Resource, Reflect, Clone, Debug, Deserialize)]
#[resource(inherit = k8s_openapi::api::core::v1::Secret)]
struct SecretNames {
    metadata: ObjectMeta,
}

#[test]
fn on_a_root_that_inherits_its_resource() {
    assert_agrees::<SecretNames>();
    assert_scope::<SecretNames, Namespaced>(Scope::Namespaced);
}
