//! Where lists begin and end in the queue: the initial list, and the relists after it. Must not depend on the queued
//! deltas; positions are the numbers of entries.

/// The progress of the initial list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Population {
    /// The list is not complete.
    #[default]
    Awaited,
    /// The whole list is queued, at `version`. It is complete when the entries before number `until` have been popped.
    Queued { until: u64, version: String },
    /// The last entry of the list has been popped, and is being processed.
    Popped,
    /// The list has been popped and processed.
    Complete,
}

/// The progress of a relist: any list after the initial one. A list that was interrupted and is retried is the same
/// relist, as are two lists of which the consumer has not received the first one completely.
#[derive(Debug, Default)]
struct Relist {
    state: RelistState,
    /// Whether the consumer knows that it began.
    began_popped: bool,
}

#[derive(Debug, Default)]
enum RelistState {
    #[default]
    None,
    Begun,
    /// All of it is queued, in the entries before number `until`.
    Queued {
        until: u64,
        version: String,
    },
}

/// A list that the consumer has received completely, and its resourceVersion.
#[derive(Debug)]
pub(super) enum Ended {
    InitialList(String),
    Relist(String),
}

impl Ended {
    pub(super) fn version(self) -> String {
        match self {
            Self::InitialList(version) | Self::Relist(version) => version,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Lists {
    population: Population,
    relist: Relist,
}

impl Lists {
    pub(super) fn population(&self) -> &Population {
        &self.population
    }

    /// A list begins.
    pub(super) fn begin(&mut self) {
        if self.population != Population::Awaited {
            self.relist.state = RelistState::Begun;
        }
    }

    /// A list is queued completely. `until` is the number of entries that have arrived.
    pub(super) fn end(&mut self, until: u64, version: &str) {
        let version = version.to_owned();
        match (&self.population, &self.relist.state) {
            (Population::Awaited, _) => self.population = Population::Queued { until, version },
            (_, RelistState::None) => {}
            (_, RelistState::Begun | RelistState::Queued { .. }) => {
                self.relist.state = RelistState::Queued { until, version };
            }
        }
    }

    /// The watch goes on, without a list that had begun.
    pub(super) fn abandon(&mut self, until: u64, version: &str) {
        if matches!(self.relist.state, RelistState::Begun) {
            self.relist.state = RelistState::Queued { until, version: version.to_owned() };
        }
    }

    /// Whether a relist has begun and is not queued completely.
    pub(super) fn is_relisting(&self) -> bool {
        matches!(self.relist.state, RelistState::Begun)
    }

    /// The number of the first entry that is not part of the initial list.
    pub(super) fn initial_list_until(&self) -> u64 {
        match self.population {
            Population::Awaited => u64::MAX,
            Population::Queued { until, .. } => until,
            Population::Popped | Population::Complete => 0,
        }
    }

    /// The number of the first entry that must not be popped together with the ones before.
    pub(super) fn limit(&self) -> u64 {
        match (&self.population, &self.relist.state) {
            (Population::Queued { until, .. }, _) | (_, RelistState::Queued { until, .. }) => *until,
            _ => u64::MAX,
        }
    }

    /// Whether the consumer is to be informed of a list, even if no entry is queued. `front` is the number of the oldest
    /// entry.
    pub(super) fn is_due(&self, front: Option<u64>) -> bool {
        let is_past = |until: u64| front.is_none_or(|front| front >= until);
        match (&self.population, &self.relist.state) {
            (Population::Queued { until, .. }, _) => is_past(*until),
            (Population::Awaited | Population::Popped, _) | (_, RelistState::None) => false,
            (_, RelistState::Begun) => !self.relist.began_popped,
            (_, RelistState::Queued { until, .. }) => !self.relist.began_popped || is_past(*until),
        }
    }

    /// Whether a relist has begun since the last call.
    pub(super) fn take_began(&mut self) -> bool {
        let begins = self.population == Population::Complete
            && !matches!(self.relist.state, RelistState::None)
            && !self.relist.began_popped;
        self.relist.began_popped |= begins;
        begins
    }

    /// The list whose last entry has been popped, once.
    pub(super) fn take_ended(&mut self, front: Option<u64>) -> Option<Ended> {
        let is_past = |until: u64| front.is_none_or(|front| front >= until);
        if let Population::Queued { until, version } = &mut self.population {
            if !is_past(*until) {
                return None;
            }
            let version = std::mem::take(version);
            self.population = Population::Popped;
            return Some(Ended::InitialList(version));
        }
        let RelistState::Queued { until, version } = &mut self.relist.state else { return None };
        if !self.relist.began_popped || !is_past(*until) {
            return None;
        }
        let version = std::mem::take(version);
        self.relist = Relist::default();
        Some(Ended::Relist(version))
    }

    /// What has been popped has been processed. Returns whether this completes the initial list.
    pub(super) fn processed(&mut self) -> bool {
        let completes = self.population == Population::Popped;
        if completes {
            self.population = Population::Complete;
        }
        completes
    }
}
