//! A web service that answers from the cache: its handlers send no request to the API server. With `/readyz` and `/livez`
//! from the informer's health, and a graceful shutdown.
//!
//! `cargo run --example web` needs no cluster: it starts an in-process API server with a few config maps, and prints the
//! addresses to open. `-- --cluster` serves those of the current kubeconfig instead. The service listens on the loopback
//! interface only.

mod service;

use std::net::Ipv4Addr;

use anyhow::Result;
use clap::Parser;
use kube::Client;
use reflector_examples::interrupted;
use service::{router, server, start};
use tokio::net::TcpListener;

/// Options of the example.
#[derive(Parser)]
struct Options {
    /// Serves the config maps of the current kubeconfig's cluster.
    #[arg(long)]
    cluster: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let client = if Options::parse().cluster { Client::try_default().await? } else { server()?.client() };
    let maps = start(client);

    // Listens before the cache is complete: until then, `/readyz` says why it is not.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let stopped = interrupted()?;
    for path in ["readyz", "livez", "teams", "teams/web"] {
        println!("curl http://{address}/{path}");
    }
    axum::serve(listener, router(maps.clone())).with_graceful_shutdown(stopped).await?;
    maps.shutdown().await;
    Ok(())
}
