//! Rules for the code on the pages of the book: it exists, it fits, and it waits for the cache before it reads it.

mod pages;

use pages::{Page, pages};

/// The columns of code on these pages.
const WIDTH: usize = 80;

/// Pages whose code has at most [`WIDTH`] columns.
fn is_narrow(page: &Page) -> bool {
    page.name.starts_with("guide/") || ["break-it.md", "faq.md"].contains(&page.name.as_str())
}

/// Included code is in one file only, so that a test of that file tests the page.
#[test]
fn every_included_part_exists() {
    let mut found = 0;
    for page in pages() {
        for include in page.includes() {
            let code = include.code();
            assert!(!code.trim().is_empty(), "{}: {include:?} is empty", page.name);
            found += 1;
        }
    }
    assert!(found >= 55, "only {found} includes were found");
}

#[test]
fn code_of_the_guide_has_at_most_80_columns() {
    let mut wide = Vec::new();
    for page in pages().iter().filter(|page| is_narrow(page)) {
        for block in page.blocks() {
            let lines = block.code.lines().filter(|line| line.chars().count() > WIDTH);
            wide.extend(lines.map(|line| format!("{}: {line}", page.name)));
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

/// What waits until there is something to read.
const WAITS: [&str; 6] =
    ["wait_for_sync", "wait_for_namespace", "wait_until", ".next()", ".next_batch()", ".next_item()"];

/// Reads of a cache.
const READS: [&str; 13] = [
    ".get(",
    ".len(",
    ".list(",
    ".is_empty(",
    ".by_index(",
    ".count_by_index(",
    ".first_by_index(",
    ".index_values(",
    ".filter(",
    ".query(",
    ".snapshot(",
    ".contains(",
    ".list_in_namespace(",
];

/// The position of the first read of a lister.
fn first_read(code: &str) -> Option<usize> {
    let listers = ["lister", "lister()"];
    let reads = READS
        .iter()
        .flat_map(|read| listers.iter().filter_map(move |lister| code.find(&format!("{lister}{read}"))));
    reads.min()
}

fn reads_too_early(code: &str) -> bool {
    let Some((_, started)) = code.split_once(".start()") else { return false };
    // Up to the end of the function.
    let function = started.split("\n}\n").next().unwrap_or_default();
    let Some(read) = first_read(function) else { return false };
    // A reconciler calls its functions after the sync.
    !function.contains("Reconciler::new") && !WAITS.iter().any(|wait| function[..read].contains(wait))
}

#[test]
fn a_snippet_waits_before_it_reads_a_lister() {
    let mut checked = 0;
    for page in pages() {
        for block in page.blocks().iter().filter(|block| block.is_rust()) {
            let code = block.code.replace("\n    .", ".").replace("\n        .", ".");
            assert!(!reads_too_early(&code), "{} reads before the sync:\n{code}", page.name);
            checked += usize::from(code.contains(".start()") && first_read(&code).is_some());
        }
    }
    assert!(checked >= 10, "only {checked} snippets read a lister");
}

#[test]
fn a_read_without_a_wait_is_found() {
    assert!(reads_too_early("let x = a.start();\nx.lister().len();"));
    assert!(!reads_too_early("let x = a.start();\nx.wait_for_sync().await?;\nx.lister().len();"));
    assert!(!reads_too_early("fn a() {\n    b.start()\n}\nfn c() {\n    b.lister().len();\n}\n"));
    assert!(!reads_too_early("lister.len();"));
}
