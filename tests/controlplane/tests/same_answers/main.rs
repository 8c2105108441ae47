//! Runs one script of API calls against the embedded API server and the real one and compares the responses.
//!
//! `REFLECTOR_ANSWERS=<folder>` writes the normalised responses of both servers to that folder, for reading or
//! diffing.

mod deliberate;
mod difference;
mod normalise;
mod protobuf;
mod runner;
mod script;
mod servers;

use runner::Answer;

#[tokio::test(flavor = "multi_thread")]
async fn two_real_servers_give_the_same_responses() {
    let (Some(one), Some(other)) = tokio::join!(servers::real(), servers::real()) else {
        return;
    };
    let script = script::script();
    let (one, other) = tokio::join!(runner::run(one, &script), runner::run(other, &script));
    let (one, other) = (normalise::normalise(one), normalise::normalise(other));
    let differences = difference::differences(&one, &other);
    assert!(differences.is_empty(), "{}", difference::table(&differences, ["one", "other"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_and_the_real_server_give_the_same_responses() {
    let Some(real) = servers::real().await else { return };
    let embedded = servers::embedded().await;
    let script = script::script();
    let (embedded, real) = tokio::join!(runner::run(embedded, &script), runner::run(real, &script));
    let (embedded, real) = (normalise::normalise(embedded), normalise::normalise(real));
    write_responses("embedded", &embedded);
    write_responses("real", &real);
    let (differences, unmatched) = deliberate::unexpected(difference::differences(&embedded, &real));
    assert!(
        differences.is_empty() && unmatched.is_empty(),
        "{}\n\nThese deliberate differences no longer occur, remove their entries: {unmatched:#?}",
        difference::table(&differences, ["embedded", "real"])
    );
}

/// Writes one file per server, for debugging.
fn write_responses(server: &str, answers: &[Answer]) {
    let Some(folder) = std::env::var_os("REFLECTOR_ANSWERS") else {
        return;
    };
    let text: Vec<String> =
        answers.iter().map(|answer| format!("### {}\n{:#}\n", answer.step, answer.response)).collect();
    let path = std::path::Path::new(&folder).join(format!("{server}.txt"));
    std::fs::write(path, text.join("\n")).expect("REFLECTOR_ANSWERS names a folder");
}
