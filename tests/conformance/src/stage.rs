//! A server that plays a script over TCP, and the requests it received. Must not know which client sends them.

use std::time::Duration;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, RequestRecord, ServerHandle, Verb};
use serde_json::json;
use tokio::{
    net::TcpSocket,
    time::{Instant, sleep},
};

use crate::{
    Error, Scenario,
    script::{self, Resource, ScriptedAnswer},
};

/// Time limit for the release of a port.
const PORT_RELEASE_TIMEOUT: Duration = Duration::from_secs(5);

/// The kinds of requests that a script answers differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// A list.
    List,
    /// A list of the newest state with a limit of 1, for the server's version.
    Probe,
    /// A watch that requests the initial events.
    WatchList,
    /// Any other watch.
    Watch,
    /// Any other request.
    Other,
}

/// The objects that a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The objects of the scenario.
    Scenario,
    /// Other objects.
    Other,
}

/// One request, and the pause before it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The server's record of the request.
    pub record: RequestRecord,
    /// Its kind.
    pub kind: RequestKind,
    /// The objects it is for.
    pub target: Target,
    /// The time since the end of the preceding answers, as far as the script defines when they end.
    pub pause: Duration,
}

/// A server with its script.
pub struct Stage {
    server: ApiServer,
    /// The path of the scenario's objects.
    path: String,
    address: Address,
    durations: Durations,
    /// The time at which the port was closed.
    outage: Option<Instant>,
}

enum Address {
    Open(ServerHandle),
    /// The port is bound, but the server does not listen on it: connections are refused.
    Reserved(Reserved),
    /// In transition between the two.
    Changing(u16),
}

/// A bound port.
struct Reserved {
    port: u16,
    _socket: TcpSocket,
}

/// The duration of each answer, by kind of request.
#[derive(Default)]
struct Durations {
    lists: Vec<Duration>,
    probes: Vec<Duration>,
    watch_lists: Vec<Duration>,
    watches: Vec<Duration>,
}

impl Durations {
    fn of(&self, kind: RequestKind) -> &[Duration] {
        match kind {
            RequestKind::List => &self.lists,
            RequestKind::Probe => &self.probes,
            RequestKind::WatchList => &self.watch_lists,
            RequestKind::Watch => &self.watches,
            RequestKind::Other => &[],
        }
    }
}

impl Stage {
    /// Sets up a server for a scenario. It listens, unless the script begins with an outage.
    ///
    /// # Errors
    /// If the script is not valid, or no port is free.
    pub async fn new(scenario: &Scenario) -> Result<Self, Error> {
        let server = ApiServer::new();
        server.install_crd(widget_crd()).map_err(|status| Error::Server(Box::new(status)))?;
        let resource = scenario.resource;
        let namespace = scenario.select.namespace.as_str();
        let mut durations = Durations::default();
        let script = |matcher, answers: &[ScriptedAnswer], otherwise| {
            let mut timed_answers = Vec::new();
            for answer in answers {
                let timed = answer.build(resource, namespace).map_err(|message| Error::Data {
                    file: format!("{}.yaml", scenario.name).into(),
                    message,
                })?;
                timed_answers.push((scenario.format.encode(timed.answer), timed.duration));
            }
            let (answers, durations): (Vec<Answer>, Vec<Duration>) = timed_answers.into_iter().unzip();
            server.faults().script_or(matcher, answers, scenario.format.encode(otherwise));
            Ok::<_, Error>(durations)
        };
        let plural = resource.plural();
        // The first rule that matches a request answers it.
        if scenario.page_size != 1 {
            let probe = RequestMatcher::list(plural)
                .parameter("limit", "1")
                .parameter("resourceVersion", "")
                .parameter("continue", "");
            durations.probes = script(probe, &scenario.probes, script::current_version(resource))?;
        }
        durations.lists = script(RequestMatcher::list(plural), &scenario.lists, Answer::hang())?;
        durations.watch_lists =
            script(RequestMatcher::watch_list(plural), &scenario.watch_lists, script::idle_watch())?;
        durations.watches = script(
            RequestMatcher::plain_watch(plural),
            &scenario.watches,
            script::last_watch(resource, namespace),
        )?;
        let address = match scenario.outage {
            Some(outage) if outage.after_requests == 0 => Address::Reserved(reserve(0)?),
            _ => Address::Open(server.listen().await.map_err(Error::io("listen"))?),
        };
        Ok(Self { server, path: resource.path(namespace), address, durations, outage: None })
    }

    /// The URL of the server, even while it does not listen.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    /// Counts the requests received so far.
    pub fn counter(&self) -> impl Fn() -> usize + Send + use<> {
        let server = self.server.clone();
        move || server.requests().len()
    }

    fn port(&self) -> u16 {
        match &self.address {
            Address::Open(listening) => listening.addr().port(),
            Address::Reserved(reserved) => reserved.port,
            Address::Changing(port) => *port,
        }
    }

    /// Plays the scenario's outage, if it has one, and then never completes.
    ///
    /// # Errors
    /// If the port cannot be bound again.
    pub async fn play_outage(&mut self, scenario: &Scenario) -> Result<(), Error> {
        if let Some(outage) = scenario.outage {
            while self.server.requests().len() < outage.after_requests {
                sleep(Duration::from_millis(5)).await;
            }
            if outage.after_requests > 0 {
                // Gives the last of them time to be answered.
                sleep(Duration::from_millis(200)).await;
            }
            self.close().await?;
            sleep(Duration::from_millis(outage.lasts)).await;
            let listening = self.server.listen_on(self.port()).await;
            self.address = Address::Open(listening.map_err(Error::io("listen again"))?);
        }
        std::future::pending().await
    }

    /// Closes the listener and every connection, but keeps the port bound.
    async fn close(&mut self) -> Result<(), Error> {
        let port = self.port();
        if let Address::Reserved(_) = self.address {
            return Ok(());
        }
        self.address = Address::Changing(port);
        let since = Instant::now();
        self.outage = Some(since);
        // The port is released when the listening task ends.
        loop {
            match reserve(port) {
                Ok(reserved) => {
                    self.address = Address::Reserved(reserved);
                    return Ok(());
                }
                Err(error) if since.elapsed() > PORT_RELEASE_TIMEOUT => return Err(error),
                Err(_) => sleep(Duration::from_millis(1)).await,
            }
        }
    }

    /// All requests received so far.
    pub fn requests(&self) -> Vec<Request> {
        let mut requests: Vec<Request> = Vec::new();
        let mut idle_since: Option<Instant> = None;
        for record in self.server.requests() {
            let kind = request_kind(&record);
            let since = match self.outage {
                Some(outage) if outage < record.at => idle_since.map(|end| end.max(outage)),
                _ => idle_since,
            };
            let pause = since.map_or(Duration::ZERO, |end| record.at.saturating_duration_since(end));
            let number = requests.iter().filter(|other| other.kind == kind).count();
            let duration = self.durations.of(kind).get(number).copied().unwrap_or_default();
            let end = record.at + duration;
            idle_since = Some(idle_since.map_or(end, |before| before.max(end)));
            let target = if record.path == self.path { Target::Scenario } else { Target::Other };
            requests.push(Request { record, kind, target, pause });
        }
        requests
    }
}

fn request_kind(record: &RequestRecord) -> RequestKind {
    let is_scripted = record.resource.as_ref().is_some_and(|resource| {
        [Resource::Widgets, Resource::ConfigMaps, Resource::Namespaces]
            .iter()
            .any(|scripted| scripted.plural() == resource.resource)
    });
    match record.verb {
        Verb::List if is_scripted && is_probe(record) => RequestKind::Probe,
        Verb::List if is_scripted => RequestKind::List,
        Verb::Watch if is_scripted => match record.parameter("sendInitialEvents").as_deref() {
            Some("true") => RequestKind::WatchList,
            _ => RequestKind::Watch,
        },
        _ => RequestKind::Other,
    }
}

fn is_probe(record: &RequestRecord) -> bool {
    record.parameter("limit").as_deref() == Some("1")
        && record.parameter("resourceVersion").is_none_or(|version| version.is_empty())
        && record.parameter("continue").is_none()
}

/// Binds a port without listening on it. Connections to it are refused, and the system does not assign
/// the port to another process.
fn reserve(port: u16) -> Result<Reserved, Error> {
    let reserve = || {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind((std::net::Ipv4Addr::LOCALHOST, port).into())?;
        Ok(Reserved { port: socket.local_addr()?.port(), _socket: socket })
    };
    reserve().map_err(Error::io("reserve a port"))
}

fn widget_crd() -> serde_json::Value {
    json!({
        "metadata": { "name": "widgets.example.com" },
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": { "plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList" },
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": { "openAPIV3Schema": {
                    "type": "object", "x-kubernetes-preserve-unknown-fields": true } },
            }],
        },
    })
}
