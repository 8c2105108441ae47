//! A limit on concurrent lists, as the real server's priority and fairness impose it.
//!
//! A list takes a seat until its body is sent, and a streaming list until its response begins.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::{
    request::{RequestInfo, Verb},
    status::Status,
};

/// The lists in progress, and how many there may be.
#[derive(Debug)]
pub(crate) struct Flow {
    limit: AtomicUsize,
    running: Arc<AtomicUsize>,
}

/// The seat of one list.
#[derive(Debug)]
pub(crate) struct Seat(Arc<AtomicUsize>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Default for Flow {
    fn default() -> Self {
        Self { limit: AtomicUsize::new(usize::MAX), running: Arc::default() }
    }
}

impl Flow {
    pub(crate) fn set_limit(&self, lists: usize) {
        self.limit.store(lists, Ordering::SeqCst);
    }

    /// A seat for this request, if it needs one. 429 if all are taken.
    pub(crate) fn seat(&self, info: &RequestInfo) -> Result<Option<Seat>, Status> {
        let is_list = match info.verb {
            Verb::List => true,
            Verb::Watch => info.query.flag("sendInitialEvents") == Some(true),
            _ => false,
        };
        if !is_list {
            return Ok(None);
        }
        let before = self.running.fetch_add(1, Ordering::SeqCst);
        let seat = Seat(self.running.clone());
        if before < self.limit.load(Ordering::SeqCst) { Ok(Some(seat)) } else { Err(too_many()) }
    }
}

fn too_many() -> Status {
    let mut status = Status::for_code(429);
    status.details.get_or_insert_default().retry_after_seconds = 1;
    status
}
