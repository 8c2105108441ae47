//! [`Causes`]: an error and its causes in one line.
//!
//! Errors that users print (in a hook, from `main`) contain their causes in their own text and have no `source`, so
//! that each cause is shown exactly once, whether or not the caller walks the chain.
//!
//! Their `Debug` is the same text ([`debug_as_text`]): a `main` that returns an error prints it with `Debug`.

use std::{error::Error, fmt};

/// Prints an error, then each of its causes, separated by colons. A cause whose text the error above it already
/// contains is not repeated.
pub(crate) struct Causes<'a>(pub(crate) &'a (dyn Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut above = self.0.to_string();
        f.write_str(&above)?;
        for cause in std::iter::successors(self.0.source(), |&cause| cause.source()) {
            let text = cause.to_string();
            if !above.contains(&text) {
                write!(f, ": {text}")?;
                above = text;
            }
        }
        Ok(())
    }
}

/// Implements `Debug` for an error: its text and its causes, instead of the names of its fields.
macro_rules! debug_as_text {
    ($error:ty) => {
        impl ::std::fmt::Debug for $error {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&$crate::causes::Causes(self), f)
            }
        }
    };
}

pub(crate) use debug_as_text;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Layer>>,
    }

    fn layers(texts: &[&'static str]) -> Layer {
        let source = (texts.len() > 1).then(|| Box::new(layers(&texts[1..])));
        Layer { text: texts[0], source }
    }

    #[test]
    fn each_cause_is_shown_once() {
        let shown = |texts: &[&'static str]| Causes(&layers(texts)).to_string();
        assert_eq!(shown(&["a failed", "b broke", "c is gone"]), "a failed: b broke: c is gone");
        assert_eq!(shown(&["a failed: b broke", "b broke", "c is gone"]), "a failed: b broke: c is gone");
        assert_eq!(shown(&["a failed"]), "a failed");
    }
}
