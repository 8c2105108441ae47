//! Watch: from which version it starts, and whether initial events are sent.

use std::time::Duration;

use crate::{
    answer::Answer,
    request::{ListOptions, Verb},
    status::Status,
    storage::{ListQuery, ListVersion},
    watch::{self, Presenter, Start, WatchSettings},
};

use super::Context;

/// Without `timeoutSeconds`, a watch ends after between one and two times this duration.
const MIN_TIMEOUT: Duration = Duration::from_secs(30 * 60);

pub(super) async fn watch(context: &Context<'_>) -> Result<Answer, Status> {
    let media = context.media()?;
    let options = ListOptions::parse(&context.ty, Verb::Watch, &context.info.query)?;
    let presenter =
        Presenter::new(context.ty.clone(), media.shape, context.namespace(), options.selectors.clone());
    let start = start(context, &options).await?;
    let settings = WatchSettings {
        timeout: timeout(context, &options),
        bookmarks: options.allow_bookmarks,
        end_bookmark: options.allow_bookmarks && options.send_initial_events == Some(true),
    };
    let events = watch::stream(context.engine.clone(), presenter, start, &settings);
    Ok(Answer::events(events).encoded_in(media.encoding))
}

fn timeout(context: &Context<'_>, options: &ListOptions) -> Duration {
    let millis = u64::try_from(MIN_TIMEOUT.as_millis()).unwrap_or(u64::MAX);
    match options.timeout_seconds {
        Some(seconds) => Duration::from_secs(seconds),
        None => Duration::from_millis(context.engine.random_in(millis..2 * millis)),
    }
}

/// The start of the watch. Errors of the watch cache are sent as events in the stream, not as HTTP statuses.
async fn start(context: &Context<'_>, options: &ListOptions) -> Result<Start, Status> {
    let storage = &context.engine.storage;
    let gr = &context.ty.group_resource;
    let wanted: u64 = match options.resource_version.as_str() {
        "" => 0,
        text => text.parse().map_err(|_| invalid_version(text))?,
    };
    let initial = match options.send_initial_events {
        Some(requested) => requested,
        None => wanted == 0,
    };
    if !initial {
        let position = if wanted == 0 { storage.resource_version() } else { wanted };
        return Ok(storage
            .cursor(gr, position)
            .map_or_else(Start::failed, |cursor| Start::new(Vec::new(), cursor)));
    }
    if let Err(too_large) = storage.wait_for(wanted).await {
        return Ok(Start::failed(too_large));
    }
    let query = ListQuery {
        namespace: context.namespace(),
        version: ListVersion::Latest,
        start: None,
        limit: 0,
        predicate: &|object| options.selectors.matches(object),
    };
    let (page, cursor) = storage.list_and_cursor(gr, &query)?;
    Ok(Start::new(page.objects, cursor))
}

/// The real server gives this error no reason, so it is a 500.
pub(super) fn invalid_version(text: &str) -> Status {
    let text = crate::status::quote(text);
    let why =
        format!("resourceVersion: Invalid value: {text}: strconv.ParseUint: parsing {text}: invalid syntax");
    Status::failure(500, "", why)
}
