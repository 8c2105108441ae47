//! Random messages, generated from the tables in every form that protobuf allows, and random bytes.

use k8s_openapi::{api::core::v1::Pod, jiff::Timestamp};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    EncodedObject, Envelope, ListFramer, ManagedFields, Metadata, Schema, WatchEvent, WatchFramer,
    field::{Field, Message, ValueType},
    tables::KINDS,
    testing::{bytes, envelope, number, pod, varint},
};

/// Writes messages and the JSON that they must be read as.
struct Generator {
    random: fastrand::Rng,
    form: Form,
}

/// How a message is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Canonical,
    /// In any order, with fields that the table does not have, and with earlier values that must be replaced.
    Shuffled,
}

/// One field, with its tag.
type Entry = (u32, Vec<u8>);

impl Generator {
    fn new(seed: u64, form: Form) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), form }
    }

    fn message(&mut self, table: &[Field], depth: u8) -> (Vec<u8>, Map<String, Value>) {
        let (mut entries, mut object) = (Vec::new(), Map::new());
        for field in table {
            let is_set = if field.value_type().is_message() && !field.is_inline() {
                depth < 5 && self.random.u8(..4) == 0
            } else {
                self.random.u8(..3) != 0
            };
            if is_set {
                let value = self.field(field, depth, &mut entries);
                match value {
                    Value::Object(fields) if field.is_inline() => object.extend(fields),
                    value if field.is_omitted_if_zero() && is_zero(field, &value) => {}
                    value => _ = object.insert(field.name().to_owned(), value),
                }
            } else if field.is_inline() {
                object.extend(absent_fields(field.message().fields()));
            } else if field.is_shown_if_absent() {
                object.insert(field.name().to_owned(), absent(field));
            }
        }
        (self.joined(entries), object)
    }

    fn joined(&mut self, mut entries: Vec<Entry>) -> Vec<u8> {
        if self.form == Form::Shuffled {
            entries.push((2000, bytes(2000, b"unknown")));
            entries.push((190, number(190, self.random.u64(..))));
            let mut order: Vec<_> = (0..entries.len()).collect();
            self.random.shuffle(&mut order);
            // The order of values of one field counts.
            let mut shuffled: Vec<_> = order.iter().map(|&index| entries[index].clone()).collect();
            for slot in 0..shuffled.len() {
                let number = shuffled[slot].0;
                let before = shuffled[..slot].iter().filter(|(other, _)| *other == number).count();
                shuffled[slot] =
                    entries.iter().filter(|(other, _)| *other == number).nth(before).unwrap().clone();
            }
            entries = shuffled;
        }
        entries.into_iter().flat_map(|(_, entry)| entry).collect()
    }

    /// Adds a field with values, and returns its JSON.
    fn field(&mut self, field: &Field, depth: u8, entries: &mut Vec<Entry>) -> Value {
        let number = field.number();
        if field.is_map() {
            let mut map = Map::new();
            for key in 0..self.random.u8(1..4) {
                let (value, json) = self.value(field, 2, depth + 1);
                let entry = [bytes(1, format!("key-{key}").as_bytes()), value].concat();
                entries.push((number, bytes(number, &entry)));
                map.insert(format!("key-{key}"), json);
            }
            return map.into();
        }
        if field.is_collection() {
            let (mut list, mut packed) = (Vec::new(), Vec::new());
            let is_packed = self.form == Form::Shuffled && field.value_type() == ValueType::Int64;
            for _ in 0..self.random.u8(1..4) {
                let (value, json) = self.value(field, number, depth + 1);
                list.push(json);
                if is_packed {
                    packed.extend_from_slice(&value[varint(u64::from(number) << 3).len()..]);
                } else {
                    entries.push((number, value));
                }
            }
            if is_packed {
                entries.push((number, bytes(number, &packed)));
            }
            return list.into();
        }
        let is_twice = self.form == Form::Shuffled && self.random.bool();
        if is_twice && !field.value_type().is_message() {
            let (replaced, _) = self.value(field, number, depth);
            entries.push((number, replaced));
        }
        let (value, json) = self.value(field, number, depth);
        entries.push((number, value));
        if is_twice && field.value_type() == ValueType::Message {
            // In two parts: the second one has no fields that JSON has.
            entries.push((number, bytes(number, &bytes(3000, b"unknown"))));
        }
        json
    }

    /// Returns an encoded value with a tag, and its JSON.
    fn value(&mut self, field: &Field, tag: u32, depth: u8) -> (Vec<u8>, Value) {
        match field.value_type() {
            ValueType::Bool => {
                let value = self.random.bool();
                (number(tag, value.into()), value.into())
            }
            ValueType::Int32 => {
                let value = [0, 1, -1, i32::MAX, i32::MIN][self.random.usize(..5)];
                (number(tag, i64::from(value).cast_unsigned()), value.into())
            }
            ValueType::Int64 => {
                let value = [0, 1, -1, i64::MAX, i64::MIN, 300][self.random.usize(..6)];
                (number(tag, value.cast_unsigned()), value.into())
            }
            ValueType::Double => {
                let (value, json) =
                    [(0.0, json!(0)), (-2.0, json!(-2)), (0.5, json!(0.5)), (1e21, json!(1e21))]
                        [self.random.usize(..4)]
                    .clone();
                let tag = varint(u64::from(tag) << 3 | 1);
                ([tag, f64::to_le_bytes(value).to_vec()].concat(), json)
            }
            ValueType::Text => {
                let value = ["", "a", "ünïcödé \u{1f600}", "\"\\\n"][self.random.usize(..4)];
                (bytes(tag, value.as_bytes()), value.into())
            }
            ValueType::Bytes => {
                let (value, json) =
                    [(&b""[..], ""), (b"\xff\x00", "/wA="), (b"abc", "YWJj")][self.random.usize(..3)];
                (bytes(tag, value), json.into())
            }
            ValueType::Message => {
                let (message, json) = self.message(field.message().fields(), depth + 1);
                (bytes(tag, &message), json.into())
            }
            ValueType::Time => {
                let seconds = self.random.i64(-62_135_596_800..253_402_200_000);
                let json = match seconds {
                    -62_135_596_800 => Value::Null,
                    _ => Timestamp::from_second(seconds).unwrap().to_string().into(),
                };
                (bytes(tag, &[number(1, seconds.cast_unsigned()), number(2, 999)].concat()), json)
            }
            ValueType::MicroTime => {
                let micros = self.random.i64(0..1_000_000);
                let nanos = micros * 1000 + 999;
                let message = [number(1, 951_782_400), number(2, nanos.cast_unsigned())].concat();
                (bytes(tag, &message), format!("2000-02-29T00:00:00.{micros:06}Z").into())
            }
            ValueType::Quantity => {
                let (message, json) =
                    [(bytes(1, b"100m"), "100m"), (Vec::new(), "0")][self.random.usize(..2)].clone();
                (bytes(tag, &message), json.into())
            }
            ValueType::IntOrString => {
                let (kind, json) = [(0, json!(-8080)), (1, json!("http"))][self.random.usize(..2)].clone();
                let value = u64::from(8080_u32.wrapping_neg());
                let message = [number(1, kind), number(2, value), bytes(3, b"http")].concat();
                (bytes(tag, &message), json)
            }
            ValueType::RawJson => {
                let (text, json) = [
                    (&br#"{"a":[1,null]}"#[..], json!({"a": [1, null]})),
                    (b"", json!(null)),
                    (b"-1.5", json!(-1.5)),
                ][self.random.usize(..3)]
                .clone();
                (bytes(tag, &bytes(1, text)), json)
            }
            ValueType::Strings => {
                let (message, json) =
                    [([bytes(1, b"a"), bytes(1, b"")].concat(), json!(["a", ""])), (Vec::new(), json!([]))]
                        [self.random.usize(..2)]
                    .clone();
                (bytes(tag, &message), json)
            }
            ValueType::SchemaOrList | ValueType::SchemaOrBool | ValueType::SchemaOrStrings => {
                self.schema(field, tag, depth)
            }
        }
    }

    fn schema(&mut self, field: &Field, tag: u32, depth: u8) -> (Vec<u8>, Value) {
        let fields = field.message().fields();
        let schema =
            fields.iter().find(|field| !field.is_collection() && field.value_type() == ValueType::Message);
        let schema = schema.expect("a schema");
        let (schema_message, schema_json) = self.value(schema, schema.number(), depth);
        let choice = self.random.u8(..3);
        let (entries, json) = match (field.value_type(), choice) {
            (_, 0) => (vec![(schema.number(), schema_message)], schema_json),
            (ValueType::SchemaOrBool, 1) => (vec![(1, number(1, 1))], true.into()),
            (ValueType::SchemaOrBool, _) => (Vec::new(), false.into()),
            (ValueType::SchemaOrStrings, 1) => {
                (vec![(schema.number(), schema_message), (2, bytes(2, b"a"))], json!(["a"]))
            }
            (ValueType::SchemaOrList, 1) => {
                let (other, json) = self.value(schema, 2, depth);
                (vec![(1, schema_message), (2, other)], json!([json]))
            }
            _ => (Vec::new(), Value::Null),
        };
        (bytes(tag, &self.joined(entries)), json)
    }
}

fn is_zero(field: &Field, json: &Value) -> bool {
    match field.value_type() {
        ValueType::Time => json.is_null(),
        _ => [json!(0), json!(false), json!("")].contains(json),
    }
}

/// The JSON of an absent field.
fn absent(field: &Field) -> Value {
    if field.is_null_if_absent() {
        return Value::Null;
    }
    match field.value_type() {
        ValueType::Bool | ValueType::SchemaOrBool => false.into(),
        ValueType::Int32 | ValueType::Int64 | ValueType::Double | ValueType::IntOrString => 0.into(),
        ValueType::Text | ValueType::Bytes => "".into(),
        ValueType::Quantity => "0".into(),
        ValueType::Message => absent_fields(field.message().fields()).into(),
        ValueType::Strings => json!([]),
        ValueType::Time
        | ValueType::MicroTime
        | ValueType::RawJson
        | ValueType::SchemaOrList
        | ValueType::SchemaOrStrings => Value::Null,
    }
}

fn absent_fields(table: &[Field]) -> Map<String, Value> {
    let mut object = Map::new();
    for field in table {
        if field.is_inline() {
            object.extend(absent_fields(field.message().fields()));
        } else if field.is_shown_if_absent() {
            object.insert(field.name().to_owned(), absent(field));
        }
    }
    object
}

fn kind() -> impl Strategy<Value = (&'static str, &'static str, u16)> {
    (0..KINDS.len()).prop_map(|index| KINDS[index])
}

fn object<'a>(api_version: &'a str, kind: &'a str, bytes: &'a [u8]) -> EncodedObject<'a> {
    let schema = Schema::of_kind(api_version, kind).expect("a built-in kind");
    EncodedObject { schema, api_version, kind, bytes, managed_fields: ManagedFields::Keep }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_form_of_a_message_is_read_as_its_json(
        (api_version, kind, message) in kind(),
        seed: u64,
        form in prop_oneof![Just(Form::Canonical), Just(Form::Shuffled)],
    ) {
        let (encoded, mut json) = Generator::new(seed, form).message(Message(message).fields(), 0);
        json.insert("apiVersion".to_owned(), api_version.into());
        json.insert("kind".to_owned(), kind.into());
        let decoded: Value = object(api_version, kind, &encoded).decode().unwrap();
        prop_assert_eq!(decoded, Value::Object(json));
    }

    #[test]
    fn no_bytes_cause_a_panic(
        (api_version, kind, message) in kind(),
        seed: u64,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..8),
    ) {
        let (mut encoded, _) = Generator::new(seed, Form::Canonical).message(Message(message).fields(), 0);
        encoded.push(0);
        for (at, byte, edit) in edits {
            let at = at.index(encoded.len());
            match edit {
                0 => encoded[at] = byte,
                1 => encoded.insert(at, byte),
                _ => encoded.truncate(at + 1),
            }
        }
        let _ = object(api_version, kind, &encoded).decode::<Value>();
        read_everything(&encoded);
    }

    #[test]
    fn no_random_bytes_cause_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), limit in 0..100_usize) {
        read_everything(&bytes);
        read_everything(&[b"k8s\0", &bytes[..]].concat());
        let (mut list, mut watch) = (ListFramer::new(limit), WatchFramer::new(limit));
        for chunk in [&envelope("v1", "PodList", &bytes), &bytes].into_iter().flat_map(|bytes| bytes.chunks(7)) {
            list.push(&chunk.to_vec().into());
            watch.push(&chunk.to_vec().into());
            while let Ok(Some(_)) = list.next_token() {}
            while let Ok(Some(_)) = watch.next_event() {}
        }
        let _ = list.finish();
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct View {
    metadata: k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
    spec: Option<SpecView>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct SpecView {
    node_name: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

fn read_everything(encoded: &[u8]) {
    let _ = object("v1", "Pod", encoded).decode::<Pod>();
    let _ = object("v1", "Pod", encoded).decode::<View>();
    let _ = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", encoded).decode::<Value>();
    for metadata in [Metadata::read(encoded).unwrap_or_default(), Metadata::read_prefix(encoded)] {
        let _ = (metadata.labels().count(), metadata.annotations().count());
    }
    let _ = (Envelope::read(encoded), Envelope::read_prefix(encoded));
    let _ = (WatchEvent::read(encoded), WatchEvent::read_prefix(encoded));
}

#[test]
fn a_message_that_is_cut_off_is_an_error() {
    let encoded = pod();
    let mut complete = 0;
    for end in 0..encoded.len() {
        if object("v1", "Pod", &encoded[..end]).decode::<Value>().is_ok() {
            complete += 1;
        }
        read_everything(&encoded[..end]);
    }
    // Without any field, after the metadata, and after the spec.
    assert_eq!(complete, 3);
}
