//! Which kinds the server serves: [`discover`] and [`is_served`], on top of kube's discovery.
//!
//! Owns the selection of kinds. Must not depend on informers.

use std::{collections::BTreeMap, time::Duration};

use kube::{
    Client,
    core::{ApiResource, GroupVersionKind},
    discovery::{self, ApiCapabilities, ApiGroup, Discovery, verbs},
};
use tokio::time::timeout;

use crate::{causes::Causes, resource_type::Scope};

/// How long all requests of a discovery together may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A kind that the server serves, and that can be listed and watched.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServedKind {
    /// Group, version, kind and plural.
    pub resource: ApiResource,
    /// [`Scope::Namespaced`] or [`Scope::Cluster`].
    pub scope: Scope,
}

/// Selects kinds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KindSelector {
    /// One kind, in this version.
    Kind(GroupVersionKind),
    /// Every kind of an API group, each in its most stable version. Empty for the core group.
    Group(String),
    /// Every kind of every group, each in its most stable version.
    All,
}

impl KindSelector {
    /// Whether kinds of this group may be selected.
    pub(crate) fn concerns(&self, group: &str) -> bool {
        match self {
            Self::Kind(kind) => kind.group == group,
            Self::Group(name) => name == group,
            Self::All => true,
        }
    }
}

/// It is not known what the server serves. The text contains the causes, and there is no `source`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// A request failed.
    #[error("could not read the served kinds: {}", Causes(&**.0))]
    Request(Box<kube::Error>),
    /// The requests took too long.
    #[error("could not read the served kinds within {} s", .0.as_secs())]
    Timeout(Duration),
}

impl From<kube::Error> for DiscoveryError {
    fn from(error: kube::Error) -> Self {
        Self::Request(Box::new(error))
    }
}

/// Identifies a kind: group, kind, version, plural.
pub(crate) type KindKey = [String; 4];

impl ServedKind {
    pub(crate) fn key(&self) -> KindKey {
        let ApiResource { group, version, kind, plural, .. } = &self.resource;
        [group, kind, version, plural].map(Clone::clone)
    }
}

/// The selected kinds that the server serves and that can be listed and watched, ordered by group and kind.
///
/// # Errors
/// [`DiscoveryError`] if any of the requests failed: a part of the answer is no answer, because a kind that is missing
/// from it may still be served.
///
/// # Cancel safety
/// Dropping the future ends its requests.
pub async fn discover(
    client: &Client,
    selectors: impl IntoIterator<Item = &KindSelector>,
) -> Result<Vec<ServedKind>, DiscoveryError> {
    let selected = async {
        let mut found = BTreeMap::new();
        for selector in selectors {
            for (resource, capabilities) in select(client, selector).await? {
                if [verbs::LIST, verbs::WATCH].iter().all(|verb| capabilities.supports_operation(verb)) {
                    let kind = ServedKind { resource, scope: scope(&capabilities) };
                    found.insert(kind.key(), kind);
                }
            }
        }
        Ok(found.into_values().collect())
    };
    timeout(TIMEOUT, selected).await.unwrap_or(Err(DiscoveryError::Timeout(TIMEOUT)))
}

/// Whether the server serves a kind, in this version.
///
/// # Errors
/// [`DiscoveryError`] if the server did not answer.
///
/// # Cancel safety
/// Dropping the future ends its request.
pub async fn is_served(client: &Client, kind: &GroupVersionKind) -> Result<bool, DiscoveryError> {
    let found = timeout(TIMEOUT, pinned(client, kind)).await;
    Ok(found.map_err(|_| DiscoveryError::Timeout(TIMEOUT))??.is_some())
}

async fn select(
    client: &Client,
    selector: &KindSelector,
) -> Result<Vec<(ApiResource, ApiCapabilities)>, kube::Error> {
    match selector {
        KindSelector::Kind(kind) => Ok(pinned(client, kind).await?.into_iter().collect()),
        KindSelector::Group(name) => match discovery::group(client, name).await {
            Ok(group) => Ok(group.resources_by_stability()),
            Err(kube::Error::Discovery(kube::error::DiscoveryError::MissingApiGroup(_))) => Ok(Vec::new()),
            Err(error) => Err(error),
        },
        KindSelector::All => {
            let all = everything(client).await?;
            Ok(all.groups().flat_map(ApiGroup::resources_by_stability).collect())
        }
    }
}

/// Two requests, if the server supports aggregated discovery (since Kubernetes 1.30), and else one per group and version.
async fn everything(client: &Client) -> Result<Discovery, kube::Error> {
    match Discovery::new(client.clone()).run_aggregated().await {
        Ok(all) if all.groups().next().is_some() => Ok(all),
        _ => Discovery::new(client.clone()).run().await,
    }
}

async fn pinned(
    client: &Client,
    kind: &GroupVersionKind,
) -> Result<Option<(ApiResource, ApiCapabilities)>, kube::Error> {
    match discovery::pinned_kind(client, kind).await {
        Ok(found) => Ok(Some(found)),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
        Err(kube::Error::Discovery(
            kube::error::DiscoveryError::MissingKind(_) | kube::error::DiscoveryError::MissingApiGroup(_),
        )) => Ok(None),
        Err(error) => Err(error),
    }
}

fn scope(capabilities: &ApiCapabilities) -> Scope {
    match capabilities.scope {
        discovery::Scope::Namespaced => Scope::Namespaced,
        discovery::Scope::Cluster => Scope::Cluster,
    }
}
