//! What holds of every response, whatever stands in it and however it is cut: random lists, objects and events, whole,
//! in pieces, and damaged.

use std::sync::Arc;

use bytes::Bytes;
use k8s_openapi::api::core::v1::ConfigMap;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{
    Decoder, Item, LineFramer, ListFramer, ListToken, ManagedFields, NoDecodedObjects, ProtocolError,
    WatchFrame,
    peek::{blank, peek},
    redact::explain,
    watch_frame,
};
use crate::resource_type::ResourceType;

const LIMIT: usize = 1 << 20;

/// Keys that are those of a list or an object, among others.
const ANY_KEY: &str = "(name|items|metadata|kind|[a-z]{1,3})";

/// Any JSON, with strings that hold what JSON is made of.
fn json(keys: &'static str) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Quarters, which every parser reads the same.
        any::<i32>().prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        r#"[a-z{}\[\]",:\\ é\n]{0,8}"#.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keys, inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// An object whose names may be there or not, among anything else.
fn object() -> impl Strategy<Value = Value> {
    let name = || prop::option::of("[a-z\"é]{0,4}");
    (
        name(),
        name(),
        name(),
        name(),
        prop::option::of(json(ANY_KEY)),
        json(ANY_KEY),
        prop::sample::subsequence(vec![0, 1, 2], 0..=3),
    )
        .prop_map(|(name, namespace, uid, version, managed_fields, other, parts)| {
            let mut metadata = Map::new();
            let names =
                [("name", name), ("namespace", namespace), ("uid", uid), ("resourceVersion", version)];
            metadata.extend(names.into_iter().filter_map(|(key, name)| Some((key.to_owned(), name?.into()))));
            metadata.extend(managed_fields.map(|fields| ("managedFields".to_owned(), fields)));
            let all =
                [("kind", json!("ConfigMap")), ("apiVersion", json!("v1")), ("metadata", metadata.into())];
            let mut object: Map<String, Value> =
                parts.into_iter().map(|part| (all[part].0.to_owned(), all[part].1.clone())).collect();
            object.insert("other".to_owned(), other);
            object.into()
        })
}

/// A list's text: its fields in any order, compact or not.
fn list(items: impl Strategy<Value = Value>) -> impl Strategy<Value = (String, Vec<Value>)> {
    let fields = vec!["apiVersion", "kind", "metadata", "items"];
    (prop::collection::vec(items, 0..6), Just(fields).prop_shuffle(), any::<bool>()).prop_map(
        |(items, fields, pretty)| {
            let text = |value: &Value| {
                if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) }
                    .expect("a value has a text")
            };
            let fields: Vec<String> = fields
                .into_iter()
                .map(|field| {
                    let value = match field {
                        "apiVersion" => json!("v1"),
                        "kind" => json!("ConfigMapList"),
                        "metadata" => json!({ "resourceVersion": "7", "continue": "t" }),
                        _ => items.clone().into(),
                    };
                    format!("\"{field}\":{}", text(&value))
                })
                .collect();
            (format!("{{{}}}", fields.join(",")), items)
        },
    )
}

/// A list in pieces of this size: its items' texts, and its version.
fn read_list(text: &[u8], size: usize) -> Result<(Vec<Vec<u8>>, Option<String>), ProtocolError> {
    let mut framer = ListFramer::new(LIMIT);
    let (mut items, mut version) = (Vec::new(), None);
    for piece in text.chunks(size) {
        framer.push(&Bytes::copy_from_slice(piece));
        while let Some(token) = framer.next_token()? {
            match token {
                ListToken::Item(item) => items.push(item.to_vec()),
                ListToken::Head(head) => {
                    assert!(version.is_none(), "the head comes once");
                    let said = head.api_version.is_some() && head.kind.is_some();
                    version =
                        Some(head.metadata.resource_version).filter(|version| said && !version.is_empty());
                }
            }
        }
    }
    framer.finish().map(|()| (items, version))
}

/// A text with some of its bytes replaced, taken out or put in.
fn damaged(text: String, damage: &[(usize, u8, u8)]) -> Vec<u8> {
    const BYTES: &[u8] = br#"{}[]",: a1"#;
    let mut bytes = text.into_bytes();
    for (place, what, byte) in damage {
        let at = place % bytes.len().max(1);
        let byte = BYTES[usize::from(*byte) % BYTES.len()];
        match what % 3 {
            0 if at < bytes.len() => bytes[at] = byte,
            1 if at < bytes.len() => drop(bytes.remove(at)),
            _ => bytes.insert(at, byte),
        }
    }
    bytes
}

fn damage() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..4)
}

fn decode(text: &[u8]) -> Item<ConfigMap> {
    let decoder =
        Decoder::new(Arc::new(ResourceType::<ConfigMap>::from_resource()), ManagedFields::Strip, None);
    decoder.decode(&mut text.to_vec(), &NoDecodedObjects).0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn a_list_is_the_same_in_whatever_pieces_it_comes((text, items) in list(json(ANY_KEY)), size in 1..40_usize) {
        let (found, version) = read_list(text.as_bytes(), size).expect("a good list is read");
        let found: Vec<Value> = found.iter().map(|item| serde_json::from_slice(item).expect("an item is JSON")).collect();
        prop_assert_eq!(found, items);
        prop_assert_eq!(version.as_deref(), Some("7"));
    }

    #[test]
    fn a_list_that_is_cut_is_never_taken_for_whole((text, _) in list(json(ANY_KEY)), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(text.len());
        prop_assert!(read_list(&text.as_bytes()[..cut], 16).is_err());
    }

    /// Whatever is taken for a list is one to `serde_json` as well, with the same items.
    #[test]
    fn a_damaged_list_is_read_as_it_stands_or_refused((text, _) in list(json("[a-z]{1,3}")), damage in damage(), size in 1..40_usize) {
        let text = damaged(text, &damage);
        let Ok((items, Some(_))) = read_list(&text, size) else { return Ok(()) };
        // A list without the key is an empty one; what stands in its place is passed over unread.
        if !String::from_utf8_lossy(&text).contains(r#""items""#) {
            return Ok(());
        }
        let Ok(items) = items.iter().map(|item| serde_json::from_slice(item)).collect::<Result<Vec<Value>, _>>() else {
            return Ok(());
        };
        let whole: Value = serde_json::from_slice(&text).expect("what was taken for a list is JSON");
        let told = whole.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        prop_assert_eq!(items, told);
    }

    /// A look at an object finds what a parser finds, and what is blanked is gone and nothing else.
    #[test]
    fn a_look_finds_what_is_there(mut object in object()) {
        let mut text = serde_json::to_vec(&object).expect("a value has a text");
        let managed_fields = {
            let found = peek(&text).expect("it is an object");
            let metadata = |key: &str| object["metadata"][key].as_str();
            prop_assert_eq!(found.kind.as_deref(), object["kind"].as_str());
            prop_assert_eq!(found.api_version.as_deref(), object["apiVersion"].as_str());
            prop_assert_eq!(found.name.as_deref(), metadata("name"));
            prop_assert_eq!(found.namespace.as_deref(), metadata("namespace"));
            prop_assert_eq!(found.uid.as_deref(), metadata("uid"));
            prop_assert_eq!(found.resource_version.as_deref(), metadata("resourceVersion"));
            found.managed_fields
        };
        let Some(range) = managed_fields else { return Ok(()) };
        if range.len() < 2 {
            return Ok(());
        }
        blank(&mut text, range);
        object["metadata"]["managedFields"] = json!([]);
        prop_assert_eq!(serde_json::from_slice::<Value>(&text).expect("it is still JSON"), object);
    }

    /// No text makes decoding panic, or be told with a value that stands in it.
    #[test]
    fn a_damaged_object_is_no_panic_and_tells_no_value(object in object(), damage in damage()) {
        let mut object = object;
        object["data"] = json!({ "key": ["hunter2"] });
        let text = serde_json::to_string(&object).expect("a value has a text");
        for text in [text.clone().into_bytes(), damaged(text, &damage)] {
            if let Item::Invalid(invalid) = decode(&text) {
                prop_assert!(!invalid.to_string().contains("hunter2"), "{invalid}");
            }
            let told = explain::<ConfigMap>(&text).to_string();
            prop_assert!(!told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn an_event_is_cut_from_its_line(object in object(), pretty in any::<bool>(), damage in damage()) {
        let event = json!({ "object": object, "type": "ADDED" });
        // kube-apiserver writes the type first.
        let line = if pretty { event.to_string() } else { format!(r#"{{"type":"ADDED","object":{object}}}"#) };
        let Ok(WatchFrame::Added(text)) = watch_frame(line.as_bytes().into()) else { panic!("{line}") };
        prop_assert_eq!(serde_json::from_slice::<Value>(&text).expect("an object"), object);
        let mut framer = LineFramer::new(LIMIT);
        framer.push(&damaged(line + "\n", &damage).into());
        while let Some(line) = framer.next_line().expect("it is short") {
            // Whatever comes of it, it is no panic.
            if let Ok(WatchFrame::Added(text) | WatchFrame::Modified(text)) = watch_frame(line) {
                decode(&text);
            }
        }
    }
}
