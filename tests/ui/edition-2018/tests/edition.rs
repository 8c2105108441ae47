//! Every kind of index, a label and a selectable field, in edition 2018: it has another prelude, other closures and
//! another `panic!` than the edition of the generated code.

extern crate reflector_runtime as renamed;

use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[path = "../../tests/bare/mod.rs"]
mod bare;

#[derive(Reflect)]
#[reflect(group = "example.com", version = "v1", namespaced, selectable = "spec.color", label(app = "app"))]
#[reflect(index(by_gen = gen.gen, by_part = gen.parts?[].name, by_app = metadata.labels["app"], owner))]
#[reflect(index(by_size: u32 = gen.sizes, by_pair = (metadata.name, gen.gen), by_length = with(length)))]
struct Widget {
    metadata: ObjectMeta,
    gen: Generation,
}

struct Generation {
    gen: u8,
    parts: Option<Vec<Part>>,
    sizes: Vec<u32>,
}

struct Part {
    name: String,
}

fn length(widget: &Widget) -> usize {
    widget.gen.sizes.len()
}

#[test]
fn generated_code_compiles_in_edition_2018() {
    let metadata = ObjectMeta { name: Some("w".to_owned()), ..ObjectMeta::default() };
    let parts = Some(vec![Part { name: "a".to_owned() }, Part { name: "b".to_owned() }]);
    let widget = Widget { metadata, gen: Generation { gen: 7, parts, sizes: vec![3, 4] } };
    let texts = |index: reflector_runtime::Index<Widget>| {
        let mut found = Vec::new();
        index.values(&widget, &mut |value| found.push(value.to_owned()));
        found
    };
    assert_eq!(texts(Widget::BY_GEN), ["7"]);
    assert_eq!(texts(Widget::BY_PART), ["a", "b"]);
    assert_eq!(texts(Widget::BY_LENGTH), ["2"]);
    assert!(texts(Widget::BY_APP).is_empty() && texts(Widget::BY_OWNER).is_empty());
    let mut pairs = Vec::new();
    Widget::BY_PAIR.values(&widget, &mut |pair| pairs.push(pair.clone()));
    assert_eq!(pairs, [("w".to_owned(), "7".to_owned())]);
    let mut sizes = Vec::new();
    Widget::BY_SIZE.values(&widget, &mut |size| sizes.push(*size));
    assert_eq!(sizes, [3, 4]);
    assert_eq!(Widget::SPEC_COLOR.equals("red").to_string(), "spec.color=red");
    assert_eq!(Widget::LABEL_APP.key(), "app");
    assert_eq!(Widget::resource_type().to_string(), "widgets.example.com/v1");
}
