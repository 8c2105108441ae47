//! A source of one's own: a `ListerWatcher` that reads files, with the same cache, indexes and retries as for an API server.
//!
//! `cargo run --example lister_watcher` changes files in a temporary folder, and shows what the cache contains.
//! `-- FOLDER` follows the JSON files of a folder instead: one config map per file. There is no API server, so that it does
//! not run on a cluster.

mod files;

use std::{fs, future::pending, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Result;
use clap::Parser;
use files::FileListerWatcher;
use k8s_openapi::api::core::v1::ConfigMap;
use reflector_examples::EmbeddedOnly;
use reflector_runtime::{
    Delta, DeltaFifo, Index, InitialListStrategy, Lister, ObjectKey, Reflector, ReflectorOptions,
    ResourceType, Writer, delta_fifo::Batch,
};

/// Options of the example.
#[derive(Parser)]
struct Options {
    /// The folder to follow. It is not changed.
    folder: Option<PathBuf>,
    #[command(flatten)]
    target: EmbeddedOnly,
}

/// By the entry `color`.
const BY_COLOR: Index<ConfigMap> = Index::new("by_color", |map, values| {
    if let Some(color) = map.data.as_ref().and_then(|data| data.get("color")) {
        values.push(color);
    }
});

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    options.target.check("it reads files instead of an API server")?;
    if let Some(folder) = options.folder {
        let _maps = start(folder);
        return Ok(tokio::signal::ctrl_c().await?);
    }
    let folder = tempfile::tempdir()?;
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
    write("site.json", r#"{ "data": { "color": "red" } }"#)?;
    write("shop.json", r#"{ "data": { "color": "blue" } }"#)?;
    let maps = start(folder.path().to_owned());
    let wait = Duration::from_secs(10);

    for name in ["site", "shop"] {
        maps.wait_until(&key(name), |_| true).timeout(wait).await?;
    }
    println!("cached: {} objects, red: {}\n", maps.len(), red(&maps));

    write("shop.json", r#"{ "data": { "color": "red" } }"#)?;
    maps.wait_until(&key("shop"), |map| color(map) == Some("red")).timeout(wait).await?;
    println!("shop was changed, red: {}\n", red(&maps));

    // Half a file is skipped and reported. The last good state stays in the cache.
    write("site.json", r#"{ "data": "#)?;
    fs::remove_file(folder.path().join("shop.json"))?;
    maps.wait_until_gone(&key("shop")).timeout(wait).await?;
    println!("shop was deleted and site is invalid, red: {}", red(&maps));
    Ok(())
}

/// Starts what an informer consists of: a reflector that fills a queue, and a loop that empties it into the cache.
fn start(folder: PathBuf) -> Lister<ConfigMap> {
    let resource_type = Arc::new(ResourceType::<ConfigMap>::from_resource().with_index(BY_COLOR));
    let mut writer = Writer::new(resource_type.clone());
    let store = writer.store();
    let queue = Arc::new(DeltaFifo::new(resource_type.clone(), Arc::new(store.clone())));
    // The source has no streaming lists.
    let options =
        ReflectorOptions { initial_list_strategy: InitialListStrategy::List, ..ReflectorOptions::default() };
    let source = Arc::new(FileListerWatcher::new(folder));
    let mut reflector = Reflector::new(resource_type, source, queue.clone(), options)
        .on_error(|error| println!("reported: {error}"));
    tokio::spawn(async move { reflector.run(pending()).await });
    tokio::spawn(async move { while queue.pop(100, |batch| apply(&mut writer, batch)).await.is_ok() {} });
    Lister::new(store)
}

/// Writes a batch of changes to the cache, and prints them.
fn apply(writer: &mut Writer<ConfigMap>, batch: Batch<ConfigMap>) {
    let mut cache = writer.write();
    for delta in batch.popped.into_iter().flat_map(|popped| popped.deltas) {
        let name = delta.object().metadata.name.clone().unwrap_or_default();
        println!("{:8} {name}", delta.name());
        match delta {
            Delta::Deleted(_) => drop(cache.remove(key(&name).as_ref())),
            // The key is that of the file: it has a name.
            delta => drop(cache.insert(delta.object())),
        }
    }
    if let Some(version) = batch.version {
        cache.set_version(version);
    }
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::namespaced("files", name)
}

fn color(map: &ConfigMap) -> Option<&str> {
    map.data.as_ref()?.get("color").map(String::as_str)
}

fn red(maps: &Lister<ConfigMap>) -> usize {
    maps.by_index(BY_COLOR, "red").len()
}
