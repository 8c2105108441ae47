//! Get: returns one object.

use crate::{answer::Answer, status::Status};

use super::{Context, present, watch};

pub(super) async fn get(context: &Context<'_>) -> Result<Answer, Status> {
    let media = context.media()?;
    match context.info.query.text("resourceVersion") {
        "" | "0" => {}
        text => {
            let wanted = text.parse().map_err(|_| watch::invalid_version(text))?;
            context.engine.storage.wait_for(wanted).await?;
        }
    }
    let object = context.engine.get(&context.ty, &context.key())?;
    present::object(&context.ty, &media, 200, &object, &context.engine.now())
}
