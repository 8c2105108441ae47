//! A reconciler under every kind of fault.

mod faults;

use std::collections::BTreeSet;

use faults::FAULTS;
use reflector_simulation::{
    Plan,
    operator::{OperatorBug, run_operator},
};

/// Number of seeds that every test run covers.
const SEEDS: u64 = 160;

/// Additional seeds that contain the rarest faults.
const RARE: [u64; 3] = [349, 672, 1533];

/// The operator watches custom resources, which are not in protobuf.
const IMPOSSIBLE: &str = "response in protobuf";

#[test]
fn an_operator_converges_under_every_fault() {
    let (mut runs, mut failures, mut faults) = (0, 0, BTreeSet::new());
    for seed in (0..SEEDS).chain(RARE) {
        let outcome = run_operator(&Plan::generate(seed), None);
        assert!(outcome.violations.is_empty(), "seed {seed}: {:?}", outcome.violations);
        runs += outcome.history.len();
        failures += outcome.failures;
        faults.extend(outcome.counts.iter().map(|(label, _)| label));
    }
    // The faults really happened: this test can fail.
    assert!(runs > 1000 && failures > 100, "{runs} runs, {failures} failures");
    let missing: Vec<&str> =
        FAULTS.into_iter().filter(|fault| *fault != IMPOSSIBLE && !faults.contains(fault)).collect();
    assert!(missing.is_empty(), "these faults did not occur: {missing:?}");
}

#[test]
fn the_same_seed_has_the_same_history() {
    for seed in [3, 17] {
        let plan = Plan::generate(seed);
        assert_eq!(run_operator(&plan, None), run_operator(&plan, None));
    }
}

#[test]
fn an_operator_that_does_not_wait_for_its_writes_is_found() {
    let found = (0..SEEDS).any(|seed| {
        let outcome = run_operator(&Plan::generate(seed), Some(OperatorBug::ForgetsOwnWrites));
        outcome.violations.iter().any(|violation| violation.invariant.contains("own write"))
    });
    assert!(found, "no seed finds the bug");
}

#[test]
fn an_operator_that_ignores_its_errors_is_found() {
    let found = (0..SEEDS).any(|seed| {
        let outcome = run_operator(&Plan::generate(seed), Some(OperatorBug::IgnoresErrors));
        outcome.violations.iter().any(|violation| violation.invariant.contains("equals the spec"))
    });
    assert!(found, "no seed finds the bug");
}

#[test]
fn an_operator_whose_runs_overlap_is_found() {
    let found = (0..SEEDS).any(|seed| {
        let outcome = run_operator(&Plan::generate(seed), Some(OperatorBug::RunsTwice));
        outcome.violations.iter().any(|violation| violation.invariant.contains("do not overlap"))
    });
    assert!(found, "no seed finds the bug");
}
