//! Delete and deletecollection.

use serde_json::Value;

use crate::{
    answer::Answer,
    engine::Deleted,
    request::{BodyFormat, DeleteOptions, ListOptions, Verb, parse_body},
    status::Status,
};

use super::{Context, list, present};

pub(super) fn delete(context: &Context<'_>) -> Result<Answer, Status> {
    let media = context.media()?;
    let options = DeleteOptions::parse(&context.info.query, body(context)?.as_ref())?;
    match context.engine.delete(&context.ty, context.namespace(), context.name(), &options)? {
        Deleted::Object(object) => present::object(&context.ty, &media, 200, &object, &context.engine.now()),
        Deleted::Gone(status) => present::status(&media, 200, &status),
    }
}

/// The objects to delete are selected like a list: only one page, if there is a limit. The response is the list
/// before the deletion.
pub(super) async fn delete_collection(context: &Context<'_>) -> Result<Answer, Status> {
    let media = context.media()?;
    let listed = ListOptions::parse(&context.ty, Verb::DeleteCollection, &context.info.query)?;
    let options = DeleteOptions::parse(&context.info.query, body(context)?.as_ref())?;
    let (page, meta) = list::read(context, &listed).await?;
    context.engine.delete_listed(&context.ty, &page.objects, &options)?;
    present::list(&context.ty, &media, &page.objects, &meta, &context.engine.now())
}

fn body(context: &Context<'_>) -> Result<Option<Value>, Status> {
    if context.body.is_empty() {
        return Ok(None);
    }
    parse_body(BodyFormat::of(context.headers)?, &context.body).map(Some)
}
