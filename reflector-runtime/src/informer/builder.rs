//! [`InformerBuilder`]: the configuration of an informer.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    marker::PhantomData,
    sync::Arc,
    time::Duration,
};

use kube::Client;

#[cfg(doc)]
use super::Informer;
use super::settings::FunctionId;
use crate::{
    backoff::Backoff,
    delta_fifo::QueueOrder,
    index::AnyIndex,
    key::KeyRef,
    list_watch::{IntoFieldSelector, ManagedFields, Selectors, ShardRange, WireFormat},
    reflector::{ErrorHook, InitialListStrategy, ListLimiter, ReflectorError, ReflectorOptions, Resync},
    resource_type::{HasNamespaces, NameError, Namespaced, ResourceType},
    store::IntoLabelSelector,
    wire::Transform,
};

/// Builds an [`Informer`]. No request is sent before [`start`](Self::start).
///
/// ```no_run
/// use std::time::Duration;
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::Informer;
///
/// # fn start(client: kube::Client) -> Informer<Pod> {
/// Informer::<Pod>::builder(client)
///     .namespace("team-a")
///     .labels("app=web")
///     .resync(Duration::from_secs(600))
///     .on_error(|error| eprintln!("{error}"))
///     .start()
/// # }
/// ```
#[must_use = "an informer runs only once it is started"]
pub struct InformerBuilder<K: 'static, S = Namespaced> {
    pub(super) client: Client,
    pub(super) resource_type: ResourceType<K>,
    pub(super) name: Option<String>,
    pub(super) selectors: Selectors,
    pub(super) wire_format: WireFormat,
    pub(super) managed_fields: ManagedFields,
    pub(super) transform: Option<Transform<K>>,
    pub(super) max_object_bytes: Option<usize>,
    pub(super) options: ReflectorOptions,
    pub(super) resync: Option<Resync>,
    pub(super) queue_order: QueueOrder,
    pub(super) on_error: Option<ErrorHook>,
    pub(super) limiter: Option<ListLimiter>,
    /// The namespaces, if there is a set of them.
    pub(super) namespaces: Option<BTreeSet<String>>,
    /// What identifies the functions that were set.
    pub(super) functions: BTreeMap<&'static str, FunctionId>,
    /// It waits for one object, and publishes no metrics: their number would not be bounded.
    #[cfg(feature = "metrics")]
    pub(super) is_one_shot: bool,
    scope: PhantomData<fn() -> S>,
}

impl<K: 'static, S> InformerBuilder<K, S> {
    /// A builder for this resource type. Most programs use `Widget::informer(client)`, which the derive generates, or
    /// [`InformerExt::informer`](super::InformerExt::informer).
    pub fn new(client: Client, resource_type: ResourceType<K>) -> Self {
        Self {
            client,
            resource_type,
            name: None,
            selectors: Selectors::default(),
            wire_format: WireFormat::default(),
            managed_fields: ManagedFields::default(),
            transform: None,
            max_object_bytes: None,
            options: ReflectorOptions::default(),
            resync: None,
            queue_order: QueueOrder::default(),
            on_error: None,
            limiter: None,
            namespaces: None,
            functions: BTreeMap::new(),
            #[cfg(feature = "metrics")]
            is_one_shot: false,
            scope: PhantomData,
        }
    }

    /// The name in logs and errors. By default, a description of the listed resource.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Lists and watches another version of the kind than the one of the type, for a cluster that does not serve that one.
    /// The type must be able to decode its objects: see "Several versions of one kind" in the book.
    ///
    /// # Errors
    /// [`NameError`] if the version is not valid in Kubernetes.
    pub fn version(mut self, version: impl Into<String>) -> Result<Self, NameError> {
        self.resource_type = self.resource_type.with_version(version.into())?;
        Ok(self)
    }

    /// Includes only objects that match a label selector: a [`Selector`](crate::Selector), such as one from a
    /// [`Label`](crate::Label), or a text in the syntax of `kubectl -l`, which only the API server checks.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::{InformerExt, Label, SelectorError};
    /// # fn run(client: kube::Client) -> Result<(), SelectorError> {
    /// const APP: Label<Pod> = Label::new("app.kubernetes.io/name");
    ///
    /// let web = Pod::informer(client.clone()).labels(APP.equals("web")?);
    /// let text = Pod::informer(client).labels("tier in (a,b),!legacy");
    /// # Ok(())
    /// # }
    /// ```
    pub fn labels(mut self, selector: impl IntoLabelSelector) -> Self {
        self.selectors.labels = Some(selector.into_text());
        self
    }

    /// Includes only objects that match a field selector: conditions on a [`SelectableField`](crate::SelectableField), or a
    /// text in the syntax of `kubectl --field-selector`, which only the API server checks.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::{InformerExt, SelectableField};
    /// # fn run(client: kube::Client) {
    /// let on_node_7 = SelectableField::<Pod>::SPEC_NODE_NAME.equals("node-7");
    /// let pods = Pod::informer(client).fields(on_node_7).start();
    /// # }
    /// ```
    pub fn fields(mut self, selector: impl IntoFieldSelector<K>) -> Self {
        self.selectors.fields = Some(selector.into_text());
        self
    }

    /// Includes only one shard of the objects. The server needs the feature gate `ShardedListAndWatch`.
    pub fn shard(mut self, shard: ShardRange) -> Self {
        self.selectors.shard = Some(shard);
        self
    }

    /// Adds an index, for types without indexes generated by the derive: an [`Index`](crate::Index) or a
    /// [`DynamicIndex`](crate::DynamicIndex). It replaces an index with the same name that was added before.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::{DynamicIndex, InformerExt};
    /// # async fn run(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let by_app = DynamicIndex::by_label("app");
    /// let pods = Pod::informer(client).index(by_app.clone()).start();
    /// pods.wait_for_sync().await?;
    /// println!("{}", pods.lister().count_by_index(&by_app, "web"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn index(mut self, index: impl AnyIndex<K> + 'static) -> Self {
        self.resource_type = self.resource_type.with_index(index);
        self
    }

    /// The format in which objects are requested from the server. By default it follows from the type: protobuf for
    /// built-in kinds, only the metadata for a type that has nothing else, and JSON for all others. A server that does not
    /// have this format answers in JSON.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::{InformerExt, WireFormat};
    /// # fn run(client: kube::Client) {
    /// let pods = Pod::informer(client).wire_format(WireFormat::Json).start();
    /// # }
    /// ```
    pub fn wire_format(mut self, wire_format: WireFormat) -> Self {
        self.wire_format = wire_format;
        self
    }

    /// Whether `metadata.managedFields` is kept or stripped. It is stripped by default.
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }

    /// Modifies each object once, before it is stored and delivered (client-go's `SetTransform`). A panic in it ends the
    /// informer. See [`KubeListerWatcher::transform`](crate::KubeListerWatcher::transform) for what it may change.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Secret;
    /// # use reflector_runtime::InformerExt;
    /// # fn run(client: kube::Client) {
    /// // Keeps the names of the entries, and not their values.
    /// let secrets = Secret::informer(client)
    ///     .transform(|secret| {
    ///         for value in secret.data.iter_mut().flat_map(|data| data.values_mut()) {
    ///             value.0 = Vec::new();
    ///         }
    ///     })
    ///     .start();
    /// # }
    /// ```
    pub fn transform<F: Fn(&mut K) + Send + Sync + 'static>(mut self, transform: F) -> Self {
        self.functions.insert("transform", FunctionId::of::<F>());
        self.transform = Some(Arc::new(transform));
        self
    }

    /// The maximum size of a single object in a response, in bytes (default 16 MiB).
    pub fn max_object_bytes(mut self, bytes: usize) -> Self {
        self.max_object_bytes = Some(bytes);
        self
    }

    /// How the initial list is read. By default a streaming list, and a LIST if the server does not support it.
    pub fn initial_list_strategy(mut self, initial_list_strategy: InitialListStrategy) -> Self {
        self.options.initial_list_strategy = initial_list_strategy;
        self
    }

    /// The maximum number of items in a page of a list (client-go's `WatchListPageSize`).
    pub fn page_size(mut self, items: u32) -> Self {
        self.options.page_size = Some(items);
        self
    }

    /// Delivers every cached object to every subscriber again, once per `period`. No request is sent to the server.
    /// A zero period means never, which is the default.
    pub fn resync(self, period: Duration) -> Self {
        self.resync_if(period, || true)
    }

    /// Like [`resync`](Self::resync), but only in periods in which `should_resync` returns `true`.
    pub fn resync_if<F: Fn() -> bool + Send + Sync + 'static>(
        mut self,
        period: Duration,
        should_resync: F,
    ) -> Self {
        self.functions.insert("resync_if", FunctionId::of::<F>());
        self.resync = Resync::new(period, should_resync);
        self
    }

    /// The order in which changes are applied and delivered. With [`QueueOrder::Arrival`], a subscriber with
    /// [`Delivery::EveryEvent`](super::Delivery::EveryEvent) receives the events of different objects in the order in
    /// which the server sent them. By default only the order of each object's events is guaranteed.
    pub fn queue_order(mut self, order: QueueOrder) -> Self {
        self.queue_order = order;
        self
    }

    /// The backoff between attempts of a failed list or watch.
    pub fn backoff(mut self, backoff: impl Backoff) -> Self {
        self.options.backoff = Box::new(backoff);
        self
    }

    /// The backoff while connections to the server fail.
    pub fn connection_backoff(mut self, backoff: impl Backoff) -> Self {
        self.options.connection_backoff = Box::new(backoff);
        self
    }

    /// The minimum time after which a watch is renewed. The default and the smallest value is 5 minutes, as in
    /// client-go; a shorter time is ignored. The actual time is drawn from `[timeout, 2 * timeout)`.
    pub fn min_watch_timeout(mut self, timeout: Duration) -> Self {
        self.options.min_watch_timeout = self.options.min_watch_timeout.max(timeout);
        self
    }

    /// Lists every `interval` and never watches: for resources that can be listed and not watched, such as
    /// `metrics.k8s.io`. The informer is synced after the first list. An interval below one second counts as one second.
    ///
    /// Deletions are found by comparison with the list before and delivered with `final_state_known: false`. Listed
    /// objects that have not changed are neither decoded nor delivered again: objects with the same resourceVersion,
    /// and objects with the same JSON text, for resources whose objects have no resourceVersion.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use kube::core::{ApiResource, GroupVersionKind};
    /// # use reflector_runtime::{Informer, NameError};
    /// # fn run(client: kube::Client) -> Result<(), NameError> {
    /// let kind = GroupVersionKind::gvk("metrics.k8s.io", "v1beta1", "PodMetrics");
    /// let resource = ApiResource::from_gvk_with_plural(&kind, "pods");
    /// let usage = Informer::dynamic(client, &resource)?
    ///     .poll(Duration::from_secs(15))
    ///     .start();
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll(mut self, interval: Duration) -> Self {
        self.options.poll_interval = Some(interval);
        self
    }

    /// Includes only the object with this key, for a one-shot wait.
    pub(super) fn only(mut self, key: KeyRef<'_>) -> Self {
        #[cfg(feature = "metrics")]
        {
            self.is_one_shot = true;
        }
        self.selectors.namespace = key.namespace.map(str::to_owned);
        self.namespaces = None;
        self.selectors.fields = Some(format!("metadata.name={}", key.name));
        self
    }

    /// Changes options of the reflector.
    pub fn options(mut self, change: impl FnOnce(&mut ReflectorOptions)) -> Self {
        change(&mut self.options);
        self
    }

    /// Sets a hook that is called with every failure, including failures within an established watch, with every
    /// skipped object, and with every panic of an event handler. It must not block: it is called on the reflector's
    /// task, and on a handler's task for the panics of that handler. A panic in the hook is caught and logged.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::{InformerExt, ReflectorError};
    /// # fn run(client: kube::Client) {
    /// let pods = Pod::informer(client)
    ///     .on_error(|error| match error {
    ///         ReflectorError::Request { error, .. } => {
    ///             eprintln!("{}", error.reason());
    ///         }
    ///         other => eprintln!("{other}"),
    ///     })
    ///     .start();
    /// # }
    /// ```
    pub fn on_error<F: Fn(&ReflectorError) + Send + Sync + 'static>(mut self, hook: F) -> Self {
        self.functions.insert("on_error", FunctionId::of::<F>());
        self.on_error = Some(ErrorHook::new(hook));
        self
    }

    /// Shares a limit on concurrent lists with other informers. An [`InformerSet`](crate::InformerSet) does so for all
    /// of its informers, and an informer of several namespaces has a limiter of its own.
    pub fn list_limiter(mut self, limiter: ListLimiter) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// Includes only objects of this namespace. An empty namespace means all (client-go's `NamespaceAll`). If the type is
    /// known only at run time and is cluster-scoped, the server answers 404.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self
    where
        S: HasNamespaces,
    {
        self.selectors.namespace = Some(namespace.into());
        self.namespaces = None;
        self
    }

    /// Includes only objects of these namespaces, in one cache. Each is listed and watched by itself, so RBAC rules for
    /// each of them are enough. If one fails, the others are served; [`Informer::health`] and
    /// [`Informer::wait_for_sync`] report it, and [`Informer::namespace_health`] shows which one.
    ///
    /// Namespaces can be added and removed later: [`Informer::add_namespace`], [`Informer::remove_namespace`]. No
    /// namespace at all is allowed: nothing is cached until one is added. If one of the names is empty, all namespaces
    /// are included, and the set cannot be changed. If the type is known only at run time and is cluster-scoped, the
    /// server answers 404.
    ///
    /// ```no_run
    /// use k8s_openapi::api::core::v1::Pod;
    /// use reflector_runtime::Informer;
    ///
    /// # async fn run(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let teams = ["team-a", "team-b"];
    /// let pods = Informer::<Pod>::builder(client).namespaces(teams).start();
    /// pods.wait_for_sync().await?;
    /// pods.add_namespace("team-c")?;
    /// pods.remove_namespace("team-a")?; // its pods are delivered as deletions
    /// # Ok(())
    /// # }
    /// ```
    pub fn namespaces<N: Into<String>>(mut self, namespaces: impl IntoIterator<Item = N>) -> Self
    where
        S: HasNamespaces,
    {
        let namespaces: BTreeSet<String> = namespaces.into_iter().map(Into::into).collect();
        self.selectors.namespace = None;
        self.namespaces = (!namespaces.contains("")).then_some(namespaces);
        self
    }
}

impl<K, S> fmt::Debug for InformerBuilder<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InformerBuilder")
            .field("resource_type", &self.resource_type)
            .field("selectors", &self.selectors)
            .field("namespaces", &self.namespaces)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
