//! A request, understood: which verb on which resource, with which parameters, in which media types.
//!
//! Parses; answers nothing and touches no storage.

mod accept;
mod body;
mod info;
mod options;
mod protobuf;
mod query;

pub(crate) use accept::{Media, MetadataOf, Shape, TableObjects};
pub(crate) use body::{BodyFormat, media_type, parse_body};
pub(crate) use info::{RequestInfo, Target};
pub(crate) use options::{
    DeleteOptions, FieldValidation, ListOptions, Propagation, VersionMatch, WriteOptions, Writing,
};
pub(crate) use query::Query;

use std::fmt;

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// One object.
    Get,
    /// Many objects.
    List,
    /// A stream of events.
    Watch,
    /// A new object.
    Create,
    /// A whole object replaced.
    Update,
    /// A part of an object changed.
    Patch,
    /// One object removed.
    Delete,
    /// Many objects removed.
    DeleteCollection,
    /// Anything that is not about a resource: discovery, health, version.
    NonResource,
}

impl Verb {
    /// The word which the real server uses, in RBAC rules and in messages.
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
