//! What holds for every decision: random and adversarial answers to every step, no I/O at all.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;

use super::{Core, Failure, Page, ProbeResult, Reported, Step, WatchEnd};
use crate::{
    delta_fifo::{EventOrder, ListConsistency},
    list_watch::{ReadVersion, Reason},
    reflector::{Health, InitialListStrategy, ReflectorOptions},
    version,
};

/// What a server, or the network, does with a request.
#[derive(Clone, Debug)]
enum Answer {
    /// A page or an event. Versions move by this much, which may be nothing or backwards.
    Version {
        moves: i64,
        pages: Pages,
    },
    Fails {
        reason: Reason,
        retry_after: Option<u64>,
    },
    /// The watch delivers some events, then ends like this, after some time.
    Watch {
        moves: Vec<i64>,
        lives: u64,
        end: Option<Reason>,
    },
    Silence,
}

/// How the pages of a list continue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pages {
    Last,
    /// With a new token and new objects.
    More,
    /// With the token of the page before.
    SameToken,
    /// With a new token and nothing new.
    Barren,
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
        Reason::NotWatchable,
        Reason::UnexpectedResponse,
    ])
}

fn answer() -> impl Strategy<Value = Answer> {
    let moves = || prop_oneof![6 => 0..5_i64, 1 => -30..0_i64];
    let pages = prop_oneof![
        7 => Just(Pages::Last),
        2 => Just(Pages::More),
        1 => Just(Pages::SameToken),
        1 => Just(Pages::Barren),
    ];
    prop_oneof![
        4 => (moves(), pages).prop_map(|(moves, pages)| Answer::Version { moves, pages }),
        4 => (reason(), prop::option::of(0..100_u64))
            .prop_map(|(reason, retry_after)| Answer::Fails { reason, retry_after }),
        4 => (prop::collection::vec(moves(), 0..4), 0..3000_u64, prop::option::of(reason()))
            .prop_map(|(moves, lives, end)| Answer::Watch { moves, lives, end }),
        1 => Just(Answer::Silence),
    ]
}

/// Answers come in runs: only a failure that persists can cause a hot loop.
fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let runs = prop::collection::vec((answer(), 1..12_usize), 0..12);
    runs.prop_map(|runs| {
        runs.into_iter().flat_map(|(answer, times)| std::iter::repeat_n(answer, times)).collect()
    })
}

/// The shell and the server in one. The promises are checked at each step.
struct Run {
    core: Core,
    now: Instant,
    version: i64,
    start: Instant,
    /// All requests, except for pages that contained new objects: those are bounded by the objects.
    requests: u32,
    /// How many pages were requested: the server's next continue token.
    tokens: u32,
    listed_to_the_end: bool,
    /// What the last list or streaming list had to show.
    read: ReadVersion,
}

/// How many requests may follow each other without any delay, and how many each second may add: a delay is at least 0.8 s,
/// and the longest chain without one is a streaming list that fails, a list, its pages, and the same once more at the
/// most recent version.
const MAX_BURST: f64 = 24.0;
const MAX_RATE: f64 = 24.0;

impl Run {
    fn new(initial_list_strategy: InitialListStrategy, page_size: Option<u32>) -> Self {
        let options = ReflectorOptions {
            initial_list_strategy,
            page_size,
            seed: Some(7),
            ..ReflectorOptions::default()
        };
        let (core, now) = (Core::new(options), Instant::now());
        Self {
            core,
            now,
            start: now,
            version: 100,
            requests: 0,
            tokens: 0,
            listed_to_the_end: false,
            read: ReadVersion::Any,
        }
    }

    fn moved(&mut self, by: i64) -> String {
        self.version = (self.version + by).max(1);
        self.version.to_string()
    }

    /// A step requests what the rules allow, and not too often.
    fn check(&mut self, step: &Step) {
        let last = self.core.last_version().map(str::to_owned);
        let check_version = |version: &ReadVersion| match version {
            ReadVersion::NotOlderThan(asked) => {
                assert_eq!(Some(asked), last.as_ref(), "no other version is requested");
            }
            ReadVersion::Any => assert!(last.is_none(), "the server's cache is read only for the first list"),
            ReadVersion::MostRecent => {}
        };
        match step {
            Step::List { request, page } => {
                self.requests += 1;
                check_version(&request.resource_version);
                assert_eq!(request.continue_token.is_some(), *page == Page::Next);
                if let Page::First(consistency) = page {
                    self.read = request.resource_version.clone();
                    let trusted = *consistency != ListConsistency::NotOlder;
                    let may_trust =
                        request.resource_version == ReadVersion::MostRecent || self.core.is_unordered();
                    assert!(!trusted || may_trust);
                }
            }
            Step::WatchList { request, .. } => {
                self.read = request.resource_version.clone();
                self.requests += 1;
                check_version(&request.resource_version);
            }
            Step::Watch { request, deadline, .. } => {
                self.requests += 1;
                assert_eq!(
                    request.resource_version.as_query(),
                    last.as_deref(),
                    "a watch continues from the last version"
                );
                assert!(*deadline > request.timeout);
            }
            Step::Sweep { version } => {
                if let ReadVersion::NotOlderThan(wanted) = &self.read
                    && !self.core.is_unordered()
                {
                    assert!(!version::is_older(version, wanted), "swept with {version}, older than {wanted}");
                }
                assert!(self.listed_to_the_end, "only a complete state is used for a sweep");
            }
            Step::Follow => assert!(self.core.health().is_synced()),
            Step::Probe { .. } => self.requests += 1,
            Step::WaitToWatch { delay } | Step::WaitToList { delay } => {
                assert!(*delay >= Duration::from_millis(800), "{delay:?} is too short");
                let Health::Degraded { next_retry, failures, .. } = self.core.health() else {
                    panic!("a delay shows in health: {}", self.core.health())
                };
                assert!(*next_retry <= self.now + *delay);
                assert!(*failures > 0);
            }
        }
        let seconds = (self.now - self.start).as_secs_f64();
        assert!(
            f64::from(self.requests) <= MAX_BURST + MAX_RATE * seconds,
            "a hot loop: {} requests in {seconds} s",
            self.requests
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
            (Step::List { .. }, Answer::Version { moves, pages }) => {
                let version = self.moved(*moves);
                self.core.received(3, if *pages == Pages::Barren { 0 } else { 3 }, None);
                match pages {
                    Pages::More => {
                        self.tokens += 1;
                        self.requests -= 1;
                    }
                    Pages::Barren => self.tokens += 1,
                    Pages::Last | Pages::SameToken => {}
                }
                self.listed_to_the_end = *pages == Pages::Last;
                let token = (*pages != Pages::Last).then(|| self.tokens.to_string());
                self.core.page(version, token, now)
            }
            (Step::Probe { .. }, answer) => {
                let answer = match answer {
                    Answer::Version { moves, .. } => Ok(self.moved(*moves)),
                    _ => Err(Self::failure(answer)),
                };
                self.core.probed_between_watches(answer, now).1
            }
            (Step::List { .. }, Answer::Fails { .. } | Answer::Watch { .. } | Answer::Silence) => {
                let failure = Self::failure(answer);
                self.core.list_failed(failure, now)
            }
            (Step::WatchList { .. }, Answer::Version { moves, .. }) => {
                let version = self.moved(*moves);
                self.core.received(3, 3, None);
                self.listed_to_the_end = true;
                self.core.initial_events_end(version, now)
            }
            (Step::WatchList { .. }, Answer::Silence) => self.core.watch_list_overdue(),
            (Step::WatchList { .. }, Answer::Fails { .. }) => {
                let failure = Self::failure(answer);
                self.core.watch_list_failed(failure, now)
            }
            (Step::WatchList { .. }, Answer::Watch { end, moves, .. }) => {
                self.core.received(moves.len() as u64, moves.len() as u64, None);
                self.core.watch_list_ended(
                    end.map_or(WatchEnd::Closed, |reason| WatchEnd::Failed(reason.into())),
                    now,
                )
            }
            (Step::Watch { .. }, Answer::Fails { .. }) => {
                let failure = Self::failure(answer);
                self.core.watch_failed(failure, now)
            }
            (Step::Watch { delay, .. }, _) => {
                self.now += *delay;
                self.watch(answer)
            }
            (Step::Follow, _) => self.watch(answer),
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
        self.core.watch_opened(Duration::ZERO, self.now);
        let (moves, lives, end) = match answer {
            Answer::Watch { moves, lives, end } => (moves.clone(), *lives, *end),
            Answer::Version { moves, .. } => (vec![*moves], 5000, None),
            Answer::Fails { reason, .. } => (Vec::new(), 0, Some(*reason)),
            Answer::Silence => (Vec::new(), 700_000, Some(Reason::Disconnected)),
        };
        self.now += Duration::from_millis(lives);
        for by in moves {
            let before = self.core.last_version().map(str::to_owned);
            let version = self.moved(by);
            let order = self.core.order_of(Some(&version));
            self.core.observed(Some(&version), Reported::Change, self.now);
            if order != EventOrder::OutOfOrder {
                continue;
            }
            assert_eq!(self.core.last_version(), before.as_deref(), "the version never goes back");
            self.core.suspect(self.now);
            if by % 2 == 0 {
                // The probe is answered at once, else at the end of the watch.
                let current = self.version.to_string();
                self.requests += 1;
                if let ProbeResult::Restored(failure) = self.core.probed(Ok(current), self.now) {
                    return self.core.restored(failure, self.now);
                }
            }
        }
        let end = end.map_or(WatchEnd::Closed, |reason| WatchEnd::Failed(reason.into()));
        self.core.watch_ended(end, self.now)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_decision_follows_the_rules(
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

    /// After any history, a server that answers correctly is listed and watched.
    #[test]
    fn a_server_that_recovers_leads_to_a_sync(
        initial_list_strategy in prop::sample::select(vec![InitialListStrategy::WatchList, InitialListStrategy::List]),
        answers in answers(),
    ) {
        let mut run = Run::new(initial_list_strategy, None);
        let mut step = run.core.begin(run.now);
        for answer in &answers {
            run.check(&step);
            step = run.answer(&step, answer);
        }
        let good = Answer::Version { moves: 1, pages: Pages::Last };
        for _ in 0..14 {
            run.check(&step);
            step = run.answer(&step, &good);
        }
        prop_assert!(run.core.health().is_synced(), "{} at {step:?}", run.core.health());
    }
}
