//! Structs that `macro_rules!` writes.

use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

macro_rules! view {
    ($name:ident, $kind:literal, $index:ident = $first:ident . $second:ident, [$($vis:tt)*] $($path:tt)*) => {
        #[derive(Reflect, Clone, Debug)]
        #[reflect(version = "v1", kind = $kind, index($index = $first.$second, tokens = $($path)*))]
        $($vis)* struct $name {
            metadata: ObjectMeta,
        }
    };
}

view!(View, "Node", by_name = metadata.name, [pub(crate)] metadata.labels?);

#[test]
fn a_macro_may_write_the_struct() {
    let kind = <View as Reflect>::resource_type();
    assert_eq!(kind.to_string(), "nodes/v1");
    let _: Option<ViewLister> = None;
    let view = View { metadata: ObjectMeta { name: Some("n".into()), ..ObjectMeta::default() } };
    let mut found = Vec::new();
    View::BY_NAME.values(&view, &mut |value| found.push(value.to_owned()));
    assert_eq!(found, ["n"]);
}
