//! A set of informers: typed and dynamic kinds, and many at once.

use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{ConfigMap, Namespace, Node, Pod, Secret, Service, ServiceAccount},
    rbac::v1::{ClusterRole, Role},
};
use kube::{
    Api,
    core::{ApiResource, GroupVersionKind},
};
use reflector_runtime::{InformerSet, SetError};

use crate::{
    create,
    kinds::{Gadget, Widget},
    shared,
};

#[tokio::test]
async fn kinds_of_one_set_are_synced_together_and_missing_ones_are_listed() {
    let Some((_, client)) = shared("set").await else { return };
    let widgets: Api<Widget> = Api::namespaced(client.clone(), "set");
    create(&widgets, "w1", "red").await;
    let set = InformerSet::new(client);
    let in_namespace = set.get_with::<Widget>(|widgets| widgets.namespace("set")).unwrap();
    let again = set.get_with::<Widget>(|widgets| widgets.namespace("set")).unwrap();
    let gadgets = set.get::<Gadget>().unwrap();
    let kind = GroupVersionKind::gvk("e2e.example.com", "v1", "Widget");
    let resource = ApiResource::from_gvk_with_plural(&kind, "widgets");
    let dynamic = set.get_dynamic_with(&resource, |widgets| widgets.namespace("set")).unwrap();
    let builtin = (
        set.get_resource::<Namespace>().unwrap(),
        set.get_resource::<Node>().unwrap(),
        set.get_resource::<ClusterRole>().unwrap(),
        set.get_resource::<Deployment>().unwrap(),
        set.get_resource_with::<Secret>(|secrets| secrets.namespaces(["set", "default"])).unwrap(),
    );
    set.wait_for_sync().await.unwrap();
    assert_eq!((in_namespace.lister().len(), again.lister().len(), dynamic.lister().len()), (1, 1, 1));
    assert!(builtin.0.lister().get("set").is_some() && builtin.2.lister().len() > 10);
    assert!(set.health().is_synced(), "{}", set.health());
    assert_eq!(set.health().kinds.len(), 8);
    assert!(gadgets.is_synced());

    let missing = GroupVersionKind::gvk("e2e.example.com", "v1", "Missing");
    let missing = set.get_dynamic(&ApiResource::from_gvk_with_plural(&missing, "missings")).unwrap();
    let error = set.wait_for_sync().await.unwrap_err();
    assert_eq!((error.missing, error.informers), (1, 9), "{error}");
    assert!(error.to_string().contains("install the CRD `missings.e2e.example.com`"), "{error}");
    drop(missing);
    set.shutdown().await;
    assert_eq!(set.get::<Gadget>().unwrap_err(), SetError::Stopped);
}

#[tokio::test]
async fn two_hundred_informers_start_at_once() {
    let Some((_, client)) = shared("set-many").await else { return };
    let set = InformerSet::new(client);
    let mut users: Vec<Box<dyn std::any::Any + Send>> = Vec::new();
    for number in 0..40 {
        let labels = format!("number={number}");
        users.push(Box::new(set.get_resource_with::<Pod>(|pods| pods.labels(&labels)).unwrap()));
        users.push(Box::new(set.get_resource_with::<ConfigMap>(|maps| maps.labels(&labels)).unwrap()));
        users.push(Box::new(set.get_resource_with::<Service>(|services| services.labels(&labels)).unwrap()));
        users.push(Box::new(set.get_resource_with::<ServiceAccount>(|users| users.labels(&labels)).unwrap()));
        users.push(Box::new(set.get_resource_with::<Role>(|roles| roles.labels(&labels)).unwrap()));
    }
    set.wait_for_sync().await.unwrap();
    assert_eq!(set.health().kinds.len(), 200);
    assert!(set.health().is_synced(), "{}", set.health());
    set.shutdown().await;
}
