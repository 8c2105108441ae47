//! "Moving from client-go" names every public type and variable of client-go's packages `cache` and `workqueue`, and
//! every function that no type of the package contains.

use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
    process::Command,
};

const PAGE: &str = include_str!("../../../book/src/from-client-go.md");

/// The public items of a package, from its documentation.
fn items(package: &str) -> BTreeSet<String> {
    let output = Command::new("go")
        .args(["doc", "-short", &format!("k8s.io/client-go/{package}")])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("client-go"))
        .output()
        .expect("go is installed: Go 1.26 or newer");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Constructors and constants of a type are indented.
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines = text.lines().filter(|line| !line.starts_with(' '));
    let names = lines.filter_map(|line| line.split_once(' ')).map(|(_, rest)| rest);
    let end = |char: char| !char.is_alphanumeric();
    names
        .filter_map(|rest| rest.split(end).next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_tables_name_every_item() {
    let named: HashSet<&str> = PAGE.split('`').collect();
    for (package, at_least) in [("tools/cache", 100), ("util/workqueue", 38)] {
        let items = items(package);
        assert!(items.len() >= at_least, "{package} has only {} items", items.len());
        let missing: Vec<_> = items.iter().filter(|item| !named.contains(item.as_str())).collect();
        assert!(
            missing.is_empty(),
            "book/src/from-client-go.md does not name these of {package}: {missing:?}"
        );
    }
}
