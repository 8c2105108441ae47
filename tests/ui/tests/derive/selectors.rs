//! Handles of labels and of fields by which the API server selects.

use k8s_openapi::api::core::v1::Pod;
use kube::{CustomResource, CustomResourceExt as _, core::ObjectMeta};
use reflector_runtime::{Label, Reflect, SelectableField, TypedIndex as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", namespaced)]
#[kube(selectable = ".spec.color", selectable = ".spec.nodeName")]
#[reflect(label(app = "app.kubernetes.io/name", tier = "tier"))]
#[serde(rename_all = "camelCase")]
struct WidgetSpec {
    color: String,
    node_name: String,
}

#[derive(Reflect)]
#[reflect(
    version = "v1",
    kind = "Pod",
    namespaced,
    selectable = "spec.nodeName",
    selectable = ".status.podIPs"
)]
#[reflect(label(r#type = "type"))]
struct PodView {
    metadata: ObjectMeta,
}

/// A kind of a CRD: its fields are not known here.
#[derive(Reflect)]
#[reflect(group = "gateway.networking.k8s.io", version = "v1", selectable = "spec.gatewayClassName")]
struct Gateway {
    metadata: ObjectMeta,
}

#[derive(CustomResource, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(
    group = "example.com",
    version = "v1",
    kind = "Gadget",
    selectable = ".spec.color",
    derive = "Reflect"
)]
#[kube(attr = r#"reflect(selectable = ".spec.color", label(app = "app"))"#)]
struct GadgetSpec {
    color: String,
}

#[test]
fn the_constants_are_named_after_the_paths() {
    let widgets = Widget::SPEC_COLOR.equals("red").and(Widget::SPEC_NODE_NAME.not_equals("n1"));
    assert_eq!(widgets.to_string(), "spec.color=red,spec.nodeName!=n1");
    assert_eq!(PodView::SPEC_NODE_NAME.path(), SelectableField::<Pod>::SPEC_NODE_NAME.path());
    assert_eq!(PodView::STATUS_POD_IPS.path(), "status.podIPs");
    assert_eq!(Gateway::SPEC_GATEWAY_CLASS_NAME.path(), "spec.gatewayClassName");
    assert_eq!(Gadget::SPEC_COLOR.path(), "spec.color");
    assert_eq!(SelectableField::<Gateway>::METADATA_NAME.path(), "metadata.name");
    assert_eq!(SelectableField::<Widget>::METADATA_NAMESPACE.path(), "metadata.namespace");
    let _ = Gateway { metadata: ObjectMeta::default() };
}

#[test]
fn the_handles_are_the_selectable_fields_of_the_crd() {
    let fields = Widget::crd().spec.versions.remove(0).selectable_fields.unwrap_or_default();
    let paths: Vec<String> = fields.into_iter().map(|field| field.json_path).collect();
    assert_eq!(paths, [Widget::SPEC_COLOR, Widget::SPEC_NODE_NAME].map(|field| format!(".{}", field.path())));
}

#[test]
fn a_label_makes_selectors_and_is_an_index() -> Result<(), reflector_runtime::SelectorError> {
    let selector = Widget::LABEL_APP.is_in(["web", "api"])?.and(Widget::LABEL_TIER.does_not_exist());
    assert_eq!(selector.to_string(), "app.kubernetes.io/name in (web,api),!tier");
    assert!(Widget::LABEL_APP.equals("a,b").is_err(), "the API server rejects this value");
    let _: [Label<Gadget>; 1] = [Gadget::LABEL_APP];
    let labels = [("type".to_owned(), "a".to_owned())].into();
    let pod = PodView { metadata: ObjectMeta { labels: Some(labels), ..ObjectMeta::default() } };
    let mut found = Vec::new();
    PodView::LABEL_TYPE.values(&pod, &mut |value| found.push(value.to_owned()));
    assert_eq!((PodView::LABEL_TYPE.name(), found), ("type", vec!["a".to_owned()]));
    Ok(())
}
