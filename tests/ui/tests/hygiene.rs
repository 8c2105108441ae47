//! Generated code depends on nothing in its surroundings: no prelude, no original crate name, no import.

// Rebinds the runtime's name: a path that uses `::reflector_runtime` despite `#[reflect(crate = "...")]` resolves to
// this crate, which has none of the runtime's items.
#[allow(unused_extern_crates)]
extern crate self as reflector_runtime;
// The runtime under another name.
extern crate reflector_runtime as renamed;

/// The runtime as a framework would re-export it.
pub mod framework {
    /// All items of the runtime.
    pub mod prelude {
        pub use ::renamed::*;
    }
}

#[path = "bare/mod.rs"]
mod every_item;

/// Neither the runtime's original name nor the prelude is available here.
#[no_implicit_prelude]
mod bare {
    #[derive(::renamed::Reflect)]
    #[reflect(crate = "::renamed", version = "v1", namespaced)]
    #[reflect(index(by_name = metadata.name, by_item = items?[].name, by_key = metadata.labels))]
    pub(crate) struct Renamed {
        pub(crate) metadata: ::kube::core::ObjectMeta,
        pub(crate) items: ::core::option::Option<::std::vec::Vec<Item>>,
    }

    pub(crate) struct Item {
        pub(crate) name: ::std::string::String,
    }

    #[derive(crate::framework::prelude::Reflect)]
    #[reflect(crate = "crate::framework::prelude", version = "v1", index(by_name = metadata.name?))]
    pub(crate) struct Reexported {
        pub(crate) metadata: ::kube::core::ObjectMeta,
    }

    /// Takes the values of its `kube::Resource` from `Renamed`.
    #[derive(::renamed::Reflect)]
    #[reflect(crate = "::renamed", index(by_name = metadata.name))]
    pub(crate) struct Forwarded {
        pub(crate) metadata: ::kube::core::ObjectMeta,
    }

    impl ::kube::Resource for Forwarded {
        type DynamicType = ();
        type Scope = ::renamed::Namespaced;
        fn kind((): &()) -> ::std::borrow::Cow<'_, str> {
            <Renamed as ::kube::Resource>::kind(&())
        }
        fn group((): &()) -> ::std::borrow::Cow<'_, str> {
            <Renamed as ::kube::Resource>::group(&())
        }
        fn version((): &()) -> ::std::borrow::Cow<'_, str> {
            <Renamed as ::kube::Resource>::version(&())
        }
        fn plural((): &()) -> ::std::borrow::Cow<'_, str> {
            <Renamed as ::kube::Resource>::plural(&())
        }
        fn meta(&self) -> &::kube::core::ObjectMeta {
            &self.metadata
        }
        fn meta_mut(&mut self) -> &mut ::kube::core::ObjectMeta {
            &mut self.metadata
        }
    }
}

use renamed::Reflect;

#[test]
fn a_renamed_crate_is_resolved() {
    assert_eq!(bare::Renamed::resource_type().to_string(), "renameds/v1");
    let _: Option<bare::RenamedLister> = None;
    let object = bare::Renamed {
        metadata: kube::core::ObjectMeta::default(),
        items: Some(vec![bare::Item { name: "x".to_owned() }]),
    };
    let mut found = Vec::new();
    bare::Renamed::BY_ITEM.values(&object, &mut |value| found.push(value.to_owned()));
    assert_eq!(found, ["x"]);
}

#[test]
fn a_reexported_crate_is_resolved() {
    assert_eq!(bare::Reexported::resource_type().to_string(), "reexporteds/v1");
    let _: Option<bare::ReexportedLister> = None;
    let _ = bare::Reexported { metadata: kube::core::ObjectMeta::default() };
}

#[test]
fn a_forwarded_resource_is_resolved() {
    assert_eq!(bare::Forwarded::resource_type().to_string(), "renameds/v1");
    let _ = bare::Forwarded { metadata: kube::core::ObjectMeta::default() };
}
