//! A struct becomes a resource of the cluster.

use anyhow::Result;
use kube::{Api, Client, CustomResourceExt as _, api::PostParams};
use reflector_guide::{Site, apply_crd};
use reflector_runtime::CheckCrd as _;

// ANCHOR: run
pub(super) async fn run(client: Client, namespace: &str) -> Result<()> {
    apply_crd(&client).await?;
    println!("{} is served", Site::crd_name());

    Site::verify_crd(client.clone()).await?;
    println!("the CRD in the cluster fits the type");

    let sites: Api<Site> = Api::namespaced(client, namespace);
    let home = Site::of("home", "Home", "light");
    let home = sites.create(&PostParams::default(), &home).await?;
    println!("created: {:?}", home.spec);
    Ok(())
}
// ANCHOR_END: run
