//! The start and the end of an informer: without a runtime, and when its last handle is dropped.

#[path = "support/log.rs"]
mod log;
mod support;

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

use log::Log;
use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::{
    Health, Informer, Reflect as _, ReflectorError, ResourceEventHandler, SyncError, WaitForSync,
};
use support::{ErrorLog, Widget, create, server, synced, until};

struct Ignore;

impl ResourceEventHandler<Widget> for Ignore {}

/// Starts an informer on a thread without a runtime.
fn start_without_a_runtime(server: &ApiServer, errors: &ErrorLog) -> Informer<Widget> {
    let builder = Widget::informer(server.client()).name("my-widgets").on_error(errors.hook());
    thread::spawn(move || builder.start()).join().expect("no panic")
}

/// The result of a wait that need not wait.
fn now(wait: WaitForSync) -> Result<(), SyncError> {
    let Poll::Ready(result) = pin!(wait.into_future()).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it waits");
    };
    result
}

#[tokio::test(start_paused = true)]
async fn without_a_runtime_the_informer_is_stopped_and_says_why() {
    let server = server();
    create(&server, "a", "red");
    let errors = ErrorLog::default();
    let informer = start_without_a_runtime(&server, &errors);
    let text = "the informer of my-widgets was started outside of a tokio runtime: call `start` within one";
    assert_eq!(errors.all(), [text]);
    let last_error = informer.last_error().expect("it is the last error");
    assert!(matches!(*last_error, ReflectorError::NoRuntime { .. }), "{last_error:?}");
    assert_eq!(*informer.health().borrow(), Health::Stopped);
    for wait in [
        informer.wait_for_sync(),
        informer.wait_for_sync().retry_forever(),
        informer.wait_for_sync().timeout(Duration::from_secs(1)),
    ] {
        let error = wait.await.unwrap_err();
        assert!(matches!(error, SyncError::NoRuntime { .. }), "{error:?}");
        assert!(error.to_string().contains("call `start` within one"), "{error}");
        assert!(error.to_string().contains("widgets.example.com/v1"), "{error}");
    }
    // Nothing else waits, or panics.
    informer.shutdown().await;
    assert!(informer.subscribe().next().await.is_none());
    assert!(informer.add_handler(Ignore).is_finished());
    assert!(informer.lister().is_empty() && !informer.has_synced());
    assert!(server.requests().is_empty());
}

/// The same on a thread that never has a runtime.
#[tokio::test(start_paused = true)]
async fn without_a_runtime_no_method_panics() {
    let builder = Widget::informer(server().client());
    let used = thread::spawn(move || {
        let log = Log::capture();
        let informer = builder.start();
        let logged = log.lines_with("started outside of a tokio runtime");
        assert_eq!(logged.len(), 1, "{logged:?}");
        assert!(logged[0].contains("ERROR"), "{logged:?}");
        assert!(log.lines_with("before the first sync").is_empty(), "one line says why");
        assert!(matches!(now(informer.wait_for_sync()), Err(SyncError::NoRuntime { .. })));
        let with_timeout = informer.wait_for_sync().timeout(Duration::from_secs(1));
        assert!(matches!(now(with_timeout), Err(SyncError::NoRuntime { .. })));
        let registration = informer.add_handler(Ignore);
        registration.abort_handle().abort();
        drop(registration.remove());
        assert!(informer.subscribe().try_next().is_none());
        let _ = (informer.health(), informer.skipped(), informer.handler_panics());
        drop(informer.clone());
    });
    used.join().expect("no panic");
}

/// An informer that runs can be awaited from any thread, also with a timeout.
#[test]
fn a_running_informer_can_be_awaited_without_a_runtime() {
    let server = server();
    server.faults().on(RequestMatcher::any()).always().status(500);
    let (started, start) = std::sync::mpsc::channel();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let running = thread::spawn(move || {
        let builder = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        builder.unwrap().block_on(async {
            started.send(Widget::informer(server.client()).start()).unwrap();
            let _ = ended.await;
        });
    });
    let informer = start.recv().unwrap();
    let error =
        block_on(informer.wait_for_sync().timeout(Duration::from_secs(60)).into_future()).unwrap_err();
    assert!(matches!(error, SyncError::TimedOut { .. }), "{error}");
    drop(end);
    running.join().unwrap();
}

/// Polls from this thread, which has no runtime.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return result;
        }
        thread::park();
    }
}

/// The beginning of the warning.
const WARNING: &str = "stopped before the first sync";

#[tokio::test(start_paused = true)]
async fn a_dropped_handle_is_logged_once() {
    let server = server();
    create(&server, "a", "red");
    let log = Log::capture();
    let lister = Widget::informer(server.client()).name("of a lister").start().lister();
    let mut events = Widget::informer(server.client()).name("of a subscription").start().subscribe();
    let registration = Widget::informer(server.client()).name("of a handler").start().add_handler(Ignore);
    assert!(events.next().await.is_none(), "the subscription ends");
    until(|| registration.is_finished()).await;
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert!(lister.is_empty());
    for name in ["of a lister", "of a subscription", "of a handler"] {
        let lines = log.lines_with(name);
        let warnings: Vec<_> = lines.iter().filter(|line| line.contains(WARNING)).collect();
        assert_eq!(warnings.len(), 1, "{lines:?}");
        assert!(warnings[0].contains("WARN") && warnings[0].contains("keep the `Informer`"), "{warnings:?}");
    }
    assert_eq!(log.lines_with(WARNING).len(), 3);
}

/// Every way to stop an informer before its sync, alone and together.
#[tokio::test(start_paused = true)]
async fn an_early_end_is_logged_once_however_it_comes() {
    let log = Log::capture();
    for failing in [false, true] {
        let server = server();
        if failing {
            server.faults().on(RequestMatcher::any()).always().status(403);
        }
        let start = || Widget::informer(server.client()).start();
        let before = log.lines_with(WARNING).len();
        let informer = start();
        informer.shutdown().await;
        informer.shutdown().await;
        drop(informer);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(log.lines_with(WARNING).len(), before + 1);

        let informer = start();
        let waiting = tokio::spawn(informer.wait_for_sync().retry_forever().into_future());
        let clone = informer.clone();
        drop((informer, clone));
        let error = waiting.await.unwrap().unwrap_err();
        assert!(matches!(error, SyncError::Stopped { .. }), "{error:?}");
        assert!(error.to_string().contains("its last handle was dropped"), "{error}");
        assert_eq!(log.lines_with(WARNING).len(), before + 2);
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_synced_informer_is_no_warning() {
    let server = server();
    let log = Log::capture();
    let informer = synced(&server).await;
    let mut health = informer.health();
    drop(informer);
    health.wait_for(|health| *health == Health::Stopped).await.unwrap();
    assert!(log.lines_with("WARN").is_empty(), "{:?}", log.lines_with("WARN"));
}
