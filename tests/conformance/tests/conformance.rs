//! Our informer does what client-go's does, but for the differences that the table names.

use std::io::Write as _;

use expect_test::expect_file;
use reflector_conformance::{
    Scenario,
    compare::compare,
    differences::{Differences, Verdict},
    report,
    script::load_all,
};

fn data() -> (Vec<Scenario>, Differences) {
    let scenarios = load_all().expect("the scenarios can be read");
    let table = Differences::load(&scenarios).expect("the table of differences can be read");
    (scenarios, table)
}

/// Not `println!`, whose output a test that passes keeps to itself.
fn show(text: &str) {
    writeln!(std::io::stdout(), "{text}").expect("the output can be written");
}

fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

#[tokio::test(flavor = "multi_thread")]
async fn ours_does_what_client_go_does() {
    let (scenarios, table) = data();
    let comparisons = match compare(scenarios, &table).await {
        Ok(comparisons) => comparisons,
        Err(error) if error.is_missing_client_go() && !on_ci() => {
            return show(&format!("SKIPPED, not compared with client-go: {error}"));
        }
        Err(error) => panic!("nothing could be compared: {error}"),
    };
    show(&report::table(&comparisons));
    let wrong: Vec<String> = comparisons
        .iter()
        .filter(|comparison| !comparison.runs.as_ref().is_ok_and(|runs| runs.verdict.is_right()))
        .map(|comparison| format!("{} ({})", comparison.scenario.name, comparison.gate.name()))
        .collect();
    assert!(wrong.is_empty(), "not as the table says: {}", wrong.join(", "));
    for (number, row) in table.general().iter().enumerate() {
        let is_met = comparisons
            .iter()
            .filter_map(|comparison| comparison.runs.as_ref().ok())
            .any(|runs| matches!(&runs.verdict, Verdict::Same { general } if general.contains(&number)));
        assert!(is_met, "no longer differs anywhere: {}", row.line);
    }
}

/// `UPDATE_EXPECT=1 cargo test -p reflector-conformance` writes the page anew.
#[test]
fn the_page_shows_the_scenarios_and_the_table() {
    let (scenarios, table) = data();
    expect_file!["../CONFORMANCE.md"].assert_eq(&report::page(&scenarios, &table));
}
