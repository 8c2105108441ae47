//! Finds out whether bytes are structurally one object ([`OneObject`], [`is_one_object`]).

use super::scan::{Scan, ValueScanner};

/// Finds out whether bytes that arrive in chunks are one object, with nothing but white space around it.
#[derive(Debug, Default)]
pub(super) struct OneObject {
    scanner: ValueScanner,
    progress: Progress,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Progress {
    #[default]
    Before,
    Inside,
    Complete,
    /// It is not an object, or something follows it.
    Other,
}

impl OneObject {
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        if self.progress == Progress::Before {
            rest = rest.trim_ascii_start();
            self.progress = match rest.first() {
                None => return,
                Some(b'{') => Progress::Inside,
                Some(_) => Progress::Other,
            };
        }
        if self.progress == Progress::Inside {
            let Scan::Ends(length) = self.scanner.feed(rest) else { return };
            self.progress = Progress::Complete;
            rest = rest.get(length..).unwrap_or_default();
        }
        if !rest.trim_ascii().is_empty() {
            self.progress = Progress::Other;
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.progress == Progress::Complete
    }
}

/// Whether the text is structurally a single object.
pub(crate) fn is_one_object(text: &[u8]) -> bool {
    let mut object = OneObject::default();
    object.feed(text);
    object.is_complete()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_is_recognized_in_any_chunks() {
        let cases = [
            (r#" {"a":{}} "#, true),
            (r#"{"a":"}"#, false),
            (r#"{"a":1}} {"b":2}"#, false),
            (r#"{"a":1} 2"#, false),
            ("[1]", false),
            ("7", false),
            (" ", false),
        ];
        for (text, expected) in cases {
            for size in 1..=text.len() {
                let mut object = OneObject::default();
                text.as_bytes().chunks(size).for_each(|chunk| object.feed(chunk));
                assert_eq!(object.is_complete(), expected, "{text} in chunks of {size}");
            }
        }
    }
}
