use kube::CustomResource;
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Clone, Debug, Deserialize, Serialize)]
#[kube(group = "example.com", version = "v1", kind = "Widget", schema = "disabled")]
#[kube(derive = "Reflect", attr = "reflect(index(by_color = spec.color))")]
struct WidgetSpec {
    color: String,
}

fn main() {
    assert_eq!(Widget::resource_type().to_string(), "widgets.example.com/v1");
    assert_eq!(Widget::BY_COLOR.name(), "by_color");
}
