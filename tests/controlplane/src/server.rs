//! One child process that cannot outlive this one, and its log. Must not know about Kubernetes.

use std::{
    ffi::OsString,
    fs::OpenOptions,
    io::{Read, Seek, SeekFrom, Write},
    os::unix::{fs::OpenOptionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
};

use crate::Error;

/// Runs `$@` as the child process, with a background guard process that waits on a pipe held by this process.
///
/// A line on the pipe means that the server has been reaped: the guard exits. End of file without a line means that
/// this process has ended, possibly by SIGKILL: the guard then kills the server, whose pid cannot have been reused
/// because only this process reaps it, and removes the data folder `$1`, which contains tokens. Uses only `sh`
/// builtins except for `rm`.
const GUARDED: &str = r#"
folder=$1; shift
exec 3<&0
{ read -r _ <&3 || { kill -KILL $$; rm -rf -- "$folder"; }; } >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-
"#;

/// The command to run and the location of its log.
#[derive(Debug)]
pub(crate) struct ServerCommand {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    /// The control plane's folder. It is the working folder, contains the log, and is removed by the guard.
    pub(crate) folder: PathBuf,
}

impl ServerCommand {
    /// Starts the server. The log is appended to, so it covers all restarts.
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
            // A ctrl-c on the terminal must reach only this process, which then stops the servers.
            .process_group(0)
            .spawn()
            .map_err(Error::io(format!("run {} through /bin/sh", self.program.display())))?;
        let guard_pipe = child.stdin.take();
        Ok(Server { name: self.name, child, guard_pipe, log_path, log_start })
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
    guard_pipe: Option<ChildStdin>,
    log_path: PathBuf,
    /// The offset in the log at which this run begins.
    log_start: u64,
}

impl Server {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The exit status, if the server has exited.
    pub(crate) fn exit_status(&mut self) -> Result<Option<ExitStatus>, Error> {
        self.child.try_wait().map_err(Error::io(format!("check the status of {}", self.name)))
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
        if let Some(mut guard_pipe) = self.guard_pipe.take() {
            let _ = guard_pipe.write_all(b"reaped\n");
        }
    }
}

/// The maximum size of a log excerpt in an error.
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
