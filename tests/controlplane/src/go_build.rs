//! Building programs of a Go module, once per content of its sources, into cargo's target folder. Must not know what
//! they are for.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use sha2::{Digest, Sha256};

/// A Go module, and what is to be built from it.
#[derive(Clone, Copy, Debug)]
pub struct GoModule {
    /// Who needs the programs: names the folder they are built into, and what is said meanwhile.
    pub needed_by: &'static str,
    /// The folder with go.mod, from the root of the workspace.
    pub folder: &'static str,
    /// The text of everything that the programs are built from, go.mod first: another content is another build.
    pub sources: &'static [&'static str],
    /// Go's `-ldflags`.
    pub linker_flags: &'static str,
    /// The programs, the smallest first: a machine on which Go cannot build shows it at once.
    pub programs: &'static [GoProgram],
}

/// One program of a module.
#[derive(Clone, Copy, Debug)]
pub struct GoProgram {
    /// What it is called once it is built.
    pub name: &'static str,
    /// Its package.
    pub package: &'static str,
}

/// Why a program could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GoError {
    /// There is no Go on this machine.
    #[error("{needed_by} needs Go {wanted} or newer, and there is no `go` on the PATH (https://go.dev/dl)")]
    NoGo {
        /// Who needs it.
        needed_by: &'static str,
        /// The version in go.mod.
        wanted: &'static str,
    },
    /// Go could not build it.
    #[error("`go build` of {program} failed ({status}); the module is {module:?}. Its last lines:\n{output}")]
    Build {
        /// The program that was being built.
        program: &'static str,
        /// How `go` ended.
        status: ExitStatus,
        /// The folder with go.mod.
        module: PathBuf,
        /// The tail of what `go` wrote.
        output: String,
    },
    /// A file or process operation failed.
    #[error("could not {doing}")]
    Io {
        /// What was being done, as "verb object".
        doing: String,
        /// Why it failed.
        source: io::Error,
    },
}

/// Part of the folder's name, so that a change of how we build is a new build.
const RECIPE: &str = "1";

/// How many of `go`'s last lines an error quotes.
const QUOTED_LINES: usize = 20;

impl GoModule {
    /// The folder with the built programs; builds them first where they are not there (with progress on stderr).
    ///
    /// The folder has its name only when it is whole: they are built under another name, behind a file lock, so
    /// that parallel processes build once. Blocks.
    ///
    /// # Errors
    /// [`GoError::NoGo`] without Go, [`GoError::Build`] where Go cannot build them (no network and no module cache,
    /// for one).
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
            self.say("waiting for another process that builds the same");
            lock.lock().map_err(io(format!("lock {}", lock_path.display())))?;
        }
        if folder.is_dir() {
            return Ok(folder);
        }
        let unfinished = folder.with_extension("unfinished");
        fs::create_dir_all(&unfinished).map_err(io(format!("create {}", unfinished.display())))?;
        let count = self.programs.len();
        for (program, number) in self.programs.iter().zip(1..) {
            self.say(&format!("building {} ({number} of {count}; minutes the first time)", program.name));
            self.build(&go, program, &unfinished)?;
        }
        fs::rename(&unfinished, &folder).map_err(io(format!("rename {}", unfinished.display())))?;
        self.say(&format!("built into {}", folder.display()));
        Ok(folder)
    }

    /// Go's own build cache makes a second run cheap, so a build that broke off loses little.
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
            self.say(&line);
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

    /// Not `eprintln!`, which a test keeps to itself. That it cannot be shown is no reason to stop.
    fn say(&self, what: &str) {
        let _ = writeln!(io::stderr(), "{}: {what}", self.needed_by);
    }

    /// The Go version that go.mod asks for.
    fn wanted_go(&self) -> &'static str {
        let mut lines = self.sources.first().copied().unwrap_or_default().lines();
        lines.find_map(|line| line.strip_prefix("go ")).unwrap_or("of the version in go.mod")
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

/// `go` on the PATH, or where its installer puts it.
fn find_go() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH");
    let on_path = on_path.iter().flat_map(std::env::split_paths).map(|folder| folder.join("go"));
    on_path.chain([PathBuf::from("/usr/local/go/bin/go")]).find(|go| go.is_file())
}

fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// The cargo target folder that this very executable was built into, told by the files cargo marks one with; that
/// holds for every way of setting a target folder. Else the one of the workspace.
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
