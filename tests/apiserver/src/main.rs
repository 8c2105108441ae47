//! The server as a program: prints its address and how to use `kubectl` with it, and runs until ctrl-c.

use std::{error::Error, fs, path::PathBuf};

use clap::Parser;
use reflector_apiserver::ApiServer;
use serde::Deserialize as _;
use serde_json::Value;

/// An embedded Kubernetes API server on 127.0.0.1.
#[derive(Parser, Debug)]
#[command(version)]
struct Arguments {
    /// The port; 0 selects a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Files (YAML or JSON, several documents allowed) with `CustomResourceDefinitions` to install.
    #[arg(long, num_args = 1..)]
    crd: Vec<PathBuf>,
    /// Files (YAML or JSON, several documents allowed) with objects to create, CRDs first.
    #[arg(long, num_args = 1..)]
    objects: Vec<PathBuf>,
    /// The seed for uids and generated names.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let server = ApiServer::builder().seed(arguments.seed).build();
    for file in arguments.crd.iter().chain(&arguments.objects) {
        let read = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        for manifest in documents(&read)? {
            let name = manifest["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            server
                .create_manifest(manifest)
                .map_err(|status| format!("{}: {name}: {status}", file.display()))?;
            println!("created {name}");
        }
    }
    let listening = server.listen_on(arguments.port).await?;
    let folder = tempfile::tempdir()?;
    let kubeconfig = folder.path().join("kubeconfig");
    listening.write_kubeconfig(&kubeconfig)?;
    println!("listening on {}", listening.url());
    println!("kubectl --server={} get --raw /version", listening.url());
    println!("export KUBECONFIG={}", kubeconfig.display());
    tokio::signal::ctrl_c().await?;
    Ok(())
}

fn documents(text: &str) -> Result<Vec<Value>, serde_norway::Error> {
    let mut found = Vec::new();
    for document in serde_norway::Deserializer::from_str(text) {
        let value = Value::deserialize(document)?;
        if !value.is_null() {
            found.push(value);
        }
    }
    Ok(found)
}
