//! The goals for the first sync from a real server: the highest acceptable ratio of ours to each of theirs. Must not
//! know how the quantities are measured.

use super::{CPU, Column, PEAK, SYNC};
use crate::peer::Peer;

/// Goals for the ratio of ours to theirs. Lower is better.
pub(super) struct Goals {
    /// With both initial list strategies. The default is the streaming list.
    pub(super) ours: [Peer; 2],
    /// With its defaults.
    pub(super) theirs: Peer,
    /// The highest acceptable ratio of each quantity.
    pub(super) highest: &'static [(Column, f64)],
}

const WHOLE: [Peer; 2] = [Peer::OursWatchList, Peer::Ours];
const METADATA: [Peer; 2] = [Peer::OursMetadataWatchList, Peer::OursMetadata];

pub(super) const GOALS: [Goals; 3] = [
    Goals { ours: WHOLE, theirs: Peer::ClientGoDefault, highest: &[(SYNC, 0.8), (CPU, 0.6)] },
    Goals { ours: WHOLE, theirs: Peer::Kube, highest: &[(SYNC, 0.25), (CPU, 0.25)] },
    Goals {
        ours: METADATA,
        theirs: Peer::ClientGoMetadataWatchList,
        highest: &[(SYNC, 0.8), (CPU, 0.5), (PEAK, 0.35)],
    },
];
