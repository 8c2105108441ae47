use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(
    b = with(),
    c = with(|w| w.metadata.name.clone()),
    d = with(no_parameter),
    e = with(other_parameter),
    f = with(spec),
    g: u8 = with(text),
    h = text(metadata.name),
    i: u8 = with(no_parameter),
    j = with(two_parameters),
))]
struct Widget {
    metadata: ObjectMeta,
}


struct Spec;


fn no_parameter() -> String {
    String::new()
}


fn other_parameter(_: &Spec) -> String {
    String::new()
}


fn two_parameters(_: &Widget, _: &str) -> String {
    String::new()
}

fn spec(_: &Widget) -> Option<Spec> {
    None
}


fn text(_: &Widget) -> String {
    String::new()
}


fn main() {}
