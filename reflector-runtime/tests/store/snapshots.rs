//! Snapshots: consistent, unaffected by later writes, and without a lock.

use std::sync::{Arc, mpsc};

use crate::{BY_KEY, BY_SIZE, Size, insert, key, keys, object, remove, writer};

#[test]
fn a_snapshot_does_not_change() {
    let mut writer = writer();
    for number in 0..1000 {
        insert(&mut writer, &object(&format!("n/{number}"), &["x"]));
    }
    writer.write().set_version("10".into());
    let store = writer.store();
    let snapshot = store.snapshot();
    for number in 0..500 {
        remove(&mut writer, &number.to_string());
    }
    for number in 900..1100 {
        insert(&mut writer, &object(&format!("n/{number}"), &["y", "z"]));
    }
    writer.write().set_version("20".into());
    assert_eq!((snapshot.len(), snapshot.iter().count(), snapshot.list().len()), (1000, 1000, 1000));
    assert_eq!(snapshot.resource_version(), Some("10"));
    assert_eq!((snapshot.count_by_index(BY_KEY, "x"), snapshot.count_by_index(BY_KEY, "y")), (1000, 0));
    assert_eq!(snapshot.by_index(BY_SIZE, &Size::One).len(), 1000);
    assert_eq!(snapshot.list_in_namespace("n").len(), 1000);
    assert_eq!(snapshot.index_values(BY_KEY), [("x".to_owned(), 1000)]);
    assert!((0..1000).all(|number| snapshot.contains(key(&number.to_string()))));
    assert!(!snapshot.contains(key("1050")));
    assert_eq!(store.resource_version().as_deref(), Some("20"));
    assert_eq!(
        store.index_values(BY_KEY),
        [("x", 400), ("y", 200), ("z", 200)].map(|(v, n)| (v.to_owned(), n))
    );
    assert_eq!((store.len(), store.count_by_index(BY_SIZE, &Size::Many)), (600, 200));
}

/// client-go: `TestThreadSafeStoreRV`. The version is that of the last batch, in the store and in its snapshots.
#[test]
fn a_snapshot_has_the_version_of_its_state() {
    let mut writer = writer();
    let store = writer.store();
    assert_eq!(store.snapshot().resource_version(), None);
    insert(&mut writer, &object("n/a", &[]));
    assert_eq!(store.snapshot().resource_version(), None, "the list is not complete");
    writer.write().set_version("5".into());
    let before = store.snapshot();
    {
        let mut batch = writer.write();
        batch.remove(key("a"));
        batch.set_version("6".into());
    }
    assert_eq!((before.resource_version(), before.len()), (Some("5"), 1));
    assert_eq!((store.snapshot().resource_version(), store.len()), (Some("6"), 0));
}

/// A closure may call the store, and the writer is not blocked while it runs.
#[test]
fn long_reads_block_neither_the_writer_nor_other_readers() {
    let mut writer = writer();
    insert(&mut writer, &object("n/a", &["x"]));
    let store = writer.store();
    let (scanning, scan) = mpsc::channel();
    let (written, write) = mpsc::channel();
    let reader = std::thread::spawn({
        let store = store.clone();
        move || {
            store.filter(|_| {
                scanning.send(()).unwrap();
                write.recv().unwrap();
                store.contains(key("a"))
            })
        }
    });
    scan.recv().unwrap();
    insert(&mut writer, &object("n/b", &["x"]));
    assert_eq!(store.len(), 2);
    written.send(()).unwrap();
    assert_eq!(keys(&reader.join().unwrap()), ["n/a"], "the scan does not see the write");
}

#[test]
fn a_batch_is_visible_as_a_whole() {
    let mut writer = writer();
    let store = writer.store();
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let (store, stop) = (store.clone(), stop.clone());
            std::thread::spawn(move || {
                let mut seen = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let snapshot = store.snapshot();
                    assert_eq!(snapshot.len() % 10, 0, "part of a batch is visible");
                    assert_eq!(snapshot.len(), snapshot.count_by_index(BY_SIZE, &Size::One));
                    let version: usize =
                        snapshot.resource_version().map_or(0, |version| version.parse().unwrap());
                    assert_eq!(snapshot.iter().count(), version * 10);
                    seen += 1;
                }
                seen
            })
        })
        .collect();
    for number in 0..200 {
        let mut batch = writer.write();
        for part in 0..10 {
            batch.insert(&object(&format!("n/{number}-{part}"), &["x"])).unwrap();
        }
        batch.set_version((number + 1).to_string());
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
    assert_eq!(store.len(), 2000);
}
