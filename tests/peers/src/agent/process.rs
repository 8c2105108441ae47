//! Starts agents in processes of their own and passes tasks to them. Must not know how a task is performed.

use std::{env, path::PathBuf, process::Stdio};

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    task::spawn_blocking,
};

use super::{AGENT, AgentOptions, Answer, Perform, Task};
use crate::{
    client_go,
    peer::{Content, GoPeer, Peer, Program},
};

/// An agent in another process, which ends when this value is dropped.
#[derive(Debug)]
pub struct AgentProcess {
    child: Child,
    tasks: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl AgentProcess {
    /// Starts an agent: this program, or the Go program, which is built first if necessary.
    ///
    /// # Errors
    /// If the process cannot be started, or the Go program cannot be built.
    pub async fn start(peer: Peer, options: &AgentOptions) -> Result<Self> {
        let mut command = match peer.program() {
            Program::Rust(_) => {
                let mut command = Command::new(env::current_exe()?);
                command.args([AGENT, "--peer", &peer.name()]).args(options.runtime.arguments());
                command
            }
            Program::Go(go) => go_command(go, options).await?,
        };
        let mut child = command
            .args(options.arguments())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("start an agent")?;
        let tasks = child.stdin.take().context("the agent has no standard input")?;
        let answers = child.stdout.take().context("the agent has no standard output")?;
        Ok(Self { child, tasks, answers: BufReader::new(answers).lines() })
    }
}

async fn go_command(go: GoPeer, options: &AgentOptions) -> Result<Command> {
    let program: PathBuf = spawn_blocking(client_go::informer).await??;
    let mut command = Command::new(program);
    let content = match go.content {
        Content::Whole => "whole",
        Content::Metadata => "metadata",
    };
    command
        .env("KUBE_FEATURE_WatchListClient", go.watch_list)
        .arg(format!("--encoding={}", go.encoding))
        .arg(format!("--content={content}"));
    if let Some(threads) = options.runtime.go_max_procs() {
        command.env("GOMAXPROCS", threads.to_string());
    }
    Ok(command)
}

impl Perform for AgentProcess {
    async fn perform(&mut self, task: Task) -> Result<Answer> {
        self.tasks.write_all(format!("{}\n", serde_json::to_string(&task)?).as_bytes()).await?;
        let Some(line) = self.answers.next_line().await? else {
            let status = self.child.wait().await?;
            anyhow::bail!("the agent ended during {task:?}: {status}");
        };
        serde_json::from_str(&line).context("an answer of the agent")
    }
}
