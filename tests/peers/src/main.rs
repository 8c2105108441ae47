//! The command line of the comparison. Without a subcommand it runs the comparison. `readers` measures the
//! store; the other subcommands are the processes that the comparison starts. Must not know what is measured.

use std::{
    fs::File,
    io::{self, Write as _},
    path::PathBuf,
    process, thread,
};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use reflector_peers::{
    canned::CannedServer,
    compare::{MEASURE, Report, SERVE, compare},
    floor::{FLOOR, FloorPlan, floor},
    instructions::{self, INSTRUCTIONS},
    measure::measure,
    peer::Peer,
    plan::Plan,
    queue::{QUEUE, QueuePlan, compare_queues},
    readers,
    table::Table,
};
use tokio::runtime::Builder;

/// Compares reflector-runtime's informer with kube-rs's reflector: seconds, CPU seconds and memory.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    process: Option<Process>,
    #[command(flatten)]
    plan: Plan,
    /// How many times each peer is measured.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The peers to measure, in turn.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Peer::ALL)]
    peers: Vec<Peer>,
    /// The file to write all samples and medians to.
    #[arg(long)]
    json: Option<PathBuf>,
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
    /// Prints the server's address, then serves until standard input closes.
    #[command(name = SERVE, hide = true)]
    Serve {
        #[command(flatten)]
        plan: Plan,
    },
    /// Measures one peer and prints the outcome.
    #[command(name = MEASURE, hide = true)]
    Measure {
        #[command(flatten)]
        plan: Plan,
        #[arg(long)]
        peer: Peer,
        #[arg(long)]
        address: String,
    },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.process {
        None => Builder::new_current_thread().enable_all().build()?.block_on(compare_all(&arguments)),
        Some(Process::Queue { plan }) => compare_queues(plan),
        Some(Process::Floor { plan }) => floor(plan),
        Some(Process::Instructions { options }) => instructions::count(options),
        Some(Process::Readers { options }) => {
            print!("{}", readers::measure(options)?);
            Ok(())
        }
        // One thread, so that the server uses little CPU compared with the peer.
        Some(Process::Serve { plan }) => {
            end_with_parent();
            Builder::new_current_thread().enable_all().build()?.block_on(serve(plan))
        }
        // The same runtime as `#[tokio::main]`.
        Some(Process::Measure { plan, peer, address }) => {
            end_with_parent();
            Builder::new_multi_thread().enable_all().build()?.block_on(async {
                let outcome = measure(peer, &address, plan, |step| {
                    // The write fails if the parent process has exited; the report is not needed then.
                    let _ = report(&Report::Step(step));
                });
                report(&Report::Outcome(outcome.await?))
            })
        }
    }
}

async fn compare_all(arguments: &Arguments) -> Result<()> {
    let samples = compare(arguments.plan, arguments.runs, &arguments.peers).await?;
    let table = Table::new(arguments.plan, samples);
    if let Some(path) = &arguments.json {
        let name = || path.display().to_string();
        let file = File::create(path).with_context(name)?;
        serde_json::to_writer_pretty(file, &table).with_context(name)?;
    }
    print!("{table}");
    Ok(())
}

async fn serve(plan: Plan) -> Result<()> {
    let server = CannedServer::start(plan).await?;
    line(server.address())?;
    std::future::pending().await
}

/// Exits this process when its parent exits, which closes standard input.
fn end_with_parent() {
    thread::spawn(|| {
        // End of input and a read error both mean that the parent has exited.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        process::exit(0);
    });
}

fn report(report: &Report) -> Result<()> {
    line(&serde_json::to_string(report)?)
}

fn line(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")?;
    Ok(stdout.flush()?)
}
