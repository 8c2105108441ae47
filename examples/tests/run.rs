//! Runs the examples that need no cluster: each must end by itself, without an error, and print what it is about.
//!
//! `cargo test -p reflector-examples` builds the examples first.

mod support;

use support::run;

/// An example that is not listed is not found.
#[test]
fn the_readme_lists_every_example() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(folder.join("../README.md")).expect("the README");
    let mut examples = 0;
    for entry in std::fs::read_dir(folder).expect("this package") {
        let path = entry.expect("an entry").path();
        if path.join("main.rs").exists() {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            assert!(readme.contains(&format!("| `{name}` ")), "the README does not list `{name}`");
            examples += 1;
        }
    }
    assert!(examples >= 17, "only {examples} examples were found");
}

#[track_caller]
fn prints(name: &str, lines: &[&str]) {
    let output = run(name, &[]);
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
    let output = run("secrets", &[]);
    assert!(output.contains("db: entries [\"password\"], 0 bytes of values in the cache"), "{output}");
    assert!(output.contains("db has the labels"), "{output}");
    assert!(!output.contains("correct-horse"), "{output}");
}

#[test]
fn many() {
    prints(
        "many",
        &[
            "4 of 4 informers synced",
            "300 widgets (100 red), 200 config maps (100 of the web app)",
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
    prints("waits", &["m1 with 4 cores is ready", "m2 is gone", "which contains 0 machines"]);
}

#[test]
fn controller() {
    prints("controller", &["german: ready, the ConfigMap says `hallo`", "english, german: deleted"]);
}

#[test]
fn errors() {
    prints(
        "errors",
        &[
            "error:  cannot sync widgets.example.com/v1: ",
            "install the CRD `widgets.example.com`",
            "then:   the CRD is installed, and the informer is synced",
            "resources: [\"configmaps\"], verbs: [\"list\", \"watch\"]}",
            "error:  configmaps/v1 did not sync within 0.2 s",
            "hook:   skipped an object of widgets.example.com/v1: ",
            "cache:  1 object; skipped: 1",
            "health: degraded: connection refused",
            "cache:  1 object, as it was",
            "health: synced",
        ],
    );
}

#[test]
fn kube_controller() {
    prints(
        "kube_controller",
        &["run: a", "run: b, labels {}", "run: b, labels {\"changed\": \"yes\"}", "4 runs"],
    );
}

#[test]
fn lister_watcher() {
    prints(
        "lister_watcher",
        &[
            "cached: 2 objects, red: 1",
            "shop was changed, red: 2",
            "reported: skipped an object of the files in ",
            "shop was deleted and site is invalid, red: 1",
        ],
    );
}

#[test]
fn memory() {
    let output = run("memory", &[]);
    let percent = output.split("the view needs ").nth(1).and_then(|rest| rest.split(' ').next());
    let percent: u32 = percent.and_then(|text| text.parse().ok()).expect("a number of percent");
    assert!((1..30).contains(&percent), "{output}");
    assert!(output.contains("50 Pods on node-0") && output.contains("pods/v1 and pods/v1"), "{output}");
}

#[test]
fn shutdown() {
    prints("shutdown", &["stopping", "0 were cancelled", "50 in all", "the cache still shows 50 objects"]);
}
