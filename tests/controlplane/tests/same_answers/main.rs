//! One script of API calls, run against the embedded API server and the real one: they give the same answers.
//!
//! `REFLECTOR_ANSWERS=<folder>` writes both sides down there, normalised, to be read or diffed.

mod deliberate;
mod difference;
mod normalise;
mod runner;
mod script;
mod servers;

use runner::Answer;

#[tokio::test(flavor = "multi_thread")]
async fn the_real_server_agrees_with_itself() {
    let (Some(one), Some(other)) = tokio::join!(servers::real(), servers::real()) else {
        return;
    };
    let script = script::script();
    let (one, other) = tokio::join!(runner::run(one, &script), runner::run(other, &script));
    let (one, other) = (normalise::normalise(one), normalise::normalise(other));
    let differences = difference::differences(&one, &other);
    assert!(differences.is_empty(), "{}", difference::table(&differences, ["one", "the other"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_server_agrees_with_the_real_one() {
    let Some(real) = servers::real().await else { return };
    let embedded = servers::embedded().await;
    let script = script::script();
    let (embedded, real) = tokio::join!(runner::run(embedded, &script), runner::run(real, &script));
    let (embedded, real) = (normalise::normalise(embedded), normalise::normalise(real));
    write_down("embedded", &embedded);
    write_down("real", &real);
    let (differences, unfitted) = deliberate::unexpected(difference::differences(&embedded, &real));
    assert!(
        differences.is_empty() && unfitted.is_empty(),
        "{}\n\nNo longer different, to be removed from the deliberate differences: {unfitted:#?}",
        difference::table(&differences, ["embedded", "real"])
    );
}

/// For people: one file per server.
fn write_down(server: &str, answers: &[Answer]) {
    let Some(folder) = std::env::var_os("REFLECTOR_ANSWERS") else {
        return;
    };
    let text: Vec<String> =
        answers.iter().map(|answer| format!("### {}\n{:#}\n", answer.step, answer.said)).collect();
    let path = std::path::Path::new(&folder).join(format!("{server}.txt"));
    std::fs::write(path, text.join("\n")).expect("REFLECTOR_ANSWERS names a folder");
}
