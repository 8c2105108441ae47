//! A server that plays a script over TCP, and what it was asked. Must not know who asks.

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

/// How long a port may take to be free again.
const GIVING_BACK: Duration = Duration::from_secs(5);

/// What a request asks for, as far as answers depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A list.
    List,
    /// A watch that begins with the state as it is.
    WatchList,
    /// Another watch.
    Watch,
    /// Anything else.
    Other,
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The objects of the scenario.
    Meant,
    /// Others.
    Other,
}

/// One request, and how long it came after what was before it.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the server noted.
    pub record: RequestRecord,
    /// What it asks for.
    pub asked: Asked,
    /// Whether of the scenario's own objects.
    pub target: Target,
    /// From the end of the answers before it, as far as the script tells their ends.
    pub pause: Duration,
}

/// A server with its script.
pub struct Stage {
    server: ApiServer,
    /// The path of the scenario's objects.
    path: String,
    address: Address,
    takes: Takes,
    /// When the port was closed.
    outage: Option<Instant>,
}

enum Address {
    Open(ServerHandle),
    /// The port is taken, and nothing listens on it: connections are refused.
    Reserved(Reserved),
    /// Between the two.
    Changing(u16),
}

/// A port that is taken.
struct Reserved {
    port: u16,
    _socket: TcpSocket,
}

/// How long each answer takes, by what is asked.
#[derive(Default)]
struct Takes {
    lists: Vec<Duration>,
    watch_lists: Vec<Duration>,
    watches: Vec<Duration>,
}

impl Takes {
    fn of(&self, asked: Asked) -> &[Duration] {
        match asked {
            Asked::List => &self.lists,
            Asked::WatchList => &self.watch_lists,
            Asked::Watch => &self.watches,
            Asked::Other => &[],
        }
    }
}

impl Stage {
    /// Sets up a server for a scenario. It listens, unless the script begins with an outage.
    ///
    /// # Errors
    /// Where the script cannot be understood, or no port is free.
    pub async fn new(scenario: &Scenario) -> Result<Self, Error> {
        let server = ApiServer::new();
        server.install_crd(widget_crd()).map_err(|status| Error::Server(Box::new(status)))?;
        let resource = scenario.resource;
        let namespace = scenario.select.namespace.as_str();
        let mut takes = Takes::default();
        let script = |matcher, answers: &[ScriptedAnswer], otherwise| {
            let mut answers_and_times = Vec::new();
            for answer in answers {
                let timed = answer.build(resource, namespace).map_err(|message| Error::Data {
                    file: format!("{}.yaml", scenario.name).into(),
                    message,
                })?;
                answers_and_times.push((timed.answer, timed.takes));
            }
            let (answers, times): (Vec<Answer>, Vec<Duration>) = answers_and_times.into_iter().unzip();
            server.faults().script_or(matcher, answers, otherwise);
            Ok::<_, Error>(times)
        };
        let plural = resource.plural();
        takes.lists = script(RequestMatcher::list(plural), &scenario.lists, Answer::hang())?;
        takes.watch_lists =
            script(RequestMatcher::watch_list(plural), &scenario.watch_lists, script::silent_watch())?;
        takes.watches = script(
            RequestMatcher::plain_watch(plural),
            &scenario.watches,
            script::last_watch(resource, namespace),
        )?;
        let address = match scenario.outage {
            Some(outage) if outage.after_requests == 0 => Address::Reserved(reserve(0)?),
            _ => Address::Open(server.listen().await.map_err(Error::io("listen"))?),
        };
        Ok(Self { server, path: resource.path(namespace), address, takes, outage: None })
    }

    /// Where the server is, or will be.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    fn port(&self) -> u16 {
        match &self.address {
            Address::Open(listening) => listening.addr().port(),
            Address::Reserved(reserved) => reserved.port,
            Address::Changing(port) => *port,
        }
    }

    /// Plays the scenario's outage, if it has one, and then waits for ever.
    ///
    /// # Errors
    /// Where the port cannot be taken again.
    pub async fn play_outage(&mut self, scenario: &Scenario) -> Result<(), Error> {
        if let Some(outage) = scenario.outage {
            while self.server.requests().len() < outage.after_requests {
                sleep(Duration::from_millis(5)).await;
            }
            if outage.after_requests > 0 {
                // The last of them has its answer.
                sleep(Duration::from_millis(200)).await;
            }
            self.close().await?;
            sleep(Duration::from_millis(outage.lasts)).await;
            let listening = self.server.listen_on(self.port()).await;
            self.address = Address::Open(listening.map_err(Error::io("listen again"))?);
        }
        std::future::pending().await
    }

    /// Closes the port and every connection, and keeps the port.
    async fn close(&mut self) -> Result<(), Error> {
        let port = self.port();
        if let Address::Reserved(_) = self.address {
            return Ok(());
        }
        self.address = Address::Changing(port);
        let since = Instant::now();
        self.outage = Some(since);
        // The port is given back when the task that listened has ended.
        loop {
            match reserve(port) {
                Ok(reserved) => {
                    self.address = Address::Reserved(reserved);
                    return Ok(());
                }
                Err(error) if since.elapsed() > GIVING_BACK => return Err(error),
                Err(_) => sleep(Duration::from_millis(1)).await,
            }
        }
    }

    /// Everything that was asked.
    pub fn requests(&self) -> Vec<Request> {
        let mut requests: Vec<Request> = Vec::new();
        let mut quiet_since: Option<Instant> = None;
        for record in self.server.requests() {
            let asked = asked(&record);
            let since = match self.outage {
                Some(outage) if outage < record.at => quiet_since.map(|end| end.max(outage)),
                _ => quiet_since,
            };
            let pause = since.map_or(Duration::ZERO, |end| record.at.saturating_duration_since(end));
            let number = requests.iter().filter(|other| other.asked == asked).count();
            let takes = self.takes.of(asked).get(number).copied().unwrap_or_default();
            let end = record.at + takes;
            quiet_since = Some(quiet_since.map_or(end, |before| before.max(end)));
            let target = if record.path == self.path { Target::Meant } else { Target::Other };
            requests.push(Request { record, asked, target, pause });
        }
        requests
    }
}

fn asked(record: &RequestRecord) -> Asked {
    let is_ours = record.resource.as_ref().is_some_and(|resource| {
        [Resource::Widgets, Resource::ConfigMaps].iter().any(|ours| ours.plural() == resource.resource)
    });
    match record.verb {
        Verb::List if is_ours => Asked::List,
        Verb::Watch if is_ours => match record.parameter("sendInitialEvents").as_deref() {
            Some("true") => Asked::WatchList,
            _ => Asked::Watch,
        },
        _ => Asked::Other,
    }
}

/// Takes a port without listening on it. Whoever connects is refused, and nobody else is given the port.
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
