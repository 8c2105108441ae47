//! Runs the browser without a window. Must not know what it shows.

use std::{
    env,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// The names of the program in Debian, in other distributions, and of Google's builds.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A running browser, which ends when this value is dropped.
pub(crate) struct Chromium {
    process: Child,
    _profile: TempDir,
}

impl Chromium {
    /// Opens this address, in an empty profile.
    pub(crate) fn start(program: Option<PathBuf>, url: &str) -> Result<Self> {
        let program = program.or_else(|| NAMES.iter().find_map(|name| in_path(name))).with_context(|| {
            format!("no browser: install Debian's package `chromium`, or pass --browser ({NAMES:?} are not in PATH)")
        })?;
        let profile = TempDir::new()?;
        let process = Command::new(&program)
            // Root, as in a container, may not use the sandbox. Only the book's pages are opened.
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--window-size=1400,1000"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| program.display().to_string())?;
        Ok(Self { process, _profile: profile })
    }

    /// Ends it, so that nothing writes to its profile any more.
    pub(crate) async fn stop(mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }
}

fn in_path(name: &str) -> Option<PathBuf> {
    let paths = env::var_os("PATH")?;
    env::split_paths(&paths).map(|folder| folder.join(name)).find(|program| Path::is_file(program))
}
