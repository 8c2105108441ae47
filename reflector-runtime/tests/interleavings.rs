//! Where threads meet: the queue of a subscriber, and the removal of a handler. A scheduler interleaves the threads in
//! thousands of random ways, and reports a deadlock, such as a lost wake-up.
//!
//! The modules under test are compiled a second time, with a lock that the scheduler knows.

use std::{
    future::poll_fn,
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
};

use mailbox::{IsClosed, Mailbox};
use removal::Removal;
use shuttle::{check_random, future::block_on, sync::Arc, thread};

mod lock {
    //! The interface of `parking_lot`, on the scheduler's lock.

    #[derive(Default)]
    pub(super) struct Mutex<T>(shuttle::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(super) fn new(value: T) -> Self {
            Self(shuttle::sync::Mutex::new(value))
        }

        pub(super) fn lock(&self) -> shuttle::sync::MutexGuard<'_, T> {
            self.0.lock().unwrap()
        }
    }
}

#[allow(dead_code, reason = "the tests use a part of it")]
#[path = "../src/informer/mailbox.rs"]
mod mailbox;
#[path = "../src/informer/removal.rs"]
mod removal;

const ITERATIONS: usize = 2_000;

type Queue = Mailbox<Vec<u32>>;

/// Waits for the oldest item.
async fn receive(queue: &Queue) -> Option<u32> {
    poll_fn(|context| {
        queue.poll_take(context, |items: &mut Vec<u32>, _: IsClosed| {
            (!items.is_empty()).then(|| items.remove(0))
        })
    })
    .await
}

#[test]
fn every_item_is_received_in_the_order_of_its_sender() {
    check_random(
        || {
            let queue = Arc::new(Queue::new(Vec::new()));
            let senders: Vec<_> = (0..2)
                .map(|sender| {
                    let queue = queue.clone();
                    thread::spawn(move || {
                        for number in 0..3 {
                            queue.send(|items| items.push(sender * 10 + number));
                        }
                    })
                })
                .collect();
            let receiver = thread::spawn({
                let queue = queue.clone();
                move || {
                    let mut received = Vec::new();
                    while let Some(item) = block_on(receive(&queue)) {
                        received.push(item);
                    }
                    received
                }
            });
            for sender in senders {
                sender.join().unwrap();
            }
            queue.close();
            let items = receiver.join().unwrap();
            for sender in 0..2 {
                let of_sender: Vec<u32> = items.iter().copied().filter(|item| item / 10 == sender).collect();
                assert_eq!(of_sender, [sender * 10, sender * 10 + 1, sender * 10 + 2]);
            }
            assert!(queue.is_closed());
        },
        ITERATIONS,
    );
}

/// The handler's task waits for its removal and for events at the same time.
#[test]
fn no_call_begins_after_the_removal_and_the_task_ends() {
    check_random(
        || {
            let removal = Arc::new(Removal::default());
            let queue = Arc::new(Queue::new(Vec::new()));
            let calls = Arc::new(AtomicUsize::new(0));
            let handler = thread::spawn({
                let (removal, queue, calls) = (removal.clone(), queue.clone(), calls.clone());
                move || block_on(run(&removal, &queue, &calls))
            });
            let sender = thread::spawn({
                let queue = queue.clone();
                move || (0..3).for_each(|number| queue.send(|items| items.push(number)))
            });
            removal.remove();
            // A call that is in progress is counted later.
            let settled = (!removal.is_calling()).then(|| calls.load(Ordering::SeqCst));
            handler.join().unwrap();
            sender.join().unwrap();
            assert!(!removal.begin_call() && !removal.is_calling());
            if let Some(settled) = settled {
                assert_eq!(calls.load(Ordering::SeqCst), settled, "a call began after the removal");
            }
        },
        ITERATIONS,
    );
}

/// As a handler's task: the queue is not closed, so only the removal ends it.
async fn run(removal: &Removal, queue: &Queue, calls: &AtomicUsize) {
    loop {
        let next = poll_fn(|context| match removal.poll_removed(context) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => queue.poll_take(context, |items: &mut Vec<u32>, _| items.pop()),
        });
        if next.await.is_none() || !removal.begin_call() {
            return;
        }
        thread::yield_now();
        calls.fetch_add(1, Ordering::SeqCst);
        removal.end_call();
    }
}
