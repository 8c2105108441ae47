//! Functions of the program that panic on the informer's task: the informer stops and says so, and the error hook ends
//! nothing.

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reflector_apiserver::RequestMatcher;
use reflector_runtime::{
    DynamicIndex, Health, Informer, InformerBuilder, Reflect as _, ReflectorError, SyncError, WaitError,
};
use support::{ErrorLog, Widget, create, open_requests, paint, server, until};

/// Panics without a message on standard error.
fn panic_quietly() {
    std::panic::resume_unwind(Box::new("hunter2"));
}

fn panics_on_black(widget: &Widget) {
    if widget.spec.color == "black" {
        panic_quietly();
    }
}

/// Each function that an informer calls on its task, in an informer that a black widget stops.
fn informers(builder: impl Fn() -> InformerBuilder<Widget>) -> [(&'static str, InformerBuilder<Widget>); 3] {
    let by_shade = DynamicIndex::<Widget>::new("by_shade", |widget: &Widget, values| {
        panics_on_black(widget);
        values.push("light");
    });
    [
        ("index", builder().index(by_shade)),
        ("transform", builder().transform(|widget: &mut Widget| panics_on_black(widget))),
        (
            "resync",
            builder().resync_if(Duration::from_secs(60), || {
                panic_quietly();
                true
            }),
        ),
    ]
}

fn is_panicked(error: Option<Arc<ReflectorError>>) -> bool {
    error
        .is_some_and(|error| matches!(&*error, ReflectorError::Panicked { what } if what.contains("widgets")))
}

#[tokio::test(start_paused = true)]
async fn a_panic_stops_the_informer_and_is_reported() {
    let server = server();
    create(&server, "a", "red");
    for (function, builder) in informers(|| Widget::informer(server.client())) {
        let errors = ErrorLog::default();
        let informer = builder.on_error(errors.hook()).start();
        informer.wait_for_sync().await.unwrap();
        let mut events = informer.subscribe();
        paint(&server, "a", "black");
        until(|| *informer.health().borrow() == Health::Stopped).await;
        assert!(is_panicked(informer.last_error()), "{function}");
        assert!(
            errors.contains("widgets.example.com/v1 has stopped: one of its functions panicked"),
            "{function}"
        );
        assert!(!format!("{:?}", errors.all()).contains("hunter2"), "{function}: the payload is not shown");
        while events.next().await.is_some() {}
        let key = reflector_runtime::ObjectKey::namespaced("default", "a");
        let wait = informer.lister().wait_until(&key, |widget| widget.spec.color == "green");
        assert!(matches!(wait.await, Err(WaitError::Stopped { .. })), "{function}");
        assert_eq!(informer.lister().len(), 1, "{function}: readers see the last state");
        tokio::time::timeout(Duration::from_secs(1), informer.drain()).await.unwrap().unwrap();
        until(|| open_requests(&server).is_empty()).await;
        paint(&server, "a", "red");
    }
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_the_sync_fails_with_the_panic() {
    let server = server();
    create(&server, "a", "black");
    for (function, builder) in informers(|| Widget::informer(server.client())).into_iter().take(2) {
        for builder in [builder, informers_of_namespaces(&server, function)] {
            let error = builder.start().wait_for_sync().await.unwrap_err();
            let SyncError::Stopped { last_error, .. } = &error else { panic!("{function}: {error}") };
            assert!(is_panicked(last_error.clone()), "{function}: {error}");
            assert!(error.to_string().contains("one of its functions panicked"), "{function}: {error}");
        }
    }
}

fn informers_of_namespaces(
    server: &reflector_apiserver::ApiServer,
    function: &'static str,
) -> InformerBuilder<Widget> {
    let all = informers(|| Widget::informer(server.client()).namespaces(["default", "other"]));
    all.into_iter().find(|(name, _)| *name == function).unwrap().1
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_error_hook_ends_nothing() {
    let server = server();
    create(&server, "a", "red");
    let calls = Arc::new(AtomicUsize::new(0));
    let count = calls.clone();
    server.faults().on(RequestMatcher::any()).times(3).status(503);
    let informer: Informer<Widget> = Widget::informer(server.client())
        .on_error(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            panic_quietly();
        })
        .start();
    informer.wait_for_sync().await.unwrap();
    assert!(calls.load(Ordering::Relaxed) >= 3);
    paint(&server, "a", "blue");
    until(|| informer.lister().by_index(Widget::BY_COLOR, "blue").len() == 1).await;
}
