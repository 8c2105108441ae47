//! [`WorkQueueStats`]: what a queue has done, and what it is doing.

use std::time::Duration;

/// A snapshot of a queue, for metrics. client-go's metric of the same quantity is in parentheses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkQueueStats {
    /// How many keys are ready (`workqueue_depth`).
    pub depth: usize,
    /// How many keys wait for a deadline.
    pub delayed: usize,
    /// How many keys are in process.
    pub processing: usize,
    /// How long the oldest of the ready keys has waited.
    pub oldest_wait: Duration,
    /// How many adds made a key ready; a repeated add of a pending key does not count (`workqueue_adds_total`).
    pub adds: u64,
    /// How many times a key was added with a backoff (`workqueue_retries_total`).
    pub retries: u64,
    /// How many keys were handed out.
    pub gets: u64,
    /// How long the keys handed out were ready before, in total (`workqueue_queue_duration_seconds`).
    pub waited: Duration,
    /// How many runs have ended.
    pub done: u64,
    /// How long those runs took, in total (`workqueue_work_duration_seconds`).
    pub worked: Duration,
    /// How long the runs in process have taken so far, in total (`workqueue_unfinished_work_seconds`).
    pub unfinished: Duration,
    /// How long the longest of them has taken so far (`workqueue_longest_running_processor_seconds`).
    pub longest_running: Duration,
}
