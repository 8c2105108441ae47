//! The distribution of delays. Must not know what was delayed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Some percentiles, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delays {
    /// The number of delays.
    pub count: u64,
    /// The median.
    pub p50: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The 99.9th percentile.
    pub p999: f64,
    /// The longest one.
    pub max: f64,
}

impl Delays {
    /// The percentiles by nearest rank: the smallest delay that this share of the delays does not exceed.
    pub fn of(mut delays: Vec<Duration>) -> Self {
        delays.sort_unstable();
        let per_mille = |share: usize| {
            let rank = (delays.len() * share).div_ceil(1000).max(1);
            delays.get(rank - 1).map_or(0.0, |delay| delay.as_secs_f64() * 1e6)
        };
        Self {
            count: delays.len() as u64,
            p50: per_mille(500),
            p99: per_mille(990),
            p999: per_mille(999),
            max: per_mille(1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let delays = Delays::of((1..=1000).rev().map(Duration::from_micros).collect());
        let wanted = [500.0, 990.0, 999.0, 1000.0];
        for (delay, wanted) in [delays.p50, delays.p99, delays.p999, delays.max].into_iter().zip(wanted) {
            assert!((delay - wanted).abs() < 1e-6, "{delay} is not {wanted}");
        }
        assert_eq!(Delays::of(Vec::new()), Delays::default());
    }
}
