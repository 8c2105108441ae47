//! The generated test that compares a type with its CRD file.

use kube::{CustomResource, CustomResourceExt as _};
use reflector_runtime::{__private::assert_fits_crd_file, Reflect};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Two documents, of which the second is the CRD of `Widget`.
const FILE: &str = include_str!("widgets.yaml");

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", namespaced)]
#[reflect(test = "tests/derive/widgets.yaml")]
struct WidgetSpec {
    color: String,
    size: Option<u32>,
}

/// Forwarded by kube to the root.
mod forwarded {
    use super::*;

    #[derive(CustomResource, Clone, Debug, Deserialize, Serialize, JsonSchema)]
    #[kube(group = "example.com", version = "v1", kind = "Gadget")]
    #[kube(derive = "Reflect", attr = r#"reflect(test = "tests/derive/widgets.yaml")"#)]
    struct GadgetSpec {
        color: String,
    }

    #[test]
    fn the_test_of_the_root_is_generated() {
        gadget_fits_its_crd_file();
        let _ = Gadget::crd();
    }
}

/// The same kind, and a type that the file does not fit.
mod drifted {
    use super::*;

    #[derive(CustomResource, Clone, Debug, Deserialize, Serialize, JsonSchema)]
    #[kube(group = "example.com", version = "v1", kind = "Widget", namespaced)]
    pub(super) struct WidgetSpec {
        color: u32,
        owner: String,
    }
}

/// The message of a failed test.
fn failure<K: kube::CustomResourceExt>(file: &str) -> String {
    let result = std::panic::catch_unwind(|| assert_fits_crd_file::<K>("deploy/widgets.yaml", file));
    *result.expect_err("the test fails").downcast::<String>().expect("a text")
}

#[test]
fn a_generated_test_passes_if_the_file_fits() {
    widget_fits_its_crd_file();
}

#[test]
fn a_generated_test_lists_the_differences() {
    assert_eq!(
        failure::<drifted::Widget>(FILE),
        "the CRD `widgets.example.com` in the file `deploy/widgets.yaml` does not fit the type:\n  \
         spec.color: the type expects the type `integer`, the CRD has the type `string`\n  \
         spec.owner: the type requires this field, the CRD does not have it, so that the API server removes it"
    );
}

#[test]
fn a_file_without_the_crd_is_reported() {
    let gadgets = FILE.split("---").next().unwrap_or_default();
    for (file, expected) in [
        (gadgets, "it contains no CRD named `widgets.example.com`; it contains `gadgets.example.com`"),
        ("kind: List", "it contains no CRD named `widgets.example.com`"),
        ("a: [", "it is neither YAML nor JSON"),
        (
            "kind: CustomResourceDefinition\nmetadata: { name: widgets.example.com }\nspec: 7",
            "its CRD `widgets.example.com` cannot be read",
        ),
    ] {
        let message = failure::<Widget>(file);
        assert!(message.starts_with(&format!("the file `deploy/widgets.yaml`: {expected}")), "{message}");
    }
    // JSON is YAML.
    assert_fits_crd_file::<Widget>("", &serde_json::to_string(&Widget::crd()).unwrap());
}
