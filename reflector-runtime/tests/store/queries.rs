//! Reading: by key, by index, by labels, several conditions at once, sorted and in pages.

use std::{cell::Cell, sync::Arc};

use k8s_openapi::api::core::v1::ConfigMap;
use reflector_runtime::{Index, KeyRef, Lister, ObjectKey, ResourceType, Selector, Writer};

use crate::{BY_KEY, BY_SIZE, Size, insert, keys, object, writer};

fn filled() -> Writer<ConfigMap> {
    let mut writer = writer();
    for (key, data) in
        [("a/1", &["x"][..]), ("a/2", &["x", "y"]), ("a/3", &["x", "z"]), ("b/1", &["x", "y"]), ("b/2", &[])]
    {
        let mut object = (*object(key, data)).clone();
        object.metadata.labels = Some([("app".to_owned(), format!("app-{}", data.len()))].into());
        insert(&mut writer, &Arc::new(object));
    }
    writer
}

#[test]
fn objects_are_found_by_owned_and_borrowed_keys() {
    let store = filled().store();
    let owned = ObjectKey::namespaced("a", "1");
    let missing = KeyRef { namespace: Some("a"), name: "9" };
    assert!(store.get(&owned).is_some() && store.get(owned.as_ref()).is_some() && store.contains(&owned));
    assert!(store.get(missing).is_none() && !store.contains(missing));
    assert!(!store.contains(&ObjectKey::cluster("1")));
    let lister: Lister<ConfigMap> = Lister::new(store);
    assert!(lister.get("a", "1").is_some() && lister.get_by_key(&owned).is_some());
}

/// client-go: `TestIndex`, `TestTypedIndexer`.
#[test]
fn typed_indexes_are_looked_up_by_values_of_their_type() {
    let store = filled().store();
    assert_eq!(keys(&store.by_index(BY_SIZE, &Size::Many)), ["a/2", "a/3", "b/1"]);
    assert_eq!(keys(&store.by_index(BY_SIZE, &Size::Empty)), ["b/2"]);
    assert_eq!(keys(&store.by_index(BY_KEY, "y")), ["a/2", "b/1"]);
    let text = "y".to_owned();
    assert_eq!(store.by_index(BY_KEY, &text).len(), 2, "a String is borrowed as a str");
    assert_eq!(store.count_by_index(BY_SIZE, &Size::Many), 3);
    assert_eq!(store.count_by_index(BY_KEY, "missing"), 0);
    assert_eq!(store.index_values(BY_SIZE), [(Size::Empty, 1), (Size::One, 1), (Size::Many, 3)]);
    assert!(store.first_by_index(BY_KEY, "z").is_some() && store.first_by_index(BY_KEY, "-").is_none());
}

/// A look-up takes a borrowed value, and makes no owned one.
#[test]
fn a_look_up_makes_no_owned_value() {
    thread_local!(static OWNED: Cell<u32> = const { Cell::new(0) });

    #[derive(PartialEq, Eq, Hash)]
    struct Key(&'static str);

    impl ToOwned for Key {
        type Owned = Owned;

        fn to_owned(&self) -> Owned {
            OWNED.set(OWNED.get() + 1);
            Owned(Key(self.0))
        }
    }

    struct Owned(Key);

    impl Clone for Owned {
        fn clone(&self) -> Self {
            self.0.to_owned()
        }
    }

    impl std::borrow::Borrow<Key> for Owned {
        fn borrow(&self) -> &Key {
            &self.0
        }
    }

    const BY_FIXED: Index<ConfigMap, Key> = Index::new("by_fixed", |_, values| values.push(&Key("fixed")));

    let mut writer = Writer::new(Arc::new(ResourceType::from_resource().with_index(BY_FIXED)));
    insert(&mut writer, &object("n/a", &[]));
    let made = OWNED.get();
    assert_eq!(made, 1, "one for the table");
    assert_eq!(writer.store().by_index(BY_FIXED, &Key("fixed")).len(), 1);
    assert_eq!(writer.store().count_by_index(BY_FIXED, &Key("other")), 0);
    assert_eq!(OWNED.get(), made);
}

#[test]
fn an_index_that_is_not_maintained_answers_by_a_scan() {
    const BY_REPEATED: Index<ConfigMap> = Index::new("by_repeated", |_, values| {
        values.push("same");
        values.push("same");
    });
    // The name of a maintained index, and another type of value.
    const ANOTHER_BY_KEY: Index<ConfigMap, usize> =
        Index::new("by_key", |object, values| values.push(&object.data.iter().flatten().count()));
    let store = filled().store();
    assert_eq!(store.by_index(BY_REPEATED, "same").len(), 5);
    assert_eq!(store.count_by_index(BY_REPEATED, "same"), 5);
    assert_eq!(store.index_values(BY_REPEATED), [("same".to_owned(), 5)], "an object counts once");
    assert_eq!(keys(&store.by_index(ANOTHER_BY_KEY, &1)), ["a/1"]);
    assert_eq!(keys(&store.query().index(ANOTHER_BY_KEY, &2).index(BY_KEY, "y").list()), ["a/2", "b/1"]);
}

#[test]
fn conditions_are_combined() {
    let store = filled().store();
    let selector: Selector = "app in (app-2,app-9)".parse().unwrap();
    let query = || store.query().index(BY_KEY, "x");
    assert_eq!(keys(&query().list()), ["a/1", "a/2", "a/3", "b/1"]);
    assert_eq!(keys(&query().index(BY_KEY, "y").list()), ["a/2", "b/1"]);
    assert_eq!(keys(&query().index(BY_KEY, "y").namespace("a").list()), ["a/2"]);
    assert_eq!(keys(&query().index(BY_SIZE, &Size::One).list()), ["a/1"]);
    assert_eq!(keys(&query().namespace("").labels(&selector).list()), ["a/2", "a/3", "b/1"]);
    let not_y = |object: &ConfigMap| object.data.iter().flatten().all(|(key, _)| key != "y");
    assert_eq!(keys(&query().labels(&selector).filter(not_y).list()), ["a/3"]);
    assert!(query().index(BY_KEY, "missing").list().is_empty());
    assert!(query().namespace("missing").first().is_none() && !query().namespace("missing").exists());
    assert_eq!((query().count(), query().limit(2).count(), query().limit(0).count()), (4, 2, 0));
    assert!(query().exists() && query().limit(0).first().is_none());
    assert_eq!((query().limit(3).list().len(), query().limit(0).list().len()), (3, 0));
    let mut visited = 0;
    query().limit(3).for_each(|_| visited += 1);
    assert_eq!(visited, 3);
}

/// client-go: `TestListAll`.
#[test]
fn labels_select() {
    let store = filled().store();
    let select = |selector: &str| keys(&store.list_matching(&selector.parse().unwrap()));
    assert_eq!(select("").len(), 5);
    assert_eq!(select("app=app-1"), ["a/1"]);
    assert_eq!(select("app notin (app-1,app-2)"), ["b/2"]);
    assert_eq!(select("!app"), Vec::<String>::new());
}

#[test]
fn objects_are_listed_in_order_and_in_pages() {
    let mut writer = writer();
    let mut expected = Vec::new();
    for number in (0..100).rev() {
        let namespace = number % 3;
        insert(&mut writer, &object(&format!("ns-{namespace}/o{number:03}"), &[]));
        expected.push(format!("ns-{namespace}/o{number:03}"));
    }
    expected.sort();
    let store = writer.store();
    let in_order = |objects: &[Arc<ConfigMap>]| -> Vec<String> {
        objects.iter().map(|object| KeyRef::of(&object.metadata).unwrap().to_string()).collect()
    };
    assert_eq!(in_order(&store.query().list_sorted()), expected);
    let snapshot = store.snapshot();
    let mut listed = Vec::new();
    let mut last: Option<ObjectKey> = None;
    loop {
        let mut query = snapshot.query().limit(7);
        if let Some(last) = &last {
            query = query.after(last);
        }
        let page = query.list_sorted();
        drop(query);
        listed.extend(in_order(&page));
        // Changes between pages do not change a snapshot.
        writer.write().remove(KeyRef { namespace: Some("ns-2"), name: "o098" });
        let Some(end) = page.last() else { break };
        last = Some(KeyRef::of(&end.metadata).unwrap().to_key());
    }
    assert_eq!(listed, expected);
    let from = ObjectKey::namespaced("ns-2", "o095");
    let rest = store.query().starting_from(&from).limit(5).list_sorted();
    assert_eq!(in_order(&rest), ["ns-2/o095"]);
    assert_eq!(store.query().starting_from(&from).count(), 1);
}
