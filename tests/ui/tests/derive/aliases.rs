//! Which aliases are generated, and their names.

use kube::core::ObjectMeta;
use reflector_runtime::{ClusterScoped, Informer, KubeListerWatcher, Lister, Namespaced, Reflect};

/// Compiles only if both arguments have the same type.
fn assert_same_type<T>(_: Option<T>, _: Option<T>) {}

#[derive(Reflect, Clone, Debug)]
#[reflect(version = "v1", namespaced)]
struct Default1 {
    metadata: ObjectMeta,
}

#[test]
fn aliases_are_named_after_the_struct() {
    assert_same_type(None::<Default1ListerWatcher>, None::<KubeListerWatcher<Default1>>);
    assert_same_type(None::<Default1Informer>, None::<Informer<Default1, Namespaced>>);
    assert_same_type(None::<Default1Lister>, None::<Lister<Default1, Namespaced>>);
}

#[derive(Reflect, Clone, Debug)]
#[reflect(version = "v1", kind = "Node")]
#[reflect(informer = "LiveNodes", lister = "Nodes", lister_watcher = "RemoteNodes")]
struct NodeView {
    metadata: ObjectMeta,
}

#[test]
fn aliases_can_be_renamed() {
    assert_same_type(None::<RemoteNodes>, None::<KubeListerWatcher<NodeView>>);
    assert_same_type(None::<LiveNodes>, None::<Informer<NodeView, ClusterScoped>>);
    assert_same_type(None::<Nodes>, None::<Lister<NodeView, ClusterScoped>>);
}

#[derive(Reflect, Clone, Debug)]
#[reflect(version = "v1", kind = "Node", no_aliases)]
struct Bare {
    metadata: ObjectMeta,
}

/// Would collide with the aliases if they were generated.
struct BareInformer;
struct BareLister;
struct BareListerWatcher;

#[test]
fn aliases_can_be_disabled() {
    let _ = (BareInformer, BareLister, BareListerWatcher);
    let _ = <Bare as Reflect>::resource_type();
}
