//! [`Source`]: an informer whose events lead to runs.

use std::{fmt, sync::Arc};

use crate::{
    informer::{Event, Informer, Subscription, WaitForSync},
    store::Store,
};

type Predicate<D> = Arc<dyn Fn(&Event<D>) -> bool + Send + Sync>;

/// An informer whose events lead to runs, and the predicates that they must satisfy.
///
/// `&informer` converts into a source without predicates. A source keeps the informer running.
///
/// ```no_run
/// # use k8s_openapi::api::{apps::v1::Deployment, core::v1::ConfigMap};
/// # use reflector_runtime::{Informer, reconcile::{Reconciler, Source, predicate}};
/// # fn build(maps: Informer<ConfigMap>, deployments: Informer<Deployment>) {
/// let reconciler = Reconciler::new(&maps)
///     .owns(Source::from(&deployments).on(predicate::generation_changed));
/// # }
/// ```
pub struct Source<D: 'static> {
    pub(super) informer: Arc<dyn AnyInformer<D>>,
    predicates: Vec<Predicate<D>>,
}

/// An informer of any scope.
pub(super) trait AnyInformer<D: 'static>: Send + Sync {
    fn wait_for_sync(&self) -> WaitForSync;
    fn subscribe(&self) -> Subscription<D>;
    fn store(&self) -> Store<D>;
}

impl<D: Send + Sync + 'static, S> AnyInformer<D> for Informer<D, S> {
    fn wait_for_sync(&self) -> WaitForSync {
        self.wait_for_sync()
    }

    fn subscribe(&self) -> Subscription<D> {
        self.subscribe()
    }

    fn store(&self) -> Store<D> {
        self.lister().store().clone()
    }
}

impl<D: 'static> Source<D> {
    /// Only events that satisfy this predicate lead to a run. Several predicates must all be satisfied.
    #[must_use]
    pub fn on(mut self, predicate: impl Fn(&Event<D>) -> bool + Send + Sync + 'static) -> Self {
        self.predicates.push(Arc::new(predicate));
        self
    }

    pub(super) fn is_relevant(&self, event: &Event<D>) -> bool {
        self.predicates.iter().all(|predicate| predicate(event))
    }
}

impl<D: Send + Sync + 'static, S: 'static> From<&Informer<D, S>> for Source<D> {
    fn from(informer: &Informer<D, S>) -> Self {
        Self { informer: Arc::new(informer.clone()), predicates: Vec::new() }
    }
}

impl<D> fmt::Debug for Source<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("store", &self.informer.store())
            .field("predicates", &self.predicates.len())
            .finish()
    }
}
