//! Deliberate bugs between the server and the informer: bodies and statuses are not what they were.

use bytes::Bytes;
use serde_json::Value;

/// A deliberate bug on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireSabotage {
    /// A version that has expired is taken for a watch that ended.
    SkipRelistOnGone,
    /// Watches tell no deletions.
    LoseDeletions,
    /// Now and then an object has another color than the server said.
    MixUpContent,
    /// A list that is not the first lacks its last item.
    LoseOneOfAList,
    /// Only the first page of a list counts.
    IgnoreFurtherPages,
    /// One namespace is never shown.
    HideNamespace,
}

/// Changes one response.
#[derive(Debug)]
pub(crate) struct Tamper {
    sabotage: WireSabotage,
    is_watch: bool,
    held: Vec<u8>,
    swallows: bool,
    lines: u64,
}

impl Tamper {
    /// What this bug does to the response to a request with that query, if anything.
    pub(crate) fn of(sabotage: WireSabotage, query: &str) -> Option<Self> {
        let is_watch = query.contains("watch=true");
        let is_relist = query.contains("resourceVersion=") && !query.contains("resourceVersion=0");
        let concerned = match sabotage {
            WireSabotage::SkipRelistOnGone | WireSabotage::LoseDeletions => is_watch,
            WireSabotage::LoseOneOfAList => !is_watch && (is_relist || !query.contains("resourceVersion=")),
            WireSabotage::IgnoreFurtherPages => query.contains("continue="),
            WireSabotage::MixUpContent | WireSabotage::HideNamespace => true,
        };
        concerned.then_some(Self { sabotage, is_watch, held: Vec::new(), swallows: false, lines: 0 })
    }

    /// The status that is told.
    pub(crate) fn status(&mut self, status: u16) -> u16 {
        if self.sabotage == WireSabotage::SkipRelistOnGone && status == 410 {
            self.swallows = true;
            return 200;
        }
        // An error's body is no list.
        if status != 200 {
            self.is_watch = true;
        }
        status
    }

    /// The bytes that are told now.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Bytes {
        self.held.extend_from_slice(bytes);
        if self.swallows {
            self.held.clear();
        }
        if !self.is_watch {
            return Bytes::new();
        }
        let Some(end) = self.held.iter().rposition(|byte| *byte == b'\n') else {
            return Bytes::new();
        };
        let rest = self.held.split_off(end + 1);
        let whole = std::mem::replace(&mut self.held, rest);
        let lines = whole.split_inclusive(|byte| *byte == b'\n');
        lines.flat_map(|line| self.line(line)).collect()
    }

    /// The bytes that are told at the end.
    pub(crate) fn rest(&mut self) -> Option<Bytes> {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return None;
        }
        if self.is_watch {
            return Some(held.into());
        }
        let Ok(mut list) = serde_json::from_slice::<Value>(&held) else {
            return Some(held.into());
        };
        if let Some(items) = list.get_mut("items").and_then(Value::as_array_mut) {
            match self.sabotage {
                WireSabotage::LoseOneOfAList => {
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
            WireSabotage::SkipRelistOnGone => event["object"]["code"] != 410,
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

    /// Whether the object is shown.
    fn object(&mut self, object: &mut Value) -> bool {
        match self.sabotage {
            WireSabotage::HideNamespace => object["metadata"]["namespace"] != "b",
            WireSabotage::MixUpContent => {
                if let Some(color) = object.pointer_mut("/spec/color").filter(|_| self.lines % 5 == 4) {
                    *color = "another".into();
                }
                true
            }
            _ => true,
        }
    }
}
