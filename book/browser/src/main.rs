//! The command line: checks a built book, and prints each problem.
//!
//! - No page is wider than the window, and no table wider than its column, on a phone, a small tablet and a desktop.
//! - No text is too small to read, also in pictures, or has too little contrast, in the light and in a dark theme.
//! - No script fails, each link leads to a page and a heading, and the search finds each of the search terms.

mod chromium;
mod server;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context as _, Result};
use clap::Parser;
use tokio::time::timeout;

use self::{chromium::Chromium, server::Server};

/// How long the browser may take for all pages.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Opens every page of a built book in headless Chromium.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder that `mdbook build` has written.
    book: PathBuf,
    /// A file with one search term per line.
    #[arg(long)]
    search_terms: PathBuf,
    /// The browser. By default Chromium or Chrome from `PATH`.
    #[arg(long)]
    browser: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let terms = std::fs::read_to_string(&arguments.search_terms)
        .with_context(|| arguments.search_terms.display().to_string())?;
    let mut server = Server::start(&arguments.book, terms.lines().map(str::to_owned).collect()).await?;
    let browser = Chromium::start(arguments.browser, &server.url())?;
    let report = timeout(TIMEOUT, server.report()).await;
    browser.stop().await?;
    let report = report.context("the browser did not report within ten minutes")??;
    for problem in &report.problems {
        println!("{problem}");
    }
    println!("{} pages, {} problems: {}", report.pages, report.problems.len(), report.checked);
    Ok(if report.problems.is_empty() && report.pages > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
