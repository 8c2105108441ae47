//! The command line of the comparison. Without a subcommand it runs the comparison; the hidden subcommands are the
//! processes that the comparison starts. Must not know what is measured.

use std::{fmt::Display, fs::File, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};
use reflector_peers::{
    agent::{self, AGENT, AgentOptions, RuntimeOptions},
    apiserver::{APISERVER, ApiserverPlan, measure_syncs},
    canned::{self, SERVE},
    compare::compare,
    compile::{COMPILE, CompilePlan, measure_compile},
    decode::{DECODE, DecodePlan, compare_formats},
    floor::{FLOOR, FloorPlan, floor},
    instructions::{self, INSTRUCTIONS},
    latency::{LATENCY, LatencyPlan, measure_latencies},
    peer::{Peer, Program},
    plan::Plan,
    plot::{Plots, Plotted},
    queue::{QUEUE, QueuePlan, compare_queues},
    readers,
    sizes::{SIZES, SizesPlan, measure_sizes},
    table::Table,
};
use serde::Serialize;
use tokio::runtime::Builder;

/// Compares reflector-runtime's informer with kube-rs's and client-go's: seconds, CPU seconds and memory.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    process: Option<Process>,
    #[command(flatten)]
    plan: Plan,
    #[command(flatten)]
    runtime: RuntimeOptions,
    /// How many times each peer is measured.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The peers to measure, in turn.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Peer::CANNED)]
    peers: Vec<Peer>,
    #[command(flatten)]
    files: Files,
}

/// Where results are written to, in addition to standard output.
#[derive(Args)]
struct Files {
    /// The file to write all samples to.
    #[arg(long)]
    json: Option<PathBuf>,
    /// The folder to write plots to.
    #[arg(long)]
    svg: Option<PathBuf>,
}

impl Files {
    fn write(&self, result: &(impl Display + Plotted + Serialize)) -> Result<()> {
        if let Some(path) = &self.json {
            let name = || path.display().to_string();
            let file = File::create(path).with_context(name)?;
            serde_json::to_writer_pretty(file, result).with_context(name)?;
        }
        if let Some(folder) = &self.svg {
            Plots::in_folder(folder)?.write(result)?;
        }
        print!("{result}");
        Ok(())
    }
}

#[derive(Subcommand)]
enum Process {
    /// Measures work queues and reconcile loops: client-go's, kube-rs's, and those of reflector-runtime.
    #[command(name = QUEUE)]
    Queue {
        #[command(flatten)]
        plan: QueuePlan,
    },
    /// Measures what decoding the objects costs a program that does nothing else.
    #[command(name = FLOOR)]
    Floor {
        #[command(flatten)]
        plan: FloorPlan,
    },
    /// Compares the time to decode Pods in JSON and in protobuf.
    #[command(name = DECODE)]
    Decode {
        #[command(flatten)]
        plan: DecodePlan,
    },
    /// Counts instructions per object and per event, with Valgrind.
    #[command(name = INSTRUCTIONS)]
    Instructions {
        #[command(flatten)]
        options: instructions::Options,
    },
    /// Measures how long a reader of the store waits while it is written, relisted and read by others.
    Readers {
        #[command(flatten)]
        options: readers::Options,
    },
    /// Measures the time from the server's socket to the handler, at 10, 50 and 90 % of each peer's maximum rate.
    #[command(name = LATENCY)]
    Latency {
        #[command(flatten)]
        options: LatencyPlan,
        #[command(flatten)]
        files: Files,
    },
    /// Measures the first sync of each peer from a real kube-apiserver.
    #[command(name = APISERVER)]
    Apiserver {
        #[command(flatten)]
        options: ApiserverPlan,
        #[command(flatten)]
        files: Files,
    },
    /// Measures time and memory per object, with few and many objects and handlers.
    #[command(name = SIZES)]
    Sizes {
        #[command(flatten)]
        options: SizesPlan,
        #[command(flatten)]
        files: Files,
    },
    /// Measures `cargo check` for 1, 100 and 500 types, with and without the derive.
    #[command(name = COMPILE)]
    Compile {
        #[command(flatten)]
        plan: CompilePlan,
    },
    /// Prints the server's address, then serves until standard input closes.
    #[command(name = SERVE, hide = true)]
    Serve {
        #[command(flatten)]
        plan: Plan,
    },
    /// Performs the tasks on standard input with one peer.
    #[command(name = AGENT, hide = true)]
    Agent {
        #[command(flatten)]
        options: AgentOptions,
        #[arg(long, value_enum)]
        peer: Peer,
    },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if cfg!(debug_assertions)
        && !matches!(arguments.process, Some(Process::Serve { .. } | Process::Agent { .. }))
    {
        eprintln!("This is a debug build: the figures of the peers in Rust mean nothing. Use `--release`.");
    }
    match arguments.process {
        None => arguments.files.write(&block_on(compare_all(&arguments))?),
        Some(Process::Queue { plan }) => compare_queues(plan),
        Some(Process::Floor { plan }) => floor(plan),
        Some(Process::Decode { plan }) => block_on(compare_formats(plan)),
        Some(Process::Instructions { options }) => instructions::count(options),
        Some(Process::Readers { options }) => {
            print!("{}", readers::measure(options)?);
            Ok(())
        }
        Some(Process::Latency { options, files }) => files.write(&block_on(measure_latencies(&options))?),
        Some(Process::Apiserver { options, files }) => files.write(&block_on(measure_syncs(&options))?),
        Some(Process::Sizes { options, files }) => files.write(&block_on(measure_sizes(&options))?),
        Some(Process::Compile { plan }) => {
            print!("{}", measure_compile(&plan)?);
            Ok(())
        }
        Some(Process::Serve { plan }) => canned::serve(plan),
        Some(Process::Agent { options, peer }) => run_agent(peer, options),
    }
}

/// Runs a comparison, which only waits for other processes.
fn block_on<T>(comparison: impl Future<Output = Result<T>>) -> Result<T> {
    Builder::new_current_thread().enable_all().build()?.block_on(comparison)
}

async fn compare_all(arguments: &Arguments) -> Result<Table> {
    let samples = compare(arguments.plan, arguments.runs, &arguments.peers, arguments.runtime).await?;
    Ok(Table::new(arguments.plan, arguments.runtime, samples))
}

fn run_agent(peer: Peer, options: AgentOptions) -> Result<()> {
    let Program::Rust(rust) = peer.program() else {
        bail!("{} is not in this program", peer.title());
    };
    options.runtime.build()?.block_on(agent::serve(rust, options))
}
