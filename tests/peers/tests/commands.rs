//! Every subcommand that starts agents works, with little work. Performance is not tested here.

use std::process::Command;

use reflector_controlplane::{Assets, go_build::GoError};
use reflector_peers::client_go;

/// Builds the Go program first. Without Go and outside of CI, the peers in Rust remain.
fn peers() -> &'static str {
    match client_go::informer() {
        Ok(_) => "ours,ours-watch-list,kube,client-go,client-go-watch-list",
        Err(GoError::NoGo { .. }) if std::env::var_os("CI").is_none() => "ours,ours-watch-list,kube",
        Err(error) => panic!("{error}"),
    }
}

/// Runs the program, and checks that it prints each of the titles.
fn run(arguments: &[&str], titles: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_reflector-peers")).args(arguments).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for title in titles {
        assert!(printed.contains(title), "{title} is missing in\n{printed}");
    }
}

const RUST_TITLES: [&str; 3] = ["ours, LIST", "ours, watch-list", "kube-rs"];

#[test]
fn compare_on_both_runtimes() {
    for runtime in ["multi-thread", "current-thread"] {
        let arguments = ["--objects", "300", "--events", "400", "--runs", "1", "--runtime", runtime];
        run(&[&arguments[..], &["--threads", "1", "--peers", peers()]].concat(), &RUST_TITLES);
    }
}

#[test]
fn latency() {
    let arguments = ["latency", "--objects", "50", "--events", "100", "--seconds", "1", "--peers", peers()];
    run(&arguments, &RUST_TITLES);
}

#[test]
fn sizes() {
    let arguments =
        ["sizes", "--objects", "20,50", "--handlers", "1,3", "--informers", "1,7", "--peers", peers()];
    run(&arguments, &RUST_TITLES);
}

/// The peers that keep only the metadata.
fn metadata_peers() -> &'static str {
    if peers().contains("client-go") {
        "ours-metadata,ours-metadata-watch-list,kube-metadata,client-go-metadata,client-go-metadata-watch-list"
    } else {
        "ours-metadata,ours-metadata-watch-list,kube-metadata"
    }
}

#[test]
fn apiserver() {
    // Without the programs, Go builds them. Without Go, there are neither of both.
    if !peers().contains("client-go") && Assets::find_or_build().is_err() {
        return;
    }
    let titles = [&RUST_TITLES[..], &["ours, meta LIST", "ours, meta w.-l.", "kube-rs, meta"]].concat();
    for kind in ["pod", "gadget"] {
        let peers = format!("{},{}", peers(), metadata_peers());
        run(&["apiserver", "--kind", kind, "--objects", "30", "--runs", "1", "--peers", &peers], &titles);
    }
}
