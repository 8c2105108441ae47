//! Look-ups by something else than the name.

use anyhow::Result;
use kube::{Client, ResourceExt as _};
use reflector_guide::{Phase, Site, apply_crd};

use crate::user::User;

pub(super) async fn run(client: Client, namespace: &str) -> Result<()> {
    apply_crd(&client).await?;
    let user = User::new(client.clone(), namespace);
    user.create("home", "Home", "light").await?;
    user.create("docs", "Documentation", "dark").await?;
    user.create("blog", "Blog", "dark").await?;

    // ANCHOR: index
    let informer = Site::informer(client).namespace(namespace).start();
    informer.wait_for_sync().await?;
    let lister = informer.lister();

    let mut dark = lister.by_index(Site::BY_THEME, "dark");
    dark.sort_by_key(|site| site.name_any());
    for site in dark {
        println!("dark: {}", site.name_any());
    }
    let count = lister.count_by_index(Site::BY_PHASE, &Phase::Published);
    println!("published: {count}");
    // ANCHOR_END: index

    // ANCHOR: query
    let dark_drafts = lister
        .query()
        .index(Site::BY_THEME, "dark")
        .filter(|site| site.status.is_none())
        .list_sorted();
    println!("dark drafts: {}", dark_drafts.len());
    // ANCHOR_END: query
    Ok(())
}
