//! Runs the server in a process of its own. Must not know the responses.

use std::{env, io::Write as _, process::Stdio, thread};

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    runtime::Builder,
};

use super::CannedServer;
use crate::plan::Plan;

/// The subcommand that runs the server.
pub const SERVE: &str = "serve";

/// A server in another process, which ends when this value is dropped.
#[derive(Debug)]
pub struct ServerProcess {
    _child: Child,
    address: String,
}

impl ServerProcess {
    /// Starts this program again, with the subcommand [`SERVE`].
    ///
    /// # Errors
    /// If the process cannot be started.
    pub async fn start(plan: Plan) -> Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .arg(SERVE)
            .args(plan.arguments())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("start the server")?;
        let stdout = child.stdout.take().context("the server has no standard output")?;
        let address = BufReader::new(stdout).lines().next_line().await?;
        Ok(Self { _child: child, address: address.context("the server did not print its address")? })
    }

    /// Its `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// Prints the address, then serves until standard input closes, which is also the end of the parent process. One
/// thread, so that the server uses little CPU compared with the peer.
///
/// # Errors
/// If no port can be bound.
pub fn serve(plan: Plan) -> Result<()> {
    thread::spawn(|| {
        // End of input and a read error both mean that the parent has exited.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let server = CannedServer::start(plan).await?;
        let mut stdout = std::io::stdout();
        writeln!(stdout, "{}", server.address())?;
        stdout.flush()?;
        std::future::pending().await
    })
}
