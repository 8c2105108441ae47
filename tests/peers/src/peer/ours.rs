//! reflector-runtime's informer. Must not know the other peer.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use kube::Client;
use reflector_runtime::{ExponentialBackoff, Informer, InformerBuilder, InitialSync, Lister};

use crate::gadget::Gadget;

/// An informer and its lister.
#[derive(Debug)]
pub struct Ours {
    informer: Informer<Gadget>,
    lister: Lister<Gadget>,
}

impl Ours {
    /// Starts an informer. It does not wait before a relist, as the other peer does not either.
    pub fn start(client: Client, initial_sync: InitialSync) -> Self {
        let informer = InformerBuilder::<Gadget>::for_resource(client)
            .initial_sync(initial_sync)
            .backoff(ExponentialBackoff::new(Duration::ZERO, Duration::ZERO))
            .start();
        Self { lister: informer.lister(), informer }
    }

    pub(super) async fn synced(&self) -> Result<()> {
        Ok(self.informer.wait_for_sync().await?)
    }

    pub(super) fn get(&self, namespace: &str, name: &str) -> Option<Arc<Gadget>> {
        self.lister.get(namespace, name)
    }

    pub(super) fn has_relisted(&self, version: &str) -> bool {
        self.lister.resource_version().as_deref() == Some(version)
    }

    pub(super) fn list(&self) -> Vec<Arc<Gadget>> {
        self.lister.list()
    }

    pub(super) async fn stop(self) {
        self.informer.shutdown().await;
    }
}
