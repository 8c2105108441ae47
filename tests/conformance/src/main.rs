//! Runs scenarios manually: `cargo run -p reflector-conformance -- watch/ --transcripts`.

use clap::Parser;
use reflector_conformance::{Error, compare::compare, differences::Differences, report, script::load_all};

/// Compares our informer with client-go's.
#[derive(Parser)]
struct Arguments {
    /// Run only scenarios whose name contains this text.
    #[arg(default_value = "")]
    name: String,
    /// Print the complete transcript of each run.
    #[arg(long)]
    transcripts: bool,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments = Arguments::parse();
    let scenarios = load_all()?;
    let table = Differences::load(&scenarios)?;
    let chosen = scenarios.into_iter().filter(|scenario| scenario.name.contains(&arguments.name)).collect();
    let comparisons = compare(chosen, &table).await?;
    if arguments.transcripts {
        for comparison in &comparisons {
            let (name, gate) = (&comparison.scenario.name, comparison.gate.name());
            if let Ok(runs) = &comparison.runs {
                println!("=== {name} ({gate})\nclient-go:\n{}\nours:\n{}\n", runs.theirs, runs.ours);
            }
        }
    }
    print!("{}", report::table(&comparisons));
    Ok(())
}
