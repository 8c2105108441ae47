//! [`KubeListerWatcher`]: requests over a `kube::Client`, answers through our own wire.

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use kube::{Client, client::Body, core::Status};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::{
    DecodedObjects, ListRequest, ListStream, ListWatchError, ListerWatcher, ManagedFields, Selectors,
    WatchRequest, WatchStream, kube_list::list_stream, kube_watch::watch_stream, single_shot::SingleShot,
};
use crate::{
    resource_type::{ResourceType, is_namespace},
    wire::{Decoder, Transform},
};

/// Lists and watches one kind through a `kube::Client`.
///
/// Items are decoded one by one as their bytes arrive. Each call sends one request: the retries that the client
/// may be configured with are kept off, so that the reflector's backoff is the only one.
#[derive(Clone)]
pub struct KubeListerWatcher<K: 'static> {
    client: Client,
    single_shot: SingleShot,
    resource_type: Arc<ResourceType<K>>,
    selectors: Selectors,
    managed_fields: ManagedFields,
    transform: Option<Transform<K>>,
    max_object_bytes: usize,
}

/// No API server stores an object of more than about 3 MiB; what is longer than this is no object.
const MAX_OBJECT_BYTES: usize = 16 << 20;

/// How much of an error's body is read: a Status is short, a proxy's page may not be.
const MAX_ERROR_BYTES: usize = 64 << 10;

/// How long is waited for an error's body.
const ERROR_PATIENCE: Duration = Duration::from_secs(5);

impl<K: DeserializeOwned + Send + Sync + 'static> KubeListerWatcher<K> {
    /// All objects of the kind; narrow it with [`selectors`](Self::selectors).
    pub fn new(client: Client, resource_type: impl Into<Arc<ResourceType<K>>>) -> Self {
        Self {
            client,
            single_shot: SingleShot::new(),
            resource_type: resource_type.into(),
            selectors: Selectors::default(),
            managed_fields: ManagedFields::default(),
            transform: None,
            max_object_bytes: MAX_OBJECT_BYTES,
        }
    }

    /// Which objects.
    #[must_use]
    pub fn selectors(mut self, selectors: Selectors) -> Self {
        self.selectors = selectors;
        self
    }

    /// Whether `metadata.managedFields` are kept; dropped by default.
    #[must_use]
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }

    /// Changes each object once, right after it was decoded and before anybody sees it: drop there what nobody
    /// reads (client-go's `SetTransform`; there, initial objects of a streaming list are transformed twice). Name,
    /// namespace, uid and resourceVersion must stay as they are. It runs in the reflector's task: a panic in it
    /// ends the informer, and what takes long keeps events waiting.
    #[must_use]
    pub fn transform(mut self, transform: impl Fn(&mut K) + Send + Sync + 'static) -> Self {
        self.transform = Some(Arc::new(transform));
        self
    }

    /// How long a single object's text may be, in bytes (default 16 MiB). A longer one ends its list or watch
    /// with [`ProtocolError::TooLong`](crate::ProtocolError::TooLong).
    #[must_use]
    pub fn max_object_bytes(mut self, bytes: usize) -> Self {
        self.max_object_bytes = bytes;
        self
    }

    /// The kind that is listed and watched.
    pub fn kind(&self) -> &Arc<ResourceType<K>> {
        &self.resource_type
    }

    fn decoder(&self) -> Decoder<K> {
        Decoder::new(self.resource_type.clone(), self.managed_fields, self.transform.clone())
    }

    fn url(
        &self,
        ask: impl FnOnce(&mut form_urlencoded::Serializer<'_, String>),
    ) -> Result<String, ListWatchError> {
        let namespace = self.selectors.namespace();
        if let Some(namespace) = namespace.filter(|namespace| !is_namespace(namespace)) {
            return Err(ListWatchError::Namespace { namespace: namespace.to_owned() });
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        self.selectors.query(&mut query);
        ask(&mut query);
        Ok(format!("{}?{}", self.resource_type.path(namespace), query.finish()))
    }

    async fn send(&self, verb: &'static str, url: String) -> Result<Response<Body>, ListWatchError> {
        let body = self.single_shot.body().await.map_err(|error| ListWatchError::Connect(error.into()))?;
        let request = Request::get(url)
            .header(header::ACCEPT, "application/json")
            // A compressed watch may be held back until a block is full; a compressed list costs both sides
            // more CPU than a cluster's network is worth.
            .header(header::ACCEPT_ENCODING, "identity")
            .extension(verb)
            .body(body)?;
        let response =
            self.client.send(request).await.map_err(|error| ListWatchError::Connect(error.into()))?;
        if response.status() == StatusCode::OK { Ok(response) } else { Err(refusal(response).await) }
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static> ListerWatcher<K> for KubeListerWatcher<K> {
    fn list(
        &self,
        request: ListRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<ListStream<K>, ListWatchError>> {
        Box::pin(async move {
            let response = self.send("list", self.url(|query| request.query(query))?).await?;
            Ok(list_stream(response.into_body(), self.decoder(), known, self.max_object_bytes))
        })
    }

    fn watch(
        &self,
        request: WatchRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<WatchStream<K>, ListWatchError>> {
        Box::pin(async move {
            let response = self.send("watch", self.url(|query| request.query(query))?).await?;
            let (body, decoder) = (response.into_body(), self.decoder());
            Ok(watch_stream(body, request.kind, decoder, known, self.max_object_bytes))
        })
    }

    fn description(&self) -> String {
        match self.selectors.namespace() {
            Some(namespace) => format!("{} in namespace {namespace}", self.resource_type),
            None => self.resource_type.to_string(),
        }
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

/// Reads an answer that is no success.
async fn refusal(response: Response<Body>) -> ListWatchError {
    let code = response.status().as_u16();
    let retry_after = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    let body = http_body_util::Limited::new(response.into_body(), MAX_ERROR_BYTES).collect();
    // What the headers say must not be lost with a body that does not come.
    let body = timeout(ERROR_PATIENCE, body).await.ok().and_then(Result::ok);
    let status = body.and_then(|body| read_status(&body.to_bytes()));
    match status {
        Some(status) => ListWatchError::api(code, status, retry_after),
        None => ListWatchError::Http { code, retry_after },
    }
}

/// A Status, if that is what it says it is: all of its fields may be missing, so that anything would parse.
fn read_status(text: &[u8]) -> Option<Box<Status>> {
    let value: serde_json::Value = serde_json::from_slice(text).ok()?;
    if value.get("kind").and_then(serde_json::Value::as_str) != Some("Status") {
        return None;
    }
    serde_json::from_value(value).ok()
}
