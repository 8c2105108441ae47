//! Arbitrary and half-typed attributes: the derive never panics, and its output always parses as items, which editors
//! rely on.

use proc_macro2::{Group, TokenStream, TokenTree};
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

/// Valid attributes, which together contain every key and every kind of index.
const ATTRIBUTES: &[&str] = &[
    r#"group = "a.b", version = "v1", kind = "Widget", plural = "widgets", namespaced, no_resource, no_aliases"#,
    r#"version = "v1", index(by_a = spec.parts?[].image, by_b: Option<u8> = status?.b, owner)"#,
    r#"version = "v1", index(by_c = metadata.labels["app"], by_d = serde(spec.mode), by_e = with(a::b::c))"#,
    r#"version = "v1", index(by_f: (String, Map<A, B>) = (metadata.name, spec.b[][]), by_g = spec.r#type.0.1)"#,
    r#"version = "v1", selectable = "spec.nodeName", label(app = "app", tier = "a/b"), index(by_h = spec.h)"#,
    r#"version = "v1", informer = "A", lister = "B", lister_watcher = "C", crate = "crate::d""#,
    r#"test = "deploy/widgets.yaml", index(by_i = metadata.name)"#,
];

#[test]
fn the_valid_attributes_contain_every_key() {
    for key in crate::symbol::ALL {
        assert!(ATTRIBUTES.iter().any(|text| text.contains(key.name)), "{}", key.name);
    }
    for text in ATTRIBUTES {
        let attribute: TokenStream = text.parse().unwrap();
        let code = derive(quote!(
            #[reflect(#attribute)]
            struct Widget {
                metadata: ObjectMeta,
                spec: Spec,
                status: S,
            }
        ));
        assert!(!code.to_string().contains("compile_error"), "{text}: {code}");
    }
}

/// Runs the derive with an attribute that may be invalid. Its output is items, and the type stays defined.
fn check_defined(attribute: &TokenStream) {
    let code = derive(quote!(
        #[reflect(#attribute)]
        struct Widget {
            metadata: ObjectMeta,
            spec: Spec,
        }
    ));
    assert!(syn::parse2::<syn::File>(code.clone()).is_ok(), "{attribute}: {code}");
    let code = code.to_string();
    assert!(code.contains("fn informer") && code.contains("Reflect for Widget"), "{attribute}: {code}");
}

/// The same for the attribute of kube. The derive leaves its mistakes to kube, so that there may be no output.
fn check_kube(attribute: &TokenStream) {
    let code = derive(quote!(
        #[kube(#attribute)]
        struct WidgetSpec {
            color: String,
        }
    ));
    assert!(syn::parse2::<syn::File>(code.clone()).is_ok(), "{attribute}: {code}");
}

/// A derive runs while its attributes are typed. Every prefix of a valid attribute yields errors or code, never a panic,
/// and the generated types stay defined.
#[test]
fn every_prefix_of_a_valid_attribute_keeps_the_types_defined() {
    let mut tried = 0;
    for text in ATTRIBUTES {
        let tokens: Vec<_> = text.parse::<TokenStream>().unwrap().into_iter().collect();
        let mut prefixes: Vec<TokenStream> =
            (0..=tokens.len()).map(|length| tokens[..length].iter().cloned().collect()).collect();
        // Prefixes that end within a group.
        for (at, token) in tokens.iter().enumerate() {
            let TokenTree::Group(group) = token else { continue };
            let inner: Vec<_> = group.stream().into_iter().collect();
            for length in 0..inner.len() {
                let part = Group::new(group.delimiter(), inner[..length].iter().cloned().collect());
                let before = tokens[..at].iter().cloned();
                prefixes.push(before.chain([TokenTree::Group(part)]).collect());
            }
        }
        // Characters that end within a token, where the lexer accepts them.
        prefixes.extend((0..text.len()).filter_map(|end| text.get(..end)?.parse::<TokenStream>().ok()));
        tried += prefixes.len();
        prefixes.iter().for_each(check_defined);
    }
    assert!(tried > 300, "{tried}");
}

/// A change of one token: a deletion, a duplication, a swap with the next token, or a replacement by any token.
#[derive(Clone, Copy, Debug)]
enum Change {
    Delete,
    Duplicate,
    Swap,
    Replace(&'static str),
}

/// Changes the token with this number, counted depth first: the tokens of a group follow the group itself.
fn changed(tokens: TokenStream, number: usize, change: Change) -> TokenStream {
    change_in(tokens, &mut Some(number), change)
}

/// `until` is the number of tokens before the one to change. `None` once it is changed.
fn change_in(tokens: TokenStream, until: &mut Option<usize>, change: Change) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < trees.len() {
        match until {
            None => break,
            Some(0) => {
                *until = None;
                change_at(&mut trees, at, change);
                break;
            }
            Some(number) => *number -= 1,
        }
        if let TokenTree::Group(group) = &trees[at] {
            let inner = change_in(group.stream(), until, change);
            trees[at] = Group::new(group.delimiter(), inner).into();
        }
        at += 1;
    }
    trees.into_iter().collect()
}

fn change_at(trees: &mut Vec<TokenTree>, at: usize, change: Change) {
    match change {
        Change::Delete => drop(trees.remove(at)),
        Change::Duplicate => trees.insert(at, trees[at].clone()),
        Change::Swap if at + 1 < trees.len() => trees.swap(at, at + 1),
        Change::Swap => {}
        Change::Replace(other) => drop(trees.splice(at..=at, other.parse::<TokenStream>().unwrap())),
    }
}

/// The number of tokens, those in groups included.
fn count(tokens: TokenStream) -> usize {
    let inner = |token| if let TokenTree::Group(group) = token { count(group.stream()) } else { 0 };
    tokens.into_iter().map(|token| 1 + inner(token)).sum()
}

/// Every deletion, duplication and swap of every token of every valid attribute.
#[test]
fn a_change_of_one_token_keeps_the_types_defined() {
    let mut tried = 0;
    for text in ATTRIBUTES {
        let tokens: TokenStream = text.parse().unwrap();
        for change in [Change::Delete, Change::Duplicate, Change::Swap] {
            for number in 0..count(tokens.clone()) {
                tried += 1;
                check_defined(&changed(tokens.clone(), number, change));
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Delete),
        Just(Change::Duplicate),
        Just(Change::Swap),
        proptest::sample::select(TOKENS).prop_map(Change::Replace),
    ]
}

/// A valid attribute with several changes.
fn mutated() -> impl Strategy<Value = TokenStream> {
    let changes = proptest::collection::vec((any::<proptest::sample::Index>(), change()), 1..8);
    (proptest::sample::select(ATTRIBUTES), changes).prop_map(|(text, changes)| {
        changes.into_iter().fold(text.parse().unwrap(), |tokens: TokenStream, (at, change)| {
            let number = at.index(count(tokens.clone()).max(1));
            changed(tokens, number, change)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_changes_of_a_valid_attribute_cause_a_panic(attribute in mutated()) {
        check_defined(&attribute);
        check_kube(&attribute);
    }

    #[test]
    fn no_changes_of_an_attribute_of_kube_cause_a_panic(
        number in 0_usize..60,
        change in change(),
    ) {
        let attribute = quote!(
            group = "a.b", version = "v1", kind = "Widget", plural = "widgets", namespaced, root = "Root",
            status = "WidgetStatus", selectable = ".spec.color", derive = "Reflect", schema = "disabled"
        );
        check_kube(&changed(attribute, number, change));
    }
}

#[test]
fn a_change_affects_one_token() {
    let change = |number: usize, change| changed("a b(c d)".parse().unwrap(), number, change).to_string();
    assert_eq!(change(0, Change::Delete), "b (c d)");
    assert_eq!(change(3, Change::Duplicate), "a b (c c d)");
    assert_eq!(change(3, Change::Swap), "a b (d c)");
    assert_eq!(change(1, Change::Replace("=")), "a = (c d)");
    assert_eq!(change(9, Change::Delete), "a b (c d)");
    assert_eq!(count("a b(c d)".parse().unwrap()), 5);
}
