//! Tokens, the service-account key and the kubeconfig. Must not know about processes.

use std::{
    fs::{OpenOptions, Permissions},
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use base64::Engine;
use kube::config::Kubeconfig;
use serde_json::json;
use uuid::Uuid;

use crate::Error;

/// The credentials of two users, created for each control plane. Does not implement `Debug`, to keep tokens out of
/// logs.
pub(crate) struct Credentials {
    pub(crate) admin_token: String,
    pub(crate) unprivileged_token: String,
    pub(crate) token_file: PathBuf,
    pub(crate) service_account_key: PathBuf,
    pub(crate) service_account_public_key: PathBuf,
}

impl Credentials {
    /// Creates the credentials and writes their files to `folder`, readable only by the owner.
    pub(crate) fn create(folder: &Path) -> Result<Self, Error> {
        let credentials = Self {
            admin_token: new_token(),
            unprivileged_token: new_token(),
            token_file: folder.join("tokens.csv"),
            service_account_key: folder.join("service-account.key"),
            service_account_public_key: folder.join("service-account.pub"),
        };
        let users = format!(
            "{},admin,admin-uid,\"system:masters\"\n{},unprivileged,unprivileged-uid\n",
            credentials.admin_token, credentials.unprivileged_token
        );
        write_private(&credentials.token_file, users.as_bytes())?;
        let key = rcgen::KeyPair::generate()?;
        write_private(&credentials.service_account_key, key.serialize_pem().as_bytes())?;
        write_private(&credentials.service_account_public_key, key.public_key_pem().as_bytes())?;
        Ok(credentials)
    }
}

fn new_token() -> String {
    Uuid::new_v4().simple().to_string()
}

fn write_private(path: &Path, content: &[u8]) -> Result<(), Error> {
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(content))
        .map_err(Error::io(format!("write {}", path.display())))
}

/// Builds a kubeconfig with `token`. `certificate` is the server's self-generated certificate (PEM, with its CA).
pub(crate) fn kubeconfig(url: &str, certificate: &[u8], token: &str) -> Kubeconfig {
    let certificate = base64::engine::general_purpose::STANDARD.encode(certificate);
    let value = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{
            "name": "controlplane",
            "cluster": { "server": url, "certificate-authority-data": certificate },
        }],
        "users": [{ "name": "controlplane", "user": { "token": token } }],
        "contexts": [{ "name": "controlplane", "context": { "cluster": "controlplane", "user": "controlplane" } }],
        "current-context": "controlplane",
    });
    serde_json::from_value(value).expect("the literal above has the shape of a kubeconfig")
}

/// Writes `kubeconfig` to `path` atomically, readable only by the owner. It is JSON, which kubectl reads as YAML.
pub(crate) fn write_kubeconfig(path: &Path, kubeconfig: &Kubeconfig) -> Result<(), Error> {
    let write = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(folder.unwrap_or(Path::new(".")))?;
        serde_json::to_writer_pretty(&mut file, kubeconfig)?;
        file.persist(path)?;
        std::io::Result::Ok(())
    };
    write().map_err(Error::io(format!("write the kubeconfig {}", path.display())))
}
