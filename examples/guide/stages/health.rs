//! Errors that say what to do, and the endpoints for Kubernetes' probes.

use std::net::Ipv4Addr;

use anyhow::Result;
use kube::{
    Client,
    core::{ApiResource, GroupVersionKind},
};
use metrics_exporter_prometheus::PrometheusBuilder;
use reflector_guide::{Endpoints, Operator, apply_crd};
use reflector_runtime::Informer;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

pub(super) async fn run(client: Client, namespace: &str) -> Result<()> {
    // ANCHOR: error
    // The CRD of this kind was never installed.
    let theme = GroupVersionKind::gvk("example.com", "v1", "Theme");
    let theme = ApiResource::from_gvk(&theme);
    let themes = Informer::dynamic(client.clone(), &theme)?.start();
    if let Err(error) = themes.wait_for_sync().await {
        println!("error: {error}");
    }
    println!("health: {}", *themes.health().borrow());
    // ANCHOR_END: error

    // ANCHOR: probes
    apply_crd(&client).await?;
    let operator = Operator::start(client, namespace);
    operator.sites.wait_for_sync().await?;
    operator.pages.wait_for_sync().await?;

    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let endpoints = Endpoints::new(&operator, metrics);
    let server = tokio::spawn(endpoints.serve(listener));
    println!("/readyz: {}", get(address, "/readyz").await?);
    println!("/livez:  {}", get(address, "/livez").await?);

    operator.sites.shutdown().await;
    println!("/readyz: {}", get(address, "/readyz").await?);
    println!("/livez:  {}", get(address, "/livez").await?);
    // ANCHOR_END: probes
    server.abort();
    Ok(())
}

/// The status line and the body of a response, as `curl -i` prints them.
pub(super) async fn get(
    address: std::net::SocketAddr,
    path: &str,
) -> Result<String> {
    let mut connection = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.0\r\nhost: localhost\r\n\r\n");
    connection.write_all(request.as_bytes()).await?;
    let mut response = String::new();
    connection.read_to_string(&mut response).await?;
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).unwrap_or_default();
    Ok(format!("{status} {body}"))
}
