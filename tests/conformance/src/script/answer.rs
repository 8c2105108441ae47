//! One answer: a page of a list, the steps of a watch, an error, or none.

use std::{collections::BTreeMap, time::Duration};

use reflector_apiserver::{Answer, Step};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Refusal, Resource, ScriptedStep,
    object::{END_VERSION, ScriptedObject, merge},
    step::{StepContext, finish},
};

/// An answer, as written in a scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ScriptedAnswer {
    /// A page of a list.
    Page(Page),
    /// A watch.
    Steps(Vec<ScriptedStep>),
    /// A watch whose status line and headers are held back, as some proxies do.
    HeldBack {
        /// The delay before the response, in milliseconds.
        delay: u64,
        /// The watch.
        steps: Vec<ScriptedStep>,
    },
    /// An error.
    Refuse(Refusal),
    /// Any body.
    Raw {
        /// The HTTP status code.
        status: u16,
        /// The body.
        #[serde(default)]
        body: String,
        /// Headers that are added or replaced. The default content type is JSON.
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// The connection is closed without an answer.
    Close,
    /// There is no answer, and the connection stays open.
    Hang,
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    version: Version,
    #[serde(default)]
    items: Vec<ScriptedObject>,
    /// The token of the next page.
    #[serde(default)]
    r#continue: Option<String>,
    /// How many items are on later pages.
    #[serde(default)]
    remaining: Option<u64>,
    /// A kind that replaces the list's own.
    #[serde(default)]
    kind: Option<String>,
    /// An apiVersion that replaces the list's own.
    #[serde(default)]
    api_version: Option<String>,
    /// Changes of the list without its items, as a JSON merge patch.
    #[serde(default)]
    with: Value,
    /// The connection is reset this many bytes before the end of the body.
    #[serde(default)]
    cut_before_end: Option<usize>,
    /// The delay before the answer, in milliseconds.
    #[serde(default)]
    delay: u64,
}

/// The resourceVersion of a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Version {
    Number(u64),
    Opaque(String),
}

impl Version {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Opaque(text) => text.clone(),
        }
    }
}

/// An answer and its minimum duration, which is needed to detect a pause after it.
#[derive(Clone, Debug)]
pub struct Timed {
    /// The answer that the server plays.
    pub answer: Answer,
    /// The time from the request to the end of the answer, as far as the script defines it.
    pub duration: Duration,
}

impl ScriptedAnswer {
    /// Whether the answer is bytes, at least in part, or a list whose own fields are given in JSON.
    pub(super) fn is_of_one_format(&self) -> bool {
        match self {
            Self::Page(page) => page.is_of_one_format(),
            Self::Steps(steps) | Self::HeldBack { steps, .. } => steps.iter().any(ScriptedStep::is_bytes),
            Self::Raw { .. } => true,
            Self::Refuse(_) | Self::Close | Self::Hang => false,
        }
    }

    /// Builds the answer that the server plays.
    ///
    /// # Errors
    /// A description of the part that is not valid.
    pub fn build(&self, resource: Resource, namespace: &str) -> Result<Timed, String> {
        let immediate = |answer| Timed { answer, duration: Duration::ZERO };
        let timed = match self {
            Self::Page(page) => page.build(resource)?,
            Self::Steps(steps) => watch(steps, StepContext { resource, namespace })?,
            Self::HeldBack { delay, steps } => {
                let delay = Duration::from_millis(*delay);
                let timed = watch(steps, StepContext { resource, namespace })?;
                Timed { answer: timed.answer.delay(delay), duration: timed.duration + delay }
            }
            Self::Refuse(refusal) => immediate(Answer::status(&refusal.build())),
            Self::Raw { status, body, headers } => {
                let answer = Answer::bytes(*status, body.clone());
                immediate(headers.iter().fold(answer, |answer, (name, value)| answer.header(name, value)))
            }
            Self::Close => immediate(Answer::refused()),
            Self::Hang => immediate(Answer::hang()),
        };
        Ok(Timed { answer: on_its_own_connection(timed.answer), ..timed })
    }
}

fn watch(steps: &[ScriptedStep], context: StepContext<'_>) -> Result<Timed, String> {
    let (mut all, mut duration) = (Vec::new(), Duration::ZERO);
    for step in steps {
        let (built, step_duration) = step.build(context)?;
        all.extend(built);
        duration += step_duration;
    }
    Ok(Timed { answer: Answer::watch(all), duration })
}

/// Prevents connection reuse. HTTP clients transparently retry a request if a reused connection turns out to be
/// closed, and whether they reuse a connection depends on microseconds.
fn on_its_own_connection(answer: Answer) -> Answer {
    answer.header("connection", "close")
}

/// The watch that ends every script.
pub(crate) fn last_watch(resource: Resource, namespace: &str) -> Answer {
    Answer::watch(finish(StepContext { resource, namespace }))
}

/// The answer to a request for the server's version: it is newer than all other versions of the script.
pub(crate) fn current_version(resource: Resource) -> Answer {
    on_its_own_connection(Answer::json(
        200,
        &json!({
            "apiVersion": resource.api_version(),
            "kind": format!("{}List", resource.kind()),
            "metadata": { "resourceVersion": END_VERSION },
            "items": [],
        }),
    ))
}

/// A watch that sends nothing.
pub(crate) fn idle_watch() -> Answer {
    Answer::watch([Step::Silence])
}

impl Page {
    fn is_of_one_format(&self) -> bool {
        let has_own_fields = self.kind.is_some() || self.api_version.is_some() || !self.with.is_null();
        has_own_fields || self.cut_before_end.is_some()
    }

    fn build(&self, resource: Resource) -> Result<Timed, String> {
        let body = self.body(resource)?;
        let answer = match self.cut_before_end {
            None => Answer::json(200, &body),
            Some(bytes) => {
                let mut text = body.to_string();
                text.truncate(text.len().saturating_sub(bytes));
                // Data sent immediately before a reset may be lost.
                Answer::watch([Step::bytes(text), Step::Pause(Duration::from_millis(50)), Step::Cut])
            }
        };
        let duration = Duration::from_millis(self.delay);
        Ok(Timed { answer: answer.delay(duration), duration })
    }

    fn body(&self, resource: Resource) -> Result<Value, String> {
        let mut items = Vec::new();
        for item in &self.items {
            let mut item = item.build(resource)?;
            // List items of built-in types omit kind and apiVersion.
            if let (true, Value::Object(fields)) = (resource.is_built_in(), &mut item) {
                fields.retain(|key, _| key != "kind" && key != "apiVersion");
            }
            items.push(item);
        }
        let mut metadata = json!({ "resourceVersion": self.version.text() });
        if let Some(token) = &self.r#continue {
            metadata["continue"] = json!(token);
        }
        if let Some(remaining) = self.remaining {
            metadata["remainingItemCount"] = json!(remaining);
        }
        let mut list = json!({
            "apiVersion": self.api_version.as_deref().unwrap_or(resource.api_version()),
            "kind": self.kind.clone().unwrap_or_else(|| format!("{}List", resource.kind())),
            "metadata": metadata,
        });
        if self.with.is_object() {
            merge(&mut list, &self.with);
        }
        list["items"] = items.into();
        Ok(list)
    }
}
