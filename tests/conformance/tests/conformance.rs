//! Our informer behaves like client-go's, except for the differences that the table lists.

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

/// Bypasses the output capture of `println!`, so that the text is also printed if the test passes.
fn show(text: &str) {
    writeln!(std::io::stdout(), "{text}").expect("the output can be written");
}

fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

#[tokio::test(flavor = "multi_thread")]
async fn our_informer_behaves_like_client_go() {
    let (scenarios, table) = data();
    let comparisons = match compare(scenarios, &table).await {
        Ok(comparisons) => comparisons,
        Err(error) if error.is_missing_client_go() && !on_ci() => {
            return show(&format!("SKIPPED the comparison with client-go: {error}"));
        }
        Err(error) => panic!("the comparison failed: {error}"),
    };
    show(&report::table(&comparisons));
    let unexpected: Vec<String> = comparisons
        .iter()
        .filter(|comparison| !comparison.runs.as_ref().is_ok_and(|runs| runs.verdict.is_expected()))
        .map(|comparison| format!("{} ({})", comparison.scenario.name, comparison.gate.name()))
        .collect();
    assert!(unexpected.is_empty(), "the outcome does not match the table in: {}", unexpected.join(", "));
    for (number, row) in table.general().iter().enumerate() {
        let still_differs = comparisons
            .iter()
            .filter_map(|comparison| comparison.runs.as_ref().ok())
            .any(|runs| matches!(&runs.verdict, Verdict::Same { general } if general.contains(&number)));
        assert!(still_differs, "no longer differs anywhere: {}", row.line);
    }
}

/// `UPDATE_EXPECT=1 cargo test -p reflector-conformance` regenerates the page.
#[test]
fn the_page_is_up_to_date() {
    let (scenarios, table) = data();
    expect_file!["../CONFORMANCE.md"].assert_eq(&report::page(&scenarios, &table));
}
