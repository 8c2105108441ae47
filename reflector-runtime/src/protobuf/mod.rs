//! Kubernetes' protobuf encoding of built-in kinds, decoded into any type that reads their JSON.

mod decode;
mod entries;
mod error;
mod field;
mod key;
mod object;
mod raw_value;
mod reader;
mod special;
#[rustfmt::skip]
mod tables;
mod value;

pub use self::{
    decode::{EncodedObject, Schema},
    error::DecodeError,
    object::ManagedFields,
};
