//! One step of a watch: `ADDED a@11`, `BOOKMARK 15`, a pause, an error.

use std::time::Duration;

use reflector_apiserver::Step;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Refusal, Resource,
    object::{ScriptedObject, bookmark, end_of_script},
};

/// A step, as written in a scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum ScriptedStep {
    /// `ADDED a@11`, `MODIFIED a@11`, `DELETED a@11` (or any other type of event with an object), `BOOKMARK 11`,
    /// `END 11` (the bookmark that ends the initial events), `silence`, `cut`, `finish`.
    Short(String),
    /// A step in the long notation.
    Long(LongStep),
}

/// A step that the short notation cannot express.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LongStep {
    /// A pause of this many milliseconds.
    Pause(u64),
    /// An ERROR event.
    Error(Refusal),
    /// An event with an object in its own notation.
    Event {
        /// The type, such as `ADDED`.
        r#type: String,
        /// The object.
        object: ScriptedObject,
    },
    /// An event with arbitrary JSON as its object.
    Raw {
        /// The type, such as `ADDED`.
        r#type: String,
        /// The JSON.
        json: Value,
    },
    /// This text, followed by a newline.
    Line(String),
    /// This text, without a newline.
    Text(String),
}

/// The context in which a step is built.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepContext<'a> {
    pub(super) resource: Resource,
    pub(super) namespace: &'a str,
}

impl ScriptedStep {
    /// Whether the step is bytes rather than an event.
    pub(super) fn is_bytes(&self) -> bool {
        matches!(self, Self::Long(LongStep::Line(_) | LongStep::Text(_)))
    }

    /// Builds the server's steps and their minimum duration.
    pub(super) fn build(&self, context: StepContext<'_>) -> Result<(Vec<Step>, Duration), String> {
        let immediate = |step| Ok((vec![step], Duration::ZERO));
        match self {
            Self::Short(text) => Ok((short(text, context)?, Duration::ZERO)),
            Self::Long(LongStep::Pause(time)) => {
                let time = Duration::from_millis(*time);
                Ok((vec![Step::Pause(time)], time))
            }
            Self::Long(LongStep::Error(refusal)) => immediate(Step::error(&refusal.build())),
            Self::Long(LongStep::Event { r#type, object }) => {
                immediate(Step::event(r#type, object.build(context.resource)?))
            }
            Self::Long(LongStep::Raw { r#type, json }) => immediate(Step::event(r#type, json.clone())),
            Self::Long(LongStep::Line(text)) => immediate(Step::bytes(format!("{text}\n"))),
            Self::Long(LongStep::Text(text)) => immediate(Step::bytes(text.clone())),
        }
    }
}

fn short(text: &str, context: StepContext<'_>) -> Result<Vec<Step>, String> {
    let resource = context.resource;
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
            "finish" => finish(context),
            _ => return Err(format!("{text:?} is not a valid step of a watch")),
        },
    })
}

/// Ends the script and leaves the watch open.
pub(super) fn finish(context: StepContext<'_>) -> Vec<Step> {
    let last = end_of_script(context.resource, context.namespace);
    vec![Step::event("ADDED", last), Step::Silence]
}

fn initial_events_end(resource: Resource, version: &str) -> Step {
    let mut object = bookmark(resource, version);
    object["metadata"]["annotations"] = serde_json::json!({ "k8s.io/initial-events-end": "true" });
    Step::event("BOOKMARK", object)
}
