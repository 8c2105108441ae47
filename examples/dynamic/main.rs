//! Follows every kind of an API group, as a policy engine does: informers start when a CRD is installed, and stop when it
//! is deleted.
//!
//! `cargo run --example dynamic` needs no cluster: it starts an in-process API server.
//! `-- --cluster --group apps` follows the kinds of a group of the current kubeconfig's cluster instead.

use std::{pin::pin, time::Instant};

use anyhow::{Context as _, Result};
use clap::Parser;
use kube::{Client, Config, core::GroupVersionKind};
use reflector_apiserver::ApiServer;
use reflector_examples::interrupted;
use reflector_runtime::{InformerSet, KindEvent, KindFollower};
use serde_json::{Value, json};

/// Options of the example.
#[derive(Parser)]
struct Options {
    /// Follows the kinds of the current kubeconfig's cluster, until ctrl-c, and changes nothing.
    #[arg(long)]
    cluster: bool,
    /// The API group.
    #[arg(long, default_value = "example.com", requires = "cluster")]
    group: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    if options.cluster {
        let set = InformerSet::new(Client::try_default().await?);
        let mut kinds = set.follow_kinds().group(options.group).start();
        let mut interrupted = pin!(interrupted()?);
        loop {
            tokio::select! {
                printed = print_next(&mut kinds) => printed?,
                () = &mut interrupted => return Ok(()),
            }
        }
    }
    let server = ApiServer::new();
    server.install_crd(crd("Widget"))?;
    let widget = json!({ "metadata": { "name": "w1" }, "spec": { "color": "red" } });
    server.create("example.com/v1", "widgets", Some("default"), widget)?;
    let handle = server.listen().await?;
    let client = Client::try_from(Config::new(handle.url().parse()?))?;

    let set = InformerSet::new(client);
    let gadget = GroupVersionKind::gvk("example.com", "v1", "Gadget");
    println!("gadgets are served: {}", set.is_served(&gadget).await?);

    let mut kinds = set.follow_kinds().group("example.com").start();
    print_next(&mut kinds).await?;

    println!("\nthe CRD of gadgets is installed:");
    let start = Instant::now();
    server.install_crd(crd("Gadget"))?;
    print_next(&mut kinds).await?;
    println!("  after {} ms", start.elapsed().as_millis());

    println!("\nthe CRD of widgets is deleted:");
    server.delete("apiextensions.k8s.io/v1", "customresourcedefinitions", None, "widgets.example.com")?;
    print_next(&mut kinds).await?;

    println!("\n{}", set.health());
    set.shutdown().await;
    Ok(())
}

/// Prints the next change of the followed kinds, and the objects of a new one.
async fn print_next(kinds: &mut KindFollower) -> Result<()> {
    match kinds.next().await.context("the set was shut down")? {
        KindEvent::Served { kind, informer } => {
            informer.wait_for_sync().await?;
            let objects = informer.lister().len();
            println!("  served: {} ({} objects)", kind.resource.kind, objects);
        }
        KindEvent::Gone { kind } => println!("  gone: {}", kind.resource.kind),
    }
    Ok(())
}

fn crd(kind: &str) -> Value {
    let singular = kind.to_lowercase();
    let plural = format!("{singular}s");
    let schema = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": format!("{plural}.example.com") },
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": { "plural": plural, "singular": singular, "kind": kind },
            "versions": [{
                "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": schema },
            }],
        },
    })
}
