//! The tests that run in CI: several hundred seeds, reproducibility of histories, and shrinking.

mod faults;

use faults::FAULTS;
use reflector_simulation::{Action, Counts, Plan, Sabotage, run, sabotage::WireSabotage, shrink::shrink};

/// Number of seeds that every test run covers.
const SEEDS: u64 = 240;

/// Additional seeds that contain the rarest faults: an expired continue token, and a list from a stale cache.
const RARE: [u64; 2] = [412, 349];

/// Runs the seeds on all available threads. Each seed has its own runtime in one thread.
fn for_seeds<R: Send>(seeds: std::ops::Range<u64>, check: impl Fn(u64) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let threads = u64::try_from(threads).unwrap_or(1);
    std::thread::scope(|scope| {
        let check = &check;
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let own = seeds.clone().filter(move |seed| seed % threads == thread);
                scope.spawn(move || own.map(check).collect::<Vec<R>>())
            })
            .collect();
        let found = workers.into_iter().flat_map(|worker| match worker.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        found.collect()
    })
}

#[test]
fn every_invariant_holds() {
    let seeds: Vec<u64> = (0..SEEDS).chain(RARE).collect();
    let counts = for_seeds(0..seeds.len() as u64, |at| {
        let seed = usize::try_from(at).ok().and_then(|at| seeds.get(at).copied()).unwrap_or(at);
        let outcome = run(&Plan::generate(seed), None);
        assert!(
            outcome.passed(),
            "seed {seed}: {:?}\nreproduce with: cargo run -p reflector-simulation -- --seed {seed}",
            outcome.violations
        );
        outcome.counts
    });
    let mut total = Counts::default();
    for counts in &counts {
        total.merge(counts);
    }
    println!("{total}");
    let occurred: Vec<&str> = total.iter().filter(|(_, times)| *times > 0).map(|(label, _)| label).collect();
    assert_eq!(occurred, FAULTS, "every kind of fault must occur, and no other:\n{total}");
}

/// Regression seeds outside the range above. They found a paged list of an older state, a list that was interrupted
/// before its server was restored from a backup, and a page older than the previous pages.
#[test]
fn regression_seeds_pass() {
    for seed in [22_355, 58_596, 151_208, 12_429, 7_191, 292, 572, 400, 31, 3_485, 1_930] {
        let outcome = run(&Plan::generate(seed), None);
        assert!(outcome.passed(), "seed {seed}: {:?}", outcome.violations);
    }
}

#[test]
fn the_same_seed_produces_the_same_history() {
    for_seeds(0..12, |seed| {
        let plan = Plan::generate(seed);
        assert_eq!(plan, Plan::generate(seed));
        let (first, second) = (run(&plan, None), run(&plan, None));
        assert_eq!(first.history, second.history, "seed {seed}");
        assert_eq!(first, second, "seed {seed}");
        assert_eq!(first.hash(), second.hash(), "seed {seed}");
    });
}

/// A history does not depend on the process: not on addresses, hash keys or the system clock.
#[test]
fn another_process_produces_the_same_history() {
    let seed = 7;
    let here = run(&Plan::generate(seed), None);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_reflector-simulation"))
        .args(["--seed", &seed.to_string()])
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains(&format!("history {:016x}", here.hash())), "{text}");
}

/// A shrunk plan violates the same invariant and contains little besides the cause of the failure.
#[test]
fn a_failing_plan_is_shrunk() {
    let sabotage = Some(Sabotage::Wire(WireSabotage::LoseDeletions));
    let (plan, invariant) = (0..)
        .find_map(|seed| {
            let plan = Plan::generate(seed);
            let invariant = run(&plan, sabotage).violations.first()?.invariant;
            Some((plan, invariant))
        })
        .expect("at least one seed fails");
    let shrunk = shrink(&plan, sabotage);
    let violations = run(&shrunk, sabotage).violations;
    assert_eq!(violations.first().map(|violation| violation.invariant), Some(invariant));
    assert!(shrunk.steps.len() <= 4 && shrunk.informers.len() == 1, "{shrunk}");
    let writes =
        shrunk.steps.iter().any(|step| matches!(step.action, Action::Write(..) | Action::DeleteAll(..)));
    assert!(writes, "{shrunk}");
}
