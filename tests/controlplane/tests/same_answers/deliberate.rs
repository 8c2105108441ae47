//! Where the embedded server deliberately answers otherwise, as data, each with its reason. What is not here is a
//! fault, and so is an entry that no longer fits anything. Must not know servers.

use crate::difference::Difference;

/// Differences that are meant to be.
struct Deliberate {
    why: &'static str,
    /// The calls, by file and name; `*` at the end stands for anything.
    steps: &'static [&'static str],
    /// The places in the answer; `*` stands for any one segment.
    pointers: &'static [&'static str],
}

const MESSAGES: &[&str] = &["/body/message", "/body/details/causes/*/message"];

const DELIBERATE: &[Deliberate] = &[
    Deliberate {
        why: "Each says what it was built with and for.",
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
        why: "An opaque hash, for storage migration, which there is none of.",
        steps: &[
            "01-discovery: *",
            "04-custom-resources: the custom resources of *",
            "12-changed-crds: nothing may be written, according to discovery",
        ],
        pointers: &["/body/resources/*/storageVersionHash"],
    },
    Deliberate {
        why: "Texts of Go's parsers and of its type registry; the status and the reason are the same.",
        steps: &[
            "03-refusals: the body is of another kind",
            "03-refusals: the body is of another version",
            "03-refusals: the body is of an unknown kind",
            "03-refusals: malformed JSON",
            "03-refusals: no body",
            "03-refusals: a body that is no object",
            "03-refusals: a field of the wrong type",
            "03-refusals: a continue token that is none",
            "04-custom-resources: a custom resource needs apiVersion and kind",
            "05-patches: a merge patch that breaks a type",
            "05-patches: a merge patch that is malformed",
            "05-patches: a merge patch that is no object",
            "05-patches: a JSON patch that is no list",
            "07-lists: a shard that is none",
            "09-deletion: options that are malformed",
            "09-deletion: the deletion of a page from a token that is none",
        ],
        pointers: MESSAGES,
    },
    Deliberate {
        why: "The message quotes the object as Go prints it.",
        steps: &[
            "04-custom-resources: a CRD that stores no version",
            "11-built-in-types: the spec of a pod stays",
        ],
        pointers: MESSAGES,
    },
    Deliberate {
        why: "The embedded server does not speak protobuf: the same refusal, as JSON.",
        steps: &["10-representations: a media type that is not served for custom resources"],
        pointers: &["/body", "/contentType"],
    },
];

/// The differences that are not meant to be, and the calls and reasons of entries that fit none.
pub(crate) fn unexpected(differences: Vec<Difference>) -> (Vec<Difference>, Vec<String>) {
    let mut unfitted = Vec::new();
    for entry in DELIBERATE {
        let fits = |step: &&str| differences.iter().any(|difference| entry.fits_at(step, difference));
        unfitted.extend(
            entry.steps.iter().filter(|step| !fits(step)).map(|step| format!("{step} ({})", entry.why)),
        );
    }
    let meant = |difference: &Difference| {
        DELIBERATE.iter().any(|entry| entry.steps.iter().any(|step| entry.fits_at(step, difference)))
    };
    (differences.into_iter().filter(|difference| !meant(difference)).collect(), unfitted)
}

impl Deliberate {
    fn fits_at(&self, step: &str, difference: &Difference) -> bool {
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
