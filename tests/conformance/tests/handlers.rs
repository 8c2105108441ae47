//! What a handler receives from client-go, from kube-rs and from ours, for the same events of the API server.

use std::io::Write as _;

use expect_test::expect_file;
use reflector_conformance::{
    Error, Gate, Scenario, Transcript,
    driver::{ClientGo, Driver, KubeRs, Ours},
    go_build::client_go_driver,
    run::play,
    script::load_all,
};

/// The scenarios, and what happens in them.
const EVENTS: [(&str, &str); 9] = [
    ("events/each_kind_of_event_is_told", "`a` and `b` are listed; `c` is added, `a` changed, `b` deleted"),
    ("events/changes_of_one_object_are_told_one_by_one", "three changes of `a`"),
    ("events/an_object_that_is_made_anew", "`a` is deleted, and created again"),
    ("events/a_deletion_of_an_unknown_object", "a deletion of `b`, which was never listed"),
    (
        "events/an_event_that_does_not_fit_its_type",
        "a change of `a` cannot be decoded, and one of `b` follows",
    ),
    ("list/an_object_that_does_not_fit_its_type", "`b` cannot be decoded in the first list"),
    ("relist/news_of_a_relist_are_told", "410; `a` was deleted, `b` changed and `c` added meanwhile"),
    ("relist/an_object_made_anew_while_nobody_looked", "410; `a` was deleted and created again meanwhile"),
    ("relist/an_unchanged_object_of_an_informer_without_resync", "410; nothing has changed"),
];

const HEADER: &str = "\
| Events of the API server | client-go | kube-rs | Reflector |
|---|---|---|---|
";

async fn row(what: &str, scenario: &Scenario, client_go: &ClientGo) -> Result<String, Error> {
    let ours = Ours { gate: Gate::List };
    let mut cells = vec![what.to_owned()];
    for driver in [client_go as &dyn Driver, &KubeRs, &ours] {
        cells.push(calls(&play(scenario, Gate::List, driver).await?));
    }
    Ok(format!("| {} |\n", cells.join(" | ")))
}

fn calls(transcript: &Transcript) -> String {
    let objects = transcript.calls.iter().map(|(key, calls)| {
        let name = key.rsplit('/').next().unwrap_or_default();
        format!("`{name}`: {}", calls.join("; "))
    });
    objects.collect::<Vec<_>>().join("<br>")
}

/// `UPDATE_EXPECT=1 cargo test -p reflector-conformance --test handlers` regenerates the table.
#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_handlers_is_up_to_date() {
    let client_go = match client_go_driver().and_then(|program| ClientGo::launch(&program, Gate::List)) {
        Ok(client_go) => client_go,
        Err(error) if error.is_missing_client_go() && std::env::var_os("CI").is_none() => {
            let _ = writeln!(std::io::stdout(), "SKIPPED the comparison with client-go: {error}");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let scenarios = load_all().expect("the scenarios can be read");
    let mut table = HEADER.to_owned();
    for (name, what) in EVENTS {
        let scenario = scenarios.iter().find(|scenario| scenario.name == name);
        let scenario = scenario.unwrap_or_else(|| panic!("no scenario {name}"));
        table += &row(what, scenario, &client_go).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    expect_file!["../HANDLERS.md"].assert_eq(&table);
}
