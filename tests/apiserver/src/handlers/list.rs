//! List: returns one page, consistent at one resourceVersion.

use crate::{
    answer::Answer,
    request::{ListOptions, Verb, VersionMatch},
    status::Status,
    storage::{ContinueToken, ListPage, ListQuery, ListVersion, object_key},
};

use super::{
    Context,
    present::{self, ListMeta},
};

const CONTINUE_EXPIRED: &str = "The provided continue parameter is too old to display a consistent list result. You can start \
     a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the \
     results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or \
     deleted between the time the first chunk was returned and now may show up in the list.";

pub(super) async fn list(context: &Context<'_>) -> Result<Answer, Status> {
    let media = context.media()?;
    let options = ListOptions::parse(&context.ty, Verb::List, &context.info.query)?;
    let (page, meta) = read(context, &options).await?;
    present::list(&context.ty, &media, &page.objects, &meta, &context.engine.now())
}

/// The page that these options request, and the metadata of its list.
pub(super) async fn read(
    context: &Context<'_>,
    options: &ListOptions,
) -> Result<(ListPage, ListMeta), Status> {
    let page = match options.continue_token.as_str() {
        "" => first_page(context, options).await?,
        token => next_page(context, options, token)?,
    };
    let meta = ListMeta {
        resource_version: page.resource_version,
        continue_token: page.remaining.map(|_| {
            let last =
                page.objects.last().map(|object| relative_key(context, &object.namespace, &object.name));
            ContinueToken::after(&last.unwrap_or_default(), page.resource_version).encode()
        }),
        remaining: page.remaining.filter(|_| options.selectors.is_empty()),
        shard: options.selectors.shard.as_ref().map(ToString::to_string),
    };
    Ok((page, meta))
}

fn invalid_version(text: &str) -> Status {
    let text = crate::status::quote(text);
    let why = format!("strconv.ParseUint: parsing {text}: invalid syntax");
    Status::bad_request(format!("invalid resource version: resourceVersion: Invalid value: {text}: {why}"))
}

/// In a list of one namespace, tokens do not include it.
fn relative_key(context: &Context<'_>, namespace: &str, name: &str) -> String {
    match context.namespace() {
        Some(_) => name.to_owned(),
        None => object_key(namespace, name),
    }
}

async fn first_page(context: &Context<'_>, options: &ListOptions) -> Result<ListPage, Status> {
    let (version, limit) = match options.resource_version.as_str() {
        "" => (ListVersion::Latest, options.limit),
        // The watch cache returns its current content, always without a limit.
        "0" => (ListVersion::Latest, 0),
        text => {
            let wanted: u64 = text.parse().map_err(|_| invalid_version(text))?;
            let exact = match options.version_match {
                VersionMatch::Exact => true,
                VersionMatch::NotOlderThan => false,
                // Without a match rule, paging requests the exact version.
                VersionMatch::Unset => options.limit > 0,
            };
            context.engine.storage.wait_for(wanted).await?;
            let version = if exact { ListVersion::Exact(wanted) } else { ListVersion::Latest };
            (version, options.limit)
        }
    };
    page(context, options, version, None, limit)
}

fn next_page(context: &Context<'_>, options: &ListOptions, token: &str) -> Result<ListPage, Status> {
    let token = ContinueToken::decode(token)?;
    if !matches!(options.resource_version.as_str(), "" | "0") {
        return Err(Status::bad_request("specifying resource version is not allowed when using continue"));
    }
    let start = object_key(context.namespace().unwrap_or_default(), &token.start);
    let version = token.resource_version.map_or(ListVersion::Latest, ListVersion::Exact);
    page(context, options, version, Some(&start), options.limit).map_err(|mut status| {
        if status.code == 410 {
            let fresh = ContinueToken { resource_version: None, start: token.start };
            CONTINUE_EXPIRED.clone_into(&mut status.message);
            status.metadata.continue_token = fresh.encode();
        }
        status
    })
}

fn page(
    context: &Context<'_>,
    options: &ListOptions,
    version: ListVersion,
    start: Option<&str>,
    limit: usize,
) -> Result<ListPage, Status> {
    let query = ListQuery {
        namespace: context.namespace(),
        version,
        start,
        limit,
        predicate: &|object| options.selectors.matches(object),
    };
    context.engine.storage.list(&context.ty.group_resource, &query)
}
