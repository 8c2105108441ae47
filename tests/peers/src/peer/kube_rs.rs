//! kube-rs's reflector, used as documented. Must not know the other peers.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::Result;
use futures::{Stream, StreamExt as _, future::BoxFuture};
use kube::{
    Api, Client, ResourceExt as _,
    runtime::{
        WatchStreamExt as _,
        reflector::{self, Store},
        watcher,
    },
};
use tokio::task::JoinHandle;

use super::{KubeOptions, Received, Running};
use crate::{digest::Digest, object::Object};

/// A reflector: its store and the task that drives it.
#[derive(Debug)]
pub(super) struct KubeRs<K: Object> {
    store: Store<K>,
    lists: Arc<AtomicU32>,
    driving: JoinHandle<()>,
}

impl<K: Object> KubeRs<K> {
    /// Starts a reflector.
    pub(super) fn start(
        client: Client,
        namespace: Option<&str>,
        options: KubeOptions,
        received: Arc<Received>,
    ) -> Self {
        let api = match namespace {
            Some(namespace) => Api::<K>::namespaced(client, namespace),
            None => Api::all(client),
        };
        let config = watcher::Config::default();
        let config = match options {
            KubeOptions::Default | KubeOptions::Cleared => config,
            KubeOptions::Streaming => config.streaming_lists(),
        };
        let (store, writer) = reflector::store();
        let lists = Arc::new(AtomicU32::new(0));
        let events = watcher(api, config);
        let driving = match options {
            KubeOptions::Default | KubeOptions::Streaming => {
                tokio::spawn(drive(events.reflect(writer), lists.clone(), received))
            }
            KubeOptions::Cleared => {
                let events = events.modify(|object| object.managed_fields_mut().clear());
                tokio::spawn(drive(events.reflect(writer), lists.clone(), received))
            }
        };
        Self { store, lists, driving }
    }
}

impl<K: Object> Running for KubeRs<K> {
    fn synced(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(self.store.wait_until_ready().await?) })
    }

    fn has_relisted(&self, _version: &str) -> bool {
        self.lists.load(Ordering::Acquire) > 1
    }

    fn digest(&self) -> Digest {
        Digest::of(self.store.state())
    }

    /// Must be called while the client still works. Otherwise the watcher would retry in a loop that never yields, so
    /// the task could not be aborted.
    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {
            self.driving.abort();
            // The result is the cancellation.
            let _ = self.driving.await;
        })
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
