//! Adapters to kube-rs's runtime, so that a program can move one piece at a time: its `Controller` reads from an
//! [`Informer`], and code that consumes `watcher::Event` receives them from one.
//!
//! ```no_run
//! use std::{sync::Arc, time::Duration};
//! use futures::StreamExt as _;
//! use k8s_openapi::api::core::v1::ConfigMap;
//! use kube::runtime::{Controller, controller::Action};
//! use reflector_runtime::{Informer, kube_runtime};
//!
//! # async fn run(client: kube::Client) {
//! let maps = Informer::<ConfigMap>::builder(client).start();
//! let (store, changes) = kube_runtime::shared_stream(&maps);
//! // `for_shared_stream` needs kube's feature `unstable-runtime`.
//! Controller::for_shared_stream(changes, store)
//!     .run(
//!         |map: Arc<ConfigMap>, _| async move {
//!             println!("{:?}", map.metadata.name);
//!             Ok::<_, kube::Error>(Action::await_change())
//!         },
//!         |_, _, _| Action::requeue(Duration::from_secs(5)),
//!         Arc::new(()),
//!     )
//!     .for_each(|_| async {})
//!     .await;
//! # }
//! ```
//!
//! Owns the translation only. Must not depend on the reflector or on requests.

use std::{hash::Hash, sync::Arc};

use futures::{Stream, StreamExt as _, stream};
use kube::runtime::{
    reflector::{self, Lookup, ObjectRef},
    watcher,
};

use crate::informer::{Event, Informer, Subscription};

/// The cached objects and all changes as kube-rs's `watcher` delivers them: `Init`, an `InitApply` for each cached object,
/// `InitDone`, and then `Apply` and `Delete`.
///
/// Starts when the informer is synced. There is no second `Init`: changes missed during a disconnect are delivered as
/// `Apply` and `Delete`. There are no errors: see [`Informer::health`]. The stream ends with the informer, which it does
/// not keep running. Each object is copied.
///
/// ```no_run
/// # use std::pin::pin;
/// # use futures::StreamExt as _;
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::{Informer, kube_runtime};
/// use kube::runtime::watcher::Event;
///
/// # async fn run(pods: Informer<Pod>) -> Result<(), kube::runtime::watcher::Error> {
/// let mut events = pin!(kube_runtime::watcher_events(&pods));
/// while let Some(event) = events.next().await.transpose()? {
///     match event {
///         Event::Init | Event::InitDone => {}
///         Event::InitApply(pod) | Event::Apply(pod) => {
///             println!("{:?}", pod.metadata.name);
///         }
///         Event::Delete(pod) => println!("deleted {:?}", pod.metadata.name),
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub fn watcher_events<K, S>(
    informer: &Informer<K, S>,
) -> impl Stream<Item = Result<watcher::Event<K>, watcher::Error>> + Send + use<K, S>
where
    K: Clone + Send + Sync + 'static,
    S: 'static,
{
    shared_events(informer).map(|event| {
        Ok(match event {
            Shared::Init => watcher::Event::Init,
            Shared::InitApply(object) => watcher::Event::InitApply(Arc::unwrap_or_clone(object)),
            Shared::InitDone => watcher::Event::InitDone,
            Shared::Apply(object) => watcher::Event::Apply(Arc::unwrap_or_clone(object)),
            Shared::Delete(object) => watcher::Event::Delete(Arc::unwrap_or_clone(object)),
        })
    })
}

/// The parts that `Controller::for_shared_stream` takes: a kube-rs store, and a stream of the objects that changed. For
/// `owns_shared_stream` and `watches_shared_stream`, see [`touched_objects`].
///
/// The store is updated while the stream is polled. It contains copies of the objects, so that memory is used twice
/// until the controller has moved to [`Reconciler`](crate::reconcile::Reconciler). As in kube-rs, deletions are not in
/// the stream. The stream keeps the informer running.
///
/// ```no_run
/// # use std::pin::pin;
/// # use futures::StreamExt as _;
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::{Informer, kube_runtime};
/// # async fn run(pods: Informer<Pod>) {
/// let (store, changes) = kube_runtime::shared_stream(&pods);
/// let mut changes = pin!(changes);
/// while let Some(pod) = changes.next().await {
///     println!("{:?}, one of {}", pod.metadata.name, store.len());
/// }
/// # }
/// ```
pub fn shared_stream<K, S>(
    informer: &Informer<K, S>,
) -> (reflector::Store<K>, impl Stream<Item = Arc<K>> + Send + use<K, S>)
where
    K: Lookup<DynamicType: Default + Eq + Hash + Clone + Send + Sync> + Clone + Send + Sync + 'static,
    S: 'static,
{
    let (store, writer) = reflector::store();
    let reader = store.clone();
    let events = watcher_events(informer).filter_map(|event| async move { event.ok() });
    let state = (Box::pin(events), writer, reader, informer.clone());
    let objects = stream::unfold(state, |(mut events, mut writer, reader, informer)| async move {
        loop {
            let event = events.next().await?;
            writer.apply_watcher_event(&event);
            let changed = match event {
                // As kube-rs's `reflector`: the objects of the initial list follow when the store is complete.
                watcher::Event::InitDone => reader.state(),
                watcher::Event::Apply(object) => {
                    reader.get(&ObjectRef::from_obj(&object)).into_iter().collect()
                }
                watcher::Event::Init | watcher::Event::InitApply(_) | watcher::Event::Delete(_) => continue,
            };
            return Some((stream::iter(changed), (events, writer, reader, informer)));
        }
    });
    (store, objects.flatten())
}

/// The objects that were added, changed or deleted, as kube-rs's `touched_objects` yields them: for
/// `Controller::owns_shared_stream` and `watches_shared_stream`, so that the deletion of an owned object is followed by a
/// run of its owner.
///
/// Begins with the cached objects. A deleted object is yielded with its last state. When the owner references of an object
/// change, its earlier state is yielded too, so that the old and the new owner run. Objects are not copied. The stream
/// keeps the informer running.
///
/// ```no_run
/// # use k8s_openapi::api::{apps::v1::Deployment, core::v1::ConfigMap};
/// use kube::runtime::Controller;
/// use reflector_runtime::{Informer, kube_runtime};
///
/// # fn build(maps: Informer<ConfigMap>, deployments: Informer<Deployment>) {
/// let (store, changes) = kube_runtime::shared_stream(&maps);
/// let controller = Controller::for_shared_stream(changes, store)
///     .owns_shared_stream(kube_runtime::touched_objects(&deployments));
/// # }
/// ```
pub fn touched_objects<K, S>(informer: &Informer<K, S>) -> impl Stream<Item = Arc<K>> + Send + use<K, S>
where
    K: Send + Sync + 'static,
    S: 'static,
{
    stream::unfold((informer.subscribe(), informer.clone()), |(mut events, informer)| async move {
        let event = events.next().await?;
        let (old, new, metadata) = match event {
            Event::Added { object, .. } => return Some((vec![object], (events, informer))),
            Event::Updated { old, new, metadata, .. } => (old, new, metadata),
            Event::Deleted { previous, last_known, metadata, .. } => (previous, last_known, metadata),
        };
        let same_owners = metadata(&old).owner_references == metadata(&new).owner_references;
        let objects = if same_owners { vec![new] } else { vec![old, new] };
        Some((objects, (events, informer)))
    })
    .map(stream::iter)
    .flatten()
}

/// A `watcher::Event` that does not own its object.
enum Shared<K> {
    Init,
    InitApply(Arc<K>),
    InitDone,
    Apply(Arc<K>),
    Delete(Arc<K>),
}

enum Phase<K: 'static> {
    Init(Subscription<K>),
    InitApply(Subscription<K>),
    /// The initial list is complete. This event was read to find that out.
    Live(Subscription<K>, Option<Event<K>>),
}

fn shared_events<K, S>(informer: &Informer<K, S>) -> impl Stream<Item = Shared<K>> + Send + use<K, S>
where
    K: Send + Sync + 'static,
    S: 'static,
{
    let (synced, informer) = (informer.wait_for_sync().retry_forever(), informer.subscribe());
    stream::once(async move {
        let synced = synced.await.is_ok();
        stream::unfold(Phase::Init(informer), Phase::next).take_while(move |_| async move { synced })
    })
    .flatten()
}

impl<K: Send + Sync + 'static> Phase<K> {
    async fn next(self) -> Option<(Shared<K>, Self)> {
        match self {
            Self::Init(events) => Some((Shared::Init, Self::InitApply(events))),
            // All initial events are queued before the first change.
            Self::InitApply(mut events) => Some(match events.try_next() {
                Some(Event::Added { object, in_initial_list: true, .. }) => {
                    (Shared::InitApply(object), Self::InitApply(events))
                }
                next => (Shared::InitDone, Self::Live(events, next)),
            }),
            Self::Live(mut events, read) => {
                let event = match read {
                    Some(event) => event,
                    None => events.next().await?,
                };
                let event = match event {
                    Event::Added { object, .. } | Event::Updated { new: object, .. } => Shared::Apply(object),
                    Event::Deleted { last_known, .. } => Shared::Delete(last_known),
                };
                Some((event, Self::Live(events, None)))
            }
        }
    }
}
