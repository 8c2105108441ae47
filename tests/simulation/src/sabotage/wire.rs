//! Deliberate bugs between the server and the informer: altered bodies and statuses.

use bytes::Bytes;
use serde_json::Value;

/// A deliberate bug on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireSabotage {
    /// An expired resourceVersion is not noticed: the watch stays open and silent.
    SkipRelistOnGone,
    /// Watches deliver no deletions.
    LoseDeletions,
    /// Some objects have a different color than on the server.
    CorruptContent,
    /// A list other than the first lacks its last item.
    DropLastListItem,
    /// Only the first page of a list is used.
    IgnoreFurtherPages,
    /// The objects of one namespace are missing.
    HideNamespace,
    /// A probe always shows that the server is current.
    IgnoreProbe,
    /// A list is never the most recent state if the server has an older one in a cache.
    AcceptSecondGone,
}

/// Changes one response.
#[derive(Debug)]
pub(crate) struct Tamper {
    sabotage: WireSabotage,
    is_watch: bool,
    buffered: Vec<u8>,
    discards: bool,
    lines: u64,
}

impl Tamper {
    /// Returns the changes that this bug makes to the response of a request with this query, if any.
    pub(crate) fn of(sabotage: WireSabotage, query: &str, is_probe: bool) -> Option<Self> {
        let is_watch = query.contains("watch=true");
        let is_relist = query.contains("resourceVersion=") && !query.contains("resourceVersion=0");
        let is_affected = match sabotage {
            WireSabotage::SkipRelistOnGone | WireSabotage::LoseDeletions => is_watch,
            WireSabotage::DropLastListItem => !is_watch && (is_relist || !query.contains("resourceVersion=")),
            WireSabotage::IgnoreFurtherPages => query.contains("continue="),
            WireSabotage::IgnoreProbe => is_probe,
            // Where the cache is.
            WireSabotage::AcceptSecondGone => false,
            WireSabotage::CorruptContent | WireSabotage::HideNamespace => true,
        };
        is_affected.then_some(Self { sabotage, is_watch, buffered: Vec::new(), discards: false, lines: 0 })
    }

    /// The status that the client receives.
    pub(crate) fn status(&mut self, status: u16) -> u16 {
        if self.sabotage == WireSabotage::SkipRelistOnGone && status == 410 {
            self.discards = true;
            return 200;
        }
        // The body of an error is not a list.
        if status != 200 {
            self.is_watch = true;
        }
        status
    }

    /// Whether the connection stays open although the server has ended it.
    pub(crate) fn holds_open(&self) -> bool {
        self.sabotage == WireSabotage::SkipRelistOnGone && self.discards
    }

    /// The bytes that the client receives now.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Bytes {
        self.buffered.extend_from_slice(bytes);
        if self.discards {
            self.buffered.clear();
        }
        if !self.is_watch {
            return Bytes::new();
        }
        let Some(end) = self.buffered.iter().rposition(|byte| *byte == b'\n') else {
            return Bytes::new();
        };
        let rest = self.buffered.split_off(end + 1);
        let whole = std::mem::replace(&mut self.buffered, rest);
        let lines = whole.split_inclusive(|byte| *byte == b'\n');
        lines.flat_map(|line| self.line(line)).collect()
    }

    /// The bytes that the client receives at the end of the body.
    pub(crate) fn rest(&mut self) -> Option<Bytes> {
        let buffered = std::mem::take(&mut self.buffered);
        if buffered.is_empty() {
            return None;
        }
        if self.is_watch {
            return Some(buffered.into());
        }
        let Ok(mut list) = serde_json::from_slice::<Value>(&buffered) else {
            return Some(buffered.into());
        };
        if self.sabotage == WireSabotage::IgnoreProbe {
            list["metadata"]["resourceVersion"] = u64::MAX.to_string().into();
        }
        if let Some(items) = list.get_mut("items").and_then(Value::as_array_mut) {
            match self.sabotage {
                WireSabotage::DropLastListItem => {
                    items.pop();
                }
                WireSabotage::IgnoreFurtherPages => items.clear(),
                _ => items.retain_mut(|item| self.object(item)),
            }
        }
        serde_json::to_vec(&list).ok().map(Into::into)
    }

    fn line(&mut self, line: &[u8]) -> Vec<u8> {
        let Ok(mut event) = serde_json::from_slice::<Value>(line) else {
            return line.to_vec();
        };
        self.lines += 1;
        let kept = match self.sabotage {
            WireSabotage::SkipRelistOnGone => {
                self.discards |= event["object"]["code"] == 410;
                !self.discards
            }
            WireSabotage::LoseDeletions => event["type"] != "DELETED",
            _ => self.object(&mut event["object"]),
        };
        if !kept {
            return Vec::new();
        }
        let mut line = event.to_string().into_bytes();
        line.push(b'\n');
        line
    }

    /// Changes the object. Returns whether the client receives it.
    fn object(&mut self, object: &mut Value) -> bool {
        match self.sabotage {
            WireSabotage::HideNamespace => object["metadata"]["namespace"] != "b",
            WireSabotage::CorruptContent => {
                if let Some(color) = object.pointer_mut("/spec/color").filter(|_| self.lines % 5 == 4) {
                    *color = "another".into();
                }
                true
            }
            _ => true,
        }
    }
}
