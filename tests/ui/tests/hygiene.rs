//! Generated code needs nothing of its surroundings: no prelude, no crate under its own name, no import.

// Takes the name away from the runtime: whatever still says `::reflector_runtime` in spite of
// `#[reflect(crate = "...")]` finds this crate, and none of the runtime's items.
#[allow(unused_extern_crates)]
extern crate self as reflector_runtime;
// The same under another name.
extern crate reflector_runtime as renamed;

/// The runtime as a framework would hand it on.
pub mod framework {
    /// Everything of the runtime's.
    pub mod prelude {
        pub use ::renamed::*;
    }
}

/// With everything that needs the runtime's real name gone, the prelude goes too.
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

    /// Has `kube::Resource` from the one before.
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
fn a_renamed_crate_is_found() {
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
fn a_reexported_crate_is_found() {
    assert_eq!(bare::Reexported::resource_type().to_string(), "reexporteds/v1");
    let _: Option<bare::ReexportedLister> = None;
    let _ = bare::Reexported { metadata: kube::core::ObjectMeta::default() };
}

#[test]
fn a_forwarded_resource_is_found() {
    assert_eq!(bare::Forwarded::resource_type().to_string(), "renameds/v1");
    let _ = bare::Forwarded { metadata: kube::core::ObjectMeta::default() };
}
