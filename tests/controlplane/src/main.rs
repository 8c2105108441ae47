//! Runs a control plane until ctrl-c, or only builds its programs. Must not know how either is implemented.

use std::{ffi::OsString, io::Write as _, path::PathBuf, pin::pin, process::ExitCode};

use clap::Parser;
use reflector_controlplane::{Assets, ControlPlane, Error};
use tokio::signal::unix::{SignalKind, signal};

/// Runs the real kube-apiserver and etcd on loopback until ctrl-c.
#[derive(Parser)]
struct Arguments {
    /// Only build the programs and print their folder, which `KUBEBUILDER_ASSETS` can be set to.
    #[arg(long)]
    build_only: bool,

    /// File to write the administrator's kubeconfig to [default: in the data folder, removed with it].
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    /// Additional argument for kube-apiserver, such as --apiserver-arg=--watch-cache=false. May be repeated.
    #[arg(long, value_name = "ARGUMENT")]
    apiserver_arg: Vec<OsString>,

    /// Additional argument for etcd. May be repeated.
    #[arg(long, value_name = "ARGUMENT")]
    etcd_arg: Vec<OsString>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes =
                std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
            eprintln!("error: {}", causes.map(ToString::to_string).collect::<Vec<_>>().join(": "));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Error> {
    let assets = Assets::find_or_build()?;
    if arguments.build_only {
        println!("{}", assets.folder().display());
        return Ok(());
    }
    // From here on, a signal stops the servers: neither their processes nor their folder remain.
    let mut stopped = pin!(signals()?);
    let mut builder = ControlPlane::builder().assets(assets.clone());
    for argument in arguments.apiserver_arg {
        builder = builder.apiserver_arg(argument);
    }
    for argument in arguments.etcd_arg {
        builder = builder.etcd_arg(argument);
    }
    eprintln!("etcd and kube-apiserver start");
    let control_plane = tokio::select! {
        biased;
        () = &mut stopped => return Ok(()),
        started = builder.start() => started?,
    };
    let kubeconfig = arguments.kubeconfig.unwrap_or_else(|| control_plane.folder().join("kubeconfig"));
    control_plane.write_kubeconfig(&kubeconfig)?;

    let kubectl = assets.kubectl().unwrap_or_else(|| PathBuf::from("kubectl"));
    eprintln!(
        "kube-apiserver serves at {}; data and logs are in {}",
        control_plane.url(),
        control_plane.folder().display()
    );
    // In one piece, and without a panic if the reader has closed the pipe: the servers run either way.
    let next_steps =
        format!("export KUBECONFIG={}\n{} get --raw /version\n", kubeconfig.display(), kubectl.display());
    let _ = std::io::stdout().write_all(next_steps.as_bytes());
    stopped.await;
    control_plane.stop().await
}

/// Listens for SIGINT (ctrl-c) and SIGTERM, which service managers send, from this call on.
fn signals() -> Result<impl Future<Output = ()>, Error> {
    let listen =
        |kind| signal(kind).map_err(|source| Error::Io { doing: "listen for signals".into(), source });
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
