//! Generates a plan from a seed.
//!
//! Each seed first selects the kinds of faults that can occur in its world. A world with all of them at once would
//! hide the interaction of two of them.

use std::time::Duration;

use fastrand::Rng;
use reflector_runtime::{Delivery, InitialListStrategy, WireFormat};

use super::{
    Action, Built, ConnectionFault, FaultyRequests, InformerPlan, NAMES, NAMESPACES, NetworkFault, Pace,
    Plan, Quirk, RequestFault, RequestKind, ServerChange, Slot, Step, SubscriberPlan, Write,
};
use crate::thing::Resource;

/// Generates the plan of a seed.
pub(super) fn plan(seed: u64) -> Plan {
    let mut draw = Draw {
        random: Rng::with_seed(seed),
        resources: Vec::new(),
        request_faults: Vec::new(),
        network_faults: Vec::new(),
        server_changes: Vec::new(),
        informers: 0,
    };
    draw.world();
    let mut informers: Vec<InformerPlan> = (0..draw.informers).map(|_| draw.informer()).collect();
    let before = (0..draw.random.usize(0..30)).map(|_| draw.write()).collect();
    let mut steps: Vec<Step> = (0..draw.random.usize(10..70)).map(|_| draw.step()).collect();
    // A generator of their own: without quirks, the plan of a seed is the same.
    let mut draw = Draw { random: Rng::with_seed(!seed), ..draw };
    let mut quirks = Vec::new();
    if draw.chance(0.35) {
        for resource in draw.resources.clone() {
            draw.quirks(resource, &mut quirks);
        }
    }
    if quirks.iter().any(|(_, quirk)| *quirk == Quirk::SilentFuture) && draw.chance(0.6) {
        draw.restore(&mut steps);
    }
    for informer in &mut informers {
        let has = |quirk: Quirk| quirks.contains(&(informer.resource, quirk));
        // A stale cache answers polls, too, and nothing shows that it is stale.
        if has(Quirk::ListOnly) || (draw.chance(0.03) && !has(Quirk::StaleCache)) {
            informer.poll_interval = Some(draw.seconds(1..40));
        }
    }
    let mut random = Rng::with_seed(seed.rotate_left(32) ^ !seed);
    for informer in &mut informers {
        if random.bool() {
            informer.wire_format = WireFormat::Json;
        }
    }
    Plan { seed, quirks, informers, before, steps }
}

struct Draw {
    random: Rng,
    resources: Vec<Resource>,
    /// The kinds of faults that can occur in this world.
    request_faults: Vec<usize>,
    network_faults: Vec<usize>,
    server_changes: Vec<usize>,
    informers: usize,
}

const REQUEST_FAULTS: usize = 29;
const NETWORK_FAULTS: usize = 7;
const SERVER_CHANGES: usize = 8;

impl Draw {
    fn world(&mut self) {
        self.informers = self.random.usize(1..=4);
        self.resources = Resource::ALL.to_vec();
        self.random.shuffle(&mut self.resources);
        self.resources.truncate(self.random.usize(1..=3));
        let share = *self.pick(&[0.0, 0.1, 0.25, 0.6]);
        self.request_faults = self.some_of(REQUEST_FAULTS, share);
        let share = *self.pick(&[0.0, 0.2, 0.6]);
        self.network_faults = self.some_of(NETWORK_FAULTS, share);
        let share = *self.pick(&[0.0, 0.2, 0.6]);
        self.server_changes = self.some_of(SERVER_CHANGES, share);
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
        // No pages of one object: such a list would look like a probe.
        let page_size = match initial_list_strategy {
            InitialListStrategy::PagedList => *self.pick(&[None, Some(2), Some(2), Some(3), Some(5)]),
            _ => *self.pick(&[None, None, None, Some(2), Some(4)]),
        };
        let resync = if self.chance(0.3) { Some(self.seconds(5..120)) } else { None };
        let watch_timeout = *self.pick(&[10, 60, 300]);
        let response_timeout = *self.pick(&[5, 60]);
        let watch_list_retry_after = *self.pick(&[60, 3600]);
        let built = if self.chance(0.15) { Built::Assembled } else { Built::Informer };
        let subscribers = (0..self.random.usize(1..=3)).map(|_| self.subscriber()).collect();
        InformerPlan {
            resource,
            namespace,
            labels,
            fields,
            initial_list_strategy,
            wire_format: WireFormat::Automatic,
            page_size,
            resync,
            watch_timeout: Duration::from_secs(watch_timeout),
            response_timeout: Duration::from_secs(response_timeout),
            watch_list_retry_after: Duration::from_secs(watch_list_retry_after),
            poll_interval: None,
            built,
            subscribers,
        }
    }

    /// Adds a restore from a backup.
    fn restore(&mut self, steps: &mut Vec<Step>) {
        let backup = Step { after: Duration::ZERO, action: Action::Server(ServerChange::Backup) };
        let restored = Step { after: self.seconds(0..60), action: Action::Server(ServerChange::Restore) };
        steps.insert(0, backup);
        let at = self.random.usize(1..=steps.len());
        steps.insert(at, restored);
    }

    fn quirks(&mut self, resource: Resource, quirks: &mut Vec<(Resource, Quirk)>) {
        if self.chance(0.2) {
            quirks.push((resource, Quirk::ListOnly));
            if self.chance(0.4) {
                quirks.push((resource, Quirk::NoVersions));
                return;
            }
        }
        let has_own_versions = self.chance(0.5);
        if has_own_versions {
            quirks.push((resource, *self.pick(&Quirk::OF_VERSIONS)));
        }
        let is_watched = !quirks.contains(&(resource, Quirk::ListOnly));
        for quirk in Quirk::OF_ANSWERS {
            let makes_sense = match quirk {
                // With a shared version a cache may be older than what was sent, and nothing shows that it is.
                Quirk::StaleCache => !quirks.contains(&(resource, Quirk::SharedVersions)),
                // Only ordered versions can be of the future.
                Quirk::SilentFuture => !has_own_versions,
                _ => true,
            };
            if self.chance(0.3) && is_watched && makes_sense {
                quirks.push((resource, quirk));
            }
        }
        let share = *self.pick(&[0.0, 0.2, 0.6]);
        for quirk in Quirk::OF_WATCHES {
            if self.chance(share) {
                quirks.push((resource, quirk));
            }
        }
    }

    fn subscriber(&mut self) -> SubscriberPlan {
        SubscriberPlan {
            delivery: *self.pick(&[Delivery::Coalesced, Delivery::EveryEvent]),
            pace: match self.random.u8(0..4) {
                0 => Pace::AtEnd,
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
            0..30 if !self.request_faults.is_empty() => self.request_fault(),
            30..42 if !self.network_faults.is_empty() => self.network_fault(),
            42..54 if !self.server_changes.is_empty() => self.server_change(),
            54..58 => Action::Subscribe(self.random.usize(0..self.informers), self.subscriber()),
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
                90..93 if resource.is_custom() => Write::MakeUndecodable,
                93..98 => Write::Churn(self.random.u8(2..12)),
                98.. => {
                    let namespace = self.chance(0.5).then(|| *self.pick(&NAMESPACES));
                    return Action::DeleteAll(resource, namespace.filter(|_| resource.is_namespaced()));
                }
                _ => Write::Recolor(any),
            },
        )
    }

    fn server_change(&mut self) -> Action {
        let resource = self.resource();
        Action::Server(match *self.pick(&self.server_changes.clone()) {
            0 => ServerChange::Compact,
            2 => ServerChange::Restart,
            3 => ServerChange::Bookmarks,
            4 => {
                if self.chance(0.6) {
                    ServerChange::Backup
                } else {
                    ServerChange::Restore
                }
            }
            5 if resource.is_custom() => {
                if self.chance(0.4) {
                    ServerChange::RemoveCrd(resource)
                } else {
                    ServerChange::ReinstallCrd(resource)
                }
            }
            6 => {
                if self.chance(0.4) {
                    ServerChange::Deny(*self.pick(&[RequestKind::List, RequestKind::Watch]), resource)
                } else {
                    ServerChange::Allow
                }
            }
            7 => {
                if self.chance(0.4) {
                    ServerChange::RejectCredentials
                } else {
                    ServerChange::Allow
                }
            }
            _ => ServerChange::EndWatches,
        })
    }

    fn request_kind(&mut self) -> RequestKind {
        *self.pick(&[RequestKind::List, RequestKind::Watch, RequestKind::Watch, RequestKind::WatchList])
    }

    fn watch_kind(&mut self) -> RequestKind {
        *self.pick(&[RequestKind::Watch, RequestKind::WatchList])
    }

    fn bytes(&mut self) -> usize {
        let limit = *self.pick(&[2, 300, 3000]);
        self.random.usize(0..limit)
    }

    fn request_fault(&mut self) -> Action {
        let (kind, watch) = (self.request_kind(), self.watch_kind());
        let events = self.random.usize(0..4);
        let fault = match *self.pick(&self.request_faults.clone()) {
            0 => RequestFault::TooManyRequests(kind, None),
            1 => RequestFault::TooManyRequests(kind, Some(self.random.u32(1..90))),
            2 => RequestFault::Code(kind, 500),
            3 => RequestFault::Code(kind, 503),
            4 => RequestFault::Code(kind, *self.pick(&[400, 408, 409, 422, 504])),
            5 => RequestFault::Proxy(kind),
            6 => RequestFault::Gone(kind),
            7 => RequestFault::GoneEvent(watch, events),
            8 => RequestFault::ErrorEvent(watch, *self.pick(&[403, 429, 500, 503, 504]), events),
            9 => RequestFault::TooLarge(kind, self.random.u8(0..3)),
            10 => RequestFault::RejectInitialEvents,
            11 => RequestFault::OmitEndBookmark,
            12 => RequestFault::EndBookmarkFalse,
            13 => RequestFault::StaleList(self.random.u64(1..20)),
            14 => RequestFault::RepeatFirstPage,
            15 => RequestFault::ExpireContinue,
            16 => RequestFault::MalformedLine(watch, events),
            17 => RequestFault::UnknownEvent(events),
            18 => RequestFault::WrongKindEvent(events),
            19 => RequestFault::EndlessLine(events),
            20 => RequestFault::DuplicateEvents(watch, events),
            21 => RequestFault::CloseImmediately(watch),
            22 => RequestFault::CloseAfterUnknownEvent,
            23 => RequestFault::Silence(watch, events),
            24 => RequestFault::Hang(kind),
            25 => RequestFault::Delay(kind, self.seconds(0..20)),
            26 => RequestFault::WrongKindList,
            27 => RequestFault::Html(kind),
            _ => RequestFault::ListWithoutVersion,
        };
        Action::Requests(FaultyRequests {
            resource: self.resource(),
            skip: *self.pick(&[0, 0, 0, 1, 3]),
            times: *self.pick(&[1, 1, 2, 4, 20]),
            fault,
        })
    }

    fn network_fault(&mut self) -> Action {
        let fault = match *self.pick(&self.network_faults.clone()) {
            0 => NetworkFault::Reset(self.bytes()),
            1 => NetworkFault::Truncate(self.bytes()),
            2 => NetworkFault::Stall(self.bytes()),
            3 => NetworkFault::Slow(self.seconds(1..15)),
            4 => NetworkFault::LoseRequest,
            5 => NetworkFault::Partition(self.seconds(1..300)),
            _ => NetworkFault::ResetAll,
        };
        Action::Network(ConnectionFault {
            informer: self.random.usize(0..self.informers),
            kind: self.request_kind(),
            fault,
        })
    }
}
