//! Properties of decoding for every response, regardless of content and chunk size: random lists, objects and events,
//! complete, in chunks and corrupted.

mod watches;

use std::sync::Arc;

use bytes::Bytes;
use k8s_openapi::api::core::v1::ConfigMap;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{
    DecodeBuffer, Decoder, Format, Item, Line, LineFramer, ListFramer, ListToken, NoDecodedObjects,
    ObjectText, ProtocolError, WatchFrame, peek::peek, redact::explain, watch_frame,
};
use crate::{managed_fields::ManagedFields, resource_type::ResourceType};

const LIMIT: usize = 1 << 20;

/// Keys of lists and objects, and other keys.
const ANY_KEY: &str = "(name|items|metadata|kind|[a-z]{1,3})";

/// Any JSON value. Its strings contain characters of JSON syntax.
fn json(keys: &'static str) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Multiples of 0.25, which every parser reads identically.
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

/// An object with optional names and arbitrary other fields.
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

/// A list's text, with its fields in any order, compact or pretty-printed, and its items.
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

/// The text of a value, with some of the characters of its keys and strings escaped.
fn escaped(value: &Value, random: &mut fastrand::Rng) -> String {
    let mut string = |text: &str| {
        let mut units = [0; 2];
        let escape = |unit: &mut u16| format!("\\u{unit:04x}");
        let characters = text.chars().map(|character| match character {
            _ if random.bool() => character.encode_utf16(&mut units).iter_mut().map(escape).collect(),
            plain @ ('a'..='z' | 'A'..='Z' | '.' | '-') => plain.to_string(),
            other => Value::from(other.to_string()).to_string().trim_matches('"').to_owned(),
        });
        format!("\"{}\"", characters.collect::<String>())
    };
    match value {
        Value::String(text) if text.contains('"') => value.to_string(),
        Value::String(text) => string(text),
        Value::Object(fields) => {
            let keys: Vec<String> = fields
                .keys()
                .map(
                    |key| if key.contains('"') { Value::from(key.as_str()).to_string() } else { string(key) },
                )
                .collect();
            let fields: Vec<String> = keys
                .into_iter()
                .zip(fields.values())
                .map(|(key, value)| format!("{key}:{}", escaped(value, random)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(|value| escaped(value, random)).collect();
            format!("[{}]", values.join(","))
        }
        other => other.to_string(),
    }
}

/// Frames a list in chunks of this size. Returns the texts of its items, and its version.
fn read_list(text: &[u8], size: usize) -> Result<(Vec<Vec<u8>>, Option<String>), ProtocolError> {
    read_list_with(text, size, LIMIT)
}

fn read_list_with(
    text: &[u8],
    size: usize,
    limit: usize,
) -> Result<(Vec<Vec<u8>>, Option<String>), ProtocolError> {
    let mut framer = ListFramer::new(limit);
    let (mut items, mut version) = (Vec::new(), None);
    for chunk in text.chunks(size) {
        framer.push(&Bytes::copy_from_slice(chunk));
        while let Some(token) = framer.next_token()? {
            match token {
                ListToken::Item(ObjectText::Whole(item)) => items.push(item.to_vec()),
                ListToken::Item(ObjectText::Prefix(prefix)) => {
                    assert_eq!(prefix.len(), limit, "as long as the limit");
                    items.push(prefix.to_vec());
                }
                ListToken::Head(head) => {
                    assert!(version.is_none(), "the head is returned once");
                    let has_type_meta = head.api_version.is_some() && head.kind.is_some();
                    version = Some(head.metadata?.resource_version)
                        .filter(|version| has_type_meta && !version.is_empty());
                }
            }
        }
    }
    framer.finish().map(|()| (items, version))
}

/// The text with some of its bytes replaced, removed or inserted.
fn corrupted(text: String, corruption: &[(usize, u8, u8)]) -> Vec<u8> {
    const BYTES: &[u8] = br#"{}[]",: a1"#;
    let mut bytes = text.into_bytes();
    for (position, operation, byte) in corruption {
        let at = position % bytes.len().max(1);
        let byte = BYTES[usize::from(*byte) % BYTES.len()];
        match operation % 3 {
            0 if at < bytes.len() => bytes[at] = byte,
            1 if at < bytes.len() => drop(bytes.remove(at)),
            _ => bytes.insert(at, byte),
        }
    }
    bytes
}

fn corruption() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..4)
}

fn decode(text: &[u8]) -> Item<ConfigMap> {
    let decoder = Decoder::new(
        Arc::new(ResourceType::<ConfigMap>::from_resource()),
        Format::Json,
        ManagedFields::Strip,
        None,
    );
    decoder.decode(text, &NoDecodedObjects, &mut DecodeBuffer::default()).0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn list_framing_does_not_depend_on_chunk_size((text, items) in list(json(ANY_KEY)), size in 1..40_usize) {
        let (found, version) = read_list(text.as_bytes(), size).expect("a valid list is framed");
        let found: Vec<Value> = found.iter().map(|item| serde_json::from_slice(item).expect("an item is JSON")).collect();
        prop_assert_eq!(found, items);
        prop_assert_eq!(version.as_deref(), Some("7"));
    }

    #[test]
    fn a_truncated_list_is_an_error((text, _) in list(json(ANY_KEY)), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(text.len());
        prop_assert!(read_list(&text.as_bytes()[..cut], 16).is_err());
    }

    /// Text that is accepted as a list is a list for `serde_json` as well, with the same items.
    #[test]
    fn a_corrupted_list_is_read_as_by_serde_json_or_rejected((text, _) in list(json("[a-z]{1,3}")), corruption in corruption(), size in 1..40_usize) {
        let text = corrupted(text, &corruption);
        let Ok((items, Some(_))) = read_list(&text, size) else { return Ok(()) };
        // A list without this key is empty. The value of a corrupted key is skipped without parsing.
        if !String::from_utf8_lossy(&text).contains(r#""items""#) {
            return Ok(());
        }
        let Ok(items) = items.iter().map(|item| serde_json::from_slice(item)).collect::<Result<Vec<Value>, _>>() else {
            return Ok(());
        };
        let whole: Value = serde_json::from_slice(&text).expect("an accepted list is JSON");
        let expected = whole.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        prop_assert_eq!(items, expected);
    }

    /// `peek` finds the same fields as a parser.
    #[test]
    fn peek_agrees_with_a_parser(object in object()) {
        let text = serde_json::to_vec(&object).expect("a value has a text");
        let managed_fields = {
            let found = peek(&text).expect("it is an object");
            let metadata = |key: &str| object["metadata"][key].as_str();
            let non_empty = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
            prop_assert_eq!(found.kind.text(), object["kind"].as_str());
            prop_assert_eq!(found.api_version.text(), object["apiVersion"].as_str());
            prop_assert_eq!(found.name.as_deref(), metadata("name"));
            prop_assert_eq!(found.namespace.as_deref(), metadata("namespace"));
            prop_assert_eq!(found.uid.as_deref(), metadata("uid"));
            prop_assert_eq!(found.resource_version().map(str::to_owned), non_empty(metadata("resourceVersion")));
            found.managed_fields
        };
        let Some(range) = managed_fields else { return Ok(()) };
        let managed_fields = serde_json::from_slice::<Value>(&text[range]).expect("a complete value");
        prop_assert_eq!(&managed_fields, &object["metadata"]["managedFields"]);
    }

    /// No text makes decoding panic or return an error that contains one of its values.
    #[test]
    fn a_corrupted_object_causes_no_panic_and_leaks_no_value(object in object(), corruption in corruption()) {
        let mut object = object;
        object["data"] = json!({ "key": ["hunter2"] });
        let text = serde_json::to_string(&object).expect("a value has a text");
        for text in [text.clone().into_bytes(), corrupted(text, &corruption)] {
            if let Item::Invalid(invalid) = decode(&text) {
                prop_assert!(!invalid.to_string().contains("hunter2"), "{invalid}");
            }
            let message = explain::<ConfigMap>(&text).to_string();
            prop_assert!(!message.contains("hunter2"), "{message}");
        }
    }

    /// Of each item, whatever its length and wherever chunks end, the beginning up to the limit is read.
    #[test]
    fn an_item_over_the_limit_affects_no_other_item((text, items) in list(json(ANY_KEY)), size in 1..40_usize, limit in 0..40_usize) {
        let (whole, _) = read_list(text.as_bytes(), LIMIT).expect("a valid list is framed");
        let (found, version) = read_list_with(text.as_bytes(), size, limit).expect("no item is an error");
        prop_assert_eq!(found.len(), items.len());
        for (found, whole) in found.iter().zip(&whole) {
            prop_assert_eq!(&found[..], &whole[..whole.len().min(limit)]);
        }
        prop_assert_eq!(version.as_deref(), Some("7"));
    }

    #[test]
    fn a_truncated_list_with_a_long_item_is_an_error((text, _) in list(json(ANY_KEY)), cut in any::<prop::sample::Index>(), size in 1..40_usize) {
        let cut = cut.index(text.len());
        prop_assert!(read_list_with(&text.as_bytes()[..cut], size, 10).is_err());
    }

    /// Escapes change nothing, in any key or string.
    #[test]
    fn escapes_change_nothing(mut object in object(), seed in any::<u64>(), size in 1..40_usize) {
        let mut random = fastrand::Rng::with_seed(seed);
        object["data"] = json!({ "key": "value" });
        let plain = object.to_string();
        let text = escaped(&object, &mut random);
        prop_assert_eq!(serde_json::from_str::<Value>(&text).expect("it is JSON"), object.clone());
        let (found, expected) = (peek(text.as_bytes()).expect("an object"), peek(plain.as_bytes()).expect("an object"));
        prop_assert_eq!(found.key(), expected.key());
        prop_assert_eq!(found.version(), expected.version());
        prop_assert_eq!((found.kind.text(), found.api_version.text()), (expected.kind.text(), expected.api_version.text()));
        match (decode(text.as_bytes()), decode(plain.as_bytes())) {
            (Item::Object(found), Item::Object(expected)) => prop_assert_eq!(found, expected),
            (Item::Invalid(found), Item::Invalid(expected)) => prop_assert_eq!(found, expected),
            (found, expected) => panic!("{found:?} is not {expected:?}"),
        }
        let list = json!({ "apiVersion": "v1", "items": [object], "kind": "ConfigMapList", "metadata": { "resourceVersion": "7" } });
        let (items, version) = read_list(escaped(&list, &mut random).as_bytes(), size).expect("a list");
        prop_assert_eq!((items.len(), version.as_deref()), (1, Some("7")));
        let event = json!({ "object": list["items"][0], "type": "MODIFIED" });
        let line = Line::Whole(escaped(&event, &mut random).as_bytes().into());
        prop_assert!(matches!(watch_frame(line), Ok(WatchFrame::Modified(ObjectText::Whole(_)))));
    }

    /// A version is the same as a string and as a number, and an object is the same with and without its kind.
    #[test]
    fn each_form_of_an_object_is_the_same_object(version in any::<u64>(), has_kind in any::<bool>(), managed in prop::option::of(json(ANY_KEY))) {
        let metadata = |version: Value| {
            let mut metadata = json!({ "name": "a", "namespace": "n", "resourceVersion": version });
            if let Some(fields) = &managed {
                metadata["managedFields"] = fields.clone();
            }
            metadata
        };
        let usual = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(version.to_string().into()) });
        let mut other = json!({ "metadata": metadata(version.into()) });
        if has_kind {
            other["kind"] = "ConfigMap".into();
        }
        // A literal that is too short to be blanked is no list, and cannot be decoded in any form.
        if managed.as_ref().is_some_and(|fields| fields.to_string().len() < 2) {
            return Ok(());
        }
        match (decode(other.to_string().as_bytes()), decode(usual.to_string().as_bytes())) {
            (Item::Object(found), Item::Object(expected)) => {
                prop_assert_eq!(&found.metadata.resource_version, &Some(version.to_string()));
                prop_assert_eq!(found, expected);
            }
            (found, expected) => panic!("{found:?}, {expected:?}"),
        }
    }

    #[test]
    fn an_event_is_extracted_from_its_line(object in object(), pretty in any::<bool>(), corruption in corruption()) {
        let event = json!({ "object": object, "type": "ADDED" });
        // kube-apiserver writes the type first.
        let line = if pretty { event.to_string() } else { format!(r#"{{"type":"ADDED","object":{object}}}"#) };
        let frame = watch_frame(Line::Whole(line.as_bytes().into()));
        let Ok(WatchFrame::Added(ObjectText::Whole(text))) = frame else { panic!("{line}") };
        prop_assert_eq!(serde_json::from_slice::<Value>(&text).expect("an object"), object);
        let mut framer = LineFramer::new(LIMIT);
        framer.push(&corrupted(line + "\n", &corruption).into()).expect("it is short");
        while let Some(line) = framer.next_line().expect("it is short") {
            // Any result is allowed, but no panic.
            if let Ok(WatchFrame::Added(ObjectText::Whole(text)) | WatchFrame::Modified(ObjectText::Whole(text))) = watch_frame(line) {
                decode(&text);
            }
        }
    }
}
