//! Many events through slow, fast, asynchronous and panicking handlers: the counts are exact.
//!
//! `REFLECTOR_SOAK_EVENTS=1000000 cargo test --release -p reflector-runtime --test events soak` runs a million.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reflector_runtime::{Delivery, DeliveryOptions, Event, EventHandler, Overflow, Reflect as _, handler_fn};
use tokio::time::sleep;

use crate::support::{Widget, create, delete, paint, server, until};

const OBJECTS: u64 = 50;

fn events() -> u64 {
    std::env::var("REFLECTOR_SOAK_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(6_000)
}

/// The state that a subscriber derives. Every event must fit the state before it.
#[derive(Default)]
struct Derived {
    colors: HashMap<String, String>,
    events: u64,
}

impl Derived {
    fn apply(&mut self, event: &Event<Widget>) {
        self.events += 1;
        let name = event.object().metadata.name.clone().unwrap();
        let before = match event {
            Event::Added { object, .. } => {
                let before = self.colors.insert(name, object.spec.color.clone());
                assert!(before.is_none(), "added twice");
                return;
            }
            Event::Updated { old, new, .. } => {
                let before = self.colors.insert(name, new.spec.color.clone());
                assert_eq!(before.as_ref(), Some(&old.spec.color));
                before
            }
            Event::Deleted { .. } => self.colors.remove(&name),
        };
        assert!(before.is_some(), "changed before it was added");
    }
}

/// client-go: `TestEventPanics`, `BenchmarkListener`.
#[tokio::test(start_paused = true)]
async fn every_kind_of_handler_receives_what_it_is_promised() {
    let server = server();
    let informer = Widget::informer(server.client()).start();
    informer.wait_for_sync().await.unwrap();
    let every_event = DeliveryOptions::new().every_event().on_overflow(Overflow::Backpressure).limit(1000);

    let derived = || Arc::new(Mutex::new(Derived::default()));
    let (fast, asynchronous, slow, coalesced) = (derived(), derived(), derived(), derived());
    let into = fast.clone();
    informer.add_handler_with(
        handler_fn(move |event: Event<Widget>| into.lock().unwrap().apply(&event)),
        every_event.clone(),
    );
    let into = asynchronous.clone();
    let handle = move |event: Event<Widget>| {
        into.lock().unwrap().apply(&event);
        tokio::task::yield_now()
    };
    informer.add_async_handler_with(handle, every_event.clone());
    // Needs ten times longer than the changes take.
    let into = slow.clone();
    let handle = move |event: Event<Widget>| {
        into.lock().unwrap().apply(&event);
        sleep(Duration::from_millis(10))
    };
    let mut most = 0;
    let slow_registration = informer.add_async_handler_with(handle, Delivery::Coalesced);
    let panicking = Arc::new(AtomicU64::new(0));
    let count = panicking.clone();
    informer.add_handler_with(
        handler_fn(move |_: Event<Widget>| {
            count.fetch_add(1, Ordering::Relaxed);
            std::panic::resume_unwind(Box::new(()));
        }),
        every_event,
    );
    informer.add_handler(EventHandler::new());
    let mut stream = informer.subscribe();
    let mut unread = informer.subscribe();

    // Each round is one creation, changes and one deletion of one of the objects.
    let total = events();
    let mut sent = 0;
    for number in 0_u64.. {
        if sent >= total {
            break;
        }
        let name = format!("w{}", number % OBJECTS);
        if number >= OBJECTS {
            delete(&server, &name);
            sent += 1;
        }
        create(&server, &name, "red");
        paint(&server, &name, "blue");
        sent += 2;
        if number % 10 == 0 {
            sleep(Duration::from_millis(1)).await;
            most = most.max(unread.len());
            while let Some(event) = stream.try_next() {
                coalesced.lock().unwrap().apply(&event);
            }
        }
    }
    let version = server.resource_version().to_string();
    until(|| informer.lister().resource_version().as_ref() == Some(&version)).await;
    informer.drain().await.unwrap();
    while let Some(event) = stream.next().await {
        coalesced.lock().unwrap().apply(&event);
    }

    for (name, exact) in [("fast", &fast), ("asynchronous", &asynchronous)] {
        assert_eq!(exact.lock().unwrap().events, sent, "{name}");
    }
    assert_eq!((panicking.load(Ordering::Relaxed), informer.handler_panics()), (sent, sent));
    let mut unread_state = Derived::default();
    while let Some(event) = unread.try_next() {
        unread_state.apply(&event);
    }
    assert_eq!(unread_state.events, OBJECTS, "one addition of each object that exists");
    assert!(most <= usize::try_from(OBJECTS).unwrap(), "{most} entries were queued");
    assert!(slow.lock().unwrap().events < sent, "the slow handler receives merged events");
    assert!(slow_registration.is_finished());
    for derived in [&fast, &asynchronous, &slow, &coalesced] {
        assert_eq!(derived.lock().unwrap().colors, unread_state.colors);
    }
}
