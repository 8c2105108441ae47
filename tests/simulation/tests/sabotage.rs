//! Verifies the checks: each deliberate bug is caught within a limited number of seeds. Runs without a bug must pass.

use reflector_simulation::{Plan, Sabotage, run};

/// Number of seeds within which each bug must be caught.
const SEEDS: u64 = 120;

/// The first seed that catches the bug, and the violated invariant.
fn caught(sabotage: Sabotage) -> Option<(u64, &'static str)> {
    (0..SEEDS).find_map(|seed| {
        let outcome = run(&Plan::generate(seed), Some(sabotage));
        outcome.violations.first().map(|violation| (seed, violation.invariant))
    })
}

#[test]
fn every_deliberate_bug_is_caught() {
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let found: Vec<(Sabotage, Option<(u64, &'static str)>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let own = Sabotage::ALL.into_iter().skip(thread).step_by(threads);
                scope.spawn(|| own.map(|sabotage| (sabotage, caught(sabotage))).collect::<Vec<_>>())
            })
            .collect();
        let found = workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default());
        found.collect()
    });
    assert_eq!(found.len(), Sabotage::ALL.len());
    for (sabotage, caught) in &found {
        match caught {
            Some((seed, invariant)) => {
                println!("{sabotage:?}: caught by seed {seed}, invariant `{invariant}`");
            }
            None => println!("{sabotage:?}: not caught"),
        }
    }
    let escaped: Vec<_> = found.iter().filter(|(_, caught)| caught.is_none()).collect();
    assert!(escaped.is_empty(), "bugs not caught within {SEEDS} seeds: {escaped:?}");
}
