//! The operator: each `Greeting` owns a `ConfigMap` that contains its text. With a finalizer, a status with a condition,
//! and events.
//!
//! Reads come from the informers' caches. Writes go through kube's client, and each one is awaited by the next run.

#![allow(unreachable_pub, reason = "the module is also compiled by the end-to-end tests")]

use std::{sync::Arc, time::Duration};

use k8s_openapi::{
    api::core::v1::ConfigMap,
    apimachinery::pkg::apis::meta::v1::{Condition, Time},
    jiff::Timestamp,
};
use kube::{
    Api, Client, CustomResource, Resource as _, ResourceExt as _,
    api::{DeleteParams, Patch, PatchParams},
    runtime::{
        controller::Action,
        events::{Event, EventType, Recorder, Reporter},
        finalizer,
    },
};
use reflector_runtime::{
    Informer, InformerExt as _, Lister, Reflect,
    reconcile::{Context, Next, OwnWriteError, ReconcileError, Reconciler, Summary, predicate},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A greeting is deleted only after its cleanup.
const FINALIZER: &str = "example.com/greeting";

/// A text, which the operator writes to a `ConfigMap`.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Greeting", namespaced, status = "GreetingStatus")]
pub struct GreetingSpec {
    /// The text.
    pub text: String,
}

/// What the operator has done.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GreetingStatus {
    /// The generation of the spec that the status describes.
    pub observed_generation: Option<i64>,
    /// The condition `Ready`.
    #[serde(default)]
    #[schemars(schema_with = "conditions")]
    pub conditions: Vec<Condition>,
}

/// Not needed with the feature `schemars` of `k8s-openapi`.
fn conditions(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "array",
        "items": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
    })
}

/// Why a run failed.
#[derive(Debug)]
pub enum Error {
    /// A request failed.
    Kube(kube::Error),
    /// The finalizer could not be added or removed.
    Finalizer(Box<finalizer::Error<Error>>),
    /// A write cannot be awaited.
    OwnWrite(OwnWriteError),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kube(error) => error.fmt(f),
            Self::Finalizer(error) => error.fmt(f),
            Self::OwnWrite(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<kube::Error> for Error {
    fn from(error: kube::Error) -> Self {
        Self::Kube(error)
    }
}

impl From<OwnWriteError> for Error {
    fn from(error: OwnWriteError) -> Self {
        Self::OwnWrite(error)
    }
}

/// The operator, ready to run.
pub struct Operator {
    client: Client,
    /// The greetings.
    pub greetings: Informer<Greeting>,
    /// The owned objects.
    pub maps: Informer<ConfigMap>,
}

impl Operator {
    /// Starts the informers. An empty namespace means all.
    pub fn new(client: Client, namespace: &str) -> Self {
        Self {
            greetings: Greeting::informer(client.clone()).namespace(namespace).start(),
            maps: ConfigMap::informer(client.clone()).namespace(namespace).labels("app=greetings").start(),
            client,
        }
    }

    /// The reconciler, before it runs.
    pub fn reconciler(&self) -> Reconciler<Greeting> {
        Reconciler::new(&self.greetings)
            // The status is written by the operator itself.
            .on(|event| predicate::generation_changed(event) || predicate::finalizers_changed(event))
            .owns(&self.maps)
            .concurrency(8)
    }

    /// Runs until the shutdown completes.
    pub async fn run(
        self,
        reconciler: Reconciler<Greeting>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Summary, ReconcileError> {
        let run = Arc::new(Run {
            maps: self.maps.lister(),
            recorder: Recorder::new(self.client.clone(), Reporter::from("greetings")),
            client: self.client,
        });
        let reconcile = move |context: Context<Greeting>, _| {
            let run = run.clone();
            async move { run.reconcile(&context).await }
        };
        reconciler.run(reconcile, shutdown).await
    }
}

/// What each run needs.
struct Run {
    client: Client,
    maps: Lister<ConfigMap>,
    recorder: Recorder,
}

impl Run {
    async fn reconcile(&self, context: &Context<Greeting>) -> Result<Next, Error> {
        // The cleanup was done before the finalizer was removed.
        let Some(greeting) = context.object() else { return Ok(Next::Done) };
        let api: Api<Greeting> = Api::namespaced(self.client.clone(), &namespace(&greeting));
        let finalized = finalizer(&api, FINALIZER, greeting, async |event| {
            match event {
                finalizer::Event::Apply(greeting) => self.apply(context, &api, &greeting).await?,
                finalizer::Event::Cleanup(greeting) => self.clean_up(&greeting).await?,
            }
            Ok(Action::await_change())
        });
        match finalized.await {
            Ok(_) => Ok(Next::After(Duration::from_secs(600))),
            // The finalizer was removed before, and the deletion is not in the cache yet.
            Err(finalizer::Error::RemoveFinalizer(kube::Error::Api(status))) if status.is_not_found() => {
                Ok(Next::Done)
            }
            Err(error) => Err(Error::Finalizer(Box::new(error))),
        }
    }

    /// Brings the `ConfigMap` and the status to what the spec says.
    async fn apply(
        &self,
        context: &Context<Greeting>,
        api: &Api<Greeting>,
        greeting: &Greeting,
    ) -> Result<(), Error> {
        let (namespace, name) = (namespace(greeting), greeting.name_any());
        let text = &greeting.spec.text;
        let cached = self.maps.get(&namespace, &name);
        let is_current = cached.is_some_and(|map| {
            map.data.as_ref().and_then(|data| data.get("text")) == Some(text)
                && map.owner_references().iter().any(|owner| Some(&owner.uid) == greeting.meta().uid.as_ref())
        });
        if !is_current {
            let maps: Api<ConfigMap> = Api::namespaced(self.client.clone(), &namespace);
            let map = json!({
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": {
                    "name": name,
                    "labels": { "app": "greetings" },
                    "ownerReferences": [greeting.controller_owner_ref(&())],
                },
                "data": { "text": text },
            });
            let parameters = PatchParams::apply("greetings").force();
            let written = maps.patch(&name, &parameters, &Patch::Apply(map)).await?;
            context.wait_for_own_write(&written)?;
            self.publish(greeting, "Written", "The text was written to the ConfigMap").await;
        }
        let status = status(greeting);
        if greeting.status.as_ref() != Some(&status) {
            let patch = Patch::Merge(json!({ "status": status }));
            let written = api.patch_status(&name, &PatchParams::default(), &patch).await?;
            context.wait_for_own_write(&written)?;
        }
        Ok(())
    }

    async fn clean_up(&self, greeting: &Greeting) -> Result<(), Error> {
        let maps: Api<ConfigMap> = Api::namespaced(self.client.clone(), &namespace(greeting));
        match maps.delete(&greeting.name_any(), &DeleteParams::default()).await {
            Ok(_) => {}
            Err(kube::Error::Api(status)) if status.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
        self.publish(greeting, "Removed", "The ConfigMap was deleted").await;
        Ok(())
    }

    /// Events are informative: a run does not fail because one could not be published.
    async fn publish(&self, greeting: &Greeting, reason: &str, note: &str) {
        let event = Event {
            type_: EventType::Normal,
            reason: reason.to_owned(),
            note: Some(note.to_owned()),
            action: "Reconcile".to_owned(),
            secondary: None,
        };
        if self.recorder.publish(&event, &greeting.object_ref(&())).await.is_err() {
            tracing::warn!(reason, "an event could not be published");
        }
    }
}

fn namespace(greeting: &Greeting) -> String {
    greeting.namespace().unwrap_or_default()
}

/// The status once everything is written. The time of the condition changes only with its value.
fn status(greeting: &Greeting) -> GreetingStatus {
    let known = greeting.status.iter().flat_map(|status| &status.conditions);
    let mut since = known
        .filter(|known| known.type_ == "Ready" && known.status == "True")
        .map(|known| &known.last_transition_time);
    let ready = Condition {
        type_: "Ready".to_owned(),
        status: "True".to_owned(),
        reason: "Written".to_owned(),
        message: String::new(),
        observed_generation: greeting.meta().generation,
        last_transition_time: since.next().cloned().unwrap_or_else(|| Time(Timestamp::now())),
    };
    GreetingStatus { observed_generation: greeting.meta().generation, conditions: vec![ready] }
}
