//! [`State`]: what the dashboard shows. Samples of the informers become rates and a log of changes.
//!
//! Does not know the types of the informers, nor the terminal.

use std::{collections::VecDeque, time::Duration};

use reflector_runtime::{EventCounts, HandlerStats, Health};
use tokio::time::Instant;

use crate::{faults::Disturbance, watched::Observation};

/// The time over which rates are computed.
const RATE_WINDOW: Duration = Duration::from_secs(2);

/// The number of samples in the chart.
const CHART_SAMPLES: usize = 200;

/// The number of lines in the log.
const LOG_LINES: usize = 50;

/// What is shown.
#[derive(Clone, Debug)]
pub struct State {
    /// What the informers read from.
    pub source: &'static str,
    /// The time since the start.
    pub elapsed: Duration,
    /// The memory of this process in bytes, if it is shown.
    pub memory: Option<u64>,
    /// One row for each informer.
    pub rows: Vec<Row>,
    /// The events per second of all informers together, the newest last.
    pub chart: VecDeque<u64>,
    /// The keys that were pressed.
    pub disturbances: Vec<Disturbance>,
    /// What has happened, the newest last.
    pub log: VecDeque<LogLine>,
    start: Instant,
}

/// An informer.
#[derive(Clone, Debug)]
pub struct Row {
    /// The informer's name.
    pub name: String,
    /// The informer's health.
    pub health: Health,
    /// The time until the next attempt, if the informer waits for one.
    pub retry_in: Option<Duration>,
    /// Cached objects.
    pub objects: usize,
    /// Changes of the cache per second.
    pub events_per_second: f64,
    /// Events that wait for a handler, and changes that wait for the cache.
    pub queued: usize,
    /// How long the oldest event has been waiting for a handler.
    pub lag: Option<Duration>,
    /// The size of the objects as JSON, in bytes.
    pub json_bytes: u64,
    /// Received bytes.
    pub received: u64,
    /// Lists after the first one.
    pub relists: u64,
    /// Failed requests.
    pub failures: u64,
    /// The times of the samples in the window, with the number of events until then.
    samples: VecDeque<(Duration, u64)>,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The time since the start.
    pub at: Duration,
    /// What has happened.
    pub text: String,
}

impl State {
    /// A state without rows. The time counts from now.
    pub fn new(source: &'static str) -> Self {
        Self {
            source,
            elapsed: Duration::ZERO,
            memory: None,
            rows: Vec::new(),
            chart: VecDeque::new(),
            disturbances: Vec::new(),
            log: VecDeque::new(),
            start: Instant::now(),
        }
    }

    /// Includes what the informers report now.
    pub fn sample<'a>(&mut self, observations: impl IntoIterator<Item = (&'a str, Observation)>) {
        let now = Instant::now();
        self.elapsed = now.duration_since(self.start);
        for (name, observation) in observations {
            let at = self.rows.iter().position(|row| row.name == name);
            let at = at.unwrap_or_else(|| {
                self.rows.push(Row::new(name));
                self.rows.len() - 1
            });
            for text in self.rows[at].sample(self.elapsed, now, observation) {
                self.log(text);
            }
        }
        let rate: f64 = self.rows.iter().map(|row| row.events_per_second).sum();
        push_bounded(&mut self.chart, CHART_SAMPLES, whole(rate));
    }

    /// Adds a line to the log.
    pub fn log(&mut self, text: impl Into<String>) {
        let line = LogLine { at: self.start.elapsed(), text: text.into() };
        push_bounded(&mut self.log, LOG_LINES, line);
    }

    /// Whether all informers are synced.
    pub fn is_synced(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.health.is_synced())
    }
}

impl Row {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            health: Health::Listing,
            retry_in: None,
            objects: 0,
            events_per_second: 0.0,
            queued: 0,
            lag: None,
            json_bytes: 0,
            received: 0,
            relists: 0,
            failures: 0,
            samples: VecDeque::new(),
        }
    }

    /// Includes an observation. Returns what is new, for the log.
    fn sample(&mut self, elapsed: Duration, now: Instant, observation: Observation) -> Vec<String> {
        let Observation { health, stats, json_bytes } = observation;
        let mut news = Vec::new();
        let (before, after) = (summary(&self.health), summary(&health));
        if before != after {
            news.push(format!("{}: {after}", self.name));
        }
        let relists: u64 = stats.relists.values().sum();
        if relists > self.relists {
            news.push(format!("{}: listed again, {} objects", self.name, stats.objects));
        }
        self.retry_in = match health {
            Health::Degraded { next_retry, .. } => Some(next_retry.saturating_duration_since(now)),
            _ => None,
        };
        self.health = health;
        self.objects = stats.objects;
        self.queued = stats.queued_items + stats.handlers.iter().map(|handler| handler.queued).sum::<usize>();
        self.lag = stats.handlers.iter().filter_map(|handler: &HandlerStats| handler.lag).max();
        self.json_bytes = json_bytes;
        self.received = stats.bytes_received;
        self.relists = relists;
        self.failures = stats.failures.values().sum();
        self.rate(elapsed, stats.events);
        news
    }

    fn rate(&mut self, elapsed: Duration, events: EventCounts) {
        let total = events.added + events.updated + events.deleted + events.resynced;
        self.samples.push_back((elapsed, total));
        while self.samples.get(1).is_some_and(|(at, _)| elapsed.saturating_sub(*at) >= RATE_WINDOW) {
            self.samples.pop_front();
        }
        if let Some((at, before)) = self.samples.front()
            && *at < elapsed
        {
            #[allow(clippy::cast_precision_loss, reason = "a rate for display")]
            let events = (total - before) as f64;
            self.events_per_second = events / elapsed.saturating_sub(*at).as_secs_f64();
        }
    }
}

/// The health without what changes all the time.
fn summary(health: &Health) -> String {
    match health {
        Health::Listing => "listing".to_owned(),
        Health::Syncing { .. } => "receiving the initial list".to_owned(),
        Health::Synced { .. } => "synced".to_owned(),
        Health::Degraded { reason, .. } => reason.to_string(),
        Health::Stopped => "stopped".to_owned(),
    }
}

fn push_bounded<T>(queue: &mut VecDeque<T>, length: usize, value: T) {
    if queue.len() == length {
        queue.pop_front();
    }
    queue.push_back(value);
}

/// A rate as a whole number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limited to the range")]
fn whole(rate: f64) -> u64 {
    rate.round().clamp(0.0, 1e9) as u64
}

#[cfg(test)]
mod tests {
    use reflector_runtime::{InformerStats, Reason, VersionOrder};

    use super::*;

    fn observation(health: Health, updated: u64) -> Observation {
        let mut stats = InformerStats::default();
        stats.events.updated = updated;
        Observation { health, stats, json_bytes: 0 }
    }

    fn synced() -> Health {
        Health::Synced {
            since: Instant::now(),
            resource_version: "1".to_owned(),
            version_order: VersionOrder::Ordered,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn rates_are_those_of_the_last_two_seconds() {
        let mut state = State::new("test");
        for second in 0..10 {
            // 20 events per second for five seconds, then none.
            state.sample([("pods", observation(synced(), 20 * second.min(5)))]);
            let expected = match second {
                0 | 7.. => 0.0,
                1..=5 => 20.0,
                _ => 10.0,
            };
            let rate = state.rows[0].events_per_second;
            assert!((rate - expected).abs() < 0.01, "second {second}: {rate} and not {expected}");
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(state.chart, [0, 20, 20, 20, 20, 20, 10, 0, 0, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_log_contains_changes_of_health_only() {
        let degraded = |failures| Health::Degraded {
            since: Instant::now(),
            reason: Reason::Forbidden,
            failures,
            next_retry: Instant::now() + Duration::from_secs(3),
        };
        let mut state = State::new("test");
        for health in [synced(), synced(), degraded(1), degraded(2), synced()] {
            state.sample([("pods", observation(health, 0))]);
        }
        let texts: Vec<&str> = state.log.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["pods: synced", "pods: forbidden (403)", "pods: synced"]);
        state.sample([("pods", observation(degraded(1), 0))]);
        assert_eq!(state.rows[0].retry_in, Some(Duration::from_secs(3)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_log_and_the_chart_are_bounded() {
        let mut state = State::new("test");
        for number in 0..1000 {
            state.log(number.to_string());
            state.sample([("pods", observation(synced(), number))]);
        }
        assert_eq!((state.log.len(), state.chart.len()), (LOG_LINES, CHART_SAMPLES));
    }
}
