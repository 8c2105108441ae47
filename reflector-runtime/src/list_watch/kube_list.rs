//! Converts a list's body into a stream of parts.

use std::sync::{Arc, atomic::AtomicU64};

use futures::{StreamExt as _, stream};
use kube::client::Body;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{
    DecodedObjects, Item, ListPart, ListStream, ListWatchError,
    batcher::{Batcher, Next},
    response::Origin,
};
use crate::wire::{
    DecodeError, Decoder, InvalidObject, ItemKinds, ListFramer, ListHead, ListToken, ProtocolError,
};

struct ListReader<K: 'static> {
    body: Body,
    origin: Origin,
    framer: ListFramer,
    decoder: Decoder<K>,
    max_object_bytes: usize,
    known: Arc<dyn DecodedObjects<K>>,
    ready: Batcher<Item<K>>,
    /// Items without a kind, until the list's kind is known.
    pending: Vec<Item<K>>,
    item_kinds: ItemKinds,
    head: Option<ListHead>,
    /// The error that ended the list. It is returned after the items that arrived before it.
    failure: Option<ListWatchError>,
    state: State,
}

enum State {
    Frames,
    /// The body has ended. The framer contains the remaining bytes.
    LastFrame,
    End,
}

pub(super) fn list_stream<K: DeserializeOwned + Send + Sync + 'static>(
    body: Body,
    origin: Origin,
    decoder: Decoder<K>,
    known: Arc<dyn DecodedObjects<K>>,
    max_object_bytes: usize,
    bytes_received: Arc<AtomicU64>,
) -> ListStream<K> {
    let reader = ListReader {
        body,
        origin,
        framer: ListFramer::new(max_object_bytes),
        decoder,
        max_object_bytes,
        known,
        ready: Batcher::new(bytes_received),
        pending: Vec::new(),
        item_kinds: ItemKinds::NoItems,
        head: None,
        failure: None,
        state: State::Frames,
    };
    stream::try_unfold(
        reader,
        |mut reader| async move { Ok(reader.next().await?.map(|part| (part, reader))) },
    )
    .boxed()
}

impl<K: DeserializeOwned + 'static> ListReader<K> {
    async fn next(&mut self) -> Result<Option<ListPart<K>>, ListWatchError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        match self.read().await {
            Err(failure) if !self.ready.is_empty() => {
                self.failure = Some(failure);
                Ok(self.take_ready())
            }
            Ok(None) => Ok(self.take_ready()),
            other => other,
        }
    }

    /// Returns the ready items, or `None` if there are none.
    fn take_ready(&mut self) -> Option<ListPart<K>> {
        self.ready.take().map(ListPart::Items)
    }

    /// Reads until the list's metadata are known, until the ready items must be delivered, or until the end.
    async fn read(&mut self) -> Result<Option<ListPart<K>>, ListWatchError> {
        loop {
            if let Some(metadata) = self.decode()? {
                return Ok(Some(metadata));
            }
            if self.ready.is_full() {
                return Ok(None);
            }
            match self.state {
                State::Frames => match self.ready.next(&mut self.body).await? {
                    Next::Bytes(bytes) => self.framer.push(&bytes),
                    Next::End => self.state = State::LastFrame,
                    Next::Flush => return Ok(None),
                },
                State::LastFrame => {
                    self.framer.finish()?;
                    self.check_complete()?;
                    self.state = State::End;
                }
                State::End => return Ok(None),
            }
        }
    }

    /// Decodes the complete items that have arrived, up to a full batch or the list's metadata.
    fn decode(&mut self) -> Result<Option<ListPart<K>>, ListWatchError> {
        while !self.ready.is_full() {
            let item = match self.framer.next_token().map_err(|error| self.framing_error(error))? {
                None => break,
                Some(ListToken::Head(head)) => return self.take_head(head).map(Some),
                Some(ListToken::ItemTooLong(prefix)) => {
                    // It may contain its kind after the part that was read. The list cannot say otherwise.
                    self.item_kinds = self.item_kinds.max(ItemKinds::Own);
                    self.decoder.too_long(&prefix, self.max_object_bytes)
                }
                Some(ListToken::Item(text)) => {
                    let (item, kinds) = self.decoder.decode(&text, &*self.known);
                    if is_not_json(&item, &text) {
                        return Err(ProtocolError::INVALID_ITEM.into());
                    }
                    self.see_kinds(kinds)?;
                    if kinds == ItemKinds::OfTheList && self.head.is_none() {
                        self.pending.push(item);
                        continue;
                    }
                    item
                }
            };
            self.ready.push(item);
        }
        Ok(None)
    }

    /// A response that does not begin as a JSON object is not from an API server.
    fn framing_error(&self, error: ProtocolError) -> ListWatchError {
        if error == ProtocolError::NOT_AN_OBJECT { self.origin.not_api_server() } else { error.into() }
    }

    fn see_kinds(&mut self, kinds: ItemKinds) -> Result<(), ProtocolError> {
        if kinds > self.item_kinds {
            self.item_kinds = kinds;
            if let Some(head) = &self.head {
                head.check(self.decoder.type_meta(), kinds)?;
            }
        }
        Ok(())
    }

    fn take_head(&mut self, head: ListHead) -> Result<ListPart<K>, ListWatchError> {
        head.check(self.decoder.type_meta(), self.item_kinds)?;
        let metadata = head.metadata.clone()?;
        self.head = Some(head);
        self.ready.append(std::mem::take(&mut self.pending));
        Ok(ListPart::Metadata {
            resource_version: metadata.resource_version,
            continue_token: metadata.continue_token,
            remaining: metadata.remaining_item_count,
        })
    }

    /// Checks the list once it has arrived completely.
    fn check_complete(&self) -> Result<(), ProtocolError> {
        match &self.head {
            Some(head) if self.item_kinds == ItemKinds::NoItems => {
                head.check_empty(self.decoder.type_meta(), self.framer.has_items_field())
            }
            _ => Ok(()),
        }
    }
}

/// Whether the item is not JSON at all. Its key is unknown, so a list with such an item cannot show which objects are
/// missing.
fn is_not_json<K>(item: &Item<K>, text: &[u8]) -> bool {
    matches!(item, Item::Invalid(InvalidObject { key: None, error: DecodeError::Malformed { .. }, .. }))
        && serde_json::from_slice::<IgnoredAny>(text).is_err()
}
