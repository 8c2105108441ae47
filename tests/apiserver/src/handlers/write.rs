//! Create and update: the request body contains an object, and the response returns it.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{
    answer::Answer,
    engine::{UpdateTarget, Written},
    request::{BodyFormat, Media, WriteOptions, Writing, parse_body},
    status::Status,
};

use super::{Context, present};

pub(super) fn create(context: &Context<'_>) -> Result<Answer, Status> {
    let media = context.media()?;
    let value = decode(context)?;
    let options = WriteOptions::parse(Writing::Create, &context.info.query, context.user_agent())?;
    let written = context.engine.create(&context.ty, context.namespace(), value, &options)?;
    answer(context, &media, &written)
}

pub(super) fn update(context: &Context<'_>) -> Result<Answer, Status> {
    let media = context.media()?;
    let value = decode(context)?;
    let options = WriteOptions::parse(Writing::Update, &context.info.query, context.user_agent())?;
    let written = context.engine.replace(&context.ty, target(context), value, &options)?;
    answer(context, &media, &written)
}

/// The object that the path names.
pub(super) fn target<'a>(context: &'a Context<'_>) -> UpdateTarget<'a> {
    UpdateTarget { namespace: context.namespace(), name: context.name(), endpoint: context.endpoint }
}

/// Returns a response with the written object.
pub(super) fn answer(context: &Context<'_>, media: &Media, written: &Written) -> Result<Answer, Status> {
    let code = if written.created { 201 } else { 200 };
    let answer = present::object(&context.ty, media, code, &written.object, &context.engine.now())?;
    Ok(answer.with_warnings(&written.warnings))
}

fn decode(context: &Context<'_>) -> Result<Value, Status> {
    let format = BodyFormat::of(context.headers)?;
    parse_body(format, &context.body).map_err(|status| {
        if status.code == 415 {
            return status;
        }
        let (kind, summary) = (&context.ty.kind, summary(&context.body));
        Status::bad_request(format!(
            "the object provided is unrecognized (must be of type {kind}): {} ({summary})",
            status.message
        ))
    })
}

/// The start of an invalid body, in hexadecimal.
fn summary(body: &[u8]) -> String {
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    match body.len() {
        0 => "<empty>".to_owned(),
        1..=30 => hex(body),
        _ => format!("{} ...", hex(&body[..30])),
    }
}
