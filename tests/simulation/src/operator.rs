//! An operator in the simulated world: a reconciler that copies the color of each widget to an annotation. The server
//! and the network between them have the faults of a plan, and its own runs fail and panic.
//!
//! Checks that each key's runs never overlap, that no run reads a state older than its own write of the same epoch,
//! and that the world equals the spec once the faults have ended.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use fastrand::Rng;
use parking_lot::Mutex;
use reflector_apiserver::{ApiServer, Fault};
use reflector_runtime::{
    Informer, InformerBuilder, ObjectKey,
    reconcile::{Context, Next, Reconciler, Summary},
    resource_type::DynamicScope,
    workqueue::ItemExponentialFailureRateLimiter,
};
use serde_json::{Value, json};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

use crate::{
    checker::Violation,
    plan::{Action, Plan, Quirk},
    report::Counts,
    thing::{Resource, Thing, key_text},
    world::World,
};

const HOUR: Duration = Duration::from_secs(3600);

/// Longer than the faults, and shorter than what the world may take to settle: a write that a restored backup has undone
/// is awaited until the server has reached its version again, or until this timeout.
const OWN_WRITE_TIMEOUT: Duration = Duration::from_secs(3 * 3600);

/// The annotation that contains the color.
const OBSERVED: &str = "example.com/observed-color";

/// A deliberate bug of the operator, to verify the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorBug {
    /// Runs do not wait for own writes.
    ForgetsOwnWrites,
    /// Failed runs are not repeated.
    IgnoresErrors,
    /// Two reconcilers, each with a queue of its own, run the same keys.
    RunsTwice,
}

/// The result of a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorOutcome {
    /// The violated invariants; empty if the simulation passed.
    pub violations: Vec<Violation>,
    /// Number of faults of each kind.
    pub counts: Counts,
    /// The runs as text.
    pub history: Vec<String>,
    /// How many runs failed or panicked.
    pub failures: u64,
}

/// Runs the faults and writes of a plan, with an operator in place of its informers.
///
/// # Panics
/// If the tokio runtime cannot be built.
pub fn run_operator(plan: &Plan, bug: Option<OperatorBug>) -> OperatorOutcome {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O needs no system resources")
        .block_on(simulate(plan, bug))
}

async fn simulate(plan: &Plan, bug: Option<OperatorBug>) -> OperatorOutcome {
    let plan = for_widgets(plan.clone());
    let mut world = World::new(&plan, None);
    plan.before.iter().for_each(|action| world.act(action));
    let network = world.network().clone();
    let network_task = tokio::spawn(network.clone().run());

    let state = State {
        server: world.server(),
        servers: 0,
        stale_lists: Vec::new(),
        random: Rng::with_seed(plan.seed),
        running: BTreeSet::new(),
        writes: BTreeMap::new(),
        violations: Vec::new(),
        history: Vec::new(),
        is_faulty: true,
    };
    let operator = Operator {
        state: Arc::new(Mutex::new(state)),
        began: Instant::now(),
        is_ordered: world.home_made().keeps_order(Resource::Widgets),
        bug,
    };
    let informer =
        InformerBuilder::<Thing, DynamicScope>::new(network.client(0), Resource::Widgets.resource_type())
            .options(|options| {
                options.seed = Some(plan.seed);
                let is_polled = plan.quirks.contains(&(Resource::Widgets, Quirk::ListOnly));
                options.poll_interval = is_polled.then_some(POLL_INTERVAL);
                if let Some(informer) = plan.informers.first() {
                    options.initial_list_strategy = informer.initial_list_strategy;
                    options.page_size = informer.page_size;
                }
            })
            .start();
    let (stop, stopped) = oneshot::channel::<()>();
    if bug == Some(OperatorBug::RunsTwice) {
        let (never, stopped) = oneshot::channel();
        let second = operator.clone().run(informer.clone(), stopped);
        tokio::spawn(async move {
            second.await;
            drop(never);
        });
    }
    let task = tokio::spawn(operator.clone().run(informer, stopped));

    for step in &plan.steps {
        if !matches!(step.action, Action::Subscribe(..)) {
            world.act(&step.action);
            operator.set_server(&world);
        }
        tokio::task::yield_now().await;
        sleep(step.after).await;
    }
    world.heal();
    operator.state.lock().is_faulty = false;
    operator.settle(&world).await;
    world.write_to_all();
    operator.settle(&world).await;

    drop(stop);
    let summary = task.await.unwrap_or_default();
    network_task.abort();
    let state = operator.state.lock();
    OperatorOutcome {
        violations: state.violations.clone(),
        counts: world.counts(),
        history: state.history.clone(),
        failures: summary.failures,
    }
}

/// How often the operator's informer lists if the server has no watches.
const POLL_INTERVAL: Duration = Duration::from_secs(60);

/// The plan with all quirks and faulty requests at the only resource that the operator reads.
fn for_widgets(mut plan: Plan) -> Plan {
    let has = |plan: &Plan, quirk| plan.quirks.iter().any(|(_, other)| *other == quirk);
    // As in a generated plan: what excludes each other, and what a server has one of.
    let (is_polled, mut has_versions) = (has(&plan, Quirk::ListOnly), has(&plan, Quirk::NoVersions));
    let is_shared = has(&plan, Quirk::SharedVersions);
    plan.quirks.retain(|(_, quirk)| match quirk {
        quirk if Quirk::OF_VERSIONS.contains(quirk) => !std::mem::replace(&mut has_versions, true),
        quirk if Quirk::OF_ANSWERS.contains(quirk) && is_polled => false,
        Quirk::StaleCache => !is_shared,
        _ => true,
    });
    if has_versions {
        plan.quirks.retain(|(_, quirk)| *quirk != Quirk::SilentFuture);
    }
    plan.quirks.iter_mut().for_each(|(resource, _)| *resource = Resource::Widgets);
    plan.quirks.sort_unstable_by_key(|(_, quirk)| *quirk);
    plan.quirks.dedup();
    for step in &mut plan.steps {
        if let Action::Requests(requests) = &mut step.action {
            requests.resource = Resource::Widgets;
        }
    }
    plan
}

#[derive(Clone)]
struct Operator {
    state: Arc<Mutex<State>>,
    began: Instant,
    /// Whether the server orders its versions. If not, own writes cannot be awaited.
    is_ordered: bool,
    bug: Option<OperatorBug>,
}

struct State {
    server: ApiServer,
    /// How often the server was replaced: versions of different servers cannot be compared.
    servers: u64,
    /// The faults that answer a list of the most recent state with an older one.
    stale_lists: Vec<Fault>,
    random: Rng,
    running: BTreeSet<ObjectKey>,
    /// The epoch in which the last own write was sent, and its version.
    writes: BTreeMap<ObjectKey, (Epoch, u64)>,
    violations: Vec<Violation>,
    history: Vec<String>,
    is_faulty: bool,
}

/// A time in which the server's state does not go backwards: the numbers of replaced servers and of older states that it
/// returned in place of the most recent one.
///
/// A client cannot distinguish such an answer from a restored backup: versions go backwards, and the cache follows the
/// server. A write that the cache has contained before is then gone from it until the watch delivers it again, so that no
/// run can wait for it. Writes of the same epoch are awaited: while the client lists, it has no watch, so that the cache
/// has not contained them before the list.
type Epoch = (u64, u64);

impl State {
    fn epoch(&self) -> Epoch {
        (self.servers, self.stale_lists.iter().map(Fault::fired).sum())
    }

    fn violated(&mut self, invariant: &'static str, detail: String) {
        self.violations.push(Violation { invariant, detail });
    }
}

/// Marks a key as running until it is dropped, also in a panic.
struct Guard<'a>(&'a Operator, ObjectKey);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.state.lock().running.remove(&self.1);
    }
}

impl Operator {
    fn set_server(&self, world: &World) {
        let mut state = self.state.lock();
        state.servers = world.epoch();
        state.stale_lists = world.stale_lists().to_vec();
        state.server = world.server();
    }

    /// Restarts the reconciler when an informer cannot sync, as a Deployment restarts its Pod.
    async fn run(
        self,
        informer: Informer<Thing, DynamicScope>,
        mut stopped: oneshot::Receiver<()>,
    ) -> Summary {
        loop {
            let limiter =
                ItemExponentialFailureRateLimiter::new(Duration::from_millis(100), Duration::from_secs(60));
            let own_write_timeout = if self.is_ordered { OWN_WRITE_TIMEOUT } else { Duration::from_secs(60) };
            let reconciler = Reconciler::new(&informer)
                .concurrency(3)
                .rate_limit(limiter)
                .own_write_timeout(own_write_timeout);
            let operator = self.clone();
            let reconcile = move |context, key| {
                let operator = operator.clone();
                async move { operator.reconcile(&context, key).await }
            };
            let ended = reconciler.run(reconcile, async { drop((&mut stopped).await) }).await;
            match ended {
                Ok(summary) => return summary,
                Err(_) => sleep(Duration::from_secs(10)).await,
            }
        }
    }

    async fn reconcile(&self, context: &Context<Thing>, key: ObjectKey) -> Result<Next, &'static str> {
        if !self.state.lock().running.insert(key.clone()) {
            self.state.lock().violated("runs of a key do not overlap", key.to_string());
        }
        let _guard = Guard(self, key.clone());
        let result = self.copy_color(context, &key).await;
        match self.bug {
            Some(OperatorBug::IgnoresErrors) => Ok(Next::Done),
            _ => result,
        }
    }

    async fn copy_color(&self, context: &Context<Thing>, key: &ObjectKey) -> Result<Next, &'static str> {
        let Some(widget) = context.object() else { return Ok(Next::Done) };
        self.check_own_write(key, &widget);
        self.pause().await?;
        let observed = widget.metadata.annotations.as_ref().and_then(|annotations| annotations.get(OBSERVED));
        if observed == Some(widget.color()) {
            return Ok(Next::Done);
        }
        let epoch = self.state.lock().epoch();
        let written = self.write(key, &widget)?;
        self.pause().await?;
        self.state.lock().writes.insert(key.clone(), (epoch, written.version()));
        if self.bug == Some(OperatorBug::ForgetsOwnWrites) {
            return Ok(Next::AtOnce);
        }
        context
            .wait_for_own_write_of("example.com", "Widget", &written.metadata)
            .map_err(|_| "not watched")?;
        Ok(Next::Done)
    }

    fn check_own_write(&self, key: &ObjectKey, widget: &Thing) {
        let mut state = self.state.lock();
        let line = format!("{:?} {key}@{} {}", self.began.elapsed(), widget.version(), widget.color());
        state.history.push(line);
        if let Some((epoch, version)) = state.writes.get(key).copied()
            && self.is_ordered
            && epoch == state.epoch()
            && widget.version() < version
        {
            let detail = format!("{key}: wrote version {version}, and read {}", widget.version());
            state.violated("no run reads a state older than its own write", detail);
        }
    }

    /// A run takes time, and may fail or panic at any point.
    async fn pause(&self) -> Result<(), &'static str> {
        let (time, chance) = {
            let mut state = self.state.lock();
            let chance = if state.is_faulty { state.random.u8(..100) } else { 100 };
            (state.random.u64(..2000), chance)
        };
        sleep(Duration::from_millis(time)).await;
        match chance {
            0..10 => Err("a simulated failure"),
            // Without a message: the panic hook is not called.
            10..13 => std::panic::resume_unwind(Box::new(())),
            _ => Ok(()),
        }
    }

    fn write(&self, key: &ObjectKey, widget: &Thing) -> Result<Thing, &'static str> {
        let server = self.state.lock().server.clone();
        let patch = json!({ "metadata": { "annotations": { OBSERVED: widget.color() } } });
        let written =
            server.merge_patch("example.com/v1", "widgets", key.namespace.as_deref(), &key.name, &patch);
        let written = written.map_err(|_| "the server rejected the patch")?;
        serde_json::from_value(written).map_err(|_| "the written object cannot be decoded")
    }

    /// Waits until the annotation of every widget contains its color.
    async fn settle(&self, world: &World) {
        self.set_server(world);
        let deadline = Instant::now() + 4 * HOUR;
        loop {
            let different = different(&world.server());
            if different.is_empty() {
                return;
            }
            if Instant::now() >= deadline {
                self.state.lock().violated("the world equals the spec", format!("{different:?} differ"));
                return;
            }
            sleep(Duration::from_secs(5)).await;
        }
    }
}

/// The keys of the widgets whose annotation does not contain their color.
fn different(server: &ApiServer) -> Vec<String> {
    let widgets = server.list("example.com/v1", "widgets", None, "").unwrap_or_default();
    let differs = |widget: &Value| {
        let color = widget["spec"]["color"].as_str().unwrap_or_default();
        widget["metadata"]["annotations"][OBSERVED].as_str() != Some(color)
    };
    let key = |widget: &Value| {
        let metadata = &widget["metadata"];
        key_text(metadata["namespace"].as_str(), metadata["name"].as_str().unwrap_or_default())
    };
    widgets.iter().filter(|widget| differs(widget)).map(key).collect()
}
