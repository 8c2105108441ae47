//! Converts a watch's body into a stream of events.

use std::sync::{Arc, atomic::AtomicU64};

use futures::{StreamExt as _, stream};
use kube::client::Body;
use serde::de::DeserializeOwned;

use super::{
    DecodedObjects, Item, ListWatchError, WatchItem, WatchKind, WatchStream,
    batcher::{Batcher, Next},
    response::Origin,
};
use crate::wire::{
    Decoder, Line, LineFramer, NoDecodedObjects, ObjectText, ProtocolError, WatchFrame, is_one_object,
    watch_frame,
};

struct WatchReader<K: 'static> {
    body: Body,
    /// Until the first event shows that the response is from an API server.
    origin: Option<Origin>,
    framer: LineFramer,
    decoder: Decoder<K>,
    max_object_bytes: usize,
    /// The cached objects, which initial events need not decode again.
    known: Arc<dyn DecodedObjects<K>>,
    ready: Batcher<WatchItem<K>>,
    flush_policy: FlushPolicy,
    /// The error that ended the stream. It is returned after the events that arrived before it.
    failure: Option<ListWatchError>,
    state: State,
}

/// When events are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FlushPolicy {
    /// As they arrive: each event is a recent change.
    Immediate,
    /// In batches: these are the initial events, which consumers cannot use before the last one has arrived.
    Batched,
}

enum State {
    Frames,
    End,
}

pub(super) fn watch_stream<K: DeserializeOwned + Send + Sync + 'static>(
    body: Body,
    origin: Origin,
    kind: WatchKind,
    decoder: Decoder<K>,
    known: Arc<dyn DecodedObjects<K>>,
    max_object_bytes: usize,
    bytes_received: Arc<AtomicU64>,
) -> WatchStream<K> {
    let reader = WatchReader {
        body,
        origin: Some(origin),
        framer: LineFramer::new(max_object_bytes),
        decoder,
        max_object_bytes,
        known,
        ready: Batcher::new(bytes_received),
        flush_policy: match kind {
            WatchKind::Changes => FlushPolicy::Immediate,
            WatchKind::InitialEvents => FlushPolicy::Batched,
        },
        failure: None,
        state: State::Frames,
    };
    stream::try_unfold(
        reader,
        |mut reader| async move { Ok(reader.next().await?.map(|events| (events, reader))) },
    )
    .boxed()
}

impl<K: DeserializeOwned + 'static> WatchReader<K> {
    async fn next(&mut self) -> Result<Option<Vec<WatchItem<K>>>, ListWatchError> {
        if self.failure.is_none()
            && let Err(failure) = self.read().await
        {
            self.failure = Some(failure);
        }
        match (self.ready.take(), &mut self.failure) {
            (Some(events), _) => Ok(Some(events)),
            (None, failure) => failure.take().map_or(Ok(None), Err),
        }
    }

    /// Reads until the ready events must be delivered, or until the end.
    async fn read(&mut self) -> Result<(), ListWatchError> {
        loop {
            self.decode()?;
            if self.ready.is_full() || (self.flush_policy == FlushPolicy::Immediate && !self.ready.is_empty())
            {
                return Ok(());
            }
            match self.state {
                State::End => return Ok(()),
                State::Frames => match self.ready.next(&mut self.body).await? {
                    Next::Bytes(bytes) => self.framer.push(&bytes)?,
                    Next::Flush => return Ok(()),
                    Next::End => {
                        self.state = State::End;
                        self.framer.finish()?;
                    }
                },
            }
        }
    }

    /// Decodes the complete events that have arrived, up to a full batch.
    fn decode(&mut self) -> Result<(), ListWatchError> {
        while !self.ready.is_full()
            && let Some(line) = self.framer.next_line()?
        {
            self.take_line(line)?;
        }
        Ok(())
    }

    fn take_line(&mut self, line: Line) -> Result<(), ListWatchError> {
        let (Line::Whole(text) | Line::TooLong { prefix: text, .. }) = &line;
        let is_object = text.trim_ascii_start().starts_with(b"{");
        if let Some(origin) = self.origin.take_if(|_| !is_object) {
            return Err(origin.not_api_server());
        }
        self.origin = None;
        if let Some(event) = self.decode_line(line)? {
            if matches!(event, WatchItem::Bookmark { ends_initial_events: true, .. }) {
                self.flush_policy = FlushPolicy::Immediate;
                // An event after them may show a change without a new version.
                self.known = Arc::new(NoDecodedObjects);
            }
            self.ready.push(event);
        }
        Ok(())
    }

    fn decode_line(&mut self, line: Line) -> Result<Option<WatchItem<K>>, ListWatchError> {
        Ok(Some(match watch_frame(line)? {
            WatchFrame::Added(text) => WatchItem::Added(self.object(text, &*self.known.clone())?),
            WatchFrame::Modified(text) => WatchItem::Modified(self.object(text, &NoDecodedObjects)?),
            WatchFrame::Deleted(text) => WatchItem::Deleted(self.object(text, &NoDecodedObjects)?),
            WatchFrame::Bookmark { resource_version, ends_initial_events } => {
                WatchItem::Bookmark { resource_version, ends_initial_events }
            }
            WatchFrame::EmptyBookmark => return Ok(None),
            WatchFrame::Unknown { event_type, resource_version } => {
                WatchItem::Unknown { event_type, resource_version }
            }
            WatchFrame::Error(status) => return Err(ListWatchError::api(status.code, status, None)),
        }))
    }

    /// Decodes an event's object. An object that cannot be decoded is an invalid item. Text that is not a single
    /// object is a protocol error.
    fn object(&mut self, text: ObjectText, known: &dyn DecodedObjects<K>) -> Result<Item<K>, ProtocolError> {
        let limit = self.max_object_bytes;
        match text {
            ObjectText::Whole(text) if text.len() <= limit => match self.decoder.decode(&text, known).0 {
                Item::Invalid(_) if !is_one_object(&text) => Err(ProtocolError::INVALID_EVENT),
                item => Ok(item),
            },
            ObjectText::Whole(text) if !is_one_object(&text) => Err(ProtocolError::INVALID_EVENT),
            ObjectText::Whole(text) | ObjectText::Prefix(text) => {
                Ok(self.decoder.too_long(text.get(..limit).unwrap_or(&text), limit))
            }
        }
    }
}
