//! One answer: a page of a list, the steps of a watch, a refusal, or none.

use std::time::Duration;

use reflector_apiserver::{Answer, Step};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Refusal, Resource, ScriptedStep,
    object::ScriptedObject,
    step::{Place, finish},
};

/// An answer, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ScriptedAnswer {
    /// A page of a list.
    Page(Page),
    /// A watch.
    Steps(Vec<ScriptedStep>),
    /// An error.
    Refuse(Refusal),
    /// Any body.
    Raw {
        /// The HTTP code.
        status: u16,
        /// The body.
        body: String,
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
    version: u64,
    #[serde(default)]
    items: Vec<ScriptedObject>,
    /// The token of the next page.
    #[serde(default)]
    r#continue: Option<String>,
    /// How many items are on later pages.
    #[serde(default)]
    remaining: Option<u64>,
    /// Another kind than the list's own.
    #[serde(default)]
    kind: Option<String>,
    /// Another apiVersion.
    #[serde(default)]
    api_version: Option<String>,
    /// The connection breaks this many bytes before the end of the body.
    #[serde(default)]
    cut_before_end: Option<usize>,
    /// How many milliseconds the answer takes.
    #[serde(default)]
    delay: u64,
}

/// An answer, and how long it takes at least: what comes after it may be told from a pause by that.
#[derive(Clone, Debug)]
pub struct Timed {
    /// What the server plays.
    pub answer: Answer,
    /// From the request to the answer's end, as far as the script says.
    pub takes: Duration,
}

impl ScriptedAnswer {
    /// What the server plays.
    ///
    /// # Errors
    /// What in it cannot be understood.
    pub fn build(&self, resource: Resource, namespace: &str) -> Result<Timed, String> {
        let at_once = |answer| Timed { answer, takes: Duration::ZERO };
        let timed = match self {
            Self::Page(page) => page.build(resource)?,
            Self::Steps(steps) => {
                let place = Place { resource, namespace };
                let (mut all, mut takes) = (Vec::new(), Duration::ZERO);
                for step in steps {
                    let (some, time) = step.build(place)?;
                    all.extend(some);
                    takes += time;
                }
                Timed { answer: Answer::watch(all), takes }
            }
            Self::Refuse(refusal) => at_once(Answer::status(&refusal.build())),
            Self::Raw { status, body } => at_once(Answer::bytes(*status, body.clone())),
            Self::Close => at_once(Answer::refused()),
            Self::Hang => at_once(Answer::hang()),
        };
        Ok(Timed { answer: in_a_connection_of_its_own(timed.answer), ..timed })
    }
}

/// Clients repeat a request by themselves where a connection that they use again turns out to be closed; whether they
/// use it again is a matter of microseconds.
fn in_a_connection_of_its_own(answer: Answer) -> Answer {
    answer.header("connection", "close")
}

/// The watch that ends every script.
pub(crate) fn last_watch(resource: Resource, namespace: &str) -> Answer {
    Answer::watch(finish(Place { resource, namespace }))
}

/// A watch in which nothing happens.
pub(crate) fn silent_watch() -> Answer {
    Answer::watch([Step::Silence])
}

impl Page {
    fn build(&self, resource: Resource) -> Result<Timed, String> {
        let body = self.body(resource)?;
        let answer = match self.cut_before_end {
            None => Answer::json(200, &body),
            Some(bytes) => {
                let mut text = body.to_string();
                text.truncate(text.len().saturating_sub(bytes));
                // What is sent together with a reset may be lost.
                Answer::watch([Step::bytes(text), Step::Pause(Duration::from_millis(50)), Step::Cut])
            }
        };
        let takes = Duration::from_millis(self.delay);
        Ok(Timed { answer: answer.delay(takes), takes })
    }

    fn body(&self, resource: Resource) -> Result<Value, String> {
        let mut items = Vec::new();
        for item in &self.items {
            let mut item = item.build(resource)?;
            // Items of built-in types leave their kind to the list.
            if let (Resource::ConfigMaps, Value::Object(fields)) = (resource, &mut item) {
                fields.retain(|key, _| key != "kind" && key != "apiVersion");
            }
            items.push(item);
        }
        let mut metadata = json!({ "resourceVersion": self.version.to_string() });
        if let Some(token) = &self.r#continue {
            metadata["continue"] = json!(token);
        }
        if let Some(remaining) = self.remaining {
            metadata["remainingItemCount"] = json!(remaining);
        }
        Ok(json!({
            "apiVersion": self.api_version.as_deref().unwrap_or(resource.api_version()),
            "kind": self.kind.clone().unwrap_or_else(|| format!("{}List", resource.kind())),
            "metadata": metadata,
            "items": items,
        }))
    }
}
