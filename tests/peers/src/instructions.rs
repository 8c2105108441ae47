//! How many instructions the runtime executes per object and per event, counted by Valgrind. Other processes do not
//! change the count, so it shows a change that seconds on a busy machine do not.
//!
//! Everything is in one process and one thread: the responses come from memory.

use std::{convert::Infallible, env, fmt, process::Command, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use clap::{Args, ValueEnum};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::StreamBody;
use kube::{Client, client::Body};
use reflector_runtime::{
    Informer, InitialListStrategy, ResourceType,
    key::KeyRef,
    list_watch::{
        DecodedObjects, KubeListerWatcher, ListPart, ListRequest, ListerWatcher as _, NoDecodedObjects,
        ObjectVersion, ReadVersion, WatchKind, WatchRequest,
    },
};
use tokio::runtime::Builder;

use crate::{
    decode::{PodFormat, decode_pods},
    object::{Gadget, GadgetSpec},
    plan::{Plan, State},
    text::Texts,
};

/// The subcommand that prints the table.
pub const INSTRUCTIONS: &str = "instructions";

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Work {
    /// Only the texts are written. The other counts do not include this.
    #[value(hide = true)]
    Texts,
    /// An item of a list that is cached in that version: framing, and reading its key and version.
    Unchanged,
    /// An item of a list: framing and decoding.
    Item,
    /// An event of a watch: framing and decoding.
    Event,
    /// An item of an informer's first list, up to the store and a subscriber.
    Added,
    /// An event of an informer's watch, up to the store and a subscriber.
    Updated,
    /// Only decoding a Pod, without managed fields, from JSON.
    PodJson,
    /// Only decoding the same Pod, with managed fields that are stripped, from protobuf.
    PodProtobuf,
}

impl Work {
    /// The number of instructions above which `--check` fails: one tenth more than measured with Rust 1.95.
    fn bound(self) -> u64 {
        match self {
            Self::Texts => u64::MAX,
            Self::Unchanged => 22_000,
            Self::Item | Self::Event => 82_000,
            Self::Added | Self::Updated => 89_000,
            Self::PodJson => 178_000,
            Self::PodProtobuf => 187_000,
        }
    }
}

/// Options of the subcommand.
#[derive(Args, Clone, Copy, Debug)]
pub struct Options {
    /// Fails if a count exceeds its recorded bound.
    #[arg(long)]
    check: bool,
    /// Does the work in this process, without counting.
    #[arg(long, requires = "objects", hide = true)]
    work: Option<Work>,
    /// The number of objects, and of events.
    #[arg(long, hide = true)]
    objects: Option<u32>,
}

/// The two numbers of objects whose difference is counted.
const FEW: u32 = 1_000;
const MANY: u32 = 3_000;

/// Counts each kind of work, and prints the table.
///
/// # Errors
/// Returns an error if Valgrind is not installed, if the work fails, or if a bound is exceeded.
pub fn count(options: Options) -> Result<()> {
    if let (Some(work), Some(objects)) = (options.work, options.objects) {
        return Builder::new_current_thread().enable_all().build()?.block_on(run(work, objects));
    }
    println!("{:<12}{:>14}{:>10}", "work", "instructions", "bound");
    let texts = per_object(Work::Texts)?;
    let (mut exceeded, mut added) = (Vec::new(), 0);
    let works = [
        Work::Unchanged,
        Work::Item,
        Work::Event,
        Work::Added,
        Work::Updated,
        Work::PodJson,
        Work::PodProtobuf,
    ];
    for work in works {
        let others = match work {
            // The texts are those of a fixed number of Pods.
            Work::Texts | Work::PodJson | Work::PodProtobuf => 0,
            // The process also adds each object.
            Work::Updated => texts + added,
            Work::Unchanged | Work::Item | Work::Event | Work::Added => texts,
        };
        let counted = per_object(work)?.saturating_sub(others);
        added = counted;
        let (name, bound) = (work.to_string(), work.bound());
        println!("{name:<12}{counted:>14}{bound:>10}");
        if counted > bound {
            exceeded.push(name);
        }
    }
    ensure!(
        !options.check || exceeded.is_empty(),
        "more instructions than recorded: {}",
        exceeded.join(", ")
    );
    Ok(())
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// Counted as a difference, so that what happens once is not.
fn per_object(work: Work) -> Result<u64> {
    let difference = instructions(work, MANY)?.saturating_sub(instructions(work, FEW)?);
    Ok(difference / u64::from(MANY - FEW))
}

fn instructions(work: Work, objects: u32) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args([INSTRUCTIONS, "--work", &work.to_string(), "--objects", &objects.to_string()])
        .output()
        .context("valgrind, which is in the package of that name")?;
    let report = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{report}");
    let collected = report.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.with_context(|| format!("no count in {report}"))?;
    Ok(count.trim().parse()?)
}

async fn run(work: Work, objects: u32) -> Result<()> {
    let plan = Plan::gadgets(objects, objects);
    match work {
        Work::Texts => {
            drop(client(plan, Events::All));
            Ok(())
        }
        Work::Unchanged => list(plan, Arc::new(SameObject(Arc::new(Gadget::new("", spec()?))))).await,
        Work::Item => list(plan, Arc::new(NoDecodedObjects)).await,
        Work::Event => watch(plan).await,
        Work::Added => informer(plan, Events::None).await,
        Work::Updated => informer(plan, Events::All).await,
        Work::PodJson => decode_pods(PodFormat::Json, objects).await,
        Work::PodProtobuf => decode_pods(PodFormat::Protobuf, objects).await,
    }
}

fn spec() -> Result<GadgetSpec> {
    Ok(serde_json::from_str(r#"{"color":"","image":"","parts":[],"replicas":0}"#)?)
}

/// Every object is this one.
struct SameObject(Arc<Gadget>);

impl DecodedObjects<Gadget> for SameObject {
    fn known(&self, _key: KeyRef<'_>, _version: ObjectVersion<'_>) -> Option<Arc<Gadget>> {
        Some(self.0.clone())
    }
}

fn lister_watcher(plan: Plan) -> KubeListerWatcher<Gadget> {
    KubeListerWatcher::new(client(plan, Events::All), ResourceType::from_resource())
}

async fn list(plan: Plan, known: Arc<dyn DecodedObjects<Gadget>>) -> Result<()> {
    let request = ListRequest { resource_version: ReadVersion::Any, limit: None, continue_token: None };
    let mut parts = lister_watcher(plan).list(request, known).await?;
    let mut items = 0;
    while let Some(part) = parts.try_next().await? {
        if let ListPart::Items(some) = part {
            items += some.len();
        }
    }
    ensure!(items == plan.objects as usize, "{items} items");
    Ok(())
}

async fn watch(plan: Plan) -> Result<()> {
    let request = WatchRequest {
        resource_version: ReadVersion::Any,
        kind: WatchKind::Changes,
        timeout: Duration::from_secs(60),
    };
    let mut events = lister_watcher(plan).watch(request, Arc::new(NoDecodedObjects)).await?;
    let mut received = 0;
    while received < plan.events as usize {
        received += events.try_next().await?.context("the watch ended")?.len();
    }
    Ok(())
}

/// Runs an informer until its store has the last version.
async fn informer(plan: Plan, events: Events) -> Result<()> {
    let version = match events {
        Events::None => plan.list_version(State::First),
        Events::All => plan.list_version(State::Followed),
    };
    let informer = Informer::<Gadget>::builder(client(plan, events))
        .initial_list_strategy(InitialListStrategy::List)
        .start();
    let mut received = informer.subscribe();
    let (version, lister) = (version.to_string(), informer.lister());
    while lister.resource_version().as_deref() != Some(&version) {
        received.next().await.context("the informer ended")?;
    }
    informer.shutdown().await;
    Ok(())
}

/// Which events the server sends.
#[derive(Clone, Copy)]
enum Events {
    None,
    All,
}

/// A client whose server answers from memory: a list of the objects in their first version, and a watch that sends
/// events and stays open.
fn client(plan: Plan, events: Events) -> Client {
    let texts = Texts::new(plan);
    let list = list_chunks(plan, &texts);
    let events: Vec<Bytes> = match events {
        Events::None => Vec::new(),
        Events::All => texts.events().map(event).collect(),
    };
    let service = tower::service_fn(move |request: Request<Body>| {
        let (chunks, end) = match request.uri().query() {
            Some(query) if query.contains("watch=") => (events.clone(), stream::pending().boxed()),
            _ => (list.clone(), stream::empty().boxed()),
        };
        let frames = stream::iter(chunks).chain(end).map(|bytes| Ok::<_, Infallible>(Frame::data(bytes)));
        let response = Response::new(StreamBody::new(frames));
        async { Ok::<_, Infallible>(response) }
    });
    Client::new(service, "default")
}

/// The size of the chunks in which hyper passes on a long body.
const CHUNK: usize = 16 << 10;

fn list_chunks(plan: Plan, texts: &Texts) -> Vec<Bytes> {
    let items: Vec<&[u8]> = (0..plan.objects as usize).map(|at| texts.object(State::First, at)).collect();
    let end = format!(
        r#"],"kind":"GadgetList","metadata":{{"resourceVersion":"{}"}}}}"#,
        plan.list_version(State::First)
    );
    let begin = &br#"{"apiVersion":"peers.example.com/v1","items":["#[..];
    let list = Bytes::from([begin, &items.join(&b','), end.as_bytes()].concat());
    (0..list.len()).step_by(CHUNK).map(|at| list.slice(at..list.len().min(at + CHUNK))).collect()
}

fn event(object: &[u8]) -> Bytes {
    [br#"{"type":"MODIFIED","object":"#, object, b"}\n"].concat().into()
}
