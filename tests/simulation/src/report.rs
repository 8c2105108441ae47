//! Counts how many faults of each kind occurred in a run.

use std::{collections::BTreeMap, fmt};

/// Number of occurrences of each kind of fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    /// Adds this many occurrences.
    pub fn add(&mut self, label: &'static str, times: u64) {
        if times > 0 {
            *self.0.entry(label).or_default() += times;
        }
    }

    /// Adds the counts of another run.
    pub fn merge(&mut self, other: &Self) {
        for (label, times) in &other.0 {
            self.add(label, *times);
        }
    }

    /// All faults with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(label, times)| (*label, *times))
    }

    /// Number of occurrences of this fault.
    pub fn of(&self, label: &str) -> u64 {
        self.0.get(label).copied().unwrap_or_default()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (label, times) in &self.0 {
            writeln!(f, "{times:>9}  {label}")?;
        }
        Ok(())
    }
}
