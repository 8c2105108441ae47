//! [`ResyncTimer`]: the resync of a single subscriber.

use std::{
    pin::Pin,
    sync::Weak,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    runtime::Handle,
    time::{Instant, Sleep, sleep_until},
};

use super::{processor::Subscribers, subscription::Queue};

pub(super) struct ResyncTimer<K: 'static> {
    period: Duration,
    due: Instant,
    subscribers: Weak<Subscribers<K>>,
    runtime: Handle,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<K: Send + Sync + 'static> ResyncTimer<K> {
    /// The timer runs on `runtime`, whatever polls it.
    pub(super) fn new(period: Duration, subscribers: Weak<Subscribers<K>>, runtime: Handle) -> Self {
        let due = Instant::now() + period;
        Self { period, due, subscribers, runtime, sleep: None }
    }

    /// Queues every cached object if the period is over.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, queue: &Queue<K>) {
        loop {
            let (runtime, due) = (&self.runtime, self.due);
            let sleep = self.sleep.get_or_insert_with(|| {
                let _guard = runtime.enter();
                Box::pin(sleep_until(due))
            });
            if sleep.as_mut().poll(context) == Poll::Pending {
                return;
            }
            if let Some(subscribers) = self.subscribers.upgrade() {
                subscribers.resync(queue);
            }
            self.due = Instant::now() + self.period;
            sleep.as_mut().reset(self.due);
        }
    }
}
