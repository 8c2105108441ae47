//! kube-rs's reflector, as its documentation shows it. Must not know the other peer.

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
    /// As they come.
    Keep,
    /// Cleared on the stream, before the store.
    Clear,
}

/// A reflector: the task that drives it, and its store.
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

    /// While the client still works: without it the watcher would try again and again, never waiting and so
    /// never to be ended.
    pub(super) async fn stop(self) {
        self.driving.abort();
        // What it ended with is the abort.
        let _ = self.driving.await;
    }
}

/// Polls the stream, without which nothing happens; counts the lists that are complete.
async fn drive(events: impl Stream<Item = watcher::Result<watcher::Event<Gadget>>>, lists: Arc<AtomicU32>) {
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        // An error is told once, and the stream goes on: it lists anew.
        if let Ok(watcher::Event::InitDone) = event {
            lists.fetch_add(1, Ordering::Release);
        }
    }
}
