//! Patch: changes a part of an object, in one of four patch formats.

use crate::{
    answer::Answer,
    patch::{self, PatchType},
    registry::Origin,
    request::{BodyFormat, WriteOptions, Writing, media_type, parse_body},
    status::{Status, StatusDetails},
};

use super::{Context, write};

pub(super) fn patch(context: &Context<'_>) -> Result<Answer, Status> {
    let media = context.media()?;
    let kind = patch_type(context)?;
    let writing = if kind == PatchType::Apply { Writing::Apply } else { Writing::Patch };
    let options = WriteOptions::parse(writing, &context.info.query, context.user_agent())?;
    let format = if kind == PatchType::Apply { BodyFormat::Yaml } else { BodyFormat::Json };
    let change = parse_body(format, &context.body)?;
    let (engine, ty, target) = (context.engine, &context.ty, write::target(context));
    let written = match kind {
        PatchType::Apply => engine.apply(ty, target, change, &options),
        PatchType::Json => engine.modify(ty, target, &options, |current| patch::json(&change, current)),
        PatchType::Merge => engine.modify(ty, target, &options, |current| patch::merge(&change, current)),
        PatchType::StrategicMerge => {
            engine.modify(ty, target, &options, |current| patch::strategic_merge(ty, &change, current))
        }
    }?;
    write::answer(context, &media, &written)
}

fn patch_type(context: &Context<'_>) -> Result<PatchType, Status> {
    let given = media_type(context.headers);
    let mut supported = vec![PatchType::Json, PatchType::Merge, PatchType::Apply];
    if context.ty.origin == Origin::BuiltIn {
        supported.insert(2, PatchType::StrategicMerge);
    }
    supported.iter().copied().find(|kind| kind.media_type() == given).ok_or_else(|| match context.ty.origin {
        Origin::BuiltIn => Status::failure(415, "UnsupportedMediaType", "415: Unsupported Media Type")
            .with_details(StatusDetails::default()),
        Origin::Custom => {
            let names: Vec<&str> = supported.iter().map(|kind| kind.media_type()).collect();
            Status::unsupported_media_type(&names)
        }
    })
}
