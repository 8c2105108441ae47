//! Event handlers: removal, panics, and the runtime that they run on.

#[path = "support/log.rs"]
mod log;
mod support;

use std::{
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use log::Log;
use reflector_apiserver::ApiServer;
use reflector_runtime::{
    HandlerAbortHandle, HandlerRegistration, Informer, Reflect as _, ReflectorError, ResourceEventHandler,
};
use support::{ErrorLog, Widget, create, delete, paint, server, synced, until};

/// Calls a function with a description of each event.
struct Call<F>(F);

impl<F: FnMut(String) + Send + 'static> ResourceEventHandler<Widget> for Call<F> {
    fn on_add(&mut self, object: Arc<Widget>, _in_initial_list: bool) {
        (self.0)(format!("add {} {}", name(&object), object.spec.color));
    }

    fn on_update(&mut self, old: Arc<Widget>, new: Arc<Widget>) {
        (self.0)(format!("update {} {}->{}", name(&new), old.spec.color, new.spec.color));
    }

    fn on_delete(&mut self, last_known: Arc<Widget>, _final_state_known: bool) {
        (self.0)(format!("delete {}", name(&last_known)));
    }
}

fn name(widget: &Widget) -> &str {
    widget.metadata.name.as_deref().unwrap_or_default()
}

/// A handler that records its calls.
fn record() -> (impl ResourceEventHandler<Widget>, Arc<Mutex<Vec<String>>>) {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let recorded = calls.clone();
    (Call(move |event| recorded.lock().unwrap().push(event)), calls)
}

/// More than a task may handle before it yields.
const MANY: usize = 1000;

fn server_with_many_widgets() -> ApiServer {
    let server = server();
    for number in 0..MANY {
        create(&server, &format!("w{number:04}"), "red");
    }
    server
}

/// The ways to remove a handler.
const REMOVALS: [fn(HandlerRegistration); 4] = [
    |registration| registration.abort_handle().abort(),
    |registration| registration.abort_handle().clone().abort(),
    // The future is never polled.
    |registration| drop(registration.remove()),
    |registration| drop(tokio::spawn(registration.remove())),
];

/// The call in progress completes. None of the other 999 begins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_begins_after_a_slow_handler_was_removed() {
    let server = server_with_many_widgets();
    let informer = synced(&server).await;
    for remove in REMOVALS {
        let (entered, has_entered) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let returned = Arc::new(AtomicUsize::new(0));
        let count = returned.clone();
        let registration = informer.add_handler(Call(move |_| {
            entered.send(()).unwrap();
            // Fails once the test has released the handler.
            let _ = released.recv();
            count.fetch_add(1, Ordering::SeqCst);
        }));
        let handle = registration.abort_handle();
        has_entered.recv().unwrap();
        remove(registration);
        assert!(!handle.is_finished(), "a call is in progress");
        drop(release);
        while !handle.is_finished() {
            tokio::task::yield_now().await;
        }
        assert_eq!(returned.load(Ordering::SeqCst), 1);
        assert!(has_entered.recv().is_err(), "another call began");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_removes_itself_is_not_called_again() {
    let server = server_with_many_widgets();
    let informer = synced(&server).await;
    for calls_before in [1, 3, 128, 129] {
        let calls = Arc::new(AtomicUsize::new(0));
        let own: Arc<OnceLock<HandlerAbortHandle>> = Arc::default();
        let (count, itself) = (calls.clone(), own.clone());
        let registration = informer.add_handler(Call(move |_| {
            if count.fetch_add(1, Ordering::SeqCst) + 1 == calls_before {
                itself.get().unwrap().abort();
            }
        }));
        own.set(registration.abort_handle()).unwrap();
        until(|| registration.is_finished()).await;
        assert_eq!(calls.load(Ordering::SeqCst), calls_before);
    }
}

/// The registration itself may be used within a call, if its future is not awaited.
#[tokio::test(start_paused = true)]
async fn a_handler_may_drop_the_future_of_its_own_removal() {
    let server = server_with_many_widgets();
    let informer = synced(&server).await;
    let calls = Arc::new(AtomicUsize::new(0));
    let own: Arc<Mutex<Option<HandlerRegistration>>> = Arc::default();
    let (count, itself) = (calls.clone(), own.clone());
    let registration = informer.add_handler(Call(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        drop(itself.lock().unwrap().take().unwrap().remove());
    }));
    *own.lock().unwrap() = Some(registration);
    until(|| calls.load(Ordering::SeqCst) > 0 && own.lock().unwrap().is_none()).await;
    // Everything that is queued would be delivered by now.
    until_recorded(&informer).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

/// Waits until another handler has received everything.
async fn until_recorded(informer: &Informer<Widget>) {
    let (handler, calls) = record();
    let _registration = informer.add_handler(handler);
    until(|| calls.lock().unwrap().len() == informer.lister().len()).await;
}

#[tokio::test(start_paused = true)]
async fn a_waiting_handler_is_dropped_when_it_is_removed() {
    let server = server();
    let informer = synced(&server).await;
    let (handler, calls) = record();
    let registration = informer.add_handler(handler);
    tokio::task::yield_now().await;
    registration.remove().await;
    assert_eq!(Arc::strong_count(&calls), 1, "the handler still exists");
    create(&server, "a", "red");
    until(|| informer.lister().len() == 1).await;
    assert!(calls.lock().unwrap().is_empty());
}

/// The registration is not a guard.
#[tokio::test(start_paused = true)]
async fn a_dropped_registration_removes_nothing() {
    let server = server();
    let informer = synced(&server).await;
    let (handler, calls) = record();
    let registration = informer.add_handler(handler);
    drop(registration.abort_handle());
    drop(registration);
    create(&server, "a", "red");
    until(|| calls.lock().unwrap().len() == 1).await;
}

/// The panic's message, as in `panic!("{object:?}")`, may contain a Secret.
const SECRET: &str = "hunter2";

/// client-go: `TestPanicPropagated` (there, the panic reaches the caller of `Run`), `TestEventPanics`.
#[tokio::test(start_paused = true)]
async fn a_panic_is_reported_and_the_next_event_is_delivered() {
    let log = Log::capture();
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client()).on_error(errors.hook()).start();
    informer.wait_for_sync().await.unwrap();
    let calls = Arc::new(Mutex::new(Vec::new()));
    let recorded = calls.clone();
    let registration = informer.add_handler(Call(move |event: String| {
        recorded.lock().unwrap().push(event.clone());
        assert!(!event.contains(" b"), "{SECRET}");
    }));
    until(|| calls.lock().unwrap().len() == 3).await;
    paint(&server, "b", "blue");
    until(|| calls.lock().unwrap().len() == 4).await;
    delete(&server, "b");
    until(|| calls.lock().unwrap().len() == 5).await;
    paint(&server, "a", "blue");
    until(|| calls.lock().unwrap().len() == 6).await;
    let mut initial = calls.lock().unwrap().clone();
    initial[..3].sort();
    assert_eq!(
        initial,
        ["add a red", "add b red", "add c red", "update b red->blue", "delete b", "update a red->blue"]
    );
    assert!(!registration.is_finished());
    assert_eq!(informer.handler_panics(), 3);
    assert!(informer.is_synced(), "the informer is not affected");

    let reported = errors.all();
    let start = format!("handler `{}` of widgets.example.com/v1 panicked on", registration.name());
    for (error, event) in reported.iter().zip(["Added", "Updated", "Deleted"]) {
        let version = error
            .strip_prefix(&format!("{start} {event} default/b at "))
            .unwrap_or_else(|| panic!("{error}"));
        assert!(version.parse::<u64>().is_ok(), "{error}");
        assert_eq!(log.lines_with(error).len(), 1, "logged once");
    }
    assert_eq!(reported.len(), 3);
    let last = informer.last_error().unwrap();
    assert!(matches!(*last, ReflectorError::HandlerPanicked { .. }), "{last:?}");
    assert_eq!(last.to_string(), reported[2]);
    assert!(!errors.contains(SECRET) && log.lines_with(SECRET).is_empty());
}

/// A panicking handler affects no other handler, and neither does a hook that panics on the report.
#[tokio::test(start_paused = true)]
async fn every_event_is_delivered_once_even_if_all_calls_panic() {
    let server = server_with_many_widgets();
    let informer = Widget::informer(server.client()).on_error(|error| panic!("{error}")).start();
    informer.wait_for_sync().await.unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let count = calls.clone();
    let _panicking = informer.add_handler(Call(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        std::panic::panic_any(7);
    }));
    let (handler, recorded) = record();
    let _other = informer.add_handler(handler);
    until(|| calls.load(Ordering::SeqCst) == MANY && recorded.lock().unwrap().len() == MANY).await;
    assert_eq!(informer.handler_panics(), u64::try_from(MANY).unwrap());
}

/// A panic of a handler is not what prevents a sync.
#[tokio::test(start_paused = true)]
async fn a_sync_error_does_not_report_a_panic() {
    let server = server();
    create(&server, "a", "red");
    server.faults().on(reflector_apiserver::RequestMatcher::watch("widgets")).always().status(403);
    let informer = Widget::informer(server.client()).start();
    informer.wait_for_sync().await.unwrap_err();
    let _registration = informer.add_handler(Call(|_| panic!("{SECRET}")));
    until(|| informer.handler_panics() == 1).await;
    assert!(matches!(*informer.last_error().unwrap(), ReflectorError::HandlerPanicked { .. }));
    let error = informer.wait_for_sync().await.unwrap_err().to_string();
    assert!(error.contains("watch failed: the server returned 403"), "{error}");
}

/// As the code of a GUI or of a C library: the thread has no runtime.
#[tokio::test(start_paused = true)]
async fn handlers_can_be_added_from_any_thread() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let (handler, calls) = record();
    let clone = informer.clone();
    let registration = thread::spawn(move || clone.add_handler(handler)).join().unwrap();
    until(|| calls.lock().unwrap().len() == 1).await;
    paint(&server, "a", "blue");
    until(|| calls.lock().unwrap().len() == 2).await;
    let handle = registration.abort_handle();
    thread::spawn(move || handle.abort()).join().unwrap();
    until(|| registration.is_finished()).await;
    paint(&server, "a", "green");
    until(|| informer.lister().get("default", "a").unwrap().spec.color == "green").await;
    assert_eq!(*calls.lock().unwrap(), ["add a red", "update a red->blue"]);
}

/// The handler belongs to the informer, not to the runtime of the caller, which may be short-lived.
#[test]
fn a_handler_runs_on_the_runtime_of_its_informer() {
    let runtime =
        || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let (main, short_lived) = (runtime(), runtime());
    let server = server();
    let informer = main.block_on(synced(&server));
    let (handler, calls) = record();
    let registration = short_lived.block_on(async { informer.add_handler(handler) });
    drop(short_lived);
    create(&server, "a", "red");
    main.block_on(until(|| calls.lock().unwrap().len() == 1));
    drop(main);
    assert!(registration.is_finished());
    let (handler, calls) = record();
    assert!(informer.add_handler(handler).is_finished(), "no runtime is left");
    assert!(calls.lock().unwrap().is_empty());
}
