//! A record of a run, as lines that can be compared. Must not know how the run was made.

use std::{collections::BTreeMap, fmt, time::Duration};

use crate::{
    driver::{Call, CallKind, Final},
    script::END_OF_SCRIPT,
    stage::{Request, RequestKind, Target},
};

/// The minimum pause before a request that counts as a backoff. The shortest backoff of client-go and of ours is 800
/// ms, and sleeps never end early. Without a backoff, the pause is a few milliseconds.
const MIN_BACKOFF: Duration = Duration::from_millis(790);

/// The prefix of a request that was delayed by a backoff.
const AFTER_BACKOFF: &str = "after a backoff:";

/// The allowed range of `timeoutSeconds`: from five minutes to twice that.
const TIMEOUTS: std::ops::RangeInclusive<u32> = 300..=600;

/// A record of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// One line for each request, in order.
    pub requests: Vec<String>,
    /// The handler's calls for each object, in order. Neither informer guarantees an order across objects.
    pub calls: BTreeMap<String, Vec<String>>,
    /// The final contents of the cache: the resourceVersion of each object, by key.
    pub cache: BTreeMap<String, String>,
    /// Whether the informer reported that it was synced.
    pub synced: bool,
    /// Why waiting for the sync fails.
    pub sync_error: Option<String>,
}

impl Transcript {
    /// Records a request.
    pub fn request(&mut self, request: &Request) {
        self.requests.push(request_line(request));
    }

    /// Records a call. The call for the object that ends a script is omitted. Of consecutive identical resyncs, only
    /// the first is recorded.
    pub fn call(&mut self, call: &Call) {
        if is_end_of_script(&call.key) {
            return;
        }
        let line = call_line(call);
        let calls = self.calls.entry(call.key.clone()).or_default();
        let is_resync = call.kind == CallKind::Update && call.old == call.version;
        if !(is_resync && calls.last() == Some(&line)) {
            calls.push(line);
        }
    }

    /// Records the final state.
    pub fn end(&mut self, end: Final) {
        self.synced = end.synced;
        self.sync_error = end.sync_error;
        self.cache = end.cache;
        self.cache.retain(|key, _| !is_end_of_script(key));
    }

    /// The complete record, one fact per line.
    pub fn lines(&self) -> Vec<String> {
        let requests = self.requests.iter().cloned();
        let calls = self
            .calls
            .iter()
            .flat_map(|(key, calls)| calls.iter().map(move |call| format!("event {key}: {call}")));
        let cache = self.cache.iter().map(|(key, version)| format!("cached {key} at {version}"));
        let synced = [if self.synced { "is synced" } else { "is not synced" }.to_owned()];
        let sync_error = self.sync_error.iter().map(|why| format!("waiting for the sync fails: {why}"));
        requests.chain(calls).chain(cache).chain(synced).chain(sync_error).collect()
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

/// Whether `key` is the key of the object that ends a script.
pub fn is_end_of_script(key: &str) -> bool {
    key.rsplit('/').next() == Some(END_OF_SCRIPT)
}

/// Formats a request, for example `list limit=500 resourceVersion=0`. The parts that always have to be the same are
/// omitted: the path of the scenario's objects; for a watch, the `watch` parameter, the request for bookmarks and a
/// timeout within its range; for a watch-list also `sendInitialEvents` and `resourceVersionMatch`.
fn request_line(request: &Request) -> String {
    let mut parameters = query(&request.record.query);
    parameters.sort();
    let expected = expected_parameters(request.kind);
    let missing = expected
        .iter()
        .filter(|(name, _)| parameters.iter().all(|(other, _)| other != name))
        .map(|(name, _)| format!("(no {name})"));
    let unexpected = parameters
        .iter()
        .filter(|(name, value)| {
            !expected.iter().any(|(other, allowed)| other == name && allowed.matches(value))
        })
        // client-go's typed clients send the timeout of a watch a second time, as a Go duration.
        .filter(|(name, _)| expected.is_empty() || name != "timeout")
        .map(|(name, value)| format!("{name}={value}"));
    let verb = match request.kind {
        RequestKind::List | RequestKind::Probe => "list",
        RequestKind::WatchList => "watch-list",
        RequestKind::Watch => "watch",
        RequestKind::Other => &request.record.method,
    };
    let backoff = (request.pause >= MIN_BACKOFF).then_some(AFTER_BACKOFF);
    let path = match request.target {
        Target::Scenario => None,
        Target::Other => Some(request.record.path.as_str()),
    };
    let start = backoff.into_iter().chain([verb]).chain(path);
    start.map(str::to_owned).chain(unexpected).chain(missing).collect::<Vec<_>>().join(" ")
}

/// The expected value of a parameter.
#[derive(Clone, Copy)]
enum Expected {
    Exactly(&'static str),
    Timeout,
}

impl Expected {
    fn matches(self, value: &str) -> bool {
        match self {
            Self::Exactly(expected) => value == expected,
            Self::Timeout => value.parse().is_ok_and(|seconds| TIMEOUTS.contains(&seconds)),
        }
    }
}

fn expected_parameters(kind: RequestKind) -> &'static [(&'static str, Expected)] {
    const WATCH_LIST: [(&str, Expected); 5] = [
        ("resourceVersionMatch", Expected::Exactly("NotOlderThan")),
        ("sendInitialEvents", Expected::Exactly("true")),
        ("allowWatchBookmarks", Expected::Exactly("true")),
        ("timeoutSeconds", Expected::Timeout),
        ("watch", Expected::Exactly("true")),
    ];
    match kind {
        RequestKind::WatchList => &WATCH_LIST,
        RequestKind::Watch => &WATCH_LIST[2..],
        RequestKind::List | RequestKind::Probe | RequestKind::Other => &[],
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
        CallKind::Delete if call.final_state_unknown => {
            format!("deleted, final state unknown, last cached at {version}")
        }
        CallKind::Delete => format!("deleted at {version}"),
        CallKind::InitApply => format!("`InitApply` at {version}"),
        CallKind::Apply => format!("`Apply` at {version}"),
    }
}

/// The lines that only one of two runs contains, in order.
pub fn difference(theirs: &Transcript, ours: &Transcript) -> Vec<String> {
    let (theirs, ours) = (theirs.lines(), ours.lines());
    // The textbook algorithm for the longest common subsequence suffices, because transcripts are short.
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

/// The lines of [`difference`] without their backoff prefixes, as counts: how many more times each line occurs on
/// client-go's side than on ours. Lines with equal counts are omitted.
pub(crate) fn without_backoffs(lines: &[String]) -> BTreeMap<String, i32> {
    let mut counts: BTreeMap<String, i32> = BTreeMap::new();
    for line in lines {
        let (side, rest) = line.split_once(": ").unwrap_or_default();
        let rest = rest.strip_prefix(AFTER_BACKOFF).unwrap_or(rest).trim_start();
        *counts.entry(rest.to_owned()).or_default() += if side == "ours" { -1 } else { 1 };
    }
    counts.retain(|_, count| *count != 0);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transcript(requests: &[&str]) -> Transcript {
        Transcript { requests: requests.iter().map(ToString::to_string).collect(), ..Transcript::default() }
    }

    #[test]
    fn differences_are_reported_line_by_line() {
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
            final_state_unknown: false,
        };
        let mut transcript = Transcript::default();
        for call in [update("5", "5"), update("5", "5"), update("5", "6"), update("6", "6")] {
            transcript.call(&call);
        }
        assert_eq!(transcript.calls["default/a"], ["resynced at 5", "updated from 5 to 6", "resynced at 6"]);
    }
}
