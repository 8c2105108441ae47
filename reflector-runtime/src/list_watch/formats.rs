//! Which formats a type is requested in ([`Formats`]), and which one a response has.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

#[cfg(feature = "protobuf")]
use crate::protobuf::Schema;
use crate::{resource_type::ResourceType, wire::Format};

/// The format in which objects are requested from the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WireFormat {
    /// The one that costs the least, for the server and for the client:
    /// - protobuf for built-in kinds, and for views of one, as client-go's typed clients do;
    /// - only the metadata (`PartialObjectMetadata`), in protobuf if possible, for a
    ///   [type that has only those](ResourceType::metadata_only), as client-go's metadata client does;
    /// - JSON for all others.
    ///
    /// A server that does not have this format answers in JSON. Which one it is has no effect on what is cached.
    #[default]
    Automatic,
    /// Whole objects in JSON, of every type: to read responses with other tools, or for a type whose `Deserialize`
    /// distinguishes `null` from a missing field, or looks at the format.
    Json,
}

const JSON: &str = "application/json";
#[cfg(feature = "protobuf")]
const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
#[cfg(feature = "protobuf")]
const PROTOBUF_OR_JSON: &str = "application/vnd.kubernetes.protobuf,application/json";

/// The formats in which a type can be read.
///
/// The values of `Accept` are those of client-go.
#[derive(Clone, Debug)]
pub(super) struct Formats {
    best: Best,
    /// The server has refused to answer in the best format. Shared by clones, so that it refuses once.
    is_refused: Arc<AtomicBool>,
}

/// The format that costs the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Best {
    Json,
    #[cfg(feature = "protobuf")]
    Protobuf(Schema),
    /// The metadata alone.
    Metadata,
}

impl Formats {
    pub(super) fn of<K>(resource_type: &ResourceType<K>, wire_format: WireFormat) -> Self {
        let best = match wire_format {
            WireFormat::Json => Best::Json,
            WireFormat::Automatic if resource_type.is_metadata_only() => Best::Metadata,
            #[cfg(feature = "protobuf")]
            WireFormat::Automatic => {
                let schema = Schema::of_kind(&resource_type.api_version(), resource_type.kind());
                schema.map_or(Best::Json, Best::Protobuf)
            }
            #[cfg(not(feature = "protobuf"))]
            WireFormat::Automatic => Best::Json,
        };
        Self { best, is_refused: Arc::default() }
    }

    fn best(&self) -> Best {
        if self.is_refused.load(Ordering::Relaxed) { Best::Json } else { self.best }
    }

    /// The value of the header `Accept` of a list.
    pub(super) fn accept_list(&self) -> &'static str {
        match self.best() {
            Best::Json => JSON,
            #[cfg(feature = "protobuf")]
            Best::Protobuf(_) => PROTOBUF_OR_JSON,
            #[cfg(feature = "protobuf")]
            Best::Metadata => {
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,\
                 application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
            }
            #[cfg(not(feature = "protobuf"))]
            Best::Metadata => {
                "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
            }
        }
    }

    /// The value of the header `Accept` of a watch, whose events have one object each.
    pub(super) fn accept_watch(&self) -> &'static str {
        match self.best() {
            Best::Json => JSON,
            #[cfg(feature = "protobuf")]
            Best::Protobuf(_) => PROTOBUF_OR_JSON,
            #[cfg(feature = "protobuf")]
            Best::Metadata => {
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,\
                 application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
            }
            #[cfg(not(feature = "protobuf"))]
            Best::Metadata => "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
        }
    }

    /// The server does not answer in the requested formats. Returns whether another request should be sent.
    pub(super) fn refuse(&self) -> bool {
        self.best != Best::Json && !self.is_refused.swap(true, Ordering::Relaxed)
    }

    /// The format of a response with this content type.
    #[cfg_attr(not(feature = "protobuf"), allow(clippy::unused_self, reason = "there is one format"))]
    pub(super) fn of_response(&self, content_type: Option<&str>) -> Format {
        #[cfg(feature = "protobuf")]
        if content_type == Some(PROTOBUF) {
            match self.best {
                Best::Protobuf(schema) => return Format::Protobuf(schema),
                // The metadata have the same field in every message.
                Best::Metadata => return Format::Protobuf(Schema::PARTIAL_OBJECT_METADATA),
                Best::Json => {}
            }
        }
        // Responses without a content type exist.
        let _ = content_type;
        Format::Json
    }
}
