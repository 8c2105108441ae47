//! reflector-runtime's informer. Must not know the other peers.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use futures::future::BoxFuture;
use reflector_runtime::{
    DeliveryOptions, Event, ExponentialBackoff, Informer, InformerBuilder, InitialListStrategy, Lister,
    Namespaced, Overflow, Subscription,
};
use tokio::task::JoinHandle;

use super::{Received, Running};
use crate::{digest::Digest, object::Object};

/// An informer, its lister, and a task per handler that receives every event.
#[derive(Debug)]
pub(super) struct Ours<K: 'static> {
    informer: Informer<K>,
    lister: Lister<K>,
    receiving: Vec<JoinHandle<()>>,
}

impl<K: Object> Ours<K> {
    /// Starts an informer. It relists without backoff, like the other peers.
    pub(super) fn start(
        builder: InformerBuilder<K, Namespaced>,
        namespace: Option<&str>,
        initial_list_strategy: InitialListStrategy,
        received: &[Arc<Received>],
    ) -> Self {
        let informer = builder
            // An empty namespace means all.
            .namespace(namespace.unwrap_or_default())
            .initial_list_strategy(initial_list_strategy)
            .backoff(ExponentialBackoff::new(Duration::ZERO, Duration::ZERO))
            .start();
        // A slow subscriber of kube-rs stops its reflector as well.
        let every_event = DeliveryOptions::new().every_event().on_overflow(Overflow::Backpressure);
        let receiving = received
            .iter()
            .map(|received| {
                tokio::spawn(receive(informer.subscribe_with(every_event.clone()), received.clone()))
            })
            .collect();
        Self { lister: informer.lister(), informer, receiving }
    }
}

impl<K: Object> Running for Ours<K> {
    fn synced(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(self.informer.wait_for_sync().await?) })
    }

    fn has_relisted(&self, version: &str) -> bool {
        self.lister.resource_version().as_deref() == Some(version)
    }

    fn digest(&self) -> Digest {
        Digest::of(self.lister.list())
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {
            self.informer.shutdown().await;
            for receiving in self.receiving {
                // The subscription has ended, so the task ends after the last event.
                let _ = receiving.await;
            }
        })
    }
}

/// Receives every event, as the other peers also deliver every event.
async fn receive<K: Object>(mut events: Subscription<K>, received: Arc<Received>) {
    while let Some(event) = events.next().await {
        if let Event::Updated { new, .. } = &event {
            received.update(&**new);
        }
        drop(std::hint::black_box(event));
    }
}
