//! Medians over the runs and their ratios, as a table and as JSON. Must not know how they were measured.

use std::fmt;

use serde::Serialize;

use crate::{agent::RuntimeOptions, compare::Samples, measure::Sample, peer::Peer, plan::Plan};

/// A row: one compared quantity. Lower is better in every row.
struct Row {
    name: &'static str,
    unit: &'static str,
    value: fn(&Sample) -> f64,
}

const ROWS: &[Row] = &[
    Row { name: "sync", unit: "s", value: |sample| sample.sync.seconds },
    Row { name: "events", unit: "s", value: |sample| sample.events.seconds },
    Row { name: "relist", unit: "s", value: |sample| sample.relist.seconds },
    Row { name: "CPU, sync", unit: "s", value: |sample| sample.sync.cpu_seconds },
    Row { name: "CPU, events", unit: "s", value: |sample| sample.events.cpu_seconds },
    Row { name: "CPU, relist", unit: "s", value: |sample| sample.relist.cpu_seconds },
    Row {
        name: "CPU, sync and events",
        unit: "s",
        value: |sample| sample.sync.cpu_seconds + sample.events.cpu_seconds,
    },
    Row { name: "memory after sync", unit: "MiB", value: |sample| sample.sync.after_mib },
    Row { name: "memory after events", unit: "MiB", value: |sample| sample.events.after_mib },
    Row {
        name: "peak, sync and events",
        unit: "MiB",
        value: |sample| sample.sync.peak_mib.max(sample.events.peak_mib),
    },
    Row { name: "peak, relist", unit: "MiB", value: |sample| sample.relist.peak_mib },
    Row {
        name: "growth in relist",
        unit: "MiB",
        value: |sample| sample.relist.peak_mib - sample.relist.before_mib,
    },
];

/// The pairs whose ratio is printed: ours to each of theirs with the same initial list strategy, and to a kube-rs that
/// clears managedFields.
const RATIOS: [(Peer, Peer); 6] = [
    (Peer::Ours, Peer::Kube),
    (Peer::Ours, Peer::KubeCleared),
    (Peer::Ours, Peer::ClientGo),
    (Peer::OursWatchList, Peer::KubeStreaming),
    (Peer::OursWatchList, Peer::KubeCleared),
    (Peer::OursWatchList, Peer::ClientGoWatchList),
];

/// The result of a comparison.
#[derive(Debug, Serialize)]
pub struct Table {
    plan: Plan,
    runtime: RuntimeOptions,
    samples: Samples,
    medians: Vec<Medians>,
}

/// The medians of a row.
#[derive(Debug, Serialize)]
struct Medians {
    name: &'static str,
    unit: &'static str,
    /// In the order of the peers.
    values: Vec<(Peer, f64)>,
}

impl Table {
    /// Computes the medians of these samples.
    pub fn new(plan: Plan, runtime: RuntimeOptions, samples: Samples) -> Self {
        let medians = ROWS
            .iter()
            .map(|row| Medians {
                name: row.name,
                unit: row.unit,
                values: samples
                    .iter()
                    .map(|(peer, samples)| (*peer, median(samples.iter().map(row.value).collect())))
                    .collect(),
            })
            .collect();
        Self { plan, runtime, samples, medians }
    }

    /// The ratios to print, for the peers that were measured.
    fn ratios(&self) -> Vec<(Peer, Peer)> {
        let measured = |peer: &Peer| self.samples.contains_key(peer);
        RATIOS.into_iter().filter(|(ours, theirs)| measured(ours) && measured(theirs)).collect()
    }

    /// The worst result against each of these peers: the row with the highest ratio of ours to theirs.
    fn worst(&self, unit: &str, theirs: &[Peer]) -> Option<Worst<'_>> {
        let rows = self.medians.iter().filter(|row| row.unit == unit);
        let ratios = rows.flat_map(|row| {
            let pairs = self.ratios().into_iter().filter(|(_, other)| theirs.contains(other));
            pairs.map(|(ours, theirs)| Worst { row: row.name, ratio: row.of(ours) / row.of(theirs) })
        });
        ratios.filter(|worst| worst.ratio.is_finite()).max_by(|one, other| one.ratio.total_cmp(&other.ratio))
    }
}

struct Worst<'a> {
    row: &'a str,
    ratio: f64,
}

impl Medians {
    fn of(&self, peer: Peer) -> f64 {
        let found = self.values.iter().find(|(measured, _)| *measured == peer);
        found.map_or(f64::NAN, |(_, value)| *value)
    }
}

/// The median; that of no values is not a number.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.samples.values().map(Vec::len).max().unwrap_or_default();
        let Plan { kind, objects, events, relist_changed, .. } = self.plan;
        writeln!(
            f,
            "{objects} objects ({}), then {events} events, then a relist with {relist_changed} % changed; \
             {:?} runtime; medians of {runs} runs\n",
            kind.name(),
            self.runtime.flavor,
        )?;
        write!(f, "{:<28}", "")?;
        for peer in self.samples.keys() {
            write!(f, "{:>21}", peer.title())?;
        }
        writeln!(f)?;
        for row in &self.medians {
            let digits = usize::from(row.unit == "s") * 2;
            write!(f, "{:<28}", format!("{}, {}", row.name, row.unit))?;
            for (_, value) in &row.values {
                write!(f, "{value:>21.digits$}")?;
            }
            writeln!(f)?;
        }
        self.write_ratios(f)
    }
}

impl Table {
    fn write_ratios(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratios = self.ratios();
        if ratios.is_empty() {
            return Ok(());
        }
        write!(f, "\n{:<28}", "ratios")?;
        for (ours, _) in &ratios {
            write!(f, "{:>21}", ours.title())?;
        }
        write!(f, "\n{:<28}", "")?;
        for (_, theirs) in &ratios {
            write!(f, "{:>21}", format!("/ {}", theirs.title()))?;
        }
        writeln!(f)?;
        for row in &self.medians {
            write!(f, "{:<28}", row.name)?;
            for (ours, theirs) in &ratios {
                write!(f, "{:>21.2}", row.of(*ours) / row.of(*theirs))?;
            }
            writeln!(f)?;
        }
        let kube = [Peer::Kube, Peer::KubeStreaming];
        let go = [Peer::ClientGo, Peer::ClientGoWatchList];
        for (name, theirs) in [("kube-rs", kube), ("client-go", go)] {
            if let (Some(time), Some(memory)) = (self.worst("s", &theirs), self.worst("MiB", &theirs)) {
                write!(f, "\nhighest ratio to {name} with the same initial list strategy:")?;
                write!(f, " time {:.2} ({}),", time.ratio, time.row)?;
                write!(f, " memory {:.2} ({})", memory.ratio, memory.row)?;
            }
        }
        writeln!(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_of_odd_and_even_counts() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
    }
}
