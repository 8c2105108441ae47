//! A list's body as a stream of parts.

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde::de::DeserializeOwned;

use super::{Item, KnownObjects, ListPart, ListStream, ListWatchError};
use crate::wire::{Decoder, ListFramer, ListHead, ListToken, Proof, WireError};

/// How many items are decoded before they are handed on, where more had arrived together: bounds both memory
/// and how long the task is kept busy.
const BATCH: usize = 256;

struct Reading<K: 'static> {
    body: Body,
    framer: ListFramer,
    decoder: Decoder<K>,
    known: Arc<dyn KnownObjects<K>>,
    /// Items that leave their kind to a list which has not told its own yet.
    held: Vec<Item<K>>,
    proof: Proof,
    head: Option<ListHead>,
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
    known: Arc<dyn KnownObjects<K>>,
    max_object_bytes: usize,
) -> ListStream<K> {
    let reading = Reading {
        body,
        framer: ListFramer::new(max_object_bytes),
        decoder,
        known,
        held: Vec::new(),
        proof: Proof::Own,
        head: None,
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
        loop {
            if let Some(part) = self.decode()? {
                return Ok(Some(part));
            }
            match self.at {
                At::Frames => match self.body.frame().await {
                    None => self.at = At::LastFrame,
                    Some(Err(error)) => return Err(ListWatchError::Body(error.into())),
                    Some(Ok(frame)) => {
                        if let Ok(bytes) = frame.into_data() {
                            self.framer.push(&bytes);
                        }
                    }
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

    /// Decodes what has arrived whole, up to a batch of it.
    fn decode(&mut self) -> Result<Option<ListPart<K>>, ListWatchError> {
        let mut items = Vec::new();
        while items.len() < BATCH {
            match self.framer.next_token()? {
                None => break,
                Some(ListToken::Head(head)) => {
                    self.decoder.check_list(&head, self.proof)?;
                    let metadata = head.metadata.clone();
                    self.head = Some(head);
                    items.append(&mut self.held);
                    if metadata.resource_version.is_empty() {
                        return Err(WireError::Malformed {
                            expected: "a resourceVersion in the list's metadata",
                        }
                        .into());
                    }
                    // What was decoded before the head goes first.
                    let part = ListPart::Metadata {
                        resource_version: metadata.resource_version,
                        continue_token: Some(metadata.continue_token).filter(|token| !token.is_empty()),
                        remaining: metadata.remaining_item_count,
                    };
                    self.held = items;
                    return Ok(Some(part));
                }
                Some(ListToken::Item(text)) => {
                    let (item, proof) = self.decoder.decode(text, &*self.known);
                    match (proof, &self.head) {
                        (Proof::LeftToTheList, None) => {
                            self.proof = proof;
                            self.held.push(item);
                        }
                        (Proof::LeftToTheList, Some(head)) if self.proof == Proof::Own => {
                            self.proof = proof;
                            self.decoder.check_list(head, proof)?;
                            items.push(item);
                        }
                        _ => items.push(item),
                    }
                }
            }
        }
        if self.head.is_some() {
            items.splice(0..0, self.held.drain(..));
        }
        Ok(if items.is_empty() { None } else { Some(ListPart::Items(items)) })
    }
}
