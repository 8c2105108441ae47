//! "Error messages" contains every message of the runtime's errors.

use reflector_language::{read, sources};
use regex::Regex;

const RUNTIME: &str = "reflector-runtime/src/";
const PAGE: &str = "book/src/error-messages.md";

/// Shorter texts between two values cannot be searched for.
const MIN_LETTERS: usize = 8;

/// Text without marks, in one line.
fn plain(text: &str) -> String {
    text.replace(['`', '*'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The longest text of a message between two values.
fn constant_text(message: &str) -> String {
    let values = Regex::new(r"\{[^{}]*\}").expect("valid");
    let texts =
        values.split(message).map(|text| plain(text).trim_matches([' ', ';', ':', ',', '(']).to_owned());
    texts.max_by_key(String::len).unwrap_or_default()
}

#[test]
fn every_error_message_is_explained() {
    let attribute = Regex::new(r#"(?s)#\[error\(\s*"((?:[^"\\]|\\.)*)""#).expect("valid");
    let line_break = Regex::new(r"\\\n\s*").expect("valid");
    let page = plain(&read(PAGE));
    let (mut missing, mut found) = (Vec::new(), 0);
    for file in sources(&["rs"]).into_iter().filter(|file| file.starts_with(RUNTIME)) {
        let source = read(&file);
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for message in attribute.captures_iter(code) {
            let message = line_break.replace_all(&message[1], "").replace("\\\"", "\"");
            let text = constant_text(&message);
            if text.chars().filter(|char| char.is_alphabetic()).count() < MIN_LETTERS {
                continue;
            }
            found += 1;
            if !page.contains(&text) {
                missing.push(format!("{file}: {text}"));
            }
        }
    }
    assert!(found >= 60, "only {found} messages were found");
    assert!(missing.is_empty(), "{PAGE} does not explain:\n{}", missing.join("\n"));
}
