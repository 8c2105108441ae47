//! kube-rs's reflector, used as documented. Must not know the other peer.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::Result;
use futures::{Stream, StreamExt as _};
use kube::{
    Api, Client, ResourceExt as _,
    runtime::{
        WatchStreamExt as _,
        reflector::{self, ObjectRef, Store},
        watcher,
    },
};
use tokio::task::JoinHandle;

use crate::gadget::Gadget;

/// Whether managedFields are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ManagedFields {
    /// Kept as received.
    Keep,
    /// Cleared on the stream, before the store.
    Clear,
}

/// A reflector: its store and the task that drives it.
#[derive(Debug)]
pub struct KubeRs {
    store: Store<Gadget>,
    lists: Arc<AtomicU32>,
    driving: JoinHandle<()>,
}

impl KubeRs {
    /// Starts a reflector.
    pub(super) fn start(client: Client, config: watcher::Config, managed_fields: ManagedFields) -> Self {
        let (store, writer) = reflector::store();
        let lists = Arc::new(AtomicU32::new(0));
        let events = watcher(Api::<Gadget>::all(client), config);
        let driving = match managed_fields {
            ManagedFields::Keep => tokio::spawn(drive(events.reflect(writer), lists.clone())),
            ManagedFields::Clear => {
                let events = events.modify(|gadget| gadget.managed_fields_mut().clear());
                tokio::spawn(drive(events.reflect(writer), lists.clone()))
            }
        };
        Self { store, lists, driving }
    }

    pub(super) async fn synced(&self) -> Result<()> {
        Ok(self.store.wait_until_ready().await?)
    }

    pub(super) fn get(&self, namespace: &str, name: &str) -> Option<Arc<Gadget>> {
        self.store.get(&ObjectRef::new(name).within(namespace))
    }

    pub(super) fn has_relisted(&self) -> bool {
        self.lists.load(Ordering::Acquire) > 1
    }

    pub(super) fn list(&self) -> Vec<Arc<Gadget>> {
        self.store.state()
    }

    /// Must be called while the client still works. Otherwise the watcher would retry in a loop that never yields, so
    /// the task could not be aborted.
    pub(super) async fn stop(self) {
        self.driving.abort();
        // The result is the cancellation.
        let _ = self.driving.await;
    }
}

/// Polls the stream, which drives the reflector, and counts the completed lists.
async fn drive(events: impl Stream<Item = watcher::Result<watcher::Event<Gadget>>>, lists: Arc<AtomicU32>) {
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        // Errors are ignored: the stream continues after an error with a relist.
        if let Ok(watcher::Event::InitDone) = event {
            lists.fetch_add(1, Ordering::Release);
        }
    }
}
