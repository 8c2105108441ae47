//! Waits, with a limit, until a server is ready. Must not know how it was started.

use std::time::Duration;

use kube::Client;
use tokio::time::{sleep, timeout};

use crate::{Error, arguments::PORT_TAKEN, server::Server};

/// The delay between two attempts.
const DELAY: Duration = Duration::from_millis(50);
/// With [`DELAY`], allows two minutes, for busy machines.
const ATTEMPTS: u32 = 2_400;
/// The timeout of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// The result of waiting without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server is ready.
    Ready,
    /// The server exited because its port is in use.
    PortTaken,
}

/// Polls until a request to every path in `paths` succeeds, the server exits, or all attempts have failed. `client`
/// is called for each attempt, because a server creates its certificate only after it has started.
pub(crate) async fn wait<F>(server: &mut Server, paths: &[&str], client: F) -> Result<Outcome, Error>
where
    F: AsyncFn() -> Result<Client, Error>,
{
    let mut answer = String::from("none");
    for _ in 0..ATTEMPTS {
        if let Some(status) = server.exit_status()? {
            let log = server.log_tail();
            if log.contains(PORT_TAKEN) {
                return Ok(Outcome::PortTaken);
            }
            return Err(Error::Exited { server: server.name(), status, log });
        }
        match client().await {
            Ok(client) => match check(&client, paths).await {
                Ok(()) => return Ok(Outcome::Ready),
                Err(failure) => answer = failure,
            },
            Err(error) => answer = error.to_string(),
        }
        sleep(DELAY).await;
    }
    let seconds = (DELAY * ATTEMPTS).as_secs();
    Err(Error::NotReady { server: server.name(), seconds, answer, log: server.log_tail() })
}

async fn check(client: &Client, paths: &[&str]) -> Result<(), String> {
    for path in paths {
        let request = http::Request::get(*path).body(Vec::new()).expect("the paths are literals");
        match timeout(REQUEST_TIMEOUT, client.request_text(request)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(format!("{path}: {error}")),
            Err(_) => return Err(format!("{path}: request timed out")),
        }
    }
    Ok(())
}
