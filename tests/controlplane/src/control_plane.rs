//! etcd and kube-apiserver together, for as long as the value lives. Must not know where programs come from.

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

/// How many sets of ports are tried.
const PORT_ATTEMPTS: usize = 8;
/// How often, and how far apart, a restart tries for the port it had.
const REBIND_ATTEMPTS: usize = 100;
const REBIND_PAUSE: Duration = Duration::from_millis(100);

const ETCD_READY: [&str; 1] = ["/health"];
/// `/readyz` says that it serves; the namespace is made a moment later, and tests use it.
const APISERVER_READY: [&str; 2] = ["/readyz", "/api/v1/namespaces/default"];

/// How a control plane is to be started.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct Builder {
    assets: Option<Assets>,
    apiserver_args: Vec<OsString>,
    etcd_args: Vec<OsString>,
}

impl Builder {
    /// Runs these programs, instead of those of [`Assets::find_or_build`].
    pub fn assets(mut self, assets: Assets) -> Self {
        self.assets = Some(assets);
        self
    }

    /// Adds an argument to kube-apiserver's, after ours, so it wins: `--watch-cache=false`,
    /// `--feature-gates=WatchList=false`.
    pub fn apiserver_arg(mut self, argument: impl Into<OsString>) -> Self {
        self.apiserver_args.push(argument.into());
        self
    }

    /// Adds an argument to etcd's, after ours.
    pub fn etcd_arg(mut self, argument: impl Into<OsString>) -> Self {
        self.etcd_args.push(argument.into());
        self
    }

    /// Starts etcd and kube-apiserver, and returns when both serve.
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

    /// `None` when one of the ports is taken.
    async fn try_ports(&self, assets: &Assets, ports: Ports) -> Result<Option<ControlPlane>, Error> {
        let folder = tempfile::Builder::new()
            .prefix("controlplane-")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir()
            .map_err(Error::io("make a temporary folder"))?;
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

/// A running etcd and kube-apiserver on 127.0.0.1, with a data folder of their own.
///
/// Dropping it kills both and removes the folder. That also holds when this process ends in any other way, SIGKILL
/// included: each server has a guard that waits on a pipe of ours.
///
/// kube-apiserver wants a token; etcd, as in any test set-up, trusts everybody on this machine. Keep real secrets out.
///
/// There is no controller manager: nothing collects garbage, finishes the deletion of a namespace, or makes service
/// accounts.
pub struct ControlPlane {
    // In the order in which they are to be dropped.
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
    /// Starts one with the usual settings.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// To start one with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where kube-apiserver serves: `https://127.0.0.1:<port>`. It stays the same over restarts.
    pub fn url(&self) -> String {
        self.ports.apiserver_url()
    }

    /// The token of a member of `system:masters`.
    pub fn admin_token(&self) -> &str {
        &self.credentials.admin_token
    }

    /// The token of user `unprivileged`, who may nothing that RBAC is not told to allow.
    pub fn unprivileged_token(&self) -> &str {
        &self.credentials.unprivileged_token
    }

    /// The kubeconfig of the administrator.
    pub fn kubeconfig(&self) -> Kubeconfig {
        self.kubeconfig_as(self.admin_token())
    }

    /// The kubeconfig of whoever holds `token`.
    pub fn kubeconfig_as(&self, token: &str) -> Kubeconfig {
        credentials::kubeconfig(&self.url(), &self.certificate, token)
    }

    /// Writes the administrator's kubeconfig to `path`, readable by the owner alone.
    pub fn write_kubeconfig(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        credentials::write_kubeconfig(path.as_ref(), &self.kubeconfig())
    }

    /// The configuration of a client of the administrator, for a client with layers of one's own.
    pub async fn config(&self) -> Result<Config, Error> {
        self.config_as(self.admin_token()).await
    }

    /// The configuration of a client of whoever holds `token`.
    pub async fn config_as(&self, token: &str) -> Result<Config, Error> {
        config(self.kubeconfig_as(token)).await
    }

    /// A client of the administrator. It belongs to the runtime that this is called on.
    pub async fn client(&self) -> Result<Client, Error> {
        self.client_as(self.admin_token()).await
    }

    /// A client of whoever holds `token`: [`unprivileged_token`](Self::unprivileged_token), or one made by the API.
    pub async fn client_as(&self, token: &str) -> Result<Client, Error> {
        client(self.config_as(token).await?)
    }

    /// The programs that run here; [`Assets::kubectl`] is the one to go with them.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The folder with data and logs. It goes when this value does.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The pids of the servers that run: etcd, and kube-apiserver unless it was killed.
    pub fn pids(&self) -> Vec<u32> {
        std::iter::once(&self.etcd).chain(&self.apiserver).map(Server::pid).collect()
    }

    /// Kills kube-apiserver, as a crash would. etcd keeps its data.
    pub fn kill_apiserver(&mut self) {
        self.apiserver = None;
    }

    /// Starts kube-apiserver again on the same port with the same certificate, killing it first if it runs, and
    /// returns when it serves. It remembers nothing but what etcd has: its watch cache begins at the present.
    pub async fn restart_apiserver(&mut self) -> Result<(), Error> {
        for _ in 0..REBIND_ATTEMPTS {
            self.kill_apiserver();
            match self.start_apiserver().await? {
                Outcome::Ready => return Ok(()),
                // An outgoing connection can get the port meanwhile, and gives it back.
                Outcome::PortTaken => sleep(REBIND_PAUSE).await,
            }
        }
        Err(Error::PortsTaken { attempts: REBIND_ATTEMPTS })
    }

    /// Compacts etcd at its current revision, which it returns. The change made last can still be watched, those
    /// before it cannot.
    ///
    /// kube-apiserver still serves what its watch cache remembers. For it to forget as well, follow this by
    /// [`restart_apiserver`](Self::restart_apiserver), or start it with `--watch-cache=false`.
    pub async fn compact_etcd(&self) -> Result<u64, Error> {
        etcd::compact(&self.ports.etcd_url()).await
    }

    /// Ends both servers and removes the folder: what dropping does, off the async threads and with its errors told.
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
    /// Without the tokens.
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
    // From HTTPS_PROXY of the environment; there is none to loopback.
    config.proxy_url = None;
    Ok(config)
}

fn client(config: Config) -> Result<Client, Error> {
    Client::try_from(config).map_err(|source| Error::Request {
        server: "kube-apiserver",
        doing: "make a client",
        source: Box::new(source),
    })
}

fn read(path: &PathBuf) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(Error::io(format!("read {}", path.display())))
}
