//! What the function of an index `with(function)` may return: owned values, and values that borrow from the object.

use std::{borrow::Cow, collections::BTreeMap};

use kube::{ResourceExt as _, core::ObjectMeta};
use reflector_runtime::{Index, IndexKey, Reflect};

#[derive(Reflect)]
#[reflect(version = "v1", namespaced)]
#[reflect(index(
    by_owned = with(owned),
    by_text = with(text),
    by_static = with(static_text),
    by_option = with(option),
    by_list = with(list),
    by_cow = with(cow),
    by_optional_cow = with(optional_cow),
    by_keys = with(keys),
    by_labels = with(kube::ResourceExt::labels),
    by_generic = with(generic),
    by_number: u32 = with(number),
    by_numbers: u32 = with(numbers),
    by_optional_number: u32 = with(optional_number),
    by_owned_number: u32 = with(self::owned_number),
))]
struct Widget {
    metadata: ObjectMeta,
    color: String,
    sizes: Vec<u32>,
    ports: BTreeMap<String, u16>,
}

fn owned(widget: &Widget) -> Option<String> {
    widget.metadata.name.clone()
}

fn text(widget: &Widget) -> &str {
    &widget.color
}

fn static_text(_: &Widget) -> &'static str {
    "always"
}

fn option(widget: &Widget) -> Option<&String> {
    widget.metadata.name.as_ref()
}

fn list(widget: &Widget) -> Vec<&str> {
    widget.color.split('-').collect()
}

fn cow(widget: &Widget) -> Cow<'_, str> {
    Cow::Borrowed(&widget.color)
}

fn optional_cow(widget: &Widget) -> Option<Cow<'_, str>> {
    widget.metadata.name.as_deref().map(Cow::Borrowed)
}

fn keys(widget: &Widget) -> &BTreeMap<String, u16> {
    &widget.ports
}

fn generic<K: kube::Resource>(object: &K) -> String {
    object.name_any()
}

fn number(widget: &Widget) -> &u32 {
    &widget.sizes[0]
}

fn numbers(widget: &Widget) -> &Vec<u32> {
    &widget.sizes
}

fn optional_number(widget: &Widget) -> Option<&u32> {
    widget.sizes.last()
}

fn owned_number(widget: &Widget) -> Vec<u32> {
    widget.sizes.clone()
}

fn values<V: IndexKey + ?Sized>(index: Index<Widget, V>) -> Vec<V::Owned> {
    let widget = Widget {
        metadata: ObjectMeta {
            name: Some("w".to_owned()),
            labels: Some([("app".to_owned(), "web".to_owned())].into()),
            ..ObjectMeta::default()
        },
        color: "dark-red".to_owned(),
        sizes: vec![3, 4],
        ports: BTreeMap::from([("http".to_owned(), 80)]),
    };
    let mut found = Vec::new();
    index.values(&widget, &mut |value| found.push(value.to_owned()));
    found
}

#[test]
fn values_may_be_owned_or_borrowed() {
    assert_eq!(values(Widget::BY_OWNED), ["w"]);
    assert_eq!(values(Widget::BY_TEXT), ["dark-red"]);
    assert_eq!(values(Widget::BY_STATIC), ["always"]);
    assert_eq!(values(Widget::BY_OPTION), ["w"]);
    assert_eq!(values(Widget::BY_LIST), ["dark", "red"]);
    assert_eq!(values(Widget::BY_COW), ["dark-red"]);
    assert_eq!(values(Widget::BY_OPTIONAL_COW), ["w"]);
    assert_eq!(values(Widget::BY_KEYS), ["http"]);
    assert_eq!(values(Widget::BY_LABELS), ["app"]);
    assert_eq!(values(Widget::BY_GENERIC), ["w"]);
}

#[test]
fn values_of_a_type_may_be_owned_or_borrowed() {
    assert_eq!(values(Widget::BY_NUMBER), [3]);
    assert_eq!(values(Widget::BY_NUMBERS), [3, 4]);
    assert_eq!(values(Widget::BY_OPTIONAL_NUMBER), [4]);
    assert_eq!(values(Widget::BY_OWNED_NUMBER), [3, 4]);
}
