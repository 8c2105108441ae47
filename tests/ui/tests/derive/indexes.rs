//! The values that index paths extract.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use kube::core::ObjectMeta;
use reflector_runtime::{AnyIndex, Index, Reflect};

#[derive(Reflect, Clone, Debug, Default)]
#[reflect(version = "v1", group = "example.com")]
#[reflect(index(by_color = spec.color, by_size = spec.size), index(by_ready = spec.ready))]
#[reflect(
    index(by_node = spec.node),
    index(by_node_step = spec.node?),
    index(by_label = metadata.labels, by_name = metadata.name, by_namespace = metadata.namespace?),
    index(by_phase = status?.phase),
    index(by_owner = metadata.owner_references?[].uid),
    index(by_image = spec.parts[].image, by_tag = spec.parts[].tags[], by_tags = spec.parts[].tags),
    index(by_maker = spec.parts[].maker?.name),
    index(by_extra = spec.extra?[].image),
    index(by_nested = spec.nested??),
    index(by_boxed = spec.boxed.image, by_boxed_some = spec.boxed_some?.image),
    index(by_cell = spec.matrix[][], by_set = spec.set, by_array = spec.array[]),
    index(by_whole_array = spec.array, by_deque = spec.deque, by_slice = spec.slice),
    index(in_deque = spec.deque[], in_slice = spec.slice[], in_shared = spec.shared[].image),
    index(by_pair = spec.pair.1, by_pair_part = spec.pair.0.0),
    index(r#type = spec.r#type),
)]
struct Thing {
    metadata: ObjectMeta,
    spec: Spec,
    status: Option<Status>,
}

#[derive(Clone, Debug, Default)]
struct Spec {
    color: String,
    size: i64,
    ready: bool,
    node: Option<String>,
    parts: Vec<Part>,
    extra: Option<Vec<Part>>,
    // JSON distinguishes `null` from a missing field. A path must also unwrap a type that makes this distinction.
    #[allow(clippy::option_option)]
    nested: Option<Option<String>>,
    boxed: Box<Part>,
    boxed_some: Option<Box<Part>>,
    matrix: Vec<Vec<u8>>,
    set: BTreeSet<String>,
    array: [u16; 2],
    deque: VecDeque<u8>,
    slice: Box<[String]>,
    shared: Arc<Vec<Part>>,
    pair: ((String,), u8),
    r#type: String,
}

#[derive(Clone, Debug, Default)]
struct Part {
    image: String,
    tags: Vec<String>,
    maker: Option<Maker>,
}

#[derive(Clone, Debug, Default)]
struct Maker {
    name: String,
}

#[derive(Clone, Debug, Default)]
struct Status {
    phase: Phase,
}

#[derive(Clone, Debug, Default)]
enum Phase {
    #[default]
    Running,
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Running")
    }
}

fn part(image: &str, tags: &[&str], maker: Option<&str>) -> Part {
    Part {
        image: image.into(),
        tags: tags.iter().map(ToString::to_string).collect(),
        maker: maker.map(|name| Maker { name: name.into() }),
    }
}

fn full() -> Thing {
    Thing {
        metadata: ObjectMeta {
            name: Some("t".into()),
            namespace: Some("ns".into()),
            labels: Some(BTreeMap::from([("app".into(), "x".into()), ("tier".into(), "y".into())])),
            owner_references: Some(vec![k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference {
                uid: "u1".into(),
                ..Default::default()
            }]),
            ..ObjectMeta::default()
        },
        spec: Spec {
            color: "red".into(),
            size: -3,
            ready: true,
            node: Some("n1".into()),
            parts: vec![part("a", &["t1", "t2"], None), part("b", &[], Some("m"))],
            extra: Some(vec![part("e", &[], None)]),
            nested: Some(Some("deep".into())),
            boxed: Box::new(part("boxed", &[], None)),
            boxed_some: Some(Box::new(part("some", &[], None))),
            matrix: vec![vec![1, 2], vec![3]],
            set: BTreeSet::from(["s".into()]),
            array: [7, 8],
            deque: VecDeque::from([5, 6]),
            slice: ["l".into()].into(),
            shared: Arc::new(vec![part("shared", &[], None)]),
            pair: (("p".into(),), 9),
            r#type: "kind".into(),
        },
        status: Some(Status::default()),
    }
}

fn values(index: Index<Thing>, thing: &Thing) -> Vec<String> {
    let mut found = Vec::new();
    index.values(thing, &mut |value| found.push(value.to_owned()));
    found
}

#[test]
fn every_kind_of_path_extracts_its_values() {
    let thing = full();
    let expected: &[(Index<Thing>, &[&str])] = &[
        (Thing::BY_COLOR, &["red"]),
        (Thing::BY_SIZE, &["-3"]),
        (Thing::BY_READY, &["true"]),
        (Thing::BY_NODE, &["n1"]),
        (Thing::BY_NODE_STEP, &["n1"]),
        (Thing::BY_LABEL, &["app", "tier"]),
        (Thing::BY_NAME, &["t"]),
        (Thing::BY_NAMESPACE, &["ns"]),
        (Thing::BY_PHASE, &["Running"]),
        (Thing::BY_OWNER, &["u1"]),
        (Thing::BY_IMAGE, &["a", "b"]),
        (Thing::BY_TAG, &["t1", "t2"]),
        (Thing::BY_TAGS, &["t1", "t2"]),
        (Thing::BY_MAKER, &["m"]),
        (Thing::BY_EXTRA, &["e"]),
        (Thing::BY_NESTED, &["deep"]),
        (Thing::BY_BOXED, &["boxed"]),
        (Thing::BY_BOXED_SOME, &["some"]),
        (Thing::BY_CELL, &["1", "2", "3"]),
        (Thing::BY_SET, &["s"]),
        (Thing::BY_ARRAY, &["7", "8"]),
        (Thing::BY_WHOLE_ARRAY, &["7", "8"]),
        (Thing::BY_DEQUE, &["5", "6"]),
        (Thing::BY_SLICE, &["l"]),
        (Thing::IN_DEQUE, &["5", "6"]),
        (Thing::IN_SLICE, &["l"]),
        (Thing::IN_SHARED, &["shared"]),
        (Thing::BY_PAIR, &["9"]),
        (Thing::BY_PAIR_PART, &["p"]),
        (Thing::TYPE, &["kind"]),
    ];
    for (index, expected) in expected {
        assert_eq!(values(*index, &thing), *expected, "{}", index.name());
    }
    let names: Vec<_> = <Thing as Reflect>::resource_type().indexes().map(AnyIndex::name).collect();
    let expected: Vec<_> = expected.iter().map(|(index, _)| index.name()).collect();
    assert_eq!(names, expected, "indexes keep the order of the attributes");
    assert!(names.contains(&"type"), "the index name omits `r#`");
}

#[test]
fn missing_fields_have_no_values() {
    let thing = Thing::default();
    for index in [
        Thing::BY_NODE,
        Thing::BY_NODE_STEP,
        Thing::BY_LABEL,
        Thing::BY_NAME,
        Thing::BY_NAMESPACE,
        Thing::BY_PHASE,
        Thing::BY_OWNER,
        Thing::BY_IMAGE,
        Thing::BY_MAKER,
        Thing::BY_EXTRA,
        Thing::BY_NESTED,
        Thing::BY_BOXED_SOME,
        Thing::BY_CELL,
    ] {
        assert_eq!(values(index, &thing), Vec::<String>::new(), "{}", index.name());
    }
}

/// An index with a value type contains values of that type, not their text.
#[derive(Reflect, Clone, Debug, Default)]
#[reflect(version = "v1", kind = "Typed")]
#[reflect(index(by_size: i64 = spec.size, by_color: str = spec.color, by_maker: typed::Maker = makers[]))]
#[reflect(index(by_pair: (u8, std::collections::BTreeMap<u8, u8>) = pair?, by_key: u16 = spec.ports))]
struct Typed {
    metadata: ObjectMeta,
    spec: typed::Spec,
    makers: Vec<Option<typed::Maker>>,
    pair: Option<(u8, BTreeMap<u8, u8>)>,
}

mod typed {
    use std::collections::HashMap;

    #[derive(Clone, Debug, Default)]
    pub(super) struct Spec {
        pub(super) size: i64,
        pub(super) color: String,
        pub(super) ports: HashMap<u16, String>,
    }

    /// Has no `Display`.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
    pub(super) struct Maker {
        pub(super) name: String,
    }
}

#[test]
fn typed_indexes_extract_values_of_their_type() {
    fn values<V: ToOwned + ?Sized>(index: Index<Typed, V>, object: &Typed) -> Vec<V::Owned> {
        let mut found = Vec::new();
        index.values(object, &mut |value| found.push(value.to_owned()));
        found
    }
    let maker = |name: &str| typed::Maker { name: name.into() };
    let object = Typed {
        metadata: ObjectMeta::default(),
        spec: typed::Spec { size: -3, color: "red".into(), ports: [(80, String::new())].into() },
        makers: vec![Some(maker("m")), None, Some(maker("n"))],
        pair: Some((1, BTreeMap::from([(2, 3)]))),
    };
    assert_eq!(values(Typed::BY_SIZE, &object), [-3]);
    assert_eq!(values(Typed::BY_COLOR, &object), ["red"]);
    assert_eq!(values(Typed::BY_MAKER, &object), [maker("m"), maker("n")]);
    assert_eq!(values(Typed::BY_PAIR, &object), [(1, BTreeMap::from([(2, 3)]))]);
    assert_eq!(values(Typed::BY_KEY, &object), [80]);
    assert_eq!(<Typed as Reflect>::resource_type().indexes().count(), 5);
}
