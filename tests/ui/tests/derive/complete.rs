//! The complete example from the design document.

use std::sync::Arc;

use kube::CustomResource;
use reflector_runtime::Reflect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", namespaced, status = "WidgetStatus")]
#[reflect(index(by_color = spec.color), index(by_node = spec.node_name))]
pub struct WidgetSpec {
    pub color: String,
    pub node_name: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct WidgetStatus {
    pub phase: String,
}

#[test]
fn the_resource_type_matches_the_attributes() {
    let resource_type = <Widget as Reflect>::resource_type();
    assert_eq!(resource_type.group(), "example.com");
    assert_eq!(resource_type.version(), "v1");
    assert_eq!(resource_type.kind(), "Widget");
    assert_eq!(resource_type.plural(), "widgets");
    assert_eq!(resource_type.scope(), reflector_runtime::Scope::Namespaced);
    let indexes: Vec<_> = resource_type.indexes().map(reflector_runtime::AnyIndex::name).collect();
    assert_eq!(indexes, ["by_color", "by_node"]);
    assert!(std::ptr::eq(resource_type, <Widget as Reflect>::resource_type()));
}

/// Never called, because it needs a cluster. The test is that it compiles.
#[allow(dead_code)]
async fn all_generated_items_fit_together(client: kube::Client) -> Result<(), reflector_runtime::SyncError> {
    let _: WidgetListerWatcher = Widget::lister_watcher(client.clone());
    let widgets: WidgetInformer = Widget::informer(client).namespace("team-a").labels("tier=web").start();
    widgets.wait_for_sync().await?;
    let lister: WidgetLister = widgets.lister();
    let _one: Option<Arc<Widget>> = lister.get("team-a", "w1");
    for widget in lister.by_index(Widget::BY_COLOR, "red") {
        let _: Arc<Widget> = widget;
    }
    Ok(())
}
