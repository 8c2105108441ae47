//! The checks, checked: each deliberate bug is caught within some seeds, and without one there is nothing to catch.

use reflector_simulation::{Plan, Sabotage, run};

/// Within how many seeds each bug must be caught.
const SEEDS: u64 = 120;

/// The first seed that catches it, and the rule that does.
fn caught(sabotage: Sabotage) -> Option<(u64, &'static str)> {
    (0..SEEDS).find_map(|seed| {
        let outcome = run(&Plan::generate(seed), Some(sabotage));
        outcome.violations.first().map(|violation| (seed, violation.rule))
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
            Some((seed, rule)) => println!("{sabotage:?}: seed {seed}, by the rule that {rule}"),
            None => println!("{sabotage:?}: not caught"),
        }
    }
    let escaped: Vec<_> = found.iter().filter(|(_, caught)| caught.is_none()).collect();
    assert!(escaped.is_empty(), "{escaped:?}");
}
