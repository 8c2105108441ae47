//! Typed handles of labels and selectable fields, with the embedded API server.

use k8s_openapi::api::core::v1::Pod;
use kube::core::ObjectMeta;
use reflector_apiserver::{ApiServer, Verb};
use reflector_runtime::{Informer, Label, Reflect, SelectableField};
use serde::Deserialize;
use serde_json::json;

/// A view of pods, with a field that Kubernetes selects by.
#[derive(Reflect, Deserialize)]
#[reflect(version = "v1", kind = "Pod", namespaced, selectable = "spec.nodeName", label(app = "app"))]
struct PodView {
    metadata: ObjectMeta,
}

fn server() -> ApiServer {
    let server = ApiServer::builder().seed(7).build();
    for (name, node, app) in [("a", "n1", "web"), ("b", "n2", "web"), ("c", "n1", "db")] {
        let pod = json!({
            "metadata": { "name": name, "labels": { "app": app } },
            "spec": { "nodeName": node, "containers": [{ "name": "main", "image": "x" }] },
        });
        server.create("v1", "pods", Some("default"), pod).expect("created");
    }
    server
}

#[tokio::test(start_paused = true)]
async fn the_server_selects_by_the_handles() {
    const APP: Label<Pod> = Label::new("app");
    let server = server();
    let here = SelectableField::<Pod>::SPEC_NODE_NAME.equals("n1");
    let other = SelectableField::METADATA_NAME.not_equals("c");
    let namespace = SelectableField::METADATA_NAMESPACE.equals("default");
    let pods = Informer::<Pod>::builder(server.client()).fields(here.and(other).and(namespace)).start();
    pods.wait_for_sync().await.unwrap();
    assert_eq!(pods.lister().len(), 1);
    assert_eq!(
        pods.lister().get("default", "a").unwrap().spec.as_ref().unwrap().node_name.as_deref(),
        Some("n1")
    );

    let web = Informer::<Pod>::builder(server.client()).labels(APP.equals("web").unwrap()).index(APP).start();
    web.wait_for_sync().await.unwrap();
    assert_eq!(web.lister().len(), 2);
    assert_eq!(web.lister().by_index(APP, "web").len(), 2);
    assert!(web.lister().by_index(APP, "db").is_empty());

    server.clear_requests();
    let views = PodView::informer(server.client())
        .fields(PodView::SPEC_NODE_NAME.equals("n1"))
        .labels(PodView::LABEL_APP.not_equals("web").unwrap())
        .start();
    views.wait_for_sync().await.unwrap();
    let found: Vec<_> = views.lister().list().iter().map(|pod| pod.metadata.name.clone()).collect();
    assert_eq!(found, [Some("c".to_owned())]);
    // Without the index, a look-up examines every object.
    assert_eq!(views.lister().by_index(PodView::LABEL_APP, "db").len(), 1);
    assert!(server.requests().iter().any(|request| request.is(Verb::Watch, "pods")));
}

/// What the handles prevent.
#[tokio::test(start_paused = true)]
async fn a_text_with_another_field_is_rejected_by_the_server() {
    let server = server();
    let pods = Informer::<Pod>::builder(server.client()).fields("spec.priority=1").start();
    let error = pods.wait_for_sync().fail_fast().await.unwrap_err();
    assert!(error.to_string().contains("field label not supported: spec.priority"), "{error}");
}
