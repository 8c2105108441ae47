//! Which values an index path yields: keys and values of maps, Kubernetes' scalars, JSON, serde names, several fields,
//! functions and the controller.

use std::collections::{BTreeMap, HashMap};

use k8s_openapi::{
    apimachinery::pkg::{
        api::resource::Quantity,
        apis::meta::v1::{MicroTime, OwnerReference, Time},
        util::intstr::IntOrString,
    },
    jiff::Timestamp,
};
use kube::core::ObjectMeta;
use reflector_runtime::{Index, IndexKey, Reflect};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Reflect)]
#[reflect(version = "v1", namespaced)]
#[reflect(index(
    by_app = metadata.labels["app.kubernetes.io/name"],
    by_note = metadata.annotations?["note"],
    by_label_value = metadata.labels?[],
    by_label_key = metadata.labels,
    by_http = ports["http"].number,
    by_port = ports[].number,
    by_alias = ports[].names["a"],
    by_optional = optional["key"]?.number,
))]
#[reflect(index(
    by_target = target,
    by_targets = targets[],
    by_cpu = cpu?,
    by_time = time,
    by_micro_time = micro_time,
    by_any = any,
    by_any_host = any["host"],
))]
#[reflect(index(
    by_mode = serde(mode),
    by_optional_mode = serde(optional_mode),
    by_modes = serde(modes[]),
    by_mode_value: Mode = optional_mode,
))]
#[reflect(index(
    by_pair = (metadata.namespace, mode_text),
    by_image_and_port: (String, u16) = (images[], ports[].number),
    by_three: (Mode, u16, String) = (mode, ports["http"].number, mode_text),
))]
#[reflect(index(by_first = with(first), by_count: usize = with(self::Widget::count), owner))]
struct Widget {
    metadata: ObjectMeta,
    ports: HashMap<String, Port>,
    optional: Option<BTreeMap<String, Option<Port>>>,
    target: Option<IntOrString>,
    targets: Vec<IntOrString>,
    cpu: Option<Quantity>,
    time: Option<Time>,
    micro_time: MicroTime,
    any: Value,
    mode: Mode,
    optional_mode: Option<Mode>,
    modes: Vec<Mode>,
    mode_text: String,
    images: Vec<String>,
}

struct Port {
    number: u16,
    names: BTreeMap<String, String>,
}

/// As kopium generates it: without `Display`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    ReadOnly,
    ReadWrite,
}

fn first(widget: &Widget) -> Option<String> {
    widget.images.first().map(|image| image.split(':').next().unwrap_or_default().to_owned())
}

impl Widget {
    fn count(&self) -> usize {
        self.images.len()
    }
}

fn widget() -> Widget {
    let map =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let owner = |uid: &str, controller| OwnerReference {
        uid: uid.to_owned(),
        controller: Some(controller),
        ..OwnerReference::default()
    };
    let port = |number| Port { number, names: map(&[("a", "alias")]) };
    Widget {
        metadata: ObjectMeta {
            namespace: Some("team-a".to_owned()),
            labels: Some(map(&[("app.kubernetes.io/name", "web"), ("tier", "front")])),
            annotations: Some(map(&[("note", "hi")])),
            owner_references: Some(vec![owner("other", false), owner("controller", true)]),
            ..ObjectMeta::default()
        },
        ports: HashMap::from([("http".to_owned(), port(80))]),
        optional: Some(BTreeMap::from([("key".to_owned(), Some(port(7)))])),
        target: Some(IntOrString::Int(8080)),
        targets: vec![IntOrString::Int(1), IntOrString::String("http".to_owned())],
        cpu: Some(Quantity("500m".to_owned())),
        time: Some(Time(Timestamp::UNIX_EPOCH)),
        micro_time: MicroTime(Timestamp::UNIX_EPOCH),
        any: json!({ "host": "example.com", "size": 3 }),
        mode: Mode::ReadOnly,
        optional_mode: Some(Mode::ReadWrite),
        modes: vec![Mode::ReadOnly, Mode::ReadWrite],
        mode_text: "ro".to_owned(),
        images: vec!["nginx:1".to_owned(), "redis".to_owned()],
    }
}

fn values<V: IndexKey + ?Sized>(index: Index<Widget, V>) -> Vec<V::Owned> {
    let mut found = Vec::new();
    index.values(&widget(), &mut |value| found.push(value.to_owned()));
    found
}

#[test]
fn map_values_are_found_by_key_and_by_iteration() {
    assert_eq!(values(Widget::BY_APP), ["web"]);
    assert_eq!(values(Widget::BY_NOTE), ["hi"]);
    assert_eq!(values(Widget::BY_LABEL_VALUE), ["web", "front"]);
    assert_eq!(values(Widget::BY_LABEL_KEY), ["app.kubernetes.io/name", "tier"]);
    assert_eq!(values(Widget::BY_HTTP), ["80"]);
    assert_eq!(values(Widget::BY_PORT), ["80"]);
    assert_eq!(values(Widget::BY_ALIAS), ["alias"]);
    assert_eq!(values(Widget::BY_OPTIONAL), ["7"]);
}

#[test]
fn kubernetes_scalars_are_indexed_as_in_json() {
    assert_eq!(values(Widget::BY_TARGET), ["8080"]);
    assert_eq!(values(Widget::BY_TARGETS), ["1", "http"]);
    assert_eq!(values(Widget::BY_CPU), ["500m"]);
    assert_eq!(values(Widget::BY_TIME), ["1970-01-01T00:00:00Z"]);
    assert_eq!(values(Widget::BY_MICRO_TIME), ["1970-01-01T00:00:00.000000Z"]);
    assert_eq!(values(Widget::BY_ANY), ["host", "size"]);
    assert_eq!(values(Widget::BY_ANY_HOST), ["example.com"], "without quotes");
}

#[test]
fn enums_are_indexed_by_their_serde_name_or_by_value() {
    assert_eq!(values(Widget::BY_MODE), ["read-only"]);
    assert_eq!(values(Widget::BY_OPTIONAL_MODE), ["read-write"]);
    assert_eq!(values(Widget::BY_MODES), ["read-only", "read-write"]);
    assert_eq!(values(Widget::BY_MODE_VALUE), [Mode::ReadWrite]);
}

#[test]
fn several_fields_are_one_key() {
    let text = |text: &str| text.to_owned();
    assert_eq!(values(Widget::BY_PAIR), [(text("team-a"), text("ro"))]);
    assert_eq!(values(Widget::BY_IMAGE_AND_PORT), [(text("nginx:1"), 80), (text("redis"), 80)]);
    assert_eq!(values(Widget::BY_THREE), [(Mode::ReadOnly, 80, text("ro"))]);
}

#[test]
fn functions_and_the_controller_need_no_path() {
    assert_eq!(values(Widget::BY_FIRST), ["nginx"]);
    assert_eq!(values(Widget::BY_COUNT), [2]);
    assert_eq!(values(Widget::BY_OWNER), ["controller"]);
}

/// The derive knows the fields of `ObjectMeta`. If this pattern does not compile, a field was added to the type: add it
/// to `model/fields.rs`, and an index of it here.
#[test]
fn every_field_of_object_meta_is_known() {
    #[derive(Reflect)]
    #[reflect(version = "v1", index(
        a = metadata.annotations, b = metadata.creation_timestamp, c = metadata.deletion_grace_period_seconds,
        d = metadata.deletion_timestamp, e = metadata.finalizers, f = metadata.generate_name,
        g = metadata.generation, h = metadata.labels, i = metadata.managed_fields?[].manager, j = metadata.name,
        k = metadata.namespace, l = metadata.owner_references?[].uid, m = metadata.resource_version,
        n = metadata.self_link, o = metadata.uid,
    ))]
    struct All {
        metadata: ObjectMeta,
    }
    let ObjectMeta {
        annotations: _,
        creation_timestamp: _,
        deletion_grace_period_seconds: _,
        deletion_timestamp: _,
        finalizers: _,
        generate_name: _,
        generation: _,
        labels: _,
        managed_fields: _,
        name: _,
        namespace: _,
        owner_references: _,
        resource_version: _,
        self_link: _,
        uid: _,
    } = ObjectMeta::default();
    assert_eq!(All::resource_type().indexes().count(), 15);
}
