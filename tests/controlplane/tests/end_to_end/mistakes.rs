//! Mistakes in the description of a type, as the real server answers them: `wait_for_sync` names the fix.

use std::time::Duration;

use futures::StreamExt as _;
use kube::{Api, api::PostParams, core::ObjectMeta};
use reflector_runtime::{
    InitialListStrategy, ListerWatcher as _, Reason, Reflect, SyncError,
    list_watch::{NoDecodedObjects, ReadVersion, WatchKind, WatchRequest},
};
use serde::Deserialize;

use crate::{kinds::Widget, shared, widget};

/// A `ConfigMap` without `namespaced`.
#[derive(Clone, Debug, Deserialize, Reflect)]
#[reflect(version = "v1", kind = "ConfigMap", no_aliases)]
struct ClusterScopedConfigMap {
    metadata: ObjectMeta,
}

/// A kind that is spelled differently from the server's. (Metadata alone would not show the kind.)
#[derive(Clone, Debug, Deserialize, Reflect)]
#[reflect(version = "v1", kind = "configmap", plural = "configmaps", namespaced, no_aliases)]
struct LowerCaseConfigMap {
    metadata: ObjectMeta,
    #[serde(default)]
    #[allow(dead_code, reason = "so that whole objects are requested")]
    immutable: bool,
}

/// A group that the server does not know: it answers with plain text.
#[derive(Clone, Debug, Deserialize, Reflect)]
#[reflect(group = "unknown.example.com", version = "v1", kind = "Thing", namespaced, no_aliases)]
struct UnknownGroup {
    metadata: ObjectMeta,
}

fn reason(error: &SyncError) -> Reason {
    match error {
        SyncError::Failed { reason, .. } => *reason,
        other => panic!("{other}"),
    }
}

const STRATEGIES: [InitialListStrategy; 2] = [InitialListStrategy::WatchList, InitialListStrategy::List];

#[tokio::test]
async fn a_type_without_its_scope_is_an_error() {
    let Some((_, client)) = shared("wrong-scope").await else { return };
    for strategy in STRATEGIES {
        let informer =
            ClusterScopedConfigMap::informer(client.clone()).initial_list_strategy(strategy).start();
        let error = informer.wait_for_sync().await.unwrap_err();
        assert_eq!(reason(&error), Reason::UnexpectedResponse, "{strategy:?}: {error}");
        assert!(error.to_string().contains("add `namespaced`"), "{strategy:?}: {error}");
    }
}

#[tokio::test]
async fn a_kind_in_another_spelling_is_an_error() {
    let Some((_, client)) = shared("wrong-kind").await else { return };
    for strategy in STRATEGIES {
        let informer = LowerCaseConfigMap::informer(client.clone()).initial_list_strategy(strategy).start();
        let error = informer.wait_for_sync().await.unwrap_err();
        assert_eq!(reason(&error), Reason::UnexpectedResponse, "{strategy:?}: {error}");
        assert!(error.to_string().contains("ConfigMap"), "{strategy:?}: {error}");
    }
}

#[tokio::test]
async fn a_group_that_is_not_served_is_an_error() {
    let Some((_, client)) = shared("unknown-group").await else { return };
    let error = UnknownGroup::informer(client).start().wait_for_sync().await.unwrap_err();
    assert_eq!(reason(&error), Reason::NotFound, "{error}");
    let text = error.to_string();
    assert!(text.contains("things.unknown.example.com") && !text.contains("proxy"), "{text}");
}

/// kubernetes/kubernetes#135452. The reflector sends a probe after such a watch.
#[tokio::test]
async fn a_watch_from_a_version_of_the_future_is_silent() {
    let Some((_, client)) = shared("future").await else { return };
    let widgets: Api<Widget> = Api::namespaced(client.clone(), "future");
    let created = widgets.create(&PostParams::default(), &widget("a", "red")).await.unwrap();
    let version: u64 = created.metadata.resource_version.unwrap_or_default().parse().unwrap();
    let request = WatchRequest {
        resource_version: ReadVersion::NotOlderThan((version + 1_000_000).to_string()),
        kind: WatchKind::Changes,
        timeout: Duration::from_secs(5),
    };
    let lister_watcher = Widget::lister_watcher(client);
    let mut watch = lister_watcher.watch(request, std::sync::Arc::new(NoDecodedObjects)).await.unwrap();
    widgets.create(&PostParams::default(), &widget("b", "red")).await.unwrap();
    assert!(watch.next().await.is_none(), "neither an event nor a bookmark nor an error");
}
