//! [`Decoding`]: what is needed to decode what has arrived, on any thread.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{DecodedObjects, Item, ListWatchError, WatchItem, heap::HeapExtension};
use crate::wire::{
    DecodeBuffer, Decoder, InvalidObject, ItemKinds, NoDecodedObjects, ObjectText, ProtocolError, WatchFrame,
};

/// Decodes the items of a list and the events of a watch.
pub(super) struct Decoding<K: 'static> {
    pub(super) decoder: Arc<Decoder<K>>,
    /// The cached objects, which need not be decoded again.
    pub(super) known: Arc<dyn DecodedObjects<K>>,
    pub(super) max_object_bytes: usize,
}

impl<K> Clone for Decoding<K> {
    fn clone(&self) -> Self {
        let Self { decoder, known, max_object_bytes } = self;
        Self { decoder: decoder.clone(), known: known.clone(), max_object_bytes: *max_object_bytes }
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static> Decoding<K> {
    /// Decodes the items of a list. Returns with each whether it contains its kind.
    pub(super) fn items(&self, items: Vec<ObjectText>) -> Vec<Result<(Item<K>, ItemKinds), ProtocolError>> {
        let (mut buffer, mut heap) = (DecodeBuffer::default(), HeapExtension::default());
        let decode = |text: ObjectText| {
            heap.before_decoding(text.len());
            self.item(&text, &mut buffer)
        };
        items.into_iter().map(decode).collect()
    }

    fn item(
        &self,
        text: &ObjectText,
        buffer: &mut DecodeBuffer,
    ) -> Result<(Item<K>, ItemKinds), ProtocolError> {
        match text {
            ObjectText::Whole(text) => {
                let (item, kinds) = self.decoder.decode(text, &*self.known, buffer);
                if self.is_malformed(&item, text) {
                    Err(ProtocolError::INVALID_ITEM)
                } else {
                    Ok((item, kinds))
                }
            }
            // It may contain its kind after the part that was read. The list cannot say otherwise.
            ObjectText::Prefix(text) => {
                Ok((self.decoder.too_long(text, self.max_object_bytes), ItemKinds::Own))
            }
        }
    }

    /// Decodes the events of a watch.
    pub(super) fn events(&self, events: Vec<WatchFrame>) -> Vec<Result<WatchItem<K>, ListWatchError>> {
        let (mut buffer, mut heap) = (DecodeBuffer::default(), HeapExtension::default());
        let decode = |event| {
            if let WatchFrame::Added(text) = &event {
                heap.before_decoding(text.len());
            }
            self.event(event, &mut buffer).transpose()
        };
        events.into_iter().filter_map(decode).collect()
    }

    /// `None` if the event contains nothing.
    fn event(
        &self,
        event: WatchFrame,
        buffer: &mut DecodeBuffer,
    ) -> Result<Option<WatchItem<K>>, ListWatchError> {
        Ok(Some(match event {
            WatchFrame::Added(text) => WatchItem::Added(self.object(&text, &*self.known, buffer)?),
            WatchFrame::Modified(text) => {
                WatchItem::Modified(self.object(&text, &NoDecodedObjects, buffer)?)
            }
            WatchFrame::Deleted(text) => WatchItem::Deleted(self.object(&text, &NoDecodedObjects, buffer)?),
            WatchFrame::Bookmark { resource_version, ends_initial_events } => {
                WatchItem::Bookmark { resource_version, ends_initial_events }
            }
            WatchFrame::Unknown { event_type, resource_version } => {
                WatchItem::Unknown { event_type, resource_version }
            }
            WatchFrame::EmptyBookmark => return Ok(None),
            WatchFrame::Error(status) => return Err(ListWatchError::api(status.code, status, None)),
        }))
    }

    /// Decodes an event's object. An object that cannot be decoded is an invalid item. Text that is not a single
    /// object is a protocol error.
    fn object(
        &self,
        text: &ObjectText,
        known: &dyn DecodedObjects<K>,
        buffer: &mut DecodeBuffer,
    ) -> Result<Item<K>, ProtocolError> {
        let (limit, format) = (self.max_object_bytes, self.decoder.format());
        match text {
            ObjectText::Whole(text) if format.object_length(text) <= limit => {
                match self.decoder.decode(text, known, buffer).0 {
                    Item::Invalid(_) if !format.is_object(text) => Err(ProtocolError::INVALID_EVENT),
                    item => Ok(item),
                }
            }
            ObjectText::Whole(text) if !format.is_object(text) => Err(ProtocolError::INVALID_EVENT),
            ObjectText::Whole(text) | ObjectText::Prefix(text) => {
                Ok(self.decoder.too_long(text.get(..limit).unwrap_or(text), limit))
            }
        }
    }

    /// Whether the item is not an object at all. Its key is unknown, so a list with such an item cannot show which objects
    /// are missing.
    fn is_malformed(&self, item: &Item<K>, text: &[u8]) -> bool {
        matches!(item, Item::Invalid(InvalidObject { key: None, error, .. }) if error.is_malformed())
            && !self.decoder.format().is_item(text)
    }
}
