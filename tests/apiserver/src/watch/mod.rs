//! The stream of a watch: initial objects, the bookmark that ends them, then events and bookmarks until the watch
//! ends.
//!
//! The reader of the body pulls the stream: there is no task and no queue, so writers never wait for a reader.

mod presenter;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::stream;
use tokio::time::{Instant, sleep_until};

pub(crate) use presenter::Presenter;

use crate::{
    answer::EventStream,
    engine::Engine,
    status::Status,
    storage::{Cursor, Object, Read},
};

/// Bookmarks are sent about once a minute: after between one and one and a quarter of this interval.
const BOOKMARK_EVERY: Duration = Duration::from_secs(60);
/// How long before the timeout the last bookmark is sent.
const LAST_BOOKMARK: Duration = Duration::from_secs(2);

/// The settings of a watch.
#[derive(Clone, Debug)]
pub(crate) struct WatchSettings {
    pub(crate) timeout: Duration,
    pub(crate) bookmarks: bool,
    /// Whether a bookmark marks the end of the initial events.
    pub(crate) end_bookmark: bool,
}

/// The start of a watch.
#[derive(Debug)]
pub(crate) struct Start(Result<(Vec<Arc<Object>>, Cursor), Box<Status>>);

impl Start {
    /// Sends these objects first, then the events from the cursor.
    pub(crate) fn new(initial: Vec<Arc<Object>>, cursor: Cursor) -> Self {
        Self(Ok((initial, cursor)))
    }

    /// Sends one ERROR event and ends.
    pub(crate) fn failed(status: Status) -> Self {
        Self(Err(Box::new(status)))
    }
}

struct Watch {
    engine: Arc<Engine>,
    presenter: Presenter,
    cursor: Cursor,
    initial: VecDeque<Arc<Object>>,
    end_bookmark: bool,
    lines: VecDeque<Bytes>,
    bookmarks: bool,
    next_bookmark: Instant,
    deadline: Instant,
}

/// Returns the lines of a watch.
pub(crate) fn stream(
    engine: Arc<Engine>,
    presenter: Presenter,
    start: Start,
    settings: &WatchSettings,
) -> EventStream {
    let (initial, cursor) = match start.0 {
        Ok(start) => start,
        Err(status) => {
            let line = Presenter::error(&status);
            return Box::pin(stream::iter([Ok(line)]));
        }
    };
    let now = Instant::now();
    let mut watch = Watch {
        engine,
        presenter,
        cursor,
        initial: initial.into(),
        end_bookmark: settings.end_bookmark,
        lines: VecDeque::new(),
        bookmarks: settings.bookmarks,
        next_bookmark: now,
        deadline: now + settings.timeout,
    };
    watch.plan_bookmark();
    Box::pin(stream::unfold(watch, |mut watch| async move { Some((Ok(watch.next().await?), watch)) }))
}

impl Watch {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(object) = self.initial.pop_front() {
                return Some(self.presenter.added(&object, &self.engine.now()));
            }
            if std::mem::take(&mut self.end_bookmark) {
                return Some(self.presenter.end_bookmark(self.cursor.position()));
            }
            if let Some(line) = self.lines.pop_front() {
                return Some(line);
            }
            match self.engine.storage.read(&mut self.cursor) {
                Read::Events(events) => {
                    let now = self.engine.now();
                    self.lines.extend(events.iter().filter_map(|event| self.presenter.event(event, &now)));
                }
                Read::Bookmark(position) if self.bookmarks && !self.is_from_the_future() => {
                    return Some(self.presenter.bookmark(position));
                }
                Read::Bookmark(_) => {}
                Read::Pending => {
                    if !self.wait().await {
                        return None;
                    }
                    if self.bookmarks && Instant::now() >= self.next_bookmark {
                        self.plan_bookmark();
                        if !self.is_from_the_future() {
                            return Some(self.presenter.bookmark(self.cursor.position()));
                        }
                    }
                }
                Read::Ended | Read::TooSlow => return None,
            }
        }
    }

    /// Whether the watch begins at a version that the server has not reached yet. Such a watch stays silent
    /// (kubernetes/kubernetes#135452).
    fn is_from_the_future(&self) -> bool {
        self.cursor.position() > self.engine.storage.resource_version()
    }

    /// Waits until there is something to send; returns `false` when the watch must end.
    async fn wait(&mut self) -> bool {
        let until = if self.bookmarks { self.next_bookmark.min(self.deadline) } else { self.deadline };
        tokio::select! {
            biased;
            () = self.cursor.changed() => true,
            () = sleep_until(until) => Instant::now() < self.deadline,
        }
    }

    fn plan_bookmark(&mut self) {
        let quarter = u64::try_from(BOOKMARK_EVERY.as_millis()).unwrap_or(u64::MAX) / 4;
        let now = Instant::now();
        let next = now + BOOKMARK_EVERY + Duration::from_millis(self.engine.random_in(0..quarter));
        let last = self.deadline.checked_sub(LAST_BOOKMARK).filter(|last| *last > now);
        self.next_bookmark = match last {
            Some(last) => next.min(last),
            // It is too late for another bookmark; nothing is sent after the deadline.
            None => self.deadline + BOOKMARK_EVERY,
        };
    }
}
