//! The pages link the items that they describe to docs.rs. Each link leads to an item that the source has.
//!
//! `.ci/run` looks up the same links in the generated documentation.

mod pages;

use std::{
    fs,
    path::{Path, PathBuf},
};

use pages::{pages, prose};

const DOCS: &str = "https://docs.rs/reflector-runtime/latest/reflector_runtime/";
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../reflector-runtime/src");

/// More links distract from the text.
const MOST_LINKS: usize = 10;

/// Pages that describe no item: generated tables.
const WITHOUT_ITEMS: [&str; 1] = ["conformance.md"];

/// The definitions of links to items, such as ``[`Informer`]: https://…``: the label and the path.
fn definitions(text: &str) -> Vec<(&str, &str)> {
    let definition = |line: &'_ str| -> Option<(usize, usize)> {
        let (label, target) = line.strip_prefix('[')?.split_once("]: ")?;
        target.strip_prefix(DOCS).map(|path| (label.len(), path.len()))
    };
    let found = text.lines().filter_map(|line| definition(line).map(|lengths| (line, lengths)));
    found.map(|(line, (label, path))| (&line[1..=label], &line[line.len() - path..])).collect()
}

/// The labels of the links that need a definition: ``[`Informer`]`` and ``[text][label]``.
fn labels(prose: &str) -> Vec<&str> {
    let mut labels = Vec::new();
    for (at, _) in prose.match_indices('[') {
        let Some((label, rest)) = prose[at + 1..].split_once(']') else { continue };
        let is_second = prose[..at].ends_with(']');
        let is_shortcut = label.starts_with('`') && label.ends_with('`') && !rest.starts_with(['(', '[']);
        if (is_second || is_shortcut) && !rest.starts_with(": https://") {
            labels.push(label);
        }
    }
    labels
}

/// The source files of a module, which is a folder or a file.
fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("the folder can be read").flatten() {
            files(&entry.path(), found);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        found.push(path.to_owned());
    }
}

/// Why the item with this path in the documentation is not in the source.
fn missing(path: &str) -> Option<String> {
    let (page, anchor) = path.split_once('#').unwrap_or((path, ""));
    let (module, file) = page.rsplit_once('/').unwrap_or(("", page));
    let folder = Path::new(SOURCE).join(module);
    let folder = if folder.is_dir() { folder } else { folder.with_extension("rs") };
    let mut sources = Vec::new();
    files(&folder, &mut sources);
    let sources: Vec<String> = sources.iter().filter_map(|file| fs::read_to_string(file).ok()).collect();
    if sources.is_empty() {
        return Some(format!("no module `{module}`"));
    }
    if file == "index.html" {
        return None;
    }
    let Some((kind, name)) = file.strip_suffix(".html").and_then(|file| file.split_once('.')) else {
        return Some(format!("`{file}` is not the page of an item"));
    };
    let is_declared = |what: &str| {
        sources.iter().any(|source| {
            let after = source.match_indices(what).map(|(at, _)| &source[at + what.len()..]);
            after
                .into_iter()
                .any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
        })
    };
    let root = if module.is_empty() { "lib.rs".into() } else { format!("{module}/mod.rs") };
    let exports = fs::read_to_string(Path::new(SOURCE).join(&root));
    let is_exported = exports.is_ok_and(|exports| exports.contains(name));
    if !is_declared(&format!("pub {kind} {name}")) {
        return Some(format!("`{module}` declares no `pub {kind} {name}`"));
    }
    if folder.is_dir() && !is_exported {
        return Some(format!("`{root}` does not export `{name}`"));
    }
    let method = anchor.strip_prefix("method.").unwrap_or(anchor);
    (!method.is_empty() && !is_declared(&format!("fn {method}")))
        .then(|| format!("`{module}` has no method `{method}`"))
}

#[test]
fn each_page_links_the_items_that_it_describes() {
    for page in pages() {
        let links = definitions(&page.text).len();
        let is_expected = if WITHOUT_ITEMS.contains(&page.name.as_str()) {
            links == 0
        } else {
            (1..=MOST_LINKS).contains(&links)
        };
        assert!(is_expected, "{} has {links} links to items", page.name);
    }
}

#[test]
fn each_link_leads_to_an_item() {
    let mut wrong = Vec::new();
    for page in pages() {
        for (label, path) in definitions(&page.text) {
            wrong.extend(missing(path).map(|why| format!("{}: [{label}]: {why}", page.name)));
        }
        let others = page.text.matches("https://docs.rs/reflector").count() - definitions(&page.text).len();
        assert_eq!(others, 0, "{}: a link to an item is not defined at the end of the page", page.name);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_link_is_defined_and_used() {
    for page in pages() {
        let prose = prose(&page.text).collect::<Vec<_>>().join("\n");
        let used = labels(&prose);
        let defined: Vec<&str> = definitions(&page.text).into_iter().map(|(label, _)| label).collect();
        for label in &used {
            assert!(defined.contains(label), "{}: [{label}] has no target", page.name);
        }
        for label in &defined {
            assert!(used.contains(label), "{}: [{label}] is not used", page.name);
        }
    }
}

#[test]
fn each_kind_of_problem_is_found() {
    assert_eq!(missing("informer/struct.Informer.html#method.health"), None);
    assert_eq!(missing("trait.Reflect.html"), None);
    assert_eq!(missing("reconcile/predicate/index.html"), None);
    let problem = |path| missing(path).unwrap_or_default();
    assert_eq!(problem("informers/struct.Informer.html"), "no module `informers`");
    assert_eq!(problem("informer/enum.Informer.html"), "`informer` declares no `pub enum Informer`");
    assert_eq!(problem("informer/struct.Infor.html"), "`informer` declares no `pub struct Infor`");
    assert_eq!(problem("informer/struct.Informer.html#method.heal"), "`informer` has no method `heal`");
    assert_eq!(problem("informer/Informer"), "`Informer` is not the page of an item");
    assert_eq!(labels("[`A`]: [b][C], [`d`](e.md)\n[`A`]: https://f"), ["`A`", "C"]);
    assert_eq!(definitions(&format!("[`A`]: {DOCS}b.html\n[c]: d")), [("`A`", "b.html")]);
}
