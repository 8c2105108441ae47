//! A live copy of all sites of a namespace.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use kube::Client;
use reflector_guide::{Site, SiteInformer, SiteLister, apply_crd};
use reflector_runtime::ObjectKey;

use crate::user::User;

pub(super) async fn run(client: Client, namespace: &str) -> Result<()> {
    apply_crd(&client).await?;
    let user = User::new(client.clone(), namespace);
    user.create("home", "Home", "light").await?;
    user.create("docs", "Documentation", "dark").await?;

    // ANCHOR: cache
    let informer: SiteInformer =
        Site::informer(client).namespace(namespace).start();
    informer.wait_for_sync().await?;

    let lister: SiteLister = informer.lister();
    println!("{} sites", lister.len());
    let before: Option<Arc<Site>> = lister.get(namespace, "home");
    // ANCHOR_END: cache

    // ANCHOR: change
    user.set_title("home", "Welcome").await?;
    let key = ObjectKey::namespaced(namespace, "home");
    let after = lister
        .wait_until(&key, |site| site.spec.title == "Welcome")
        .timeout(Duration::from_secs(10))
        .await?;
    println!("before: {:?}", before.map(|site| site.spec.title.clone()));
    println!("after:  {:?}", after.spec.title);
    // ANCHOR_END: change
    Ok(())
}
