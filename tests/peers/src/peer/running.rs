//! Starts the peers of this program, and what they all can do. Must not know the peers of other programs.

use std::{fmt::Debug, sync::Arc};

use anyhow::{Result, bail};
use futures::future::BoxFuture;
use kube::{Client, core::PartialObjectMeta};
use reflector_runtime::{Informer, Reflect};

use super::{Content, Received, RustPeer, kube_rs::KubeRs, ours::Ours};
use crate::{digest::Digest, object::WholeObject};

/// A running peer.
pub trait Running: Debug + Send + Sync {
    /// Waits until the initial list is in the store. Fails if the peer can no longer sync.
    fn synced(&self) -> BoxFuture<'_, Result<()>>;

    /// Whether a list after the first one, at that version, is in the store.
    fn has_relisted(&self, version: &str) -> bool;

    /// The digest of the store.
    fn digest(&self) -> Digest;

    /// Stops the peer and waits until all its tasks have ended.
    fn stop(self: Box<Self>) -> BoxFuture<'static, ()>;
}

impl RustPeer {
    /// Starts the peer for one namespace or all, with one handler for each element of `received`, which is passed each update.
    ///
    /// # Errors
    /// For several handlers of kube-rs: without its unstable features, a reflector has one stream of events.
    pub fn start<K: WholeObject>(
        self,
        client: Client,
        namespace: Option<&str>,
        received: &[Arc<Received>],
    ) -> Result<Box<dyn Running>> {
        match self {
            Self::Ours(content, strategy) => Ok(match content {
                Content::Whole => {
                    Box::new(Ours::start(Informer::<K>::builder(client), namespace, strategy, received))
                }
                Content::Metadata => {
                    Box::new(Ours::start(K::Metadata::informer(client), namespace, strategy, received))
                }
            }),
            Self::Kube(content, options) => {
                let [received] = received else { bail!("kube-rs's reflector has one handler") };
                let received = received.clone();
                Ok(match content {
                    Content::Whole => Box::new(KubeRs::<K>::start(client, namespace, options, received)),
                    Content::Metadata => {
                        Box::new(KubeRs::<PartialObjectMeta<K>>::start(client, namespace, options, received))
                    }
                })
            }
        }
    }
}
