//! Tests the output of the derive against reviewed files in `expected/` (rewritten with `UPDATE_EXPECT=1`), limits
//! its length, and checks that every mistake is reported exactly once.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

fn derive(input: TokenStream) -> TokenStream {
    crate::expand::derive(&syn::parse2::<DeriveInput>(input).unwrap())
}

/// Compares the expansion with the expected file, and its length with the budget.
fn check(input: TokenStream, budget: usize, expected: &ExpectFile) {
    let file: syn::File = syn::parse2(derive(input)).unwrap();
    let code = prettyplease::unparse(&file);
    expected.assert_eq(&code);
    let lines = code.lines().count();
    assert!(lines <= budget, "{lines} lines exceed the budget of {budget}");
}

#[test]
fn alongside_custom_resource() {
    check(
        quote! {
            #[kube(group = "example.com", version = "v1", kind = "Widget", namespaced, status = "WidgetStatus")]
            #[reflect(index(by_color = spec.color), index(by_node = spec.node_name))]
            pub struct WidgetSpec { pub color: String, pub node_name: Option<String> }
        },
        39,
        &expect_file!["../expected/custom_resource.rs"],
    );
}

#[test]
fn on_a_root_struct() {
    check(
        quote! {
            #[reflect(version = "v1", kind = "Pod", namespaced)]
            #[reflect(index(by_image = spec.containers[].image, by_phase: status::Phase = status?.phase))]
            pub(crate) struct PodView { metadata: ObjectMeta, spec: PodSpec, status: Option<PodStatus> }
        },
        51,
        &expect_file!["../expected/root.rs"],
    );
}

/// Servers need not send what such a struct does not read.
#[test]
fn a_root_struct_without_other_fields_is_read_as_metadata_only() {
    let is_metadata_only = |input| {
        let code = derive(input).to_string();
        assert!(!code.contains("compile_error"), "{code}");
        code.contains(". metadata_only ()")
    };
    let root = quote!(#[reflect(version = "v1", kind = "Pod", namespaced)]);
    assert!(is_metadata_only(quote!(#root struct Meta { metadata: ObjectMeta })));
    assert!(is_metadata_only(quote!(
        struct Meta {
            metadata: ObjectMeta,
        }
    )));
    let usual = quote!(#[serde(rename_all = "camelCase", crate = "a::b")]);
    assert!(is_metadata_only(quote!(#root #usual struct Meta { metadata: ObjectMeta })));
    for other in [
        quote!(#root struct Meta { metadata: ObjectMeta, spec: Spec }),
        quote!(#root struct Meta { metadata: ObjectMeta, #[serde(skip)] seen: bool }),
        quote!(#root struct Meta { #[serde(deserialize_with = "read")] metadata: ObjectMeta }),
        quote!(#root #[serde(rename_all = "PascalCase")] struct Meta { metadata: ObjectMeta }),
        quote!(#root #[serde(try_from = "Whole")] struct Meta { metadata: ObjectMeta }),
        quote!(
            #[kube(group = "a.b", version = "v1", kind = "Widget")]
            struct WidgetSpec {
                metadata: String,
            }
        ),
    ] {
        assert!(!is_metadata_only(other.clone()), "{other}");
    }
}

#[test]
fn on_the_root_that_kube_generates() {
    check(
        quote! {
            #[reflect(index(by_color = spec.color))]
            #[reflect(crate = "crate::reexport", informer = "Live", lister = "Read", lister_watcher = "Remote")]
            pub struct Widget { pub metadata: ObjectMeta, pub spec: WidgetSpec }
        },
        48,
        &expect_file!["../expected/forwarded.rs"],
    );
}

#[test]
fn handles_of_selectable_fields_and_labels() {
    check(
        quote! {
            #[reflect(version = "v1", kind = "Pod", namespaced, no_resource, no_aliases)]
            #[reflect(selectable = "spec.nodeName", label(app = "app.kubernetes.io/name"))]
            pub(crate) struct PodView { metadata: ObjectMeta }
        },
        33,
        &expect_file!["../expected/selectors.rs"],
    );
}

#[test]
fn a_test_against_a_crd_file() {
    check(
        quote! {
            #[kube(group = "example.com", version = "v1", kind = "Widget")]
            #[reflect(test = "deploy/widgets.yaml", no_aliases)]
            pub struct WidgetSpec {}
        },
        33,
        &expect_file!["../expected/crd_file.rs"],
    );
}

#[test]
fn valid_parts_are_generated_despite_errors() {
    let code = derive(quote! {
        #[reflect(version = "V1", namespaced, index(by_color = spec.color, by_size = spec.))]
        struct Widget { metadata: ObjectMeta, spec: WidgetSpec }
    })
    .to_string();
    for part in ["impl __rt :: Reflect for Widget", "BY_COLOR", "BY_SIZE", "WidgetLister"] {
        assert!(code.contains(part), "{part}");
    }
    assert_eq!(errors(&code), 2);
}

fn errors(code: &str) -> usize {
    code.matches("compile_error").count()
}

/// Each mistake produces one error, and no error hides another. `tests/ui` checks the rendered messages.
#[test]
fn every_mistake_is_reported_once() {
    let code = derive(quote! {
        #[reflect(verison = "v1", kind = Pod, kind = "Pod", plural, namespaced = "yes", , no_resource(x))]
        #[reflect(status = "S", version = "v1" group = "g", crate = "a::b", lister = "a b")]
        #[reflect]
        #[reflect(index, index(), index(a = self.b, c), index(c = d, C = e, c = f, g = "h", 1))]
        #[reflect(index(h: = a, i: T, j: 3 = a, k: &'static str = a, l: Map<A, B> = a))]
        struct Pod { #[reflect(index(x = y))] metadata: ObjectMeta, a: u8, d: u8, e: u8, f: u8 }
    })
    .to_string();
    let messages: Vec<&str> =
        code.split("compile_error").skip(1).map(|error| error.split('}').next().unwrap()).collect();
    let expected = [
        "unknown key `verison`; did you mean `version`?",
        "`kind` must be a string literal",
        "duplicate key `kind`",
        "`plural` must be a string literal",
        "`namespaced` is a flag",
        "unexpected `,`",
        "`no_resource` is a flag",
        "`status` is not a `#[reflect(...)]` key",
        "expected `,` before this",
        "`a::b` is not an absolute path",
        "`a b` is not a valid type name",
        "expected attribute arguments in parentheses",
        "expected indexes in parentheses",
        "expected at least one index",
        "remove `self.`",
        "expected a path for index `c`",
        "an index path has no quotes: write `g = h`",
        "expected `key`",
        "expected a type after `:`",
        "expected `= path` after the type",
        "expected the type of the values",
        "cannot be a reference: write `str`",
        "has no effect on a field or variant",
        "duplicate index `c`",
        "index `c` already generates the constant `C`",
        "duplicate index `c`",
    ];
    assert_eq!(messages.len(), expected.len(), "{messages:#?}");
    for (message, expected) in messages.iter().zip(expected) {
        assert!(message.contains(expected), "{message}\n{expected}");
    }
}

#[test]
fn mistakes_in_kube_attributes_are_left_to_kube() {
    for attribute in [
        quote!(kube(group = "a.b", version = "v1", kind = "Widget", verison = "x", printcolumn(name = 1), =)),
        quote!(kube(group = "a.b", version = "v1", kind = "Widget", namespaced = "perhaps")),
        quote!(kube(group = 7, version = "v1", kind = "Widget")),
    ] {
        let code = derive(quote!(#[#attribute] struct WidgetSpec {})).to_string();
        assert_eq!(errors(&code), 0, "{attribute}");
        assert!(code.contains("WidgetInformer"), "{attribute}");
    }
}

#[test]
fn unsupported_items_report_the_three_forms() {
    for input in [
        quote!(
            struct Widget {
                name: String,
            }
        ),
        quote!(
            struct Widget(ObjectMeta);
        ),
        quote!(
            enum Widget {
                A,
            }
        ),
    ] {
        let code = derive(input).to_string();
        assert_eq!(errors(&code), 1);
        assert!(
            code.contains("1. on a spec") && code.contains("2. on a root") && code.contains("3. forwarded"),
            "{code}"
        );
    }
    for input in [
        quote!(union Widget { metadata: u8 }),
        quote!(
            struct Widget<T> {
                metadata: T,
            }
        ),
    ] {
        assert_eq!(errors(&derive(input).to_string()), 1);
    }
}

/// The reference page of the book is this text.
#[test]
fn exactly_the_known_keys_are_documented() {
    let documentation = include_str!("../doc/reflect.md");
    let table = documentation.split("## Attributes").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows =
        table.lines().filter(|line| line.starts_with("| `")).map(|row| row.split(" | ").next().unwrap());
    let documented: std::collections::BTreeSet<&str> = rows
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(|example| example.split([' ', '(']).next().unwrap())
        .collect();
    let known: std::collections::BTreeSet<&str> = crate::symbol::ALL.iter().map(|key| key.name).collect();
    assert_eq!(documented, known);
    let indexes = documentation.split("## Indexes").nth(1).unwrap();
    for word in [crate::symbol::OWNER, crate::symbol::SERDE, crate::symbol::WITH] {
        assert!(indexes.contains(&format!("`{word}`")) || indexes.contains(&format!("{word}(")), "{word}");
    }
}
