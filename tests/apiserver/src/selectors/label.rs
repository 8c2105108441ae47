//! Label selectors: equality, sets and existence, with the grammar and the error messages of the real parser.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use crate::status::FieldError;

/// A parsed label selector; all its requirements must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    GreaterThan,
    LessThan,
}

impl LabelSelector {
    /// Parses a selector; the error is the real server's message.
    pub(crate) fn parse(selector: &str) -> Result<Self, String> {
        Parser { tokens: scan(selector), position: 0 }.parse().map(|requirements| Self { requirements })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    pub(crate) fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels.get(&requirement.key)))
    }
}

impl Requirement {
    fn matches(&self, found: Option<&String>) -> bool {
        let number = |text: &str| text.parse::<i64>().ok();
        let compare = |holds: fn(&i64, &i64) -> bool| {
            found
                .and_then(|found| number(found))
                .zip(self.values.first().and_then(|wanted| number(wanted)))
                .is_some_and(|(found, wanted)| holds(&found, &wanted))
        };
        match self.operator {
            Operator::In => found.is_some_and(|value| self.values.contains(value)),
            Operator::NotIn => found.is_none_or(|value| !self.values.contains(value)),
            Operator::Exists => found.is_some(),
            Operator::DoesNotExist => found.is_none(),
            Operator::GreaterThan => compare(i64::gt),
            Operator::LessThan => compare(i64::lt),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Identifier,
    Bang,
    Equals,
    NotEquals,
    Greater,
    Less,
    In,
    NotIn,
    Comma,
    Open,
    Close,
    Error,
    End,
}

const SYMBOLS: &[(&str, Token)] = &[
    ("==", Token::Equals),
    ("!=", Token::NotEquals),
    ("=", Token::Equals),
    ("!", Token::Bang),
    (">", Token::Greater),
    ("<", Token::Less),
    (",", Token::Comma),
    ("(", Token::Open),
    (")", Token::Close),
];

fn scan(selector: &str) -> Vec<(Token, String)> {
    let mut tokens = Vec::new();
    let mut rest = selector;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if rest.is_empty() {
            tokens.push((Token::End, String::new()));
            return tokens;
        }
        let symbol = SYMBOLS.iter().find(|(text, _)| rest.starts_with(text));
        let (token, length) = if let Some((text, token)) = symbol {
            (*token, text.len())
        } else {
            let length = rest.find(|c: char| "=!(),<> \t\r\n".contains(c)).unwrap_or(rest.len());
            let token = match &rest[..length] {
                "in" => Token::In,
                "notin" => Token::NotIn,
                "" => Token::Error,
                _ => Token::Identifier,
            };
            (token, length)
        };
        tokens.push((token, rest[..length].to_owned()));
        rest = &rest[length..];
    }
}

/// Whether `in` and `notin` are read as operators or as words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    KeyAndOperator,
    Values,
}

struct Parser {
    tokens: Vec<(Token, String)>,
    position: usize,
}

impl Parser {
    fn look(&self, context: Context) -> (Token, String) {
        let (token, text) = self.tokens.get(self.position).cloned().unwrap_or((Token::End, String::new()));
        match (context, token) {
            (Context::Values, Token::In | Token::NotIn) => (Token::Identifier, text),
            _ => (token, text),
        }
    }

    fn take(&mut self, context: Context) -> (Token, String) {
        let found = self.look(context);
        self.position += 1;
        found
    }

    fn parse(mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        loop {
            match self.look(Context::Values) {
                (Token::Identifier | Token::Bang, _) => {
                    let found =
                        self.requirement().map_err(|e| format!("unable to parse requirement: {e}"))?;
                    requirements.push(found);
                    match self.take(Context::Values) {
                        (Token::End, _) => return Ok(requirements),
                        (Token::Comma, _) => match self.look(Context::Values) {
                            (Token::Identifier | Token::Bang, _) => {}
                            (_, text) => {
                                return Err(format!("found '{text}', expected: identifier after ','"));
                            }
                        },
                        (_, text) => return Err(format!("found '{text}', expected: ',' or 'end of string'")),
                    }
                }
                (Token::End, _) => return Ok(requirements),
                (_, text) => {
                    return Err(format!("found '{text}', expected: !, identifier, or 'end of string'"));
                }
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let (mut token, mut key) = self.take(Context::Values);
        let negated = token == Token::Bang;
        if negated {
            (token, key) = self.take(Context::Values);
        }
        if token != Token::Identifier {
            return Err(format!("found '{key}', expected: identifier"));
        }
        validate_key(&key)?;
        let ends = matches!(self.look(Context::Values).0, Token::End | Token::Comma);
        if negated || ends {
            let operator = if negated { Operator::DoesNotExist } else { Operator::Exists };
            return Ok(Requirement { key, operator, values: Vec::new() });
        }
        let (operator, values) = match self.take(Context::KeyAndOperator) {
            (Token::In, _) => (Operator::In, self.values()?),
            (Token::NotIn, _) => (Operator::NotIn, self.values()?),
            (Token::Equals, _) => (Operator::In, self.exact_value()?),
            (Token::NotEquals, _) => (Operator::NotIn, self.exact_value()?),
            (Token::Greater, _) => (Operator::GreaterThan, self.exact_value()?),
            (Token::Less, _) => (Operator::LessThan, self.exact_value()?),
            (_, text) => return Err(format!("found '{text}', expected: in, notin, =, ==, !=, gt, lt")),
        };
        for (i, value) in values.iter().enumerate() {
            validate_value(&key, i, value)?;
            let numeric = matches!(operator, Operator::GreaterThan | Operator::LessThan);
            if numeric && value.parse::<i64>().is_err() {
                let why = "for 'Gt', 'Lt' operators, the value must be an integer";
                return Err(as_text(&FieldError::invalid(format!("values[{i}]"), value.as_str(), why)));
            }
        }
        Ok(Requirement { key, operator, values })
    }

    fn exact_value(&mut self) -> Result<Vec<String>, String> {
        match self.look(Context::Values) {
            (Token::End | Token::Comma, _) => Ok(vec![String::new()]),
            (Token::Identifier, text) => {
                self.position += 1;
                Ok(vec![text])
            }
            (_, text) => Err(format!("found '{text}', expected: identifier")),
        }
    }

    fn values(&mut self) -> Result<Vec<String>, String> {
        match self.take(Context::Values) {
            (Token::Open, _) => {}
            (_, text) => return Err(format!("found '{text}' expected: '('")),
        }
        let mut values = Vec::new();
        // An empty position between commas, or before or after one, is the empty value.
        let mut after_comma = true;
        loop {
            match self.take(Context::Values) {
                (Token::Identifier, text) => {
                    values.push(text);
                    after_comma = false;
                    match self.look(Context::Values) {
                        (Token::Comma | Token::Close, _) => {}
                        (_, text) => return Err(format!("found '{text}', expected: ',' or ')'")),
                    }
                }
                (Token::Comma, _) => {
                    if after_comma {
                        values.push(String::new());
                    }
                    after_comma = true;
                }
                (Token::Close, _) => {
                    if after_comma {
                        values.push(String::new());
                    }
                    values.sort_unstable();
                    values.dedup();
                    return Ok(values);
                }
                (_, text) if values.is_empty() && after_comma => {
                    return Err(format!("found '{text}', expected: ',', ')' or identifier"));
                }
                (_, text) => return Err(format!("found '{text}', expected: ',', or identifier")),
            }
        }
    }
}

// The patterns are constants and are tested below.
static NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z").ok());

const NAME_RULE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric \
     character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
     '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must \
     start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is \
     '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

fn is_name(text: &str) -> bool {
    NAME.as_ref().is_some_and(|regex| regex.is_match(text))
}

fn as_text(error: &FieldError) -> String {
    format!("{}: {}", error.field, error.body())
}

fn validate_key(key: &str) -> Result<(), String> {
    label_key_error(key).map_or(Ok(()), |why| Err(as_text(&FieldError::invalid("<nil>", key, why))))
}

fn validate_value(key: &str, index: usize, value: &str) -> Result<(), String> {
    label_value_error(value).map_or(Ok(()), |why| {
        Err(as_text(&FieldError::invalid(format!("values[{index}][{key}]"), value, why)))
    })
}

/// Returns the error in the key of a label or in another qualified name.
pub(crate) fn label_key_error(key: &str) -> Option<String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if name.contains('/') {
        return Some(format!(
            "a qualified name {NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        ));
    }
    if prefix == Some("") {
        return Some("prefix part must be non-empty".to_owned());
    }
    if name.is_empty() {
        return Some("name part must be non-empty".to_owned());
    }
    if name.len() > 63 {
        return Some("name part must be no more than 63 bytes".to_owned());
    }
    (!is_name(name)).then(|| format!("name part {NAME_RULE}"))
}

/// Returns the error in the value of a label.
pub(crate) fn label_value_error(value: &str) -> Option<String> {
    if value.len() > 63 {
        return Some("must be no more than 63 bytes".to_owned());
    }
    (!value.is_empty() && !is_name(value)).then(|| VALUE_RULE.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        LabelSelector::parse(selector).unwrap().matches(&labels)
    }

    #[test]
    fn all_operators_match() {
        let labels = &[("tier", "web"), ("n", "5"), ("in", "x"), ("empty", "")];
        for holds in [
            "",
            "tier=web",
            "tier==web",
            "tier!=db",
            "other!=x",
            "tier in (web, db)",
            "tier notin (db)",
            "tier",
            "!other",
            "n>4",
            "n<6",
            "tier=web,n",
            "in=x",
            "in in (x)",
            "empty=",
            "empty in ()",
            "tier in (,web)",
            " tier = web ",
        ] {
            assert!(matches(holds, labels), "{holds}");
        }
        for fails in [
            "tier=db",
            "tier!=web",
            "tier in (db)",
            "tier notin (web)",
            "other",
            "!tier",
            "n>5",
            "n<5",
            "tier in ()",
        ] {
            assert!(!matches(fails, labels), "{fails}");
        }
    }

    #[test]
    fn errors_match_those_of_the_real_parser() {
        let error = |selector| LabelSelector::parse(selector).unwrap_err();
        assert_eq!(error("a=b,"), "found '', expected: identifier after ','");
        assert_eq!(error("=b"), "found '=', expected: !, identifier, or 'end of string'");
        assert_eq!(error("a in b"), "unable to parse requirement: found 'b' expected: '('");
        assert_eq!(
            error("a b"),
            "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"
        );
        assert_eq!(error("a=b c"), "found 'c', expected: ',' or 'end of string'");
        assert!(error("a=b+c").contains("values[0][a]: Invalid value: \"b+c\": a valid label must be"));
        assert!(error("-a=b").contains("<nil>: Invalid value: \"-a\": name part must consist of"));
    }
}
