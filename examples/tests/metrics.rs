//! Prometheus can scrape the example `metrics`.

#[path = "../metrics/exporter.rs"]
mod exporter;

use std::{net::Ipv4Addr, time::Duration};

use exporter::{recorder, serve, start};
use reflector_apiserver::ApiServer;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Scrapes over HTTP, as Prometheus does. The recorder is the one of this thread, on which all tasks run.
#[tokio::test(start_paused = true)]
async fn prometheus_can_scrape_the_example() {
    let recorder = recorder().unwrap();
    let handle = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let server = ApiServer::new();
    server.create("v1", "configmaps", Some("default"), json!({ "metadata": { "name": "a" } })).unwrap();
    let maps = start(server.client(), "default");
    maps.wait_for_sync().await.unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, handle));
    // The next publication.
    tokio::time::sleep(Duration::from_secs(6)).await;

    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    connection.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK"), "{text}");
    let labels = "name=\"maps\",group=\"\",version=\"v1\",resource=\"configmaps\"";
    for line in [
        "# TYPE reflector_lists_total counter".to_owned(),
        "# HELP reflector_objects Cached objects.".to_owned(),
        format!("reflector_lists_total{{{labels}}} 1"),
        format!("reflector_objects{{{labels}}} 1"),
        format!("reflector_synced{{{labels}}} 1"),
        format!("reflector_list_duration_seconds_bucket{{{labels},le=\"+Inf\"}} 1"),
        format!("reflector_items_per_list_bucket{{{labels},le=\"1\"}} 1"),
        format!("reflector_handler_processed_events_total{{{labels},handler=\"notifier\"}} 1"),
    ] {
        assert!(text.lines().any(|other| other == line), "{line} is missing from:\n{text}");
    }
}
