//! The initial list and the watch events after it.

use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::{
    Api,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use reflector_runtime::{Index, Informer, InitialListStrategy};
use serde_json::json;

use crate::{
    create, eventually,
    kinds::{Gadget, GadgetSpec, Widget, WidgetInformer, WidgetLister},
    next,
    recorded::recorded,
    shared, widget,
};

#[tokio::test]
async fn creates_updates_and_deletes_are_delivered() {
    let Some((control_plane, client)) = shared("follow").await else { return };
    let (watching, requests) = recorded(control_plane).await;
    for initial_list_strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let widgets: Api<Widget> = Api::namespaced(client.clone(), "follow");
        create(&widgets, "w1", "red").await;
        let informer: WidgetInformer = Widget::informer(watching.clone())
            .namespace("follow")
            .initial_list_strategy(initial_list_strategy)
            .start();
        informer.wait_for_sync().await.unwrap();
        let streamed = requests.take().iter().any(|query| query.contains("sendInitialEvents=true"));
        assert_eq!(streamed, initial_list_strategy == InitialListStrategy::WatchList);
        let lister: WidgetLister = informer.lister();
        let mut events = informer.subscribe();
        assert_eq!(next(&mut events).await, "Added w1 red");
        create(&widgets, "w2", "red").await;
        assert_eq!(next(&mut events).await, "Added w2 red");
        let blue = Patch::Merge(json!({ "spec": { "color": "blue", "parts": [{ "image": "nginx" }] } }));
        widgets.patch("w1", &PatchParams::default(), &blue).await.unwrap();
        assert_eq!(next(&mut events).await, "Updated w1 red->blue");
        let running = Patch::Merge(json!({ "status": { "phase": "Running" } }));
        widgets.patch_status("w1", &PatchParams::default(), &running).await.unwrap();
        assert_eq!(next(&mut events).await, "Updated w1 blue->blue");
        assert_eq!(lister.by_index(Widget::BY_COLOR, "red").len(), 1);
        assert_eq!(lister.by_index(Widget::BY_IMAGE, "nginx").len(), 1);
        assert_eq!(lister.by_index(Widget::BY_PHASE, "Running").len(), 1);
        let w1 = lister.get("follow", "w1").unwrap();
        assert_eq!(w1.metadata.managed_fields.as_deref(), Some(&[][..]), "stripped before decoding");
        for name in ["w1", "w2"] {
            widgets.delete(name, &DeleteParams::default()).await.unwrap();
            assert_eq!(next(&mut events).await, format!("Deleted {name}"));
        }
        assert!(lister.is_empty());
        informer.shutdown().await;
    }
}

#[tokio::test]
async fn two_thousand_objects_are_cached_with_every_initial_list_strategy() {
    const OBJECTS: usize = 2000;
    let Some((control_plane, client)) = shared("many").await else { return };
    let widgets: Api<Widget> = Api::namespaced(client.clone(), "many");
    let creations = (0..OBJECTS).map(|number| {
        let widgets = widgets.clone();
        async move {
            let color = if number % 10 == 0 { "red" } else { "blue" };
            widgets.create(&PostParams::default(), &widget(&format!("w{number:04}"), color)).await
        }
    });
    let created = futures::stream::StreamExt::buffer_unordered(futures::stream::iter(creations), 16);
    futures::TryStreamExt::try_collect::<Vec<_>>(created).await.unwrap();
    let (client, requests) = recorded(control_plane).await;
    for initial_list_strategy in
        [InitialListStrategy::PagedList, InitialListStrategy::List, InitialListStrategy::WatchList]
    {
        let informer = Widget::informer(client.clone())
            .namespace("many")
            .initial_list_strategy(initial_list_strategy)
            .page_size(300)
            .start();
        informer.wait_for_sync().await.unwrap();
        assert_eq!(informer.lister().len(), OBJECTS, "{initial_list_strategy:?}");
        assert_eq!(informer.lister().by_index(Widget::BY_COLOR, "red").len(), OBJECTS / 10);
        let sent = requests.take();
        let count = |part: &str| sent.iter().filter(|query| query.contains(part)).count();
        let (pages, further) = (count("limit=300"), count("continue="));
        let (streamed, watched) = (count("sendInitialEvents=true"), count("watch=true"));
        let seen = (pages, further, streamed, watched);
        match initial_list_strategy {
            InitialListStrategy::PagedList => assert_eq!(seen, (OBJECTS.div_ceil(300), 6, 0, 1), "{sent:?}"),
            // The server responds from its watch cache and ignores the limit.
            InitialListStrategy::List => assert_eq!(seen, (1, 0, 0, 1), "{sent:?}"),
            InitialListStrategy::WatchList => assert_eq!(seen, (0, 0, 1, 1), "{sent:?}"),
        }
        informer.shutdown().await;
    }
}

#[tokio::test]
async fn the_lister_of_a_cluster_scoped_kind_gets_objects_by_name() {
    let Some((_, client)) = shared("scoped").await else { return };
    let gadgets: Api<Gadget> = Api::all(client.clone());
    for (name, size) in [("small", 1), ("big", 10)] {
        gadgets.create(&PostParams::default(), &Gadget::new(name, GadgetSpec { size })).await.unwrap();
    }
    let informer = Gadget::informer(client.clone()).start();
    informer.wait_for_sync().await.unwrap();
    let lister = informer.lister();
    assert_eq!(lister.get("big").unwrap().spec.size, 10);
    assert_eq!(lister.by_index(Gadget::BY_SIZE, &1).len(), 1);
    let namespaces = Informer::<Namespace>::builder(client).start();
    namespaces.wait_for_sync().await.unwrap();
    assert!(namespaces.lister().get("kube-system").is_some());
}

#[tokio::test]
async fn pods_need_no_derive() {
    const BY_NODE: Index<Pod> = Index::new("by_node", |pod, values| {
        if let Some(node) = pod.spec.as_ref().and_then(|spec| spec.node_name.as_ref()) {
            values.push(node);
        }
    });
    let Some((_, client)) = shared("pods").await else { return };
    let informer =
        Informer::<Pod>::builder(client.clone()).namespace("pods").labels("app=web").index(BY_NODE).start();
    informer.wait_for_sync().await.unwrap();
    let pods: Api<Pod> = Api::namespaced(client, "pods");
    for (name, app) in [("web-1", "web"), ("db-1", "db")] {
        let pod = json!({
            "metadata": { "name": name, "labels": { "app": app } },
            "spec": { "nodeName": "node-7", "containers": [{ "name": "c", "image": "i" }] },
        });
        pods.create(&PostParams::default(), &serde_json::from_value(pod).unwrap()).await.unwrap();
    }
    let lister = informer.lister();
    eventually("the pod is in the cache", || lister.get("pods", "web-1").is_some()).await;
    assert_eq!(lister.by_index(BY_NODE, "node-7").len(), 1, "the other pod does not match the selector");
    // The pod no longer matches the selector, so it is removed from this cache.
    let moved = Patch::Merge(json!({ "metadata": { "labels": { "app": "other" } } }));
    pods.patch("web-1", &PatchParams::default(), &moved).await.unwrap();
    eventually("the pod is removed from the cache", || lister.is_empty()).await;
}
