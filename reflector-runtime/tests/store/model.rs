//! The store, its snapshots and its indexes agree with a naive model, for random sequences of writes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use k8s_openapi::api::core::v1::ConfigMap;
use proptest::prelude::*;
use reflector_runtime::{DynamicIndex, ObjectKey, Snapshot};

use crate::{BY_KEY, BY_SIZE, Size, keys, object, writer};

/// The data's keys by object key.
type Model = BTreeMap<String, BTreeSet<&'static str>>;

#[derive(Clone, Debug)]
enum Step {
    Insert(u16, BTreeSet<&'static str>),
    Remove(u16),
    Snapshot,
    AddIndex,
    RemoveIndex,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let data = proptest::collection::btree_set(prop_oneof![Just("x"), Just("y"), Just("z")], 0..3);
    let step = prop_oneof![
        20 => (0_u16..600, data).prop_map(|(number, data)| Step::Insert(number, data)),
        8 => (0_u16..600).prop_map(Step::Remove),
        1 => Just(Step::Snapshot),
        1 => Just(Step::AddIndex),
        1 => Just(Step::RemoveIndex),
    ];
    proptest::collection::vec(step, 0..1500)
}

fn key_of(number: u16) -> String {
    format!("ns-{}/o{number}", number % 3)
}

fn by_first_key() -> DynamicIndex<ConfigMap> {
    DynamicIndex::<ConfigMap>::new("by_first_key", |object, values| {
        if let Some((key, _)) = object.data.as_ref().and_then(|data| data.first_key_value()) {
            values.push(key);
        }
    })
}

fn expected(model: &Model, matches: impl Fn(&str, &BTreeSet<&'static str>) -> bool) -> Vec<String> {
    model.iter().filter(|(key, data)| matches(key, data)).map(|(key, _)| key.clone()).collect()
}

fn check(snapshot: &Snapshot<ConfigMap>, model: &Model) {
    assert_eq!(keys(&snapshot.list()), expected(model, |_, _| true));
    assert_eq!(snapshot.len(), model.len());
    for value in ["x", "y", "z"] {
        let has = expected(model, |_, data| data.contains(value));
        assert_eq!(keys(&snapshot.by_index(BY_KEY, value)), has);
        assert_eq!(snapshot.count_by_index(BY_KEY, value), has.len());
        let first = expected(model, |_, data| data.first() == Some(&value));
        assert_eq!(keys(&snapshot.by_index(by_first_key(), value)), first);
        let both = snapshot.query().index(BY_KEY, value).index(BY_SIZE, &Size::One).namespace("ns-1");
        let expected =
            expected(model, |key, data| data.len() == 1 && data.contains(value) && key.starts_with("ns-1"));
        assert_eq!(keys(&both.list()), expected);
    }
    for namespace in ["ns-0", "ns-1", "ns-2", "ns-3"] {
        let prefix = format!("{namespace}/");
        assert_eq!(
            keys(&snapshot.list_in_namespace(namespace)),
            expected(model, |key, _| key.starts_with(&prefix))
        );
    }
    for number in 0..600 {
        let key: ObjectKey = key_of(number).parse().unwrap();
        assert_eq!(snapshot.contains(&key), model.contains_key(&key.to_string()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// client-go: `TestCache`, `TestMultiIndexKeys`, `TestThreadSafeStoreIndexingFunctionsWithMultipleValues`.
    #[test]
    fn the_store_agrees_with_a_naive_model(steps in steps()) {
        let mut writer = writer();
        let store = writer.store();
        let mut model = Model::new();
        let mut snapshots = Vec::new();
        for step in steps {
            match step {
                Step::Insert(number, data) => {
                    let key = key_of(number);
                    let names: Vec<&str> = data.iter().copied().collect();
                    let old = writer.write().insert(&object(&key, &names)).unwrap();
                    prop_assert_eq!(old.is_some(), model.insert(key, data).is_some());
                }
                Step::Remove(number) => {
                    let key: ObjectKey = key_of(number).parse().unwrap();
                    let removed = writer.write().remove(key.as_ref());
                    prop_assert_eq!(removed.is_some(), model.remove(&key.to_string()).is_some());
                }
                Step::Snapshot => snapshots.push((store.snapshot(), model.clone())),
                Step::AddIndex => {
                    let is_new = !store.index_names().contains(&"by_first_key".to_owned());
                    prop_assert_eq!(store.add_index(&by_first_key()).is_ok(), is_new);
                }
                Step::RemoveIndex => {
                    store.remove_index("by_first_key");
                }
            }
        }
        check(&store.snapshot(), &model);
        for (snapshot, model) in &snapshots {
            check(snapshot, model);
        }
        // Nothing but the last state keeps objects in memory.
        let weak: Vec<_> = store.list().iter().map(Arc::downgrade).collect();
        drop((snapshots, writer, store));
        prop_assert!(weak.iter().all(|object| object.upgrade().is_none()));
    }
}
