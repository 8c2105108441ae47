//! Rules for the code on the pages of the book: it exists, it fits, and it waits for the cache before it reads it.

mod pages;

use pages::{Block, pages};

/// The columns of code on all pages. Hidden lines count, because a reader can show them.
const WIDTH: usize = 80;

/// Outputs of programs with longer lines, which scroll: the page, and how the block begins.
const LONG_OUTPUTS: [(&str, &str); 4] = [
    ("derive.md", "test widget_fits_its_crd_file ... FAILED"),
    ("error-handling.md", "cannot sync secrets/v1: "),
    ("many-informers.md", "2 of 3 informers not synced: "),
    ("reading.md", "timed out after 30s while waiting for "),
];

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

fn wide_lines(block: &Block) -> Vec<&str> {
    block.code.lines().filter(|line| line.chars().count() > WIDTH).collect()
}

#[test]
fn code_has_at_most_80_columns() {
    let (mut wide, mut long_outputs) = (Vec::new(), Vec::new());
    for page in pages() {
        for block in page.blocks() {
            let is_output = |(name, begin): &&(&str, &str)| {
                block.language == "text" && page.name == *name && block.code.starts_with(begin)
            };
            let lines = wide_lines(&block);
            match LONG_OUTPUTS.iter().find(is_output) {
                Some(output) if !lines.is_empty() => long_outputs.push(*output),
                _ => wide.extend(lines.iter().map(|line| format!("{}: {line}", page.name))),
            }
        }
    }
    assert!(wide.is_empty(), "{} lines:\n{}", wide.len(), wide.join("\n"));
    assert_eq!(long_outputs.len(), LONG_OUTPUTS.len(), "each of these has a long line: {long_outputs:?}");
}

#[test]
fn a_wide_line_is_found() {
    let block = |code: String| Block { language: "rust".to_owned(), code };
    assert!(wide_lines(&block(format!("{}\n", "ä".repeat(WIDTH)))).is_empty());
    assert_eq!(wide_lines(&block(format!("a\n# {}\n", "a".repeat(WIDTH - 1)))).len(), 1);
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
