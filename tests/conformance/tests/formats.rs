//! Our informer behaves the same in each wire format.

use std::fmt::Write as _;

use reflector_conformance::{Error, Transcript, formats::in_each_format, script::load_all};

fn text(outcome: &Result<Transcript, Error>) -> String {
    match outcome {
        Ok(transcript) => transcript.to_string(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_informer_behaves_the_same_in_protobuf_as_in_json() {
    let scenarios = load_all().expect("the scenarios can be read");
    let runs = in_each_format(&scenarios).await;
    assert!(runs.len() > 100, "only {} scenarios are about objects", runs.len());
    let mut different = String::new();
    for run in runs.iter().filter(|run| !run.are_the_same()) {
        let (name, gate) = (&run.name, run.gate.name());
        let (json, protobuf) = (text(&run.json), text(&run.protobuf));
        let _ = writeln!(different, "{name} ({gate})\nJSON:\n{json}\nprotobuf:\n{protobuf}\n");
    }
    assert!(different.is_empty(), "{different}");
}
