//! Builds the programs from the Go module beside this crate, once per content of go.mod and go.sum, into the target
//! folder. Must not know who asks for them.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sha2::{Digest, Sha256};

use crate::Error;

const GO_MOD: &str = include_str!("../go/go.mod");
const GO_SUM: &str = include_str!("../go/go.sum");

/// A plain `go build` leaves the version to be `v0.0.0-master`, which clients then see.
const LINKER_FLAGS: &str = "-s -w -X k8s.io/component-base/version.gitVersion=v1.37.2";

/// Part of the folder's name, so that a change of how we build is a new build.
const RECIPE: &str = "1";

struct Program {
    name: &'static str,
    package: &'static str,
}

/// The smallest first: a machine on which Go cannot build shows it at once.
const PROGRAMS: [Program; 3] = [
    Program { name: "etcd", package: "go.etcd.io/etcd/server/v3" },
    Program { name: "kubectl", package: "k8s.io/kubernetes/cmd/kubectl" },
    Program { name: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
];

/// How many of `go`'s last lines an error quotes.
const QUOTED_LINES: usize = 20;

/// The folder with the built programs. The folder has its name only when it is whole: they are built under another
/// name, behind a file lock, so parallel test processes build once.
pub(crate) fn built_folder() -> Result<PathBuf, Error> {
    let cache = target_folder().join("controlplane");
    let folder = cache.join(content_hash());
    if folder.is_dir() {
        return Ok(folder);
    }
    let go = find_go().ok_or(Error::NoAssetsAndNoGo { wanted: wanted_go() })?;
    fs::create_dir_all(&cache).map_err(Error::io(format!("create {}", cache.display())))?;

    let lock_path = cache.join("building.lock");
    let lock = File::create(&lock_path).map_err(Error::io(format!("create {}", lock_path.display())))?;
    if lock.try_lock().is_err() {
        eprintln!("reflector-controlplane: waiting for another process that builds kube-apiserver and etcd");
        lock.lock().map_err(Error::io(format!("lock {}", lock_path.display())))?;
    }
    if folder.is_dir() {
        return Ok(folder);
    }
    let unfinished = folder.with_extension("unfinished");
    fs::create_dir_all(&unfinished).map_err(Error::io(format!("create {}", unfinished.display())))?;
    for (number, program) in PROGRAMS.iter().enumerate() {
        eprintln!(
            "reflector-controlplane: building {} ({} of {}; minutes the first time, set KUBEBUILDER_ASSETS to avoid it)",
            program.name,
            number + 1,
            PROGRAMS.len()
        );
        build(&go, program, &unfinished)?;
    }
    fs::rename(&unfinished, &folder).map_err(Error::io(format!("rename {}", unfinished.display())))?;
    eprintln!("reflector-controlplane: built into {}", folder.display());
    Ok(folder)
}

/// Go's own build cache makes a second run cheap, so a build that broke off loses little.
fn build(go: &Path, program: &Program, into: &Path) -> Result<(), Error> {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("go");
    let mut child = Command::new(go)
        .current_dir(&module)
        .env("CGO_ENABLED", "0")
        .args(["build", "-trimpath", "-buildvcs=false", "-ldflags", LINKER_FLAGS, "-o"])
        .arg(into.join(program.name))
        .arg(program.package)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Error::io(format!("run {}", go.display())))?;

    let mut last_lines = VecDeque::new();
    for line in child.stderr.take().into_iter().flat_map(|stderr| BufReader::new(stderr).lines()) {
        let Ok(line) = line else { break };
        eprintln!("  {line}");
        if last_lines.len() == QUOTED_LINES {
            last_lines.pop_front();
        }
        last_lines.push_back(line);
    }
    let status = child.wait().map_err(Error::io("wait for go"))?;
    if status.success() {
        return Ok(());
    }
    let output = Vec::from(last_lines).join("\n");
    Err(Error::Build { program: program.name, status, module, output })
}

/// `go` on the PATH, or where its installer puts it.
fn find_go() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH");
    let on_path = on_path.iter().flat_map(std::env::split_paths).map(|folder| folder.join("go"));
    on_path.chain([PathBuf::from("/usr/local/go/bin/go")]).find(|go| go.is_file())
}

/// The Go version that go.mod asks for.
fn wanted_go() -> &'static str {
    GO_MOD.lines().find_map(|line| line.strip_prefix("go ")).unwrap_or("the version in go.mod")
}

/// The cargo target folder that this very executable was built into, told by the files cargo marks one with; that
/// holds for every way of setting a target folder. Else the one of the workspace.
fn target_folder() -> PathBuf {
    let executable = std::env::current_exe().unwrap_or_default();
    let is_target =
        |folder: &&Path| [".rustc_info.json", "CACHEDIR.TAG"].iter().any(|mark| folder.join(mark).is_file());
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let found = executable.ancestors().find(is_target).map(Path::to_path_buf);
    found.or_else(|| Some(workspace?.join("target"))).unwrap_or_else(|| PathBuf::from("target"))
}

fn content_hash() -> String {
    let mut hasher = Sha256::new();
    for part in [GO_MOD, GO_SUM, LINKER_FLAGS, RECIPE] {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    let start = hasher.finalize().first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(start))
}
