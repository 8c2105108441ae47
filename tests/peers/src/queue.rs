//! Work queues and reconcile loops: keys per second, memory per waiting key, and the time until every object of the
//! initial list was reconciled.
//!
//! Each case runs in a process of its own. client-go's queue is measured by the Go program in `client-go/queue`, if Go
//! is installed. Must not know how informers are compared.

use std::{
    fmt,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use futures::{StreamExt as _, channel::mpsc};
use kube::{
    Api, Client, Config,
    runtime::{Controller, controller, watcher},
};
use reflector_controlplane::go_build::GoError;
use reflector_runtime::{
    Informer, InitialListStrategy,
    reconcile::{Next, Reconciler, Trigger},
    workqueue::WorkQueue,
};
use tokio::{runtime::Builder, sync::oneshot};

use crate::{
    canned::CannedServer,
    client_go,
    object::Gadget,
    plan::Plan,
    usage::{cpu, memory},
};

/// The name of the subcommand.
pub const QUEUE: &str = "queue";

/// The amount of work, and one case or all.
#[derive(Args, Clone, Copy, Debug)]
pub struct QueuePlan {
    /// The number of keys, and of objects in the initial list.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    keys: u32,
    /// Measures one case only, in this process.
    #[arg(long, value_enum)]
    case: Option<Case>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Case {
    /// The work queue: all keys are added, and then handed out and done.
    Ready,
    /// The work queue: all keys are added with a delay.
    Delayed,
    /// The reconciler: from the start until every object has run, and until every object has run once more.
    Reconciler,
    /// kube-rs's `Controller`: the same, with the concurrency of the reconciler.
    KubeController,
}

impl Case {
    const ALL: [Self; 4] = [Self::Ready, Self::Delayed, Self::Reconciler, Self::KubeController];
}

/// How many keys the reconcile loops run concurrently.
const CONCURRENCY: u16 = 8;

/// A measurement.
struct Sample {
    keys: u32,
    wall: Duration,
    cpu: Duration,
    bytes: u64,
    /// The time of a second run of all keys.
    again: Option<Duration>,
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { keys, wall, cpu, bytes, again } = self;
        let rate = |time: &Duration| f64::from(*keys) / time.as_secs_f64();
        write!(
            f,
            "{:.3} s ({:.0} keys/s), CPU {:.2} s, {:.1} MiB ({} bytes per key)",
            wall.as_secs_f64(),
            rate(wall),
            cpu.as_secs_f64(),
            mib(*bytes),
            bytes / u64::from(*keys)
        )?;
        match again {
            Some(again) => {
                write!(f, "; all keys again: {:.3} s ({:.0} keys/s)", again.as_secs_f64(), rate(again))
            }
            None => Ok(()),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "printed with one digit")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Measures one case in this process, or each one in a process of its own.
///
/// # Errors
/// Returns an error if a case cannot be measured.
pub fn compare_queues(plan: QueuePlan) -> Result<()> {
    if let Some(case) = plan.case {
        println!("{case:?}: {}", sample(case, plan.keys)?);
        return Ok(());
    }
    println!("{} keys", plan.keys);
    for case in Case::ALL {
        let name = case.to_possible_value().context("a case has a name")?;
        let status = Command::new(std::env::current_exe()?)
            .args([QUEUE, "--keys", &plan.keys.to_string(), "--case", name.get_name()])
            .status()?;
        if !status.success() {
            bail!("{case:?} failed");
        }
    }
    let program = match client_go::queue() {
        Err(error @ GoError::NoGo { .. }) => {
            println!("client-go: {error}");
            return Ok(());
        }
        built => built?,
    };
    if !Command::new(program).arg(plan.keys.to_string()).status()?.success() {
        bail!("the Go program failed");
    }
    Ok(())
}

fn sample(case: Case, keys: u32) -> Result<Sample> {
    match case {
        Case::Ready => queue(keys, Duration::ZERO),
        Case::Delayed => queue(keys, Duration::from_secs(3600)),
        Case::Reconciler | Case::KubeController => start_up(case, keys),
    }
}

/// Memory is measured while all keys wait; the time includes their removal. The caller keeps the keys, whose text is
/// shared, as a Go program shares that of its strings.
fn queue(keys: u32, delay: Duration) -> Result<Sample> {
    let names: Vec<Arc<str>> =
        (0..keys).map(|key| format!("namespace-{}/name-{key}", key % 40).into()).collect();
    let queue = WorkQueue::new();
    let (before, cpu_before, start) = (memory()?.resident, cpu()?, Instant::now());
    for (position, name) in (0_u64..).zip(&names) {
        // The deadlines are not in order.
        let spread = Duration::from_millis(position * 7919 % 3_600_000);
        queue.add_after(name.clone(), if delay.is_zero() { delay } else { delay + spread });
    }
    let bytes = memory()?.resident.saturating_sub(before);
    if delay.is_zero() {
        let mut handed_out = 0;
        while let Some(item) = queue.try_get() {
            handed_out += 1;
            drop(item);
        }
        anyhow::ensure!(handed_out == keys, "{handed_out} keys were handed out");
    }
    let (wall, cpu) = (start.elapsed(), cpu()?.saturating_sub(cpu_before));
    Ok(Sample { keys, wall, cpu, bytes, again: None })
}

/// Memory is the peak of the process. The server is in a thread of its own; its CPU time is included.
fn start_up(case: Case, objects: u32) -> Result<Sample> {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || -> Result<()> {
        Builder::new_current_thread().enable_all().build()?.block_on(async {
            let server = CannedServer::start(Plan::gadgets(objects, 1)).await?;
            send.send(server.address().to_owned())?;
            std::future::pending().await
        })
    });
    let address = receive.recv()?;
    Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let client = Client::try_from(Config::new(format!("http://{address}").parse()?))?;
        let (cpu_before, start) = (cpu()?, Instant::now());
        let counter = Arc::new(Counter::default());
        let (trigger, triggers) = mpsc::unbounded();
        let done = counter.begin(objects);
        let running = match case {
            Case::KubeController => tokio::spawn(kube_controller(client, counter.clone(), triggers)),
            _ => tokio::spawn(reconciler(client, counter.clone(), triggers)),
        };
        done.await?;
        let (wall, used) = (start.elapsed(), cpu()?.saturating_sub(cpu_before));
        // The loop has nothing else to do.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (done, start) = (counter.begin(objects), Instant::now());
        trigger.unbounded_send(())?;
        done.await?;
        let again = Some(start.elapsed());
        running.abort();
        Ok(Sample { keys: objects, wall, cpu: used, bytes: memory()?.peak, again })
    })
}

/// Counts the runs, and reports the last one.
#[derive(Default)]
struct Counter {
    left: AtomicU32,
    all: Mutex<Option<oneshot::Sender<()>>>,
}

impl Counter {
    /// Completes after so many runs.
    fn begin(&self, runs: u32) -> oneshot::Receiver<()> {
        let (all, done) = oneshot::channel();
        if let Ok(mut slot) = self.all.lock() {
            *slot = Some(all);
        }
        self.left.store(runs, Ordering::Relaxed);
        done
    }

    fn run(&self) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1
            && let Ok(mut all) = self.all.lock()
            && let Some(all) = all.take()
        {
            // The receiver waits for it.
            let _ = all.send(());
        }
    }
}

/// Each item runs all keys.
type Triggers = mpsc::UnboundedReceiver<()>;

async fn reconciler(client: Client, counter: Arc<Counter>, triggers: Triggers) {
    let gadgets =
        Informer::<Gadget>::builder(client).initial_list_strategy(InitialListStrategy::List).start();
    let reconcile = move |_, _| {
        counter.run();
        async { Ok::<_, kube::Error>(Next::Done) }
    };
    let reconciler = Reconciler::new(&gadgets).concurrency(CONCURRENCY.into());
    let reconciler = reconciler.also(triggers.map(|()| Trigger::All));
    // Cancelled by the measurement.
    let _ = reconciler.run(reconcile, std::future::pending()).await;
}

async fn kube_controller(client: Client, counter: Arc<Counter>, triggers: Triggers) {
    let config = controller::Config::default().concurrency(CONCURRENCY);
    Controller::new(Api::<Gadget>::all(client), watcher::Config::default())
        .with_config(config)
        .reconcile_all_on(triggers)
        .run(
            |_, counter: Arc<Counter>| {
                counter.run();
                async { Ok::<_, kube::Error>(controller::Action::await_change()) }
            },
            |_, _, _| controller::Action::await_change(),
            counter,
        )
        .for_each(|_| async {})
        .await;
}
