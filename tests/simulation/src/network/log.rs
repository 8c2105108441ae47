//! What was asked, by whom, when, and what came of it: for the check of rates, for people, and for the comparison of
//! two runs.

use std::{
    fmt::Write as _,
    hash::{Hash as _, Hasher as _},
    time::Duration,
};

use crate::plan::Asked;

/// One request, once it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Who asked.
    pub informer: usize,
    /// When, from the beginning.
    pub at: Duration,
    /// When it was over.
    pub until: Duration,
    /// What was asked for.
    pub asked: Asked,
    /// Whether it brought the informer anything.
    pub outcome: Outcome,
    /// Whether it begins to read the state: a streaming list, or the first page of a list.
    pub begins_reading: bool,
    /// How long a server that throttles asked to be left alone.
    pub retry_after: Option<Duration>,
}

/// What a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It told something, or lasted as long as a watch should.
    Fruitful,
    /// It failed.
    Fruitless,
    /// There was no connection.
    Refused,
}

/// All requests.
#[derive(Debug, Default)]
pub struct Log {
    attempts: Vec<Attempt>,
    text: Vec<String>,
}

impl Log {
    pub(super) fn add(&mut self, attempt: Attempt, text: &str) {
        let mut line = String::new();
        // Writing to a String does not fail.
        let _ = write!(line, "{:>9} ms informer {} {text}", attempt.at.as_millis(), attempt.informer);
        self.attempts.push(attempt);
        self.text.push(line);
    }

    /// All requests that are over, in the order in which they ended.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The same for people.
    pub fn lines(&self) -> &[String] {
        &self.text
    }

    /// A number that is the same for the same log.
    pub fn hash(&self) -> u64 {
        // Without keys, so that it is the same in every process.
        let mut hasher = std::hash::DefaultHasher::new();
        self.text.hash(&mut hasher);
        hasher.finish()
    }
}
