//! Checks that every client-go test has a counterpart in this workspace, whose doc comment names it, or a reason why it
//! cannot have one.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

/// A row of the table: some test files of client-go, and their tests.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    files: String,
    #[serde(default)]
    tests: Vec<String>,
    #[serde(default)]
    not_applicable: Vec<NotApplicable>,
}

/// Tests that have no counterpart.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotApplicable {
    why: String,
    tests: Vec<String>,
}

fn table() -> Vec<Row> {
    serde_norway::from_str(include_str!("../client-go-tests.yaml")).expect("the table is valid")
}

/// Collects all Rust files below a folder, except for build output and this file.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_dir() {
            if name != "target" && !name.to_string_lossy().starts_with('.') {
                rust_files(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("conformance/tests/named.rs")
        {
            found.push(path);
        }
    }
    Ok(())
}

/// The doc comment of each test in the workspace, as one string.
fn docs_of_tests() -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), &mut files)?;
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(file)?;
        let (mut docs, mut is_test) = (String::new(), false);
        for line in text.lines().map(str::trim_start) {
            if let Some(doc) = line.strip_prefix("///") {
                docs += doc;
            } else if line.starts_with("#[") {
                is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            } else {
                if is_test && line.contains("fn ") {
                    found.push(std::mem::take(&mut docs));
                }
                docs.clear();
                is_test = false;
            }
        }
    }
    Ok(found)
}

#[test]
fn every_client_go_test_has_a_counterpart() {
    let docs = docs_of_tests().expect("the workspace can be read");
    assert!(docs.len() > 400, "found only {} tests; the workspace path may be wrong", docs.len());
    let is_named = |name: &str| docs.iter().any(|doc| doc.contains(&format!("`{name}`")));
    let (mut missing, mut stale) = (Vec::new(), Vec::new());
    for row in table() {
        let without = row.tests.iter().filter(|name| !is_named(name));
        missing.extend(without.map(|name| format!("{name} ({})", row.files)));
        for NotApplicable { why, tests } in row.not_applicable {
            assert!(why.ends_with('.') && why.len() > 20, "a reason is a sentence: {why:?}");
            stale.extend(tests.into_iter().filter(|name| is_named(name)));
        }
    }
    assert!(
        missing.is_empty(),
        "no test in this workspace names these client-go tests in its doc comment:\n{}",
        missing.join("\n")
    );
    assert!(stale.is_empty(), "listed as not applicable, but a test names them:\n{}", stale.join("\n"));
}

#[test]
fn the_table_lists_each_test_once() {
    let mut names: Vec<String> = Vec::new();
    for row in table() {
        let rows = row.not_applicable.into_iter().flat_map(|row| row.tests);
        // Two packages have a test of this name.
        names.extend(row.tests.into_iter().chain(rows).filter(|name| name != "TestResetWatch"));
    }
    assert!(names.len() > 250, "{} tests", names.len());
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
