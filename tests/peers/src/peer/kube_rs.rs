//! kube-rs's reflector, used as documented. Must not know the other peers.

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
    Api, ResourceExt as _,
    runtime::{
        WatchStreamExt as _,
        reflector::{self, Store},
        watcher,
    },
};
use tokio::task::JoinHandle;

use super::Received;
use crate::object::Object;

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
pub struct KubeRs<K: Object> {
    store: Store<K>,
    lists: Arc<AtomicU32>,
    driving: JoinHandle<()>,
}

impl<K: Object> KubeRs<K> {
    /// Starts a reflector.
    pub(super) fn start(
        api: Api<K>,
        config: watcher::Config,
        managed_fields: ManagedFields,
        received: Arc<Received>,
    ) -> Self {
        let (store, writer) = reflector::store();
        let lists = Arc::new(AtomicU32::new(0));
        let events = watcher(api, config);
        let driving = match managed_fields {
            ManagedFields::Keep => tokio::spawn(drive(events.reflect(writer), lists.clone(), received)),
            ManagedFields::Clear => {
                let events = events.modify(|object| object.managed_fields_mut().clear());
                tokio::spawn(drive(events.reflect(writer), lists.clone(), received))
            }
        };
        Self { store, lists, driving }
    }

    pub(super) async fn synced(&self) -> Result<()> {
        Ok(self.store.wait_until_ready().await?)
    }

    pub(super) fn has_relisted(&self) -> bool {
        self.lists.load(Ordering::Acquire) > 1
    }

    pub(super) fn list(&self) -> Vec<Arc<K>> {
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

/// Polls the stream, which drives the reflector, counts the completed lists, and passes on each event of a watch.
async fn drive<K: Object>(
    events: impl Stream<Item = watcher::Result<watcher::Event<K>>>,
    lists: Arc<AtomicU32>,
    received: Arc<Received>,
) {
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        match event {
            Ok(watcher::Event::InitDone) => {
                lists.fetch_add(1, Ordering::Release);
            }
            Ok(watcher::Event::Apply(object)) => received.update(&object),
            // Errors are ignored: the stream continues after an error with a relist.
            _ => {}
        }
    }
}
