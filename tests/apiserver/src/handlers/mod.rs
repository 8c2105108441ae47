//! The handlers, one file per verb: they pass a parsed request to the engine and produce the response.

mod delete;
mod get;
mod list;
mod patch;
mod present;
mod watch;
mod write;

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;

use crate::{
    answer::Answer,
    engine::{Endpoint, Engine},
    protobuf,
    registry::{Origin, ResourceType, Scope, StatusSubresource},
    request::{InProtobuf, Media, RequestInfo, Target, Verb},
    status::{Status, StatusDetails},
};

pub(crate) use present::{ListMeta, metadata_json, object_json};

/// A request for a served resource.
pub(crate) struct Context<'a> {
    pub(crate) engine: &'a Arc<Engine>,
    pub(crate) ty: Arc<ResourceType>,
    pub(crate) info: &'a RequestInfo,
    pub(crate) target: &'a Target,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) endpoint: Endpoint,
}

impl Context<'_> {
    fn namespace(&self) -> Option<&str> {
        self.target.namespace.as_deref()
    }

    fn name(&self) -> &str {
        self.target.name.as_deref().unwrap_or_default()
    }

    fn key(&self) -> String {
        crate::storage::object_key(self.namespace().unwrap_or_default(), self.name())
    }

    /// The encoding and shape that the client requests.
    fn media(&self) -> Result<Media, Status> {
        let has_message = protobuf::has_message(&self.ty.api_version(), &self.ty.kind);
        let in_protobuf = if has_message { InProtobuf::Objects } else { InProtobuf::Metadata };
        Media::negotiate(self.headers, &self.info.query, in_protobuf)
    }

    fn user_agent(&self) -> &str {
        self.headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Answers a request for a resource; `None` if nothing is served at that path.
pub(crate) async fn handle(
    engine: &Arc<Engine>,
    info: &RequestInfo,
    target: &Target,
    headers: &HeaderMap,
    body: Bytes,
) -> Option<Result<Answer, Status>> {
    let ty = engine.registry.get(&target.group_resource, &target.version)?;
    if !scope_fits(&ty, info.verb, target) {
        return None;
    }
    let endpoint = match endpoint(&ty, target) {
        Ok(endpoint) => endpoint,
        Err(answer) => return answer.map(Err),
    };
    if !verb_fits(&ty, endpoint, info.verb, target) {
        return Some(Err(no_such_verb(&ty, info.verb)));
    }
    let deprecation: Vec<String> = ty.deprecation.iter().cloned().collect();
    let context = Context { engine, ty, info, target, headers, body, endpoint };
    let answer = match info.verb {
        Verb::Get => get::get(&context).await,
        Verb::List => list::list(&context).await,
        Verb::Watch => watch::watch(&context).await,
        Verb::Create => write::create(&context),
        Verb::Update => write::update(&context),
        Verb::Patch => patch::patch(&context),
        Verb::Delete => delete::delete(&context),
        Verb::DeleteCollection => delete::delete_collection(&context).await,
        Verb::NonResource => Err(no_such_verb(&context.ty, info.verb)),
    };
    Some(match answer {
        Ok(answer) => Ok(answer.with_warnings(&deprecation)),
        Err(mut status) => {
            status.warnings.extend(deprecation);
            Err(status)
        }
    })
}

/// Whether the path supports this verb.
fn verb_fits(ty: &ResourceType, endpoint: Endpoint, verb: Verb, target: &Target) -> bool {
    let named = target.name.is_some();
    let placed = ty.scope == Scope::Cluster || target.namespace.is_some();
    match (endpoint, verb) {
        (_, Verb::Get) | (Endpoint::Main, Verb::List | Verb::Watch | Verb::Delete) => true,
        (_, Verb::Update | Verb::Patch) => named,
        (Endpoint::Main, Verb::Create) => !named && placed,
        (Endpoint::Main, Verb::DeleteCollection) => placed && ty.verbs.contains(&"deletecollection"),
        (_, Verb::NonResource) | (Endpoint::Status, _) => false,
    }
}

fn no_such_verb(ty: &ResourceType, verb: Verb) -> Status {
    match ty.origin {
        Origin::BuiltIn => Status::for_code(405).with_details(StatusDetails::default()),
        Origin::Custom => Status::method_not_supported(&ty.group_resource, verb.as_str()),
    }
}

/// A cluster-scoped type has nothing in a namespace; of a namespaced type, only lists span namespaces. (The
/// collection paths of built-in types also accept other verbs, which they then reject.)
fn scope_fits(ty: &ResourceType, verb: Verb, target: &Target) -> bool {
    match (ty.scope, &target.namespace) {
        (Scope::Cluster, namespace) => namespace.is_none(),
        (Scope::Namespaced, Some(_)) => true,
        (Scope::Namespaced, None) => {
            target.name.is_none()
                && (matches!(verb, Verb::List | Verb::Watch) || ty.origin == Origin::BuiltIn)
        }
    }
}

fn endpoint(ty: &ResourceType, target: &Target) -> Result<Endpoint, Option<Status>> {
    match (target.subresource.as_deref(), ty.status, ty.origin) {
        (None, _, _) => Ok(Endpoint::Main),
        (Some("status"), StatusSubresource::Served, _) => Ok(Endpoint::Status),
        (Some("finalize"), _, Origin::BuiltIn) if ty.kind == "Namespace" => Ok(Endpoint::Main),
        (Some(_), _, Origin::Custom) => {
            Err(Some(Status::not_found(&target.group_resource, target.name.as_deref().unwrap_or_default())))
        }
        (Some(_), _, Origin::BuiltIn) => Err(None),
    }
}
