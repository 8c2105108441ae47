//! Indexes that are added and removed while the store is in use.

use std::sync::Arc;

use k8s_openapi::{api::core::v1::ConfigMap, apimachinery::pkg::apis::meta::v1::OwnerReference};
use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use reflector_runtime::{DynamicIndex, Index, ResourceType, Writer};

use crate::{BY_KEY, insert, key, keys, object, remove, support, writer};

const BY_NAME_LENGTH: Index<ConfigMap, usize> = Index::new("by_name_length", |object, values| {
    values.push(&object.metadata.name.as_ref().map_or(0, String::len));
});

/// client-go: `TestIndexer`, `TestTypedSharedIndexInformerAddTypedIndexers`.
#[test]
fn an_index_added_later_is_maintained_from_then_on() {
    let mut writer = writer();
    let store = writer.store();
    for number in 0..300 {
        insert(&mut writer, &object(&format!("n/{number}"), &[]));
    }
    store.add_index(&BY_NAME_LENGTH).unwrap();
    assert_eq!(store.index_names(), ["by_key", "by_size", "by_name_length"]);
    assert_eq!(store.index_values(BY_NAME_LENGTH), [(1, 10), (2, 90), (3, 200)]);
    remove(&mut writer, "5");
    insert(&mut writer, &object("n/four", &[]));
    assert_eq!(store.index_values(BY_NAME_LENGTH), [(1, 9), (2, 90), (3, 200), (4, 1)]);
    assert_eq!(keys(&store.by_index(BY_NAME_LENGTH, &4)), ["n/four"]);
}

/// client-go's `AddIndexers` returns an error if a name is taken.
#[test]
fn the_name_of_an_index_is_unique() {
    let store = writer().store();
    let error = store.add_index(&Index::<ConfigMap>::new("by_key", |_, _| {})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the store already has an index named `by_key`: remove it first, or choose another name"
    );
    assert!(store.remove_index("by_key") && !store.remove_index("by_key"));
    store.add_index(&Index::<ConfigMap>::new("by_key", |_, values| values.push("all"))).unwrap();
    assert_eq!(store.index_names(), ["by_size", "by_key"]);
}

#[test]
fn a_removed_index_is_answered_by_a_scan() {
    let mut writer = writer();
    let store = writer.store();
    insert(&mut writer, &object("n/a", &["x"]));
    let before = store.snapshot();
    assert!(store.remove_index("by_key"));
    insert(&mut writer, &object("n/b", &["x"]));
    assert_eq!(keys(&store.by_index(BY_KEY, "x")), ["n/a", "n/b"]);
    assert_eq!(keys(&before.by_index(BY_KEY, "x")), ["n/a"]);
}

/// An index is built while a writer and readers are busy, and contains every change.
#[test]
fn indexes_are_added_and_removed_during_writes() {
    let mut writer = writer();
    for number in 0..2000 {
        insert(&mut writer, &object(&format!("n/{number}"), &[]));
    }
    let store = writer.store();
    let changing = std::thread::spawn(move || {
        for number in 0..4000 {
            match number % 4 {
                0 => remove(&mut writer, &(number / 4).to_string()),
                1 => insert(&mut writer, &object(&format!("n/new-{number}"), &["x"])),
                _ => insert(&mut writer, &object(&format!("n/{}", 1000 + number % 1000), &["y", "z"])),
            }
        }
        writer
    });
    for _ in 0..20 {
        store.add_index(&BY_NAME_LENGTH).unwrap();
        let snapshot = store.snapshot();
        let mut lengths: Vec<usize> =
            snapshot.iter().map(|object| object.metadata.name.as_ref().map_or(0, String::len)).collect();
        lengths.sort_unstable();
        let indexed: Vec<usize> = snapshot
            .index_values(BY_NAME_LENGTH)
            .into_iter()
            .flat_map(|(length, count)| std::iter::repeat_n(length, count))
            .collect();
        assert_eq!(indexed, lengths);
        assert!(store.remove_index("by_name_length"));
    }
    let _writer = changing.join().unwrap();
}

#[test]
fn labels_and_owners_are_indexed_on_request() {
    let mut writer = writer();
    let store = writer.store();
    let by_app = DynamicIndex::<ConfigMap>::by_label("app");
    let by_owner = DynamicIndex::<ConfigMap>::by_owner_uid();
    for (name, app, owners) in
        [("a", Some("web"), &["u1", "u2"][..]), ("b", Some("db"), &["u1"]), ("c", None, &[])]
    {
        let mut object = (*object(&format!("n/{name}"), &[])).clone();
        object.metadata.labels = app.map(|app| [("app".to_owned(), app.to_owned())].into());
        let owner = |uid: &&str| OwnerReference { uid: (*uid).to_owned(), ..OwnerReference::default() };
        object.metadata.owner_references = Some(owners.iter().map(owner).collect());
        insert(&mut writer, &Arc::new(object));
    }
    for maintained in [false, true] {
        if maintained {
            store.add_index(&by_app).unwrap();
            store.add_index(&by_owner).unwrap();
            assert_eq!(store.index_names().split_off(2), ["label:app", "ownerUid"]);
        }
        assert_eq!(keys(&store.by_index(&by_app, "web")), ["n/a"]);
        assert_eq!(keys(&store.by_index(&by_owner, "u1")), ["n/a", "n/b"]);
        assert_eq!(keys(&store.query().index(&by_app, "db").index(&by_owner, "u1").list()), ["n/b"]);
        assert_eq!(store.index_values(&by_app), [("db".to_owned(), 1), ("web".to_owned(), 1)]);
    }
    assert!(store.contains(key("c")));
}

#[test]
fn dynamic_objects_are_indexed_by_any_field() {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("example.com", "v1", "Widget"));
    let by_color = DynamicIndex::by_field("spec.color").unwrap();
    let resource_type = ResourceType::from_api_resource(&resource).unwrap().with_index(by_color.clone());
    let mut writer = Writer::new(Arc::new(resource_type));
    for (name, color) in [("a", "red"), ("b", "blue"), ("c", "red")] {
        let widget = support::widget_at(name, "1", color);
        let widget: DynamicObject = serde_json::from_value(widget).unwrap();
        writer.write().insert(&Arc::new(widget)).unwrap();
    }
    let store = writer.store();
    let by_version = DynamicIndex::by_field("metadata.resourceVersion").unwrap();
    store.add_index(&by_version).unwrap();
    assert_eq!(store.count_by_index(&by_color, "red"), 2);
    assert_eq!(store.count_by_index(&by_version, "1"), 3);
    assert_eq!(store.index_names(), ["spec.color", "metadata.resourceVersion"]);
}
