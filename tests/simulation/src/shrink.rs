//! Shrinks a failing plan: removes parts, one by one and many at once, as long as the plan without them violates the
//! same invariant.

use std::time::Duration;

use crate::{
    plan::{Action, InformerPlan, Plan},
    run::run,
    sabotage::Sabotage,
};

/// Maximum number of runs per plan.
const MAX_RUNS: u32 = 2_000;

struct Shrinking {
    best: Plan,
    invariant: &'static str,
    sabotage: Option<Sabotage>,
    runs: u32,
}

/// Returns a minimal plan that violates the same invariant, or the plan itself if it violates none.
pub fn shrink(plan: &Plan, sabotage: Option<Sabotage>) -> Plan {
    let Some(first) = run(plan, sabotage).violations.into_iter().next() else {
        return plan.clone();
    };
    let mut shrinking = Shrinking { best: plan.clone(), invariant: first.invariant, sabotage, runs: 0 };
    loop {
        let before = shrinking.best.clone();
        shrinking.remove_informers();
        shrinking.remove_parts(|plan| &mut plan.steps);
        shrinking.remove_parts(|plan| &mut plan.before);
        shrinking.remove_parts(|plan| &mut plan.quirks);
        shrinking.simplify_informers();
        shrinking.simplify_steps();
        if shrinking.best == before || shrinking.runs >= MAX_RUNS {
            return shrinking.best;
        }
    }
}

impl Shrinking {
    /// Keeps the plan if it still fails. Returns whether it does.
    fn try_out(&mut self, plan: Plan) -> bool {
        if self.runs >= MAX_RUNS || plan == self.best {
            return false;
        }
        self.runs += 1;
        let fails = run(&plan, self.sabotage)
            .violations
            .iter()
            .any(|violation| violation.invariant == self.invariant);
        if fails {
            self.best = plan;
        }
        fails
    }

    /// Removes sequences of elements, long ones first.
    fn remove_parts<T: Clone>(&mut self, of: impl Fn(&mut Plan) -> &mut Vec<T>) {
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

    fn remove_informers(&mut self) {
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

    fn simplify_informers(&mut self) {
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

    fn simplify_steps(&mut self) {
        for number in 0..self.best.steps.len() {
            let mut plan = self.best.clone();
            plan.steps[number].after = Duration::ZERO;
            self.try_out(plan);
            let mut plan = self.best.clone();
            if let Action::Requests(faulty) = &mut plan.steps[number].action {
                (faulty.skip, faulty.times) = (0, 1);
            }
            self.try_out(plan);
        }
    }
}

/// The informer that an action targets.
fn target(action: &Action) -> Option<usize> {
    match action {
        Action::Network(fault) => Some(fault.informer),
        Action::Subscribe(informer, _) => Some(*informer),
        _ => None,
    }
}

fn renumber(action: &mut Action, removed: usize) {
    let informer = match action {
        Action::Network(fault) => &mut fault.informer,
        Action::Subscribe(informer, _) => informer,
        _ => return,
    };
    if *informer > removed {
        *informer -= 1;
    }
}
