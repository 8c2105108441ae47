//! A runtime with several threads decodes batches on all of them. What an informer shows must not depend on that.
//!
//! A paused clock needs a runtime with one thread, so nothing here waits for a time.

mod support;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    thread::{self, ThreadId},
};

use reflector_apiserver::ApiServer;
use reflector_runtime::{DeliveryOptions, Event, InitialListStrategy, Overflow, Reflect as _, SyncError};
use serde_json::json;
use support::{Widget, create, delete, names, paint, server};

/// More than several batches.
const WIDGETS: usize = 3_000;

fn name(number: usize) -> String {
    format!("w{number:04}")
}

/// Every tenth widget cannot be decoded.
fn server_with_many() -> ApiServer {
    let server = server();
    for number in 0..WIDGETS {
        if number % 10 == 9 {
            let bad = json!({ "metadata": { "name": name(number) }, "spec": { "color": 7 } });
            server.create("example.com/v1", "widgets", Some("default"), bad).unwrap();
        } else {
            create(&server, &name(number), "red");
        }
    }
    server
}

fn valid_names() -> Vec<String> {
    (0..WIDGETS).filter(|number| number % 10 != 9).map(name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_list_that_is_decoded_on_several_threads_is_complete() {
    let server = server_with_many();
    for strategy in [InitialListStrategy::List, InitialListStrategy::WatchList] {
        let threads: Arc<Mutex<Vec<ThreadId>>> = Arc::default();
        let seen = threads.clone();
        let informer = Widget::informer(server.client())
            .initial_list_strategy(strategy)
            .transform(move |_: &mut Widget| {
                let here = thread::current().id();
                let mut seen = seen.lock().unwrap();
                if !seen.contains(&here) {
                    seen.push(here);
                }
            })
            .start();
        informer.wait_for_sync().await.unwrap();
        // Without the names in the message: there are thousands.
        assert!(names(&informer.lister().list()) == valid_names(), "objects are missing");
        assert_eq!(informer.skipped().count, u64::try_from(WIDGETS / 10).unwrap());
        // Which threads take part is up to the scheduler. That the work may leave the task is not.
        assert!(!threads.lock().unwrap().is_empty());
        informer.shutdown().await;
    }
}

/// Each object's events are in order, none is missing, and each begins where the one before ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn events_that_are_decoded_on_several_threads_are_in_order() {
    const CHANGES: usize = 20;
    let server = server_with_many();
    let informer = Widget::informer(server.client()).start();
    informer.wait_for_sync().await.unwrap();
    let every = DeliveryOptions::new().every_event().on_overflow(Overflow::Backpressure);
    let mut events = informer.subscribe_with(every);
    let changing: Vec<String> = valid_names().into_iter().take(300).collect();
    let writer = {
        let (server, changing) = (server.clone(), changing.clone());
        thread::spawn(move || {
            for change in 0..CHANGES {
                for name in &changing {
                    paint(&server, name, &change.to_string());
                }
            }
            for name in &changing {
                delete(&server, name);
            }
        })
    };
    let mut colors: HashMap<String, Vec<String>> = HashMap::new();
    let mut deleted = 0;
    while deleted < changing.len() {
        match events.next().await.unwrap() {
            Event::Added { .. } => {}
            Event::Updated { old, new, .. } => {
                let seen =
                    colors.entry(new.metadata.name.clone().unwrap()).or_insert_with(|| vec!["red".into()]);
                assert_eq!(seen.last(), Some(&old.spec.color));
                seen.push(new.spec.color.clone());
            }
            Event::Deleted { last_known, .. } => {
                assert_eq!(last_known.spec.color, (CHANGES - 1).to_string());
                deleted += 1;
            }
        }
    }
    writer.join().unwrap();
    let expected: Vec<String> =
        std::iter::once("red".into()).chain((0..CHANGES).map(|n| n.to_string())).collect();
    for name in &changing {
        assert_eq!(colors.get(name), Some(&expected), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_panic_on_another_thread_stops_the_informer_and_is_reported() {
    let server = server_with_many();
    let informer = Widget::informer(server.client())
        .transform(|widget: &mut Widget| {
            if widget.metadata.name.as_deref() == Some("w2000") {
                // Without a message on standard error.
                std::panic::resume_unwind(Box::new("w2000"));
            }
        })
        .start();
    let error = informer.wait_for_sync().await.unwrap_err();
    assert!(matches!(error, SyncError::Stopped { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_informer_that_stops_leaves_no_work_behind() {
    let server = server_with_many();
    let kept = Arc::new(());
    let held = kept.clone();
    let informer = Widget::informer(server.client())
        .transform(move |_: &mut Widget| assert!(Arc::strong_count(&held) > 1))
        .start();
    informer.shutdown().await;
    drop(informer);
    // The transform is dropped with the last work that may call it.
    while Arc::strong_count(&kept) > 1 {
        tokio::task::yield_now().await;
    }
}
