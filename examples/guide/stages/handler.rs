//! A call for each change.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use kube::{Client, ResourceExt as _};
use reflector_guide::{Site, apply_crd};
use reflector_runtime::ResourceEventHandler;
use tokio::sync::mpsc;

use crate::user::User;

// ANCHOR: handler
struct Announcer(mpsc::UnboundedSender<String>);

impl ResourceEventHandler<Site> for Announcer {
    fn on_add(&mut self, site: Arc<Site>, in_initial_list: bool) {
        let kind = if in_initial_list { "known" } else { "new" };
        self.announce(format!("{kind}:     {}", site.name_any()));
    }

    fn on_update(&mut self, old: Arc<Site>, new: Arc<Site>) {
        let (old, new) = (&old.spec.title, &new.spec.title);
        self.announce(format!("changed: {old:?} -> {new:?}"));
    }

    fn on_delete(&mut self, last_known: Arc<Site>, _final_state_known: bool) {
        self.announce(format!("deleted: {}", last_known.name_any()));
    }
}
// ANCHOR_END: handler

impl Announcer {
    fn announce(&self, line: String) {
        // Fails if the program has ended.
        let _ = self.0.send(line);
    }
}

pub(super) async fn run(client: Client, namespace: &str) -> Result<()> {
    apply_crd(&client).await?;
    let user = User::new(client.clone(), namespace);
    user.create("home", "Home", "light").await?;

    // ANCHOR: add
    let (sender, mut lines) = mpsc::unbounded_channel();
    let informer = Site::informer(client).namespace(namespace).start();
    let registration = informer.add_handler(Announcer(sender));
    // The handler has processed the complete initial list.
    registration.wait_for_sync().await?;
    println!("{}", lines.recv().await.context("no event")?);

    user.create("docs", "Docs", "dark").await?;
    println!("{}", lines.recv().await.context("no event")?);
    user.set_title("docs", "Documentation").await?;
    println!("{}", lines.recv().await.context("no event")?);
    user.delete("docs").await?;
    println!("{}", lines.recv().await.context("no event")?);

    // Stop, after the handler has processed what is queued.
    informer.drain().await?;
    // ANCHOR_END: add
    Ok(())
}
