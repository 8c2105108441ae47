//! The simple `JSONPath` of printer columns and selectable fields: `.spec.color`,
//! `.status.conditions[?(@.type=="Ready")].status`, `.spec.items[0].name`, `.metadata.labels['a/b']`, `[*]`.

use serde_json::Value;

/// A parsed path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JsonPath {
    dotted: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    Index(i64),
    Every,
    /// Items whose field has this value.
    Where(Vec<String>, Value),
}

impl JsonPath {
    /// Parses a path; `None` if it uses unsupported grammar.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        let inner = trimmed.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(trimmed);
        let mut steps = Vec::new();
        let mut rest = inner.strip_prefix('$').unwrap_or(inner);
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = field_end(after);
                let name = after[..end].replace('\\', "");
                rest = &after[end..];
                match name.as_str() {
                    "" => {}
                    "*" => steps.push(Step::Every),
                    _ => steps.push(Step::Field(name)),
                }
            } else if rest.starts_with('[') {
                let close = closing(rest)?;
                steps.push(bracket(&rest[1..close])?);
                rest = &rest[close + 1..];
            } else {
                return None;
            }
        }
        Some(Self { dotted: inner.trim_start_matches('.').to_owned(), steps })
    }

    /// The path of the value itself.
    pub(crate) fn root() -> Self {
        Self { dotted: String::new(), steps: Vec::new() }
    }

    /// The path without its leading dot, as in a field selector.
    pub(crate) fn dotted(&self) -> &str {
        &self.dotted
    }

    /// Returns all values at the path.
    pub(crate) fn find<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        self.steps
            .iter()
            .fold(vec![value], |found, step| found.into_iter().flat_map(|v| step.apply(v)).collect())
    }

    /// Returns the first value at the path.
    pub(crate) fn first<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.find(value).into_iter().next()
    }
}

impl Step {
    fn apply<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match (self, value) {
            (Self::Field(name), Value::Object(map)) => map.get(name).into_iter().collect(),
            (Self::Index(at), Value::Array(items)) => {
                let at = usize::try_from(*at)
                    .ok()
                    .or_else(|| items.len().checked_sub(usize::try_from(at.unsigned_abs()).ok()?));
                at.and_then(|at| items.get(at)).into_iter().collect()
            }
            (Self::Every, Value::Array(items)) => items.iter().collect(),
            (Self::Every, Value::Object(map)) => map.values().collect(),
            (Self::Where(path, wanted), Value::Array(items)) => items
                .iter()
                .filter(|item| path.iter().try_fold(*item, |v, name| v.get(name)) == Some(wanted))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The end of a field name; a backslash includes the next character in the name.
fn field_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '.' | '[' => return at,
            _ => {}
        }
    }
    text.len()
}

/// The position of the bracket that closes the first one, ignoring brackets in quotes.
fn closing(text: &str) -> Option<usize> {
    let mut quoted: Option<char> = None;
    for (at, c) in text.char_indices() {
        match (quoted, c) {
            (Some(open), c) if c == open => quoted = None,
            (None, '\'' | '"') => quoted = Some(c),
            (None, ']') => return Some(at),
            (Some(_) | None, _) => {}
        }
    }
    None
}

fn bracket(inner: &str) -> Option<Step> {
    if inner == "*" {
        return Some(Step::Every);
    }
    if let Some(name) = unquote(inner) {
        return Some(Step::Field(name.to_owned()));
    }
    if let Some(filter) = inner.strip_prefix("?(").and_then(|f| f.strip_suffix(')')) {
        let (left, right) = filter.split_once("==")?;
        let path = left.trim().strip_prefix("@.")?.split('.').map(str::to_owned).collect();
        let right = right.trim();
        let wanted = match unquote(right) {
            Some(text) => Value::String(text.to_owned()),
            None => serde_json::from_str(right).ok()?,
        };
        return Some(Step::Where(path, wanted));
    }
    inner.parse().ok().map(Step::Index)
}

fn unquote(text: &str) -> Option<&str> {
    ['\'', '"'].iter().find_map(|q| text.strip_prefix(*q)?.strip_suffix(*q))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_fields_items_and_conditions() {
        let value = json!({"spec": {"parts": [{"n": "a"}, {"n": "b"}]}, "metadata": {"labels": {"x.io/y": "z"}},
            "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}]}});
        let find = |path: &str| {
            JsonPath::parse(path).map(|p| p.find(&value).into_iter().cloned().collect::<Vec<_>>())
        };
        assert_eq!(find(".spec.parts[1].n"), Some(vec![json!("b")]));
        assert_eq!(find(".spec.parts[-1].n"), Some(vec![json!("b")]));
        assert_eq!(find(".spec.parts[*].n"), Some(vec![json!("a"), json!("b")]));
        assert_eq!(find(".status.conditions[?(@.type==\"Ready\")].status"), Some(vec![json!("True")]));
        assert_eq!(find(".metadata.labels['x.io/y']"), Some(vec![json!("z")]));
        assert_eq!(find(r".metadata.labels.x\.io/y"), Some(vec![json!("z")]));
        assert_eq!(find(".spec.none"), Some(vec![]));
        assert_eq!(find("spec"), None);
    }
}
