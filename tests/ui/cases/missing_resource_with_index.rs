use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(index(by_name = metadata.name))]
struct PodView {
    metadata: ObjectMeta,
}

fn start(client: kube::Client) -> PodViewInformer
where
    PodView: serde::de::DeserializeOwned,
{
    PodView::informer(client).start()
}

fn main() {}
