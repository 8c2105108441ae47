//! The first sync from a real kube-apiserver: seconds, CPU seconds and memory of each peer, and the CPU seconds of the
//! server. Must not know the canned server.

mod goals;
mod objects;

use std::{collections::BTreeMap, fmt};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use reflector_controlplane::ControlPlane;
use serde::Serialize;

use self::{
    goals::{GOALS, Goals},
    objects::Objects,
};
use crate::{
    agent::{AgentOptions, AgentProcess, Perform as _, RuntimeOptions, ServerAddress, Span, Task},
    compare::progress,
    kind::Kind,
    peer::{Content, Observe, Peer},
    plot::{Bars, Plot, Plotted},
    table::median,
    usage::cpu_of,
};

/// The name of the subcommand.
pub const APISERVER: &str = "apiserver";

/// The amount of work.
#[derive(Args, Clone, Debug)]
pub struct ApiserverPlan {
    /// The kind of the objects.
    #[arg(long, value_enum, default_value_t = Kind::Pod)]
    kind: Kind,
    /// The number of objects.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    objects: u32,
    /// How many times each peer is measured.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The peers to measure, in turn. By default all that the server can serve with this kind.
    #[arg(long, value_enum, value_delimiter = ',')]
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
    kind: Kind,
    objects: u32,
    /// The average length of an object in JSON.
    bytes_per_object: usize,
    samples: BTreeMap<Peer, Vec<Sample>>,
}

/// Starts a control plane, creates the objects, and measures each peer.
///
/// # Errors
/// If the control plane cannot be started, a process fails, or the peers reach another state than the server's.
pub async fn measure_syncs(options: &ApiserverPlan) -> Result<Syncs> {
    let control_plane = ControlPlane::start().await?;
    let kubeconfig = control_plane.folder().join("kubeconfig");
    control_plane.write_kubeconfig(&kubeconfig)?;
    let objects = Objects::new(control_plane.client().await?, options.kind);
    let bar = progress(u64::from(options.objects))?;
    bar.set_message("creating objects");
    objects.create(options.objects, || bar.inc(1)).await?;
    let wanted = objects.digest().await?;
    let bytes_per_object = objects.average_length().await?;
    bar.finish_and_clear();

    let peers = match &*options.peers {
        [] => &Peer::of_apiserver(options.kind),
        chosen => chosen,
    };
    let bar = progress(u64::from(options.runs) * peers.len() as u64)?;
    let kubeconfig = kubeconfig.to_str().context("the path of the kubeconfig is not UTF-8")?;
    let agent_options = AgentOptions {
        kind: options.kind,
        server: ServerAddress::real(kubeconfig),
        observe: Observe::Count,
        handlers: 1,
        informers: 1,
        runtime: options.runtime,
    };
    let apiserver = *control_plane.pids().get(1).context("kube-apiserver is not running")?;
    let mut samples = BTreeMap::<_, Vec<_>>::new();
    for run in 1..=options.runs {
        for &peer in peers {
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
    Ok(Syncs { kind: options.kind, objects: options.objects, bytes_per_object, samples })
}

/// A quantity of a sample.
type Quantity = fn(&Sample) -> f64;

/// A quantity with its heading. Lower is better.
type Column = (&'static str, Quantity);

const SYNC: Column = ("sync, s", |sample| sample.span.seconds);
const CPU: Column = ("CPU, s", |sample| sample.span.cpu_seconds);
const PEAK: Column = ("peak, MiB", |sample| sample.span.peak_mib);

const COLUMNS: [Column; 5] = [
    SYNC,
    CPU,
    PEAK,
    ("after, MiB", |sample| sample.span.after_mib),
    ("server CPU, s", |sample| sample.server_cpu_seconds),
];

impl Syncs {
    /// The median of a quantity; not a number if the peer was not measured.
    fn median(&self, peer: Peer, value: Quantity) -> f64 {
        median(self.samples.get(&peer).into_iter().flatten().map(value).collect())
    }

    fn ratio(&self, ours: Peer, theirs: Peer, value: Quantity) -> f64 {
        self.median(ours, value) / self.median(theirs, value)
    }

    /// Writes a line for each of these peers.
    fn write_lines(
        f: &mut fmt::Formatter<'_>,
        title: &str,
        peers: impl Iterator<Item = Peer>,
        value: impl Fn(Peer, Quantity) -> f64,
    ) -> fmt::Result {
        write!(f, "{title:<24}")?;
        for (heading, _) in COLUMNS {
            write!(f, "{heading:>16}")?;
        }
        writeln!(f)?;
        for peer in peers {
            write!(f, "{:<24}", peer.title())?;
            for (_, quantity) in COLUMNS {
                write!(f, "{:>16.2}", value(peer, quantity))?;
            }
            writeln!(f)?;
        }
        writeln!(f)
    }

    /// Writes the ratio of ours to each peer that keeps as much of each object.
    fn write_ratios(&self, f: &mut fmt::Formatter<'_>, ours: Peer) -> fmt::Result {
        let is_comparable = |peer: &Peer| *peer != ours && peer.content() == ours.content();
        let peers = self.samples.keys().copied().filter(is_comparable);
        let title = format!("{} ÷", ours.title());
        Self::write_lines(f, &title, peers, |peer, quantity| self.ratio(ours, peer, quantity))
    }

    /// Writes whether each goal is reached, for the peers that were measured.
    fn write_goals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Goals { ours, theirs, highest } in GOALS {
            for ours in ours {
                for &((heading, quantity), highest) in highest {
                    let ratio = self.ratio(ours, theirs, quantity);
                    if ratio.is_finite() {
                        let pair = format!("{} ÷ {}", ours.title(), theirs.title());
                        let result = if ratio <= highest { "reached" } else { "missed" };
                        writeln!(f, "{pair:<44}{heading:<12}{ratio:>6.2}   goal {highest:.2}: {result}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Syncs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.samples.values().map(Vec::len).max().unwrap_or_default();
        let Self { kind, objects, bytes_per_object, .. } = self;
        writeln!(
            f,
            "kube-apiserver, {objects} objects ({}) of {bytes_per_object} bytes in JSON; medians of {runs} runs\n",
            kind.name()
        )?;
        let peers = self.samples.keys().copied();
        Self::write_lines(f, "", peers, |peer, quantity| self.median(peer, quantity))?;
        for ours in [Peer::Ours, Peer::OursMetadata] {
            if self.samples.contains_key(&ours) {
                self.write_ratios(f, ours)?;
            }
        }
        self.write_goals(f)
    }
}

impl Plotted for Syncs {
    fn plots(&self) -> Vec<Plot> {
        let contents = [("", "", Content::Whole), ("-metadata", ", metadata only", Content::Metadata)];
        let names = ["sync", "cpu", "peak", "memory", "server-cpu"];
        let plot = |(suffix, note, content): (&str, &str, Content),
                    ((heading, value), name): (Column, &str)| {
            let peers = self.samples.keys().filter(|peer| peer.content() == content);
            let bars: Vec<_> =
                peers.map(|peer| (peer.title().to_owned(), self.median(*peer, value))).collect();
            let kind = self.kind.name();
            let title = format!(
                "First sync of {} objects ({kind}) from kube-apiserver{note}: {heading}",
                self.objects
            );
            (!bars.is_empty())
                .then(|| Plot::Bars(Bars { name: format!("apiserver-{name}{suffix}"), title, bars }))
        };
        let plots = contents
            .into_iter()
            .flat_map(|content| COLUMNS.into_iter().zip(names).map(move |column| (content, column)));
        plots.filter_map(|(content, column)| plot(content, column)).collect()
    }
}
