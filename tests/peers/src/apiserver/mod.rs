//! The first sync from a real kube-apiserver: seconds, CPU seconds and memory of each peer, and the CPU seconds of the
//! server. Must not know the canned server.

mod pods;

use std::{collections::BTreeMap, fmt};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use reflector_controlplane::ControlPlane;
use serde::Serialize;

use crate::{
    agent::{AgentOptions, AgentProcess, Perform as _, RuntimeOptions, ServerAddress, Span, Task},
    compare::progress,
    kind::Kind,
    peer::{Observe, Peer},
    table::median,
    usage::cpu_of,
};

/// The name of the subcommand.
pub const APISERVER: &str = "apiserver";

/// The amount of work.
#[derive(Args, Clone, Debug)]
pub struct ApiserverPlan {
    /// The number of Pods.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    objects: u32,
    /// How many times each peer is measured.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The peers to measure, in turn.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Peer::ALL)]
    peers: Vec<Peer>,
    /// The threads of the peers.
    #[command(flatten)]
    runtime: RuntimeOptions,
}

/// What one sync used.
#[derive(Clone, Copy, Debug, Serialize)]
struct Sample {
    span: Span,
    server_cpu_seconds: f64,
}

/// The samples of each peer.
#[derive(Debug, Serialize)]
pub struct Syncs {
    objects: u32,
    /// The average length of a Pod in JSON.
    bytes_per_pod: usize,
    samples: BTreeMap<Peer, Vec<Sample>>,
}

/// Starts a control plane, creates the Pods, and measures each peer.
///
/// # Errors
/// If the control plane cannot be started, a process fails, or the peers reach another state than the server's.
pub async fn measure_syncs(options: &ApiserverPlan) -> Result<Syncs> {
    let control_plane = ControlPlane::start().await?;
    let kubeconfig = control_plane.folder().join("kubeconfig");
    control_plane.write_kubeconfig(&kubeconfig)?;
    let client = control_plane.client().await?;
    let bar = progress(u64::from(options.objects))?;
    bar.set_message("creating Pods");
    pods::create(&client, options.objects, || bar.inc(1)).await?;
    let wanted = pods::digest(&client).await?;
    let bytes_per_pod = pods::average_length(&client).await?;
    bar.finish_and_clear();

    let bar = progress(u64::from(options.runs) * options.peers.len() as u64)?;
    let kubeconfig = kubeconfig.to_str().context("the path of the kubeconfig is not UTF-8")?;
    let agent_options = AgentOptions {
        kind: Kind::Pod,
        server: ServerAddress::real(kubeconfig),
        observe: Observe::Count,
        handlers: 1,
        informers: 1,
        runtime: options.runtime,
    };
    let apiserver = *control_plane.pids().get(1).context("kube-apiserver is not running")?;
    let mut samples = BTreeMap::<_, Vec<_>>::new();
    for run in 1..=options.runs {
        for &peer in &options.peers {
            bar.set_message(format!("{}, run {run}", peer.title()));
            let mut agent = AgentProcess::start(peer, &agent_options).await?;
            let before = cpu_of(apiserver)?;
            let answer = agent.perform(Task::Sync {}).await.with_context(|| peer.title())?;
            let server_cpu_seconds = cpu_of(apiserver)?.saturating_sub(before).as_secs_f64();
            let state = answer.state;
            ensure!(state == wanted, "{}: the state is {state:?}, not {wanted:?}", peer.title());
            samples.entry(peer).or_default().push(Sample { span: answer.span, server_cpu_seconds });
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    control_plane.stop().await?;
    Ok(Syncs { objects: options.objects, bytes_per_pod, samples })
}

impl Syncs {
    /// The median of a quantity, if the peer was measured.
    fn median(&self, peer: Peer, value: Quantity) -> Option<f64> {
        Some(median(self.samples.get(&peer)?.iter().map(value).collect()))
    }
}

/// A quantity of a sample.
type Quantity = fn(&Sample) -> f64;

const COLUMNS: [(&str, Quantity); 5] = [
    ("sync, s", |sample| sample.span.seconds),
    ("CPU, s", |sample| sample.span.cpu_seconds),
    ("peak, MiB", |sample| sample.span.peak_mib),
    ("after, MiB", |sample| sample.span.after_mib),
    ("server CPU, s", |sample| sample.server_cpu_seconds),
];

impl fmt::Display for Syncs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.samples.values().map(Vec::len).max().unwrap_or_default();
        let Self { objects, bytes_per_pod, .. } = self;
        writeln!(
            f,
            "kube-apiserver, {objects} Pods of {bytes_per_pod} bytes in JSON; medians of {runs} runs\n"
        )?;
        for (title, ours) in [("", None), ("ours, LIST ÷", Some(Peer::Ours))] {
            write!(f, "{title:<20}")?;
            for (heading, _) in COLUMNS {
                write!(f, "{heading:>16}")?;
            }
            writeln!(f)?;
            for peer in self.samples.keys().filter(|peer| Some(**peer) != ours) {
                write!(f, "{:<20}", peer.title())?;
                for (_, value) in COLUMNS {
                    let measured = self.median(*peer, value).unwrap_or(f64::NAN);
                    let shown = match ours {
                        None => measured,
                        Some(ours) => self.median(ours, value).unwrap_or(f64::NAN) / measured,
                    };
                    write!(f, "{shown:>16.2}")?;
                }
                writeln!(f)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
