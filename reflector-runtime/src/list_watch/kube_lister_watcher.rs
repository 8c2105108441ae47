//! [`KubeListerWatcher`]: sends requests with a `kube::Client` and decodes the responses with the `wire` module.

use std::sync::{Arc, atomic::AtomicU64};

use futures::future::BoxFuture;
use http::{Request, StatusCode, header};
use kube::{Client, client::Body};
use serde::de::DeserializeOwned;

use super::{
    DecodedObjects, ListRequest, ListStream, ListWatchError, ListerWatcher, ManagedFields, Selectors,
    WatchRequest, WatchStream,
    decoding::Decoding,
    kube_list::list_stream,
    kube_watch::watch_stream,
    response::{Origin, read_error},
    single_shot::single_shot_body,
};
use crate::{
    resource_type::{ResourceType, is_namespace},
    wire::{Decoder, Transform},
};

/// Lists and watches one kind through a `kube::Client`.
///
/// Items are decoded one by one as their bytes arrive. Each call sends one request: retries that are configured in
/// the client are disabled, so that the reflector's backoff is the only one.
#[derive(Clone)]
pub struct KubeListerWatcher<K: 'static> {
    client: Client,
    resource_type: Arc<ResourceType<K>>,
    selectors: Selectors,
    managed_fields: ManagedFields,
    transform: Option<Transform<K>>,
    max_object_bytes: usize,
    /// Counts the bytes of response bodies.
    bytes_received: Arc<AtomicU64>,
}

/// The default size limit of an object. No API server stores objects of more than about 3 MiB, so text that exceeds
/// this limit is not an object.
const MAX_OBJECT_BYTES: usize = 16 << 20;

impl<K: DeserializeOwned + Send + Sync + 'static> KubeListerWatcher<K> {
    /// Lists and watches all objects of the kind. Restrict them with [`selectors`](Self::selectors). Needs no tokio
    /// runtime; the requests do.
    pub fn new(client: Client, resource_type: impl Into<Arc<ResourceType<K>>>) -> Self {
        Self {
            client,
            resource_type: resource_type.into(),
            selectors: Selectors::default(),
            managed_fields: ManagedFields::default(),
            transform: None,
            max_object_bytes: MAX_OBJECT_BYTES,
            bytes_received: Arc::default(),
        }
    }

    /// Restricts the objects that are listed and watched.
    #[must_use]
    pub fn selectors(mut self, selectors: Selectors) -> Self {
        self.selectors = selectors;
        self
    }

    /// Whether `metadata.managedFields` are kept. By default they are removed.
    #[must_use]
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }

    /// Sets a function that modifies each object once, right after decoding and before the object is cached or
    /// delivered. Use it to remove fields that no consumer reads (client-go's `SetTransform`, which transforms the
    /// initial objects of a streaming list twice). It should not change name, namespace and uid: they identify the
    /// object in the cache. A changed resourceVersion has no effect on the watch, but the object is then decoded again
    /// by each list. Objects that arrive together may be transformed at the same time, on several threads of the
    /// runtime; each key's are delivered in order. A panic in it ends the informer, and slow code in it delays events.
    #[must_use]
    pub fn transform(mut self, transform: impl Fn(&mut K) + Send + Sync + 'static) -> Self {
        self.transform = Some(Arc::new(transform));
        self
    }

    /// The maximum length of a single object's text, in bytes (default 16 MiB). A longer object is skipped and reported
    /// ([`DecodeError::TooLong`](crate::DecodeError::TooLong)) without being buffered.
    #[must_use]
    pub fn max_object_bytes(mut self, bytes: usize) -> Self {
        self.max_object_bytes = bytes;
        self
    }

    /// Adds the bytes of response bodies to this counter.
    pub(crate) fn count_bytes(mut self, counter: Arc<AtomicU64>) -> Self {
        self.bytes_received = counter;
        self
    }

    /// Returns the resource type that is listed and watched.
    pub fn kind(&self) -> &Arc<ResourceType<K>> {
        &self.resource_type
    }

    fn decoding(&self, known: Arc<dyn DecodedObjects<K>>) -> Decoding<K> {
        let decoder = Decoder::new(self.resource_type.clone(), self.managed_fields, self.transform.clone());
        Decoding { decoder: Arc::new(decoder), known, max_object_bytes: self.max_object_bytes }
    }

    fn url(
        &self,
        add_parameters: impl FnOnce(&mut form_urlencoded::Serializer<'_, String>),
    ) -> Result<String, ListWatchError> {
        let namespace = self.selectors.namespace();
        if let Some(namespace) = namespace.filter(|namespace| !is_namespace(namespace)) {
            return Err(ListWatchError::Namespace { namespace: namespace.to_owned() });
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        self.selectors.query(&mut query);
        add_parameters(&mut query);
        Ok(format!("{}?{}", self.resource_type.path(namespace), query.finish()))
    }

    async fn send(&self, verb: &'static str, url: String) -> Result<(Body, Origin), ListWatchError> {
        let body = single_shot_body().await.map_err(|error| ListWatchError::Connect(error.into()))?;
        let request = Request::get(url)
            .header(header::ACCEPT, "application/json")
            // A compressed watch may be delayed until a block is full. Compressing a list costs both sides more CPU
            // than the saved bandwidth is worth within a cluster.
            .header(header::ACCEPT_ENCODING, "identity")
            .extension(verb)
            .body(body)?;
        let response =
            self.client.send(request).await.map_err(|error| ListWatchError::Connect(error.into()))?;
        let origin = Origin::of(&response);
        match response.status() {
            StatusCode::OK if !origin.is_web_page() => Ok((response.into_body(), origin)),
            _ => Err(read_error(response, origin).await),
        }
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static> ListerWatcher<K> for KubeListerWatcher<K> {
    fn list(
        &self,
        request: ListRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<ListStream<K>, ListWatchError>> {
        Box::pin(async move {
            let (body, origin) = self.send("list", self.url(|query| request.query(query))?).await?;
            let bytes = self.bytes_received.clone();
            Ok(list_stream(body, origin, self.decoding(known), bytes))
        })
    }

    fn watch(
        &self,
        request: WatchRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<WatchStream<K>, ListWatchError>> {
        Box::pin(async move {
            let (body, origin) = self.send("watch", self.url(|query| request.query(query))?).await?;
            let bytes = self.bytes_received.clone();
            Ok(watch_stream(body, origin, request.kind, self.decoding(known), bytes))
        })
    }

    fn description(&self) -> String {
        match self.selectors.namespace() {
            Some(namespace) => format!("{} in namespace {namespace}", self.resource_type),
            None => self.resource_type.to_string(),
        }
    }

    fn namespace(&self) -> Option<&str> {
        self.selectors.namespace()
    }
}

impl<K> std::fmt::Debug for KubeListerWatcher<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KubeListerWatcher")
            .field("kind", &self.resource_type)
            .field("selectors", &self.selectors)
            .field("managed_fields", &self.managed_fields)
            .field("max_object_bytes", &self.max_object_bytes)
            .finish_non_exhaustive()
    }
}
