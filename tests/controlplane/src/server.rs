//! One child process that cannot outlive this one, and its log. Must not know Kubernetes.

use std::{
    ffi::OsString,
    fs::OpenOptions,
    io::{Read, Seek, SeekFrom, Write},
    os::unix::{fs::OpenOptionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
};

use crate::Error;

/// Runs `$@` as the child itself, with a guard beside it that waits on a pipe held by us.
///
/// A line on the pipe tells the guard that the server was reaped: it ends. The end of the pipe without a line means
/// that we are gone (even by SIGKILL): the guard kills the server, whose pid cannot have been reused as only we reap
/// it, and removes the data folder `$1`, which holds tokens. `sh` builtins only, but for the `rm`.
const GUARDED: &str = r#"
folder=$1; shift
exec 3<&0
{ read -r _ <&3 || { kill -KILL $$; rm -rf -- "$folder"; }; } >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-
"#;

/// What to run, and where its log goes.
#[derive(Debug)]
pub(crate) struct ServerCommand {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    /// The control plane's folder: working folder, log, and what the guard removes.
    pub(crate) folder: PathBuf,
}

impl ServerCommand {
    /// Starts it. The log is appended to, so it tells the story over restarts.
    pub(crate) fn spawn(&self) -> Result<Server, Error> {
        let log_path = self.log_path();
        let mut options = OpenOptions::new();
        let log = options
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&log_path)
            .map_err(Error::io(format!("open {}", log_path.display())))?;
        let log_for_stdout = log.try_clone().map_err(Error::io(format!("open {}", log_path.display())))?;
        let log_start = log.metadata().map_err(Error::io(format!("read {}", log_path.display())))?.len();
        let mut child = Command::new("/bin/sh")
            .arg("-c")
            .arg(GUARDED)
            .arg(self.name)
            .arg(&self.folder)
            .arg(&self.program)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(log_for_stdout)
            .stderr(log)
            // A ctrl-c on the terminal is for us; we end the servers.
            .process_group(0)
            .spawn()
            .map_err(Error::io(format!("run {} through /bin/sh", self.program.display())))?;
        let leash = child.stdin.take();
        Ok(Server { name: self.name, child, leash, log_path, log_start })
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }
}

/// A running server. Dropping it kills and reaps it.
#[derive(Debug)]
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    leash: Option<ChildStdin>,
    log_path: PathBuf,
    /// Where this run's part of the log begins.
    log_start: u64,
}

impl Server {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, Error> {
        self.child.try_wait().map_err(Error::io(format!("look after {}", self.name)))
    }

    /// The last lines of this run's log.
    pub(crate) fn log_tail(&self) -> String {
        log_tail(&self.log_path, self.log_start)
            .unwrap_or_else(|error| format!("(the log cannot be read: {error})"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both are no-ops on a child that has ended and been reaped.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(mut leash) = self.leash.take() {
            let _ = leash.write_all(b"reaped\n");
        }
    }
}

/// How much of a log an error quotes.
const TAIL_BYTES: u64 = 8 * 1024;
const TAIL_LINES: usize = 20;

fn log_tail(path: &Path, start: u64) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let from = file.metadata()?.len().saturating_sub(TAIL_BYTES).max(start);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n"))
}
