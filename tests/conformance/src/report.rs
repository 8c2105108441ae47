//! The outcome in readable form: a table for the terminal, and the page for the book.

use std::fmt::Write as _;

use crate::{
    Gate, Scenario,
    compare::{Attempt, Comparison},
    differences::{Differences, Verdict},
};

/// One line for each comparison, followed by the details of every unexpected outcome.
pub fn table(comparisons: &[Comparison]) -> String {
    let width = comparisons.iter().map(|comparison| comparison.scenario.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    let mut details = String::new();
    for comparison in comparisons {
        let name = &comparison.scenario.name;
        let gate = comparison.gate.name();
        let (requests, verdict) = match &comparison.runs {
            Ok(runs) => (
                format!("{:>2} {:>2}", runs.theirs.requests.len(), runs.ours.requests.len()),
                match &runs.verdict {
                    Verdict::Same { .. } => "same",
                    Verdict::OnPurpose { .. } => "differs on purpose",
                    Verdict::Differs { .. } => "DIFFERS",
                    Verdict::NoLonger { .. } => "NO LONGER DIFFERS",
                },
            ),
            Err(_) => (" -  -".to_owned(), "FAILED"),
        };
        let attempt = match &comparison.runs {
            Ok(runs) if !runs.earlier.is_empty() => format!(", at attempt {}", runs.earlier.len() + 1),
            _ => String::new(),
        };
        let _ = writeln!(text, "{name:width$}  {gate:10}  {requests}  {verdict}{attempt}");
        details.push_str(&details_of(comparison));
    }
    format!("scenario, setting, requests of client-go and of ours, verdict\n{text}{details}")
}

fn details_of(comparison: &Comparison) -> String {
    let title = format!(
        "\n--- {} ({}): {}\n",
        comparison.scenario.name,
        comparison.gate.name(),
        comparison.scenario.description
    );
    let runs = match &comparison.runs {
        Err(error) => return format!("{title}{error}\n"),
        Ok(runs) => runs,
    };
    let earlier = runs.earlier.iter().fold(String::new(), |mut text, attempt| {
        let _ = match attempt {
            Attempt::Unexpected(verdict) => write!(text, "{title}  earlier attempt{}", mismatch(verdict)),
            Attempt::TimedOut(error) => writeln!(text, "{title}  earlier attempt: {error}"),
        };
        text
    });
    if runs.verdict.is_expected() {
        return earlier;
    }
    format!(
        "{earlier}{title}{}client-go:\n{}\nours:\n{}\n",
        mismatch(&runs.verdict),
        indented(&runs.theirs.lines()),
        indented(&runs.ours.lines())
    )
}

fn mismatch(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Same { .. } | Verdict::OnPurpose { .. } => String::new(),
        Verdict::Differs { differs, expected } if expected.is_empty() => {
            format!("  differs:\n{}", listed(differs))
        }
        Verdict::Differs { differs, expected } => {
            format!("  differs:\n{}but the table lists\n{}", listed(differs), listed(expected))
        }
        Verdict::NoLonger { expected } => {
            format!("  does not differ, but the table lists\n{}", listed(expected))
        }
    }
}

/// Lines in the format of the table.
fn listed(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "    - {line:?}");
        text
    })
}

fn indented(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}

/// The page for the book: the intended differences, followed by all scenarios.
pub fn page(scenarios: &[Scenario], table: &Differences) -> String {
    let streamed = scenarios.iter().filter(|scenario| scenario.gates.contains(&Gate::WatchList)).count();
    let mut text = format!(
        "# Conformance with client-go\n\n\
         The embedded API server plays the same script over TCP to client-go's informer (v0.37.2) and to ours. The \
         test compares their requests, the calls of their event handlers, and the final contents of their caches line \
         by line: {} scripts, {streamed} of them with client-go's `WatchListClient` enabled. Run it with \
         `cargo test -p reflector-conformance`.\n\n\
         A line such as `list limit=500 resourceVersion=0` is a request. A `watch` line shows only the \
         resourceVersion if the other parameters are as expected: the watch requests bookmarks and a timeout between \
         five and ten minutes. `after a backoff` marks a request that was delayed by a backoff, which is at least \
         800 ms for both. `list limit=1` requests the server's resourceVersion; only ours sends it. An `event` line \
         is a call of the event handler. A `cached` line is an object in the final cache. `waiting for the sync \
         fails` shows that `wait_for_sync` returns an error, with the class of the last failure; client-go's \
         `WaitForCacheSync` returns no error.\n\n\
         ## Intended differences\n\n\
         The test fails for a difference that is not in this table, and for a row that no longer differs.\n\n\
         | script | client-go | ours | reason |\n|---|---|---|---|\n",
        scenarios.len()
    );
    for row in table.general() {
        let line = std::slice::from_ref(&row.line);
        let _ = writeln!(
            text,
            "| everywhere | {} | {} | {} |",
            side(line, "client-go: "),
            side(line, "ours: "),
            row.why.trim()
        );
    }
    for row in table.rows() {
        let _ = writeln!(
            text,
            "| {} ({}) | {} | {} | {} |",
            row.scenario,
            row.gate.name(),
            side(&row.differs, "client-go: "),
            side(&row.differs, "ours: "),
            row.why.trim()
        );
    }
    text.push_str("\n## Scenarios\n");
    let mut group = "";
    for scenario in scenarios {
        let (folder, name) = scenario.name.split_once('/').unwrap_or(("", &scenario.name));
        if folder != group {
            group = folder;
            let _ = writeln!(text, "\n### {folder}\n\n| script | description | client-go |\n|---|---|---|");
        }
        let differs = table.rows().iter().any(|row| row.scenario == scenario.name);
        let mark = if differs { " (differs)" } else { "" };
        let _ = writeln!(
            text,
            "| {}{mark} | {} | {} |",
            name.replace('_', " "),
            scenario.description.trim(),
            scenario.rule.trim()
        );
    }
    text
}

/// The lines of one side, as a table cell.
fn side(differs: &[String], prefix: &str) -> String {
    let lines: Vec<&str> = differs.iter().filter_map(|line| line.strip_prefix(prefix)).collect();
    if lines.is_empty() {
        return "–".to_owned();
    }
    format!("`{}`", lines.join("`<br>`").replace('|', "\\|"))
}
