//! A list's body as a stream of parts.

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use kube::client::Body;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{
    DecodedObjects, Item, ListPart, ListStream, ListWatchError,
    gather::{Gather, Next},
};
use crate::wire::{
    DecodeError, Decoder, InvalidObject, ListFramer, ListHead, ListToken, Proof, ProtocolError,
};

struct Reading<K: 'static> {
    body: Body,
    framer: ListFramer,
    decoder: Decoder<K>,
    known: Arc<dyn DecodedObjects<K>>,
    ready: Gather<Item<K>>,
    /// Items that leave their kind to a list which has not told its own yet.
    held: Vec<Item<K>>,
    proof: Proof,
    head: Option<ListHead>,
    /// What ended the list, to be told after the items that came before it.
    failure: Option<ListWatchError>,
    at: At,
}

enum At {
    Frames,
    /// The body is over; what is in the framer is all there will be.
    LastFrame,
    End,
}

pub(super) fn list_stream<K: DeserializeOwned + Send + Sync + 'static>(
    body: Body,
    decoder: Decoder<K>,
    known: Arc<dyn DecodedObjects<K>>,
    max_object_bytes: usize,
) -> ListStream<K> {
    let reading = Reading {
        body,
        framer: ListFramer::new(max_object_bytes),
        decoder,
        known,
        ready: Gather::new(),
        held: Vec::new(),
        proof: Proof::Own,
        head: None,
        failure: None,
        at: At::Frames,
    };
    stream::try_unfold(
        reading,
        |mut reading| async move { Ok(reading.next().await?.map(|part| (part, reading))) },
    )
    .boxed()
}

impl<K: DeserializeOwned + 'static> Reading<K> {
    async fn next(&mut self) -> Result<Option<ListPart<K>>, ListWatchError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        match self.gather().await {
            Err(failure) if !self.ready.is_empty() => {
                self.failure = Some(failure);
                Ok(self.take_ready())
            }
            Ok(None) => Ok(self.take_ready()),
            other => other,
        }
    }

    /// The items that are ready, if any are.
    fn take_ready(&mut self) -> Option<ListPart<K>> {
        self.ready.take().map(ListPart::Items)
    }

    /// Reads until the list's metadata are in, or items are ready that should wait no longer, or all is read.
    async fn gather(&mut self) -> Result<Option<ListPart<K>>, ListWatchError> {
        loop {
            if let Some(metadata) = self.decode()? {
                return Ok(Some(metadata));
            }
            if self.ready.is_full() {
                return Ok(None);
            }
            match self.at {
                At::Frames => match self.ready.next(&mut self.body).await? {
                    Next::Bytes(bytes) => self.framer.push(&bytes),
                    Next::End => self.at = At::LastFrame,
                    Next::HandOver => return Ok(None),
                },
                At::LastFrame => {
                    self.framer.finish()?;
                    // A list that never told its kind and version is none.
                    let head = self.head.get_or_insert_default();
                    self.decoder.check_list(head, self.proof)?;
                    self.at = At::End;
                }
                At::End => return Ok(None),
            }
        }
    }

    /// Decodes what has arrived whole, up to a batch of it or the list's metadata.
    fn decode(&mut self) -> Result<Option<ListPart<K>>, ListWatchError> {
        while !self.ready.is_full() {
            match self.framer.next_token()? {
                None => break,
                Some(ListToken::Head(head)) => return self.take_head(head).map(Some),
                Some(ListToken::Item(mut text)) => {
                    let (item, proof) = self.decoder.decode(&mut text, &*self.known);
                    if is_unreadable(&item, &text) {
                        return Err(ProtocolError::NO_ITEM.into());
                    }
                    if proof == Proof::LeftToTheList && self.proof == Proof::Own {
                        self.proof = proof;
                        if let Some(head) = &self.head {
                            self.decoder.check_list(head, proof)?;
                        }
                    }
                    if proof == Proof::LeftToTheList && self.head.is_none() {
                        self.held.push(item);
                        continue;
                    }
                    self.ready.push(item);
                }
            }
        }
        Ok(None)
    }

    fn take_head(&mut self, head: ListHead) -> Result<ListPart<K>, ListWatchError> {
        self.decoder.check_list(&head, self.proof)?;
        let metadata = head.metadata.clone();
        self.head = Some(head);
        if metadata.resource_version.is_empty() {
            return Err(
                ProtocolError::Malformed { expected: "a resourceVersion in the list's metadata" }.into()
            );
        }
        self.ready.append(std::mem::take(&mut self.held));
        Ok(ListPart::Metadata {
            resource_version: metadata.resource_version,
            continue_token: metadata.continue_token.filter(|token| !token.is_empty()),
            remaining: metadata.remaining_item_count,
        })
    }
}

/// Whether that is no JSON at all. Nothing shows which object it should have been, so that a list with it cannot tell
/// what is missing.
fn is_unreadable<K>(item: &Item<K>, text: &[u8]) -> bool {
    matches!(item, Item::Invalid(InvalidObject { key: None, error: DecodeError::Malformed { .. }, .. }))
        && serde_json::from_slice::<IgnoredAny>(text).is_err()
}
