//! User types that have the same names as items used in generated code.

// Most of these items only need to exist.
#![allow(dead_code)]

/// Every item that a path could resolve to if it were not absolute.
mod shadowed {
    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct String;
    pub struct Vec;
    pub struct Box;
    pub struct Cow;
    pub struct OnceLock;
    pub struct Index;
    pub struct IndexValues;
    pub struct ResourceTypeParts;
    pub struct Scope;
    pub struct Namespaced;
    pub struct ClusterScoped;
    pub struct Resource;
    pub struct ObjectMeta;
    pub struct Informer;
    pub struct Lister;
    pub struct KubeListerWatcher;
    pub struct Sized;
    pub struct Send;
    pub mod core {}
    pub mod std {}
    pub mod kube {}
    pub mod k8s_openapi {}
    pub mod reflector_runtime {}
    pub const __RESOURCE_TYPE: u8 = 0;
    pub const KIND: u8 = 0;
    pub fn __object() {}
    pub fn __values() {}
    pub fn __0() {}

    type Metadata = ::kube::core::ObjectMeta;

    #[derive(::reflector_runtime::Reflect)]
    #[reflect(version = "v1", namespaced, index(by_name = metadata.name?, by_item = items[].name))]
    pub struct Kind {
        metadata: Metadata,
        items: ::std::vec::Vec<Item>,
    }

    pub struct Item {
        name: ::std::string::String,
    }

    pub trait Reflect {}
}

use shadowed::Kind;

#[test]
fn a_type_may_have_any_name() {
    let resource_type = <Kind as reflector_runtime::Reflect>::resource_type();
    assert_eq!(resource_type.to_string(), "kinds/v1");
    assert_eq!(resource_type.indexes().count(), 2);
}

#[derive(reflector_runtime::Reflect)]
#[reflect(version = "v1", kind = "Raw")]
#[allow(non_camel_case_types)]
struct r#type {
    metadata: kube::core::ObjectMeta,
}

#[test]
fn aliases_of_a_raw_name_omit_the_prefix() {
    let _: Option<typeLister> = None;
}
