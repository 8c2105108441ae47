//! reflector-runtime's informer. Must not know the other peer.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use kube::Client;
use reflector_runtime::{
    DeliveryOptions, ExponentialBackoff, Informer, InitialListStrategy, Lister, Overflow, Subscription,
};
use tokio::task::JoinHandle;

use crate::gadget::Gadget;

/// An informer, its lister, and a task that receives every event.
#[derive(Debug)]
pub struct Ours {
    informer: Informer<Gadget>,
    lister: Lister<Gadget>,
    receiving: JoinHandle<()>,
}

impl Ours {
    /// Starts an informer. It relists without backoff, like the other peer.
    pub fn start(client: Client, initial_list_strategy: InitialListStrategy) -> Self {
        let informer = Informer::<Gadget>::builder(client)
            .initial_list_strategy(initial_list_strategy)
            .backoff(ExponentialBackoff::new(Duration::ZERO, Duration::ZERO))
            .start();
        // A slow subscriber of the other peer stops its reflector as well.
        let every_event = DeliveryOptions::new().every_event().on_overflow(Overflow::Backpressure);
        let receiving = tokio::spawn(receive(informer.subscribe_with(every_event)));
        Self { lister: informer.lister(), informer, receiving }
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
        // The subscription has ended, so the task ends after the last event.
        let _ = self.receiving.await;
    }
}

/// Receives every event, as the other peer's stream also yields every event.
async fn receive(mut events: Subscription<Gadget>) {
    while let Some(event) = events.next().await {
        drop(std::hint::black_box(event));
    }
}
