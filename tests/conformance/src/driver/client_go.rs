//! client-go's informers, in a separate process that reads commands and writes reports as JSON lines.

use std::{
    collections::HashMap,
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

use super::{Call, Driver, Final, Observation, Running, Subject};
use crate::{Error, Gate};

/// Runs client-go's informers. Dropping it kills the process.
pub struct ClientGo {
    commands: UnboundedSender<DriverCommand>,
    routes: Routes,
    _process: Child,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum DriverCommand {
    Start(Subject),
    Stop(String),
}

#[derive(Deserialize)]
struct Report {
    id: String,
    #[serde(default)]
    call: Option<Call>,
    #[serde(default, rename = "final")]
    end: Option<Final>,
    #[serde(default)]
    error: Option<String>,
}

/// The receiver of each informer's reports, by id.
#[derive(Clone, Default)]
struct Routes(Arc<Mutex<HashMap<String, UnboundedSender<Observation>>>>);

impl Routes {
    fn with<R>(&self, action: impl FnOnce(&mut HashMap<String, UnboundedSender<Observation>>) -> R) -> R {
        action(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn deliver(&self, id: &str, observation: Observation) {
        self.with(|routes| {
            if let Some(route) = routes.get(id) {
                // Sending fails only if the run has ended.
                let _ = route.send(observation);
            }
        });
    }

    fn fail_all(&self, error: &str) {
        self.with(|routes| {
            for (_, route) in routes.drain() {
                let _ = route.send(Observation::Failed(error.to_owned()));
            }
        });
    }
}

impl ClientGo {
    /// Starts the process.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn launch(program: &Path, gate: Gate) -> Result<Self, Error> {
        let watch_list = match gate {
            Gate::List => "false",
            Gate::WatchList => "true",
        };
        let mut process = Command::new(program)
            .env("KUBE_FEATURE_WatchListClient", watch_list)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .map_err(Error::io(format!("run {}", program.display())))?;
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(Error::Driver("its standard input or output is missing".to_owned()));
        };
        let (commands, to_write) = unbounded_channel();
        let routes = Routes::default();
        tokio::spawn(write_commands(stdin, to_write));
        tokio::spawn(read_reports(stdout, routes.clone()));
        Ok(Self { commands, routes, _process: process })
    }
}

impl Driver for ClientGo {
    fn name(&self) -> &'static str {
        "client-go"
    }

    fn start(&self, subject: &Subject) -> Result<Running, Error> {
        let (commands, id) = (self.commands.clone(), subject.id.clone());
        let (running, observations) = Running::new(move || {
            // The writer task ends only with the process, which the reader task reports.
            let _ = commands.send(DriverCommand::Stop(id));
        });
        self.routes.with(|routes| routes.insert(subject.id.clone(), observations));
        self.commands
            .send(DriverCommand::Start(subject.clone()))
            .map_err(|_| Error::Driver("its process has ended".to_owned()))?;
        Ok(running)
    }
}

async fn write_commands(mut stdin: ChildStdin, mut commands: UnboundedReceiver<DriverCommand>) {
    while let Some(command) = commands.recv().await {
        let Ok(mut line) = serde_json::to_vec(&command) else {
            continue;
        };
        line.push(b'\n');
        if stdin.write_all(&line).await.is_err() || stdin.flush().await.is_err() {
            return;
        }
    }
}

async fn read_reports(stdout: ChildStdout, routes: Routes) {
    let mut lines = BufReader::new(stdout).lines();
    loop {
        match lines.next_line().await {
            Ok(Some(line)) => match serde_json::from_str::<Report>(&line) {
                Ok(report) => {
                    let observations = [
                        report.call.map(Observation::Call),
                        report.end.map(Observation::Final),
                        report.error.map(Observation::Failed),
                    ];
                    for observation in observations.into_iter().flatten() {
                        routes.deliver(&report.id, observation);
                    }
                }
                Err(error) => {
                    return routes.fail_all(&format!("it wrote a line that is not a valid report: {error}"));
                }
            },
            Ok(None) => return routes.fail_all("its process has ended"),
            Err(error) => return routes.fail_all(&format!("its output cannot be read: {error}")),
        }
    }
}
