//! The flags of etcd and kube-apiserver. Must not know about processes.

use std::{
    ffi::OsString,
    net::{Ipv4Addr, TcpListener},
    path::Path,
};

use crate::{Error, credentials::Credentials};

/// The loopback ports of one control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ports {
    pub(crate) etcd_clients: u16,
    pub(crate) etcd_peers: u16,
    pub(crate) apiserver: u16,
}

impl Ports {
    /// Finds three free ports. They are bound at the same time, so they differ, and then released.
    pub(crate) fn find_free() -> Result<Self, Error> {
        let bind = || {
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Error::io("find a free port on 127.0.0.1"))
        };
        let port = |listener: &TcpListener| {
            listener
                .local_addr()
                .map(|address| address.port())
                .map_err(Error::io("read the port of a socket"))
        };
        let bound = [bind()?, bind()?, bind()?];
        Ok(Self { etcd_clients: port(&bound[0])?, etcd_peers: port(&bound[1])?, apiserver: port(&bound[2])? })
    }

    pub(crate) fn etcd_url(self) -> String {
        format!("http://127.0.0.1:{}", self.etcd_clients)
    }

    pub(crate) fn apiserver_url(self) -> String {
        format!("https://127.0.0.1:{}", self.apiserver)
    }
}

/// The text in a server's log if its port is already in use.
pub(crate) const PORT_TAKEN: &str = "address already in use";

pub(crate) fn etcd(folder: &Path, ports: Ports, extra: &[OsString]) -> Vec<OsString> {
    let clients = ports.etcd_url();
    let peers = format!("http://127.0.0.1:{}", ports.etcd_peers);
    let defaults = [
        flag("data-dir", folder.join("etcd")),
        flag("listen-client-urls", &clients),
        flag("advertise-client-urls", &clients),
        flag("listen-peer-urls", &peers),
        flag("initial-advertise-peer-urls", &peers),
        flag("initial-cluster", format!("default={peers}")),
        flag("log-level", "warn"),
        // Test data must survive the process but not the machine.
        "--unsafe-no-fsync".into(),
    ];
    defaults.into_iter().chain(extra.iter().cloned()).collect()
}

pub(crate) fn apiserver(
    folder: &Path,
    ports: Ports,
    credentials: &Credentials,
    extra: &[OsString],
) -> Vec<OsString> {
    let defaults = [
        flag("etcd-servers", ports.etcd_url()),
        flag("bind-address", "127.0.0.1"),
        // By default it is derived from the default route, which a machine may not have.
        flag("advertise-address", "127.0.0.1"),
        // Loopback addresses are invalid as endpoints of the `kubernetes` service, so it gets none.
        flag("endpoint-reconciler-type", "none"),
        flag("secure-port", ports.apiserver.to_string()),
        flag("cert-dir", folder.join("certificates")),
        flag("service-cluster-ip-range", "10.0.0.0/24"),
        flag("service-account-issuer", "https://localhost"),
        flag("service-account-signing-key-file", &credentials.service_account_key),
        flag("service-account-key-file", &credentials.service_account_public_key),
        flag("authorization-mode", "RBAC"),
        flag("token-auth-file", &credentials.token_file),
        // No controller creates the service accounts that this plugin requires.
        flag("disable-admission-plugins", "ServiceAccount"),
        flag("feature-gates", "ShardedListAndWatch=true"),
        // Tests compact explicitly; there is no periodic compaction.
        flag("etcd-compaction-interval", "0"),
    ];
    defaults.into_iter().chain(extra.iter().cloned()).collect()
}

fn flag(name: &str, value: impl AsRef<std::ffi::OsStr>) -> OsString {
    let mut flag = OsString::from(format!("--{name}="));
    flag.push(value);
    flag
}
