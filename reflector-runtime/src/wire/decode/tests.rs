use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::core::{ApiResource, DynamicObject, ObjectMeta};
use serde::Deserialize;

use super::*;
use crate::{
    resource_type::ResourceTypeParts,
    wire::{NoDecodedObjects, ObjectVersion},
};

fn decoder<K: DeserializeOwned>(resource_type: ResourceType<K>) -> Decoder<K> {
    Decoder::new(Arc::new(resource_type), Format::Json, ManagedFields::Strip, None)
}

fn config_maps() -> Decoder<ConfigMap> {
    decoder(ResourceType::from_resource())
}

fn decode_with<K: DeserializeOwned>(decoder: &Decoder<K>, text: &str) -> Item<K> {
    decoder.decode(text.as_bytes(), &NoDecodedObjects, &mut DecodeBuffer::default()).0
}

#[track_caller]
fn object<K>(item: Item<K>) -> Arc<K> {
    match item {
        Item::Object(object) => object,
        Item::Transformed { resource_version, .. } => panic!("transformed at {resource_version}"),
        Item::Invalid(invalid) => panic!("{invalid}"),
    }
}

#[track_caller]
fn invalid_object<K>(item: Item<K>) -> InvalidObject {
    match item {
        Item::Invalid(invalid) => invalid,
        Item::Object(_) | Item::Transformed { .. } => panic!("the object was accepted"),
    }
}

#[track_caller]
fn error(text: &str) -> InvalidObject {
    invalid_object(decode_with(&config_maps(), text))
}

#[test]
fn an_object_is_decoded_without_its_managed_fields() {
    for kind in ["", r#","kind":"ConfigMap","apiVersion":"v1""#] {
        let text = format!(
            r#"{{"metadata":{{"name":"a","namespace":"n","managedFields":[{{"manager":"m"}}]}},"data":{{"k":"v"}}{kind}}}"#
        );
        let (item, kinds) =
            config_maps().decode(text.as_bytes(), &NoDecodedObjects, &mut DecodeBuffer::default());
        assert_eq!(object(item).metadata.managed_fields.as_deref(), Some(&[][..]));
        assert_eq!(kinds, if kind.is_empty() { ItemKinds::OfTheList } else { ItemKinds::Own });
    }
}

#[test]
fn managed_fields_are_kept_on_request() {
    let text = r#"{"metadata":{"name":"a","namespace":"n","managedFields":[{"manager":"m"}]}}"#;
    let decoder = Decoder::new(
        Arc::new(ResourceType::<ConfigMap>::from_resource()),
        Format::Json,
        ManagedFields::Keep,
        None,
    );
    let object = object(decode_with(&decoder, text));
    assert_eq!(object.metadata.managed_fields.as_ref().map(Vec::len), Some(1));
}

#[test]
fn invalid_objects_are_identified() {
    let wrong = error(r#"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a","namespace":"n"}}"#);
    assert!(matches!(wrong.error, DecodeError::WrongKind { .. }) && wrong.error.is_mismatch());
    assert_eq!(wrong.key.unwrap().to_string(), "n/a");
    for kind in ["", r#","kind":"ConfigMap","apiVersion":"v1""#] {
        let wrong = error(&format!(
            r#"{{"metadata":{{"name":"a","namespace":"n","resourceVersion":"7"}},"data":{{"k":["hunter2"]}}{kind}}}"#
        ));
        assert_eq!(wrong.resource_version.as_deref(), Some("7"));
        assert!(
            wrong.to_string().starts_with("n/a: field `data.k`: found a list, expected a string"),
            "{wrong}"
        );
    }
    assert!(matches!(error(r#"{"metadata":{}}"#).error, DecodeError::Key(KeyError::NoName)));
    assert!(matches!(error("nonsense").error, DecodeError::Malformed { offset: 0 }));
    let late = r#"{"metadata":{"name":"a","namespace":"n"},"data":x}"#;
    assert!(matches!(error(late).error, DecodeError::Malformed { offset: 48 }), "{:?}", error(late).error);
}

#[test]
fn the_text_of_an_invalid_object_contains_its_cause_once() {
    let wrong = error(r#"{"metadata":{"name":"a"}}"#);
    assert!(wrong.to_string().ends_with(&wrong.error.to_string()));
    assert!(std::error::Error::source(&wrong).is_none());
}

#[test]
fn a_known_version_is_not_decoded_again() {
    struct One(Arc<ConfigMap>);
    impl DecodedObjects<ConfigMap> for One {
        fn known(&self, key: KeyRef<'_>, version: ObjectVersion<'_>) -> Option<Arc<ConfigMap>> {
            (key.to_string() == "n/a" && version.resource_version == "7").then(|| self.0.clone())
        }
    }
    let one = One(Arc::default());
    let same = |version: &str| {
        let text = format!(r#"{{"metadata":{{"name":"a","namespace":"n","resourceVersion":{version}}}}}"#);
        let item = config_maps().decode(text.as_bytes(), &one, &mut DecodeBuffer::default()).0;
        Arc::ptr_eq(&object(item), &one.0)
    };
    assert!(same("\"7\"") && same("7"));
    assert!(!same("\"8\""));
}

#[derive(Debug, Deserialize, PartialEq)]
struct Typed {
    #[serde(flatten)]
    types: TypeMeta,
    metadata: ObjectMeta,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Strict {
    api_version: String,
    kind: String,
    metadata: ObjectMeta,
}

fn resource_type<K>(metadata: fn(&K) -> &ObjectMeta, scope: Scope) -> ResourceType<K> {
    ResourceType::new(ResourceTypeParts {
        group: "",
        version: "v1",
        kind: "ConfigMap",
        plural: "configmaps",
        scope,
        metadata,
        clone: None,
        indexes: &[],
    })
}

/// Items of built-in lists contain no apiVersion and kind, events do.
#[test]
fn a_type_with_its_own_type_meta_gets_the_same_object_from_a_list_and_a_watch() {
    let metadata =
        r#""metadata":{"name":"a","namespace":"n","resourceVersion":"7","managedFields":[{"manager":"m"}]}"#;
    let whole = format!(r#"{{"kind":"ConfigMap","apiVersion":"v1",{metadata}}}"#);
    for item in [
        format!("{{{metadata}}}"),
        format!(r#"{{"kind":"ConfigMap",{metadata}}}"#),
        format!(r#"{{{metadata},"apiVersion":"v1"}}"#),
        format!(r#"{{"kind":null,{metadata},"apiVersion":""}}"#),
    ] {
        let typed = decoder(resource_type::<Typed>(|object| &object.metadata, Scope::Namespaced));
        assert_eq!(object(decode_with(&typed, &item)), object(decode_with(&typed, &whole)), "{item}");
        let strict = decoder(resource_type::<Strict>(|object| &object.metadata, Scope::Namespaced));
        assert_eq!(object(decode_with(&strict, &item)), object(decode_with(&strict, &whole)), "{item}");
        let resource = ApiResource::erase::<ConfigMap>(&());
        let dynamic = decoder(ResourceType::<DynamicObject>::from_api_resource(&resource).unwrap());
        let (from_list, from_watch) =
            (object(decode_with(&dynamic, &item)), object(decode_with(&dynamic, &whole)));
        assert_eq!(from_list.types.as_ref().unwrap().kind, "ConfigMap");
        assert_eq!(*from_list, *from_watch, "{item}");
    }
}

#[test]
fn a_number_is_a_resource_version() {
    for kind in ["", r#""kind":"ConfigMap","apiVersion":"v1","#] {
        let text = format!(r#"{{{kind}"metadata":{{"resourceVersion":7,"name":"a","namespace":"n"}}}}"#);
        let object = object(decode_with(&config_maps(), &text));
        assert_eq!(object.metadata.resource_version.as_deref(), Some("7"));
        assert_eq!(object.metadata.name.as_deref(), Some("a"));
    }
}

fn transformed(transform: fn(&mut ConfigMap), version: &str) -> Item<ConfigMap> {
    let resource_type = Arc::new(ResourceType::from_resource());
    let decoder = Decoder::new(resource_type, Format::Json, ManagedFields::Strip, Some(Arc::new(transform)));
    let version = if version.is_empty() { String::new() } else { format!(r#","resourceVersion":{version}"#) };
    decode_with(&decoder, &format!(r#"{{"metadata":{{"name":"a","namespace":"n"{version}}}}}"#))
}

#[test]
fn the_version_that_the_server_sent_counts() {
    let transforms: [fn(&mut ConfigMap); 3] = [
        |object| object.metadata.resource_version = None,
        |object| object.metadata.resource_version = Some("999".to_owned()),
        |object| object.metadata = ObjectMeta { name: Some("b".to_owned()), ..ObjectMeta::default() },
    ];
    for transform in transforms {
        for version in ["7", "\"7\"", r#""\u0037""#] {
            let Item::Transformed { resource_version, .. } = transformed(transform, version) else {
                panic!("{version}")
            };
            assert_eq!(resource_version, "7");
        }
    }
    let keeps: fn(&mut ConfigMap) = |object| object.data = None;
    assert!(matches!(transformed(keeps, "7"), Item::Object(_)));
    assert!(matches!(transformed(keeps, ""), Item::Object(_)));
    assert!(matches!(transformed(keeps, "\"\""), Item::Object(_)));
    let invents: fn(&mut ConfigMap) = |object| object.metadata.resource_version = Some("999".to_owned());
    let Item::Transformed { resource_version, .. } = transformed(invents, "") else { panic!() };
    assert_eq!(resource_version, "", "the server sent none");
}

#[test]
fn a_type_may_discard_its_version() {
    #[derive(Deserialize)]
    struct Bare {
        #[serde(default, skip_deserializing)]
        metadata: ObjectMeta,
        #[serde(rename = "metadata")]
        named: Named,
    }
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    let bare = decoder(resource_type::<Bare>(|object| &object.metadata, Scope::Namespaced));
    let text = r#"{"metadata":{"name":"a","namespace":"n","resourceVersion":"7"}}"#;
    // Without a name there is no key.
    let invalid = invalid_object(decode_with(&bare, text));
    assert_eq!(
        (invalid.key.unwrap().to_string(), invalid.resource_version.as_deref()),
        ("n/a".to_owned(), Some("7"))
    );
    assert_eq!(serde_json::from_str::<Bare>(text).unwrap().named.name, "a");
}

#[test]
fn a_changed_key_is_used_and_a_blank_name_is_invalid() {
    let Item::Object(renamed) = transformed(
        |object| {
            object.metadata.name = Some("b".to_owned());
            object.metadata.namespace = None;
            object.metadata.uid = Some("other".to_owned());
        },
        "\"7\"",
    ) else {
        panic!()
    };
    assert_eq!(renamed.metadata.name.as_deref(), Some("b"));
    let blank = invalid_object(transformed(|object| object.metadata.name = Some(String::new()), "7"));
    assert_eq!(blank.error, DecodeError::Key(KeyError::NoName));
    assert_eq!(
        (blank.key.unwrap().to_string(), blank.resource_version.as_deref()),
        ("n/a".to_owned(), Some("7"))
    );
}

#[test]
fn an_object_of_another_scope_is_invalid() {
    let cluster = [r#"{"metadata":{"name":"a"}}"#, r#"{"metadata":{"name":"a","namespace":""}}"#];
    let namespaced = r#"{"metadata":{"name":"a","namespace":"n"}}"#;
    for text in cluster {
        let invalid = error(text);
        assert_eq!(invalid.error, DecodeError::WrongScope { scope: Scope::Namespaced });
        assert!(invalid.error.is_mismatch());
        assert!(invalid.to_string().contains("remove `namespaced` from `#[reflect(...)]`"), "{invalid}");
        object(decode_with(&decoder(ResourceType::<Namespace>::from_resource()), text));
    }
    let cluster_scoped = decoder(ResourceType::<Namespace>::from_resource());
    let invalid = invalid_object(decode_with(&cluster_scoped, namespaced));
    assert_eq!(invalid.error, DecodeError::WrongScope { scope: Scope::Cluster });
    assert!(invalid.to_string().contains("n/a: wrong scope"), "{invalid}");
    assert!(invalid.to_string().contains("add `namespaced` to `#[reflect(...)]` (or `#[kube(...)]`)"));
    for text in [cluster[0], namespaced] {
        let resource_type = resource_type::<Strict>(|object| &object.metadata, Scope::Dynamic);
        object(decode_with(&decoder(resource_type), text));
    }
}

#[test]
fn an_object_that_is_too_long_is_identified_by_its_beginning() {
    let invalid = |prefix: &str| invalid_object(config_maps().too_long(prefix.as_bytes(), 90));
    let text = r#"{"metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"7"},"data":{"k":"hun"#;
    let long = invalid(text);
    assert_eq!(long.error, DecodeError::TooLong { limit: 90 });
    assert_eq!(long.key.as_ref().unwrap().to_string(), "n/a");
    assert_eq!((long.uid.as_deref(), long.resource_version.as_deref()), (Some("u"), Some("7")));
    assert!(
        long.to_string().contains("n/a: longer than 90 bytes")
            && long.to_string().contains("max_object_bytes")
    );
    assert_eq!(invalid(&text[..24]).key, None, "the namespace may follow");
    assert!(matches!(invalid(r#"{"kind":"Secret","data":{"#).error, DecodeError::WrongKind { .. }));
    assert_eq!(invalid("").error, DecodeError::TooLong { limit: 90 });
}

fn unused_capacity(map: &ConfigMap) -> usize {
    let finalizers = map.metadata.finalizers.as_ref().unwrap();
    assert_eq!(finalizers.len(), 5);
    finalizers.capacity() - finalizers.len()
}

/// `serde` grows a vector step by step. What is kept has no more capacity than it needs.
#[test]
fn what_is_kept_has_no_unused_capacity() {
    let text =
        r#"{"metadata":{"name":"a","namespace":"n","finalizers":["a","b","c","d","e"]},"data":{"k":"v"}}"#;
    let parsed: ConfigMap = serde_json::from_str(text).unwrap();
    assert_ne!(unused_capacity(&parsed), 0, "the test needs a list for which serde allocates too much");
    let kept = object(decode_with(&config_maps(), text));
    assert_eq!(unused_capacity(&kept), 0);
    assert_eq!(kept.data, parsed.data);
}

/// In protobuf, lengths are known, and no clone is needed.
#[cfg(feature = "protobuf")]
#[test]
fn what_is_decoded_from_protobuf_has_no_unused_capacity() {
    let field = |number: u8, content: &[u8]| {
        [&[number << 3 | 2, u8::try_from(content.len()).unwrap()], content].concat()
    };
    let finalizers = [b"a", b"b", b"c", b"d", b"e"].map(|it| field(14, it)).concat();
    let message = field(1, &[field(1, b"a"), field(3, b"n"), finalizers].concat());
    let schema = crate::protobuf::Schema::of_kind("v1", "ConfigMap").unwrap();
    let resource_type = ResourceType::<ConfigMap>::from_resource_with(Some(|_| panic!("it is cloned")));
    let decoder = Decoder::new(Arc::new(resource_type), Format::Protobuf(schema), ManagedFields::Strip, None);
    let kept = object(decoder.decode(&message, &NoDecodedObjects, &mut DecodeBuffer::default()).0);
    assert_eq!(unused_capacity(&kept), 0);
}

#[test]
fn a_type_that_cannot_be_cloned_is_kept_as_it_was_decoded() {
    #[derive(Deserialize)]
    struct NotClone {
        metadata: ObjectMeta,
    }

    use crate::__private::{CloneOf, NoClone as _};

    assert!(CloneOf::<NotClone>::FN.is_none() && CloneOf::<ConfigMap>::FN.is_some());
    let resource_type = resource_type::<NotClone>(|object| &object.metadata, Scope::Namespaced);
    let text = r#"{"metadata":{"name":"a","namespace":"n"}}"#;
    assert_eq!(object(decode_with(&decoder(resource_type), text)).metadata.name.as_deref(), Some("a"));
}
