//! Runs the examples that need no cluster: each must end by itself, without an error, and print what it is about.
//!
//! `cargo test -p reflector-examples` builds the examples first.

use std::{
    io::Read as _,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Far more than an example needs: a longer run does not end by itself.
const LONGEST: Duration = Duration::from_secs(120);

/// The executable, next to the one of this test.
fn executable(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps");
    let path = profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "run `cargo build -p reflector-examples --examples` first: no {}", path.display());
    path
}

/// Runs an example and returns what it prints.
#[track_caller]
fn run(name: &str) -> String {
    let mut child = Command::new(executable(name))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    let (mut stdout, mut stderr) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    let output = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let errors = thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).map(|_| text)
    });
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child process") {
            break Some(status);
        }
        if begin.elapsed() > LONGEST {
            child.kill().expect("a child process");
            break None;
        }
        thread::sleep(Duration::from_millis(20));
    };
    let output = output.join().expect("a reader").expect("UTF-8");
    let errors = errors.join().expect("a reader").expect("UTF-8");
    match status {
        Some(status) => assert!(status.success(), "{name}: {status}\n{output}\n{errors}"),
        None => panic!("{name} did not end within {} s\n{output}\n{errors}", LONGEST.as_secs()),
    }
    output
}

#[track_caller]
fn prints(name: &str, lines: &[&str]) {
    let output = run(name);
    for line in lines {
        assert!(output.contains(line), "{name} does not print {line:?}:\n{output}");
    }
}

#[test]
fn closures() {
    prints(
        "closures",
        &["added    a", "deleted  b", "caused by InitialList", "the asynchronous handler was called 5 times"],
    );
}

#[test]
fn pods() {
    prints(
        "pods",
        &["n1                   db-1, web-1", "web                  2 Pods", "n1                   db-1\n"],
    );
}

#[test]
fn secrets() {
    let output = run("secrets");
    assert!(output.contains("db: entries [\"password\"], 0 bytes of values in the cache"), "{output}");
    assert!(output.contains("db has the labels"), "{output}");
    assert!(!output.contains("correct-horse"), "{output}");
}

#[test]
fn set() {
    prints(
        "set",
        &[
            "4 of 4 informers synced",
            "2000 widgets (667 red), 1000 config maps (500 of the web app)",
            "error: ",
            "gadgets.example.com/v1",
            "without the user of gadgets: 4 of 4 informers synced",
        ],
    );
}

#[test]
fn namespaces() {
    prints(
        "namespaces",
        &[
            "error: cannot sync configmaps/v1 in namespace team-b",
            "Added    team-a/settings",
            "Added    team-c/settings",
            "Added    team-d/settings",
            "left     team-a/settings",
            "Added    team-b/settings",
            "health: synced",
        ],
    );
}

#[test]
fn dynamic() {
    prints(
        "dynamic",
        &[
            "gadgets are served: false",
            "served: Widget (1 objects)",
            "served: Gadget (0 objects)",
            "gone: Widget",
            "1 of 1 informers synced",
        ],
    );
}

#[test]
fn waits() {
    run("waits");
}

#[test]
fn controller() {
    run("controller");
}

#[test]
fn quickstart() {
    run("quickstart");
}
