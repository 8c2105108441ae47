//! Data that servers send in another form than kube-apiserver, and that can be read without losing anything: they end
//! neither a list nor a watch, and what cannot be used is reported.

mod limits;
mod lists;
mod responses;
#[path = "../support/mod.rs"]
mod support;
mod types;
mod watches;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Step};
use reflector_runtime::{Informer, InitialListStrategy, Reflect as _};
use serde_json::Value;
use support::{ErrorLog, Widget, server, until, widget_at};

/// An informer of widgets on a server that returns exactly this list and then this watch. Further requests get no
/// response.
async fn scripted(list: String, watch: Vec<Step>) -> (ApiServer, Informer<Widget>, ErrorLog) {
    scripted_with(list, watch, 100_000).await
}

async fn scripted_with(
    list: String,
    watch: Vec<Step>,
    max_object_bytes: usize,
) -> (ApiServer, Informer<Widget>, ErrorLog) {
    let server = server();
    let lists = RequestMatcher::list("widgets");
    server.faults().script_or(lists, [Answer::bytes(200, list)], Answer::hang());
    let watch = watch.into_iter().chain([Step::Silence]);
    let watches = RequestMatcher::plain_watch("widgets");
    server.faults().script_or(watches, [Answer::watch(watch)], Answer::hang());
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .max_object_bytes(max_object_bytes)
        .on_error(errors.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    (server, informer, errors)
}

fn version(informer: &Informer<Widget>) -> String {
    informer.health().borrow().to_string()
}

fn color(informer: &Informer<Widget>, name: &str) -> Option<String> {
    informer.lister().get("default", name).map(|widget| widget.spec.color.clone())
}

fn event(event_type: &str, object: &Value) -> Step {
    Step::event(event_type, object.clone())
}

fn last_event() -> Step {
    event("ADDED", &widget_at("last", "99", "red"))
}

async fn until_last(informer: &Informer<Widget>) {
    until(|| color(informer, "last").is_some()).await;
}
