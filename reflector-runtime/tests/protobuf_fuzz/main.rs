//! Whatever bytes a server sends: decoding them neither panics nor allocates more than they are long, times a factor.
//!
//! A binary of its own, because it counts allocations. The bytes are messages of every built-in kind, damaged at random.
//! The number of cases is fixed, and a failed case prints the seed that generates it.

mod generate;

use std::fmt;

use allocation_counter::measure;
use k8s_openapi::{
    api::core::v1::Pod,
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition as Crd,
};
use proptest::prelude::*;
use reflector_runtime::protobuf::{
    EncodedObject, Envelope, ListFramer, ManagedFields, Metadata, Schema, WatchEvent, WatchFramer,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use self::generate::{bytes, damage, envelope, message, number, varint};

/// How many bytes the decoder may allocate for each byte that it reads, while it decodes an object into a type that does
/// not allocate. Most is for a message in another order: the list of its fields.
const FACTOR: u64 = 64;

/// The same for types that allocate: for each element of a list, which takes at least two bytes, as much as the largest
/// type of an element.
const FACTOR_OF_TYPES: u64 = 2 << 10;

/// How much may be allocated for any object: an error, for example.
const BASE: u64 = 16 << 10;

/// Reads every value, and allocates nothing.
struct Everything;

impl<'de> Deserialize<'de> for Everything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

/// Visitors of values without others inside.
macro_rules! values {
    ($($method:ident $type:ty),*) => {
        $(fn $method<E>(self, _value: $type) -> Result<Self, E> {
            Ok(self)
        })*
    };
}

impl<'de> Visitor<'de> for Everything {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    values!(visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_str &str);

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, Self>()?.is_some() {}
        Ok(self)
    }
}

/// A view with an attribute for which serde keeps values.
#[derive(Deserialize)]
#[allow(dead_code, reason = "only decoded")]
struct View {
    metadata: Option<Map<String, Value>>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

fn decode<K: DeserializeOwned>(
    (api_version, kind): (&str, &str),
    bytes: &[u8],
    managed_fields: ManagedFields,
) -> bool {
    let schema = Schema::of_kind(api_version, kind).expect("a built-in kind");
    EncodedObject { schema, api_version, kind, bytes, managed_fields }.decode::<K>().is_ok()
}

/// Decodes an object, and checks how much memory that takes.
fn decode_within<K: DeserializeOwned>(kind: (&str, &str), bytes: &[u8], factor: u64) {
    for managed_fields in [ManagedFields::Keep, ManagedFields::Strip] {
        let allocated = measure(|| {
            decode::<K>(kind, bytes, managed_fields);
        });
        let limit = factor * bytes.len() as u64 + BASE;
        let max = allocated.bytes_max;
        assert!(
            max <= limit,
            "{max} bytes for {} of {kind:?}: {:?}",
            bytes.len(),
            &bytes[..bytes.len().min(200)]
        );
    }
}

/// Reads bytes in every way in which the runtime reads those of a server.
fn read(kind: (&str, &str), bytes: &[u8]) {
    decode_within::<Everything>(kind, bytes, FACTOR);
    decode_within::<IgnoredAny>(kind, bytes, FACTOR);
    for type_of_bytes in [kind, ("v1", "Pod")] {
        decode_within::<Value>(type_of_bytes, bytes, FACTOR_OF_TYPES);
        decode_within::<View>(type_of_bytes, bytes, FACTOR_OF_TYPES);
        decode_within::<Pod>(type_of_bytes, bytes, FACTOR_OF_TYPES);
        decode_within::<Crd>(type_of_bytes, bytes, FACTOR_OF_TYPES);
    }
    let allocated = measure(|| {
        for metadata in [Metadata::read(bytes).unwrap_or_default(), Metadata::read_prefix(bytes)] {
            let _ = (metadata.labels().count(), metadata.annotations().count());
        }
        let _ = (Envelope::read(bytes), Envelope::read_prefix(bytes));
        let _ = (WatchEvent::read(bytes), WatchEvent::read_prefix(bytes));
    });
    assert_eq!(allocated.count_total, 0, "reading metadata and envelopes allocates");
}

/// Splits a body that arrives in chunks, as a list and as a watch.
fn split(body: &[u8], chunk: usize, limit: usize) {
    /// What is allocated before it has arrived.
    const BLOCK: u64 = 64 << 10;
    let allocated = measure(|| {
        let (mut list, mut watch) = (ListFramer::new(limit), WatchFramer::new(limit));
        for chunk in body.chunks(chunk) {
            let chunk = bytes::Bytes::copy_from_slice(chunk);
            list.push(&chunk);
            watch.push(&chunk);
            while let Ok(Some(_)) = list.next_token() {}
            while let Ok(Some(_)) = watch.next_event() {}
        }
        let _ = (list.finish(), watch.is_inside());
    });
    let max = allocated.bytes_max;
    assert!(max <= 8 * body.len() as u64 + BLOCK, "{max} bytes for {}", body.len());
}

fn kinds() -> Vec<(&'static str, &'static str)> {
    Schema::kinds().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_objects_are_read_within_their_memory(
        kind in prop::sample::select(kinds()),
        seed: u64,
        damages in 0..6_u8,
    ) {
        let mut random = fastrand::Rng::with_seed(seed);
        let schema = Schema::of_kind(kind.0, kind.1).expect("a built-in kind");
        let mut object = message(schema, &mut random, 0);
        for _ in 0..damages {
            damage(&mut object, &mut random);
        }
        read(kind, &object);
        let in_envelope = envelope(kind.0, kind.1, &object);
        read(kind, &in_envelope);
        read(kind, &[bytes(1, b"ADDED"), bytes(2, &bytes(1, &in_envelope))].concat());
    }

    #[test]
    fn damaged_bodies_are_split_within_their_memory(
        seed: u64,
        items in 0..5_usize,
        damages in 0..6_u8,
        chunk in 1..2_000_usize,
        limit in prop_oneof![0..100_usize, Just(usize::MAX)],
    ) {
        let mut random = fastrand::Rng::with_seed(seed);
        let schema = Schema::of_kind("v1", "Pod").expect("a built-in kind");
        let mut list = bytes(1, &bytes(2, b"7"));
        let mut watch = Vec::new();
        for _ in 0..items {
            let object = message(schema, &mut random, 3);
            list.extend(bytes(2, &object));
            let event = [bytes(1, b"ADDED"), bytes(2, &bytes(1, &envelope("v1", "Pod", &object)))].concat();
            watch.extend(u32::try_from(event.len()).unwrap().to_be_bytes());
            watch.extend(event);
        }
        for mut body in [envelope("v1", "PodList", &list), watch] {
            for _ in 0..damages {
                damage(&mut body, &mut random);
            }
            split(&body, chunk, limit);
        }
    }
}

/// The tables have one message that contains itself.
#[test]
fn the_number_of_levels_does_not_multiply_the_memory() {
    /// Writes a message as a field of another one.
    type Form = fn(u32, Vec<u8>) -> Vec<u8>;
    const KIND: (&str, &str) = ("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    const NOT: u32 = 28;
    // `description`, of each level and in two parts of each message.
    let text = |length: usize| bytes(2, &vec![b'x'; length]);
    let nested = |levels: u32, innermost: Vec<u8>, form: Form| {
        let schema = (0..levels).fold(innermost, |schema, _| form(NOT, schema));
        bytes(2, &bytes(7, &bytes(4, &bytes(1, &schema))))
    };
    let forms: [Form; 3] = [
        |field, schema| bytes(field, &schema),
        // Not in the order of numbers.
        |field, schema| [bytes(field, &schema), number(1, 0)].concat(),
        // In two parts.
        |field, schema| [bytes(field, &schema), bytes(field, b"")].concat(),
    ];
    for levels in [1, 60, 100, 1_000] {
        for form in forms {
            let object = nested(levels, text(200_000), form);
            decode_within::<Everything>(KIND, &object, 8);
            let fields = nested(levels, text(1).repeat(20_000), form);
            decode_within::<Everything>(KIND, &fields, FACTOR);
        }
    }
}

/// A length is not believed before the bytes are there.
#[test]
fn long_lengths_allocate_nothing() {
    for length in [1 << 20, 1 << 31, u64::from(u32::MAX), u64::MAX / 2, u64::MAX] {
        for field in 1..32 {
            let cut_off = [generate::tag(field, generate::BYTES), varint(length), b"abc".to_vec()].concat();
            for object in [cut_off.clone(), bytes(1, &cut_off), bytes(2, &cut_off)] {
                read(("v1", "Pod"), &object);
            }
            split(&[&b"k8s\0"[..], &cut_off].concat(), 3, usize::MAX);
            split(&envelope("v1", "PodList", &cut_off), 3, usize::MAX);
        }
    }
    split(&[&u32::MAX.to_be_bytes()[..], b"abc"].concat(), 3, usize::MAX);
}
