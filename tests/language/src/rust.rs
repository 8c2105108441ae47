//! Splits Rust source into comments, strings and the code between them.

/// A part of a source file. Comments and strings are split into lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A line of a comment, without its slashes.
    Comment(String),
    /// A line of a string literal, as it is written.
    String(String),
    /// Code without comments and strings.
    Code(String),
}

/// The parts of a source file, each with the line on which it begins.
pub fn tokens(source: &str) -> Vec<(usize, Token)> {
    let mut lexer = Lexer { rest: source, line: 1, code: String::new(), code_line: 1, tokens: Vec::new() };
    while !lexer.rest.is_empty() {
        lexer.step();
    }
    lexer.end_code();
    lexer.tokens
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    code: String,
    code_line: usize,
    tokens: Vec<(usize, Token)>,
}

impl<'a> Lexer<'a> {
    fn step(&mut self) {
        let rest = self.rest;
        if rest.starts_with("//") {
            let text = self.take(rest.find('\n').unwrap_or(rest.len()));
            self.push(text.trim_start_matches(['/', '!']), Token::Comment);
        } else if rest.starts_with("/*") {
            let text = self.take(rest.find("*/").map_or(rest.len(), |end| end + 2));
            self.push(text.trim_start_matches(['/', '*', '!']).trim_end_matches(['*', '/']), Token::Comment);
        } else if let Some(hashes) = raw_string(rest) {
            let open = rest.find('"').unwrap_or(0) + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let length = rest[open..].find(&close).map_or(rest.len() - open, |at| at + close.len());
            let text = self.take(open + length);
            self.push(&text[open..], Token::String);
        } else if let Some(string) = rest.strip_prefix('"') {
            let text = self.take(1 + string_length(string));
            self.push(text.trim_matches('"'), Token::String);
        } else if rest.starts_with('\'') {
            let text = self.take(char_length(rest));
            self.add_code(text);
        } else {
            let text = self.take(rest.chars().next().map_or(1, char::len_utf8));
            self.add_code(text);
        }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        text
    }

    fn add_code(&mut self, text: &str) {
        if self.code.is_empty() {
            self.code_line = self.line;
        }
        self.code.push_str(text);
        self.line += text.matches('\n').count();
    }

    fn end_code(&mut self) {
        if !self.code.is_empty() {
            self.tokens.push((self.code_line, Token::Code(std::mem::take(&mut self.code))));
        }
    }

    fn push(&mut self, text: &str, token: fn(String) -> Token) {
        self.end_code();
        for (at, line) in text.split('\n').enumerate() {
            self.tokens.push((self.line + at, token(line.to_owned())));
        }
        self.line += text.matches('\n').count();
    }
}

/// The number of hashes if a raw string begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// The length of a string literal after its opening quote, with the closing one.
fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal, or of the quote of a lifetime.
fn char_length(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), _) => {
            rest[2..].char_indices().skip(1).find(|(_, end)| *end == '\'').map_or(1, |(at, _)| at + 3)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}
