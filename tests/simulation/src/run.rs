//! Runs a plan in one thread. The clock is paused and advances only while every task is idle.

use std::{
    hash::{Hash as _, Hasher as _},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{
    checker::{Checker, Violation},
    plan::{Action, Plan},
    report::Counts,
    sabotage::Sabotage,
    world::World,
};

/// The result of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The violated invariants; empty if the run passed.
    pub violations: Vec<Violation>,
    /// Number of faults of each kind.
    pub counts: Counts,
    /// Requests and events as text.
    pub history: Vec<String>,
    /// Elapsed virtual time.
    pub simulated: Duration,
    /// Number of requests sent.
    pub requests: usize,
}

impl Outcome {
    /// A hash of the history: equal histories have equal hashes.
    pub fn hash(&self) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        self.history.hash(&mut hasher);
        hasher.finish()
    }

    /// Whether every invariant held.
    pub fn passed(&self) -> bool {
        self.violations.is_empty()
    }
}

/// Runs a plan, optionally with a deliberate bug.
///
/// # Panics
/// If the tokio runtime cannot be built.
pub fn run(plan: &Plan, sabotage: Option<Sabotage>) -> Outcome {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O needs no system resources")
        .block_on(Simulation::run(plan, sabotage))
}

struct Simulation {
    began: Instant,
    world: World,
    checkers: Vec<Checker>,
    violations: Vec<Violation>,
}

impl Simulation {
    async fn run(plan: &Plan, sabotage: Option<Sabotage>) -> Outcome {
        let began = Instant::now();
        let mut world = World::new(plan, sabotage.and_then(Sabotage::wire));
        for action in &plan.before {
            world.act(action);
        }
        let network = world.network().clone();
        let network_task = tokio::spawn(network.clone().run());
        let checkers =
            (0..plan.informers.len()).map(|number| Checker::new(number, plan, &world, sabotage)).collect();
        let mut simulation = Self { began, world, checkers, violations: Vec::new() };
        simulation.run_steps(plan).await;
        let outcome = simulation.outcome();
        drop(simulation);
        network_task.abort();
        outcome
    }

    /// Runs all steps, then waits until everything has converged.
    async fn run_steps(&mut self, plan: &Plan) {
        for step in &plan.steps {
            match &step.action {
                Action::Subscribe(informer, subscriber) => {
                    if let Some(checker) = self.checkers.get_mut(*informer) {
                        checker.subscribe(*subscriber);
                    }
                }
                action => self.world.act(action),
            }
            // Every woken task runs even if no time passes.
            tokio::task::yield_now().await;
            if !step.after.is_zero() {
                sleep(step.after).await;
            }
            if !self.check() {
                return;
            }
        }
        self.world.heal();
        if !self.settle().await {
            return;
        }
        self.checkers.iter().for_each(Checker::disallow_older_state);
        self.world.write_to_all();
        if self.settle().await {
            let violations = self.checkers.iter_mut().flat_map(Checker::finish);
            self.violations.extend(violations);
        }
    }

    /// Checks the invariants that must hold at any time. Returns whether they do.
    fn check(&mut self) -> bool {
        for checker in &mut self.checkers {
            self.violations.extend(checker.check(&self.world));
        }
        self.violations.is_empty()
    }

    /// Waits until all stores and subscribers have converged, for at most the longest settle timeout. Returns whether
    /// they have.
    async fn settle(&mut self) -> bool {
        let timeout = self.checkers.iter().map(Checker::settle_timeout).max();
        let deadline = Instant::now() + timeout.unwrap_or_default();
        let mut pause = Duration::from_millis(100);
        loop {
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(20));
            if !self.check() {
                return false;
            }
            let world = &self.world;
            if self.checkers.iter_mut().all(|checker| checker.unsettled(world).is_empty()) {
                // Also checks the events that were taken only now.
                return self.check();
            }
            if Instant::now() >= deadline {
                let unsettled = self.checkers.iter_mut().flat_map(|checker| checker.report_unsettled(world));
                self.violations.extend(unsettled);
                return false;
            }
        }
    }

    fn outcome(&mut self) -> Outcome {
        let (mut history, requests) =
            self.world.network().with_log(|log| (log.lines().to_vec(), log.attempts().len()));
        for checker in &self.checkers {
            history.extend(checker.history());
        }
        Outcome {
            violations: std::mem::take(&mut self.violations),
            counts: self.world.counts(),
            history,
            simulated: Instant::now() - self.began,
            requests,
        }
    }
}
