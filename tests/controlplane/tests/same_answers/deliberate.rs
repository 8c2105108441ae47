//! The deliberate differences of the embedded server, as data, each with its reason. Any other difference is a bug,
//! and so is an entry that no longer matches any difference. Must not know the servers.

use crate::difference::Difference;

/// A group of deliberate differences.
struct Deliberate {
    reason: &'static str,
    /// The calls, by file and name; a trailing `*` matches any suffix.
    steps: &'static [&'static str],
    /// The JSON pointers into the response; `*` matches any one segment.
    pointers: &'static [&'static str],
}

const MESSAGES: &[&str] = &["/body/message", "/body/details/causes/*/message"];

const DELIBERATE: &[Deliberate] = &[
    Deliberate {
        reason: "Each server reports its own build environment and platform.",
        steps: &["01-discovery: the version"],
        pointers: &[
            "/body/compiler",
            "/body/gitCommit",
            "/body/gitTreeState",
            "/body/goVersion",
            "/body/platform",
        ],
    },
    Deliberate {
        reason: "An opaque hash for storage migration, which the embedded server does not support.",
        steps: &[
            "01-discovery: *",
            "04-custom-resources: the custom resources of *",
            "12-changed-crds: discovery lists no verbs that create or change parts",
        ],
        pointers: &["/body/resources/*/storageVersionHash"],
    },
    Deliberate {
        reason: "Messages of Go's parsers and type registry; the status and the reason are the same.",
        steps: &[
            "03-refusals: the body is of another kind",
            "03-refusals: the body is of another version",
            "03-refusals: the body is of an unknown kind",
            "03-refusals: malformed JSON",
            "03-refusals: no body",
            "03-refusals: a body that is not an object",
            "03-refusals: a field of the wrong type",
            "03-refusals: an invalid continue token",
            "04-custom-resources: a custom resource needs apiVersion and kind",
            "05-patches: a merge patch that breaks a type",
            "05-patches: a merge patch that is malformed",
            "05-patches: a merge patch that is not an object",
            "05-patches: a JSON patch that is not a list",
            "07-lists: an invalid shard selector",
            "09-deletion: malformed options",
            "09-deletion: the deletion of a page from an invalid token",
        ],
        pointers: MESSAGES,
    },
    Deliberate {
        reason: "The message quotes the object as formatted by Go.",
        steps: &[
            "04-custom-resources: a CRD that stores no version",
            "11-built-in-types: the spec of a pod is immutable",
        ],
        pointers: MESSAGES,
    },
];

/// Returns the unexpected differences, and the calls and reasons of entries that match no difference.
pub(crate) fn unexpected(differences: Vec<Difference>) -> (Vec<Difference>, Vec<String>) {
    let mut unmatched = Vec::new();
    for entry in DELIBERATE {
        let matched = |step: &&str| differences.iter().any(|difference| entry.matches(step, difference));
        unmatched.extend(
            entry.steps.iter().filter(|step| !matched(step)).map(|step| format!("{step} ({})", entry.reason)),
        );
    }
    let deliberate = |difference: &Difference| {
        DELIBERATE.iter().any(|entry| entry.steps.iter().any(|step| entry.matches(step, difference)))
    };
    (differences.into_iter().filter(|difference| !deliberate(difference)).collect(), unmatched)
}

impl Deliberate {
    fn matches(&self, step: &str, difference: &Difference) -> bool {
        same_step(step, &difference.step)
            && self.pointers.iter().any(|pointer| same_pointer(pointer, &difference.pointer))
    }
}

fn same_step(pattern: &str, step: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => step.starts_with(start),
        None => pattern == step,
    }
}

fn same_pointer(pattern: &str, pointer: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), pointer.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == "*" || wanted == found => {}
            _ => return false,
        }
    }
}
