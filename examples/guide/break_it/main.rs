//! The faults of the page "Break it": each breaks an informer, which prints its
//! errors and events.
//!
//! `cargo run --example break_it -- gone` runs one, on an in-process API
//! server. `cargo run --example break_it` lists them. They do not run on a
//! cluster, which they would break.

mod connections;
mod objects;
mod program;
mod responses;

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum};
use reflector_guide::install_logs;

/// Breaks an informer.
#[derive(Parser)]
struct Args {
    /// The fault.
    fault: Option<Fault>,
    /// Rejected, with the reason.
    #[arg(long, hide = true)]
    cluster: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Fault {
    Gone,
    Throttled,
    Forbidden,
    Denied,
    MissingCrd,
    WrongKind,
    LoginPage,
    InternalError,
    CutWatch,
    CutList,
    Silent,
    Slow,
    Hang,
    Refused,
    NoBookmark,
    Undecodable,
    TooLarge,
    Restored,
    Recreated,
    HandlerPanic,
}

impl Fault {
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    async fn run(self) -> Result<()> {
        let server = &program::server()?;
        match self {
            Self::Gone => responses::gone(server).await,
            Self::Throttled => responses::throttled(server).await,
            Self::Forbidden => responses::forbidden(server).await,
            Self::Denied => responses::denied(server).await,
            Self::MissingCrd => responses::missing_crd().await,
            Self::WrongKind => responses::wrong_kind(server).await,
            Self::LoginPage => responses::login_page(server).await,
            Self::InternalError => responses::internal_error(server).await,
            Self::CutWatch => connections::cut_watch(server).await,
            Self::CutList => connections::cut_list(server).await,
            Self::Silent => connections::silent(server).await,
            Self::Slow => connections::slow(server).await,
            Self::Hang => connections::hang(server).await,
            Self::Refused => connections::refused(server).await,
            Self::NoBookmark => connections::no_bookmark(server).await,
            Self::Undecodable => objects::undecodable(server).await,
            Self::TooLarge => objects::too_large(server).await,
            Self::Restored => objects::restored(server).await,
            Self::Recreated => objects::recreated(server).await,
            Self::HandlerPanic => objects::handler_panic(server).await,
        }
    }
}

/// The clock is paused: it advances when all tasks wait.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<()> {
    install_logs("off");
    let args = Args::parse();
    ensure!(!args.cluster, "the faults are those of the in-process API server");
    let Some(fault) = args.fault else {
        let names = Fault::value_variants().iter();
        names.for_each(|fault| println!("{}", fault.name()));
        return Ok(());
    };
    fault.run().await
}
