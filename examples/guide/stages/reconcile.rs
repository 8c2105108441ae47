//! A reconcile loop: a run for each site that has changed, and retries.

use std::time::Duration;

use anyhow::Result;
use kube::{Client, ResourceExt as _};
use reflector_guide::{Site, apply_crd};
use reflector_runtime::{
    ObjectKey,
    reconcile::{Context, Next, Reconciler, Report},
};
use tokio::{sync::oneshot, time::sleep};

use crate::user::User;

// ANCHOR: reconcile
fn reconcile(context: &Context<Site>) -> Result<Next, String> {
    let Some(site) = context.object() else {
        println!("{}: withdraw", context.key().name);
        return Ok(Next::Done);
    };
    if site.spec.title.is_empty() {
        return Err("the title is empty".to_owned());
    }
    println!("{}: publish {:?}", site.name_any(), site.spec.title);
    Ok(Next::Done)
}
// ANCHOR_END: reconcile

// ANCHOR: report
fn print(report: &Report) {
    if let Report::Failed { key, attempt, error, .. } = report {
        println!("{}: attempt {attempt} failed: {error}", key.name);
    }
}
// ANCHOR_END: report

pub(super) async fn run(client: Client, namespace: &str) -> Result<()> {
    apply_crd(&client).await?;
    let user = User::new(client.clone(), namespace);

    // ANCHOR: run
    let informer = Site::informer(client).namespace(namespace).start();
    let reconciler = Reconciler::new(&informer).on_report(print);
    let queue = reconciler.queue();
    let (stop, stopped) = oneshot::channel::<()>();
    let run = |context: Context<Site>, _| async move { reconcile(&context) };
    let stopped = async { drop(stopped.await) };
    let running = tokio::spawn(reconciler.run(run, stopped));
    // ANCHOR_END: run

    // ANCHOR: user
    user.create("docs", "", "dark").await?;
    let key = ObjectKey::namespaced(namespace, "docs");
    while queue.num_requeues(&key) < 2 {
        sleep(Duration::from_millis(1)).await;
    }
    user.set_title("docs", "Documentation").await?;
    while queue.num_requeues(&key) > 0 {
        sleep(Duration::from_millis(1)).await;
    }
    user.delete("docs").await?;
    informer.lister().wait_until_gone(&key).await?;
    // The run that follows the deletion.
    sleep(Duration::from_secs(1)).await;
    // ANCHOR_END: user

    // ANCHOR: stop
    drop(stop);
    let summary = running.await??;
    println!("{} keys have work to do", summary.pending.len());
    // ANCHOR_END: stop
    Ok(())
}
