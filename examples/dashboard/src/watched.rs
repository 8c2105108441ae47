//! [`Watched`]: one informer of the dashboard, of any type, with a handler that measures the cached objects.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reflector_runtime::{
    AsyncEventHandler, DeliveryOptions, Event, ExponentialBackoff, Health, InformerBuilder, InformerStats,
};
use serde::{Serialize, de::DeserializeOwned};

/// How long the handlers of all informers need for an event. Clones share the value.
#[derive(Clone, Debug, Default)]
pub struct Pace(Arc<AtomicU64>);

impl Pace {
    /// Sets the time that each event takes, in whole milliseconds.
    pub fn set(&self, time: Duration) {
        self.0.store(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// What an informer reports at one time.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The informer's health.
    pub health: Health,
    /// The informer's counts.
    pub stats: InformerStats,
    /// The size of the objects that the handler has received and that exist, as JSON, in bytes.
    pub json_bytes: u64,
}

/// An informer of the dashboard. Dropping it stops the informer.
pub struct Watched {
    name: String,
    observe: Box<dyn Fn() -> Observation + Send + Sync>,
}

impl Watched {
    /// Starts an informer, and adds the handler that measures its objects.
    /// Outside of a tokio runtime, the informer is stopped at once.
    pub fn start<K, S>(name: &str, builder: InformerBuilder<K, S>, pace: &Pace) -> Self
    where
        K: Serialize + DeserializeOwned + Send + Sync + 'static,
        S: 'static,
    {
        let informer = builder
            .name(name)
            // Short delays, so that the recovery is visible soon after its cause.
            .backoff(short_backoff())
            .connection_backoff(short_backoff())
            // The same delays in each run, for the recording.
            .options(|options| options.seed = Some(1))
            .start();
        let total = Arc::new(AtomicU64::new(0));
        let sizes = Sizes { pace: pace.clone(), by_key: HashMap::new(), total: total.clone() };
        let registration = informer.add_async_handler_with(sizes, DeliveryOptions::new().name("sizes"));
        let observe = move || {
            // Removes the handler when it is dropped.
            let _ = &registration;
            Observation {
                health: informer.health().borrow().clone(),
                stats: informer.stats(),
                json_bytes: total.load(Ordering::Relaxed),
            }
        };
        Self { name: name.to_owned(), observe: Box::new(observe) }
    }

    /// The informer's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the informer reports now.
    pub fn observe(&self) -> Observation {
        (self.observe)()
    }
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watched").field("name", &self.name).finish_non_exhaustive()
    }
}

fn short_backoff() -> ExponentialBackoff {
    ExponentialBackoff::new(Duration::from_millis(500), Duration::from_secs(4))
        .jitter(0.5)
        .reset_after(Duration::from_secs(1))
}

/// Measures the objects, as slowly as the pace says.
struct Sizes {
    pace: Pace,
    by_key: HashMap<String, u64>,
    total: Arc<AtomicU64>,
}

impl<K: Serialize + Send + Sync + 'static> AsyncEventHandler<K> for Sizes {
    async fn handle(&mut self, event: Event<K>) {
        let pace = self.pace.get();
        if !pace.is_zero() {
            tokio::time::sleep(pace).await;
        }
        let Some(key) = event.key().map(|key| key.to_string()) else { return };
        let (after, before) = match &event {
            Event::Deleted { .. } => (0, self.by_key.remove(&key)),
            Event::Added { object, .. } | Event::Updated { new: object, .. } => {
                let bytes = json_bytes(&**object);
                (bytes, self.by_key.insert(key, bytes))
            }
        };
        self.total.fetch_add(after, Ordering::Relaxed);
        self.total.fetch_sub(before.unwrap_or(0), Ordering::Relaxed);
    }
}

/// The length of an object as JSON. The text itself is not kept.
fn json_bytes(object: &impl Serialize) -> u64 {
    let mut counter = Counter(0);
    match serde_json::to_writer(&mut counter, object) {
        Ok(()) => counter.0,
        // An object that was decoded from JSON can be encoded.
        Err(_) => 0,
    }
}

struct Counter(u64);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
