//! The flags of etcd and kube-apiserver. Must not know processes.

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
    /// Three ports that were free a moment ago: held together, so they differ, then let go.
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
        let held = [bind()?, bind()?, bind()?];
        Ok(Self { etcd_clients: port(&held[0])?, etcd_peers: port(&held[1])?, apiserver: port(&held[2])? })
    }

    pub(crate) fn etcd_url(self) -> String {
        format!("http://127.0.0.1:{}", self.etcd_clients)
    }

    pub(crate) fn apiserver_url(self) -> String {
        format!("https://127.0.0.1:{}", self.apiserver)
    }
}

/// What a server says in its log when somebody else has its port.
pub(crate) const PORT_TAKEN: &str = "address already in use";

pub(crate) fn etcd(folder: &Path, ports: Ports, extra: &[OsString]) -> Vec<OsString> {
    let clients = ports.etcd_url();
    let peers = format!("http://127.0.0.1:{}", ports.etcd_peers);
    let own = [
        flag("data-dir", folder.join("etcd")),
        flag("listen-client-urls", &clients),
        flag("advertise-client-urls", &clients),
        flag("listen-peer-urls", &peers),
        flag("initial-advertise-peer-urls", &peers),
        flag("initial-cluster", format!("default={peers}")),
        flag("log-level", "warn"),
        // The data is a test's: it may be lost with the machine, not with the process.
        "--unsafe-no-fsync".into(),
    ];
    own.into_iter().chain(extra.iter().cloned()).collect()
}

pub(crate) fn apiserver(
    folder: &Path,
    ports: Ports,
    credentials: &Credentials,
    extra: &[OsString],
) -> Vec<OsString> {
    let own = [
        flag("etcd-servers", ports.etcd_url()),
        flag("bind-address", "127.0.0.1"),
        // Found from the default route otherwise, and a machine may have none.
        flag("advertise-address", "127.0.0.1"),
        // Loopback addresses are refused as endpoints of the `kubernetes` service: leave them out.
        flag("endpoint-reconciler-type", "none"),
        flag("secure-port", ports.apiserver.to_string()),
        flag("cert-dir", folder.join("certificates")),
        flag("service-cluster-ip-range", "10.0.0.0/24"),
        flag("service-account-issuer", "https://localhost"),
        flag("service-account-signing-key-file", &credentials.service_account_key),
        flag("service-account-key-file", &credentials.service_account_public_key),
        flag("authorization-mode", "RBAC"),
        flag("token-auth-file", &credentials.token_file),
        // No controller makes the accounts that this plugin waits for.
        flag("disable-admission-plugins", "ServiceAccount"),
        flag("feature-gates", "ShardedListAndWatch=true"),
        // History is forgotten when a test says so, not by the clock.
        flag("etcd-compaction-interval", "0"),
    ];
    own.into_iter().chain(extra.iter().cloned()).collect()
}

fn flag(name: &str, value: impl AsRef<std::ffi::OsStr>) -> OsString {
    let mut flag = OsString::from(format!("--{name}="));
    flag.push(value);
    flag
}
