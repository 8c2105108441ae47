//! Medians over the runs and their ratios, as a table and as JSON. Must not know how they were measured.

use std::fmt;

use serde::Serialize;

use crate::{compare::Samples, measure::Sample, peer::Peer, plan::Plan};

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

/// The result of a comparison.
#[derive(Debug, Serialize)]
pub struct Table {
    plan: Plan,
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
    pub fn new(plan: Plan, samples: Samples) -> Self {
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
        Self { plan, samples, medians }
    }

    /// The ratios to print: ours to each of theirs, for the peers that were measured.
    fn ratios(&self) -> Vec<(Peer, Peer)> {
        let all = [
            (Peer::Ours, Peer::Kube),
            (Peer::Ours, Peer::KubeCleared),
            (Peer::OursWatchList, Peer::KubeStreaming),
            (Peer::OursWatchList, Peer::KubeCleared),
        ];
        let measured = |peer: &Peer| self.samples.contains_key(peer);
        all.into_iter().filter(|(ours, theirs)| measured(ours) && measured(theirs)).collect()
    }
}

/// The worst result: the row with the highest ratio of ours to kube-rs without cleared managedFields, with the same
/// initial list strategy.
struct Worst<'a> {
    row: &'a str,
    ratio: f64,
}

impl Table {
    fn worst(&self, unit: &str) -> Option<Worst<'_>> {
        let like_for_like = |(ours, theirs): &(Peer, Peer)| {
            matches!((ours, theirs), (Peer::Ours, Peer::Kube) | (Peer::OursWatchList, Peer::KubeStreaming))
        };
        let pairs: Vec<_> = self.ratios().into_iter().filter(like_for_like).collect();
        let rows = self.medians.iter().filter(|row| row.unit == unit);
        let ratios = rows.flat_map(|row| {
            let ratio = |(ours, theirs)| Worst { row: row.name, ratio: row.of(ours) / row.of(theirs) };
            pairs.iter().copied().map(ratio)
        });
        ratios.max_by(|one, other| one.ratio.total_cmp(&other.ratio))
    }
}

impl Medians {
    fn of(&self, peer: Peer) -> f64 {
        let found = self.values.iter().find(|(measured, _)| *measured == peer);
        found.map_or(f64::NAN, |(_, value)| *value)
    }
}

fn median(mut values: Vec<f64>) -> f64 {
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
        let Plan { objects, events } = self.plan;
        writeln!(f, "{objects} objects, then {events} events, then a relist; medians of {runs} runs\n")?;
        write!(f, "{:<28}", "")?;
        for peer in self.samples.keys() {
            write!(f, "{:>20}", peer.title())?;
        }
        for (ours, theirs) in self.ratios() {
            write!(f, "  {} / {}", ours.name(), theirs.name())?;
        }
        writeln!(f)?;
        for row in &self.medians {
            let digits = usize::from(row.unit == "s") * 2;
            write!(f, "{:<28}", format!("{}, {}", row.name, row.unit))?;
            for (_, value) in &row.values {
                write!(f, "{value:>20.digits$}")?;
            }
            for (ours, theirs) in self.ratios() {
                let width = ours.name().len() + theirs.name().len() + 5;
                write!(f, "{:>width$.2}", row.of(ours) / row.of(theirs))?;
            }
            writeln!(f)?;
        }
        if let (Some(time), Some(memory)) = (self.worst("s"), self.worst("MiB")) {
            let Worst { row, ratio } = time;
            write!(
                f,
                "\nhighest ratio to kube-rs with the same initial list strategy: time {ratio:.2} ({row}),"
            )?;
            writeln!(f, " memory {:.2} ({})", memory.ratio, memory.row)?;
        }
        Ok(())
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
