//! Running a plan: in one thread, under a clock that stands still until everybody waits.

use std::{
    hash::{Hash as _, Hasher as _},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{
    plan::{Action, Plan},
    report::Counts,
    sabotage::Sabotage,
    witness::{Violation, Witness},
    world::World,
};

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Which rules were broken; none in a good run.
    pub violations: Vec<Violation>,
    /// How many faults of each kind there were.
    pub counts: Counts,
    /// Requests and events, as text.
    pub history: Vec<String>,
    /// How much time passed in the simulated world.
    pub simulated: Duration,
    /// How many requests were made.
    pub requests: usize,
}

impl Outcome {
    /// A number that is the same for the same history.
    pub fn hash(&self) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        self.history.hash(&mut hasher);
        hasher.finish()
    }

    /// Whether every rule was kept.
    pub fn is_good(&self) -> bool {
        self.violations.is_empty()
    }
}

/// Runs a plan, with a deliberate bug or without.
///
/// # Panics
/// Where no tokio runtime can be built.
pub fn run(plan: &Plan, sabotage: Option<Sabotage>) -> Outcome {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O needs nothing of the system")
        .block_on(Simulation::run(plan, sabotage))
}

struct Simulation {
    began: Instant,
    world: World,
    witnesses: Vec<Witness>,
    violations: Vec<Violation>,
}

impl Simulation {
    async fn run(plan: &Plan, sabotage: Option<Sabotage>) -> Outcome {
        let began = Instant::now();
        let mut world = World::new(plan.seed, &plan.informers, sabotage.and_then(Sabotage::wire));
        for action in &plan.before {
            world.act(action);
        }
        let network = world.network().clone();
        let carrying = tokio::spawn(network.clone().run());
        let witnesses = plan
            .informers
            .iter()
            .enumerate()
            .map(|(number, informer)| Witness::new(number, informer, plan.seed, &network, sabotage))
            .collect();
        let mut simulation = Self { began, world, witnesses, violations: Vec::new() };
        simulation.play(plan).await;
        let outcome = simulation.outcome();
        drop(simulation);
        carrying.abort();
        outcome
    }

    /// All steps, then the time to come to rest.
    async fn play(&mut self, plan: &Plan) {
        for step in &plan.steps {
            match &step.action {
                Action::Join(informer, subscriber) => {
                    if let Some(witness) = self.witnesses.get_mut(*informer) {
                        witness.join(*subscriber);
                    }
                }
                action => self.world.act(action),
            }
            // Even where no time passes, everybody who was woken has a turn.
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
        self.witnesses.iter().for_each(Witness::expect_no_past);
        self.world.poke();
        if self.settle().await {
            let found = self.witnesses.iter_mut().flat_map(Witness::finish);
            self.violations.extend(found);
        }
    }

    /// Looks at what must hold at any time; whether it does.
    fn check(&mut self) -> bool {
        for witness in &mut self.witnesses {
            self.violations.extend(witness.check(&self.world));
        }
        self.violations.is_empty()
    }

    /// Waits until everything is shown and told, as long as that may take; whether it is.
    async fn settle(&mut self) -> bool {
        let patience = self.witnesses.iter().map(Witness::patience).max();
        let until = Instant::now() + patience.unwrap_or_default();
        let mut pause = Duration::from_millis(100);
        loop {
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(20));
            if !self.check() {
                return false;
            }
            let world = &self.world;
            if self.witnesses.iter_mut().all(|witness| witness.unsettled(world).is_empty()) {
                // What was taken only now is looked at, too.
                return self.check();
            }
            if Instant::now() >= until {
                let late = self.witnesses.iter_mut().flat_map(|witness| witness.late(world));
                self.violations.extend(late);
                return false;
            }
        }
    }

    fn outcome(&mut self) -> Outcome {
        let (mut history, requests) =
            self.world.network().with_log(|log| (log.lines().to_vec(), log.attempts().len()));
        for witness in &self.witnesses {
            history.extend(witness.history());
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
