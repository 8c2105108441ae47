//! The overlay for one's own writes: client-go's `MutationCache`.

use std::{sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::ConfigMap;
use reflector_runtime::{Overlay, OverlayError, Writer};

use crate::{BY_KEY, insert, key, keys, object, remove, versioned, writer};

fn overlay() -> (Writer<ConfigMap>, Overlay<ConfigMap>) {
    let writer = writer();
    let overlay = Overlay::new(writer.store());
    (writer, overlay)
}

/// `uid@version` of `n/a`, or `-`.
fn read(overlay: &Overlay<ConfigMap>) -> String {
    overlay.get(key("a")).unwrap().map_or("-".to_owned(), |object| {
        let metadata = &object.metadata;
        format!("{}@{}", metadata.uid.as_deref().unwrap(), metadata.resource_version.as_deref().unwrap())
    })
}

/// client-go: `TestMutationCacheOnAddOrUpdate`.
#[tokio::test(start_paused = true)]
async fn a_write_is_dropped_when_the_cache_is_as_new() {
    let (mut writer, overlay) = overlay();
    insert(&mut writer, &versioned("a", "u", "9"));
    overlay.insert(versioned("a", "u", "10")).unwrap();
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("u@10", 1));
    insert(&mut writer, &versioned("a", "u", "9"));
    assert_eq!(read(&overlay), "u@10", "an older object keeps the write");
    insert(&mut writer, &versioned("a", "u", "10"));
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("u@10", 0));
    overlay.insert(versioned("a", "u", "11")).unwrap();
    insert(&mut writer, &versioned("a", "u", "100"));
    assert_eq!((overlay.pending().unwrap(), read(&overlay).as_str()), (0, "u@100"), "versions are numbers");
    overlay.insert(versioned("a", "u", "99")).unwrap();
    assert_eq!((overlay.pending().unwrap(), read(&overlay).as_str()), (0, "u@100"), "a late, older write");
}

#[tokio::test(start_paused = true)]
async fn a_created_object_is_read_before_the_cache_contains_it() {
    let (mut writer, overlay) = overlay();
    overlay.insert(versioned("a", "u", "5")).unwrap();
    assert_eq!(read(&overlay), "u@5");
    writer.write().set_version("4".into());
    assert_eq!(read(&overlay), "u@5");
    // The cache has caught up and does not contain it: it was created and deleted.
    writer.write().set_version("6".into());
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("-", 0));
}

/// client-go: `TestMutationCacheOnDelete`.
#[tokio::test(start_paused = true)]
async fn a_deletion_drops_writes_of_the_same_object_only() {
    for (written, deleted, expected) in [
        (("u", "5"), ("u", "4"), "-"),
        (("u", "5"), ("u", "5"), "-"),
        (("u", "5"), ("u", "6"), "-"),
        // Another object of the same name: the newer one counts.
        (("new", "9"), ("old", "5"), "new@9"),
        (("old", "5"), ("new", "9"), "-"),
    ] {
        let (_writer, overlay) = overlay();
        overlay.insert(versioned("a", written.0, written.1)).unwrap();
        overlay.remove(versioned("a", deleted.0, deleted.1)).unwrap();
        assert_eq!(read(&overlay), expected, "{written:?} {deleted:?}");
    }
}

/// client-go: `TestMutationCacheUpdateConcurrentDelete`.
#[tokio::test(start_paused = true)]
async fn a_write_that_is_recorded_after_the_deletion_stays_deleted() {
    let (mut writer, overlay) = overlay();
    insert(&mut writer, &versioned("a", "u", "1"));
    remove(&mut writer, "a");
    overlay.remove(versioned("a", "u", "3")).unwrap();
    overlay.insert(versioned("a", "u", "2")).unwrap();
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("-", 0));
    overlay.insert(versioned("a", "u", "4")).unwrap();
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("-", 0), "however new it is");
    // Without the deletion event, the version of the cache shows that it is as new.
    let (mut writer, overlay) = self::overlay();
    writer.write().set_version("3".into());
    overlay.insert(versioned("a", "u", "2")).unwrap();
    assert_eq!(read(&overlay), "-");
}

/// client-go: `TestMutationCacheUpdateConcurrentRecreate`.
#[tokio::test(start_paused = true)]
async fn a_recreated_object_wins_over_a_write_of_the_object_before() {
    let (mut writer, overlay) = overlay();
    insert(&mut writer, &versioned("a", "old", "1"));
    overlay.insert(versioned("a", "old", "2")).unwrap();
    insert(&mut writer, &versioned("a", "new", "4"));
    overlay.insert(versioned("a", "old", "3")).unwrap();
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("new@4", 0));
    overlay.remove(versioned("a", "old", "3")).unwrap();
    assert_eq!(read(&overlay), "new@4");
}

/// client-go: `TestMutationCacheOnDeleteClearsStaleMutation`.
#[tokio::test(start_paused = true)]
async fn a_write_of_a_cached_object_ends_with_it() {
    let (mut writer, overlay) = overlay();
    insert(&mut writer, &versioned("a", "u", "1"));
    overlay.insert(versioned("a", "u", "2")).unwrap();
    remove(&mut writer, "a");
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("-", 0));
}

#[tokio::test(start_paused = true)]
async fn a_delete_hides_the_object_until_the_cache_has_caught_up() {
    let (mut writer, overlay) = overlay();
    insert(&mut writer, &versioned("a", "u", "1"));
    overlay.remove(versioned("a", "u", "1")).unwrap();
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("-", 1));
    assert_eq!((overlay.list().unwrap().len(), writer.store().len()), (0, 1));
    remove(&mut writer, "a");
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("-", 0));
    insert(&mut writer, &versioned("a", "again", "3"));
    assert_eq!(read(&overlay), "again@3");
}

#[tokio::test(start_paused = true)]
async fn writes_expire_and_are_bounded() {
    let (mut writer, overlay) = overlay();
    let overlay = overlay.expires_after(Duration::from_secs(60)).capacity(3);
    insert(&mut writer, &versioned("a", "u", "1"));
    overlay.insert(versioned("a", "u", "2")).unwrap();
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(read(&overlay), "u@2");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("u@1", 0));
    for name in ["b", "c", "d", "e"] {
        overlay.insert(versioned(name, "u", "5")).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(keys(&overlay.list().unwrap()), ["n/a", "n/c", "n/d", "n/e"], "the oldest write is dropped");
}

#[tokio::test(start_paused = true)]
async fn indexes_contain_the_values_of_writes() {
    let (mut writer, overlay) = overlay();
    let at = |name: &str, version: &str, data: &[&str]| {
        let mut object = (*object(&format!("n/{name}"), data)).clone();
        object.metadata.resource_version = Some(version.into());
        Arc::new(object)
    };
    for name in ["a", "b"] {
        insert(&mut writer, &at(name, "1", &["x"]));
    }
    overlay.insert(at("a", "2", &["y"])).unwrap();
    overlay.insert(at("c", "3", &["x"])).unwrap();
    assert_eq!(keys(&overlay.by_index(BY_KEY, "x").unwrap()), ["n/b", "n/c"]);
    assert_eq!(keys(&overlay.by_index(BY_KEY, "y").unwrap()), ["n/a"]);
    assert_eq!(keys(&overlay.list().unwrap()), ["n/a", "n/b", "n/c"]);
    assert_eq!(overlay.clone().pending().unwrap(), 2, "clones share the writes");
    assert!(format!("{overlay:?}").ends_with("writes: 2, .. }"), "{overlay:?}");
}

/// client-go panics.
#[tokio::test(start_paused = true)]
async fn versions_that_are_not_numbers_are_errors() {
    let (mut writer, overlay) = overlay();
    let error = overlay.insert(versioned("a", "u", "v1")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot decide which state of n/a is newer: a resourceVersion is missing or not a number, or the server's \
         versions have no order (found [\"v1\"])"
    );
    assert!(matches!(overlay.insert(object("n/a", &[])), Err(OverlayError::NotComparable { .. })));
    assert!(matches!(overlay.insert(Arc::default()), Err(OverlayError::Key(_))));
    overlay.insert(versioned("a", "u", "2")).unwrap();
    insert(&mut writer, &versioned("a", "u", "v3"));
    assert!(overlay.get(key("a")).is_err() && overlay.list().is_err() && overlay.pending().is_err());
    assert!(overlay.get(key("b")).unwrap().is_none());
}

/// The versions are numbers, but the server has contradicted their order: which one is newer is unknown, unless they are
/// the same.
#[tokio::test(start_paused = true)]
async fn versions_that_have_no_order_are_errors() {
    let (mut writer, overlay) = overlay();
    insert(&mut writer, &versioned("a", "u", "9"));
    overlay.insert(versioned("a", "u", "10")).unwrap();
    writer.write().set_versions_unordered();
    assert!(matches!(overlay.get(key("a")), Err(OverlayError::NotComparable { .. })));
    assert!(overlay.list().is_err() && overlay.insert(versioned("a", "u", "11")).is_err());
    insert(&mut writer, &versioned("a", "u", "10"));
    assert_eq!((read(&overlay).as_str(), overlay.pending().unwrap()), ("u@10", 0), "the cache has the write");
}
