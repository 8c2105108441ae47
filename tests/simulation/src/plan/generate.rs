//! Drawing a plan from a seed.
//!
//! Each seed first decides which kinds of faults there are at all in its world: a world with all of them at once
//! hides what two of them do together.

use std::time::Duration;

use fastrand::Rng;
use reflector_runtime::{Delivery, InitialListStrategy};

use super::{
    Action, Asked, Break, BrokenConnection, Built, InformerPlan, NAMES, NAMESPACES, Pace, Plan, Slot, Spoil,
    SpoiltRequests, Step, SubscriberPlan, Turn, Write,
};
use crate::thing::Resource;

/// Draws the plan of a seed.
pub(super) fn plan(seed: u64) -> Plan {
    let mut draw = Draw {
        random: Rng::with_seed(seed),
        resources: Vec::new(),
        spoils: Vec::new(),
        breaks: Vec::new(),
        turns: Vec::new(),
        informers: 0,
    };
    draw.world();
    let informers: Vec<InformerPlan> = (0..draw.informers).map(|_| draw.informer()).collect();
    let before = (0..draw.random.usize(0..30)).map(|_| draw.write()).collect();
    let steps = (0..draw.random.usize(10..70)).map(|_| draw.step()).collect();
    Plan { seed, informers, before, steps }
}

struct Draw {
    random: Rng,
    resources: Vec<Resource>,
    /// Which kinds of faults there are in this world.
    spoils: Vec<usize>,
    breaks: Vec<usize>,
    turns: Vec<usize>,
    informers: usize,
}

const SPOILS: usize = 29;
const BREAKS: usize = 7;
const TURNS: usize = 8;

impl Draw {
    fn world(&mut self) {
        self.informers = self.random.usize(1..=4);
        self.resources = Resource::ALL.to_vec();
        self.random.shuffle(&mut self.resources);
        self.resources.truncate(self.random.usize(1..=3));
        let share = *self.pick(&[0.0, 0.1, 0.25, 0.6]);
        self.spoils = self.some_of(SPOILS, share);
        let share = *self.pick(&[0.0, 0.2, 0.6]);
        self.breaks = self.some_of(BREAKS, share);
        let share = *self.pick(&[0.0, 0.2, 0.6]);
        self.turns = self.some_of(TURNS, share);
    }

    fn some_of(&mut self, count: usize, share: f64) -> Vec<usize> {
        (0..count).filter(|_| self.random.f64() < share).collect()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.random.usize(0..from.len())]
    }

    fn chance(&mut self, share: f64) -> bool {
        self.random.f64() < share
    }

    fn seconds(&mut self, range: std::ops::Range<u64>) -> Duration {
        Duration::from_millis(self.random.u64(range.start * 1000..range.end * 1000))
    }

    fn resource(&mut self) -> Resource {
        self.resources[self.random.usize(0..self.resources.len())]
    }

    fn informer(&mut self) -> InformerPlan {
        let resource = self.resource();
        let namespace = (resource.is_namespaced() && self.chance(0.4)).then(|| *self.pick(&NAMESPACES));
        let labels = *self.pick(&[
            None,
            None,
            Some("tier=web"),
            Some("tier in (web,api)"),
            Some("!tier"),
            Some("tier!=web"),
        ]);
        let fields = *self.pick(&[None, None, None, Some("metadata.name=n1"), Some("metadata.name!=n2")]);
        let initial_list_strategy = *self.pick(&[
            InitialListStrategy::List,
            InitialListStrategy::PagedList,
            InitialListStrategy::WatchList,
            InitialListStrategy::WatchList,
        ]);
        let page_size = match initial_list_strategy {
            InitialListStrategy::PagedList => *self.pick(&[None, Some(1), Some(2), Some(3), Some(5)]),
            _ => *self.pick(&[None, None, None, Some(1), Some(4)]),
        };
        let resync = if self.chance(0.3) { Some(self.seconds(5..120)) } else { None };
        let watch_timeout = *self.pick(&[10, 60, 300]);
        let quiet = *self.pick(&[5, 60]);
        let watch_list_retry_after = *self.pick(&[60, 3600]);
        let built = if self.chance(0.15) { Built::Assembled } else { Built::Informer };
        let subscribers = (0..self.random.usize(1..=3)).map(|_| self.subscriber()).collect();
        InformerPlan {
            resource,
            namespace,
            labels,
            fields,
            initial_list_strategy,
            page_size,
            resync,
            watch_timeout: Duration::from_secs(watch_timeout),
            response_timeout: Duration::from_secs(quiet),
            watch_list_retry_after: Duration::from_secs(watch_list_retry_after),
            built,
            subscribers,
        }
    }

    fn subscriber(&mut self) -> SubscriberPlan {
        SubscriberPlan {
            delivery: *self.pick(&[Delivery::Coalesced, Delivery::EveryEvent]),
            pace: match self.random.u8(0..4) {
                0 => Pace::Last,
                1 => Pace::Slow(self.random.u8(1..4)),
                _ => Pace::Awaiting,
            },
        }
    }

    fn step(&mut self) -> Step {
        let after = match self.random.u8(0..10) {
            0..3 => Duration::ZERO,
            3..7 => Duration::from_millis(self.random.u64(1..300)),
            7..9 => self.seconds(0..10),
            _ => self.seconds(10..200),
        };
        let action = match self.random.u8(0..100) {
            0..30 if !self.spoils.is_empty() => self.spoil(),
            30..42 if !self.breaks.is_empty() => self.broken(),
            42..54 if !self.turns.is_empty() => self.turn(),
            54..58 => Action::Join(self.random.usize(0..self.informers), self.subscriber()),
            58..61 => Action::Wait,
            _ => self.write(),
        };
        Step { after, action }
    }

    fn write(&mut self) -> Action {
        let resource = self.resource();
        let slot = Slot { resource, namespace: self.random.u8(0..3), name: self.random.u8(0..NAMES) };
        let any = self.random.u8(..);
        Action::Write(
            slot,
            match self.random.u8(0..100) {
                0..40 => Write::Put(any, self.random.u8(..), self.random.u8(..)),
                40..55 => Write::Relabel(any),
                65..70 if resource.is_custom() => Write::Status(any),
                70..83 => Write::Delete,
                83..90 => Write::Recreate(any),
                90..93 if resource.is_custom() => Write::Ruin,
                93..98 => Write::Churn(self.random.u8(2..12)),
                98.. => {
                    let namespace = self.chance(0.5).then(|| *self.pick(&NAMESPACES));
                    return Action::DeleteAll(resource, namespace.filter(|_| resource.is_namespaced()));
                }
                _ => Write::Paint(any),
            },
        )
    }

    fn turn(&mut self) -> Action {
        let resource = self.resource();
        Action::Server(match *self.pick(&self.turns.clone()) {
            0 => Turn::Compact,
            2 => Turn::Restart,
            3 => Turn::Bookmarks,
            4 => {
                if self.chance(0.6) {
                    Turn::Backup
                } else {
                    Turn::Restore
                }
            }
            5 if resource.is_custom() => {
                if self.chance(0.4) {
                    Turn::RemoveCrd(resource)
                } else {
                    Turn::ReturnCrd(resource)
                }
            }
            6 => {
                if self.chance(0.4) {
                    Turn::Deny(*self.pick(&[Asked::List, Asked::Watch]), resource)
                } else {
                    Turn::Allow
                }
            }
            7 => {
                if self.chance(0.4) {
                    Turn::Unauthorize
                } else {
                    Turn::Allow
                }
            }
            _ => Turn::EndWatches,
        })
    }

    fn asked(&mut self) -> Asked {
        *self.pick(&[Asked::List, Asked::Watch, Asked::Watch, Asked::WatchList])
    }

    fn a_watch(&mut self) -> Asked {
        *self.pick(&[Asked::Watch, Asked::WatchList])
    }

    fn bytes(&mut self) -> usize {
        let most = *self.pick(&[2, 300, 3000]);
        self.random.usize(0..most)
    }

    fn spoil(&mut self) -> Action {
        let (asked, watch) = (self.asked(), self.a_watch());
        let events = self.random.usize(0..4);
        let how = match *self.pick(&self.spoils.clone()) {
            0 => Spoil::TooManyRequests(asked, None),
            1 => Spoil::TooManyRequests(asked, Some(self.random.u32(1..90))),
            2 => Spoil::Code(asked, 500),
            3 => Spoil::Code(asked, 503),
            4 => Spoil::Code(asked, *self.pick(&[400, 408, 409, 422, 504])),
            5 => Spoil::Proxy(asked),
            6 => Spoil::Gone(asked),
            7 => Spoil::GoneEvent(watch, events),
            8 => Spoil::ErrorEvent(watch, *self.pick(&[403, 429, 500, 503, 504]), events),
            9 => Spoil::TooLarge(asked, self.random.u8(0..3)),
            10 => Spoil::RefuseInitialEvents,
            11 => Spoil::OmitEndBookmark,
            12 => Spoil::EndBookmarkFalse,
            13 => Spoil::StaleList(self.random.u64(1..20)),
            14 => Spoil::RepeatFirstPage,
            15 => Spoil::ExpireContinue,
            16 => Spoil::MalformedLine(watch, events),
            17 => Spoil::UnknownEvent(events),
            18 => Spoil::WrongKindEvent(events),
            19 => Spoil::EndlessLine(events),
            20 => Spoil::DuplicateEvents(watch, events),
            21 => Spoil::CloseAtOnce(watch),
            22 => Spoil::CloseAfterNoise,
            23 => Spoil::Silence(watch, events),
            24 => Spoil::Hang(asked),
            25 => Spoil::Delay(asked, self.seconds(0..20)),
            26 => Spoil::WrongList,
            27 => Spoil::Html(asked),
            _ => Spoil::NoListVersion,
        };
        Action::Spoil(SpoiltRequests {
            resource: self.resource(),
            skip: *self.pick(&[0, 0, 0, 1, 3]),
            times: *self.pick(&[1, 1, 2, 4, 20]),
            how,
        })
    }

    fn broken(&mut self) -> Action {
        let how = match *self.pick(&self.breaks.clone()) {
            0 => Break::Cut(self.bytes()),
            1 => Break::End(self.bytes()),
            2 => Break::Stall(self.bytes()),
            3 => Break::Slow(self.seconds(1..15)),
            4 => Break::Lost,
            5 => Break::Partition(self.seconds(1..300)),
            _ => Break::ResetAll,
        };
        Action::Break(BrokenConnection {
            informer: self.random.usize(0..self.informers),
            asked: self.asked(),
            how,
        })
    }
}
