//! Parses a request: which verb on which resource, with which parameters, in which media types.
//!
//! Must not answer requests or access storage.

mod accept;
mod body;
mod info;
mod options;
mod protobuf;
mod query;

pub(crate) use accept::{InProtobuf, Media, MetadataOf, Shape, TableObjects};
pub(crate) use body::{BodyFormat, media_type, parse_body};
pub(crate) use info::{RequestInfo, Target};
pub(crate) use options::{
    DeleteOptions, FieldValidation, ListOptions, Propagation, VersionMatch, WriteOptions, Writing,
};
pub(crate) use query::Query;

use std::fmt;

/// The verb of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Reads one object.
    Get,
    /// Reads many objects.
    List,
    /// Streams events.
    Watch,
    /// Creates an object.
    Create,
    /// Replaces a whole object.
    Update,
    /// Changes a part of an object.
    Patch,
    /// Deletes one object.
    Delete,
    /// Deletes many objects.
    DeleteCollection,
    /// A request that is not for a resource: discovery, health, version.
    NonResource,
}

impl Verb {
    /// The name that the real server uses in RBAC rules and in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::DeleteCollection => "deletecollection",
            Self::NonResource => "nonresource",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
