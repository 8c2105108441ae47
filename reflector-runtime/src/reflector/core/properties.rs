//! What holds of every decision, whatever happens: random answers to every step, no I/O at all.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;

use super::{Core, Failure, Page, Step, WatchEnd};
use crate::{
    delta_fifo::ListConsistency,
    list_watch::{ReadVersion, Reason},
    reflector::{Health, InitialListStrategy, ReflectorOptions},
    version,
};

/// What a server, or the network, does with a request.
#[derive(Clone, Debug)]
enum Answer {
    /// A page or an event; versions move by this much, which may be nothing or backwards.
    Version {
        moves: i64,
        more: bool,
    },
    Fails {
        reason: Reason,
        retry_after: Option<u64>,
    },
    /// The watch tells some events, then ends like this, after some time.
    Watch {
        moves: Vec<i64>,
        lives: u64,
        end: Option<Reason>,
    },
    Silence,
}

fn reason() -> impl Strategy<Value = Reason> {
    prop::sample::select(vec![
        Reason::Unauthorized,
        Reason::Forbidden,
        Reason::NotFound,
        Reason::TooManyRequests,
        Reason::Expired,
        Reason::ResourceVersionTooLarge,
        Reason::BadRequest,
        Reason::ServerError,
        Reason::ConnectionFailed,
        Reason::Disconnected,
        Reason::Decode,
    ])
}

fn answer() -> impl Strategy<Value = Answer> {
    let moves = || prop_oneof![6 => 0..5_i64, 1 => -30..0_i64];
    prop_oneof![
        4 => (moves(), prop::bool::weighted(0.3)).prop_map(|(moves, more)| Answer::Version { moves, more }),
        4 => (reason(), prop::option::of(0..100_u64))
            .prop_map(|(reason, retry_after)| Answer::Fails { reason, retry_after }),
        4 => (prop::collection::vec(moves(), 0..4), 0..3000_u64, prop::option::of(reason()))
            .prop_map(|(moves, lives, end)| Answer::Watch { moves, lives, end }),
        1 => Just(Answer::Silence),
    ]
}

/// Answers come in runs: what goes wrong once is nothing, what goes on going wrong makes hot loops.
fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let runs = prop::collection::vec((answer(), 1..12_usize), 0..12);
    runs.prop_map(|runs| {
        runs.into_iter().flat_map(|(answer, times)| std::iter::repeat_n(answer, times)).collect()
    })
}

/// The shell and the server in one, with the promises checked at each step.
struct Run {
    core: Core,
    now: Instant,
    version: i64,
    /// Requests since the last wait, the last page of several, or the last version that was new.
    without_progress: u32,
    listed_to_the_end: bool,
    /// What the last list or streaming list had to show.
    read: ReadVersion,
}

impl Run {
    fn new(initial_list_strategy: InitialListStrategy, page_size: Option<u32>) -> Self {
        let options = ReflectorOptions {
            initial_list_strategy,
            page_size,
            seed: Some(7),
            ..ReflectorOptions::default()
        };
        let core = Core::new(options);
        Self {
            core,
            now: Instant::now(),
            version: 100,
            without_progress: 0,
            listed_to_the_end: false,
            read: ReadVersion::Any,
        }
    }

    fn moved(&mut self, by: i64) -> String {
        self.version = (self.version + by).max(1);
        self.version.to_string()
    }

    /// A step asks for what the rules allow, and not too often.
    fn check(&mut self, step: &Step) {
        let last = self.core.last_version().map(str::to_owned);
        let asks_for = |version: &ReadVersion| match version {
            ReadVersion::NotOlderThan(asked) => {
                assert_eq!(Some(asked), last.as_ref(), "no other version is asked for");
            }
            ReadVersion::Any => assert!(last.is_none(), "the server's cache is read only at first"),
            ReadVersion::MostRecent => {}
        };
        match step {
            Step::List { request, page } => {
                self.without_progress += 1;
                asks_for(&request.resource_version);
                assert_eq!(request.continue_token.is_some(), *page == Page::Next);
                if let Page::First(consistency) = page {
                    self.read = request.resource_version.clone();
                    let trusted = *consistency != ListConsistency::NotOlder;
                    assert_eq!(trusted, request.resource_version == ReadVersion::MostRecent);
                }
            }
            Step::WatchList { request, .. } => {
                self.read = request.resource_version.clone();
                self.without_progress += 1;
                asks_for(&request.resource_version);
            }
            Step::Watch { request, deadline } => {
                self.without_progress += 1;
                assert_eq!(
                    request.resource_version.as_query(),
                    last.as_deref(),
                    "a watch goes on where it was"
                );
                assert!(*deadline > request.timeout);
            }
            Step::Sweep { version } => {
                if let ReadVersion::NotOlderThan(wanted) = &self.read {
                    assert!(!version::is_older(version, wanted), "swept with {version}, not {wanted}");
                }
                assert!(self.listed_to_the_end, "only a state that is complete is swept with");
            }
            Step::Follow => assert!(self.core.health().is_synced()),
            Step::WaitToWatch { delay } | Step::WaitToList { delay } => {
                assert!(*delay >= Duration::from_millis(800), "{delay:?} is no wait");
                let Health::Degraded { next_retry, failures, .. } = self.core.health() else {
                    panic!("a wait is told: {}", self.core.health())
                };
                assert_eq!(*next_retry, self.now + *delay);
                assert!(*failures > 0);
                self.without_progress = 0;
            }
        }
        assert!(
            self.without_progress <= 6,
            "a hot loop: six requests in a row that came to nothing, and no wait"
        );
        self.listed_to_the_end = false;
    }

    fn answer(&mut self, step: &Step, answer: &Answer) -> Step {
        let now = self.now;
        match (step, answer) {
            (Step::WaitToWatch { delay }, _) => {
                self.now += *delay;
                self.core.watch(self.now)
            }
            (Step::WaitToList { delay }, _) => {
                self.now += *delay;
                self.core.begin(self.now)
            }
            (Step::Sweep { .. }, _) => {
                let step = self.core.swept(now);
                assert!(!self.core.is_version_unavailable());
                step
            }
            (Step::List { .. }, Answer::Version { moves, more }) => {
                let version = self.moved(*moves);
                self.core.received(3, None);
                if *more {
                    self.without_progress = 0;
                }
                self.listed_to_the_end = !more;
                self.core.page(version, more.then(|| "token".to_owned()), now)
            }
            (Step::List { .. }, Answer::Fails { .. } | Answer::Watch { .. } | Answer::Silence) => {
                let failure = Self::failure(answer);
                self.core.list_failed(failure, now)
            }
            (Step::WatchList { .. }, Answer::Version { moves, .. }) => {
                let version = self.moved(*moves);
                self.core.received(3, None);
                self.listed_to_the_end = true;
                self.core.initial_events_end(version, now)
            }
            (Step::WatchList { .. }, Answer::Silence) => self.core.watch_list_overdue(),
            (Step::WatchList { .. }, Answer::Fails { .. }) => {
                let failure = Self::failure(answer);
                self.core.watch_list_failed(failure, now)
            }
            (Step::WatchList { .. }, Answer::Watch { end, moves, .. }) => {
                self.core.received(moves.len() as u64, None);
                self.core.watch_list_ended(
                    end.map_or(WatchEnd::Closed, |reason| WatchEnd::Failed(reason.into())),
                    now,
                )
            }
            (Step::Watch { .. }, Answer::Fails { .. }) => {
                let failure = Self::failure(answer);
                self.core.watch_failed(failure, now)
            }
            (Step::Watch { .. } | Step::Follow, _) => self.watch(answer),
        }
    }

    fn failure(answer: &Answer) -> Failure {
        match answer {
            Answer::Fails { reason, retry_after } => {
                Failure { reason: *reason, retry_after: retry_after.map(Duration::from_secs) }
            }
            _ => Reason::Disconnected.into(),
        }
    }

    fn watch(&mut self, answer: &Answer) -> Step {
        self.core.watch_opened(self.now);
        let (moves, lives, end) = match answer {
            Answer::Watch { moves, lives, end } => (moves.clone(), *lives, *end),
            Answer::Version { moves, .. } => (vec![*moves], 5000, None),
            Answer::Fails { reason, .. } => (Vec::new(), 0, Some(*reason)),
            Answer::Silence => (Vec::new(), 700_000, Some(Reason::Disconnected)),
        };
        self.now += Duration::from_millis(lives);
        if lives >= 1000 {
            self.without_progress = 0;
        }
        for by in moves {
            let before = self.core.last_version().map(str::to_owned);
            let version = self.moved(by);
            match self.core.observed(&version) {
                Err(stale) => {
                    assert!(before.as_deref().is_some_and(|before| version::is_older(&version, before)));
                    assert_eq!(self.core.last_version(), before.as_deref(), "the version never runs back");
                    return self.core.watch_ended(WatchEnd::Failed(stale), self.now);
                }
                Ok(()) if before.as_deref() != Some(&version) => self.without_progress = 0,
                Ok(()) => {}
            }
        }
        let end = end.map_or(WatchEnd::Closed, |reason| WatchEnd::Failed(reason.into()));
        self.core.watch_ended(end, self.now)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_decision_keeps_the_rules(
        initial_list_strategy in prop::sample::select(vec![InitialListStrategy::WatchList, InitialListStrategy::List, InitialListStrategy::PagedList]),
        page_size in prop::option::of(1..10_u32),
        answers in answers(),
    ) {
        let mut run = Run::new(initial_list_strategy, page_size);
        let mut step = run.core.begin(run.now);
        for answer in &answers {
            run.check(&step);
            step = run.answer(&step, answer);
        }
    }

    /// Whatever happened before: once the server answers as it should, the state is read and followed.
    #[test]
    fn a_server_that_recovers_is_synced_with(
        initial_list_strategy in prop::sample::select(vec![InitialListStrategy::WatchList, InitialListStrategy::List]),
        answers in answers(),
    ) {
        let mut run = Run::new(initial_list_strategy, None);
        let mut step = run.core.begin(run.now);
        for answer in &answers {
            run.check(&step);
            step = run.answer(&step, answer);
        }
        let good = Answer::Version { moves: 1, more: false };
        for _ in 0..12 {
            run.check(&step);
            step = run.answer(&step, &good);
        }
        prop_assert!(run.core.health().is_synced(), "{} at {step:?}", run.core.health());
    }
}
