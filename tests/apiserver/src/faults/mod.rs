//! Faults: what a server, or the network before it, does to its clients on a bad day. Each is a call, exact and counted.
//!
//! A rule says which requests ([`RequestMatcher`]), how many of them, and what happens. Rules are tried in the order in which they
//! were made. All that match a request act on it: delays add up, changes to the body follow each other; but only the first
//! that answers *instead of* the server does so, and the others wait for their turn.

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
    answer::Answer as Reply,
    registry::GroupResource,
    request::{RequestInfo, Verb},
};

/// The faults of a server. A cheap handle.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    rules: Vec<Arc<Rule>>,
    /// Where each list is: its path and parameters, without the token, and the last page asked for.
    pages: Vec<(String, u64)>,
}

/// How often a fault fired, for reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultStats {
    /// What it does, and to which requests.
    pub fault: String,
    /// How often it did.
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
    /// Matching requests to let pass first.
    skip: u64,
    /// How often it still fires; `None` is always.
    left: Option<u64>,
    effect: Effect,
}

/// What is to happen to one request.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) effects: Vec<Effect>,
}

impl Faults {
    /// A fault for these requests. It fires once, unless the builder is told otherwise.
    pub fn on(&self, matcher: RequestMatcher) -> FaultBuilder {
        FaultBuilder::new(self.clone(), matcher)
    }

    /// Exact answers for these requests, one after the other; after the last, the server answers by itself again.
    pub fn script(&self, matcher: RequestMatcher, answers: impl IntoIterator<Item = Answer>) -> Fault {
        self.on(matcher).always().with(Effect::Script(Script::new(answers)))
    }

    /// The same, but when the answers are used up, this one is given for ever.
    pub fn script_or(
        &self,
        matcher: RequestMatcher,
        answers: impl IntoIterator<Item = Answer>,
        otherwise: Answer,
    ) -> Fault {
        self.on(matcher).always().with(Effect::Script(Script::new(answers).otherwise(otherwise)))
    }

    /// Takes every fault away; those which are at work on an answer go on with it.
    pub fn clear(&self) {
        self.inner.lock().rules.clear();
    }

    /// How often each fault has fired, in the order in which they were made.
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

    /// What is to happen to this request. Counts it.
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
    /// Which page of its list this request asks for, from 1.
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
        let effect = settings.effect.take_turn()?;
        settings.left = settings.left.map(|left| left - 1);
        self.fired.fetch_add(1, Ordering::Relaxed);
        Some(effect)
    }

    fn describe(&self) -> String {
        format!("{} on {}", self.settings.lock().effect.describe(), self.matcher.describe())
    }
}

impl Plan {
    /// Changes an answer of the server as the plan says.
    pub(crate) fn change(&self, resource: Option<&GroupResource>, reply: Reply) -> Reply {
        self.effects.iter().fold(reply, |reply, effect| effect.change(resource, reply))
    }
}
