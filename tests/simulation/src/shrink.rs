//! Making a failing plan small: parts are left out, one after the other and many at once, as long as the same rule is
//! broken without them.

use std::time::Duration;

use crate::{
    plan::{Action, InformerPlan, Plan},
    run::run,
    sabotage::Sabotage,
};

/// How many runs it may take.
const RUNS: u32 = 2_000;

struct Shrinking {
    best: Plan,
    rule: &'static str,
    sabotage: Option<Sabotage>,
    runs: u32,
}

/// The least of a plan that still breaks the same rule; the plan itself where it breaks none.
pub fn shrink(plan: &Plan, sabotage: Option<Sabotage>) -> Plan {
    let Some(first) = run(plan, sabotage).violations.into_iter().next() else {
        return plan.clone();
    };
    let mut shrinking = Shrinking { best: plan.clone(), rule: first.rule, sabotage, runs: 0 };
    loop {
        let before = shrinking.best.clone();
        shrinking.informers();
        shrinking.parts(|plan| &mut plan.steps);
        shrinking.parts(|plan| &mut plan.before);
        shrinking.simpler_informers();
        shrinking.simpler_steps();
        if shrinking.best == before || shrinking.runs >= RUNS {
            return shrinking.best;
        }
    }
}

impl Shrinking {
    /// Keeps a plan that still fails.
    fn try_out(&mut self, plan: Plan) -> bool {
        if self.runs >= RUNS || plan == self.best {
            return false;
        }
        self.runs += 1;
        let fails = run(&plan, self.sabotage).violations.iter().any(|violation| violation.rule == self.rule);
        if fails {
            self.best = plan;
        }
        fails
    }

    /// Leaves out runs of elements, long ones first.
    fn parts<T: Clone>(&mut self, of: impl Fn(&mut Plan) -> &mut Vec<T>) {
        let mut length = of(&mut self.best).len().next_power_of_two();
        while length >= 1 {
            let mut at = 0;
            while at < of(&mut self.best).len() {
                let mut plan = self.best.clone();
                let elements = of(&mut plan);
                let end = (at + length).min(elements.len());
                elements.drain(at..end);
                if !self.try_out(plan) {
                    at += length;
                }
            }
            length /= 2;
        }
    }

    fn informers(&mut self) {
        for number in (0..self.best.informers.len()).rev() {
            if self.best.informers.len() < 2 {
                return;
            }
            let mut plan = self.best.clone();
            plan.informers.remove(number);
            plan.steps.retain(|step| target(&step.action) != Some(number));
            for step in &mut plan.steps {
                renumber(&mut step.action, number);
            }
            self.try_out(plan);
        }
    }

    fn simpler_informers(&mut self) {
        type Change = fn(&mut InformerPlan);
        let changes: [Change; 6] = [
            |informer| informer.labels = None,
            |informer| informer.fields = None,
            |informer| informer.namespace = None,
            |informer| informer.page_size = None,
            |informer| informer.resync = None,
            |informer| informer.subscribers.truncate(1),
        ];
        for number in 0..self.best.informers.len() {
            for change in changes {
                let mut plan = self.best.clone();
                change(&mut plan.informers[number]);
                self.try_out(plan);
            }
            for subscriber in (0..self.best.informers[number].subscribers.len()).rev() {
                let mut plan = self.best.clone();
                plan.informers[number].subscribers.remove(subscriber);
                self.try_out(plan);
            }
        }
    }

    fn simpler_steps(&mut self) {
        for number in 0..self.best.steps.len() {
            let mut plan = self.best.clone();
            plan.steps[number].after = Duration::ZERO;
            self.try_out(plan);
            let mut plan = self.best.clone();
            if let Action::Spoil(spoilt) = &mut plan.steps[number].action {
                (spoilt.skip, spoilt.times) = (0, 1);
            }
            self.try_out(plan);
        }
    }
}

/// Which informer an action is about.
fn target(action: &Action) -> Option<usize> {
    match action {
        Action::Break(broken) => Some(broken.informer),
        Action::Join(informer, _) => Some(*informer),
        _ => None,
    }
}

fn renumber(action: &mut Action, left_out: usize) {
    let informer = match action {
        Action::Break(broken) => &mut broken.informer,
        Action::Join(informer, _) => informer,
        _ => return,
    };
    if *informer > left_out {
        *informer -= 1;
    }
}
