//! [`DeliveryOptions`]: how a subscriber receives events.

use std::time::Duration;

/// Which events a slow subscriber receives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Queued changes of one object are merged. At most two events are queued per object, however slow the subscriber
    /// is. `old` of each `Updated` is the state that was delivered last.
    #[default]
    Coalesced,
    /// Every change is delivered, as long as no more than [`DeliveryOptions::limit`] events are queued. See
    /// [`Overflow`] for a subscriber that does not keep up.
    EveryEvent,
}

/// What happens to a subscriber with [`Delivery::EveryEvent`] whose queue is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Overflow {
    /// Further changes of objects with queued events are merged, as with [`Delivery::Coalesced`], and counted
    /// ([`Subscription::merged_events`](super::Subscription::merged_events)). The queue then holds at most two more
    /// events per object.
    #[default]
    Coalesce,
    /// The informer stops reading from the server, and delivers nothing to any subscriber, until half of the queue has
    /// been taken. No event is merged, so a subscriber that never takes an event stops the informer, also its first sync.
    /// Readers of the cache are not blocked. A watch that is not read for long ends, and the informer lists again. After
    /// a second it no longer takes part of a [`ListLimiter`](crate::ListLimiter), so that other informers can list.
    Backpressure,
}

/// How a subscriber, either a [`Subscription`](super::Subscription) or an event handler, receives events.
///
/// ```
/// use std::time::Duration;
/// use reflector_runtime::{DeliveryOptions, Overflow};
///
/// let audit = DeliveryOptions::new()
///     .name("audit")
///     .every_event()
///     .limit(10_000)
///     .on_overflow(Overflow::Backpressure);
/// let status = DeliveryOptions::new().resync(Duration::from_secs(600));
/// # drop((audit, status));
/// ```
#[derive(Clone, Debug)]
#[must_use = "options have an effect only when they are passed to a subscription or handler"]
pub struct DeliveryOptions {
    pub(super) name: Option<String>,
    pub(super) delivery: Delivery,
    pub(super) limit: usize,
    pub(super) overflow: Overflow,
    pub(super) resync: Option<Duration>,
    pub(super) relist_markers: bool,
    pub(super) invalid_objects: bool,
}

/// Far beyond every use, and far below the range of a clock.
const LONGEST_PERIOD: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl DeliveryOptions {
    /// The default of [`limit`](Self::limit).
    pub const DEFAULT_LIMIT: usize = 65_536;

    /// The default options: [`Delivery::Coalesced`], no resync, no markers.
    pub fn new() -> Self {
        Self {
            name: None,
            delivery: Delivery::default(),
            limit: Self::DEFAULT_LIMIT,
            overflow: Overflow::default(),
            resync: None,
            relist_markers: false,
            invalid_objects: false,
        }
    }

    /// The name in errors and statistics. By default the type of the handler.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Which events a slow subscriber receives.
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// [`Delivery::EveryEvent`].
    pub fn every_event(self) -> Self {
        self.delivery(Delivery::EveryEvent)
    }

    /// With [`Delivery::EveryEvent`]: the number of queued events from which [`Overflow`] applies (default
    /// [`DEFAULT_LIMIT`](Self::DEFAULT_LIMIT); at least 1). The objects that are cached when the subscriber joins are
    /// queued in any case, and with [`Overflow::Backpressure`] up to 256 keys more.
    pub fn limit(mut self, events: usize) -> Self {
        self.limit = events.max(1);
        self
    }

    /// With [`Delivery::EveryEvent`]: what happens when the queue is full.
    pub fn on_overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// Delivers every cached object once per `period` to this subscriber only, as an `Updated` with
    /// [`Cause::Resync`](crate::delta_fifo::Cause::Resync), in addition to the informer's own resync
    /// ([`InformerBuilder::resync`](super::InformerBuilder::resync)). No request is sent to the server. A zero period
    /// means never, which is the default.
    ///
    /// The period begins when the last resync was delivered. A subscription is resynced only while it is polled. A period
    /// longer than a year counts as a year.
    pub fn resync(mut self, period: Duration) -> Self {
        self.resync = (!period.is_zero()).then_some(period.min(LONGEST_PERIOD));
        self
    }

    /// Emits [`StreamItem::RelistBegan`](super::StreamItem::RelistBegan) and
    /// [`StreamItem::RelistEnded`](super::StreamItem::RelistEnded). Only for subscriptions.
    pub fn relist_markers(mut self) -> Self {
        self.relist_markers = true;
        self
    }

    /// Emits [`StreamItem::InvalidObject`](super::StreamItem::InvalidObject) for objects that exist and cannot be decoded,
    /// including those that are known when the subscriber joins. Only for subscriptions.
    pub fn invalid_objects(mut self) -> Self {
        self.invalid_objects = true;
        self
    }
}

impl Default for DeliveryOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Delivery> for DeliveryOptions {
    fn from(delivery: Delivery) -> Self {
        Self::new().delivery(delivery)
    }
}
