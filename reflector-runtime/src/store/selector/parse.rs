//! The grammar of label selectors, as in apimachinery's `labels` package:
//!
//! ```text
//! selector    = [ requirement { "," requirement } ]
//! requirement = "!" key
//!             | key [ ( "=" | "==" | "!=" ) value
//!                   | ( ">" | "<" ) integer
//!                   | ( "in" | "notin" ) "(" values ")" ]
//! values      = value { "," value }
//! ```
//! A value may be empty. White space separates words.

use super::{Operator, Requirement, SelectorError, valid};

pub(super) fn requirements(text: &str) -> Result<Vec<Requirement>, SelectorError> {
    let mut parser = Parser { text, at: 0 };
    let mut requirements = Vec::new();
    if parser.peek().is_none() {
        return Ok(requirements);
    }
    loop {
        requirements.push(parser.requirement()?);
        match parser.peek() {
            None => return Ok(requirements),
            Some(Token::Symbol(",")) => parser.advance(","),
            Some(_) => return Err(parser.expected("`,` or the end")),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Symbol(&'static str),
}

/// The symbols. A symbol that begins with another one is before it.
const SYMBOLS: [&str; 9] = ["==", "!=", "=", "!", ">", "<", "(", ")", ","];

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// The next token, after white space.
    fn peek(&mut self) -> Option<Token<'a>> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.at += rest.len() - trimmed.len();
        if trimmed.is_empty() {
            return None;
        }
        if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| trimmed.starts_with(symbol)) {
            return Some(Token::Symbol(symbol));
        }
        let is_end = |character: char| " \t\r\n=!><(),".contains(character);
        trimmed.split(is_end).next().map(Token::Word)
    }

    fn advance(&mut self, token: &str) {
        self.at += token.len();
    }

    fn expected(&self, expected: &'static str) -> SelectorError {
        SelectorError::Syntax { text: self.text.to_owned(), expected, position: self.at }
    }

    fn word(&mut self, expected: &'static str) -> Result<&'a str, SelectorError> {
        match self.peek() {
            Some(Token::Word(word)) => {
                self.advance(word);
                Ok(word)
            }
            _ => Err(self.expected(expected)),
        }
    }

    fn requirement(&mut self) -> Result<Requirement, SelectorError> {
        if self.peek() == Some(Token::Symbol("!")) {
            self.advance("!");
            let key = self.word("a label key")?;
            return Requirement::new(key, Operator::DoesNotExist);
        }
        let key = self.word("a label key")?;
        let operator = match self.peek() {
            Some(Token::Symbol(symbol @ ("=" | "==" | "!="))) => {
                self.advance(symbol);
                let value = self.value().to_owned();
                if symbol == "!=" { Operator::NotEquals(value) } else { Operator::Equals(value) }
            }
            Some(Token::Symbol(symbol @ (">" | "<"))) => {
                self.advance(symbol);
                let value = self.word("an integer")?;
                let limit = value.parse().map_err(|_| SelectorError::NotAnInteger {
                    key: key.to_owned(),
                    value: value.to_owned(),
                })?;
                // As in apimachinery, the integer is the value of a label: it cannot have a sign.
                if !valid::is_label_value(value) {
                    return Err(SelectorError::Value { key: key.to_owned(), value: value.to_owned() });
                }
                if symbol == ">" { Operator::GreaterThan(limit) } else { Operator::LessThan(limit) }
            }
            Some(Token::Word(word @ ("in" | "notin"))) => {
                self.advance(word);
                let values = self.values()?;
                if word == "in" { Operator::In(values) } else { Operator::NotIn(values) }
            }
            None | Some(Token::Symbol(",")) => Operator::Exists,
            Some(_) => return Err(self.expected("an operator")),
        };
        Requirement::new(key, operator)
    }

    /// A value, which may be empty. Words that are operators elsewhere are values here.
    fn value(&mut self) -> &'a str {
        match self.peek() {
            Some(Token::Word(word)) => {
                self.advance(word);
                word
            }
            _ => "",
        }
    }

    /// Values in parentheses.
    fn values(&mut self) -> Result<Vec<String>, SelectorError> {
        if self.peek() != Some(Token::Symbol("(")) {
            return Err(self.expected("`(`"));
        }
        self.advance("(");
        let mut values = Vec::new();
        loop {
            values.push(self.value().to_owned());
            match self.peek() {
                Some(Token::Symbol(",")) => self.advance(","),
                Some(Token::Symbol(")")) => {
                    self.advance(")");
                    values.sort();
                    values.dedup();
                    return Ok(values);
                }
                _ => return Err(self.expected("`,` or `)`")),
            }
        }
    }
}
