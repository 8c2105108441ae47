//! Scenarios of several threads. shuttle reports a thread that waits forever as a deadlock.

use std::{collections::HashMap, time::Duration};

use futures::FutureExt as _;
use reflector_interleavings::workqueue::{MaxOfRateLimiter, WorkQueue};
use shuttle::{future::block_on, sync::Arc, sync::Mutex, thread};

const SCHEDULES: usize = 2000;

/// Without delays: shuttle controls no clock.
fn queue() -> WorkQueue<u8> {
    WorkQueue::with_rate_limiter(MaxOfRateLimiter::new())
}

/// What the workers have done: how often each key ran, and which ones run now.
#[derive(Default)]
struct Log {
    counts: HashMap<u8, usize>,
    running: Vec<u8>,
}

/// Processes keys until the queue is shut down.
fn work(queue: &WorkQueue<u8>, log: &Mutex<Log>) {
    while let Some(item) = block_on(queue.get()) {
        let mut entered = log.lock().expect("no panic");
        assert!(!entered.running.contains(&item), "key {} is already in process", *item);
        entered.running.push(*item);
        *entered.counts.entry(*item).or_default() += 1;
        drop(entered);
        thread::yield_now();
        log.lock().expect("no panic").running.retain(|key| *key != *item);
    }
}

fn check(scenario: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(scenario, SCHEDULES);
}

#[test]
fn every_key_runs_and_no_two_runs_of_a_key_overlap() {
    check(|| {
        let (queue, log) = (queue(), Arc::new(Mutex::new(Log::default())));
        let workers: Vec<_> = (0..3)
            .map(|_| {
                let (queue, log) = (queue.clone(), log.clone());
                thread::spawn(move || work(&queue, &log))
            })
            .collect();
        let producers: Vec<_> = (0..2)
            .map(|producer| {
                let queue = queue.clone();
                thread::spawn(move || {
                    for key in [0, 1, 1, producer + 2] {
                        queue.add(key);
                    }
                })
            })
            .collect();
        for producer in producers {
            producer.join().expect("no panic");
        }
        block_on(queue.shut_down_with_drain());
        for worker in workers {
            worker.join().expect("no panic");
        }
        let log = log.lock().expect("no panic");
        assert!((0..4).all(|key| log.counts.contains_key(&key)), "{:?}", log.counts);
    });
}

#[test]
fn a_key_added_in_process_runs_again() {
    check(|| {
        let queue = queue();
        queue.add(1);
        let worker = {
            let queue = queue.clone();
            thread::spawn(move || {
                let item = block_on(queue.get()).expect("not shut down");
                queue.add(1);
                drop(item);
            })
        };
        drop(worker.join());
        assert_eq!(block_on(queue.get()).as_deref(), Some(&1));
    });
}

#[test]
fn a_dropped_waiter_passes_its_wake_up_on() {
    check(|| {
        let queue = queue();
        let waiting = {
            let queue = queue.clone();
            thread::spawn(move || block_on(queue.get()).map(|item| *item))
        };
        let impatient = {
            let queue = queue.clone();
            // Registers as a waiter, and is dropped without a key, unless one is ready already.
            thread::spawn(move || {
                let mut get = queue.get();
                if let Some(Some(item)) = (&mut get).now_or_never() {
                    queue.add(*item);
                }
                thread::yield_now();
            })
        };
        queue.add(7);
        drop(impatient.join());
        assert_eq!(waiting.join().expect("no panic"), Some(7));
    });
}

#[test]
fn a_shutdown_wakes_every_waiter_and_drain() {
    check(|| {
        let queue = queue();
        let waiters: Vec<_> = (0..3)
            .map(|_| {
                let queue = queue.clone();
                thread::spawn(move || while block_on(queue.get()).is_some() {})
            })
            .collect();
        let drain = {
            let queue = queue.clone();
            thread::spawn(move || block_on(queue.shut_down_with_drain()))
        };
        queue.add(1);
        queue.shut_down();
        for waiter in waiters {
            waiter.join().expect("no panic");
        }
        drain.join().expect("no panic");
    });
}

#[test]
fn a_retry_is_not_lost_to_an_add_at_the_same_time() {
    check(|| {
        let queue = queue();
        queue.add(1);
        let item = block_on(queue.get()).expect("not shut down");
        let adds = {
            let queue = queue.clone();
            thread::spawn(move || queue.add(1))
        };
        // The limiter has no delay.
        assert_eq!(item.retry(), Duration::ZERO);
        drop(adds.join());
        assert_eq!(block_on(queue.get()).as_deref(), Some(&1));
    });
}
