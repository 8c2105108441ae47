//! Responses other than the expected ones.

use std::time::Duration;

use anyhow::Result;
use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Status, Verb};
use tokio::time::Instant;

use crate::program::{
    create, delete, print, seconds, set_title, start, synced,
};

// ANCHOR: gone
pub(super) async fn gone(server: &ApiServer) -> Result<()> {
    let sites = synced(server).await?;

    let watch = RequestMatcher::watch("sites");
    let fault = server.faults().on(watch).gone();
    server.drop_all_watches();
    delete(server, "a")?;
    create(server, "c")?;

    seconds(60).await;
    assert_eq!(fault.fired(), 1);
    print(&sites);
    Ok(())
}
// ANCHOR_END: gone

// ANCHOR: throttled
pub(super) async fn throttled(server: &ApiServer) -> Result<()> {
    let list = RequestMatcher::watch_list("sites");
    let fault = server.faults().on(list).status(429).retry_after(60);

    let begin = Instant::now();
    let sites = start(server);
    sites.wait_for_sync().await?;
    assert_eq!(fault.fired(), 1);
    assert!(begin.elapsed() >= Duration::from_secs(60));
    print(&sites);
    Ok(())
}
// ANCHOR_END: throttled

// ANCHOR: forbidden
pub(super) async fn forbidden(server: &ApiServer) -> Result<()> {
    server.deny(Verb::List, "sites", None);
    server.deny(Verb::Watch, "sites", None);

    let sites = start(server);
    let error = sites.wait_for_sync().fail_fast().await;
    println!("wait_for_sync: {}", error.unwrap_err());
    assert!(answered(server, 403));

    server.allow_everything();
    seconds(60).await;
    print(&sites);
    Ok(())
}
// ANCHOR_END: forbidden

// ANCHOR: denied
pub(super) async fn denied(server: &ApiServer) -> Result<()> {
    let sites = synced(server).await?;

    server.deny(Verb::Watch, "sites", None);
    server.drop_all_watches();
    set_title(server, "a", "new")?;
    seconds(2).await;
    assert!(answered(server, 403));
    print(&sites); // the last known state

    server.allow_everything();
    seconds(60).await;
    print(&sites);
    Ok(())
}
// ANCHOR_END: denied

// ANCHOR: missing_crd
pub(super) async fn missing_crd() -> Result<()> {
    let server = &ApiServer::new();
    let sites = start(server);
    let error = sites.wait_for_sync().fail_fast().await;
    println!("wait_for_sync: {}", error.unwrap_err());
    assert!(answered(server, 404));

    reflector_guide::apply_crd(&server.client()).await?;
    create(server, "a")?;
    seconds(60).await;
    print(&sites);
    Ok(())
}
// ANCHOR_END: missing_crd

// ANCHOR: wrong_kind
pub(super) async fn wrong_kind(server: &ApiServer) -> Result<()> {
    let any = RequestMatcher::resource("sites");
    let fault = server.faults().on(any).always().wrong_kind("Page");

    let sites = start(server);
    let error = sites.wait_for_sync().fail_fast().await;
    println!("wait_for_sync: {}", error.unwrap_err());
    assert!(fault.fired() > 0);
    print(&sites);
    Ok(())
}
// ANCHOR_END: wrong_kind

// ANCHOR: login_page
pub(super) async fn login_page(server: &ApiServer) -> Result<()> {
    let any = RequestMatcher::resource("sites");
    let page = Answer::bytes(200, "<html>Please log in</html>")
        .header("content-type", "text/html");
    let fault = server.faults().on(any).always().answer(page);

    let sites = start(server);
    let error = sites.wait_for_sync().fail_fast().await;
    println!("wait_for_sync: {}", error.unwrap_err());
    assert!(fault.fired() > 0);
    Ok(())
}
// ANCHOR_END: login_page

// ANCHOR: internal_error
pub(super) async fn internal_error(server: &ApiServer) -> Result<()> {
    let sites = synced(server).await?;

    let error = Status::for_code(500);
    let watch = RequestMatcher::plain_watch("sites");
    let fault = server.faults().on(watch).error_event_after(0, &error);
    server.drop_all_watches();
    delete(server, "a")?;

    seconds(60).await;
    assert_eq!(fault.fired(), 1);
    print(&sites);
    Ok(())
}
// ANCHOR_END: internal_error

/// Whether a response had this status.
fn answered(server: &ApiServer, status: u16) -> bool {
    server.requests().iter().any(|request| request.status == Some(status))
}
