//! [`FileListerWatcher`]: the JSON files of a folder as a resource that can be listed and watched.

use std::{
    collections::BTreeMap,
    fs, io,
    marker::PhantomData,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{
    StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use reflector_runtime::{
    DecodeError, InvalidObject, ListWatchError, ListerWatcher, ObjectKey, Reason,
    list_watch::{
        DecodedObjects, Item, ListPart, ListRequest, ListStream, WatchItem, WatchRequest, WatchStream,
    },
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

/// How often a watch looks at the files.
const PERIOD: Duration = Duration::from_millis(100);

/// How many changes are kept for watches that begin at an older version.
const HISTORY: usize = 1000;

/// Lists and watches the objects in a folder: one per `*.json` file, named after the file.
pub(crate) struct FileListerWatcher<K> {
    folder: Arc<Folder>,
    kind: PhantomData<fn() -> K>,
}

impl<K> FileListerWatcher<K> {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { folder: Arc::new(Folder { path, state: Mutex::default() }), kind: PhantomData }
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static> ListerWatcher<K> for FileListerWatcher<K> {
    fn list(
        &self,
        _request: ListRequest,
        _known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<ListStream<K>, ListWatchError>> {
        Box::pin(async move {
            let (files, version) = self.folder.list().map_err(|error| self.folder.unreadable(&error))?;
            let items = files.iter().map(|(name, file)| item(name, file)).collect();
            let metadata = ListPart::Metadata {
                resource_version: version.to_string(),
                continue_token: None,
                remaining: None,
            };
            Ok(stream::iter([Ok(ListPart::Items(items)), Ok(metadata)]).boxed())
        })
    }

    fn watch(
        &self,
        request: WatchRequest,
        _known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<WatchStream<K>, ListWatchError>> {
        let folder = self.folder.clone();
        Box::pin(async move {
            let from = request.resource_version.as_query().and_then(|version| version.parse().ok());
            let end = Instant::now() + request.timeout;
            Ok(changes(folder, from.unwrap_or_default(), end).map(|changes| Ok(items(&changes?))).boxed())
        })
    }

    fn description(&self) -> String {
        format!("the files in {}", self.folder.path.display())
    }
}

/// The changes after a version, until the watch ends. A failure ends it as well.
fn changes(
    folder: Arc<Folder>,
    from: u64,
    end: Instant,
) -> BoxStream<'static, Result<Vec<Change>, ListWatchError>> {
    let next = move |(folder, from): (Arc<Folder>, Option<u64>)| async move {
        let version = from?;
        while Instant::now() < end {
            match folder.changes_after(version) {
                Ok(changes) => match changes.last() {
                    Some(last) => {
                        let last = last.version;
                        return Some((Ok(changes), (folder, Some(last))));
                    }
                    None => tokio::time::sleep(PERIOD).await,
                },
                Err(error) => return Some((Err(error), (folder, None))),
            }
        }
        None
    };
    stream::unfold((folder, Some(from)), next).boxed()
}

fn items<K: DeserializeOwned>(changes: &[Change]) -> Vec<WatchItem<K>> {
    let of = |change: &Change| {
        let item = item(&change.name, &change.file);
        match change.kind {
            ChangeKind::Added => WatchItem::Added(item),
            ChangeKind::Modified => WatchItem::Modified(item),
            ChangeKind::Deleted => WatchItem::Deleted(item),
        }
    };
    changes.iter().map(of).collect()
}

/// Decodes a file. Name, uid and resourceVersion are those of the file.
fn item<K: DeserializeOwned>(name: &str, file: &File) -> Item<K> {
    let invalid = |error| {
        Item::Invalid(InvalidObject {
            key: Some(ObjectKey::namespaced("files", name)),
            uid: Some(file.uid.clone()),
            resource_version: Some(file.version.to_string()),
            error,
        })
    };
    let Ok(mut object) = serde_json::from_str::<Value>(&file.text) else {
        return invalid(DecodeError::Malformed { offset: 0 });
    };
    object["metadata"] = json!({
        "name": name, "namespace": "files", "uid": file.uid, "resourceVersion": file.version.to_string(),
    });
    match serde_json::from_value(object) {
        Ok(object) => Item::Object(Arc::new(object)),
        // The text of serde's error may contain the value.
        Err(_) => {
            invalid(DecodeError::Field { path: name.to_owned(), problem: "not of this type".to_owned() })
        }
    }
}

/// The files, as they were when they were read last.
struct Folder {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The version of the newest change.
    version: u64,
    files: BTreeMap<String, File>,
    /// The newest changes, oldest first.
    history: Vec<Change>,
}

#[derive(Clone)]
struct File {
    text: String,
    /// The version of its last change.
    version: u64,
    /// A deleted file that is created again is another object.
    uid: String,
}

#[derive(Clone)]
struct Change {
    version: u64,
    name: String,
    kind: ChangeKind,
    file: File,
}

#[derive(Clone, Copy)]
enum ChangeKind {
    Added,
    Modified,
    Deleted,
}

impl Folder {
    /// All files, and the version of this state.
    fn list(&self) -> io::Result<(BTreeMap<String, File>, u64)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.update(read(&self.path)?);
        Ok((state.files.clone(), state.version))
    }

    /// The changes after this version.
    fn changes_after(&self, version: u64) -> Result<Vec<Change>, ListWatchError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.update(read(&self.path).map_err(|error| self.unreadable(&error))?);
        let oldest = state.history.first().map_or(state.version + 1, |change| change.version);
        if version > state.version || version + 1 < oldest {
            // The reflector lists again.
            let message = format!("the changes after version {version} are no longer known");
            return Err(ListWatchError::Other { reason: Reason::Expired, message });
        }
        Ok(state.history.iter().filter(|change| change.version > version).cloned().collect())
    }

    fn unreadable(&self, error: &io::Error) -> ListWatchError {
        let message = format!("cannot read {}: {error}", self.path.display());
        ListWatchError::Other { reason: Reason::ConnectionFailed, message }
    }
}

impl State {
    /// Compares the files with those before.
    fn update(&mut self, mut texts: BTreeMap<String, String>) {
        let deleted: Vec<String> =
            self.files.keys().filter(|name| !texts.contains_key(*name)).cloned().collect();
        for name in deleted {
            if let Some(file) = self.files.remove(&name) {
                self.change(name, ChangeKind::Deleted, file);
            }
        }
        texts.retain(|name, text| self.files.get(name).is_none_or(|file| file.text != *text));
        for (name, text) in texts {
            let before = self.files.get(&name).map(|file| file.uid.clone());
            let kind = if before.is_some() { ChangeKind::Modified } else { ChangeKind::Added };
            let uid = before.unwrap_or_else(|| format!("{name}-{}", self.version + 1));
            self.change(name, kind, File { text, version: 0, uid });
        }
    }

    fn change(&mut self, name: String, kind: ChangeKind, file: File) {
        self.version += 1;
        let file = File { version: self.version, ..file };
        if !matches!(kind, ChangeKind::Deleted) {
            self.files.insert(name.clone(), file.clone());
        }
        if self.history.len() == HISTORY {
            self.history.remove(0);
        }
        self.history.push(Change { version: self.version, name, kind, file });
    }
}

/// The texts of the files by their names, without the extension. A few small files: reading them does not block for long.
fn read(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        let Some(name) = path.file_stem().and_then(|name| name.to_str()).filter(|_| is_json) else {
            continue;
        };
        match fs::read_to_string(&path) {
            Ok(text) => drop(texts.insert(name.to_owned(), text)),
            // Deleted since the folder was read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(texts)
}
