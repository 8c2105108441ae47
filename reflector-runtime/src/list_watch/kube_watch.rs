//! Converts a watch's body into a stream of events: splits it, and has the events decoded in batches.

use std::sync::{Arc, atomic::AtomicU64};

use futures::{StreamExt as _, stream};
use kube::client::Body;
use serde::de::DeserializeOwned;

use super::{
    ListWatchError, WatchItem, WatchKind, WatchStream,
    batcher::{Batcher, FlushPolicy, Next},
    decoding::Decoding,
    in_order::InOrder,
    response::Origin,
};
use crate::wire::{NoDecodedObjects, ProtocolError, WatchFrame, WatchFraming};

struct WatchReader<K: 'static> {
    body: Body,
    origin: Origin,
    framer: Box<dyn WatchFraming>,
    decoding: Decoding<K>,
    arrived: Batcher<WatchFrame>,
    decoded: InOrder<Decoded<K>>,
    /// The error that ended the stream. It is returned after the events that arrived before it.
    failure: Option<ListWatchError>,
    /// The body has ended, or is not read further.
    has_ended: bool,
}

type Decoded<K> = Vec<Result<WatchItem<K>, ListWatchError>>;

pub(super) fn watch_stream<K: DeserializeOwned + Send + Sync + 'static>(
    body: Body,
    origin: Origin,
    kind: WatchKind,
    decoding: Decoding<K>,
    bytes_received: Arc<AtomicU64>,
) -> WatchStream<K> {
    let flush_policy = match kind {
        WatchKind::Changes => FlushPolicy::WhenIdle,
        WatchKind::InitialEvents => FlushPolicy::Delayed,
    };
    let reader = WatchReader {
        body,
        origin,
        framer: decoding.decoder.format().watch_framer(decoding.max_object_bytes),
        decoding,
        arrived: Batcher::new(flush_policy, bytes_received),
        decoded: InOrder::new(),
        failure: None,
        has_ended: false,
    };
    stream::try_unfold(
        reader,
        |mut reader| async move { Ok(reader.next().await?.map(|events| (events, reader))) },
    )
    .boxed()
}

impl<K: DeserializeOwned + Send + Sync + 'static> WatchReader<K> {
    async fn next(&mut self) -> Result<Option<Vec<WatchItem<K>>>, ListWatchError> {
        loop {
            let decoded = if self.has_ended || self.decoded.is_full() {
                match self.decoded.next().await? {
                    Some(decoded) => decoded,
                    // Everything that arrived has been returned.
                    None => return self.failure.take().map_or(Ok(None), Err),
                }
            } else {
                match self.read().await {
                    Some(decoded) => decoded,
                    None => continue,
                }
            };
            let events = self.take(decoded);
            if !events.is_empty() {
                return Ok(Some(events));
            }
        }
    }

    /// Reads until a batch has arrived, the body ends, or an earlier batch has been decoded, which is returned.
    async fn read(&mut self) -> Option<Decoded<K>> {
        if let Err(error) = self.frame() {
            self.end(Some(error));
            return None;
        }
        if self.arrived.is_full() {
            let work = self.batch();
            self.decoded.large(work);
            return None;
        }
        if self.decoded.is_full() {
            return None;
        }
        let next = tokio::select! {
            biased;
            decoded = self.decoded.next(), if !self.decoded.is_empty() => {
                return decoded.unwrap_or_else(|error| {
                    self.end(Some(error));
                    None
                });
            }
            next = self.arrived.next(&mut self.body) => next,
        };
        match next {
            Ok(Next::Bytes(bytes)) => {
                if let Err(error) = self.framer.push(&bytes) {
                    self.end(Some(error.into()));
                }
            }
            Ok(Next::Flush) => self.flush(),
            Ok(Next::End) => {
                let incomplete = self.framer.finish().err();
                self.end(incomplete.map(Into::into));
            }
            Err(error) => self.end(Some(error)),
        }
        None
    }

    /// The body has ended, or is not read further.
    fn end(&mut self, failure: Option<ListWatchError>) {
        self.flush();
        self.has_ended = true;
        self.failure = failure;
    }

    /// Splits what has arrived, up to a full batch.
    fn frame(&mut self) -> Result<(), ListWatchError> {
        while !self.arrived.is_full()
            && !self.decoded.is_full()
            && let Some((frame, length)) =
                self.framer.next_frame().map_err(|error| self.framing_error(error))?
        {
            let ends_initial_events = frame.ends_initial_events();
            self.arrived.push(frame, length);
            if ends_initial_events {
                self.end_initial_events();
            }
        }
        Ok(())
    }

    /// A response that does not begin with an event is not from an API server.
    fn framing_error(&self, error: ProtocolError) -> ListWatchError {
        if error == ProtocolError::NOT_AN_OBJECT { self.origin.not_api_server() } else { error.into() }
    }

    fn end_initial_events(&mut self) {
        self.flush();
        self.arrived.set_flush_policy(FlushPolicy::WhenIdle);
        // An event after them may show a change without a new version.
        self.decoding.known = Arc::new(NoDecodedObjects);
    }

    /// Decodes what has arrived.
    fn flush(&mut self) {
        if !self.arrived.is_empty() {
            let work = self.batch();
            self.decoded.small(work);
        }
    }

    /// The work of decoding what has arrived.
    fn batch(&mut self) -> impl FnOnce() -> Decoded<K> + Send + 'static {
        let (events, decoding) = (self.arrived.take(), self.decoding.clone());
        move || decoding.events(events)
    }

    /// Returns the events before the first error. After an error nothing more is read.
    fn take(&mut self, decoded: Decoded<K>) -> Vec<WatchItem<K>> {
        let mut events = Vec::with_capacity(decoded.len());
        for event in decoded {
            match event {
                Ok(event) => events.push(event),
                Err(error) => {
                    self.has_ended = true;
                    self.failure = Some(error);
                    self.decoded = InOrder::new();
                    break;
                }
            }
        }
        events
    }
}
