//! Builds programs of a Go module into cargo's target folder, once per content of its sources. Must not know their
//! purpose.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use sha2::{Digest, Sha256};

/// A Go module and the programs to build from it.
#[derive(Clone, Copy, Debug)]
pub struct GoModule {
    /// The crate that needs the programs. Used as the name of the output folder and as the prefix of progress
    /// messages.
    pub needed_by: &'static str,
    /// The folder with go.mod, relative to the root of the workspace.
    pub folder: &'static str,
    /// The text of all source files, go.mod first. A change of content triggers a new build.
    pub sources: &'static [&'static str],
    /// Go's `-ldflags`.
    pub linker_flags: &'static str,
    /// The programs, smallest first, so that a machine on which Go cannot build fails early.
    pub programs: &'static [GoProgram],
}

/// One program of a module.
#[derive(Clone, Copy, Debug)]
pub struct GoProgram {
    /// The file name of the built program.
    pub name: &'static str,
    /// The Go package to build.
    pub package: &'static str,
}

/// An error while building a program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GoError {
    /// Go is not installed.
    #[error(
        "{needed_by} needs Go {wanted} or newer, but `go` is not on the PATH: install it from https://go.dev/dl"
    )]
    NoGo {
        /// The crate that needs Go.
        needed_by: &'static str,
        /// The version in go.mod.
        wanted: &'static str,
    },
    /// `go build` failed.
    #[error(
        "`go build` of {program} failed ({status}); the module is {module:?}. Last lines of its output:\n{output}"
    )]
    Build {
        /// The program being built.
        program: &'static str,
        /// The exit status of `go`.
        status: ExitStatus,
        /// The folder with go.mod.
        module: PathBuf,
        /// The last lines of the output of `go`.
        output: String,
    },
    /// A file or process operation failed.
    #[error("could not {doing}")]
    Io {
        /// The operation, as "verb object".
        doing: String,
        /// The cause.
        source: io::Error,
    },
}

/// The version of the build procedure. Part of the folder's hash, so that changing it triggers a new build.
const RECIPE: &str = "1";

/// How many of the last lines of `go`'s output an error quotes.
const QUOTED_LINES: usize = 20;

impl GoModule {
    /// Returns the folder with the built programs. Builds them first if they are missing, with progress on stderr.
    ///
    /// The programs are built in a folder with a temporary name, which is renamed when complete. A file lock ensures
    /// that concurrent processes build only once. Blocks.
    ///
    /// # Errors
    /// [`GoError::NoGo`] without Go; [`GoError::Build`] if Go cannot build them, for example without network access
    /// and module cache.
    pub fn built(&self) -> Result<PathBuf, GoError> {
        let cache = target_folder().join(self.needed_by);
        let folder = cache.join(self.content_hash());
        if folder.is_dir() {
            return Ok(folder);
        }
        let go = find_go().ok_or(GoError::NoGo { needed_by: self.needed_by, wanted: self.wanted_go() })?;
        fs::create_dir_all(&cache).map_err(io(format!("create {}", cache.display())))?;

        let lock_path = cache.join("building.lock");
        let lock = File::create(&lock_path).map_err(io(format!("create {}", lock_path.display())))?;
        if lock.try_lock().is_err() {
            self.report("waiting for another process with the same build");
            lock.lock().map_err(io(format!("lock {}", lock_path.display())))?;
        }
        if folder.is_dir() {
            return Ok(folder);
        }
        let unfinished = folder.with_extension("unfinished");
        fs::create_dir_all(&unfinished).map_err(io(format!("create {}", unfinished.display())))?;
        let count = self.programs.len();
        for (program, number) in self.programs.iter().zip(1..) {
            self.report(&format!("building {} ({number} of {count}; minutes the first time)", program.name));
            self.build(&go, program, &unfinished)?;
        }
        fs::rename(&unfinished, &folder).map_err(io(format!("rename {}", unfinished.display())))?;
        self.report(&format!("built into {}", folder.display()));
        Ok(folder)
    }

    /// Builds one program. Go's build cache makes it cheap to resume an interrupted build.
    fn build(&self, go: &Path, program: &GoProgram, into: &Path) -> Result<(), GoError> {
        let module = workspace().join(self.folder);
        let mut child = Command::new(go)
            .current_dir(&module)
            .env("CGO_ENABLED", "0")
            .args(["build", "-trimpath", "-buildvcs=false", "-ldflags", self.linker_flags, "-o"])
            .arg(into.join(program.name))
            .arg(program.package)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(io(format!("run {}", go.display())))?;

        let mut last_lines = VecDeque::new();
        for line in child.stderr.take().into_iter().flat_map(|stderr| BufReader::new(stderr).lines()) {
            let Ok(line) = line else { break };
            self.report(&line);
            if last_lines.len() == QUOTED_LINES {
                last_lines.pop_front();
            }
            last_lines.push_back(line);
        }
        let status = child.wait().map_err(io("wait for go"))?;
        if status.success() {
            return Ok(());
        }
        let output = Vec::from(last_lines).join("\n");
        Err(GoError::Build { program: program.name, status, module, output })
    }

    /// Writes to stderr directly, because the test harness captures `eprintln!`. Write errors are ignored.
    fn report(&self, message: &str) {
        let _ = writeln!(io::stderr(), "{}: {message}", self.needed_by);
    }

    /// The Go version required by go.mod.
    fn wanted_go(&self) -> &'static str {
        let mut lines = self.sources.first().copied().unwrap_or_default().lines();
        lines.find_map(|line| line.strip_prefix("go ")).unwrap_or("(version in go.mod)")
    }

    fn content_hash(&self) -> String {
        let mut hasher = Sha256::new();
        for part in self.sources.iter().chain([&self.linker_flags, &RECIPE]) {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
        let start = hasher.finalize().first_chunk().copied().unwrap_or_default();
        format!("{:016x}", u64::from_be_bytes(start))
    }
}

/// Finds `go` on the PATH or in its default installation folder.
fn find_go() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH");
    let on_path = on_path.iter().flat_map(std::env::split_paths).map(|folder| folder.join("go"));
    on_path.chain([PathBuf::from("/usr/local/go/bin/go")]).find(|go| go.is_file())
}

fn workspace() -> &'static Path {
    let manifest_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest_dir.ancestors().nth(2).unwrap_or(manifest_dir)
}

/// Returns the cargo target folder that this executable was built into, recognised by cargo's marker files. This
/// works however the target folder was configured. Falls back to the workspace's `target`.
fn target_folder() -> PathBuf {
    let executable = std::env::current_exe().unwrap_or_default();
    let is_target =
        |folder: &&Path| [".rustc_info.json", "CACHEDIR.TAG"].iter().any(|mark| folder.join(mark).is_file());
    let found = executable.ancestors().find(is_target).map(Path::to_path_buf);
    found.unwrap_or_else(|| workspace().join("target"))
}

fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> GoError {
    let doing = doing.into();
    move |source| GoError::Io { doing, source }
}
