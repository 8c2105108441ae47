//! The environment of the quickstart: an in-process API server or a cluster, a thousand widgets, a progress bar.
//! Nothing in this file is needed to use the library.

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

/// The number of widgets that are created before the informer starts.
const WIDGETS: u64 = 1000;

/// The number of concurrent create requests.
const CONCURRENT_REQUESTS: usize = 16;

/// The command-line arguments.
#[derive(clap::Parser, Debug)]
#[command(about = "Demonstrates a live, typed, indexed cache of a Kubernetes resource, in a few seconds")]
pub(super) struct Args {
    /// Keep the API server running afterwards, for kubectl.
    #[arg(long, conflicts_with = "cluster")]
    serve: bool,
    /// Use the cluster of the current kubeconfig, in a new namespace that is deleted afterwards.
    #[arg(long)]
    cluster: bool,
    /// Use the cluster without asking for confirmation.
    #[arg(long, requires = "cluster")]
    yes: bool,
}

pub(super) struct Environment {
    client: Client,
    target: Target,
    namespace: String,
}

enum Target {
    Embedded { server: ApiServer, handle: ServerHandle, at_end: AtEnd },
    Cluster { crd: Crd },
}

enum AtEnd {
    Exit,
    Serve,
}

/// Whether the quickstart created the CRD. An existing CRD is not deleted.
enum Crd {
    Created,
    Existing,
}

impl Environment {
    /// Starts an API server or connects to the cluster. `None` if the user does not confirm.
    pub(super) async fn start(args: Args) -> Result<Option<Self>> {
        if args.cluster { Self::in_cluster(&args).await } else { Self::embedded(&args).await.map(Some) }
    }

    async fn embedded(args: &Args) -> Result<Self> {
        let server = ApiServer::new();
        server.install_crd(serde_json::to_value(Widget::crd())?)?;
        let handle = server.listen().await?;
        println!("the in-process API server listens on {}", handle.url());
        let client = Client::try_from(Config::new(handle.url().parse()?))?;
        let at_end = if args.serve { AtEnd::Serve } else { AtEnd::Exit };
        Ok(Self {
            client,
            target: Target::Embedded { server, handle, at_end },
            namespace: "default".to_owned(),
        })
    }

    async fn in_cluster(args: &Args) -> Result<Option<Self>> {
        let config = Config::infer().await.context("found no kubeconfig and no in-cluster configuration")?;
        let namespace = format!("quickstart-{}", std::process::id());
        println!(
            "this creates the CRD widgets.example.com and the namespace {namespace} on {}",
            config.cluster_url
        );
        if !args.yes && !confirmed()? {
            println!("canceled, nothing was created");
            return Ok(None);
        }
        let client = Client::try_from(config)?;
        let crds: Api<CustomResourceDefinition> = Api::all(client.clone());
        let crd = match crds.create(&PostParams::default(), &Widget::crd()).await {
            Ok(_) => Crd::Created,
            Err(kube::Error::Api(status)) if status.is_already_exists() => Crd::Existing,
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Self { client, target: Target::Cluster { crd }, namespace }))
    }

    /// Creates the namespace if the target is a cluster, and waits until the CRD is served.
    async fn prepare(&self) -> Result<()> {
        if let Target::Cluster { .. } = self.target {
            let mut namespace = Namespace::default();
            namespace.metadata.name = Some(self.namespace.clone());
            Api::all(self.client()).create(&PostParams::default(), &namespace).await?;
            self.wait_until_served().await?;
        }
        Ok(())
    }

    /// A CRD is served with a short delay after it was created.
    async fn wait_until_served(&self) -> Result<()> {
        for _ in 0..100 {
            if self.widgets().list(&kube::api::ListParams::default().limit(1)).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the CRD widgets.example.com was not served within 10 s")
    }

    /// Creates the widgets.
    pub(super) async fn create_widgets(&self) -> Result<()> {
        self.prepare().await?;
        let colors = ["red", "green", "blue", "yellow"];
        let bar = bar(WIDGETS, "creating widgets");
        stream::iter((0..WIDGETS).zip(colors.into_iter().cycle()))
            .map(Ok)
            .try_for_each_concurrent(CONCURRENT_REQUESTS, |(number, color)| {
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

    /// The embedded server, which can inject faults. `None` if the target is a cluster.
    pub(super) fn server(&self) -> Option<&ApiServer> {
        match &self.target {
            Target::Embedded { server, .. } => Some(server),
            Target::Cluster { .. } => None,
        }
    }

    fn widgets(&self) -> Api<Widget> {
        Api::namespaced(self.client(), &self.namespace)
    }

    pub(super) async fn create(&self, name: &str, color: &str) -> Result<()> {
        self.widgets().create(&PostParams::default(), &Widget::new(name, spec(color))).await?;
        Ok(())
    }

    pub(super) async fn set_color(&self, name: &str, color: &str) -> Result<()> {
        let patch = Patch::Merge(json!({ "spec": { "color": color } }));
        self.widgets().patch(name, &PatchParams::default(), &patch).await?;
        Ok(())
    }

    pub(super) async fn delete(&self, name: &str) -> Result<()> {
        self.widgets().delete(name, &DeleteParams::default()).await?;
        Ok(())
    }

    /// Removes everything that was created, then returns `result`.
    pub(super) async fn clean_up(self, result: Result<()>) -> Result<()> {
        match self.target {
            Target::Embedded { handle, at_end: AtEnd::Serve, .. } => {
                println!("\nkubectl --server={} get widgets --watch\n(stop with ctrl-c)", handle.url());
                tokio::signal::ctrl_c().await?;
            }
            Target::Embedded { at_end: AtEnd::Exit, .. } => {}
            Target::Cluster { crd } => {
                remove::<Namespace>(&self.client, &self.namespace).await;
                if let Crd::Created = crd {
                    remove::<CustomResourceDefinition>(&self.client, &Widget::crd().name_any()).await;
                }
            }
        }
        result
    }
}

/// Deletes an object from the cluster. A failure is printed and not returned: other objects must still be deleted, and
/// the result of the run must still be returned.
async fn remove<K>(client: &Client, name: &str)
where
    K: kube::Resource<DynamicType = (), Scope = ClusterResourceScope>
        + Clone
        + std::fmt::Debug
        + DeserializeOwned,
{
    let kind = K::kind(&());
    match Api::<K>::all(client.clone()).delete(name, &DeleteParams::background()).await {
        Ok(_) => println!("deleted {kind} {name}"),
        // It was never created.
        Err(kube::Error::Api(status)) if status.is_not_found() => {}
        Err(error) => eprintln!("could not delete {kind} {name}, delete it manually: {error}"),
    }
}

fn spec(color: &str) -> WidgetSpec {
    WidgetSpec { color: color.to_owned(), node_name: None }
}

fn confirmed() -> Result<bool> {
    print!("continue? [y/N] ");
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

/// Shows the progress of the initial sync until `sync` completes.
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
