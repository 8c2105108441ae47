//! What happened in a run, as lines that can be compared. Must not know how it happened.

use std::{collections::BTreeMap, fmt, time::Duration};

use crate::{
    driver::{Call, CallKind, Final},
    script::END_OF_SCRIPT,
    stage::{Asked, Request, Target},
};

/// A pause from which on a request counts as held back. The least backoff of client-go and of ours is 800 ms, and
/// sleeps never end early; what is not held back takes a few milliseconds.
const HELD_BACK: Duration = Duration::from_millis(790);

/// How a line says so.
const WAITED: &str = "after a wait:";

/// What `timeoutSeconds` may be: from five minutes to twice that.
const TIMEOUTS: std::ops::RangeInclusive<u32> = 300..=600;

/// What happened in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// One line for each request, in order.
    pub requests: Vec<String>,
    /// The handler's calls for each object, in order. Over different objects no order is promised by anyone.
    pub calls: BTreeMap<String, Vec<String>>,
    /// What the cache held in the end.
    pub cache: BTreeMap<String, String>,
    /// Whether the informer said that it was synced.
    pub synced: bool,
}

impl Transcript {
    /// Writes down a request.
    pub fn request(&mut self, request: &Request) {
        self.requests.push(request_line(request));
    }

    /// Writes down a call. The one that ends a script is left out, and of calls that repeat each other (resyncs)
    /// only the first is written.
    pub fn call(&mut self, call: &Call) {
        if is_end_of_script(&call.key) {
            return;
        }
        let line = call_line(call);
        let calls = self.calls.entry(call.key.clone()).or_default();
        let repeats = call.kind == CallKind::Update && call.old == call.version;
        if !(repeats && calls.last() == Some(&line)) {
            calls.push(line);
        }
    }

    /// Writes down the end.
    pub fn end(&mut self, end: Final) {
        self.synced = end.synced;
        self.cache = end.cache;
        self.cache.retain(|key, _| !is_end_of_script(key));
    }

    /// Everything, one fact a line.
    pub fn lines(&self) -> Vec<String> {
        let requests = self.requests.iter().cloned();
        let calls = self
            .calls
            .iter()
            .flat_map(|(key, calls)| calls.iter().map(move |call| format!("told {key}: {call}")));
        let cache = self.cache.iter().map(|(key, version)| format!("holds {key} at {version}"));
        let synced = [if self.synced { "is synced" } else { "is not synced" }.to_owned()];
        requests.chain(calls).chain(cache).chain(synced).collect()
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

/// Whether it is the object that ends a script.
pub fn is_end_of_script(key: &str) -> bool {
    key.rsplit('/').next() == Some(END_OF_SCRIPT)
}

/// `list limit=500 resourceVersion=0`. Left out is what is as it always should be: the path of the scenario's objects;
/// of a watch, that it is one, asks for bookmarks and has a timeout in its range; of a watch-list also its
/// `resourceVersionMatch`.
fn request_line(request: &Request) -> String {
    let mut parameters = query(&request.record.query);
    parameters.sort();
    let usual = usual(request.asked);
    let missing = usual
        .iter()
        .filter(|(name, _)| parameters.iter().all(|(other, _)| other != name))
        .map(|(name, _)| format!("(no {name})"));
    let unusual = parameters
        .iter()
        .filter(|(name, value)| !usual.iter().any(|(usual, is)| usual == name && is.met_by(value)))
        // client-go's typed clients say a watch's `timeoutSeconds` a second time, as a Go duration.
        .filter(|(name, _)| usual.is_empty() || name != "timeout")
        .map(|(name, value)| format!("{name}={value}"));
    let verb = match request.asked {
        Asked::List => "list",
        Asked::WatchList => "watch-list",
        Asked::Watch => "watch",
        Asked::Other => &request.record.method,
    };
    let held_back = (request.pause >= HELD_BACK).then_some(WAITED);
    let path = match request.target {
        Target::Meant => None,
        Target::Other => Some(request.record.path.as_str()),
    };
    let start = held_back.into_iter().chain([verb]).chain(path);
    start.map(str::to_owned).chain(unusual).chain(missing).collect::<Vec<_>>().join(" ")
}

/// What a parameter should be.
#[derive(Clone, Copy)]
enum Should {
    Be(&'static str),
    BeATimeout,
}

impl Should {
    fn met_by(self, value: &str) -> bool {
        match self {
            Self::Be(wanted) => value == wanted,
            Self::BeATimeout => value.parse().is_ok_and(|seconds| TIMEOUTS.contains(&seconds)),
        }
    }
}

fn usual(asked: Asked) -> &'static [(&'static str, Should)] {
    const OF_A_WATCH_LIST: [(&str, Should); 5] = [
        ("resourceVersionMatch", Should::Be("NotOlderThan")),
        ("sendInitialEvents", Should::Be("true")),
        ("allowWatchBookmarks", Should::Be("true")),
        ("timeoutSeconds", Should::BeATimeout),
        ("watch", Should::Be("true")),
    ];
    match asked {
        Asked::WatchList => &OF_A_WATCH_LIST,
        Asked::Watch => &OF_A_WATCH_LIST[2..],
        Asked::List | Asked::Other => &[],
    }
}

fn query(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

fn call_line(call: &Call) -> String {
    let Call { version, old, .. } = call;
    match call.kind {
        CallKind::Add if call.in_initial_list => format!("added at {version}, in the initial list"),
        CallKind::Add => format!("added at {version}"),
        CallKind::Update if old == version => format!("resynced at {version}"),
        CallKind::Update => format!("updated from {old} to {version}"),
        CallKind::Delete if call.unseen => format!("deleted, last known at {version}, deletion not seen"),
        CallKind::Delete => format!("deleted at {version}"),
    }
}

/// What one of two runs has and the other has not, line by line, in order.
pub fn difference(theirs: &Transcript, ours: &Transcript) -> Vec<String> {
    let (theirs, ours) = (theirs.lines(), ours.lines());
    // The longest common subsequence, by the textbook: transcripts are short.
    let mut longest = vec![vec![0_usize; ours.len() + 1]; theirs.len() + 1];
    for (i, their) in theirs.iter().enumerate().rev() {
        for (j, our) in ours.iter().enumerate().rev() {
            longest[i][j] = if their == our {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < theirs.len() || j < ours.len() {
        if i < theirs.len() && j < ours.len() && theirs[i] == ours[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < theirs.len() && (j == ours.len() || longest[i + 1][j] >= longest[i][j + 1]) {
            lines.push(format!("client-go: {}", theirs[i]));
            i += 1;
        } else {
            lines.push(format!("ours: {}", ours[j]));
            j += 1;
        }
    }
    lines
}

/// What is left of lines of [`difference`] when nobody looks at the time: how often more each stands on client-go's
/// side than on ours.
pub(crate) fn without_waits(lines: &[String]) -> BTreeMap<String, i32> {
    let mut left: BTreeMap<String, i32> = BTreeMap::new();
    for line in lines {
        let (side, what) = line.split_once(": ").unwrap_or_default();
        let what = what.strip_prefix(WAITED).unwrap_or(what).trim_start();
        *left.entry(what.to_owned()).or_default() += if side == "ours" { -1 } else { 1 };
    }
    left.retain(|_, times| *times != 0);
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transcript(requests: &[&str]) -> Transcript {
        Transcript { requests: requests.iter().map(ToString::to_string).collect(), ..Transcript::default() }
    }

    #[test]
    fn what_differs_is_told_line_by_line() {
        let theirs = transcript(&["list", "watch 1", "list again", "watch 2"]);
        let ours = transcript(&["list", "watch 1", "watch 2"]);
        assert_eq!(difference(&theirs, &ours), ["client-go: list again"]);
        assert_eq!(difference(&ours, &theirs), ["ours: list again"]);
        assert!(difference(&theirs, &theirs).is_empty());
    }

    #[test]
    fn repeated_resyncs_are_one_line() {
        let update = |old: &str, version: &str| Call {
            kind: CallKind::Update,
            key: "default/a".into(),
            old: old.into(),
            version: version.into(),
            in_initial_list: false,
            unseen: false,
        };
        let mut transcript = Transcript::default();
        for call in [update("5", "5"), update("5", "5"), update("5", "6"), update("6", "6")] {
            transcript.call(&call);
        }
        assert_eq!(transcript.calls["default/a"], ["resynced at 5", "updated from 5 to 6", "resynced at 6"]);
    }
}
