//! Tests of label selectors. The cases of client-go are those of apimachinery's `labels` package.

use super::*;

fn labels(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn matches(selector: &str, on: &str) -> bool {
    selector.parse::<Selector>().unwrap_or_else(|error| panic!("{error}")).matches(Some(&labels(on)))
}

/// client-go: `TestSelectorParse`.
#[test]
fn the_text_form_round_trips() {
    for (text, shown) in [
        ("", ""),
        ("  ", ""),
        ("x=a,y=b,z=c", "x=a,y=b,z=c"),
        ("x=a, y==b ,z = c", "x=a,y=b,z=c"),
        ("!x", "!x"),
        ("! x , y", "!x,y"),
        ("x", "x"),
        ("x=", "x="),
        ("x= ", "x="),
        ("x=,z= ", "x=,z="),
        ("x!=a", "x!=a"),
        ("x != a", "x!=a"),
        ("x>1,z<5", "x>1,z<5"),
        ("x>007", "x>7"),
        ("x\t>\n1", "x>1"),
        ("x in (a,b)", "x in (a,b)"),
        ("x in(b, a ,b)", "x in (a,b)"),
        ("x notin (a,,b)", "x notin (,a,b)"),
        ("x in ()", "x in ()"),
        ("in in (in,notin)", "in in (in,notin)"),
        ("notin=in", "notin=in"),
        ("example.com/tier in (a)", "example.com/tier in (a)"),
    ] {
        let selector: Selector = text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(selector.to_string(), shown, "{text:?}");
        assert_eq!(shown.parse(), Ok(selector), "{text:?}");
    }
}

/// client-go: `TestSelectorParse`, `TestRequirementConstructor`.
#[test]
fn invalid_selectors_are_errors_that_name_the_position() {
    for (text, part) in [
        ("x=a||y=b", "not a valid value"),
        ("x==a==b", "expected `,` or the end at byte 4"),
        ("!x=a", "expected `,` or the end at byte 2"),
        ("x<a", "require an integer"),
        ("x>", "expected an integer"),
        ("x>-5", "not a valid value"),
        ("x<+5", "not a valid value"),
        ("x>9223372036854775808", "require an integer"),
        ("x=a,", "expected a label key at byte 4"),
        (",x=a", "expected a label key at byte 0"),
        ("x,,y", "expected a label key at byte 2"),
        ("x in", "expected `(` at byte 4"),
        ("x in a", "expected `(`"),
        ("x in (a", "expected `,` or `)`"),
        ("x in (a b)", "expected `,` or `)`"),
        ("x y", "expected an operator"),
        ("=a", "expected a label key"),
        ("a/b/c=d", "not a valid label key"),
        ("/b=d", "not a valid label key"),
        ("Upper.example/b", "not a valid label key"),
        ("-x=a", "not a valid label key"),
        ("x=-a", "not a valid value"),
        ("x=é", "not a valid value"),
    ] {
        let error = text.parse::<Selector>().unwrap_err().to_string();
        assert!(error.contains(part), "{text:?}: {error}");
    }
    let long = "a".repeat(64);
    assert!(matches!(format!("x={long}").parse::<Selector>(), Err(SelectorError::Value { .. })));
    assert!(matches!(long.parse::<Selector>(), Err(SelectorError::Key { .. })));
}

/// client-go: `TestSelectorMatches`.
#[test]
fn labels_match() {
    for (selector, on, expected) in [
        ("", "x=y", true),
        ("x=y", "x=y", true),
        ("x=y,z=w", "x=y,z=w", true),
        ("x!=y,z!=w", "x=z,z=a", true),
        ("notin=in", "notin=in", true),
        ("x", "x=z", true),
        ("!x", "y=z", true),
        ("x>1", "x=2", true),
        ("x<1", "x=0", true),
        ("x=z", "", false),
        ("x=y", "x=z", false),
        ("x=y,z=w", "x=w,z=w", false),
        ("x!=y", "", true),
        ("x notin (a)", "", true),
        ("x in (a,b)", "x=b", true),
        ("x in (a,b)", "x=c", false),
        ("x in (a,b)", "", false),
        ("x notin (a,b)", "x=b", false),
        ("x", "y=z", false),
        ("!x", "x=z", false),
        ("x>1", "x=1", false),
        ("x>1", "x=two", false),
        ("x<1", "", false),
        ("x in (,a)", "x=", true),
    ] {
        assert_eq!(matches(selector, on), expected, "{selector:?} on {on:?}");
    }
    assert!(Selector::everything().matches(None));
    assert!(!"x".parse::<Selector>().unwrap().matches(None));
}

fn label_selector(json: serde_json::Value) -> Result<Selector, SelectorError> {
    Selector::try_from(serde_json::from_value::<LabelSelector>(json).unwrap())
}

/// client-go: `TestLabelSelectorAsSelector`.
#[test]
fn label_selector_objects_are_converted() {
    let json = serde_json::json!({
        "matchLabels": { "app": "web" },
        "matchExpressions": [
            { "key": "tier", "operator": "In", "values": ["a", "b"] },
            { "key": "zone", "operator": "NotIn", "values": ["c"] },
            { "key": "ready", "operator": "Exists" },
            { "key": "legacy", "operator": "DoesNotExist", "values": [] },
        ],
    });
    let selector = label_selector(json).unwrap();
    assert_eq!(selector.to_string(), "app=web,tier in (a,b),zone notin (c),ready,!legacy");
    assert!(label_selector(serde_json::json!({})).unwrap().selects_all());
    for (key, operator, values, part) in [
        ("x", "In", &[][..], "require at least one value"),
        ("x", "Exists", &["a"], "do not take values"),
        ("x", "Near", &["a"], "`Near` is not a valid operator"),
        ("x/y/z", "Exists", &[], "not a valid label key"),
    ] {
        let json = serde_json::json!({
            "matchExpressions": [{ "key": key, "operator": operator, "values": values }],
        });
        let error = label_selector(json).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

proptest::proptest! {
    /// Any text is either an error, or a selector whose text form is parsed to the same selector.
    #[test]
    fn any_text_is_handled(text in "[a-z/.!=<>(), -]{0,24}|\\PC{0,12}") {
        if let Ok(selector) = text.parse::<Selector>() {
            proptest::prop_assert_eq!(selector.to_string().parse::<Selector>(), Ok(selector));
        }
    }
}
