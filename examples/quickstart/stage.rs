//! The stage that the quickstart plays on: an API server of its own or a cluster, a thousand widgets, a progress
//! bar. Nothing here is needed to use the library.

use std::{
    io::{BufRead as _, Write as _},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use k8s_openapi::{
    api::core::v1::Namespace, apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::{
    Api, Client, Config, CustomResourceExt as _, ResourceExt as _,
    api::{DeleteParams, Patch, PatchParams, PostParams},
    core::ClusterResourceScope,
};
use reflector_apiserver::{ApiServer, ServerHandle};
use reflector_runtime::Health;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::watch;

use super::{Widget, WidgetSpec};

/// How many widgets there are at first.
const WIDGETS: u64 = 1000;

/// How many requests are under way at once while they are made.
const AT_ONCE: usize = 16;

/// What the quickstart can be told.
#[derive(clap::Parser, Debug)]
#[command(about = "A live, typed, indexed copy of a Kubernetes resource, in half a minute")]
pub(super) struct Args {
    /// Keep the API server up afterwards, for kubectl.
    #[arg(long, conflicts_with = "cluster")]
    serve: bool,
    /// Use the current kubeconfig's cluster, in a namespace of its own that is removed again.
    #[arg(long)]
    cluster: bool,
    /// Do not ask before using the cluster.
    #[arg(long, requires = "cluster")]
    yes: bool,
}

pub(super) struct Stage {
    client: Client,
    place: Place,
    namespace: String,
}

enum Place {
    Embedded { server: ApiServer, listening: ServerHandle, then: Then },
    Cluster { crd: Crd },
}

enum Then {
    Exit,
    Serve,
}

/// Who brought the CRD: what was there before stays.
enum Crd {
    Ours,
    Theirs,
}

impl Stage {
    /// Finds or starts an API server; `None` where the user would rather not.
    pub(super) async fn set(args: Args) -> Result<Option<Self>> {
        if args.cluster { Self::in_cluster(&args).await } else { Self::embedded(&args).await.map(Some) }
    }

    async fn embedded(args: &Args) -> Result<Self> {
        let server = ApiServer::new();
        server.install_crd(serde_json::to_value(Widget::crd())?)?;
        let listening = server.listen().await?;
        println!("an API server of our own listens on {}", listening.url());
        let client = Client::try_from(Config::new(listening.url().parse()?))?;
        let then = if args.serve { Then::Serve } else { Then::Exit };
        Ok(Self {
            client,
            place: Place::Embedded { server, listening, then },
            namespace: "default".to_owned(),
        })
    }

    async fn in_cluster(args: &Args) -> Result<Option<Self>> {
        let config = Config::infer().await.context("no kubeconfig, and not in a cluster")?;
        let namespace = format!("quickstart-{}", std::process::id());
        println!(
            "this makes the CRD widgets.example.com and the namespace {namespace} on {}",
            config.cluster_url
        );
        if !args.yes && !confirmed()? {
            println!("nothing was done");
            return Ok(None);
        }
        let client = Client::try_from(config)?;
        let crds: Api<CustomResourceDefinition> = Api::all(client.clone());
        let crd = match crds.create(&PostParams::default(), &Widget::crd()).await {
            Ok(_) => Crd::Ours,
            Err(kube::Error::Api(status)) if status.is_already_exists() => Crd::Theirs,
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Self { client, place: Place::Cluster { crd }, namespace }))
    }

    /// A namespace of its own, where it is somebody else's cluster.
    async fn prepare(&self) -> Result<()> {
        if let Place::Cluster { .. } = self.place {
            let mut namespace = Namespace::default();
            namespace.metadata.name = Some(self.namespace.clone());
            Api::all(self.client()).create(&PostParams::default(), &namespace).await?;
            self.wait_until_served().await?;
        }
        Ok(())
    }

    /// A CRD is served a moment after it is made.
    async fn wait_until_served(&self) -> Result<()> {
        for _ in 0..100 {
            if self.widgets().list(&kube::api::ListParams::default().limit(1)).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the CRD widgets.example.com is not served")
    }

    /// Makes a thousand widgets.
    pub(super) async fn fill(&self) -> Result<()> {
        self.prepare().await?;
        let colors = ["red", "green", "blue", "yellow"];
        let bar = bar(WIDGETS, "creating widgets");
        stream::iter((0..WIDGETS).zip(colors.into_iter().cycle()))
            .map(Ok)
            .try_for_each_concurrent(AT_ONCE, |(number, color)| {
                let bar = &bar;
                async move {
                    let mut widget = Widget::new(&format!("w{number:04}"), spec(color));
                    widget.spec.node_name = Some(format!("node-{}", number % 20));
                    self.widgets().create(&PostParams::default(), &widget).await?;
                    bar.inc(1);
                    anyhow::Ok(())
                }
            })
            .await?;
        bar.finish();
        Ok(())
    }

    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }

    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The server that can be told to misbehave; a cluster cannot.
    pub(super) fn server(&self) -> Option<&ApiServer> {
        match &self.place {
            Place::Embedded { server, .. } => Some(server),
            Place::Cluster { .. } => None,
        }
    }

    fn widgets(&self) -> Api<Widget> {
        Api::namespaced(self.client(), &self.namespace)
    }

    pub(super) async fn create(&self, name: &str, color: &str) -> Result<()> {
        self.widgets().create(&PostParams::default(), &Widget::new(name, spec(color))).await?;
        Ok(())
    }

    pub(super) async fn paint(&self, name: &str, color: &str) -> Result<()> {
        let patch = Patch::Merge(json!({ "spec": { "color": color } }));
        self.widgets().patch(name, &PatchParams::default(), &patch).await?;
        Ok(())
    }

    pub(super) async fn delete(&self, name: &str) -> Result<()> {
        self.widgets().delete(name, &DeleteParams::default()).await?;
        Ok(())
    }

    /// Leaves nothing behind, whatever the show came to.
    pub(super) async fn clear(self, result: Result<()>) -> Result<()> {
        match self.place {
            Place::Embedded { listening, then: Then::Serve, .. } => {
                println!("\nkubectl --server={} get widgets --watch\n(ctrl-c ends it)", listening.url());
                tokio::signal::ctrl_c().await?;
            }
            Place::Embedded { then: Then::Exit, .. } => {}
            Place::Cluster { crd } => {
                remove::<Namespace>(&self.client, &self.namespace).await;
                if let Crd::Ours = crd {
                    remove::<CustomResourceDefinition>(&self.client, &Widget::crd().name_any()).await;
                }
            }
        }
        result
    }
}

/// Removes what was made on a cluster. Where that fails there may be more to remove, and what the show came to is told
/// all the same.
async fn remove<K>(client: &Client, name: &str)
where
    K: kube::Resource<DynamicType = (), Scope = ClusterResourceScope>
        + Clone
        + std::fmt::Debug
        + DeserializeOwned,
{
    let kind = K::kind(&());
    match Api::<K>::all(client.clone()).delete(name, &DeleteParams::background()).await {
        Ok(_) => println!("{kind} {name} is removed"),
        // It was never made.
        Err(kube::Error::Api(status)) if status.is_not_found() => {}
        Err(error) => eprintln!("{kind} {name} is still there, remove it by hand: {error}"),
    }
}

fn spec(color: &str) -> WidgetSpec {
    WidgetSpec { color: color.to_owned(), node_name: None }
}

fn confirmed() -> Result<bool> {
    print!("go on? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}

fn bar(length: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:18} [{bar:40}] {pos}/{len} in {elapsed}");
    let bar = ProgressBar::new(length).with_message(what);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Shows the initial sync while `sync` waits for it.
pub(super) async fn progress<E>(
    mut health: watch::Receiver<Health>,
    sync: impl Future<Output = Result<(), E>>,
) -> Result<(), E> {
    let bar = bar(WIDGETS, "syncing");
    let show = async {
        while health.changed().await.is_ok() {
            if let Health::Syncing { received, remaining } = *health.borrow_and_update() {
                bar.set_length(received + remaining.unwrap_or(0));
                bar.set_position(received);
            }
        }
    };
    let result = tokio::select! {
        result = sync => result,
        () = async { show.await; std::future::pending().await } => Ok(()),
    };
    bar.finish();
    result
}
