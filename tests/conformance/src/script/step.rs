//! One step of a watch: `ADDED a@11`, `BOOKMARK 15`, a pause, an error.

use std::time::Duration;

use reflector_apiserver::Step;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Refusal, Resource,
    object::{ScriptedObject, bookmark, end_of_script},
};

/// A step, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum ScriptedStep {
    /// `ADDED a@11`, `MODIFIED a@11`, `DELETED a@11` (or any other type of event with an object), `BOOKMARK 11`,
    /// `END 11` (the bookmark that ends the initial events), `silence`, `cut`, `finish`.
    Short(String),
    /// What needs more words.
    Long(LongStep),
}

/// A step in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LongStep {
    /// Nothing, for so many milliseconds.
    Pause(u64),
    /// An ERROR event.
    Error(Refusal),
    /// An event with an object of its own form.
    Event {
        /// `ADDED`.
        r#type: String,
        /// The object.
        object: ScriptedObject,
    },
    /// An event with any JSON for an object.
    Raw {
        /// `ADDED`.
        r#type: String,
        /// The JSON.
        json: Value,
    },
    /// This text and a line end.
    Line(String),
    /// This text, with no line end.
    Text(String),
}

/// Where a step stands: what it is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) resource: Resource,
    pub(super) namespace: &'a str,
}

impl ScriptedStep {
    /// The server's steps, and how long they take at least.
    pub(super) fn build(&self, place: Place<'_>) -> Result<(Vec<Step>, Duration), String> {
        let at_once = |step| Ok((vec![step], Duration::ZERO));
        match self {
            Self::Short(text) => Ok((short(text, place)?, Duration::ZERO)),
            Self::Long(LongStep::Pause(time)) => {
                let time = Duration::from_millis(*time);
                Ok((vec![Step::Pause(time)], time))
            }
            Self::Long(LongStep::Error(refusal)) => at_once(Step::error(&refusal.build())),
            Self::Long(LongStep::Event { r#type, object }) => {
                at_once(Step::event(r#type, object.build(place.resource)?))
            }
            Self::Long(LongStep::Raw { r#type, json }) => at_once(Step::event(r#type, json.clone())),
            Self::Long(LongStep::Line(text)) => at_once(Step::bytes(format!("{text}\n"))),
            Self::Long(LongStep::Text(text)) => at_once(Step::bytes(text.clone())),
        }
    }
}

fn short(text: &str, place: Place<'_>) -> Result<Vec<Step>, String> {
    let resource = place.resource;
    Ok(match text.split_once(' ') {
        Some(("BOOKMARK", version)) => vec![Step::event("BOOKMARK", bookmark(resource, version))],
        Some(("END", version)) => vec![initial_events_end(resource, version)],
        Some((kind, object)) => {
            let object = ScriptedObject::Short(object.to_owned()).build(resource)?;
            vec![Step::event(kind, object)]
        }
        None => match text {
            "silence" => vec![Step::Silence],
            "cut" => vec![Step::Cut],
            "finish" => finish(place),
            _ => return Err(format!("{text:?} is no step of a watch")),
        },
    })
}

/// Ends the script, and leaves the watch open.
pub(super) fn finish(place: Place<'_>) -> Vec<Step> {
    let last = end_of_script(place.resource, place.namespace);
    vec![Step::event("ADDED", last), Step::Silence]
}

fn initial_events_end(resource: Resource, version: &str) -> Step {
    let mut object = bookmark(resource, version);
    object["metadata"]["annotations"] = serde_json::json!({ "k8s.io/initial-events-end": "true" });
    Step::event("BOOKMARK", object)
}
