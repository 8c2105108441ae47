//! The keys of the dashboard ([`Key`]), and what each of them does to the embedded server ([`Faults`]).

use std::time::Duration;

use anyhow::Result;
use reflector_apiserver::{ApiServer, Fault, RequestMatcher, Verb};

use crate::{watched::Pace, workload::touch_each_kind};

/// How long each request takes while the server is slow.
const SLOW: Duration = Duration::from_secs(2);

/// How long the handlers need for an event while they are slow.
const SLOW_HANDLER: Duration = Duration::from_millis(200);

/// A key that disturbs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The server refuses every connection, and closes the open watches. Pressed again, it accepts connections.
    Cut,
    /// Each request takes two seconds, and the open watches are closed. Pressed again, requests take no time.
    Slow,
    /// The watches are closed, something changes, and the server discards its history: no watch can be resumed.
    Compact,
    /// The server denies config maps, as RBAC does, and closes the open watches. Pressed again, it allows them.
    Deny,
    /// The handlers need 200 ms for each event. Pressed again, they are fast.
    SlowHandlers,
}

impl Key {
    /// All keys, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Cut, Self::Slow, Self::Compact, Self::Deny, Self::SlowHandlers];

    /// The key with this character.
    pub fn of(character: char) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.character() == character)
    }

    /// The character on the keyboard.
    pub fn character(self) -> char {
        match self {
            Self::Cut => 'c',
            Self::Slow => 's',
            Self::Compact => 'x',
            Self::Deny => 'd',
            Self::SlowHandlers => 'h',
        }
    }

    /// What the key does, for the line of keys.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Slow => "slow server",
            Self::Compact => "compact",
            Self::Deny => "deny ConfigMaps",
            Self::SlowHandlers => "slow handlers",
        }
    }
}

/// A disturbance, for the display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disturbance {
    /// The key that causes it.
    pub key: Key,
    /// Whether it is in effect now.
    pub is_active: bool,
    /// How many requests it has affected.
    pub requests: u64,
}

/// The disturbances of the embedded server.
#[derive(Debug)]
pub struct Faults {
    server: ApiServer,
    pace: Pace,
    /// How many informers there are.
    informers: u64,
    used: Vec<Used>,
}

/// A key that was pressed, and its faults.
#[derive(Debug)]
struct Used {
    key: Key,
    is_active: bool,
    /// The faults in effect.
    faults: Vec<Fault>,
    /// The requests affected by earlier faults of this key.
    requests: u64,
}

impl Used {
    /// The requests that they have affected still count.
    fn remove_faults(&mut self) {
        for fault in self.faults.drain(..) {
            fault.remove();
            self.requests += fault.fired();
        }
    }
}

impl Faults {
    /// The keys of a dashboard with this many informers.
    pub fn new(server: ApiServer, pace: Pace, informers: u64) -> Self {
        Self { server, pace, informers, used: Vec::new() }
    }

    /// Applies a key. Returns what happens, for the log.
    ///
    /// # Errors
    /// The server's `Status` if it rejects a write.
    pub fn press(&mut self, key: Key) -> Result<&'static str> {
        let was_active = self.used.iter().any(|used| used.key == key && used.is_active);
        if was_active {
            self.end(key);
            return Ok(match key {
                Key::Cut => "the server accepts connections",
                Key::Slow => "requests take no time",
                Key::Compact => "the server keeps its history",
                Key::Deny => "RBAC allows ConfigMaps",
                Key::SlowHandlers => "handlers are fast",
            });
        }
        let (faults, text) = self.begin(key)?;
        let used = self.entry(key);
        used.remove_faults();
        used.faults = faults;
        // History is discarded once: it is not a state that ends.
        used.is_active = key != Key::Compact;
        Ok(text)
    }

    /// Puts a key into effect.
    fn begin(&self, key: Key) -> Result<(Vec<Fault>, &'static str)> {
        let on = |matcher| self.server.faults().on(matcher);
        let faults = match key {
            Key::Cut => {
                let faults = vec![on(RequestMatcher::any()).always().refuse_connection()];
                self.server.drop_all_watches();
                (faults, "the connection is cut")
            }
            Key::Slow => {
                let verbs = [Verb::List, Verb::Watch];
                let slow = |verb| on(RequestMatcher::verb(verb)).always().delay(SLOW);
                let faults = verbs.into_iter().map(slow).collect();
                self.server.drop_all_watches();
                (faults, "each request takes 2 s")
            }
            Key::Compact => {
                // The watches must not resume before the history is gone.
                let watches = RequestMatcher::verb(Verb::Watch);
                let faults = vec![on(watches).times(self.informers).refuse_connection()];
                self.server.drop_all_watches();
                touch_each_kind(&self.server)?;
                self.server.compact();
                (faults, "the server has discarded its history")
            }
            Key::Deny => {
                let faults = vec![on(RequestMatcher::resource("configmaps")).always().status(403)];
                self.server.drop_all_watches();
                (faults, "RBAC denies ConfigMaps")
            }
            Key::SlowHandlers => {
                self.pace.set(SLOW_HANDLER);
                (Vec::new(), "handlers need 200 ms for each event")
            }
        };
        Ok(faults)
    }

    fn end(&mut self, key: Key) {
        let used = self.entry(key);
        used.is_active = false;
        used.remove_faults();
        if key == Key::SlowHandlers {
            self.pace.set(Duration::ZERO);
        }
    }

    fn entry(&mut self, key: Key) -> &mut Used {
        let at = self.used.iter().position(|used| used.key == key).unwrap_or_else(|| {
            self.used.push(Used { key, is_active: false, faults: Vec::new(), requests: 0 });
            self.used.len() - 1
        });
        &mut self.used[at]
    }

    /// The keys that were pressed, the first one first.
    pub fn disturbances(&self) -> Vec<Disturbance> {
        let disturbance = |used: &Used| Disturbance {
            key: used.key,
            is_active: used.is_active,
            requests: used.requests + used.faults.iter().map(Fault::fired).sum::<u64>(),
        };
        self.used.iter().map(disturbance).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_character() {
        for key in Key::ALL {
            assert_eq!(Key::of(key.character()), Some(key));
        }
        assert_eq!(Key::of('?'), None);
    }
}
