//! Which kinds the server serves: [`discover`] and [`is_served`], on top of kube's discovery.
//!
//! Owns the selection of kinds. Must not depend on informers.

use std::{collections::BTreeMap, time::Duration};

use kube::{
    Client,
    core::{
        ApiResource, GroupVersionKind,
        discovery::v2::{APIGroupDiscoveryList, APIVersionDiscovery},
    },
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
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// A request failed.
    #[error("could not read the served kinds: {}", Causes(&**.0))]
    Request(Box<kube::Error>),
    /// The API servers of these groups, which are aggregated ones, do not answer.
    #[error("could not read the served kinds of {}: their API servers do not answer", .0.join(", "))]
    Unavailable(Vec<String>),
    /// The requests took too long.
    #[error("could not read the served kinds within {} s", .0.as_secs())]
    Timeout(Duration),
}

crate::causes::debug_as_text!(DiscoveryError);

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
    let Discovered { kinds, unavailable } = discover_available(client, selectors).await?;
    if unavailable.is_empty() { Ok(kinds) } else { Err(DiscoveryError::Unavailable(unavailable)) }
}

/// The result of a discovery of which a part may be missing.
pub(crate) struct Discovered {
    /// Ordered by group and kind.
    pub(crate) kinds: Vec<ServedKind>,
    /// The groups whose API servers do not answer. It is not known which of their kinds are served.
    pub(crate) unavailable: Vec<String>,
}

/// Like [`discover`], but an aggregated API server that does not answer is not a failure of the others.
pub(crate) async fn discover_available(
    client: &Client,
    selectors: impl IntoIterator<Item = &KindSelector>,
) -> Result<Discovered, DiscoveryError> {
    let selected = async {
        let (mut found, mut unavailable) = (BTreeMap::new(), Vec::new());
        for selector in selectors {
            for (resource, capabilities) in select(client, selector, &mut unavailable).await? {
                if [verbs::LIST, verbs::WATCH].iter().all(|verb| capabilities.supports_operation(verb)) {
                    let kind = ServedKind { resource, scope: scope(&capabilities) };
                    found.insert(kind.key(), kind);
                }
            }
        }
        Ok(Discovered { kinds: found.into_values().collect(), unavailable })
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
    unavailable: &mut Vec<String>,
) -> Result<Vec<(ApiResource, ApiCapabilities)>, kube::Error> {
    match selector {
        KindSelector::Kind(kind) => Ok(pinned(client, kind).await?.into_iter().collect()),
        KindSelector::Group(name) => match discovery::group(client, name).await {
            Ok(group) => Ok(group.resources_by_stability()),
            Err(kube::Error::Discovery(kube::error::DiscoveryError::MissingApiGroup(_))) => Ok(Vec::new()),
            Err(error) => Err(error),
        },
        KindSelector::All => {
            let Everything { groups, stale } = everything(client).await?;
            let is_known = |group: &&ApiGroup| !stale.iter().any(|stale| stale == group.name());
            let known = groups.groups().filter(is_known).flat_map(ApiGroup::resources_by_stability).collect();
            unavailable.extend(stale);
            Ok(known)
        }
    }
}

struct Everything {
    groups: Discovery,
    /// The groups whose documents could not be retrieved by the server, which may be empty therefore.
    stale: Vec<String>,
}

/// Three requests, if the server supports aggregated discovery (since Kubernetes 1.30), and else one per group and version.
async fn everything(client: &Client) -> Result<Everything, kube::Error> {
    if let Ok(groups) = Discovery::new(client.clone()).run_aggregated().await
        && groups.groups().next().is_some()
    {
        // kube's `Discovery` does not contain it.
        let stale = stale_groups(client.list_api_groups_aggregated().await?);
        return Ok(Everything { groups, stale });
    }
    Ok(Everything { groups: Discovery::new(client.clone()).run().await?, stale: Vec::new() })
}

/// The groups with a version that is not up to date (client-go's `StaleGroupVersionError`).
fn stale_groups(documents: APIGroupDiscoveryList) -> Vec<String> {
    let is_stale = |version: &APIVersionDiscovery| version.freshness.as_deref() == Some("Stale");
    let stale = documents.items.into_iter().filter(|group| group.versions.iter().any(is_stale));
    stale.filter_map(|group| group.metadata?.name).collect()
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
