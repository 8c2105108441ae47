//! client-go's informers, in a process of their own: orders go in and reports come out as JSON lines.

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

/// Runs client-go's informers. Dropping it ends the process.
pub struct ClientGo {
    orders: UnboundedSender<Order>,
    routes: Routes,
    _process: Child,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Order {
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

/// Where each informer's reports go.
#[derive(Clone, Default)]
struct Routes(Arc<Mutex<HashMap<String, UnboundedSender<Observation>>>>);

impl Routes {
    fn with<R>(&self, act: impl FnOnce(&mut HashMap<String, UnboundedSender<Observation>>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn deliver(&self, id: &str, what: Observation) {
        self.with(|routes| {
            if let Some(route) = routes.get(id) {
                // Nobody waits for it any more.
                let _ = route.send(what);
            }
        });
    }

    fn fail_all(&self, why: &str) {
        self.with(|routes| {
            for (_, route) in routes.drain() {
                let _ = route.send(Observation::Failed(why.to_owned()));
            }
        });
    }
}

impl ClientGo {
    /// Starts the process.
    ///
    /// # Errors
    /// Where it does not start.
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
            return Err(Error::Driver("its pipes are missing".to_owned()));
        };
        let (orders, to_write) = unbounded_channel();
        let routes = Routes::default();
        tokio::spawn(write_orders(stdin, to_write));
        tokio::spawn(read_reports(stdout, routes.clone()));
        Ok(Self { orders, routes, _process: process })
    }
}

impl Driver for ClientGo {
    fn name(&self) -> &'static str {
        "client-go"
    }

    fn start(&self, subject: &Subject) -> Result<Running, Error> {
        let (orders, id) = (self.orders.clone(), subject.id.clone());
        let (running, told) = Running::new(move || {
            // The writer ends only with the process; then the reader has said so.
            let _ = orders.send(Order::Stop(id));
        });
        self.routes.with(|routes| routes.insert(subject.id.clone(), told));
        self.orders
            .send(Order::Start(subject.clone()))
            .map_err(|_| Error::Driver("it has ended".to_owned()))?;
        Ok(running)
    }
}

async fn write_orders(mut stdin: ChildStdin, mut orders: UnboundedReceiver<Order>) {
    while let Some(order) = orders.recv().await {
        let Ok(mut line) = serde_json::to_vec(&order) else {
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
                    let what = [
                        report.call.map(Observation::Call),
                        report.end.map(Observation::Final),
                        report.error.map(Observation::Failed),
                    ];
                    for what in what.into_iter().flatten() {
                        routes.deliver(&report.id, what);
                    }
                }
                Err(error) => return routes.fail_all(&format!("it wrote a line that is no report: {error}")),
            },
            Ok(None) => return routes.fail_all("its process has ended"),
            Err(error) => return routes.fail_all(&format!("its output cannot be read: {error}")),
        }
    }
}
