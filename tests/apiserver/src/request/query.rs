//! The query string, parsed as the real server parses it.

use crate::status::Status;

/// The parameters of a request, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub(crate) fn parse(query: &str) -> Self {
        Self { pairs: form_urlencoded::parse(query.as_bytes()).into_owned().collect() }
    }

    /// The first value; empty if there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Any value except `false` and `0` is true, including an empty value.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        let found = self.pairs.iter().find(|(key, _)| key == name)?;
        Some(!matches!(found.1.to_ascii_lowercase().as_str(), "false" | "0"))
    }

    /// Replaces all values of a parameter with this value; an empty value removes the parameter.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.pairs.retain(|(key, _)| key != name);
        if !value.is_empty() {
            self.pairs.push((name.to_owned(), value.to_owned()));
        }
    }

    /// An integer; `None` if the value is empty.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Status> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| {
            Status::bad_request(format!(
                "strconv.ParseInt: parsing {}: invalid syntax",
                crate::status::quote(text)
            ))
        })
    }
}
