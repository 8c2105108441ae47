//! The single task that carries all traffic.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::time::{Instant, Sleep, sleep_until};

use super::{Arrival, Network, connection::Connection};

/// Serves every connection in the order in which they were opened.
pub(super) struct Pump {
    network: Network,
    connections: Vec<Connection>,
    began: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Pump {
    pub(super) fn new(network: Network) -> Self {
        let began = Instant::now();
        Self { network, connections: Vec::new(), began, timer: Box::pin(sleep_until(began)) }
    }

    /// Makes the progress that is possible now. Returns whether there was any.
    fn make_progress(&mut self, context: &mut Context<'_>) -> bool {
        let now = Instant::now();
        let mut shared = self.network.shared.lock();
        for informer in std::mem::take(&mut shared.resets) {
            self.connections
                .iter_mut()
                .filter(|connection| connection.informer() == informer)
                .for_each(Connection::reset);
        }
        let arrivals: Vec<Arrival> = shared.arrivals.drain(..).collect();
        for arrival in arrivals {
            let waker = self.network.waker.clone();
            let informer = arrival.informer;
            let watch = self.connections.iter().find_map(|connection| connection.open_watch(informer));
            let mut connection = Connection::open(arrival, &mut shared, waker, now);
            connection.set_alongside(watch);
            shared.informers[connection.informer()].open.push(connection.shape());
            self.connections.push(connection);
        }
        let server = shared.server.clone();
        drop(shared);
        let mut progressed = false;
        for connection in &mut self.connections {
            progressed |= connection.advance(&server, now, context);
        }
        let mut shared = self.network.shared.lock();
        let began = self.began;
        self.connections.retain_mut(|connection| {
            if connection.take_authoritative() {
                shared.record_authoritative_read(connection.informer());
            }
            let Some(end) = connection.take_end() else { return true };
            let open = &mut shared.informers[connection.informer()].open;
            if let Some(at) = open.iter().position(|shape| *shape == connection.shape()) {
                open.remove(at);
            }
            end.record(&mut shared, began);
            false
        });
        progressed
    }
}

impl Future for Pump {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        this.network.waker.0.register(context.waker());
        loop {
            while this.make_progress(context) {}
            let due = this.connections.iter().filter_map(Connection::due).min();
            let Some(due) = due else { return Poll::Pending };
            this.timer.as_mut().reset(due);
            std::task::ready!(this.timer.as_mut().poll(context));
        }
    }
}
