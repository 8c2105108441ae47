//! A queue of keys that have work to do: [`WorkQueue`], and the rate limiters for retries.
//!
//! This is client-go's `workqueue`, typed and asynchronous. The queue has these properties:
//!
//! - **Deduplicated**: a key is pending at most once, however often it is added.
//! - **One run per key**: a key that is being processed is not handed out again until its [`WorkItem`] is dropped. If it
//!   is added in the meantime, it is pending again afterwards.
//! - **Fair**: keys of the same [`Priority`] are handed out in the order in which they became ready. A key that is added
//!   continuously waits behind all others each time. Lower priorities receive a share of the queue.
//! - **Delayed adds**: [`WorkQueue::add_after`]; the earlier deadline wins. There is one timer for all keys.
//! - **Retries with a backoff**: [`WorkQueue::add_rate_limited`], with the delay of a [`RateLimiter`]. Other adds do not
//!   shorten the backoff, unless they ask for it ([`AddOptions::bypass_backoff`]).
//!
//! ```
//! use std::time::Duration;
//! use reflector_runtime::workqueue::WorkQueue;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let queue = WorkQueue::new();
//! queue.add("team-a/w1");
//! queue.add("team-a/w1");
//! queue.add_after("team-a/w2", Duration::from_millis(1));
//!
//! let item = queue.get().await.expect("the queue is not shut down");
//! assert_eq!(*item, "team-a/w1");
//! drop(item); // done
//! let item = queue.get().await.expect("the queue is not shut down");
//! assert_eq!(*item, "team-a/w2");
//! # });
//! ```
//!
//! # Differences from client-go
//! | client-go | here |
//! |---|---|
//! | `Done` must be called | dropping the [`WorkItem`] marks the key as done, also in a panic |
//! | `Add` runs a key whose retry is delayed at once, so that events of a failing key defeat its backoff and increase it (kubernetes#112325) | the key waits for its backoff |
//! | `Add` of a key that was added with a delay: it runs now, and again after the delay | the key is pending once, at the earlier time |
//! | one order | three priorities |
//! | a goroutine per queue, and a channel of 1000 delayed adds that blocks when full | no background task: a waiting [`WorkQueue::get`] drives the timer |
//!
//! Owns keys, their order and their times. Must not depend on any other module but the lock: keys are of any type, and
//! where they come from is not known.

mod delayed;
mod entry;
mod get;
mod item;
mod moment;
mod priority;
#[cfg(test)]
mod properties;
mod queue;
mod rate_limiter;
mod ready;
mod slot;
mod state;
mod stats;
mod table;
mod waiters;

pub use self::{
    get::Get,
    item::WorkItem,
    priority::{AddOptions, Priority},
    queue::WorkQueue,
    rate_limiter::{
        BucketRateLimiter, ItemExponentialFailureRateLimiter, ItemFastSlowRateLimiter, MaxOfRateLimiter,
        RateLimiter, WithMaxWaitRateLimiter, default_controller_rate_limiter,
    },
    stats::WorkQueueStats,
};
