//! Where ours differs from client-go on purpose, and the verdict on a comparison. Must not know how a run is made.

use serde::Deserialize;

use crate::{
    Error, Gate, Scenario, Transcript,
    script::{data_folder, read},
    transcript::{difference, without_waits},
};

/// A row of the table: one scenario in which ours differs on purpose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The scenario's name.
    pub scenario: String,
    /// With which setting.
    #[serde(default = "Row::list")]
    pub gate: Gate,
    /// Why it is better so.
    pub why: String,
    /// Exactly what differs: lines of [`difference`].
    pub differs: Vec<String>,
}

impl Row {
    fn list() -> Gate {
        Gate::List
    }
}

/// A difference that shows wherever a certain thing happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct General {
    /// Why it is better so.
    pub why: String,
    /// The line of [`difference`] that is passed over; `*` stands for anything.
    pub line: String,
    /// Scenarios that are about this very thing, so that the line counts in them.
    #[serde(default)]
    pub except: Vec<String>,
}

impl General {
    fn covers(&self, scenario: &str, line: &str) -> bool {
        !self.except.iter().any(|name| name == scenario) && matches_pattern(&self.line, line)
    }
}

/// Whether a text is a pattern's, in which `*` stands for anything.
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

/// What a comparison came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No difference, but what the table passes over everywhere.
    Same {
        /// Which rows of the table did that, by number.
        general: Vec<usize>,
    },
    /// The difference that the table names.
    OnPurpose {
        /// Why.
        why: String,
        /// What.
        differs: Vec<String>,
    },
    /// A difference that the table does not name, or not like this.
    Differs {
        /// What.
        differs: Vec<String>,
        /// What the table says it is.
        expected: Vec<String>,
    },
    /// The table names a difference, and there is none.
    NoLonger {
        /// What the table says it is.
        expected: Vec<String>,
    },
}

impl Verdict {
    /// Whether it is as it should be.
    pub fn is_right(&self) -> bool {
        matches!(self, Self::Same { .. } | Self::OnPurpose { .. })
    }

    /// Whether all that is wrong with it is which requests seem to have been held back: that is told by time, and a
    /// machine that is busy enough holds back any.
    pub(crate) fn is_a_matter_of_time(&self) -> bool {
        match self {
            Self::Same { .. } | Self::OnPurpose { .. } => false,
            Self::Differs { differs, expected } => without_waits(differs) == without_waits(expected),
            Self::NoLonger { expected } => without_waits(expected).is_empty(),
        }
    }
}

impl Differences {
    /// Reads the table.
    ///
    /// # Errors
    /// Where a row names no scenario, or the file cannot be understood.
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
                message: format!("there is no scenario {} ({})", row.scenario, row.gate.name()),
            }),
            None => Ok(table),
        }
    }

    /// What differs in single scenarios.
    pub fn rows(&self) -> &[Row] {
        &self.scenarios
    }

    /// What differs wherever it happens.
    pub fn general(&self) -> &[General] {
        &self.everywhere
    }

    /// Judges two runs of a scenario.
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
    fn only_what_a_row_names_exactly_is_on_purpose() {
        let theirs = Transcript { requests: vec!["list".into()], ..Transcript::default() };
        let ours = Transcript::default();
        let judge = |table: &Differences, gate, ours| table.judge("a/b", gate, &theirs, ours);
        let table = one_row(&["client-go: list"]);
        assert!(judge(&table, Gate::List, &ours).is_right());
        assert!(!judge(&table, Gate::WatchList, &ours).is_right());
        assert!(matches!(judge(&table, Gate::List, &theirs), Verdict::NoLonger { .. }));
        assert!(matches!(judge(&one_row(&["ours: list"]), Gate::List, &ours), Verdict::Differs { .. }));
        assert!(matches!(judge(&one_row(&[]), Gate::WatchList, &theirs), Verdict::Same { .. }));
    }

    #[test]
    fn only_waits_are_a_matter_of_time() {
        let lines = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        let waited = lines(&["client-go: after a wait: list", "ours: list"]);
        let judged = |differs: &[String], expected: &[String]| {
            Verdict::Differs { differs: differs.to_vec(), expected: expected.to_vec() }.is_a_matter_of_time()
        };
        assert!(judged(&waited, &[]));
        assert!(judged(&lines(&["ours: after a wait: watch"]), &lines(&["ours: watch"])));
        assert!(!judged(&lines(&["ours: after a wait: watch"]), &[]));
        assert!(!judged(&lines(&["client-go: told a: added at 5", "ours: list"]), &waited));
        assert!(Verdict::NoLonger { expected: waited }.is_a_matter_of_time());
        assert!(!Verdict::NoLonger { expected: lines(&["ours: list"]) }.is_a_matter_of_time());
    }

    #[test]
    fn what_differs_everywhere_is_passed_over_but_where_it_is_the_matter() {
        let general = General {
            why: "better".into(),
            line: "client-go: told *: resynced at *".into(),
            except: vec!["a/c".into()],
        };
        assert!(general.covers("a/b", "client-go: told default/a: resynced at 5"));
        assert!(!general.covers("a/b", "client-go: told default/a: added at 5"));
        assert!(!general.covers("a/b", "ours: told default/a: resynced at 5"));
        assert!(!general.covers("a/c", "client-go: told default/a: resynced at 5"));
    }
}
