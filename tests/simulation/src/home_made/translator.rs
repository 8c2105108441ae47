//! One request and its response, as a server with quirks handles them.

use bytes::Bytes;
use fastrand::Rng;
use serde_json::{Value, json};

use super::{CachedList, HomeMade, SentEvent, Session, State, version_of};
use crate::{
    plan::{Quirk, RequestKind},
    thing::Resource,
};

/// A line that is longer is none that this module has to change.
const MAX_LINE: usize = 32 << 10;
/// Number of events that a watch replays.
const REPLAYED: usize = 4;

/// What becomes of a request.
pub(crate) enum Translated {
    /// It continues with this query.
    Query(String),
    /// The server does not know this version.
    UnknownVersion,
    /// The kind cannot be watched.
    NotWatchable,
    /// The answer is this list.
    Cached(Bytes),
}

/// Changes the response to one request.
#[derive(Debug)]
// Each flag is independent of the others.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Translator {
    home_made: HomeMade,
    informer: usize,
    resource: Resource,
    kind: RequestKind,
    is_probe: bool,
    random: Rng,
    /// The version that a watch continues from.
    from: Option<u64>,
    /// Whether it requests the first page of the most recent state.
    is_most_recent: bool,
    is_further_page: bool,
    /// Whether the initial events of a streaming list are being sent.
    is_initial: bool,
    has_begun: bool,
    buffered: Vec<u8>,
}

impl Translator {
    /// `None` if the server of this kind has no quirks.
    pub(crate) fn new(
        home_made: &HomeMade,
        informer: usize,
        resource: Resource,
        kind: RequestKind,
        is_probe: bool,
        random: Rng,
    ) -> Option<Self> {
        let is_home_made = home_made.state.lock().quirks.iter().any(|(of, _)| *of == resource);
        is_home_made.then(|| Self {
            home_made: home_made.clone(),
            informer,
            resource,
            kind,
            is_probe,
            random,
            from: None,
            is_most_recent: false,
            is_further_page: false,
            is_initial: kind == RequestKind::WatchList,
            has_begun: false,
            buffered: Vec::new(),
        })
    }

    /// Changes the query of the request.
    pub(crate) fn request(&mut self, query: &str) -> Translated {
        let mut state = self.home_made.state.lock();
        if state.has(self.resource, Quirk::ListOnly) {
            if self.kind != RequestKind::List {
                return Translated::NotWatchable;
            }
            state.counts.add(Quirk::ListOnly.label(), 1);
        }
        let session = state.sessions.entry(self.informer).or_default();
        let mut translated = Vec::new();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("resourceVersion", shown)) if !matches!(shown, "" | "0") => {
                    let Some(version) = session.sent.get(shown) else { return Translated::UnknownVersion };
                    self.from = Some(*version);
                    translated.push(format!("resourceVersion={version}"));
                }
                _ => translated.push(pair.to_owned()),
            }
        }
        let is_first = !query.contains("continue=");
        self.is_further_page = !is_first;
        self.is_most_recent = is_first && !query.contains("resourceVersion=");
        let starts_list = self.kind == RequestKind::List && !self.is_probe && is_first;
        if starts_list && let Some(body) = self.cached_list(&mut state) {
            return Translated::Cached(body);
        }
        let session = state.sessions.entry(self.informer).or_default();
        match self.kind {
            RequestKind::List if self.is_probe || !is_first => {}
            // What was sent before belongs to a state that the client no longer follows.
            RequestKind::List | RequestKind::WatchList => *session = Session::default(),
            RequestKind::Watch => {
                let from = self.from.unwrap_or_default();
                session.events.retain(|event| event.version <= from);
            }
        }
        Translated::Query(translated.join("&"))
    }

    /// The list that a stale cache returns.
    fn cached_list(&self, state: &mut State) -> Option<Bytes> {
        let from_cache = !self.is_most_recent || state.never_most_recent;
        let is_new_enough = |cached: &&CachedList| self.from.is_none_or(|from| from <= cached.version);
        let cached = state.caches.get(&self.informer).filter(is_new_enough).filter(|_| from_cache)?.clone();
        let mut session = Session::default();
        session.remember(&cached.shown_version, cached.version);
        state.sessions.insert(self.informer, session);
        state.counts.add(Quirk::StaleCache.label(), 1);
        Some(cached.body)
    }

    /// The bytes that the client receives now.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Bytes {
        self.buffered.extend_from_slice(bytes);
        if self.kind == RequestKind::List {
            return Bytes::new();
        }
        let mut sent = Vec::new();
        if !std::mem::replace(&mut self.has_begun, true) && self.kind == RequestKind::Watch {
            self.replay(&mut sent);
        }
        while let Some(end) = self.buffered.iter().position(|byte| *byte == b'\n') {
            let rest = self.buffered.split_off(end + 1);
            let line = std::mem::replace(&mut self.buffered, rest);
            self.line(&line, &mut sent);
        }
        if self.buffered.len() > MAX_LINE {
            sent.append(&mut self.buffered);
        }
        sent.into()
    }

    /// The bytes that the client receives at the end of the body.
    pub(crate) fn rest(&mut self) -> Option<Bytes> {
        let buffered = std::mem::take(&mut self.buffered);
        if buffered.is_empty() {
            return None;
        }
        if self.kind == RequestKind::List
            && let Ok(mut list) = serde_json::from_slice::<Value>(&buffered)
            && list["kind"] == format!("{}List", self.resource.resource_type().kind())
        {
            let version = version_of(&list);
            self.list(&mut list);
            let body = Bytes::from(list.to_string());
            self.cache(&list, version, &body);
            return Some(body);
        }
        Some(buffered.into())
    }

    /// Remembers a list in one page for later requests that accept an older state.
    fn cache(&self, list: &Value, version: Option<u64>, body: &Bytes) {
        let mut state = self.home_made.state.lock();
        let is_whole = list["metadata"]["continue"].as_str().is_none_or(str::is_empty);
        let is_known = state.caches.contains_key(&self.informer);
        let (Some(version), Some(shown)) = (version, list["metadata"]["resourceVersion"].as_str()) else {
            return;
        };
        let is_wanted = state.has(self.resource, Quirk::StaleCache) && is_whole && !self.is_probe;
        if is_wanted && (self.is_most_recent || !is_known) && !self.is_further_page {
            let cached = CachedList { version, shown_version: shown.to_owned(), body: body.clone() };
            state.caches.insert(self.informer, cached);
        }
    }

    fn list(&mut self, list: &mut Value) {
        let mut state = self.home_made.state.lock();
        let version = version_of(list);
        state.show(self.resource, list);
        for item in list["items"].as_array_mut().into_iter().flatten() {
            state.show(self.resource, item);
        }
        if let Some(quirk) = state.quirk_of_versions(self.resource) {
            state.counts.add(quirk.label(), 1);
        }
        if state.has(self.resource, Quirk::NoVersions) {
            state.counts.add(Quirk::NoVersions.label(), 1);
        }
        if let (Some(version), Some(shown)) = (version, list["metadata"]["resourceVersion"].as_str())
            && !self.is_probe
        {
            state.sessions.entry(self.informer).or_default().remember(shown, version);
        }
    }

    fn line(&mut self, line: &[u8], sent: &mut Vec<u8>) {
        let event = serde_json::from_slice::<Value>(line).ok();
        if event.as_ref().is_some_and(|event| event["object"]["code"] == 410)
            && self.home_made.has(self.resource, Quirk::EmptyExpiry)
        {
            self.home_made.count(Quirk::EmptyExpiry);
            return;
        }
        let resource_type = self.resource.resource_type();
        let Some(mut event) = event.filter(|event| event["object"]["kind"] == resource_type.kind()) else {
            sent.extend_from_slice(line);
            return;
        };
        let event_type = event["type"].as_str().unwrap_or_default().to_owned();
        let object = event["object"].take();
        let Some(version) = version_of(&object) else {
            sent.extend_from_slice(line);
            return;
        };
        let ends_initial = object["metadata"]["annotations"]["k8s.io/initial-events-end"].is_string();
        let object = self.event(&event_type, object, version);
        write_line(&event_type, &object, sent);
        if self.is_initial {
            self.is_initial = !ends_initial;
            return;
        }
        let is_bookmark = event_type == "BOOKMARK";
        if !is_bookmark {
            let mut state = self.home_made.state.lock();
            let session = state.sessions.entry(self.informer).or_default();
            session.events.push(SentEvent { version, event_type, object });
        }
        self.duplicate(sent);
        self.bookmark(sent);
    }

    /// An event as the client sees it.
    fn event(&mut self, event_type: &str, mut object: Value, version: u64) -> Value {
        let mut state = self.home_made.state.lock();
        let quirk = match event_type {
            "DELETED" => Some(Quirk::OldDeletions),
            "MODIFIED" if !self.is_initial => Some(Quirk::ReusedVersions),
            _ => None,
        };
        let quirk = quirk.filter(|quirk| state.has(self.resource, *quirk));
        match quirk.and_then(|quirk| Some((quirk, state.version_before(&object)?))) {
            Some((quirk, before)) => {
                state.counts.add(quirk.label(), 1);
                object["metadata"]["resourceVersion"] = before.into();
            }
            None if event_type == "DELETED" => state.show_deleted(self.resource, &mut object),
            None => state.show(self.resource, &mut object),
        }
        if let Some(shown) = object["metadata"]["resourceVersion"].as_str() {
            state.sessions.entry(self.informer).or_default().remember(shown, version);
        }
        object
    }

    /// Sends the events before the watch once more.
    fn replay(&mut self, sent: &mut Vec<u8>) {
        let mut state = self.home_made.state.lock();
        if !state.has(self.resource, Quirk::Replays) {
            return;
        }
        let session = state.sessions.entry(self.informer).or_default();
        let first = session.events.len().saturating_sub(REPLAYED);
        let mut replayed = 0;
        for event in session.events.iter().skip(first) {
            write_line(&event.event_type, &event.object, sent);
            replayed += 1;
        }
        state.counts.add(Quirk::Replays.label(), replayed);
    }

    /// Sometimes sends an earlier event once more: the last one of an object, or the deletion of the object that had
    /// the name before.
    fn duplicate(&mut self, sent: &mut Vec<u8>) {
        let mut state = self.home_made.state.lock();
        if !state.has(self.resource, Quirk::LateDuplicates) || self.random.u8(0..3) > 0 {
            return;
        }
        let Some(session) = state.sessions.get(&self.informer) else { return };
        let Some(any) = self.random.choice(&session.events) else { return };
        let (key, events) = (any.key(), session.events.iter().rev());
        let Some(newest) = events.clone().find(|event| event.key() == key) else { return };
        let is_other = |event: &&SentEvent| event.uid() != newest.uid() && event.event_type == "DELETED";
        let earlier = events.filter(|event| event.key() == key).find(is_other);
        let chosen = match earlier {
            Some(deletion) if newest.event_type != "DELETED" && self.random.bool() => deletion,
            _ => newest,
        };
        write_line(&chosen.event_type, &chosen.object, sent);
        state.counts.add(Quirk::LateDuplicates.label(), 1);
    }

    /// Sometimes sends a bookmark as no API server of Kubernetes does.
    fn bookmark(&mut self, sent: &mut Vec<u8>) {
        let mut state = self.home_made.state.lock();
        if !state.has(self.resource, Quirk::OddBookmarks) || self.random.u8(0..3) > 0 {
            return;
        }
        let Some(session) = state.sessions.get(&self.informer) else { return };
        let shown = odd_version(session, &mut self.random);
        let mut object = json!({
            "kind": self.resource.resource_type().kind(), "apiVersion": self.resource.api_version(),
            "metadata": {},
        });
        if !shown.is_empty() {
            object["metadata"]["resourceVersion"] = shown.into();
        }
        write_line("BOOKMARK", &object, sent);
        state.counts.add(Quirk::OddBookmarks.label(), 1);
    }
}

/// A version that was sent before, or none.
fn odd_version(session: &Session, random: &mut Rng) -> String {
    if session.sent.is_empty() || random.u8(0..3) == 0 {
        return String::new();
    }
    let at = random.usize(0..session.sent.len());
    session.sent.keys().nth(at).cloned().unwrap_or_default()
}

impl Session {
    fn remember(&mut self, shown: &str, version: u64) {
        let known = self.sent.entry(shown.to_owned()).or_insert(version);
        *known = version.min(*known);
    }
}

fn write_line(event_type: &str, object: &Value, sent: &mut Vec<u8>) {
    sent.extend_from_slice(format!("{{\"type\":\"{event_type}\",\"object\":{object}}}\n").as_bytes());
}
