//! Every kind of generated item in a module without the prelude, and a test of each. The tests of several editions contain
//! this module. They declare the runtime as `renamed`.

#[no_implicit_prelude]
mod handles;

use k8s_openapi::{
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
    apimachinery::pkg::apis::meta::v1::OwnerReference,
};
use kube::core::ObjectMeta;
use renamed::{Index, IndexKey, InformerBuilder, Namespaced, Reflect};

use self::handles::{Gadget, Item, PodView, Widget, WidgetV1};

/// The same CRD as in `bare-gadgets.yaml`.
fn gadgets_crd() -> CustomResourceDefinition {
    let crd = serde_json::json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "gadgets.example.com" },
        "spec": {
            "group": "example.com",
            "scope": "Cluster",
            "names": { "plural": "gadgets", "singular": "gadget", "kind": "Gadget" },
            "versions": [{
                "name": "v1",
                "served": true,
                "storage": true,
                "schema": { "openAPIV3Schema": { "type": "object" } },
            }],
        },
    });
    serde_json::from_value(crd).expect("a CRD")
}

fn widget() -> Widget {
    let owner = OwnerReference { controller: Some(true), uid: "u1".to_owned(), ..OwnerReference::default() };
    let metadata = ObjectMeta {
        name: Some("w".to_owned()),
        labels: Some([("app".to_owned(), "web".to_owned())].into()),
        owner_references: Some(vec![owner]),
        ..ObjectMeta::default()
    };
    let items = Some(vec![Item { name: "a".to_owned() }, Item { name: "b".to_owned() }]);
    Widget { metadata, items, color: "red".to_owned(), sizes: vec![3, 4] }
}

/// The values of an index, in the order of the object.
fn values<K, V: IndexKey + ?Sized>(index: Index<K, V>, object: &K) -> Vec<V::Owned> {
    let mut found = Vec::new();
    index.values(object, &mut |value| found.push(value.to_owned()));
    found
}

#[test]
fn every_kind_of_index_works() {
    let widget = widget();
    assert_eq!(values(Widget::BY_NAME, &widget), ["w"]);
    assert_eq!(values(Widget::BY_ITEM, &widget), ["a", "b"]);
    assert_eq!(values(Widget::BY_LABEL, &widget), ["app"]);
    assert_eq!(values(Widget::BY_APP, &widget), ["web"]);
    assert_eq!(values(Widget::BY_COLOR, &widget), ["red"]);
    assert_eq!(values(Widget::BY_SIZE, &widget), [3, 4]);
    assert_eq!(values(Widget::BY_PAIR, &widget), [("w".to_owned(), "red".to_owned())]);
    assert_eq!(values(Widget::BY_TYPED_PAIR, &widget), [("red".to_owned(), 3), ("red".to_owned(), 4)]);
    assert_eq!(values(Widget::BY_LENGTH, &widget), [2]);
    assert_eq!(values(Widget::BY_FIRST, &widget), ["3"]);
    assert_eq!(values(Widget::BY_BORROWED, &widget), ["red"]);
    assert_eq!(values(Widget::BY_OWNER, &widget), ["u1"]);
    assert_eq!(Widget::resource_type().indexes().count(), 12);
    let uid = ObjectMeta { uid: Some("u2".to_owned()), ..ObjectMeta::default() };
    assert_eq!(values(Gadget::BY_UID, &Gadget { metadata: uid }), ["u2"]);
}

#[test]
fn selectable_fields_and_labels_work() {
    assert_eq!(Widget::SPEC_COLOR.equals("red").to_string(), "spec.color=red");
    assert_eq!(Widget::SPEC_NODE_NAME.path(), "spec.nodeName");
    assert_eq!(PodView::SPEC_NODE_NAME.path(), "spec.nodeName");
    assert_eq!(Gadget::SPEC_COLOR.path(), "spec.color");
    assert_eq!((Widget::LABEL_APP.key(), Widget::LABEL_TYPE.key()), ("app", "a/type"));
    assert_eq!(Gadget::LABEL_APP.equals("web").unwrap().to_string(), "app=web");
    assert!(PodView::resource_type().is_metadata_only());
    let _ = PodView { metadata: ObjectMeta::default() };
}

#[test]
fn two_versions_of_a_kind_are_defined() {
    let older = Widget::resource_type().clone().with_version("v1").unwrap();
    assert_eq!(older.to_string(), WidgetV1::resource_type().to_string());
    let old = WidgetV1 { metadata: ObjectMeta::default(), colour: "red".to_owned() };
    assert_eq!(Widget::from(old).color, "red");
    let _: Option<(handles::OldInformer, handles::OldLister, handles::OldListerWatcher)> = None;
    let _: Option<(handles::WidgetInformer, handles::WidgetLister, handles::WidgetListerWatcher)> = None;
    let _: fn(kube::Client) -> InformerBuilder<Widget, Namespaced> = Widget::informer;
}
