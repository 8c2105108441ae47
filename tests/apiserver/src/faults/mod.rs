//! Fault injection: simulates failures of the server and of the network. Each fault is exact and counted.
//!
//! A rule defines which requests it applies to ([`RequestMatcher`]), how many of them, and its effect. Rules are
//! evaluated in the order in which they were added. All rules that match a request apply to it: delays add up and
//! changes to the body are applied in sequence. However, only the first rule that returns a response *instead of* the
//! server's is applied; the others are not used up and apply to a later request.

mod before;
mod body;
mod effect;
mod lines;
mod matcher;
mod rule;
mod script;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use parking_lot::Mutex;

pub(crate) use before::Before;
pub(crate) use effect::Effect;
pub use matcher::RequestMatcher;
pub use rule::{Fault, FaultBuilder, TooLargeForm};
pub use script::{Answer, Script, Step};

use crate::{
    answer::{Answer as Reply, Encoding},
    protobuf,
    registry::GroupResource,
    request::{RequestInfo, Verb},
};

/// The fault injection of a server. The handle is cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    rules: Vec<Arc<Rule>>,
    /// The position of each list: its path and parameters without the token, and the last page requested.
    pages: Vec<(String, u64)>,
}

/// How often a fault was applied, for reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultStats {
    /// The effect and the requests that it applies to.
    pub fault: String,
    /// How often the fault was applied.
    pub times: u64,
}

#[derive(Debug)]
struct Rule {
    matcher: RequestMatcher,
    settings: Mutex<Settings>,
    fired: AtomicU64,
}

#[derive(Debug)]
struct Settings {
    /// The number of matching requests that are not affected first.
    skip: u64,
    /// How many more times the rule applies; `None` is no limit.
    left: Option<u64>,
    effect: Effect,
}

/// The effects for one request.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) effects: Vec<Effect>,
}

impl Faults {
    /// Adds a fault for these requests. It applies once, unless the builder sets another number.
    pub fn on(&self, matcher: RequestMatcher) -> FaultBuilder {
        FaultBuilder::new(self.clone(), matcher)
    }

    /// Returns exactly these responses for these requests, in order; after the last one, the server responds normally
    /// again.
    pub fn script(&self, matcher: RequestMatcher, answers: impl IntoIterator<Item = Answer>) -> Fault {
        self.on(matcher).always().with(Effect::Script(Script::new(answers)))
    }

    /// Like `script`, but returns `otherwise` for every request after the last response.
    pub fn script_or(
        &self,
        matcher: RequestMatcher,
        answers: impl IntoIterator<Item = Answer>,
        otherwise: Answer,
    ) -> Fault {
        self.on(matcher).always().with(Effect::Script(Script::new(answers).otherwise(otherwise)))
    }

    /// Removes every fault; faults that already affect a response continue to do so.
    pub fn clear(&self) {
        self.inner.lock().rules.clear();
    }

    /// How often each fault was applied, in the order in which they were added.
    pub fn fired(&self) -> Vec<FaultStats> {
        let inner = self.inner.lock();
        inner
            .rules
            .iter()
            .map(|rule| FaultStats { fault: rule.describe(), times: rule.fired.load(Ordering::Relaxed) })
            .collect()
    }

    fn add(&self, rule: Rule) -> Arc<Rule> {
        let rule = Arc::new(rule);
        self.inner.lock().rules.push(rule.clone());
        rule
    }

    fn remove(&self, rule: &Arc<Rule>) {
        self.inner.lock().rules.retain(|known| !Arc::ptr_eq(known, rule));
    }

    /// Returns the effects for this request and counts it.
    pub(crate) fn plan(&self, info: &RequestInfo) -> Plan {
        let mut inner = self.inner.lock();
        let page = inner.page(info);
        let mut effects: Vec<Effect> = Vec::new();
        for rule in &inner.rules {
            if !rule.matcher.matches(info, page) {
                continue;
            }
            let answered = effects.iter().any(Effect::answers);
            effects.extend(rule.fire(answered));
        }
        Plan { effects }
    }
}

impl Inner {
    /// The page of its list that this request is for, counted from 1.
    fn page(&mut self, info: &RequestInfo) -> u64 {
        if info.verb != Verb::List {
            return 1;
        }
        let first = info.query.text("continue").is_empty();
        let parameters =
            ["labelSelector", "fieldSelector", "shardSelector", "limit"].map(|name| info.query.text(name));
        let list = format!("{}?{}", info.path, parameters.join("&"));
        let at = self.pages.iter().position(|(known, _)| *known == list).unwrap_or_else(|| {
            self.pages.push((list, 0));
            self.pages.len() - 1
        });
        let page = &mut self.pages[at].1;
        *page = if first { 1 } else { *page + 1 };
        *page
    }
}

impl Rule {
    fn fire(&self, answered: bool) -> Option<Effect> {
        let mut settings = self.settings.lock();
        if answered && settings.effect.answers() {
            return None;
        }
        if settings.left == Some(0) {
            return None;
        }
        if settings.skip > 0 {
            settings.skip -= 1;
            return None;
        }
        let effect = settings.effect.next_effect()?;
        settings.left = settings.left.map(|left| left - 1);
        self.fired.fetch_add(1, Ordering::Relaxed);
        Some(effect)
    }

    fn describe(&self) -> String {
        format!("{} on {}", self.settings.lock().effect.describe(), self.matcher.describe())
    }
}

impl Plan {
    /// Applies the plan to a response of the server, and encodes it: first the effects on objects and events, which are
    /// JSON, then those on bytes.
    pub(crate) fn change(&self, resource: Option<&GroupResource>, reply: Reply) -> Reply {
        let (of_bytes, of_objects): (Vec<&Effect>, Vec<&Effect>) =
            self.effects.iter().partition(|effect| effect.is_of_bytes());
        let apply = |reply, effects: Vec<&Effect>| {
            effects.into_iter().fold(reply, |reply, effect| effect.change(resource, reply))
        };
        let changed = apply(reply, of_objects);
        let encoded = match changed.encoding {
            Encoding::Plain => changed,
            Encoding::Protobuf => protobuf::encoded(changed),
        };
        apply(encoded, of_bytes)
    }
}
