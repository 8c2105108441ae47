//! How long a reader waits for the store while it is written, relisted and read by others: `reflector-peers readers`.
//! Must not depend on the network.
//!
//! One thread reads objects by key as fast as it can and records the time of each read. Meanwhile other threads put
//! one kind of load on the same store. The first row is the machine's own noise: no load at all. On a busy machine, a
//! reader also waits for a processor, and for a writer that has lost its processor. The last column contains none of
//! that: it is the time for which the writer held the lock, in CPU time.

use std::{
    fmt,
    hint::black_box,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use k8s_openapi::api::core::v1::ConfigMap;
use reflector_runtime::{Index, KeyRef, ResourceType, Store, Writer};

use crate::usage::thread_cpu;

/// The number of objects that an informer writes under one lock.
const BATCH: u32 = 256;

/// The number of values of each index.
const VALUES: u32 = 100;

const BY_APP: Index<ConfigMap> = Index::new("by_app", |object, values| {
    if let Some(app) = object.metadata.labels.as_ref().and_then(|labels| labels.get("app")) {
        values.push_str(app);
    }
});

const BY_GENERATION: Index<ConfigMap, i64> = Index::new("by_generation", |object, values| {
    values.push(&(object.metadata.generation.unwrap_or_default() % i64::from(VALUES)));
});

/// The amount of work.
#[derive(Args, Clone, Copy, Debug)]
pub struct Options {
    /// The number of objects in the store.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    objects: u32,
    /// How long each load lasts, in seconds.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

/// What happens to the store while it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Load {
    None,
    Writes,
    Relists,
    Scans,
    Snapshots,
    Indexes,
}

impl Load {
    const ALL: [Self; 6] =
        [Self::None, Self::Writes, Self::Relists, Self::Scans, Self::Snapshots, Self::Indexes];

    fn title(self) -> &'static str {
        match self {
            Self::None => "no load",
            Self::Writes => "updates in batches of 256",
            Self::Relists => "relists: every object replaced",
            Self::Scans => "updates, and scans of all objects",
            Self::Snapshots => "updates, a snapshot every millisecond",
            Self::Indexes => "updates, indexes added and removed",
        }
    }
}

/// The measured times.
#[derive(Debug)]
pub struct Report {
    options: Options,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    load: Load,
    reads: usize,
    writes: u64,
    median: Duration,
    high: Duration,
    longest: Duration,
    locked: Duration,
}

/// What the writer did.
#[derive(Debug, Default)]
struct Writes {
    objects: AtomicU64,
    /// For how long it held the lock, in each batch: CPU time.
    locked: Mutex<Vec<Duration>>,
}

/// Puts each load on a store of its own, in turn.
///
/// # Errors
/// If a thread panics.
pub fn measure(options: Options) -> Result<Report> {
    let style = ProgressStyle::with_template("[{bar:40}] {pos}/{len} {msg}")?;
    let bar = ProgressBar::new(Load::ALL.len() as u64).with_style(style);
    let mut rows = Vec::new();
    for load in Load::ALL {
        bar.set_message(load.title());
        rows.push(run(options, load)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Report { options, rows })
}

fn run(options: Options, load: Load) -> Result<Row> {
    let writer = filled(options.objects);
    let store = writer.store();
    let stop = AtomicBool::new(false);
    let written = Writes::default();
    let mut times = thread::scope(|scope| -> Result<Vec<Duration>> {
        match load {
            Load::None => {}
            Load::Relists => {
                scope.spawn(|| write(writer, options.objects, Order::Each, &stop, &written));
            }
            _ => {
                scope.spawn(|| write(writer, options.objects, Order::Random, &stop, &written));
            }
        }
        match load {
            Load::Scans => {
                scope.spawn(|| until(&stop, || drop(black_box(store.list()))));
            }
            Load::Snapshots => {
                scope.spawn(|| {
                    until(&stop, || {
                        let snapshot = store.snapshot();
                        thread::sleep(Duration::from_millis(1));
                        black_box(snapshot.len());
                    });
                });
            }
            Load::Indexes => {
                scope.spawn(|| {
                    until(&stop, || {
                        // The name is free: it is removed at the end of each turn.
                        let _ = black_box(store.add_index(&BY_GENERATION));
                        store.remove_index(BY_GENERATION.name());
                    });
                });
            }
            Load::None | Load::Writes | Load::Relists => {}
        }
        let reading = scope.spawn(|| read(&store, options));
        let times = reading.join();
        stop.store(true, Ordering::Relaxed);
        times.ok().context("the reader panicked")
    })?;
    Ok(Row {
        load,
        reads: times.len(),
        writes: written.objects.into_inner(),
        median: share(&mut times, 0.5),
        high: share(&mut times, 0.9999),
        longest: share(&mut times, 1.0),
        locked: share(&mut written.locked.into_inner().unwrap_or_default(), 0.99),
    })
}

/// The time that this share of the times does not exceed.
fn share(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let position = (times.len() as f64 * share) as usize;
    times.get(position.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn until(stop: &AtomicBool, mut work: impl FnMut()) {
    while !stop.load(Ordering::Relaxed) {
        work();
    }
}

/// Reads until the time is over. Returns the time of each read.
fn read(store: &Store<ConfigMap>, options: Options) -> Vec<Duration> {
    let mut random = Random(1);
    let mut times = Vec::with_capacity(1 << 24);
    let end = Instant::now() + Duration::from_secs(options.seconds);
    let mut begin = Instant::now();
    while begin < end {
        let name = name(random.next(options.objects));
        begin = Instant::now();
        black_box(store.get(KeyRef { namespace: Some("default"), name: &name }));
        times.push(begin.elapsed());
    }
    times
}

#[derive(Clone, Copy, Debug)]
enum Order {
    /// One object after the other, as a relist.
    Each,
    /// Any object, as watch events.
    Random,
}

fn write(mut writer: Writer<ConfigMap>, objects: u32, order: Order, stop: &AtomicBool, written: &Writes) {
    let mut random = Random(2);
    let mut number = 0;
    let mut generation = 1;
    until(stop, || {
        // As in an informer, objects are decoded before the lock is taken.
        let batch: Vec<_> = (0..BATCH)
            .map(|_| {
                number = match order {
                    Order::Each => (number + 1) % objects,
                    Order::Random => random.next(objects),
                };
                generation += 1;
                object(number, generation)
            })
            .collect();
        let mut replaced = Vec::with_capacity(batch.len());
        let mut locked = writer.write();
        let begin = thread_cpu();
        for object in &batch {
            replaced.push(locked.insert(object));
        }
        drop(locked);
        if let Ok(mut times) = written.locked.lock() {
            times.push(thread_cpu().saturating_sub(begin));
        }
        written.objects.fetch_add(u64::from(BATCH), Ordering::Relaxed);
    });
}

fn filled(objects: u32) -> Writer<ConfigMap> {
    let resource_type = ResourceType::from_resource().with_index(BY_APP);
    let mut writer = Writer::new(Arc::new(resource_type));
    let mut batch = writer.write();
    for number in 0..objects {
        // Every object has a name.
        let _ = batch.insert(&object(number, 0));
    }
    drop(batch);
    writer
}

fn name(number: u32) -> String {
    format!("object-{number:08}")
}

fn object(number: u32, generation: i64) -> Arc<ConfigMap> {
    let mut object = ConfigMap::default();
    object.metadata.namespace = Some("default".to_owned());
    object.metadata.name = Some(name(number));
    object.metadata.generation = Some(generation);
    let app = (i64::from(number) + generation) % i64::from(VALUES);
    object.metadata.labels = Some([("app".to_owned(), format!("app-{app}"))].into());
    Arc::new(object)
}

/// A generator of numbers that are random enough to be anywhere in the store (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(limit)).unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options { objects, seconds } = self.options;
        writeln!(
            f,
            "one reader of a store of {objects} objects, {seconds} s per load; time of one read by key\n"
        )?;
        writeln!(
            f,
            "{:<40}{:>10}{:>10}{:>10}{:>13}{:>13}{:>13}",
            "load", "reads", "writes", "median", "99.99 %", "longest", "lock, 99 %"
        )?;
        for row in &self.rows {
            let [median, high, longest, locked] =
                [row.median, row.high, row.longest, row.locked].map(microseconds);
            writeln!(
                f,
                "{:<40}{:>10}{:>10}{median:>10}{high:>13}{longest:>13}{locked:>13}",
                row.load.title(),
                row.reads,
                row.writes
            )?;
        }
        Ok(())
    }
}

fn microseconds(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_load_is_measured() {
        for load in Load::ALL {
            let row = run(Options { objects: 1000, seconds: 0 }, load).unwrap();
            assert_eq!(row.load, load);
        }
        let writer = filled(1000);
        assert_eq!((writer.store().len(), writer.store().count_by_index(BY_APP, "app-7")), (1000, 10));
    }
}
