//! [`KubeListerWatcher`]: sends requests with a `kube::Client` and decodes the responses with the `wire` module.

use std::sync::{Arc, atomic::AtomicU64};

use futures::future::BoxFuture;
use http::{Request, Response, StatusCode, header};
use kube::{Client, client::Body};
use serde::de::DeserializeOwned;

use super::{
    DecodedObjects, ListRequest, ListStream, ListWatchError, ListerWatcher, ManagedFields, Selectors,
    WatchRequest, WatchStream, WireFormat,
    decoding::Decoding,
    formats::Formats,
    kube_list::list_stream,
    kube_watch::watch_stream,
    response::{Origin, read_error},
    single_shot::single_shot_body,
};
use crate::{
    resource_type::{ResourceType, is_namespace},
    wire::{Decoder, Format, Transform},
};

/// Lists and watches one kind through a `kube::Client`.
///
/// Items are decoded one by one as their bytes arrive. Each call sends one request: retries that are configured in
/// the client are disabled, so that the reflector's backoff is the only one. (A second one is sent, once, if the server
/// does not offer the [format](WireFormat) of the type.)
///
/// ```no_run
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::{KubeListerWatcher, ResourceType, Selectors};
/// # fn build(client: kube::Client) -> KubeListerWatcher<Pod> {
/// let web =
///     Selectors { labels: Some("app=web".to_owned()), ..Selectors::default() };
/// KubeListerWatcher::new(client, ResourceType::from_resource()).selectors(web)
/// # }
/// ```
#[derive(Clone)]
pub struct KubeListerWatcher<K: 'static> {
    client: Client,
    resource_type: Arc<ResourceType<K>>,
    formats: Formats,
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
        let resource_type = resource_type.into();
        Self {
            client,
            formats: Formats::of(&resource_type, WireFormat::default()),
            resource_type,
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

    /// The format in which objects are requested. By default it follows from the type: protobuf for built-in kinds.
    #[must_use]
    pub fn wire_format(mut self, wire_format: WireFormat) -> Self {
        self.formats = Formats::of(&self.resource_type, wire_format);
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

    /// The maximum length of a single object in a response, in bytes (default 16 MiB). A longer object is skipped and reported
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

    fn decoding(&self, format: Format, known: Arc<dyn DecodedObjects<K>>) -> Decoding<K> {
        let (resource_type, transform) = (self.resource_type.clone(), self.transform.clone());
        let decoder = Decoder::new(resource_type, format, self.managed_fields, transform);
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

    async fn send(
        &self,
        verb: &'static str,
        accept: fn(&Formats) -> &'static str,
        url: String,
    ) -> Result<(Body, Origin, Format), ListWatchError> {
        let mut response = self.request(verb, accept(&self.formats), &url).await?;
        let is_refusal =
            matches!(response.status(), StatusCode::NOT_ACCEPTABLE | StatusCode::UNSUPPORTED_MEDIA_TYPE);
        if is_refusal && self.formats.refuse() {
            response = self.request(verb, accept(&self.formats), &url).await?;
        }
        let origin = Origin::of(&response);
        match response.status() {
            StatusCode::OK if !origin.is_web_page() => {
                let format = self.formats.of_response(origin.content_type());
                Ok((response.into_body(), origin, format))
            }
            _ => Err(read_error(response, origin).await),
        }
    }

    async fn request(
        &self,
        verb: &'static str,
        accept: &'static str,
        url: &str,
    ) -> Result<Response<Body>, ListWatchError> {
        let body = single_shot_body().await.map_err(|error| ListWatchError::Connect(error.into()))?;
        let request = Request::get(url)
            .header(header::ACCEPT, accept)
            // A compressed watch may be delayed until a block is full. Compressing a list costs both sides more CPU
            // than the saved bandwidth is worth within a cluster.
            .header(header::ACCEPT_ENCODING, "identity")
            .extension(verb)
            .body(body)?;
        self.client.send(request).await.map_err(|error| ListWatchError::Connect(error.into()))
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static> ListerWatcher<K> for KubeListerWatcher<K> {
    fn list(
        &self,
        request: ListRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<ListStream<K>, ListWatchError>> {
        Box::pin(async move {
            let url = self.url(|query| request.query(query))?;
            let (body, origin, format) = self.send("list", Formats::accept_list, url).await?;
            let bytes = self.bytes_received.clone();
            Ok(list_stream(body, origin, self.decoding(format, known), bytes))
        })
    }

    fn watch(
        &self,
        request: WatchRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<WatchStream<K>, ListWatchError>> {
        Box::pin(async move {
            let url = self.url(|query| request.query(query))?;
            let (body, origin, format) = self.send("watch", Formats::accept_watch, url).await?;
            let bytes = self.bytes_received.clone();
            Ok(watch_stream(body, origin, request.kind, self.decoding(format, known), bytes))
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
            .field("formats", &self.formats)
            .field("selectors", &self.selectors)
            .field("managed_fields", &self.managed_fields)
            .field("max_object_bytes", &self.max_object_bytes)
            .finish_non_exhaustive()
    }
}
