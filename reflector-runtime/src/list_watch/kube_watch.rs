//! A watch's body as a stream of events.

use std::sync::Arc;

use bytes::BytesMut;
use futures::{StreamExt as _, stream};
use kube::client::Body;
use serde::de::DeserializeOwned;

use super::{
    DecodedObjects, Item, ListWatchError, WatchItem, WatchKind, WatchStream,
    gather::{Gather, Next},
};
use crate::wire::{Decoder, LineFramer, ProtocolError, WatchFrame, is_one_object, watch_frame};

struct Reading<K: 'static> {
    body: Body,
    framer: LineFramer,
    decoder: Decoder<K>,
    known: Arc<dyn DecodedObjects<K>>,
    ready: Gather<WatchItem<K>>,
    hurry: Hurry,
    /// What ended the stream, to be told after the events that came before it.
    failure: Option<ListWatchError>,
    at: At,
}

/// Whether events are handed on as they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hurry {
    /// Each tells of something that just happened.
    AtOnce,
    /// They are the initial ones: nobody can use the first before the last is in.
    Gather,
}

enum At {
    Frames,
    End,
}

pub(super) fn watch_stream<K: DeserializeOwned + Send + Sync + 'static>(
    body: Body,
    kind: WatchKind,
    decoder: Decoder<K>,
    known: Arc<dyn DecodedObjects<K>>,
    max_object_bytes: usize,
) -> WatchStream<K> {
    let reading = Reading {
        body,
        framer: LineFramer::new(max_object_bytes),
        decoder,
        known,
        ready: Gather::new(),
        hurry: match kind {
            WatchKind::Changes => Hurry::AtOnce,
            WatchKind::InitialEvents => Hurry::Gather,
        },
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
        if self.failure.is_none()
            && let Err(failure) = self.gather().await
        {
            self.failure = Some(failure);
        }
        match (self.ready.take(), &mut self.failure) {
            (Some(events), _) => Ok(Some(events)),
            (None, failure) => failure.take().map_or(Ok(None), Err),
        }
    }

    /// Reads until events are ready that should wait no longer, or all is read.
    async fn gather(&mut self) -> Result<(), ListWatchError> {
        loop {
            self.decode()?;
            if self.ready.is_full() || (self.hurry == Hurry::AtOnce && !self.ready.is_empty()) {
                return Ok(());
            }
            match self.at {
                At::End => return Ok(()),
                At::Frames => match self.ready.next(&mut self.body).await? {
                    Next::Bytes(bytes) => self.framer.push(&bytes),
                    Next::HandOver => return Ok(()),
                    Next::End => {
                        self.at = At::End;
                        self.framer.finish()?;
                    }
                },
            }
        }
    }

    /// Decodes what has arrived whole, up to a batch of it.
    fn decode(&mut self) -> Result<(), ListWatchError> {
        while !self.ready.is_full()
            && let Some(line) = self.framer.next_line()?
        {
            let event = self.decode_one(line)?;
            if matches!(event, WatchItem::Bookmark { ends_initial_events: true, .. }) {
                self.hurry = Hurry::AtOnce;
            }
            self.ready.push(event);
        }
        Ok(())
    }

    fn decode_one(&self, line: BytesMut) -> Result<WatchItem<K>, ListWatchError> {
        Ok(match watch_frame(line)? {
            WatchFrame::Added(text) => WatchItem::Added(self.object(text)?),
            WatchFrame::Modified(text) => WatchItem::Modified(self.object(text)?),
            WatchFrame::Deleted(text) => WatchItem::Deleted(self.object(text)?),
            WatchFrame::Bookmark { resource_version, ends_initial_events } => {
                WatchItem::Bookmark { resource_version, ends_initial_events }
            }
            WatchFrame::Unknown { event_type, resource_version } => {
                WatchItem::Unknown { event_type, resource_version }
            }
            WatchFrame::Error(status) => return Err(ListWatchError::api(status.code, status, None)),
        })
    }

    /// An object that cannot be read is one thing, a line that was no event to begin with another.
    fn object(&self, mut text: BytesMut) -> Result<Item<K>, ProtocolError> {
        match self.decoder.decode(&mut text, &*self.known).0 {
            Item::Invalid(_) if !is_one_object(&text) => Err(ProtocolError::NO_EVENT),
            item => Ok(item),
        }
    }
}
