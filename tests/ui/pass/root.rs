use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", kind = "Pod", namespaced, index(by_name = metadata.name))]
struct PodView {
    metadata: ObjectMeta,
}

fn main() {
    assert_eq!(PodView::resource_type().to_string(), "pods/v1");
    assert_eq!(PodView::BY_NAME.name(), "by_name");
}
