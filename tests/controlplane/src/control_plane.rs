//! Runs etcd and kube-apiserver together for the lifetime of a value. Must not know where the programs come from.

use std::{ffi::OsString, fmt, os::unix::fs::PermissionsExt, path::Path, path::PathBuf, time::Duration};

use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use tempfile::TempDir;
use tokio::{task::spawn_blocking, time::sleep};

use crate::{
    Assets, Error,
    arguments::{self, Ports},
    credentials::{self, Credentials},
    etcd,
    ready::{self, Outcome},
    server::{Server, ServerCommand},
};

/// How many sets of ports are tried on start.
const PORT_ATTEMPTS: usize = 8;
/// The number of attempts, and the delay between them, to bind the same port on a restart.
const REBIND_ATTEMPTS: usize = 100;
const REBIND_DELAY: Duration = Duration::from_millis(100);

const ETCD_READY: [&str; 1] = ["/health"];
/// The `default` namespace, which tests use, is created shortly after `/readyz` succeeds.
const APISERVER_READY: [&str; 2] = ["/readyz", "/api/v1/namespaces/default"];

/// Configures and starts a control plane.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct Builder {
    assets: Option<Assets>,
    apiserver_args: Vec<OsString>,
    etcd_args: Vec<OsString>,
}

impl Builder {
    /// Runs these programs instead of those of [`Assets::find_or_build`].
    pub fn assets(mut self, assets: Assets) -> Self {
        self.assets = Some(assets);
        self
    }

    /// Adds an argument for kube-apiserver. It follows the default arguments and so overrides them, such as
    /// `--watch-cache=false` or `--feature-gates=WatchList=false`.
    pub fn apiserver_arg(mut self, argument: impl Into<OsString>) -> Self {
        self.apiserver_args.push(argument.into());
        self
    }

    /// Adds an argument for etcd, after the default arguments.
    pub fn etcd_arg(mut self, argument: impl Into<OsString>) -> Self {
        self.etcd_args.push(argument.into());
        self
    }

    /// Starts etcd and kube-apiserver and waits until both are ready.
    pub async fn start(self) -> Result<ControlPlane, Error> {
        let assets = match self.assets.clone() {
            Some(assets) => assets,
            None => spawn_blocking(Assets::find_or_build).await.unwrap_or_else(|panic| {
                std::panic::resume_unwind(panic.into_panic());
            })?,
        };
        for _ in 0..PORT_ATTEMPTS {
            if let Some(control_plane) = self.try_ports(&assets, Ports::find_free()?).await? {
                return Ok(control_plane);
            }
        }
        Err(Error::PortsTaken { attempts: PORT_ATTEMPTS })
    }

    /// Returns `None` if one of the ports is in use.
    async fn try_ports(&self, assets: &Assets, ports: Ports) -> Result<Option<ControlPlane>, Error> {
        let folder = tempfile::Builder::new()
            .prefix("controlplane-")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir()
            .map_err(Error::io("create a temporary folder"))?;
        let path = folder.path();
        let credentials = Credentials::create(path)?;
        let etcd_command = ServerCommand {
            name: "etcd",
            program: assets.etcd(),
            arguments: arguments::etcd(path, ports, &self.etcd_args),
            folder: path.to_path_buf(),
        };
        let apiserver_command = ServerCommand {
            name: "kube-apiserver",
            program: assets.kube_apiserver(),
            arguments: arguments::apiserver(path, ports, &credentials, &self.apiserver_args),
            folder: path.to_path_buf(),
        };
        let mut control_plane = ControlPlane {
            apiserver: None,
            etcd: etcd_command.spawn()?,
            apiserver_command,
            credentials,
            certificate: Vec::new(),
            assets: assets.clone(),
            ports,
            folder,
        };
        let etcd_client = async || etcd::client(&ports.etcd_url());
        match ready::wait(&mut control_plane.etcd, &ETCD_READY, etcd_client).await? {
            Outcome::PortTaken => return Ok(None),
            Outcome::Ready => {}
        }
        match control_plane.start_apiserver().await? {
            Outcome::PortTaken => Ok(None),
            Outcome::Ready => Ok(Some(control_plane)),
        }
    }
}

/// A running etcd and kube-apiserver on 127.0.0.1, with their own data folder.
///
/// Dropping it kills both servers and removes the folder. The same happens if this process ends in any other way,
/// including SIGKILL: each server has a guard process that waits on a pipe held by this process.
///
/// kube-apiserver requires a token. etcd accepts every connection from this machine, as in any test setup, so do not
/// store real secrets in it.
///
/// There is no controller manager: nothing collects garbage, completes the deletion of a namespace, or creates
/// service accounts.
pub struct ControlPlane {
    // Fields are dropped in declaration order: kube-apiserver before etcd.
    apiserver: Option<Server>,
    etcd: Server,
    apiserver_command: ServerCommand,
    credentials: Credentials,
    certificate: Vec<u8>,
    assets: Assets,
    ports: Ports,
    folder: TempDir,
}

impl ControlPlane {
    /// Starts a control plane with the default settings.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Returns a builder for a control plane with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The URL of kube-apiserver, `https://127.0.0.1:<port>`. It does not change on restart.
    pub fn url(&self) -> String {
        self.ports.apiserver_url()
    }

    /// The token of a member of `system:masters`.
    pub fn admin_token(&self) -> &str {
        &self.credentials.admin_token
    }

    /// The token of user `unprivileged`, which has no permissions except those granted by RBAC rules.
    pub fn unprivileged_token(&self) -> &str {
        &self.credentials.unprivileged_token
    }

    /// The kubeconfig of the administrator.
    pub fn kubeconfig(&self) -> Kubeconfig {
        self.kubeconfig_as(self.admin_token())
    }

    /// A kubeconfig with `token`.
    pub fn kubeconfig_as(&self, token: &str) -> Kubeconfig {
        credentials::kubeconfig(&self.url(), &self.certificate, token)
    }

    /// Writes the administrator's kubeconfig to `path`, readable only by the owner.
    pub fn write_kubeconfig(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        credentials::write_kubeconfig(path.as_ref(), &self.kubeconfig())
    }

    /// The administrator's client configuration, for building a client with custom layers.
    pub async fn config(&self) -> Result<Config, Error> {
        self.config_as(self.admin_token()).await
    }

    /// A client configuration with `token`.
    pub async fn config_as(&self, token: &str) -> Result<Config, Error> {
        config(self.kubeconfig_as(token)).await
    }

    /// A client for the administrator. It is bound to the runtime that this is called on.
    pub async fn client(&self) -> Result<Client, Error> {
        self.client_as(self.admin_token()).await
    }

    /// A client with `token`: [`unprivileged_token`](Self::unprivileged_token), or a token created through the API.
    pub async fn client_as(&self, token: &str) -> Result<Client, Error> {
        client(self.config_as(token).await?)
    }

    /// The programs in use. [`Assets::kubectl`] has the matching kubectl.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The folder with data and logs. It is removed when this value is dropped.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The pids of the running servers: etcd, and kube-apiserver unless it was killed.
    pub fn pids(&self) -> Vec<u32> {
        std::iter::once(&self.etcd).chain(&self.apiserver).map(Server::pid).collect()
    }

    /// Kills kube-apiserver to simulate a crash. etcd keeps its data.
    pub fn kill_apiserver(&mut self) {
        self.apiserver = None;
    }

    /// Restarts kube-apiserver on the same port with the same certificate, killing it first if it is running, and
    /// waits until it is ready. Only the data in etcd survives: the watch cache begins at the current revision.
    pub async fn restart_apiserver(&mut self) -> Result<(), Error> {
        for _ in 0..REBIND_ATTEMPTS {
            self.kill_apiserver();
            match self.start_apiserver().await? {
                Outcome::Ready => return Ok(()),
                // An outgoing connection may use the port temporarily, so retry.
                Outcome::PortTaken => sleep(REBIND_DELAY).await,
            }
        }
        Err(Error::PortsTaken { attempts: REBIND_ATTEMPTS })
    }

    /// Compacts etcd at its current revision and returns that revision. The most recent change can still be watched,
    /// earlier changes cannot.
    ///
    /// kube-apiserver still serves the history in its watch cache. To discard that too, call
    /// [`restart_apiserver`](Self::restart_apiserver) afterwards, or start it with `--watch-cache=false`.
    pub async fn compact_etcd(&self) -> Result<u64, Error> {
        etcd::compact(&self.ports.etcd_url()).await
    }

    /// Stops both servers and removes the folder. Unlike dropping, it runs on a blocking thread and returns errors.
    pub async fn stop(self) -> Result<(), Error> {
        let stop = move || {
            let Self { apiserver, etcd, folder, .. } = self;
            drop(apiserver);
            drop(etcd);
            folder.close().map_err(Error::io("remove the data folder"))
        };
        spawn_blocking(stop).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    async fn start_apiserver(&mut self) -> Result<Outcome, Error> {
        let server = self.apiserver.insert(self.apiserver_command.spawn()?);
        let certificate = self.folder.path().join("certificates/apiserver.crt");
        let url = self.ports.apiserver_url();
        let token = &self.credentials.admin_token;
        let connect =
            async || client(config(credentials::kubeconfig(&url, &read(&certificate)?, token)).await?);
        let outcome = ready::wait(server, &APISERVER_READY, connect).await?;
        if outcome == Outcome::Ready {
            self.certificate = read(&certificate)?;
        }
        Ok(outcome)
    }
}

impl fmt::Debug for ControlPlane {
    /// Omits the tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ControlPlane")
            .field("url", &self.url())
            .field("folder", &self.folder())
            .field("pids", &self.pids())
            .finish_non_exhaustive()
    }
}

async fn config(kubeconfig: Kubeconfig) -> Result<Config, Error> {
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    // kube reads it from HTTPS_PROXY, but loopback is not reachable through a proxy.
    config.proxy_url = None;
    Ok(config)
}

fn client(config: Config) -> Result<Client, Error> {
    Client::try_from(config).map_err(|source| Error::Request {
        server: "kube-apiserver",
        doing: "create a client",
        source: Box::new(source),
    })
}

fn read(path: &PathBuf) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(Error::io(format!("read {}", path.display())))
}
