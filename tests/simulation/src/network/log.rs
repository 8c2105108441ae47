//! The log of requests: sender, time, request and outcome. It serves the check of request rates, human readers, and
//! the comparison of two runs.

use std::{
    fmt::Write as _,
    hash::{Hash as _, Hasher as _},
    time::Duration,
};

use crate::plan::RequestKind;

/// One completed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The informer that sent it.
    pub informer: usize,
    /// When it was sent, relative to the start of the run.
    pub at: Duration,
    /// When it ended, relative to the start of the run.
    pub until: Duration,
    /// The kind of request.
    pub kind: RequestKind,
    /// Whether it was useful to the informer.
    pub outcome: Outcome,
    /// Whether it starts a list: a streaming list, or the first page of a list that is no probe.
    pub starts_list: bool,
    /// Whether it is a probe: a list with `limit=1` that only asks for the server's current version.
    pub is_probe: bool,
    /// If it is a probe that was sent while a watch was open: the number of that watch.
    pub alongside: Option<u64>,
    /// The `Retry-After` of a server that throttles.
    pub retry_after: Option<Duration>,
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It delivered data, or lasted as long as a watch should.
    Productive,
    /// It failed.
    Unproductive,
    /// The connection was refused.
    ConnectionRefused,
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
        // Writing to a String never fails.
        let _ = write!(line, "{:>9} ms informer {} {text}", attempt.at.as_millis(), attempt.informer);
        self.attempts.push(attempt);
        self.text.push(line);
    }

    /// All completed requests, in the order in which they ended.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The same requests as human-readable text.
    pub fn lines(&self) -> &[String] {
        &self.text
    }

    /// A hash of the log: equal logs have equal hashes.
    pub fn hash(&self) -> u64 {
        // Uses fixed keys, so that the hash is the same in every process.
        let mut hasher = std::hash::DefaultHasher::new();
        self.text.hash(&mut hasher);
        hasher.finish()
    }
}
