//! All scenarios about objects, with our informer in each wire format. Must not know how the outcome is presented.

use futures::{StreamExt as _, stream};

use crate::{Error, Gate, Scenario, Transcript, driver::Ours, run::play, script::Format};

/// How many scenarios run concurrently. A run spends most of its time in backoffs, which costs nothing.
const CONCURRENCY: usize = 32;

/// How many attempts may differ. On a heavily overloaded machine, a request that was not delayed by a backoff may look as
/// if it was.
const MAX_ATTEMPTS: usize = 2;

/// The runs of one scenario with one setting.
#[derive(Debug)]
pub struct FormatRuns {
    /// The name of the scenario.
    pub name: String,
    /// The setting.
    pub gate: Gate,
    /// In JSON.
    pub json: Result<Transcript, Error>,
    /// In protobuf.
    pub protobuf: Result<Transcript, Error>,
}

impl FormatRuns {
    /// Whether both finished with the same transcript.
    pub fn are_the_same(&self) -> bool {
        matches!((&self.json, &self.protobuf), (Ok(json), Ok(protobuf)) if json == protobuf)
    }
}

/// Runs the scenarios with objects of a built-in kind, in JSON and in protobuf. Leaves out those that
/// [are about one format](Scenario::in_format).
pub async fn in_each_format(scenarios: &[Scenario]) -> Vec<FormatRuns> {
    let mut chosen = Vec::new();
    for scenario in scenarios {
        if let (Some(json), Some(protobuf)) =
            (scenario.in_format(Format::Json), scenario.in_format(Format::Protobuf))
        {
            chosen.extend(scenario.gates.iter().map(|gate| (json.clone(), protobuf.clone(), *gate)));
        }
    }
    let runs = chosen.into_iter().map(|(json, protobuf, gate)| runs(json, protobuf, gate));
    stream::iter(runs).buffered(CONCURRENCY).collect().await
}

async fn runs(in_json: Scenario, in_protobuf: Scenario, gate: Gate) -> FormatRuns {
    let mut attempt = 1;
    loop {
        let ours = Ours { gate };
        let (json, protobuf) = tokio::join!(play(&in_json, gate, &ours), play(&in_protobuf, gate, &ours));
        let runs = FormatRuns { name: in_json.name.clone(), gate, json, protobuf };
        if runs.are_the_same() || attempt == MAX_ATTEMPTS {
            return runs;
        }
        attempt += 1;
    }
}
