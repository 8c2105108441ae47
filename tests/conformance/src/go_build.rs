//! Builds the client-go driver, once per content of its sources, into the target folder. Must not know what it is
//! for.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sha2::{Digest as _, Sha256};

use crate::Error;

/// Everything that the program is built from.
const SOURCES: [&str; 5] = [
    include_str!("../client-go/go.mod"),
    include_str!("../client-go/go.sum"),
    include_str!("../client-go/handler.go"),
    include_str!("../client-go/main.go"),
    include_str!("../client-go/subject.go"),
];

/// How many of `go`'s last lines an error quotes.
const QUOTED_LINES: usize = 20;

/// The driver, built where it is not. It has its name only when it is whole; a file lock lets parallel processes
/// build once.
///
/// # Errors
/// [`Error::NoGo`] without Go, [`Error::Build`] where Go cannot build it (no network and no module cache, for one).
pub fn client_go_driver() -> Result<PathBuf, Error> {
    let cache = target_folder().join("conformance");
    let program = cache.join(format!("client-go-{}", content_hash()));
    if program.is_file() {
        return Ok(program);
    }
    let go = find_go().ok_or(Error::NoGo { wanted: wanted_go() })?;
    fs::create_dir_all(&cache).map_err(Error::io(format!("create {}", cache.display())))?;
    let lock_path = cache.join("building.lock");
    let lock = File::create(&lock_path).map_err(Error::io(format!("create {}", lock_path.display())))?;
    lock.lock().map_err(Error::io(format!("lock {}", lock_path.display())))?;
    if program.is_file() {
        return Ok(program);
    }
    // Not `eprintln!`, which a test keeps to itself. That it cannot be shown is no reason to stop.
    let _ = writeln!(
        io::stderr(),
        "reflector-conformance: building the client-go driver (a minute or two the first time)"
    );
    let unfinished = program.with_extension("unfinished");
    build(&go, &unfinished)?;
    fs::rename(&unfinished, &program).map_err(Error::io(format!("rename {}", unfinished.display())))?;
    Ok(program)
}

fn build(go: &Path, into: &Path) -> Result<(), Error> {
    let built = Command::new(go)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("client-go"))
        .env("CGO_ENABLED", "0")
        .args(["build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o"])
        .arg(into)
        .arg(".")
        .stdin(Stdio::null())
        .output()
        .map_err(Error::io(format!("run {}", go.display())))?;
    if built.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&built.stderr).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let output = lines[lines.len().saturating_sub(QUOTED_LINES)..].join("\n");
    Err(Error::Build { status: built.status, output })
}

/// `go` on the PATH, or where its installer puts it.
fn find_go() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join("go"))
        .chain([PathBuf::from("/usr/local/go/bin/go")])
        .find(|go| go.is_file())
}

/// The Go version that go.mod asks for.
fn wanted_go() -> &'static str {
    SOURCES[0].lines().find_map(|line| line.strip_prefix("go ")).unwrap_or("the version in go.mod")
}

/// The cargo target folder that this very executable was built into, told by the files cargo marks one with. Else
/// the one of the workspace.
fn target_folder() -> PathBuf {
    let executable = std::env::current_exe().unwrap_or_default();
    let is_target =
        |folder: &&Path| [".rustc_info.json", "CACHEDIR.TAG"].iter().any(|mark| folder.join(mark).is_file());
    let found = executable.ancestors().find(is_target).map(Path::to_path_buf);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    found.or_else(|| Some(workspace?.join("target"))).unwrap_or_else(|| PathBuf::from("target"))
}

fn content_hash() -> String {
    let mut hasher = Sha256::new();
    for source in SOURCES {
        hasher.update(source.len().to_le_bytes());
        hasher.update(source);
    }
    let start = hasher.finalize().first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(start))
}
