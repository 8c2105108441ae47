//! Connections that end, or send nothing.

use std::time::Duration;

use anyhow::Result;
use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::InitialListStrategy;
use tokio::time::Instant;

use crate::program::{
    create, delete, print, seconds, set_title, start, start_with, synced,
};

// ANCHOR: cut_watch
pub(super) async fn cut_watch(server: &ApiServer) -> Result<()> {
    let list = RequestMatcher::watch_list("sites");
    // Two objects, the bookmark that ends the list, and one change.
    let fault = server.faults().on(list).cut_after_events(4);
    let sites = start(server);
    sites.wait_for_sync().await?;

    set_title(server, "a", "new")?;
    set_title(server, "b", "new")?;
    delete(server, "a")?;
    seconds(60).await;
    assert_eq!(fault.fired(), 1);
    print(&sites);
    Ok(())
}
// ANCHOR_END: cut_watch

// ANCHOR: cut_list
pub(super) async fn cut_list(server: &ApiServer) -> Result<()> {
    let list = RequestMatcher::watch_list("sites");
    let fault = server.faults().on(list).cut_after_events(1);

    let sites = start(server);
    sites.wait_for_sync().await?;
    assert_eq!(fault.fired(), 1);
    print(&sites);
    Ok(())
}
// ANCHOR_END: cut_list

// ANCHOR: silent
pub(super) async fn silent(server: &ApiServer) -> Result<()> {
    let list = RequestMatcher::watch_list("sites");
    let fault = server.faults().on(list).silence_after_events(3);
    let sites = start(server);
    sites.wait_for_sync().await?;

    set_title(server, "a", "new")?; // is not sent
    seconds(60).await;
    print(&sites);

    seconds(900).await;
    assert_eq!(fault.fired(), 1);
    print(&sites);
    Ok(())
}
// ANCHOR_END: silent

// ANCHOR: slow
pub(super) async fn slow(server: &ApiServer) -> Result<()> {
    let any = RequestMatcher::resource("sites");
    let wait = Duration::from_secs(20);
    let fault = server.faults().on(any).always().delay(wait);

    let begin = Instant::now();
    let sites = start(server);
    sites.wait_for_sync().await?;
    println!("synced after {} s", begin.elapsed().as_secs());
    assert!(fault.fired() > 0);
    print(&sites);
    Ok(())
}
// ANCHOR_END: slow

// ANCHOR: hang
pub(super) async fn hang(server: &ApiServer) -> Result<()> {
    let any = RequestMatcher::resource("sites");
    let fault = server.faults().on(any).hang();

    let sites = start_with(server, |builder| {
        builder.initial_list_strategy(InitialListStrategy::List)
    });
    let timeout = Duration::from_secs(30);
    let error = sites.wait_for_sync().timeout(timeout).await;
    println!("wait_for_sync: {}", error.unwrap_err());

    seconds(120).await;
    assert_eq!(fault.fired(), 1);
    print(&sites);
    Ok(())
}
// ANCHOR_END: hang

// ANCHOR: refused
pub(super) async fn refused(server: &ApiServer) -> Result<()> {
    let sites = synced(server).await?;

    let any = RequestMatcher::any();
    let fault = server.faults().on(any).times(3).refuse_connection();
    server.drop_all_watches();
    create(server, "c")?;

    seconds(60).await;
    assert_eq!(fault.fired(), 3);
    print(&sites);
    Ok(())
}
// ANCHOR_END: refused

// ANCHOR: no_bookmark
pub(super) async fn no_bookmark(server: &ApiServer) -> Result<()> {
    let list = RequestMatcher::watch_list("sites");
    let fault = server.faults().on(list).always().omit_end_bookmark();

    let begin = Instant::now();
    let sites = start(server);
    sites.wait_for_sync().await?;
    assert_eq!(fault.fired(), 1);
    println!("synced after {} s", begin.elapsed().as_secs());
    print(&sites);
    Ok(())
}
// ANCHOR_END: no_bookmark
