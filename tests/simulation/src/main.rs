//! Runs seeds: one, with all that happened, or many at once.

use std::{
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use reflector_simulation::{Counts, Plan, run, shrink::shrink};

/// Simulates informers against a server and a network that fail.
#[derive(Debug, Parser)]
struct Arguments {
    /// Runs this seed alone, and prints what happened.
    #[arg(long)]
    seed: Option<u64>,
    /// How many seeds to run.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// In how many threads; each runs whole seeds.
    #[arg(long)]
    threads: Option<usize>,
    /// After how many failing seeds to stop.
    #[arg(long, default_value_t = 1)]
    failures: usize,
    /// Prints failing plans as they are, and not the least that fails.
    #[arg(long)]
    whole: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let good = match arguments.seed {
        Some(seed) => one(seed, arguments.whole),
        None => many(&arguments),
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(seed: u64, whole: bool) -> bool {
    let mut plan = Plan::generate(seed);
    let mut outcome = run(&plan, None);
    if !outcome.is_good() && !whole {
        plan = shrink(&plan, None);
        outcome = run(&plan, None);
    }
    print!("{plan}");
    for line in &outcome.history {
        println!("{line}");
    }
    println!("{}", outcome.counts);
    println!(
        "seed {seed}: {:?} simulated, {} requests, history {:016x}",
        outcome.simulated,
        outcome.requests,
        outcome.hash()
    );
    for violation in &outcome.violations {
        println!("BROKEN {violation}");
    }
    outcome.is_good()
}

fn many(arguments: &Arguments) -> bool {
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
                    let outcome = run(&Plan::generate(seed), None);
                    let Ok(mut totals) = totals.lock() else { return };
                    totals.counts.merge(&outcome.counts);
                    totals.seeds += 1;
                    totals.requests += outcome.requests;
                    totals.simulated += outcome.simulated;
                    if let Some(first) = outcome.violations.first() {
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
        explain(*seed, arguments.whole);
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

/// The least history that fails, and how to run it again.
fn explain(seed: u64, whole: bool) {
    let mut plan = Plan::generate(seed);
    if !whole {
        plan = shrink(&plan, None);
    }
    println!("\n{plan}");
    for violation in &run(&plan, None).violations {
        println!("BROKEN {violation}");
    }
    println!("run it again: cargo run -p reflector-simulation -- --seed {seed}");
}
