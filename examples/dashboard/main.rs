//! A terminal dashboard of running informers: health, objects, events per second, queues, lag, memory, relists. Keys cut,
//! slow down and compact the embedded API server, so that one sees the informers recover.
//!
//! `cargo run --example dashboard` needs no cluster: it starts an in-process API server with changing objects.
//! `-- --cluster` shows the Pods, config maps and Nodes of your current kubeconfig instead, and changes nothing.
//! Without a terminal, one frame is printed as text.

use std::{io::IsTerminal as _, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use clap::Parser;
use reflector_dashboard::{
    draw, memory,
    recording::{SAMPLE_PERIOD, record},
    svg, terminal,
    world::World,
};

/// How long the informers run before the frame is printed, if there is no terminal.
const PLAIN_RUN: Duration = Duration::from_secs(2);

/// Options of the example.
#[derive(Parser)]
#[command(about = "Shows running informers, and how they recover from failures of the API server")]
struct Options {
    /// Shows the cluster of the current kubeconfig, and changes nothing.
    #[arg(long)]
    cluster: bool,
    /// Prints one frame as text, as without a terminal.
    #[arg(long)]
    plain: bool,
    /// Writes the picture of a scripted run, and exits.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["cluster", "plain"])]
    svg: Option<PathBuf>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    match &options.svg {
        Some(path) => {
            let picture = svg::render(svg::TITLE, &record()?);
            std::fs::write(path, picture).with_context(|| format!("cannot write {}", path.display()))
        }
        None => tokio::runtime::Runtime::new()?.block_on(show(&options)),
    }
}

async fn show(options: &Options) -> Result<()> {
    let (world, workload) = if options.cluster {
        (World::cluster().await?, None)
    } else {
        let (world, workload, _server) = World::embedded()?;
        (world, Some(workload))
    };
    let changes = async {
        match workload {
            Some(workload) => workload.run().await,
            None => std::future::pending().await,
        }
    };
    let shown = async {
        if options.plain || !std::io::stdout().is_terminal() {
            print(world).await;
            Ok(())
        } else {
            terminal::run(world).await
        }
    };
    tokio::select! {
        result = shown => result,
        result = changes => result,
    }
}

/// Prints one frame.
async fn print(mut world: World) {
    let samples = PLAIN_RUN.as_millis() / SAMPLE_PERIOD.as_millis();
    for _ in 0..samples {
        tokio::time::sleep(SAMPLE_PERIOD).await;
        world.state.memory = memory::resident();
        world.sample();
    }
    println!("{}", draw::to_text(&world.state));
    println!("(one frame, because the output is not a terminal, or because of --plain)");
}
