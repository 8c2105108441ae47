//! A watch's body as a stream of events.

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde::de::DeserializeOwned;

use super::{KnownObjects, ListWatchError, WatchItem, WatchStream};
use crate::wire::{Decoder, LineFramer, WatchFrame, watch_frame};

/// How many events are decoded before they are handed on, where more had arrived together.
const BATCH: usize = 256;

struct Reading<K: 'static> {
    body: Body,
    framer: LineFramer,
    decoder: Decoder<K>,
    known: Arc<dyn KnownObjects<K>>,
    /// What ended the stream, to be told after the events that came before it.
    failure: Option<ListWatchError>,
    at: At,
}

enum At {
    Frames,
    End,
}

pub(super) fn watch_stream<K: DeserializeOwned + Send + Sync + 'static>(
    body: Body,
    decoder: Decoder<K>,
    known: Arc<dyn KnownObjects<K>>,
    max_object_bytes: usize,
) -> WatchStream<K> {
    let reading = Reading {
        body,
        framer: LineFramer::new(max_object_bytes),
        decoder,
        known,
        failure: None,
        at: At::Frames,
    };
    stream::try_unfold(reading, |mut reading| async move {
        Ok(reading.next().await?.map(|events| (events, reading)))
    })
    .boxed()
}

impl<K: DeserializeOwned + 'static> Reading<K> {
    async fn next(&mut self) -> Result<Option<Vec<WatchItem<K>>>, ListWatchError> {
        loop {
            let events = self.decode();
            if !events.is_empty() {
                return Ok(Some(events));
            }
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
            match self.at {
                At::End => return Ok(None),
                At::Frames => match self.body.frame().await {
                    None => {
                        self.at = At::End;
                        self.framer.finish()?;
                    }
                    Some(Err(error)) => return Err(ListWatchError::Body(error.into())),
                    Some(Ok(frame)) => {
                        if let Ok(bytes) = frame.into_data() {
                            self.framer.push(&bytes);
                        }
                    }
                },
            }
        }
    }

    /// Decodes what has arrived whole, up to a batch of it or the first failure.
    fn decode(&mut self) -> Vec<WatchItem<K>> {
        let mut events = Vec::new();
        while events.len() < BATCH && self.failure.is_none() {
            match self.decode_one() {
                Ok(None) => break,
                Ok(Some(event)) => events.push(event),
                Err(failure) => self.failure = Some(failure),
            }
        }
        events
    }

    fn decode_one(&mut self) -> Result<Option<WatchItem<K>>, ListWatchError> {
        let Some(line) = self.framer.next_line()? else {
            return Ok(None);
        };
        let object = |text| self.decoder.decode(text, &*self.known).0;
        Ok(Some(match watch_frame(line)? {
            WatchFrame::Added(text) => WatchItem::Added(object(text)),
            WatchFrame::Modified(text) => WatchItem::Modified(object(text)),
            WatchFrame::Deleted(text) => WatchItem::Deleted(object(text)),
            WatchFrame::Bookmark { resource_version, ends_initial_events } => {
                WatchItem::Bookmark { resource_version, ends_initial_events }
            }
            WatchFrame::Unknown { event_type, resource_version } => {
                WatchItem::Unknown { event_type, resource_version }
            }
            WatchFrame::Error(status) => return Err(ListWatchError::api(status.code, status, None)),
        }))
    }
}
