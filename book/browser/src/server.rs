//! Serves the book on loopback, with the script that checks it, and receives the script's report.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, ensure};
use axum::{
    Json, Router,
    extract::{Path as UrlPath, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use tokio::{net::TcpListener, sync::mpsc};

/// The script that opens the pages and checks them.
const CHECK: &str = include_str!("check.html");

/// Runs before the scripts of a page, and records their errors.
const RECORDER: &str = include_str!("recorder.html");

/// The files that are not pages of their own: all pages in one, the page for unknown paths, and the table of contents.
const NO_PAGES: [&str; 3] = ["print.html", "404.html", "toc.html"];

/// What the script found.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    /// The number of pages.
    pub(crate) pages: usize,
    /// What was counted.
    pub(crate) checked: String,
    /// Each with the page.
    pub(crate) problems: Vec<String>,
}

/// What the script must check.
#[derive(Debug, Serialize)]
struct Work {
    pages: Vec<String>,
    terms: Vec<String>,
}

struct Site {
    folder: PathBuf,
    work: Work,
    reports: mpsc::Sender<Report>,
}

/// A server on a free port, which ends with the process.
pub(crate) struct Server {
    address: SocketAddr,
    reports: mpsc::Receiver<Report>,
}

impl Server {
    pub(crate) async fn start(book: &Path, terms: Vec<String>) -> Result<Self> {
        let folder = book.canonicalize().with_context(|| book.display().to_string())?;
        let mut pages = Vec::new();
        collect_pages(&folder, &folder, &mut pages)?;
        pages.sort_unstable();
        ensure!(!pages.is_empty(), "{} contains no pages: run `mdbook build book`", book.display());
        let (sender, reports) = mpsc::channel(1);
        let site = Arc::new(Site { folder, work: Work { pages, terms }, reports: sender });
        let router = Router::new()
            .route("/", get(async || Html(CHECK)))
            .route("/work", get(async |State(site): State<Arc<Site>>| Json(&site.work).into_response()))
            .route("/report", post(report))
            .route("/book/{*path}", get(file))
            .with_state(site);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(async { axum::serve(listener, router).await });
        Ok(Self { address, reports })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Waits for the script.
    pub(crate) async fn report(&mut self) -> Result<Report> {
        self.reports.recv().await.context("the server has stopped")
    }
}

fn collect_pages(root: &Path, folder: &Path, pages: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_pages(root, &path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "html") {
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            if !NO_PAGES.contains(&name.as_str()) {
                pages.push(name);
            }
        }
    }
    Ok(())
}

async fn report(State(site): State<Arc<Site>>, Json(report): Json<Report>) -> StatusCode {
    // Without a receiver the process is about to end.
    let _ = site.reports.send(report).await;
    StatusCode::NO_CONTENT
}

async fn file(State(site): State<Arc<Site>>, UrlPath(path): UrlPath<String>) -> Response {
    let path = Path::new(&path);
    let is_inside = path.components().all(|component| matches!(component, Component::Normal(_)));
    let Ok(bytes) = fs::read(site.folder.join(path)) else { return StatusCode::NOT_FOUND.into_response() };
    if !is_inside {
        return StatusCode::NOT_FOUND.into_response();
    }
    let content_type = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => {
            let text = String::from_utf8_lossy(&bytes).replacen("<head>", &format!("<head>{RECORDER}"), 1);
            return Html(text).into_response();
        }
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    ([(CONTENT_TYPE, content_type)], bytes).into_response()
}
