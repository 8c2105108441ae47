//! The picture in the README is what the scripted run draws. `UPDATE_EXPECT=1` writes it again.

use expect_test::expect_file;
use reflector_dashboard::{recording::record, svg};

#[test]
fn the_picture_is_up_to_date() {
    let picture = svg::render(svg::TITLE, &record().expect("the script runs as expected"));
    expect_file!["../../../book/src/images/dashboard.svg"].assert_eq(&picture);
}

/// Otherwise the test above would fail from time to time.
#[test]
fn each_run_is_the_same() {
    assert!(record().expect("a run") == record().expect("a second run"));
}
