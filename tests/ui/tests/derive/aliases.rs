//! The aliases: which there are, and under what names.

use kube::core::ObjectMeta;
use reflector_runtime::{ClusterScoped, Informer, KubeListerWatcher, Lister, Namespaced, Reflect};

/// Compiles where both are one type.
fn same<T>(_: Option<T>, _: Option<T>) {}

#[derive(Reflect, Clone, Debug)]
#[reflect(version = "v1", namespaced)]
struct Default1 {
    metadata: ObjectMeta,
}

#[test]
fn aliases_carry_the_structs_name() {
    same(None::<Default1ListerWatcher>, None::<KubeListerWatcher<Default1>>);
    same(None::<Default1Informer>, None::<Informer<Default1, Namespaced>>);
    same(None::<Default1Lister>, None::<Lister<Default1, Namespaced>>);
}

#[derive(Reflect, Clone, Debug)]
#[reflect(version = "v1", kind = "Node")]
#[reflect(informer = "LiveNodes", lister = "Nodes", lister_watcher = "RemoteNodes")]
struct NodeView {
    metadata: ObjectMeta,
}

#[test]
fn aliases_can_be_renamed() {
    same(None::<RemoteNodes>, None::<KubeListerWatcher<NodeView>>);
    same(None::<LiveNodes>, None::<Informer<NodeView, ClusterScoped>>);
    same(None::<Nodes>, None::<Lister<NodeView, ClusterScoped>>);
}

#[derive(Reflect, Clone, Debug)]
#[reflect(version = "v1", kind = "Node", no_aliases)]
struct Bare {
    metadata: ObjectMeta,
}

/// Would collide with the aliases, were there any.
struct BareInformer;
struct BareLister;
struct BareListerWatcher;

#[test]
fn aliases_can_be_left_out() {
    let _ = (BareInformer, BareLister, BareListerWatcher);
    let _ = <Bare as Reflect>::resource_type();
}
