//! "Error messages" contains every message of the runtime's errors.

use std::{
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

const RUNTIME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../reflector-runtime/src");
const PAGE: &str = include_str!("../../src/error-messages.md");

/// Shorter texts between two values cannot be searched for.
const MIN_LETTERS: usize = 8;

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Text without marks, in one line.
fn plain(text: &str) -> String {
    text.replace(['`', '*'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The longest text of a message between two values.
fn constant_text(message: &str) -> String {
    let values = Regex::new(r"\{[^{}]*\}").unwrap();
    let texts =
        values.split(message).map(|text| plain(text).trim_matches([' ', ';', ':', ',', '(']).to_owned());
    texts.max_by_key(String::len).unwrap_or_default()
}

#[test]
fn every_error_message_is_explained() {
    let attribute = Regex::new(r#"(?s)#\[error\(\s*"((?:[^"\\]|\\.)*)""#).unwrap();
    let line_break = Regex::new(r"\\\n\s*").unwrap();
    let page = plain(PAGE);
    let mut files = Vec::new();
    sources(Path::new(RUNTIME), &mut files);
    let (mut missing, mut found) = (Vec::new(), 0);
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for message in attribute.captures_iter(code) {
            let message = line_break.replace_all(&message[1], "").replace("\\\"", "\"");
            let text = constant_text(&message);
            if text.chars().filter(|char| char.is_alphabetic()).count() < MIN_LETTERS {
                continue;
            }
            found += 1;
            if !page.contains(&text) {
                missing.push(format!("{}: {text}", file.display()));
            }
        }
    }
    assert!(found >= 60, "only {found} messages were found");
    assert!(missing.is_empty(), "book/src/error-messages.md does not explain:\n{}", missing.join("\n"));
}
