//! kube-rs's watcher and store, in this process. Its events have other names than the calls of a handler: [`CallKind`].

use futures::{FutureExt as _, Stream, StreamExt as _, stream};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, Resource as KubeResource,
    core::DynamicObject,
    runtime::{
        WatchStreamExt as _, reflector,
        watcher::{self, Event},
    },
};
use serde::de::DeserializeOwned;
use std::{fmt::Debug, hash::Hash};
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use super::{
    Call, CallKind, Driver, Final, Observation, Running, Subject,
    in_process::{self, key, version},
};
use crate::{Error, script::Resource};

/// Runs kube-rs's `watcher` with its default settings and backoff, and its `reflector`.
#[derive(Clone, Copy, Debug)]
pub struct KubeRs;

impl Driver for KubeRs {
    fn name(&self) -> &'static str {
        "kube-rs"
    }

    fn start(&self, subject: &Subject) -> Result<Running, Error> {
        let client = in_process::client(subject)?;
        match subject.resource {
            Resource::ConfigMaps => Ok(run(Api::<ConfigMap>::all(client), ())),
            resource @ (Resource::Widgets | Resource::Namespaces) => {
                let resource = in_process::api_resource(resource);
                Ok(run(Api::<DynamicObject>::all_with(client, &resource), resource))
            }
        }
    }
}

fn run<K>(api: Api<K>, ty: K::DynamicType) -> Running
where
    K: KubeResource + Clone + Debug + DeserializeOwned + Send + Sync + 'static,
    K::DynamicType: Clone + Debug + Eq + Hash + Send + Sync,
{
    let (running, stopped, observations) = in_process::running();
    let writer = reflector::store::Writer::new(ty);
    let store = writer.as_reader();
    let events = watcher::watcher(api, watcher::Config::default()).default_backoff().reflect(writer);
    tokio::spawn(observe(events, store, stopped, observations));
    running
}

async fn observe<K>(
    events: impl Stream<Item = Result<Event<K>, watcher::Error>> + Send + 'static,
    store: reflector::Store<K>,
    stopped: oneshot::Receiver<()>,
    observations: UnboundedSender<Observation>,
) where
    K: KubeResource + Clone + 'static,
    K::DynamicType: Clone + Eq + Hash,
{
    // Sending fails only if the run has ended.
    let send = |observation| {
        let _ = observations.send(observation);
    };
    let calls = events.flat_map(|event| stream::iter(event.ok().and_then(|event| call(&event))));
    let mut calls = std::pin::pin!(calls.take_until(stopped));
    while let Some(call) = calls.next().await {
        send(Observation::Call(call));
    }
    let cache = store.state().iter().map(|object| (key(&**object), version(&**object))).collect();
    let synced = store.wait_until_ready().now_or_never().is_some();
    send(Observation::Final(Final { synced, sync_error: None, cache }));
}

fn call<K: KubeResource>(event: &Event<K>) -> Option<Call> {
    let (kind, object) = match event {
        Event::Init | Event::InitDone => return None,
        Event::InitApply(object) => (CallKind::InitApply, object),
        Event::Apply(object) => (CallKind::Apply, object),
        Event::Delete(object) => (CallKind::Delete, object),
    };
    Some(Call {
        kind,
        key: key(object),
        old: String::new(),
        version: version(object),
        in_initial_list: false,
        final_state_unknown: false,
    })
}
