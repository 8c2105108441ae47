//! Each sentence of "Guarantees" names a test that exists.

use std::{fs, path::Path};

const PAGE: &str = include_str!("../../src/guarantees.md");
const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../reflector-runtime/tests");

#[test]
fn every_sentence_has_its_test() {
    let list = PAGE.split("\n- ").skip(1).map(|item| item.split("\n\n").next().unwrap_or_default());
    let mut sentences = 0;
    for item in list {
        let name = item.rsplit('`').nth(1).unwrap_or_default();
        let (module, test) = name.rsplit_once("::").unwrap_or_else(|| panic!("no test in: {item}"));
        let path = Path::new(TESTS).join(format!("{}.rs", module.replace("::", "/")));
        let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(source.contains(&format!("fn {test}(")), "{} has no test `{test}`", path.display());
        sentences += 1;
    }
    assert!(sentences >= 30, "only {sentences} sentences were found");
}
