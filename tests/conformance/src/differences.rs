//! The table of intended differences from client-go, and the verdict on a comparison. Must not know how runs are
//! made.

use serde::Deserialize;

use crate::{
    Error, Gate, Scenario, Transcript,
    script::{data_folder, read},
    transcript::{difference, without_backoffs},
};

/// A row of the table: one scenario with an intended difference.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The scenario's name.
    pub scenario: String,
    /// The setting.
    #[serde(default = "Row::list")]
    pub gate: Gate,
    /// The reason for the difference.
    pub why: String,
    /// The exact lines of [`difference`].
    pub differs: Vec<String>,
}

impl Row {
    fn list() -> Gate {
        Gate::List
    }
}

/// An intended difference that may occur in every scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct General {
    /// The reason for the difference.
    pub why: String,
    /// The line of [`difference`] that is ignored; `*` matches any text.
    pub line: String,
    /// Scenarios that test this difference, so that the line is not ignored in them.
    #[serde(default)]
    pub except: Vec<String>,
}

impl General {
    fn covers(&self, scenario: &str, line: &str) -> bool {
        !self.except.iter().any(|name| name == scenario) && matches_pattern(&self.line, line)
    }
}

/// Whether a text matches a pattern, in which `*` matches any text.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|tail| {
            tail.char_indices()
                .map(|(at, _)| at)
                .chain([tail.len()])
                .any(|at| matches_pattern(rest, &tail[at..]))
        }),
    }
}

/// The table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Differences {
    everywhere: Vec<General>,
    scenarios: Vec<Row>,
}

/// The outcome of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No difference, apart from lines that the table ignores in every scenario.
    Same {
        /// The indexes of the general rows that matched.
        general: Vec<usize>,
    },
    /// The difference that the table lists.
    OnPurpose {
        /// The reason.
        why: String,
        /// The lines that differ.
        differs: Vec<String>,
    },
    /// A difference that the table does not list, or lists with other lines.
    Differs {
        /// The lines that differ.
        differs: Vec<String>,
        /// The lines that the table lists.
        expected: Vec<String>,
    },
    /// The table lists a difference, but there is none.
    NoLonger {
        /// The lines that the table lists.
        expected: Vec<String>,
    },
}

impl Verdict {
    /// Whether the outcome matches the table.
    pub fn is_expected(&self) -> bool {
        matches!(self, Self::Same { .. } | Self::OnPurpose { .. })
    }

    /// Whether the outcome is unexpected only in which requests appear to have been delayed by a backoff. Backoffs
    /// are detected by time, and an overloaded machine may delay any request.
    pub(crate) fn differs_only_in_timing(&self) -> bool {
        match self {
            Self::Same { .. } | Self::OnPurpose { .. } => false,
            Self::Differs { differs, expected } => without_backoffs(differs) == without_backoffs(expected),
            Self::NoLonger { expected } => without_backoffs(expected).is_empty(),
        }
    }
}

impl Differences {
    /// Reads the table.
    ///
    /// # Errors
    /// If the file is not valid, or a row does not name a scenario and one of its settings.
    pub fn load(scenarios: &[Scenario]) -> Result<Self, Error> {
        let file = data_folder().join("differences.yaml");
        let table: Self = read(&file)?;
        let names_a_run = |row: &&Row| {
            scenarios
                .iter()
                .any(|scenario| scenario.name == row.scenario && scenario.gates.contains(&row.gate))
        };
        match table.scenarios.iter().find(|row| !names_a_run(row)) {
            Some(row) => Err(Error::Data {
                file,
                message: format!(
                    "there is no scenario {} ({}): fix or remove this row",
                    row.scenario,
                    row.gate.name()
                ),
            }),
            None => Ok(table),
        }
    }

    /// The differences in single scenarios.
    pub fn rows(&self) -> &[Row] {
        &self.scenarios
    }

    /// The differences that may occur in every scenario.
    pub fn general(&self) -> &[General] {
        &self.everywhere
    }

    /// Compares two runs of a scenario with each other and with the table.
    pub fn judge(&self, scenario: &str, gate: Gate, theirs: &Transcript, ours: &Transcript) -> Verdict {
        let mut general = Vec::new();
        let mut differs = difference(theirs, ours);
        differs.retain(|line| {
            let covers = |row: &General| row.covers(scenario, line);
            let number = self.everywhere.iter().position(covers);
            general.extend(number);
            number.is_none()
        });
        let row = self.scenarios.iter().find(|row| row.scenario == scenario && row.gate == gate);
        match row {
            None if differs.is_empty() => Verdict::Same { general },
            None => Verdict::Differs { differs, expected: Vec::new() },
            Some(row) if differs.is_empty() => Verdict::NoLonger { expected: row.differs.clone() },
            Some(row) if row.differs == differs => Verdict::OnPurpose { why: row.why.clone(), differs },
            Some(row) => Verdict::Differs { differs, expected: row.differs.clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_row(differs: &[&str]) -> Differences {
        Differences {
            everywhere: Vec::new(),
            scenarios: vec![Row {
                scenario: "a/b".into(),
                gate: Gate::List,
                why: "better".into(),
                differs: differs.iter().map(ToString::to_string).collect(),
            }],
        }
    }

    #[test]
    fn a_difference_is_intended_only_if_a_row_lists_it_exactly() {
        let theirs = Transcript { requests: vec!["list".into()], ..Transcript::default() };
        let ours = Transcript::default();
        let judge = |table: &Differences, gate, ours| table.judge("a/b", gate, &theirs, ours);
        let table = one_row(&["client-go: list"]);
        assert!(judge(&table, Gate::List, &ours).is_expected());
        assert!(!judge(&table, Gate::WatchList, &ours).is_expected());
        assert!(matches!(judge(&table, Gate::List, &theirs), Verdict::NoLonger { .. }));
        assert!(matches!(judge(&one_row(&["ours: list"]), Gate::List, &ours), Verdict::Differs { .. }));
        assert!(matches!(judge(&one_row(&[]), Gate::WatchList, &theirs), Verdict::Same { .. }));
    }

    #[test]
    fn only_backoff_prefixes_count_as_timing() {
        let lines = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        let delayed = lines(&["client-go: after a backoff: list", "ours: list"]);
        let judged = |differs: &[String], expected: &[String]| {
            Verdict::Differs { differs: differs.to_vec(), expected: expected.to_vec() }
                .differs_only_in_timing()
        };
        assert!(judged(&delayed, &[]));
        assert!(judged(&lines(&["ours: after a backoff: watch"]), &lines(&["ours: watch"])));
        assert!(!judged(&lines(&["ours: after a backoff: watch"]), &[]));
        assert!(!judged(&lines(&["client-go: event a: added at 5", "ours: list"]), &delayed));
        assert!(Verdict::NoLonger { expected: delayed }.differs_only_in_timing());
        assert!(!Verdict::NoLonger { expected: lines(&["ours: list"]) }.differs_only_in_timing());
    }

    #[test]
    fn a_general_difference_is_ignored_except_in_the_scenarios_that_test_it() {
        let general = General {
            why: "better".into(),
            line: "client-go: event *: resynced at *".into(),
            except: vec!["a/c".into()],
        };
        assert!(general.covers("a/b", "client-go: event default/a: resynced at 5"));
        assert!(!general.covers("a/b", "client-go: event default/a: added at 5"));
        assert!(!general.covers("a/b", "ours: event default/a: resynced at 5"));
        assert!(!general.covers("a/c", "client-go: event default/a: resynced at 5"));
    }
}
