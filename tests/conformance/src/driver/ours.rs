//! Our informer, in this process.

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Client, Config, Resource as KubeResource, ResourceExt as _,
    core::{ApiResource, GroupVersionKind},
};
use reflector_runtime::{Delivery, Event, Informer, InformerBuilder, InitialListStrategy};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use super::{Call, CallKind, Driver, Final, Observation, Running, Subject};
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
        let failed = |error: &dyn std::fmt::Display| Error::Driver(error.to_string());
        let url = subject.url.parse().map_err(|error| failed(&error))?;
        let client = Client::try_from(Config::new(url)).map_err(|error| failed(&error))?;
        match subject.resource {
            Resource::ConfigMaps => {
                let mut builder = Informer::<ConfigMap>::builder(client);
                if !subject.namespace.is_empty() {
                    builder = builder.namespace(&subject.namespace);
                }
                Ok(run(self.set(builder, subject), subject.joins))
            }
            Resource::Widgets => {
                let kind = GroupVersionKind::gvk("example.com", "v1", Resource::Widgets.kind());
                let resource = ApiResource::from_gvk_with_plural(&kind, Resource::Widgets.plural());
                let mut builder = Informer::dynamic(client, &resource).map_err(|error| failed(&error))?;
                if !subject.namespace.is_empty() {
                    builder = builder.namespace(&subject.namespace);
                }
                Ok(run(self.set(builder, subject), subject.joins))
            }
        }
    }
}

impl Ours {
    fn set<K, S>(self, mut builder: InformerBuilder<K, S>, subject: &Subject) -> InformerBuilder<K, S>
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
        if let Some(seconds) = subject.quiet_seconds {
            builder = builder.options(|options| options.response_timeout = Duration::from_secs(seconds));
        }
        builder.resync(Duration::from_secs(subject.resync_seconds.into()))
    }
}

fn run<K, S>(builder: InformerBuilder<K, S>, joins: Joins) -> Running
where
    K: KubeResource + DeserializeOwned + Send + Sync + 'static,
    S: 'static,
{
    let (stop, stopped) = oneshot::channel();
    let (running, told) = Running::new(move || {
        // An informer whose task is gone has stopped.
        let _ = stop.send(());
    });
    tokio::spawn(follow(builder, joins, stopped, told));
    running
}

async fn follow<K, S>(
    builder: InformerBuilder<K, S>,
    joins: Joins,
    mut stopped: oneshot::Receiver<()>,
    told: UnboundedSender<Observation>,
) where
    K: KubeResource + DeserializeOwned + Send + Sync + 'static,
    S: 'static,
{
    let informer = builder.start();
    // Nobody listens any more where telling fails.
    let tell = |what| {
        let _ = told.send(what);
    };
    if joins == Joins::WhenSynced
        && let Err(error) = informer.wait_for_sync().await
    {
        return tell(Observation::Failed(error.to_string()));
    }
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    loop {
        tokio::select! {
            biased;
            event = events.next() => match event {
                Some(event) => tell(Observation::Call(call(&event))),
                None => return tell(Observation::Failed("the informer stopped by itself".to_owned())),
            },
            _ = &mut stopped => break,
        }
    }
    let synced = informer.is_synced();
    let cached = informer.lister().store().list();
    let cache = cached.iter().map(|object| (key(&**object), version(&**object))).collect();
    informer.shutdown().await;
    tell(Observation::Final(Final { synced, cache }));
}

fn call<K: KubeResource>(event: &Event<K>) -> Call {
    let object = event.object();
    let call = Call {
        kind: CallKind::Add,
        key: key(&**object),
        old: String::new(),
        version: version(&**object),
        in_initial_list: false,
        unseen: false,
    };
    match event {
        Event::Added { in_initial_list, .. } => Call { in_initial_list: *in_initial_list, ..call },
        Event::Updated { old, .. } => Call { kind: CallKind::Update, old: version(&**old), ..call },
        Event::Deleted { final_state_known, .. } => {
            Call { kind: CallKind::Delete, unseen: !final_state_known, ..call }
        }
    }
}

fn key<K: KubeResource>(object: &K) -> String {
    match object.namespace() {
        Some(namespace) => format!("{namespace}/{}", object.name_any()),
        None => object.name_any(),
    }
}

fn version<K: KubeResource>(object: &K) -> String {
    object.resource_version().unwrap_or_default()
}
