//! The answers of a server, as data: one file for each scenario. Must not know informers.

mod answer;
mod load;
mod object;
mod refusal;
mod step;

use reflector_apiserver::Answer;
use serde::{Deserialize, Serialize};

pub use answer::{ScriptedAnswer, Timed};
pub(crate) use answer::{current_version, idle_watch, last_watch};
pub use load::load_all;
pub(crate) use load::{data_folder, read};
pub use object::{END_OF_SCRIPT, Resource};
pub use refusal::Refusal;
pub use step::ScriptedStep;

/// A script and the setup of the informers that it is played to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The path of the file below `scenarios`, without its extension: `watch/a_clean_end_resumes_at_once`.
    #[serde(skip)]
    pub name: String,
    /// The behavior under test.
    pub description: String,
    /// The rule or test of client-go that the scenario covers.
    pub rule: String,
    /// The settings of client-go's `WatchListClient` to test with.
    #[serde(default = "list_only")]
    pub gates: Vec<Gate>,
    /// The resource that is listed and watched.
    #[serde(default)]
    pub resource: Resource,
    /// Whether a built-in type is read as a dynamic object. (A custom resource always is.)
    #[serde(default)]
    pub dynamic: bool,
    /// The namespace and selectors.
    #[serde(default)]
    pub select: Selected,
    /// When the handler is added.
    #[serde(default)]
    pub joins: Joins,
    /// The resync period; 0 disables resyncs.
    #[serde(default)]
    pub resync_seconds: u32,
    /// The configured page size; 0 means the informer's default.
    #[serde(default)]
    pub page_size: u32,
    /// Our informer's timeout for a list that sends no data; the default is one minute. client-go has no such
    /// timeout.
    #[serde(default)]
    pub response_timeout_seconds: Option<u64>,
    /// Our informer's limit for the text of an object. client-go has no such limit.
    #[serde(default)]
    pub max_object_bytes: Option<usize>,
    /// The answers to lists, in order.
    #[serde(default)]
    pub lists: Vec<ScriptedAnswer>,
    /// The answers to lists of the newest state with a limit of 1, which only ours sends to find out the server's
    /// version. Further ones are answered with a newer resourceVersion than any script contains.
    #[serde(default)]
    pub probes: Vec<ScriptedAnswer>,
    /// The answers to watches that request initial events, in order.
    #[serde(default)]
    pub watch_lists: Vec<ScriptedAnswer>,
    /// The answers to other watches, in order. The watch after the last one sends [`END_OF_SCRIPT`] and stays open.
    #[serde(default)]
    pub watches: Vec<ScriptedAnswer>,
    /// A period in which the server does not listen.
    #[serde(default)]
    pub outage: Option<Outage>,
    /// The end of the run.
    #[serde(default)]
    pub end: End,
    /// How the objects in answers are encoded.
    #[serde(skip)]
    pub format: Format,
}

impl Scenario {
    /// The same script with objects of a built-in kind in this format, which our informer reads as their Rust type.
    /// `None` if the script contains bytes rather than objects, so that it is about one format, or about one kind.
    #[must_use]
    pub fn in_format(&self, format: Format) -> Option<Self> {
        let answers = [&self.lists, &self.probes, &self.watch_lists, &self.watches];
        if self.dynamic || answers.into_iter().flatten().any(ScriptedAnswer::is_of_one_format) {
            return None;
        }
        let resource = match self.resource {
            Resource::Widgets => Resource::ConfigMaps,
            built_in @ (Resource::ConfigMaps | Resource::Namespaces) => built_in,
        };
        Some(Self { resource, format, ..self.clone() })
    }
}

/// How the objects in answers are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// In JSON.
    #[default]
    Json,
    /// In Kubernetes' protobuf.
    Protobuf,
}

impl Format {
    /// Encodes an answer.
    pub(crate) fn encode(self, answer: Answer) -> Answer {
        match self {
            Self::Json => answer,
            Self::Protobuf => answer.in_protobuf(),
        }
    }
}

fn list_only() -> Vec<Gate> {
    vec![Gate::List]
}

/// How the informer reads the initial state: client-go's feature gate `WatchListClient`, our `InitialListStrategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// With LIST.
    List,
    /// With a watch that requests initial events.
    WatchList,
}

impl Gate {
    /// The name in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::WatchList => "watch-list",
        }
    }
}

/// When a handler is added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Joins {
    /// Before the first request.
    #[default]
    AtStart,
    /// When the informer reports that it is synced.
    WhenSynced,
}

/// The namespace and selectors of all requests.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selected {
    /// A namespace; empty means all.
    pub namespace: String,
    /// A label selector.
    pub labels: String,
    /// A field selector.
    pub fields: String,
}

/// A period in which connections are refused.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// The number of requests after which it begins; 0 means before the first.
    pub after_requests: usize,
    /// Its duration, in milliseconds.
    pub lasts: u64,
}

/// The end of a run.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum End {
    /// When the informer has delivered [`END_OF_SCRIPT`].
    #[default]
    EndOfScript,
    /// After this many milliseconds: for scripts that one of the informers never finishes.
    After(u64),
    /// After a number of requests: for scripts that one of the informers never finishes, because each request fails.
    AfterRequests {
        /// The number of requests.
        count: usize,
        /// When the run ends if there are fewer requests, in milliseconds.
        within: u64,
    },
}
