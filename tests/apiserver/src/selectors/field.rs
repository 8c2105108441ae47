//! Field selectors: `metadata.name=a,status.phase!=Running`, with backslash escapes in values.

/// A parsed field selector; all its terms must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSelector {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    field: String,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equals,
    NotEquals,
}

impl FieldSelector {
    /// Parses a selector; the error is the real server's message.
    pub(crate) fn parse(selector: &str) -> Result<Self, String> {
        let mut terms = Vec::new();
        for part in split_terms(selector) {
            let (field, operator, value) = split_term(part)
                .ok_or_else(|| format!("invalid selector: '{selector}'; can't understand '{part}'"))?;
            terms.push(Term { field: field.to_owned(), operator, value: unescape(value)? });
        }
        Ok(Self { terms })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    pub(crate) fn matches<'o>(&self, field: impl Fn(&str) -> Option<&'o str>) -> bool {
        self.terms.iter().all(|term| {
            let found = field(&term.field).unwrap_or_default();
            match term.operator {
                Operator::Equals => found == term.value,
                Operator::NotEquals => found != term.value,
            }
        })
    }

    /// The fields that the selector names.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(|term| term.field.as_str())
    }
}

/// The parts between unescaped commas, without empty parts.
fn split_terms(selector: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, c) in selector.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => {
                parts.push(&selector[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&selector[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

fn split_term(term: &str) -> Option<(&str, Operator, &str)> {
    let at = term.char_indices().find(|(i, _)| {
        let rest = &term[*i..];
        rest.starts_with("!=") || rest.starts_with('=')
    })?;
    let (field, rest) = term.split_at(at.0);
    if let Some(value) = rest.strip_prefix("!=") {
        return Some((field, Operator::NotEquals, value));
    }
    let value = rest.strip_prefix("==").or_else(|| rest.strip_prefix('='))?;
    Some((field, Operator::Equals, value))
}

fn unescape(value: &str) -> Result<String, String> {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped @ ('\\' | ',' | '=')) => out.push(escaped),
                Some(other) => {
                    return Err(format!("invalid field selector: invalid escape sequence: \\{other}"));
                }
                None => return Err("invalid field selector: invalid escape sequence: \\".to_owned()),
            },
            ',' | '=' => {
                return Err(format!("invalid field selector: unescaped character in value: {c}"));
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_terms_must_hold() {
        let selector = FieldSelector::parse(r"a=1,b!=x\,y,,c==").unwrap();
        let with = |b: &'static str| {
            selector.matches(|f| match f {
                "a" => Some("1"),
                "b" => Some(b),
                _ => None,
            })
        };
        assert!(with("z") && !with("x,y"));
    }

    #[test]
    fn an_error_names_the_invalid_term() {
        let error = FieldSelector::parse("a=1,nonsense").unwrap_err();
        assert_eq!(error, "invalid selector: 'a=1,nonsense'; can't understand 'nonsense'");
    }
}
