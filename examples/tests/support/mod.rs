//! Runs an example as a user does, without a terminal. Shared by the packages that contain examples.

mod executable;

use std::{
    io::Read as _,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use executable::executable;

/// Far more than an example needs: a longer run does not end by itself.
const LONGEST: Duration = Duration::from_secs(120);

/// Runs an example and returns what it prints.
#[track_caller]
pub(crate) fn run(name: &str, arguments: &[&str]) -> String {
    let mut child = Command::new(executable(name))
        .args(arguments)
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
