//! What the objects cost a program that does nothing else. Their texts are in memory, in one piece, without
//! managedFields, and are decoded one by one; or a list of them is received and dropped. The sum is the limit of what
//! any cache of these objects can reach.

use std::{
    env, fmt,
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
use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;

use crate::{
    canned::ServerProcess,
    object::Gadget,
    plan::{Plan, State},
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
    /// Decoded and dropped at once.
    Drop,
    /// Decoded and kept.
    Keep,
    /// Decoded, and a clone of it is kept: its vectors have no unused capacity.
    KeepClone,
    /// Decoded and kept, then each object is replaced once.
    Replace,
}

/// The amount of work, and its kind.
#[derive(Args, Clone, Copy, Debug)]
pub struct FloorPlan {
    /// The number of objects.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    objects: u32,
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
    println!("{} objects, received as a list, or decoded from memory", plan.objects);
    println!("{:<12}{:>8}{:>10}{:>10}{:>10}", "work", "threads", "seconds", "CPU s", "MiB");
    for work in [Work::Receive, Work::Drop, Work::Keep, Work::KeepClone, Work::Replace] {
        for threads in [1, 2] {
            let Row { seconds, cpu_seconds, mebibytes } = measure_apart(plan.objects, work, threads)?;
            let name = work.to_string();
            println!("{name:<12}{threads:>8}{seconds:>10.2}{cpu_seconds:>10.2}{mebibytes:>10.0}");
        }
    }
    Ok(())
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
    if work == Work::Receive {
        return Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()?
            .block_on(receive(objects));
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

/// Receives a list of the objects, and drops it.
async fn receive(objects: u32) -> Result<Row> {
    let plan = Plan::gadgets(objects, 1);
    let server = ServerProcess::start(plan).await?;
    let client = Client::try_from(Config::new(format!("http://{}", server.address()).parse()?))?;
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
            // Nothing is decoded for `Receive`.
            Work::Drop | Work::Receive => drop(std::hint::black_box(object)),
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
