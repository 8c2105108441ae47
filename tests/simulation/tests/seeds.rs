//! What runs in CI: some hundred seeds, the same history twice, and a check of the shrinking.

use reflector_simulation::{Action, Counts, Plan, Sabotage, run, sabotage::WireSabotage, shrink::shrink};

/// How many seeds are run each time.
const SEEDS: u64 = 240;

/// One more, which holds the rarest fault: a continue token that has expired.
const RARE: u64 = 412;

/// Every kind of fault there is.
const FAULTS: [&str; 47] = [
    "410 as an answer",
    "410 as an event",
    "429",
    "429 with Retry-After",
    "500",
    "502 without a Status",
    "503",
    "HTML with status 200",
    "continue token expired",
    "duplicate events",
    "end bookmark omitted",
    "end bookmark says false",
    "endless line",
    "error event",
    "event of a wrong kind",
    "first page repeated",
    "initial events refused",
    "late answer",
    "list of a wrong kind",
    "list without a version",
    "malformed line",
    "network: all connections reset",
    "network: body cut",
    "network: body ended early",
    "network: body stalled",
    "network: partition",
    "network: request lost",
    "network: slow connection",
    "no answer",
    "other status",
    "server: CRD removed",
    "server: CRD returned",
    "server: RBAC allows",
    "server: RBAC denies",
    "server: backup made",
    "server: backup restored, versions set back",
    "server: bookmarks sent",
    "server: credentials refused",
    "server: history compacted",
    "server: restart, history lost",
    "server: watches ended",
    "silent watch",
    "stale list",
    "too large resource version",
    "unknown event",
    "watch closed after noise",
    "watch closed at once",
];

/// Runs seeds in as many threads as there are; each seed has its own runtime in one thread.
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
fn every_rule_is_kept() {
    let counts = for_seeds(0..SEEDS + 1, |seed| {
        let seed = if seed == SEEDS { RARE } else { seed };
        let outcome = run(&Plan::generate(seed), None);
        assert!(
            outcome.is_good(),
            "seed {seed}: {:?}\nrun it again: cargo run -p reflector-simulation -- --seed {seed}",
            outcome.violations
        );
        outcome.counts
    });
    let mut total = Counts::default();
    for counts in &counts {
        total.merge(counts);
    }
    println!("{total}");
    let held: Vec<&str> = total.iter().filter(|(_, times)| *times > 0).map(|(what, _)| what).collect();
    assert_eq!(held, FAULTS, "every kind of fault is held, and no other:\n{total}");
}

/// Seeds beyond those that run each time, which once found something: a list in pages that was one of the past, and a
/// list that broke off before its server was restored from a backup, a page older than the ones before it.
#[test]
fn what_was_found_once_stays_mended() {
    for seed in [22_355, 58_596, 151_208] {
        let outcome = run(&Plan::generate(seed), None);
        assert!(outcome.is_good(), "seed {seed}: {:?}", outcome.violations);
    }
}

#[test]
fn the_same_seed_is_the_same_history() {
    for_seeds(0..12, |seed| {
        let plan = Plan::generate(seed);
        assert_eq!(plan, Plan::generate(seed));
        let (first, second) = (run(&plan, None), run(&plan, None));
        assert_eq!(first.history, second.history, "seed {seed}");
        assert_eq!(first, second, "seed {seed}");
        assert_eq!(first.hash(), second.hash(), "seed {seed}");
    });
}

/// Nothing of the process has a part in it: no address, no key of a hash, no clock of the computer.
#[test]
fn another_process_has_the_same_history() {
    let seed = 7;
    let here = run(&Plan::generate(seed), None);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_reflector-simulation"))
        .args(["--seed", &seed.to_string()])
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains(&format!("history {:016x}", here.hash())), "{text}");
}

/// The least of a failing plan still fails in the same way, and has little in it but what makes it fail.
#[test]
fn a_failing_plan_is_made_small() {
    let sabotage = Some(Sabotage::Wire(WireSabotage::LoseDeletions));
    let (plan, rule) = (0..)
        .find_map(|seed| {
            let plan = Plan::generate(seed);
            let rule = run(&plan, sabotage).violations.first()?.rule;
            Some((plan, rule))
        })
        .expect("one of all seeds fails");
    let least = shrink(&plan, sabotage);
    let violations = run(&least, sabotage).violations;
    assert_eq!(violations.first().map(|violation| violation.rule), Some(rule));
    assert!(least.steps.len() <= 4 && least.informers.len() == 1, "{least}");
    let writes =
        least.steps.iter().any(|step| matches!(step.action, Action::Write(..) | Action::DeleteAll(..)));
    assert!(writes, "{least}");
}
