//! Converts a list's body into a stream of parts: splits it into items, has them decoded in batches, and checks what
//! they are.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::AtomicU64},
};

use futures::{StreamExt as _, stream};
use kube::client::Body;
use serde::de::DeserializeOwned;

use super::{
    Item, ListPart, ListStream, ListWatchError,
    batcher::{Batcher, FlushPolicy, Next},
    decoding::Decoding,
    in_order::InOrder,
    response::Origin,
};
use crate::wire::{ItemKinds, ListFraming, ListHead, ListToken, ObjectText, ProtocolError};

struct ListReader<K: 'static> {
    body: Body,
    origin: Origin,
    framer: Box<dyn ListFraming>,
    decoding: Decoding<K>,
    arrived: Batcher<ObjectText>,
    decoded: InOrder<Decoded<K>>,
    /// Parts that are ready to be returned.
    ready: VecDeque<ListPart<K>>,
    /// Items without a kind, until the list's kind is known.
    pending: Vec<Item<K>>,
    item_kinds: ItemKinds,
    head: Option<ListHead>,
    /// The error that ended the list. It is returned after the items that arrived before it.
    failure: Option<ListWatchError>,
    /// The body has ended, or is not read further.
    has_ended: bool,
}

/// What has been decoded of a list, in the order of the body.
enum Decoded<K> {
    Items(Vec<Result<(Item<K>, ItemKinds), ProtocolError>>),
    Head(ListHead),
}

pub(super) fn list_stream<K: DeserializeOwned + Send + Sync + 'static>(
    body: Body,
    origin: Origin,
    decoding: Decoding<K>,
    bytes_received: Arc<AtomicU64>,
) -> ListStream<K> {
    let reader = ListReader {
        body,
        origin,
        framer: decoding.decoder.format().list_framer(decoding.max_object_bytes),
        decoding,
        arrived: Batcher::new(FlushPolicy::Delayed, bytes_received),
        decoded: InOrder::new(),
        ready: VecDeque::new(),
        pending: Vec::new(),
        item_kinds: ItemKinds::NoItems,
        head: None,
        failure: None,
        has_ended: false,
    };
    stream::try_unfold(
        reader,
        |mut reader| async move { Ok(reader.next().await?.map(|part| (part, reader))) },
    )
    .boxed()
}

impl<K: DeserializeOwned + Send + Sync + 'static> ListReader<K> {
    async fn next(&mut self) -> Result<Option<ListPart<K>>, ListWatchError> {
        loop {
            if let Some(part) = self.ready.pop_front() {
                return Ok(Some(part));
            }
            if !self.has_ended && !self.decoded.is_full() {
                self.read().await;
            } else if let Some(decoded) = self.decoded.next().await? {
                self.take(decoded);
            } else {
                // Everything that arrived has been returned.
                return match self.failure.take() {
                    Some(failure) => Err(failure),
                    None => self.check_complete().map(|()| None).map_err(Into::into),
                };
            }
        }
    }

    /// Reads until a batch has arrived, an earlier one has been decoded, or the body ends.
    async fn read(&mut self) {
        if let Err(error) = self.frame() {
            return self.end(Err(error));
        }
        if self.arrived.is_full() {
            let work = self.batch();
            return self.decoded.large(work);
        }
        if self.decoded.is_full() {
            return;
        }
        let next = tokio::select! {
            biased;
            decoded = self.decoded.next(), if !self.decoded.is_empty() => {
                return match decoded {
                    Ok(decoded) => decoded.into_iter().for_each(|decoded| self.take(decoded)),
                    Err(error) => self.end(Err(error)),
                };
            }
            next = self.arrived.next(&mut self.body) => next,
        };
        match next {
            Ok(Next::Bytes(bytes)) => self.framer.push(&bytes),
            Ok(Next::Flush) => self.flush(),
            Ok(Next::End) => {
                let complete = self.framer.finish().map_err(Into::into);
                self.end(complete);
            }
            Err(error) => self.end(Err(error)),
        }
    }

    /// The body has ended, or is not read further.
    fn end(&mut self, result: Result<(), ListWatchError>) {
        self.flush();
        self.has_ended = true;
        self.failure = self.failure.take().or(result.err());
    }

    /// Splits what has arrived, up to a full batch or the list's head.
    fn frame(&mut self) -> Result<(), ListWatchError> {
        while !self.arrived.is_full() && !self.decoded.is_full() {
            match self.framer.next_token().map_err(|error| self.framing_error(error))? {
                None => break,
                Some(ListToken::Head(head)) => {
                    self.flush();
                    self.decoded.done(Decoded::Head(head));
                }
                Some(ListToken::Item(text)) => {
                    let length = text.len();
                    self.arrived.push(text, length);
                }
            }
        }
        Ok(())
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
        let (items, decoding) = (self.arrived.take(), self.decoding.clone());
        move || Decoded::Items(decoding.items(items))
    }

    /// A response that does not begin as an object is not from an API server.
    fn framing_error(&self, error: ProtocolError) -> ListWatchError {
        if error == ProtocolError::NOT_AN_OBJECT { self.origin.not_api_server() } else { error.into() }
    }

    /// Checks what has been decoded, and makes it ready. After an error nothing more is read.
    fn take(&mut self, decoded: Decoded<K>) {
        let taken = match decoded {
            Decoded::Items(items) => self.take_items(items).map_err(Into::into),
            Decoded::Head(head) => self.take_head(head),
        };
        if let Err(error) = taken {
            self.has_ended = true;
            self.failure = Some(error);
            self.decoded = InOrder::new();
        }
    }

    fn take_items(
        &mut self,
        items: Vec<Result<(Item<K>, ItemKinds), ProtocolError>>,
    ) -> Result<(), ProtocolError> {
        let mut ready = Vec::with_capacity(items.len());
        let mut taken = Ok(());
        for item in items {
            taken = item.and_then(|(item, kinds)| {
                self.see_kinds(kinds)?;
                if kinds == ItemKinds::OfTheList && self.head.is_none() {
                    self.pending.push(item);
                } else {
                    ready.push(item);
                }
                Ok(())
            });
            if taken.is_err() {
                break;
            }
        }
        self.make_ready(ready);
        taken
    }

    fn make_ready(&mut self, items: Vec<Item<K>>) {
        if !items.is_empty() {
            self.ready.push_back(ListPart::Items(items));
        }
    }

    fn see_kinds(&mut self, kinds: ItemKinds) -> Result<(), ProtocolError> {
        if kinds > self.item_kinds {
            self.item_kinds = kinds;
            if let Some(head) = &self.head {
                self.decoding.decoder.check_list(head, kinds)?;
            }
        }
        Ok(())
    }

    fn take_head(&mut self, head: ListHead) -> Result<(), ListWatchError> {
        self.decoding.decoder.check_list(&head, self.item_kinds)?;
        let metadata = head.metadata.clone()?;
        self.head = Some(head);
        self.ready.push_back(ListPart::Metadata {
            resource_version: metadata.resource_version,
            continue_token: metadata.continue_token,
            remaining: metadata.remaining_item_count,
        });
        let pending = std::mem::take(&mut self.pending);
        self.make_ready(pending);
        Ok(())
    }

    /// Checks the list once it has arrived completely.
    fn check_complete(&self) -> Result<(), ProtocolError> {
        match &self.head {
            Some(head) if self.item_kinds == ItemKinds::NoItems => {
                self.decoding.decoder.check_empty_list(head, self.framer.has_items_field())
            }
            _ => Ok(()),
        }
    }
}
