//! Runs one seed and prints its history, or runs many seeds in parallel.

use std::{
    fmt::Display,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use reflector_simulation::{Counts, Plan, operator::run_operator, run, shrink::shrink};

/// Simulates informers under server and network faults.
#[derive(Debug, Parser)]
struct Arguments {
    /// Run an operator, which reconciles, in place of the informers.
    #[arg(long)]
    operator: bool,
    /// Run only this seed and print its history.
    #[arg(long)]
    seed: Option<u64>,
    /// Number of seeds to run.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// First seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Number of threads. Each seed runs in one thread.
    #[arg(long)]
    threads: Option<usize>,
    /// Stop after this many failing seeds.
    #[arg(long, default_value_t = 1)]
    failures: usize,
    /// Print failing plans without shrinking them.
    #[arg(long)]
    no_shrink: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let passed = match arguments.seed {
        Some(seed) if arguments.operator => run_one_operator(seed),
        Some(seed) => run_one(seed, arguments.no_shrink),
        None => run_many(&arguments),
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run_one(seed: u64, no_shrink: bool) -> bool {
    let mut plan = Plan::generate(seed);
    let mut outcome = run(&plan, None);
    if !outcome.passed() && !no_shrink {
        plan = shrink(&plan, None);
        outcome = run(&plan, None);
    }
    print_history(&plan, &outcome.history, &outcome.counts);
    println!(
        "seed {seed}: {:?} simulated, {} requests, history {:016x}",
        outcome.simulated,
        outcome.requests,
        outcome.hash()
    );
    print_violations(&outcome.violations);
    outcome.passed()
}

fn run_one_operator(seed: u64) -> bool {
    let plan = Plan::generate(seed);
    let outcome = run_operator(&plan, None);
    print_history(&plan, &outcome.history, &outcome.counts);
    print_violations(&outcome.violations);
    outcome.violations.is_empty()
}

fn print_history(plan: &Plan, history: &[String], counts: &Counts) {
    print!("{plan}");
    for line in history {
        println!("{line}");
    }
    println!("{counts}");
}

fn print_violations(violations: &[impl Display]) {
    for violation in violations {
        println!("VIOLATION {violation}");
    }
}

/// What the totals contain of one seed.
struct Outcome {
    counts: Counts,
    requests: usize,
    simulated: std::time::Duration,
    violation: Option<String>,
}

impl Outcome {
    fn of(plan: &Plan, arguments: &Arguments) -> Self {
        if arguments.operator {
            let outcome = run_operator(plan, None);
            let violation = outcome.violations.first().map(ToString::to_string);
            return Self {
                counts: outcome.counts,
                requests: 0,
                simulated: std::time::Duration::ZERO,
                violation,
            };
        }
        let outcome = run(plan, None);
        let violation = outcome.violations.first().map(ToString::to_string);
        Self { counts: outcome.counts, requests: outcome.requests, simulated: outcome.simulated, violation }
    }
}

fn run_many(arguments: &Arguments) -> bool {
    let began = Instant::now();
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} seeds, {per_sec}, {eta} left {msg}");
    let bar =
        ProgressBar::new(arguments.seeds).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let next = AtomicU64::new(arguments.from);
    let end = arguments.from.saturating_add(arguments.seeds);
    let totals = Mutex::new(Totals::default());
    let threads =
        arguments.threads.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    let enough = totals.lock().is_ok_and(|totals| totals.failed.len() >= arguments.failures);
                    if seed >= end || enough {
                        return;
                    }
                    let outcome = Outcome::of(&Plan::generate(seed), arguments);
                    let Ok(mut totals) = totals.lock() else { return };
                    totals.counts.merge(&outcome.counts);
                    totals.seeds += 1;
                    totals.requests += outcome.requests;
                    totals.simulated += outcome.simulated;
                    if let Some(first) = outcome.violation {
                        bar.println(format!("seed {seed}: {first}"));
                        totals.failed.push(seed);
                    }
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    let Ok(mut totals) = totals.into_inner() else { return false };
    print!("{}", totals.counts);
    println!(
        "{} seeds in {:.1?}: {} requests, {:.1} days simulated, {} failed",
        totals.seeds,
        began.elapsed(),
        totals.requests,
        totals.simulated.as_secs_f64() / 86_400.0,
        totals.failed.len()
    );
    totals.failed.sort_unstable();
    for seed in &totals.failed {
        if arguments.operator {
            println!("reproduce with: cargo run -p reflector-simulation -- --operator --seed {seed}");
        } else {
            explain(*seed, arguments.no_shrink);
        }
    }
    totals.failed.is_empty()
}

#[derive(Default)]
struct Totals {
    counts: Counts,
    seeds: u64,
    requests: usize,
    simulated: std::time::Duration,
    failed: Vec<u64>,
}

/// Prints a minimal failing plan and the command that reproduces it.
fn explain(seed: u64, no_shrink: bool) {
    let mut plan = Plan::generate(seed);
    if !no_shrink {
        plan = shrink(&plan, None);
    }
    println!("\n{plan}");
    print_violations(&run(&plan, None).violations);
    println!("reproduce with: cargo run -p reflector-simulation -- --seed {seed}");
}
