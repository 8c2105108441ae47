//! Runs the Go program that writes the tables and the samples.

use std::{io::Write, path::PathBuf, process::Command};

use reflector_controlplane::go_build::{GoError, GoModule, GoProgram};

const MODULE: GoModule = GoModule {
    needed_by: "reflector-protobuf-tables",
    folder: "tests/controlplane/go",
    sources: &[
        include_str!("../../go/go.mod"),
        include_str!("../../go/go.sum"),
        include_str!("../../go/protobuf-tables/kinds.go"),
        include_str!("../../go/protobuf-tables/main.go"),
        include_str!("../../go/protobuf-tables/messages.go"),
        include_str!("../../go/protobuf-tables/samples.go"),
        include_str!("../../go/protobuf-tables/tables.go"),
    ],
    linker_flags: "-s -w",
    programs: &[GoProgram { name: "protobuf-tables", package: "./protobuf-tables" }],
};

/// Returns the program's output; `None`, with a message on stderr, on a machine that cannot build it.
pub(crate) fn output(argument: &str) -> Option<Vec<u8>> {
    let program = program()?;
    let output = Command::new(program).arg(argument).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

fn program() -> Option<PathBuf> {
    match MODULE.built() {
        Ok(folder) => Some(folder.join("protobuf-tables")),
        Err(error @ (GoError::NoGo { .. } | GoError::Build { .. })) if !on_ci() => {
            // Not with `eprintln!`, whose output the test harness only shows for failed tests.
            let _ = writeln!(std::io::stderr(), "SKIPPED: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

#[test]
fn the_tables_are_those_of_the_go_types() {
    let Some(written) = output("tables") else { return };
    let committed = include_str!("../../../../reflector-runtime/src/protobuf/tables.rs");
    assert!(
        String::from_utf8(written).expect("text") == committed,
        "in tests/controlplane/go, run: \
         go run ./protobuf-tables tables > ../../../reflector-runtime/src/protobuf/tables.rs"
    );
}
