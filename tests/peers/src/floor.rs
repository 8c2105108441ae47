//! What the objects cost a program that does nothing else: a list of them is received and dropped; its items are found
//! and dropped; their texts, in one piece and without managedFields, are decoded one by one. The sum is the limit of what
//! any cache of these objects can reach. It is compared with the first sync of an informer.

use std::{
    env, fmt, io,
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use clap::{Args, ValueEnum};
use http::Request;
use http_body_util::BodyExt as _;
use kube::{Client, Config, client::Body};
use reflector_runtime::{Informer, InitialListStrategy};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use tokio::runtime::{Builder, Runtime};

use crate::{
    canned::ServerProcess,
    compare::progress,
    object::Gadget,
    plan::{Plan, State},
    table::median,
    text::Texts,
    usage::{cpu, memory},
};

/// The subcommand that prints the table.
pub const FLOOR: &str = "floor";

/// What is done with each object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// A list of them is received from the server through kube's client, and dropped.
    Receive,
    /// A list of them, in memory and with their managedFields, is parsed, and nothing is kept.
    Frame,
    /// Decoded and dropped at once.
    Drop,
    /// Decoded and kept.
    Keep,
    /// Decoded, and a clone of it is kept: its vectors have no unused capacity.
    KeepClone,
    /// Decoded and kept, then each object is replaced once.
    Replace,
    /// The first sync of an informer of reflector-runtime.
    Informer,
}

/// The work of which each part is necessary for a cache.
const LIMIT: [Work; 3] = [Work::Receive, Work::Frame, Work::KeepClone];

/// The numbers of threads to measure.
const THREADS: [usize; 2] = [1, 2];

/// The amount of work, and its kind.
#[derive(Args, Clone, Copy, Debug)]
pub struct FloorPlan {
    /// The number of objects.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    objects: u32,
    /// How often each row is measured.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Measures one row, in this process.
    #[arg(long, requires = "threads", hide = true)]
    work: Option<Work>,
    /// The number of threads that share the objects.
    #[arg(long, hide = true)]
    threads: Option<usize>,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Row {
    seconds: f64,
    cpu_seconds: f64,
    mebibytes: f64,
}

/// Measures each kind of work in a process of its own, with one and with two threads.
///
/// # Errors
/// Returns an error if a process fails.
pub fn floor(plan: FloorPlan) -> Result<()> {
    if let (Some(work), Some(threads)) = (plan.work, plan.threads) {
        let row = measure(plan.objects, work, threads)?;
        println!("{}", serde_json::to_string(&row)?);
        return Ok(());
    }
    println!(
        "{} objects, received as a list, or decoded from memory; medians of {} runs",
        plan.objects, plan.runs
    );
    let rows = measure_rows(plan)?;
    println!("{:<12}{:>8}{:>10}{:>10}{:>10}", "work", "threads", "seconds", "CPU s", "MiB");
    for (work, threads, row) in &rows {
        let Row { seconds, cpu_seconds, mebibytes } = row;
        let name = work.to_string();
        println!("{name:<12}{threads:>8}{seconds:>10.2}{cpu_seconds:>10.2}{mebibytes:>10.0}");
    }
    let parts = LIMIT.map(|work| work.to_string()).join(", ");
    for threads in THREADS {
        let sum = |works: &[Work]| -> f64 {
            rows.iter()
                .filter(|row| row.1 == threads && works.contains(&row.0))
                .map(|row| row.2.cpu_seconds)
                .sum()
        };
        let (limit, informer) = (sum(&LIMIT), sum(&[Work::Informer]));
        println!(
            "CPU seconds with threads: {threads}: {parts} together {limit:.2}; informer {informer:.2}, {:.2} of that",
            informer / limit
        );
    }
    Ok(())
}

/// The medians of all rows. Each run measures each row once, so that a slow minute of the machine concerns all of them.
fn measure_rows(plan: FloorPlan) -> Result<Vec<(Work, usize, Row)>> {
    let kinds: Vec<(Work, usize)> =
        Work::value_variants().iter().flat_map(|work| THREADS.map(|threads| (*work, threads))).collect();
    let mut measured: Vec<Vec<Row>> = vec![Vec::new(); kinds.len()];
    let bar = progress(u64::from(plan.runs) * kinds.len() as u64)?;
    for _ in 0..plan.runs {
        for ((work, threads), rows) in kinds.iter().zip(&mut measured) {
            rows.push(measure_apart(plan.objects, *work, *threads)?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    let middle = |rows: &[Row], value: fn(&Row) -> f64| median(rows.iter().map(value).collect());
    let rows = measured.iter().map(|rows| Row {
        seconds: middle(rows, |row| row.seconds),
        cpu_seconds: middle(rows, |row| row.cpu_seconds),
        mebibytes: middle(rows, |row| row.mebibytes),
    });
    Ok(kinds.into_iter().zip(rows).map(|((work, threads), row)| (work, threads, row)).collect())
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

fn measure_apart(objects: u32, work: Work, threads: usize) -> Result<Row> {
    let output = Command::new(env::current_exe()?)
        .args([FLOOR, "--work", &work.to_string()])
        .args(["--objects", &objects.to_string(), "--threads", &threads.to_string()])
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("the row of a process")
}

fn measure(objects: u32, work: Work, threads: usize) -> Result<Row> {
    match work {
        Work::Receive => return runtime(threads)?.block_on(receive(objects)),
        Work::Informer => return runtime(threads)?.block_on(sync(objects)),
        Work::Frame => return frame(objects, threads),
        Work::Drop | Work::Keep | Work::KeepClone | Work::Replace => {}
    }
    let texts = texts(objects)?;
    let (resident, used, start) = (memory()?.resident, cpu()?, Instant::now());
    let kept: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = texts
            .chunks(texts.len().div_ceil(threads))
            .map(|texts| scope.spawn(move || decode_all(texts, work)))
            .collect();
        running.into_iter().map(|thread| thread.join().ok()).collect()
    });
    ensure!(kept.iter().all(|kept| matches!(kept, Some(Ok(_)))), "an object was not decoded");
    row(resident, used, start)
}

fn runtime(threads: usize) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}

/// The difference to what was measured before.
fn row(resident: u64, used: Duration, start: Instant) -> Result<Row> {
    let seconds = start.elapsed().as_secs_f64();
    let bytes = memory()?.resident.saturating_sub(resident);
    Ok(Row {
        seconds,
        cpu_seconds: cpu()?.saturating_sub(used).as_secs_f64(),
        mebibytes: f64::from(u32::try_from(bytes >> 10)?) / 1024.0,
    })
}

/// Starts a server of the objects.
async fn serve(objects: u32) -> Result<(ServerProcess, Client)> {
    let server = ServerProcess::start(Plan::gadgets(objects, 1)).await?;
    let client = Client::try_from(Config::new(format!("http://{}", server.address()).parse()?))?;
    Ok((server, client))
}

/// Receives a list of the objects, and drops it.
async fn receive(objects: u32) -> Result<Row> {
    let (_server, client) = serve(objects).await?;
    let (resident, used, start) = (memory()?.resident, cpu()?, Instant::now());
    let request = Request::get("/apis/peers.example.com/v1/gadgets").body(Body::empty())?;
    // In a task of its own, as a reflector is.
    let received = tokio::spawn(async move {
        let mut body = client.send(request).await?.into_body();
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            bytes += frame?.data_ref().map_or(0, Bytes::len);
        }
        anyhow::Ok(bytes)
    });
    let bytes = received.await??;
    ensure!(bytes > objects as usize * 1_000, "the list has only {bytes} bytes");
    row(resident, used, start)
}

/// Caches the objects.
async fn sync(objects: u32) -> Result<Row> {
    let (_server, client) = serve(objects).await?;
    let (resident, used, start) = (memory()?.resident, cpu()?, Instant::now());
    let informer =
        Informer::<Gadget>::builder(client).initial_list_strategy(InitialListStrategy::List).start();
    informer.wait_for_sync().await?;
    let row = row(resident, used, start)?;
    ensure!(informer.lister().len() == objects as usize, "{} objects are cached", informer.lister().len());
    Ok(row)
}

/// Parses a list of the objects on each thread, whose items are a share of all.
fn frame(objects: u32, threads: usize) -> Result<Row> {
    let texts = Texts::new(Plan::gadgets(objects, 1));
    let numbers: Vec<usize> = (0..objects as usize).collect();
    let lists: Vec<String> = numbers
        .chunks(numbers.len().div_ceil(threads))
        .map(|share| {
            let items: Result<Vec<&str>, _> =
                share.iter().map(|at| std::str::from_utf8(texts.object(State::First, *at))).collect();
            Ok(format!("[{}]", items?.join(",")))
        })
        .collect::<Result<_>>()?;
    let (resident, used, start) = (memory()?.resident, cpu()?, Instant::now());
    let parsed: serde_json::Result<Vec<Vec<IgnoredAny>>> = thread::scope(|scope| {
        let running: Vec<_> =
            lists.iter().map(|list| scope.spawn(move || serde_json::from_str(list))).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let count: usize = parsed?.iter().map(Vec::len).sum();
    ensure!(count == objects as usize, "{count} items were found");
    row(resident, used, start)
}

/// The texts of all objects without their managedFields.
fn texts(objects: u32) -> Result<Vec<String>> {
    let texts = Texts::new(Plan::gadgets(objects, 1));
    (0..objects as usize)
        .map(|at| {
            let mut object: serde_json::Value = serde_json::from_slice(texts.object(State::First, at))?;
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.remove("managedFields");
            }
            Ok(object.to_string())
        })
        .collect()
}

fn decode_all(texts: &[String], work: Work) -> serde_json::Result<Vec<Arc<Gadget>>> {
    let mut kept = Vec::with_capacity(texts.len());
    for text in texts {
        let object: Gadget = serde_json::from_str(text)?;
        match work {
            // For the others, nothing is decoded here.
            Work::Drop | Work::Receive | Work::Frame | Work::Informer => drop(std::hint::black_box(object)),
            Work::Keep | Work::Replace => kept.push(Arc::new(object)),
            Work::KeepClone => kept.push(Arc::new(object.clone())),
        }
    }
    if work == Work::Replace {
        for (text, kept) in texts.iter().zip(&mut kept) {
            *kept = Arc::new(serde_json::from_str(text)?);
        }
    }
    Ok(kept)
}
