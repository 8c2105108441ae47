//! Delete and deletecollection.

use serde_json::Value;

use crate::{
    answer::Answer,
    engine::Deleted,
    request::{BodyFormat, DeleteOptions, ListOptions, Media, Verb, parse_body},
    status::Status,
};

use super::{
    Context,
    present::{self, ListMeta},
};

pub(super) fn delete(context: &Context<'_>) -> Result<Answer, Status> {
    let media = Media::negotiate(context.headers, &context.info.query)?;
    let options = DeleteOptions::parse(&context.info.query, body(context)?.as_ref())?;
    match context.engine.delete(&context.ty, context.namespace(), context.name(), &options)? {
        Deleted::Object(object) => present::object(&context.ty, &media, 200, &object, &context.engine.now()),
        Deleted::Gone(status) => present::status(&media, 200, &status),
    }
}

pub(super) fn delete_collection(context: &Context<'_>) -> Result<Answer, Status> {
    let media = Media::negotiate(context.headers, &context.info.query)?;
    let list = ListOptions::parse(&context.ty, Verb::DeleteCollection, &context.info.query)?;
    let options = DeleteOptions::parse(&context.info.query, body(context)?.as_ref())?;
    let deleted = context.engine.delete_collection(&context.ty, context.namespace(), &options, |object| {
        list.selectors.matches(object)
    });
    let meta =
        ListMeta { resource_version: context.engine.storage.resource_version(), ..ListMeta::default() };
    present::list(&context.ty, &media, &deleted, &meta, &context.engine.now())
}

fn body(context: &Context<'_>) -> Result<Option<Value>, Status> {
    if context.body.is_empty() {
        return Ok(None);
    }
    parse_body(BodyFormat::of(context.headers)?, &context.body).map(Some)
}
