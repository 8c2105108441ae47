use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(index(by_name = metadata.name))]
struct PodView {
    metadata: ObjectMeta,
}

fn find(pods: &reflector_runtime::Store<PodView>) -> usize {
    pods.count_by_index(PodView::BY_NAME, "web-0")
}

fn main() {}
