//! Extracts the prose of the repository: comments, documentation, error texts and the guide.
//!
//! Knows the syntax of comments and strings in Rust, nothing of what the words mean: `tests/words.rs` contains the
//! list.

mod files;
mod rust;

pub use self::{
    files::{read, repository, sources},
    rust::{Token, tokens},
};

/// A line of prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prose {
    /// The file, relative to the repository.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The text.
    pub text: String,
}

/// All prose in the repository.
pub fn prose() -> Vec<Prose> {
    let mut prose = Vec::new();
    for file in sources(&["rs", "md", "toml"]) {
        let text = read(&file);
        let lines = match file.rsplit_once('.').map(|(_, extension)| extension) {
            Some("rs") => rust_prose(&text),
            Some("md") => markdown_prose(&text),
            _ => toml_prose(&text),
        };
        prose.extend(lines.into_iter().map(|(line, text)| Prose { file: file.clone(), line, text }));
    }
    prose
}

/// Comments, and the texts of `#[error(...)]` and `#[diagnostic::...]` attributes.
fn rust_prose(source: &str) -> Vec<(usize, String)> {
    let mut prose = Vec::new();
    // How many brackets of such an attribute are open.
    let mut attribute_depth = 0_usize;
    for (line, token) in tokens(source) {
        match token {
            Token::Comment(text) => prose.push((line, text)),
            Token::String(text) if attribute_depth > 0 => prose.push((line, text)),
            Token::String(_) => {}
            Token::Code(code) => {
                for (at, character) in code.char_indices() {
                    let rest = &code[at..];
                    let opens = rest.starts_with("#[error(") || rest.starts_with("#[diagnostic::");
                    match character {
                        '#' if opens && attribute_depth == 0 => attribute_depth = 1,
                        '[' if attribute_depth > 0 && !code[..at].ends_with('#') => attribute_depth += 1,
                        ']' if attribute_depth > 0 => attribute_depth -= 1,
                        _ => {}
                    }
                }
            }
        }
    }
    prose
}

/// Everything but code blocks and code spans.
fn markdown_prose(source: &str) -> Vec<(usize, String)> {
    let mut in_code = false;
    let mut prose = Vec::new();
    for (number, line) in source.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let comment = line.split_once("//").map(|(_, comment)| comment);
        let text = if in_code { comment.unwrap_or_default() } else { line };
        prose.push((number + 1, text.to_owned()));
    }
    prose
}

fn toml_prose(source: &str) -> Vec<(usize, String)> {
    let is_prose = |line: &&str| line.trim_start().starts_with('#') || line.starts_with("description");
    source
        .lines()
        .enumerate()
        .filter(|(_, line)| is_prose(line))
        .map(|(at, line)| (at + 1, line.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_error_texts_are_prose_and_other_strings_are_not() {
        let source = r##"
            //! a header // with slashes
            const URL: &str = "https://example.com/ told";
            /* a block
               of two lines */
            #[error(
                "an error: {}",
                .0
            )]
            #[serde(rename = "no prose")]
            struct A<'a>(&'a str, char); // after 'c', and '"'
            const RAW: &str = r#"no " // prose"#;
            #[diagnostic::on_unimplemented(message = "a diagnostic", note = "a note")]
        "##;
        let texts: Vec<String> =
            rust_prose(source).into_iter().map(|(_, text)| text.trim().to_owned()).collect();
        assert_eq!(
            texts,
            [
                "a header // with slashes",
                "a block",
                "of two lines",
                "an error: {}",
                "after 'c', and '\"'",
                "a diagnostic",
                "a note",
            ]
        );
    }

    #[test]
    fn code_blocks_of_the_guide_are_not_prose_and_their_comments_are() {
        let text = "a\n```rust\nlet told = 1; // a comment\n```\nb";
        let lines: Vec<_> = markdown_prose(text).into_iter().map(|(_, text)| text).collect();
        assert_eq!(lines, ["a", " a comment", "b"]);
    }
}
