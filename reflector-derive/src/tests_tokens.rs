//! Arbitrary and half-typed attributes: the derive never panics, and its output always parses as items, which editors
//! rely on.

use proc_macro2::TokenStream;
use proptest::prelude::*;
use quote::quote;
use syn::DeriveInput;

/// What attributes consist of, and what they do not.
const TOKENS: &[&str] = &[
    "index",
    "kind",
    "version",
    "crate",
    "namespaced",
    "_",
    "r#type",
    "self",
    "=",
    ",",
    ".",
    "?",
    "[]",
    "()",
    "(a = b.c)",
    "(a)",
    "{}",
    ":",
    "<",
    ">",
    "\"v1\"",
    "\"\"",
    "0.1",
    "1e9",
    "'a",
    "'c'",
    "true",
    "::",
    "serde",
    "with",
    "owner",
    "serde(a)",
    "with(a)",
    "[\"k\"]",
    "(a, b.c)",
    "|x|",
    "=>",
    "-",
    "selectable",
    "label",
    "test",
    "\"a.b\"",
    "label(a = \"b\")",
    "(a: u8 = b)",
    "&",
    "|",
    "*",
];

fn derive(input: TokenStream) -> TokenStream {
    crate::expand::derive(&syn::parse2::<DeriveInput>(input).unwrap())
}

/// Runs the derive with a `#[reflect(...)]` and with a `#[kube(...)]` of this text.
fn check(text: &str) {
    for attribute in ["reflect", "kube"] {
        let attribute: TokenStream = format!("{attribute}({text})").parse().unwrap();
        let code = derive(quote!(#[#attribute] struct Widget { metadata: ObjectMeta }));
        assert!(syn::parse2::<syn::File>(code).is_ok(), "{attribute}");
    }
}

#[test]
fn no_pair_of_tokens_causes_a_panic() {
    for a in TOKENS {
        for b in TOKENS {
            check(&format!("{a} {b}"));
            check(&format!("{a} = {b}, {b} {a}"));
            check(&format!("index(x = {a} {b})"));
            check(&format!("index(x = spec. {a} {b}, {a} {b} = spec)"));
            check(&format!("label(x = {a} {b}, {a} {b})"));
        }
    }
}

/// Tokens, in groups up to three deep.
fn soup() -> impl Strategy<Value = String> {
    let token = proptest::sample::select(TOKENS).prop_map(str::to_owned);
    token.prop_recursive(3, 40, 10, |inner| {
        let group = proptest::sample::select(&["index({})", "label({})", "({})", "[{}]", "{}"][..]);
        (group, proptest::collection::vec(inner, 0..10))
            .prop_map(|(group, tokens)| group.replace("{}", &tokens.join(" ")))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_soup_of_tokens_causes_a_panic(text in soup()) {
        check(&text);
        check(&format!("index(by_x = {text})"));
        check(&format!("version = \"v1\", selectable = {text}, test = {text}, label(a = {text})"));
    }
}

/// A derive runs while its attributes are typed. Every prefix of a valid attribute yields errors or code, never a panic,
/// and the generated types stay defined.
#[test]
fn every_prefix_of_a_valid_attribute_keeps_the_types_defined() {
    const ATTRIBUTES: &[&str] = &[
        r#"group = "a.b", version = "v1", kind = "Widget", plural = "widgets", namespaced, no_resource"#,
        r#"version = "v1", index(by_a = spec.parts?[].image, by_b: Option<u8> = status?.b, owner)"#,
        r#"version = "v1", index(by_c = metadata.labels["app"], by_d = serde(spec.mode), by_e = with(a::b::c))"#,
        r#"version = "v1", index(by_f: (String, Map<A, B>) = (metadata.name, spec.b[][]), by_g = spec.r#type.0.1)"#,
        r#"version = "v1", selectable = "spec.nodeName", label(app = "app", tier = "a/b"), index(by_h = spec.h)"#,
        r#"version = "v1", informer = "A", lister = "B", lister_watcher = "C", crate = "crate::d""#,
    ];
    let mut tried = 0;
    for text in ATTRIBUTES {
        let tokens: Vec<_> = text.parse::<TokenStream>().unwrap().into_iter().collect();
        let mut prefixes: Vec<TokenStream> =
            (0..=tokens.len()).map(|length| tokens[..length].iter().cloned().collect()).collect();
        // Prefixes that end within a group.
        for (at, token) in tokens.iter().enumerate() {
            let proc_macro2::TokenTree::Group(group) = token else { continue };
            let inner: Vec<_> = group.stream().into_iter().collect();
            for length in 0..inner.len() {
                let part =
                    proc_macro2::Group::new(group.delimiter(), inner[..length].iter().cloned().collect());
                let before = tokens[..at].iter().cloned();
                prefixes.push(before.chain([proc_macro2::TokenTree::Group(part)]).collect());
            }
        }
        // Characters that end within a token, where the lexer accepts them.
        prefixes.extend((0..text.len()).filter_map(|end| text.get(..end)?.parse::<TokenStream>().ok()));
        for prefix in prefixes {
            tried += 1;
            let code = derive(quote!(
                #[reflect(#prefix)]
                struct Widget {
                    metadata: ObjectMeta,
                    spec: Spec,
                }
            ));
            assert!(syn::parse2::<syn::File>(code.clone()).is_ok(), "{prefix}: {code}");
            let code = code.to_string();
            assert!(code.contains("fn informer") && code.contains("Reflect for Widget"), "{prefix}: {code}");
        }
    }
    assert!(tried > 300, "{tried}");
}
