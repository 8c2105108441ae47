//! client-go's `shared_informer_test.go`, `controller_test.go` and `processor_listener_test.go`, where the feature under
//! test has no file of its own.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use reflector_apiserver::RequestMatcher;
use reflector_runtime::{
    DeliveryOptions, Event, HandlerRegistration, Health, Informer, Reflect as _, handler_fn,
};
use tokio::time::sleep;

use crate::{
    caught_up, record, relist,
    support::{Widget, create, delete, names, paint, server, synced, until},
};

/// client-go: `TestSharedInformerInitializationRace`. An object that is created while the informer starts is delivered
/// once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_created_during_the_start_is_delivered_once() {
    for _ in 0..20 {
        let server = server();
        let informer = Widget::informer(server.client()).start();
        let added = Arc::new(AtomicUsize::new(0));
        let count = added.clone();
        let writing = thread::spawn({
            let server = server.clone();
            move || create(&server, "a", "red")
        });
        informer.add_handler(handler_fn(move |event: Event<Widget>| {
            assert!(matches!(event, Event::Added { .. }));
            count.fetch_add(1, Ordering::SeqCst);
        }));
        informer.wait_for_sync().await.unwrap();
        writing.join().unwrap();
        while informer.lister().is_empty() {
            tokio::task::yield_now().await;
        }
        informer.drain().await.unwrap();
        assert_eq!(added.load(Ordering::SeqCst), 1);
    }
}

/// client-go: `TestSharedInformerWatchDisruption`. After an outage, handlers with and without resync have the right
/// names, and unchanged objects are not delivered again.
#[tokio::test(start_paused = true)]
async fn after_an_outage_only_changed_objects_are_delivered() {
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    let informer = synced(&server).await;
    let (without, events) = record();
    let (with, resynced) = record();
    informer.add_handler(without).wait_for_sync().await.unwrap();
    let options = DeliveryOptions::new().resync(Duration::from_secs(1000));
    informer.add_handler_with(with, options).wait_for_sync().await.unwrap();
    events.lock().unwrap().clear();
    resynced.lock().unwrap().clear();
    relist(&server, &informer, || {
        paint(&server, "a", "blue");
        delete(&server, "b");
        create(&server, "d", "red");
    })
    .await;
    until(|| events.lock().unwrap().len() == 3).await;
    let mut changed = events.lock().unwrap().clone();
    changed.sort();
    assert_eq!(changed, ["Added d red", "Missing b red", "Updated a red->blue"]);
    sleep(Duration::from_secs(1000)).await;
    let mut resynced = resynced.lock().unwrap().split_off(3);
    resynced.sort();
    assert_eq!(resynced, ["Updated a blue->blue", "Updated c red->red", "Updated d red->red"]);
    assert_eq!(events.lock().unwrap().len(), 3);
    assert_eq!(names(&informer.lister().list()), ["a", "c", "d"]);
}

/// client-go: `TestSharedInformerRemoveHandler`, `TestSharedInformerMultipleRegistration`,
/// `TestRemovingRemovedSharedInformer`, `TestRemoveWhileActive`.
#[tokio::test(start_paused = true)]
async fn each_registration_of_a_handler_is_removed_by_itself() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let (handler, calls) = record();
    let shared = Arc::new(Mutex::new(handler));
    let (first, second) = (informer.add_handler(shared.clone()), informer.add_handler(shared));
    until(|| calls.lock().unwrap().len() == 2).await;
    let handle = first.abort_handle();
    handle.abort();
    handle.abort();
    first.remove().await;
    handle.abort();
    paint(&server, "a", "blue");
    until(|| calls.lock().unwrap().len() == 3).await;
    second.remove().await;
    paint(&server, "a", "green");
    caught_up(&server, &informer).await;
    assert_eq!(calls.lock().unwrap()[2..], ["Updated a red->blue"]);
}

/// client-go: `TestSharedInformerRemoveForeignHandler`. A registration belongs to its informer, so that no other informer
/// can be asked to remove it.
#[tokio::test(start_paused = true)]
async fn removing_a_handler_affects_no_other_informer() {
    let server = server();
    create(&server, "a", "red");
    let (one, other) = (synced(&server).await, synced(&server).await);
    let ((one_handler, one_calls), (other_handler, other_calls)) = (record(), record());
    let registration = one.add_handler(one_handler);
    let _other = other.add_handler(other_handler);
    registration.wait_for_sync().await.unwrap();
    registration.remove().await;
    paint(&server, "a", "blue");
    until(|| other_calls.lock().unwrap().len() == 2).await;
    assert_eq!(one_calls.lock().unwrap().len(), 1);
}

/// client-go: `TestSharedInformerHandlerAbuse`, `TestHammerController`, `TestRemoveEventHandler_AsynchronousPanic`,
/// `TestRemoveEventHandler_SynchronousShutdown`. After `remove` has completed, no call is in progress.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handlers_are_added_and_removed_by_many_tasks_while_objects_change() {
    let server = server();
    let informer = synced(&server).await;
    let writer = thread::spawn({
        let server = server.clone();
        move || {
            for round in 0..100 {
                let name = format!("w{}", round % 7);
                create(&server, &name, "red");
                paint(&server, &name, "blue");
                delete(&server, &name);
            }
        }
    });
    let abusers: Vec<_> = (0..4).map(|_| tokio::spawn(add_and_remove(informer.clone()))).collect();
    for abuser in abusers {
        abuser.await.unwrap();
    }
    writer.join().unwrap();
    assert_eq!(informer.handler_panics(), 0);
    let version = server.resource_version().to_string();
    while informer.lister().resource_version().as_ref() != Some(&version) {
        tokio::task::yield_now().await;
    }
    informer.drain().await.unwrap();
    assert!(informer.lister().is_empty());
}

async fn add_and_remove(informer: Informer<Widget>) {
    for round in 0..50 {
        let removed = Arc::new(AtomicBool::new(false));
        let is_removed = removed.clone();
        let registration = informer.add_handler(handler_fn(move |_: Event<Widget>| {
            assert!(!is_removed.load(Ordering::SeqCst), "called after its removal");
        }));
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        registration.remove().await;
        removed.store(true, Ordering::SeqCst);
    }
}

/// client-go: `TestShutDownEventHandler_Lifecycles`: of an informer that never synced, of one that runs, and of one that
/// is stopped.
#[tokio::test(start_paused = true)]
async fn a_handler_is_removed_in_every_state_of_its_informer() {
    let add = |informer: &Informer<Widget>| -> HandlerRegistration { informer.add_handler(record().0) };
    let server = server();
    let running = synced(&server).await;
    add(&running).remove().await;
    let registration = add(&running);
    running.shutdown().await;
    registration.remove().await;
    add(&running).remove().await;
    server.faults().on(RequestMatcher::any()).always().status(500);
    let failing = Widget::informer(server.client()).start();
    add(&failing).remove().await;
}

/// client-go: `TestStateSharedInformer`, `TestSharedInformerStartRace`. Starting consumes the builder, so that an informer
/// is not configured or started twice.
#[tokio::test(start_paused = true)]
async fn a_stopped_informer_stays_stopped() {
    let server = server();
    let informer = synced(&server).await;
    assert!(informer.health().borrow().is_synced());
    informer.shutdown().await;
    informer.shutdown().await;
    assert_eq!(*informer.health().borrow(), Health::Stopped);
    assert!(informer.has_synced() && !informer.is_synced());
    create(&server, "a", "red");
    sleep(Duration::from_secs(100)).await;
    assert!(informer.lister().is_empty());
}

/// client-go: `TestUpdate`, `TestResetWatch`. Whatever mixture of lists and watch events an object's changes arrive by,
/// each handler sees them as a chain in which `old` is the state before.
#[tokio::test(start_paused = true)]
async fn updates_are_a_chain_over_lists_and_watches() {
    let server = server();
    let informer = synced(&server).await;
    let states: Arc<Mutex<Vec<String>>> = Arc::new(Mutex::new(vec!["red".to_owned()]));
    let seen = states.clone();
    informer.add_handler(handler_fn(move |event: Event<Widget>| {
        if let Event::Updated { old, new, .. } = event {
            let mut seen = seen.lock().unwrap();
            assert_eq!(seen.last(), Some(&old.spec.color));
            seen.push(new.spec.color.clone());
        }
    }));
    create(&server, "a", "red");
    caught_up(&server, &informer).await;
    for round in 0..20 {
        let change = || {
            paint(&server, "a", &format!("color {round}"));
            paint(&server, "a", &format!("color {round}, again"));
        };
        if round % 3 == 0 {
            relist(&server, &informer, change).await;
        } else {
            change();
            caught_up(&server, &informer).await;
        }
    }
    informer.drain().await.unwrap();
    assert_eq!(informer.handler_panics(), 0);
    assert_eq!(states.lock().unwrap().last().unwrap(), "color 19, again");
}
