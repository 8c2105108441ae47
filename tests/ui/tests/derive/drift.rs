//! The derive and kube must read the same values from `#[kube(...)]`.

use kube::{CustomResource, Resource};
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

/// Checks that both traits describe a type identically.
pub(crate) fn assert_agrees<K: Reflect + Resource<DynamicType = ()>>() {
    let resource_type = <K as Reflect>::resource_type();
    assert_eq!(resource_type.group(), K::group(&()));
    assert_eq!(resource_type.version(), K::version(&()));
    assert_eq!(resource_type.kind(), <K as Resource>::kind(&()));
    assert_eq!(resource_type.plural(), K::plural(&()));
    assert_eq!(resource_type.api_version(), K::api_version(&()));
    assert_eq!(resource_type.path(None), K::url_path(&(), None));
    // Callers compare the scopes as types: `assert_same_scope`, `assert_scope`.
    let namespaced = K::url_path(&(), Some("a")).contains("/namespaces/a/");
    assert!(namespaced, "kube ignores the scope in `url_path`");
}

/// Defines each resource in its own module, with the given attributes.
macro_rules! resources {
    ($($module:ident { $($kube:tt)* })+) => {$(
        mod $module {
            use super::*;
            #[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
            #[kube(group = "example.com", version = "v1", schema = "disabled", root = "Root", $($kube)*)]
            pub struct RootSpec {}
        }
    )+
        #[test]
        fn plurals_and_names_match_kube() {
            $(
                assert_agrees::<$module::Root>();
                assert_same_scope::<$module::Root, _>();
            )+
        }
    };
}

fn assert_same_scope<K: Reflect<Scope = S> + Resource<Scope = S>, S>() {}

resources! {
    plain { kind = "Widget" }
    s { kind = "Bus" }
    x { kind = "Box" }
    z { kind = "Quiz" }
    ch { kind = "Branch" }
    sh { kind = "Mesh" }
    y_after_consonant { kind = "Policy" }
    y_after_a { kind = "Gateway" }
    y_after_e { kind = "Key" }
    y_after_o { kind = "Toy" }
    y_after_u { kind = "Buy" }
    y_after_y { kind = "Ayy" }
    already_plural { kind = "Endpoints" }
    metrics { kind = "PodMetrics" }
    capitals { kind = "HTTPRoute" }
    capital_y { kind = "POLICY" }
    digits { kind = "Ipv4" }
    lower_case { kind = "rule" }
    dashes { kind = "My-Policy" }
    one_letter { kind = "A" }
    irregular { kind = "Person" }
    fish { kind = "Fish" }
    given { kind = "Foot", plural = "feet" }
    singular { kind = "Foot", singular = "policy" }
    singular_and_plural { kind = "Foot", singular = "foot", plural = "feet" }
    namespaced { kind = "Foot", namespaced }
    namespaced_true { kind = "Foot", namespaced = true }
    namespaced_false { kind = "Foot", namespaced = false }
    namespaced_text { kind = "Foot", namespaced = "true" }
    raw_text { kind = r"Foot" }
}

/// `macro_rules!` passes literals in invisible groups.
macro_rules! through_a_macro {
    ($kind:literal, $plural:expr) => {
        mod grouped {
            use super::*;
            #[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
            #[kube(group = "example.com", version = "v1", schema = "disabled", kind = $kind, plural = $plural)]
            pub struct RootSpec {}
        }
    };
}

through_a_macro!("Grouped", "groups-of-it");

#[test]
fn literals_may_be_macro_arguments() {
    assert_agrees::<grouped::Grouped>();
}

/// `cfg_attr` is resolved before any derive sees the attributes.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(all(), kube(group = "example.com", version = "v1", schema = "disabled"))]
#[cfg_attr(any(), kube(kind = "Wrong"))]
#[kube(kind = "Conditional")]
struct ConditionalSpec {}

#[test]
fn attributes_may_be_conditional() {
    assert_agrees::<Conditional>();
}
