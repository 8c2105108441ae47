//! What a server answers, as data: one file for each promise. Must not know informers.

mod answer;
mod load;
mod object;
mod refusal;
mod step;

use serde::{Deserialize, Serialize};

pub use answer::{ScriptedAnswer, Timed};
pub(crate) use answer::{last_watch, silent_watch};
pub use load::load_all;
pub(crate) use load::{data_folder, read};
pub use object::{END_OF_SCRIPT, Resource};
pub use refusal::Refusal;
pub use step::ScriptedStep;

/// A script, and what it is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The file's path below `scenarios`, without its ending: `watch/a_clean_end_resumes_at_once`.
    #[serde(skip)]
    pub name: String,
    /// What an informer promises here.
    pub promise: String,
    /// The rule or test of client-go that is covered.
    pub rule: String,
    /// With which options of client-go's `WatchListClient`.
    #[serde(default = "list_only")]
    pub gates: Vec<Gate>,
    /// What is listed and watched.
    #[serde(default)]
    pub resource: Resource,
    /// Which of it.
    #[serde(default)]
    pub select: Selected,
    /// When the handler is added.
    #[serde(default)]
    pub joins: Joins,
    /// How often the informer tells everything once more.
    #[serde(default)]
    pub resync_seconds: u32,
    /// The size of a page that the informer is told to ask for.
    #[serde(default)]
    pub page_size: u32,
    /// For how long our informer lets a list send nothing; its own default is a minute. client-go has no such limit.
    #[serde(default)]
    pub quiet_seconds: Option<u64>,
    /// The answers to lists, one after the other.
    #[serde(default)]
    pub lists: Vec<ScriptedAnswer>,
    /// The answers to watches that ask for initial events.
    #[serde(default)]
    pub watch_lists: Vec<ScriptedAnswer>,
    /// The answers to other watches. After the last, a watch shows [`END_OF_SCRIPT`] and stays open.
    #[serde(default)]
    pub watches: Vec<ScriptedAnswer>,
    /// When nothing listens on the server's port.
    #[serde(default)]
    pub outage: Option<Outage>,
    /// When the run is over.
    #[serde(default)]
    pub end: End,
}

fn list_only() -> Vec<Gate> {
    vec![Gate::List]
}

/// How the initial state is read: client-go's feature gate `WatchListClient`, our `InitialListStrategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// By LIST.
    List,
    /// By a watch with initial events.
    WatchList,
}

impl Gate {
    /// Its name in files and tables.
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
    /// When the informer says that it is synced.
    WhenSynced,
}

/// Which objects are asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selected {
    /// One namespace; all if it is empty.
    pub namespace: String,
    /// A label selector.
    pub labels: String,
    /// A field selector.
    pub fields: String,
}

/// A time in which connections are refused.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// After how many requests it begins; 0 is before the first.
    pub after_requests: usize,
    /// How long it lasts, in milliseconds.
    pub lasts: u64,
}

/// When a run is over.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum End {
    /// When the informer has told of [`END_OF_SCRIPT`].
    #[default]
    Told,
    /// After so many milliseconds: for scripts in which one of the informers comes to no end.
    After(u64),
}
