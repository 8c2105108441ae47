//! The pages of the book, with their code blocks, includes, headings and links.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    fs,
    path::{Path, PathBuf},
};

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src");

/// A page.
pub(crate) struct Page {
    /// Its path in `book/src`.
    pub(crate) name: String,
    pub(crate) text: String,
    folder: PathBuf,
}

/// A code block, with its includes replaced.
pub(crate) struct Block {
    /// The text after the opening fence, such as `rust,no_run`.
    pub(crate) language: String,
    pub(crate) code: String,
}

/// A part of a file that a page includes.
#[derive(Debug)]
pub(crate) struct Include {
    file: PathBuf,
    anchor: Option<String>,
}

/// All pages that the summary links to.
pub(crate) fn pages() -> Vec<Page> {
    let summary = include_str!("../../../src/SUMMARY.md");
    let links = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.map(Page::read).collect()
}

impl Page {
    fn read(name: &str) -> Self {
        let path = Path::new(BOOK).join(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let folder = path.parent().expect("a file is in a folder").to_owned();
        Self { name: name.to_owned(), text, folder }
    }

    pub(crate) fn includes(&self) -> Vec<Include> {
        let includes = self.text.split("{{#include ").skip(1);
        includes
            .map(|rest| {
                let target = rest.split("}}").next().unwrap_or_default();
                let (file, anchor) = match target.rsplit_once(':') {
                    Some((file, anchor)) => (file, Some(anchor.to_owned())),
                    None => (target, None),
                };
                Include { file: self.folder.join(file), anchor }
            })
            .collect()
    }

    /// The text as mdBook renders it.
    pub(crate) fn expanded(&self) -> String {
        let mut includes = self.includes().into_iter();
        let mut parts = self.text.split("{{#include ");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (_, rest) = part.split_once("}}").unwrap_or_default();
            text += &includes.next().map(|include| include.code()).unwrap_or_default();
            text += rest;
        }
        text
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for line in self.expanded().lines() {
            match (line.trim_start().strip_prefix("```"), &mut open) {
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(language), None) => {
                    open = Some(Block { language: language.to_owned(), code: String::new() });
                }
                (None, Some(block)) => {
                    block.code += line;
                    block.code.push('\n');
                }
                (None, None) => {}
            }
        }
        blocks
    }

    /// The headings as mdBook's anchors.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut anchors = Vec::new();
        for line in prose(&self.expanded()) {
            let title = line.trim_start_matches('#');
            if line.starts_with('#') && title.starts_with(' ') {
                let characters = title.trim().chars().filter_map(|character| match character {
                    ' ' => Some('-'),
                    '-' | '_' => Some(character),
                    other => other.is_alphanumeric().then(|| other.to_ascii_lowercase()),
                });
                anchors.push(characters.collect());
            }
        }
        anchors
    }

    /// The targets of the links to other pages: a page and an anchor.
    pub(crate) fn links(&self) -> Vec<(String, Option<String>)> {
        let links = self.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        links
            .filter(|link| !link.contains("://") && !link.is_empty())
            .map(|link| match link.split_once('#') {
                Some((page, anchor)) => (page.to_owned(), Some(anchor.to_owned())),
                None => (link.to_owned(), None),
            })
            .map(|(page, anchor)| {
                if page.is_empty() {
                    (self.name.clone(), anchor)
                } else {
                    (normal(&Path::new(&self.name).with_file_name(page)), anchor)
                }
            })
            .collect()
    }
}

impl Block {
    pub(crate) fn is_rust(&self) -> bool {
        self.language.starts_with("rust")
    }
}

impl Include {
    /// The included lines.
    ///
    /// # Panics
    /// If the file or the anchor does not exist.
    pub(crate) fn code(&self) -> String {
        let path = self.file.display();
        let text = fs::read_to_string(&self.file).unwrap_or_else(|error| panic!("{path}: {error}"));
        let is_mark = |line: &&str| line.contains("ANCHOR: ") || line.contains("ANCHOR_END: ");
        let lines: Vec<&str> = match &self.anchor {
            None => text.lines().collect(),
            Some(anchor) => {
                let ends = |mark: &str, line: &str| line.trim_end().ends_with(&format!("{mark}: {anchor}"));
                let begin = text.lines().position(|line| ends("ANCHOR", line));
                let begin = begin.unwrap_or_else(|| panic!("{path} has no anchor {anchor}"));
                let end = text.lines().position(|line| ends("ANCHOR_END", line));
                let end = end.unwrap_or_else(|| panic!("{path}: the anchor {anchor} has no end"));
                text.lines().skip(begin + 1).take(end - begin - 1).collect()
            }
        };
        let lines: Vec<&str> = lines.into_iter().filter(|line| !is_mark(line)).collect();
        format!("{}\n", lines.join("\n"))
    }
}

/// The lines outside of code blocks.
pub(crate) fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}

/// A path without `..`.
fn normal(path: &Path) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.to_str().unwrap_or_default().split('/') {
        if part == ".." {
            parts.pop();
        } else if part != "." {
            parts.push(part);
        }
    }
    parts.join("/")
}
