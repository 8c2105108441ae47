//! Our informer, in this process.

use futures::FutureExt as _;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::Resource as KubeResource;
use reflector_runtime::{Delivery, Event, Informer, InformerBuilder, InitialListStrategy, SyncError};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use super::{
    Call, CallKind, Driver, Final, Observation, Running, Subject,
    in_process::{self, key, version},
};
use crate::{
    Error, Gate,
    script::{Joins, Resource},
};

/// Runs our informers.
#[derive(Clone, Copy, Debug)]
pub struct Ours {
    /// How they read the initial state.
    pub gate: Gate,
}

impl Driver for Ours {
    fn name(&self) -> &'static str {
        "ours"
    }

    fn start(&self, subject: &Subject) -> Result<Running, Error> {
        let client = in_process::client(subject)?;
        match subject.resource {
            Resource::Namespaces => {
                let builder = Informer::<Namespace>::builder(client);
                Ok(run(self.configure(builder, subject), subject.joins))
            }
            Resource::ConfigMaps if !subject.dynamic => {
                let mut builder = Informer::<ConfigMap>::builder(client);
                if !subject.namespace.is_empty() {
                    builder = builder.namespace(&subject.namespace);
                }
                Ok(run(self.configure(builder, subject), subject.joins))
            }
            resource @ (Resource::Widgets | Resource::ConfigMaps) => {
                let resource = in_process::api_resource(resource);
                let mut builder =
                    Informer::dynamic(client, &resource).map_err(|error| in_process::failed(&error))?;
                if !subject.namespace.is_empty() {
                    builder = builder.namespace(&subject.namespace);
                }
                Ok(run(self.configure(builder, subject), subject.joins))
            }
        }
    }
}

impl Ours {
    fn configure<K, S>(self, mut builder: InformerBuilder<K, S>, subject: &Subject) -> InformerBuilder<K, S>
    where
        K: DeserializeOwned + Send + Sync + 'static,
    {
        builder = builder.initial_list_strategy(match self.gate {
            Gate::List => InitialListStrategy::List,
            Gate::WatchList => InitialListStrategy::WatchList,
        });
        if !subject.labels.is_empty() {
            builder = builder.labels(&subject.labels);
        }
        if !subject.fields.is_empty() {
            builder = builder.fields(&subject.fields);
        }
        if subject.page_size > 0 {
            builder = builder.page_size(subject.page_size);
        }
        if let Some(seconds) = subject.response_timeout_seconds {
            builder = builder.options(|options| options.response_timeout = Duration::from_secs(seconds));
        }
        if let Some(bytes) = subject.max_object_bytes {
            builder = builder.max_object_bytes(bytes);
        }
        builder.resync(Duration::from_secs(subject.resync_seconds.into()))
    }
}

fn run<K, S>(builder: InformerBuilder<K, S>, joins: Joins) -> Running
where
    K: KubeResource + DeserializeOwned + Send + Sync + 'static,
    S: 'static,
{
    let (running, stopped, observations) = in_process::running();
    tokio::spawn(observe(builder, joins, stopped, observations));
    running
}

async fn observe<K, S>(
    builder: InformerBuilder<K, S>,
    joins: Joins,
    mut stopped: oneshot::Receiver<()>,
    observations: UnboundedSender<Observation>,
) where
    K: KubeResource + DeserializeOwned + Send + Sync + 'static,
    S: 'static,
{
    let informer = builder.start();
    // Sending fails only if the run has ended.
    let send = |observation| {
        let _ = observations.send(observation);
    };
    if joins == Joins::WhenSynced
        && let Err(error) = informer.wait_for_sync().await
    {
        return send(Observation::Failed(error.to_string()));
    }
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    loop {
        tokio::select! {
            biased;
            event = events.next() => match event {
                Some(event) => send(Observation::Call(call(&event))),
                None => return send(Observation::Failed("the informer stopped without being asked to".to_owned())),
            },
            _ = &mut stopped => break,
        }
    }
    let synced = informer.is_synced();
    let sync_error = match informer.wait_for_sync().into_future().now_or_never() {
        Some(Err(SyncError::Failed { reason, .. })) => Some(reason.to_string()),
        Some(Err(error)) => Some(error.to_string()),
        Some(Ok(())) | None => None,
    };
    let cached = informer.lister().store().list();
    let cache = cached.iter().map(|object| (key(&**object), version(&**object))).collect();
    informer.shutdown().await;
    send(Observation::Final(Final { synced, sync_error, cache }));
}

fn call<K: KubeResource>(event: &Event<K>) -> Call {
    let object = event.object();
    let call = Call {
        kind: CallKind::Add,
        key: key(&**object),
        old: String::new(),
        version: version(&**object),
        in_initial_list: false,
        final_state_unknown: false,
    };
    match event {
        Event::Added { in_initial_list, .. } => Call { in_initial_list: *in_initial_list, ..call },
        Event::Updated { old, .. } => Call { kind: CallKind::Update, old: version(&**old), ..call },
        Event::Deleted { final_state_known, .. } => {
            Call { kind: CallKind::Delete, final_state_unknown: !final_state_known, ..call }
        }
    }
}
