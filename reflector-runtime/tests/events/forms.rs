//! Everything that can be a handler.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use reflector_runtime::{
    AsyncEventHandler, DeliveryOptions, Event, EventHandler, Reflect as _, ResourceEventHandler, handler_fn,
};
use tokio::time::sleep;

use crate::{
    record,
    support::{ErrorLog, Widget, create, delete, paint, server, show, synced, until},
};

fn name(widget: &Widget) -> String {
    widget.metadata.name.clone().unwrap_or_default()
}

#[derive(Default)]
struct Names(Vec<String>);

impl ResourceEventHandler<Widget> for Names {
    fn on_add(&mut self, object: Arc<Widget>, in_initial_list: bool) {
        self.0.push(format!("add {} {in_initial_list}", name(&object)));
    }

    fn on_delete(&mut self, last_known: Arc<Widget>, final_state_known: bool) {
        self.0.push(format!("delete {} {final_state_known}", name(&last_known)));
    }
}

/// client-go: `TestTypedResourceEventHandlerFuncs`, `TestTypedResourceEventHandlerDetailedFuncs`,
/// `TestTypedResourceEventHandlerAdapter`.
#[tokio::test(start_paused = true)]
async fn closures_structs_boxes_and_shared_handlers_receive_the_same_events() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;

    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let line = |text: &'static str| {
        let lines = lines.clone();
        move |widget: Arc<Widget>| lines.lock().unwrap().push(format!("{text} {}", name(&widget)))
    };
    let (on_update, updated) = (lines.clone(), |old: &Widget, new: &Widget| {
        format!("update {} {}->{}", name(new), old.spec.color, new.spec.color)
    });
    informer.add_handler(
        EventHandler::new()
            .on_add(line("add"))
            .on_update(move |old, new| on_update.lock().unwrap().push(updated(&old, &new)))
            .on_delete(line("delete")),
    );
    // Closures that are not set have no effect.
    informer.add_handler(EventHandler::new());
    let deleted: Arc<Mutex<Vec<String>>> = Arc::default();
    let into = deleted.clone();
    informer
        .add_handler(EventHandler::new().on_delete(move |widget| into.lock().unwrap().push(name(&widget))));

    let shared = Arc::new(Mutex::new(Names::default()));
    informer.add_handler(shared.clone());
    let (handler, boxed) = record();
    let handler: Box<dyn ResourceEventHandler<Widget>> = Box::new(handler);
    informer.add_handler(handler);
    let (mut handler, borrowed) = record();
    informer.add_handler(handler_fn(move |event: Event<Widget>| {
        let mut by_reference = &mut handler;
        ResourceEventHandler::on_event(&mut by_reference, event);
        ResourceEventHandler::on_update(&mut by_reference, Arc::new(widget()), Arc::new(widget()));
    }));

    until(|| boxed.lock().unwrap().len() == 1).await;
    paint(&server, "a", "blue");
    until(|| boxed.lock().unwrap().len() == 2).await;
    delete(&server, "a");
    until(|| boxed.lock().unwrap().len() == 3).await;
    informer.drain().await.unwrap();
    let expected = ["Added a red (initial)", "Updated a red->blue", "Deleted a blue"];
    assert_eq!(*boxed.lock().unwrap(), expected);
    assert_eq!(*lines.lock().unwrap(), ["add a", "update a red->blue", "delete a"]);
    assert_eq!(*deleted.lock().unwrap(), ["a"]);
    assert_eq!(shared.lock().unwrap().0, ["add a true", "delete a true"]);
    assert_eq!(borrowed.lock().unwrap().len(), 3, "`HandlerFn` receives whole events only");
}

fn widget() -> Widget {
    serde_json::from_value(crate::support::widget("x", "white")).unwrap()
}

/// One call at a time, awaited.
struct Slow(Arc<Mutex<Vec<String>>>);

impl AsyncEventHandler<Widget> for Slow {
    async fn handle(&mut self, event: Event<Widget>) {
        self.0.lock().unwrap().push(format!("begin {}", show(&event)));
        sleep(Duration::from_secs(1)).await;
        self.0.lock().unwrap().push("end".to_owned());
    }
}

#[tokio::test(start_paused = true)]
async fn an_asynchronous_handler_is_awaited_for_one_event_at_a_time() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let (in_struct, in_closure): (Arc<Mutex<Vec<_>>>, Arc<Mutex<Vec<_>>>) = Default::default();
    let registration = informer.add_async_handler(Slow(in_struct.clone()));
    let log = in_closure.clone();
    informer.add_async_handler(move |event: Event<Widget>| {
        let log = log.clone();
        async move { Slow(log).handle(event).await }
    });
    registration.wait_for_sync().await.unwrap();
    paint(&server, "a", "blue");
    create(&server, "b", "red");
    until(|| in_struct.lock().unwrap().len() == 6).await;
    informer.drain().await.unwrap();
    let expected = ["begin Added a red (initial)", "end", "begin Updated a red->blue", "end"];
    for log in [in_struct, in_closure] {
        let log = log.lock().unwrap();
        assert_eq!(log[..4], expected);
        assert_eq!(log[4..], ["begin Added b red", "end"]);
    }
}

/// A removal does not cancel a call.
#[tokio::test(start_paused = true)]
async fn a_call_in_progress_completes_when_its_handler_is_removed() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let informer = synced(&server).await;
    let log: Arc<Mutex<Vec<_>>> = Arc::default();
    let registration = informer.add_async_handler(Slow(log.clone()));
    until(|| !log.lock().unwrap().is_empty()).await;
    registration.remove().await;
    assert_eq!(log.lock().unwrap().len(), 2, "one call, from its begin to its end");
    assert_eq!(Arc::strong_count(&log), 1, "the handler is dropped");
}

/// In the closure itself, before the first await, and after it.
#[tokio::test(start_paused = true)]
async fn a_panic_of_an_asynchronous_handler_is_reported_and_the_next_event_is_delivered() {
    let server = server();
    for name in ["a", "b", "c", "d"] {
        create(&server, name, "red");
    }
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client()).on_error(errors.hook()).start();
    let calls: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = calls.clone();
    let handle = move |event: Event<Widget>| {
        let name = name(event.object());
        log.lock().unwrap().push(name.clone());
        assert!(name != "a", "hunter2");
        async move {
            assert!(name != "b", "hunter2");
            sleep(Duration::from_secs(1)).await;
            assert!(name != "c", "hunter2");
        }
    };
    let options = DeliveryOptions::new().name("audit");
    let registration = informer.add_async_handler_with(handle, options);
    registration.wait_for_sync().await.unwrap();
    assert_eq!((calls.lock().unwrap().len(), informer.handler_panics()), (4, 3));
    assert_eq!(errors.all().len(), 3);
    assert!(!errors.contains("hunter2"));
    assert!(
        errors.all()[0].starts_with("handler `audit` of widgets.example.com/v1 panicked on Added default/"),
        "{:?}",
        errors.all()
    );
}

/// client-go: `TestNameForHandler`.
#[tokio::test(start_paused = true)]
async fn a_handler_is_named_after_its_type_unless_it_has_a_name() {
    let server = server();
    let informer = synced(&server).await;
    let registration = informer.add_handler(Names::default());
    assert!(registration.name().ends_with("forms::Names"), "{}", registration.name());
    let named = informer.add_handler_with(Names::default(), DeliveryOptions::new().name("names"));
    assert_eq!(named.name(), "names");
    assert_eq!(
        format!("{named:?}"),
        "HandlerRegistration { name: \"names\", synced: false, finished: false, .. }"
    );
}
