//! What can be an event handler: [`ResourceEventHandler`], [`AsyncEventHandler`], and handlers made of closures. Must not
//! know how a handler is called.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use super::Event;

/// A callback for every change (client-go's `ResourceEventHandler`). By default, all methods do nothing.
///
/// Each handler has its own task, which calls it for one event at a time. The methods must not block. For
/// asynchronous work, use an [`AsyncEventHandler`] or a [`Subscription`](super::Subscription).
///
/// Handlers need not be structs: [`EventHandler`] is made of closures, and [`handler_fn`] of a single one. A `Box` of a
/// handler is a handler, also `Box<dyn ResourceEventHandler<K>>`, and so is `Arc<Mutex<_>>`, which lets the program read
/// the handler's state.
///
/// ```
/// # use std::sync::Arc;
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::{Event, ResourceEventHandler, ResourceType};
/// #[derive(Default)]
/// struct Counter(usize);
///
/// impl ResourceEventHandler<Pod> for Counter {
///     fn on_add(&mut self, _pod: Arc<Pod>, _in_initial_list: bool) {
///         self.0 += 1;
///     }
/// }
///
/// // `informer.add_handler(Counter::default())` calls it. So does a test:
/// let mut counter = Counter::default();
/// let pods = ResourceType::<Pod>::from_resource();
/// counter.on_event(Event::added(&pods, Arc::default(), false));
/// assert_eq!(counter.0, 1);
/// ```
///
/// # Panics in a handler
/// A panic in one of the methods is caught. It is logged, passed to the error hook
/// ([`InformerBuilder::on_error`](super::InformerBuilder::on_error)), returned by
/// [`Informer::last_error`](super::Informer::last_error) and counted by
/// [`Informer::handler_panics`](super::Informer::handler_panics). The report contains the event's type, key and
/// resourceVersion. It does not contain the panic's message, which may include values of the object. The event counts
/// as handled, and the handler is called with the next one: its own state must stay usable after a panic.
#[diagnostic::on_unimplemented(
    message = "this is not a handler of the events of `{K}`",
    label = "does not implement `ResourceEventHandler<{K}>`",
    note = "a closure becomes a handler with `handler_fn(|event: Event<{K}>| ...)`, or one closure per kind of event with \
            `EventHandler`",
    note = "a type becomes a handler with `impl ResourceEventHandler<{K}> for ...`"
)]
pub trait ResourceEventHandler<K: 'static>: Send {
    /// The object is new in the cache. For `in_initial_list`, see [`Event::Added`].
    fn on_add(&mut self, object: Arc<K>, in_initial_list: bool) {
        let _ = (object, in_initial_list);
    }

    /// The object has changed. In a resync both states are the same.
    fn on_update(&mut self, old: Arc<K>, new: Arc<K>) {
        let _ = (old, new);
    }

    /// The object was deleted. For `final_state_known`, see [`Event::Deleted`].
    fn on_delete(&mut self, last_known: Arc<K>, final_state_known: bool) {
        let _ = (last_known, final_state_known);
    }

    /// Any of the above. By default, calls one of the other methods. Implement it to receive the event as a whole, for
    /// example for its [`cause`](Event::cause).
    fn on_event(&mut self, event: Event<K>) {
        match event {
            Event::Added { object, in_initial_list, .. } => self.on_add(object, in_initial_list),
            Event::Updated { old, new, .. } => self.on_update(old, new),
            Event::Deleted { last_known, final_state_known, .. } => {
                self.on_delete(last_known, final_state_known);
            }
        }
    }
}

/// An asynchronous callback for every change: a closure that returns a future, or a type that implements `handle` as an
/// `async fn`.
///
/// Each handler has its own task, which awaits one call at a time. A panic is caught, as described for
/// [`ResourceEventHandler`]. The removal of a handler does not cancel a call in progress.
///
/// ```no_run
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::{Event, Informer};
///
/// # async fn notify(text: String) {}
/// # fn add(pods: &Informer<Pod>) {
/// pods.add_async_handler(|event: Event<Pod>| async move {
///     notify(format!("{event:?}")).await;
/// });
/// # }
/// ```
pub trait AsyncEventHandler<K: 'static>: Send {
    /// Handles an event. The next one is handled when the future completes.
    fn handle(&mut self, event: Event<K>) -> impl Future<Output = ()> + Send;
}

impl<K, F, Fut> AsyncEventHandler<K> for F
where
    K: 'static,
    F: FnMut(Event<K>) -> Fut + Send,
    Fut: Future<Output = ()> + Send,
{
    fn handle(&mut self, event: Event<K>) -> impl Future<Output = ()> + Send {
        self(event)
    }
}

/// Makes a [`ResourceEventHandler`] an [`AsyncEventHandler`].
pub(super) struct Immediate<H>(pub(super) H);

impl<K: Send + Sync + 'static, H: ResourceEventHandler<K>> AsyncEventHandler<K> for Immediate<H> {
    async fn handle(&mut self, event: Event<K>) {
        self.0.on_event(event);
    }
}

macro_rules! forward_to {
    ($handler:ident => $target:expr) => {
        fn on_add(&mut self, object: Arc<K>, in_initial_list: bool) {
            let $handler = self;
            $target.on_add(object, in_initial_list);
        }

        fn on_update(&mut self, old: Arc<K>, new: Arc<K>) {
            let $handler = self;
            $target.on_update(old, new);
        }

        fn on_delete(&mut self, last_known: Arc<K>, final_state_known: bool) {
            let $handler = self;
            $target.on_delete(last_known, final_state_known);
        }

        fn on_event(&mut self, event: Event<K>) {
            let $handler = self;
            $target.on_event(event);
        }
    };
}

impl<K: 'static, H: ResourceEventHandler<K> + ?Sized> ResourceEventHandler<K> for Box<H> {
    forward_to!(handler => (**handler));
}

impl<K: 'static, H: ResourceEventHandler<K> + ?Sized> ResourceEventHandler<K> for &mut H {
    forward_to!(handler => (**handler));
}

/// The lock is held during each call. It stays usable after a panic.
impl<K: 'static, H: ResourceEventHandler<K> + ?Sized> ResourceEventHandler<K> for Arc<Mutex<H>> {
    forward_to!(handler => handler.lock().unwrap_or_else(PoisonError::into_inner));
}

type OnAdd<K> = Box<dyn FnMut(Arc<K>) + Send>;
type OnUpdate<K> = Box<dyn FnMut(Arc<K>, Arc<K>) + Send>;

/// A handler made of closures (client-go's `ResourceEventHandlerFuncs`). Each is optional.
///
/// For `in_initial_list`, `final_state_known` and the cause of a change, use [`handler_fn`].
///
/// ```no_run
/// use std::sync::Arc;
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::{EventHandler, Informer};
///
/// # fn add(pods: &Informer<Pod>) {
/// pods.add_handler(
///     EventHandler::new()
///         .on_add(|pod: Arc<Pod>| println!("added {:?}", pod.metadata.name))
///         .on_update(|old, new| println!("{:?} -> {:?}", old.status, new.status))
///         .on_delete(|pod| println!("deleted {:?}", pod.metadata.name)),
/// );
/// # }
/// ```
#[must_use = "a handler is called only if it is added to an informer"]
pub struct EventHandler<K> {
    added: Option<OnAdd<K>>,
    updated: Option<OnUpdate<K>>,
    deleted: Option<OnAdd<K>>,
}

impl<K> EventHandler<K> {
    /// A handler without closures, which does nothing.
    pub fn new() -> Self {
        Self { added: None, updated: None, deleted: None }
    }

    /// Called with each object that is new in the cache.
    pub fn on_add(mut self, call: impl FnMut(Arc<K>) + Send + 'static) -> Self {
        self.added = Some(Box::new(call));
        self
    }

    /// Called with the old and the new state of each object that has changed.
    pub fn on_update(mut self, call: impl FnMut(Arc<K>, Arc<K>) + Send + 'static) -> Self {
        self.updated = Some(Box::new(call));
        self
    }

    /// Called with the last known state of each object that was deleted.
    pub fn on_delete(mut self, call: impl FnMut(Arc<K>) + Send + 'static) -> Self {
        self.deleted = Some(Box::new(call));
        self
    }
}

impl<K: Send + Sync + 'static> ResourceEventHandler<K> for EventHandler<K> {
    fn on_add(&mut self, object: Arc<K>, _in_initial_list: bool) {
        if let Some(call) = &mut self.added {
            call(object);
        }
    }

    fn on_update(&mut self, old: Arc<K>, new: Arc<K>) {
        if let Some(call) = &mut self.updated {
            call(old, new);
        }
    }

    fn on_delete(&mut self, last_known: Arc<K>, _final_state_known: bool) {
        if let Some(call) = &mut self.deleted {
            call(last_known);
        }
    }
}

impl<K> Default for EventHandler<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> fmt::Debug for EventHandler<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventHandler")
            .field("on_add", &self.added.is_some())
            .field("on_update", &self.updated.is_some())
            .field("on_delete", &self.deleted.is_some())
            .finish()
    }
}

/// A handler made of one closure, which receives whole events. See [`handler_fn`].
#[derive(Clone)]
pub struct HandlerFn<F>(F);

/// A handler made of one closure, which receives whole events.
///
/// ```no_run
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::{Event, Informer, handler_fn};
///
/// # fn add(pods: &Informer<Pod>) {
/// pods.add_handler(handler_fn(|event: Event<Pod>| {
///     println!("{event:?} by {:?}", event.cause());
/// }));
/// # }
/// ```
pub fn handler_fn<K: 'static, F: FnMut(Event<K>) + Send>(call: F) -> HandlerFn<F> {
    HandlerFn(call)
}

impl<K: 'static, F: FnMut(Event<K>) + Send> ResourceEventHandler<K> for HandlerFn<F> {
    fn on_event(&mut self, event: Event<K>) {
        (self.0)(event);
    }
}

impl<F> fmt::Debug for HandlerFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFn").finish_non_exhaustive()
    }
}
