//! Objects that cannot be used, states that go back, and a handler that panics.

use std::time::Duration;

use anyhow::Result;
use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Step};
use reflector_guide::Site;
use reflector_runtime::{
    DeliveryOptions, Event, InitialListStrategy, handler_fn,
};
use serde_json::{Value, json};

use crate::program::{
    create, delete, print, seconds, set_title, start, start_with, synced,
};

// ANCHOR: undecodable
pub(super) async fn undecodable(server: &ApiServer) -> Result<()> {
    let sites = synced(server).await?;

    let watch = RequestMatcher::watch("sites");
    let number = json!(5);
    let fault = server.faults().on(watch);
    let fault = fault.replace_value("a", "/spec/title", number);
    server.drop_all_watches();
    set_title(server, "a", "new")?; // arrives as the number 5
    set_title(server, "b", "new")?;

    seconds(60).await;
    assert_eq!(fault.fired(), 1);
    print(&sites);
    println!("skipped: {}", sites.skipped().count);
    Ok(())
}
// ANCHOR_END: undecodable

// ANCHOR: too_large
pub(super) async fn too_large(server: &ApiServer) -> Result<()> {
    set_title(server, "a", &"A".repeat(2000))?;
    let sites = start_with(server, |builder| builder.max_object_bytes(1000));
    sites.wait_for_sync().await?;
    assert_eq!(sites.skipped().count, 1);
    print(&sites);

    set_title(server, "a", "short")?;
    seconds(60).await;
    print(&sites);
    Ok(())
}
// ANCHOR_END: too_large

// ANCHOR: restored
pub(super) async fn restored(server: &ApiServer) -> Result<()> {
    let list = RequestMatcher::list("sites");
    let backup = || Answer::json(200, &list_at("300", &["a"]));
    let now = Answer::json(200, &list_at("1000", &["a", "b"]));
    let lists = server.faults().script_or(list, [now], backup());
    // The restored server waits for version 1000, and sends nothing.
    let pause = [Step::Pause(Duration::from_secs(300)), Step::End];
    let watch = server.faults().on(RequestMatcher::watch("sites"));
    watch.always().answer(Answer::watch(pause));

    let sites = start_with(server, |builder| {
        builder.initial_list_strategy(InitialListStrategy::List)
    });
    sites.wait_for_sync().await?;
    seconds(360).await;
    assert!(lists.fired() >= 2);
    print(&sites);
    Ok(())
}
// ANCHOR_END: restored

// ANCHOR: recreated
pub(super) async fn recreated(server: &ApiServer) -> Result<()> {
    let sites = synced(server).await?;

    let watch = RequestMatcher::plain_watch("sites");
    let fault = server.faults().on(watch).refuse_connection();
    server.drop_all_watches();
    delete(server, "a")?;
    create(server, "a")?; // another uid
    server.compact(); // the server forgets both changes

    seconds(60).await;
    assert_eq!(fault.fired(), 1);
    print(&sites);
    Ok(())
}
// ANCHOR_END: recreated

// ANCHOR: handler_panic
pub(super) async fn handler_panic(server: &ApiServer) -> Result<()> {
    std::panic::set_hook(Box::new(|_| println!("the panic hook")));
    let sites = start(server);
    let handler = handler_fn(|event: Event<Site>| {
        assert!(event.object().spec.title != "A", "not this title");
    });
    let options = DeliveryOptions::new().name("picky");
    let registration = sites.add_handler_with(handler, options);
    registration.wait_for_sync().await?;
    assert_eq!(sites.handler_panics(), 1);
    print(&sites);
    Ok(())
}
// ANCHOR_END: handler_panic

/// A list as the server sends it.
fn list_at(version: &str, names: &[&str]) -> Value {
    let site = |name: &&str| {
        json!({
            "apiVersion": "example.com/v1", "kind": "Site",
            "metadata": {
                "name": name, "namespace": "default", "uid": name,
                "resourceVersion": version,
            },
            "spec": { "title": name.to_uppercase(), "theme": "light" },
        })
    };
    let items: Vec<Value> = names.iter().map(site).collect();
    json!({
        "apiVersion": "example.com/v1", "kind": "SiteList",
        "metadata": { "resourceVersion": version }, "items": items,
    })
}
