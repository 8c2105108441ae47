//! The outcome for people: a table on a terminal, and the page for the book.

use std::fmt::Write as _;

use crate::{
    Gate, Scenario,
    compare::{Comparison, Try},
    differences::{Differences, Verdict},
};

/// One line for each comparison, and all that is wrong below.
pub fn table(comparisons: &[Comparison]) -> String {
    let width = comparisons.iter().map(|comparison| comparison.scenario.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    let mut wrong = String::new();
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
        let again = match &comparison.runs {
            Ok(runs) if !runs.before.is_empty() => format!(", at try {}", runs.before.len() + 1),
            _ => String::new(),
        };
        let _ = writeln!(text, "{name:width$}  {gate:10}  {requests}  {verdict}{again}");
        wrong.push_str(&what_is_wrong(comparison));
    }
    format!("scenario, setting, requests of client-go and of ours, verdict\n{text}{wrong}")
}

fn what_is_wrong(comparison: &Comparison) -> String {
    let title = format!(
        "\n--- {} ({}): {}\n",
        comparison.scenario.name,
        comparison.gate.name(),
        comparison.scenario.promise
    );
    let runs = match &comparison.runs {
        Err(error) => return format!("{title}{error}\n"),
        Ok(runs) => runs,
    };
    let before = runs.before.iter().fold(String::new(), |mut text, tried| {
        let _ = match tried {
            Try::Judged(verdict) => write!(text, "{title}  at first{}", wrong(verdict)),
            Try::Endless(error) => writeln!(text, "{title}  at first: {error}"),
        };
        text
    });
    if runs.verdict.is_right() {
        return before;
    }
    format!(
        "{before}{title}{}client-go:\n{}\nours:\n{}\n",
        wrong(&runs.verdict),
        indented(&runs.theirs.lines()),
        indented(&runs.ours.lines())
    )
}

fn wrong(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Same { .. } | Verdict::OnPurpose { .. } => String::new(),
        Verdict::Differs { differs, expected } if expected.is_empty() => {
            format!("  differs:\n{}", listed(differs))
        }
        Verdict::Differs { differs, expected } => {
            format!("  differs:\n{}but the table says\n{}", listed(differs), listed(expected))
        }
        Verdict::NoLonger { expected } => {
            format!("  does not differ, but the table says\n{}", listed(expected))
        }
    }
}

/// Lines as they stand in the table.
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

/// The page for the book: what differs on purpose, then everything that is compared.
pub fn page(scenarios: &[Scenario], table: &Differences) -> String {
    let streamed = scenarios.iter().filter(|scenario| scenario.gates.contains(&Gate::WatchList)).count();
    let mut text = format!(
        "# Conformance with client-go\n\n\
         The same script is played, by the embedded API server and over TCP, to client-go's informer (v0.37.2) and to \
         ours. What they ask the server for, what their handlers are called with, and what their caches hold in the end \
         are compared line by line: {} scripts, {streamed} of them with client-go's `WatchListClient` on. \
         `cargo test -p reflector-conformance` repeats it.\n\n\
         A line `list limit=500 resourceVersion=0` is a request. Of a watch only the version is shown where all else is \
         as it should be: it asks for bookmarks, and for a timeout between five and ten minutes. `after a wait` says that \
         it was held back by a backoff, of which the least is 800 ms for both.\n\n\
         ## Where ours differs on purpose\n\n\
         A difference that is not in this table fails the test, and so does a row that no longer differs.\n\n\
         | script | client-go | ours | why |\n|---|---|---|---|\n",
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
    text.push_str("\n## What is compared\n");
    let mut group = "";
    for scenario in scenarios {
        let (folder, name) = scenario.name.split_once('/').unwrap_or(("", &scenario.name));
        if folder != group {
            group = folder;
            let _ = writeln!(text, "\n### {folder}\n\n| script | promise | client-go |\n|---|---|---|");
        }
        let differs = table.rows().iter().any(|row| row.scenario == scenario.name);
        let mark = if differs { " (differs)" } else { "" };
        let _ = writeln!(
            text,
            "| {}{mark} | {} | {} |",
            name.replace('_', " "),
            scenario.promise.trim(),
            scenario.rule.trim()
        );
    }
    text
}

/// The lines of one side, for a cell of a table.
fn side(differs: &[String], prefix: &str) -> String {
    let lines: Vec<&str> = differs.iter().filter_map(|line| line.strip_prefix(prefix)).collect();
    if lines.is_empty() {
        return "–".to_owned();
    }
    format!("`{}`", lines.join("`<br>`").replace('|', "\\|"))
}
