use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "V1", index(by_name = metadata.name, by_uid = metadata.))]
struct Widget {
    metadata: ObjectMeta,
}

// Only the mistakes above are reported: these items are generated despite them.
fn use_it(_: WidgetLister, _: WidgetInformer) {
    let _ = (Widget::BY_NAME, Widget::BY_UID);
    let _ = <Widget as Reflect>::resource_type();
}

fn main() {}
