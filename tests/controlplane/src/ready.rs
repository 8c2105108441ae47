//! Bounded waiting until a server answers. Must not know how it was started.

use std::time::Duration;

use kube::Client;
use tokio::time::{sleep, timeout};

use crate::{Error, arguments::PORT_TAKEN, server::Server};

/// Between two questions.
const PAUSE: Duration = Duration::from_millis(50);
/// With [`PAUSE`], two minutes for a machine that is busy with other things.
const ATTEMPTS: u32 = 2_400;
/// For one answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How waiting ended when nothing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It serves.
    Ready,
    /// Somebody else has its port, and it ended.
    PortTaken,
}

/// Asks until every path in `paths` is answered with success, the server ends, or patience does. `client` is called
/// for each attempt as long as it fails: a server makes its certificate after it was started.
pub(crate) async fn wait<F>(server: &mut Server, paths: &[&str], client: F) -> Result<Outcome, Error>
where
    F: AsyncFn() -> Result<Client, Error>,
{
    let mut answer = String::from("none");
    for _ in 0..ATTEMPTS {
        if let Some(status) = server.ended()? {
            let log = server.log_tail();
            if log.contains(PORT_TAKEN) {
                return Ok(Outcome::PortTaken);
            }
            return Err(Error::Exited { server: server.name(), status, log });
        }
        match client().await {
            Ok(client) => match ask(&client, paths).await {
                Ok(()) => return Ok(Outcome::Ready),
                Err(refusal) => answer = refusal,
            },
            Err(error) => answer = error.to_string(),
        }
        sleep(PAUSE).await;
    }
    let seconds = (PAUSE * ATTEMPTS).as_secs();
    Err(Error::NotReady { server: server.name(), seconds, answer, log: server.log_tail() })
}

async fn ask(client: &Client, paths: &[&str]) -> Result<(), String> {
    for path in paths {
        let request = http::Request::get(*path).body(Vec::new()).expect("the paths are literals");
        match timeout(PATIENCE, client.request_text(request)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(format!("{path}: {error}")),
            Err(_) => return Err(format!("{path}: silence")),
        }
    }
    Ok(())
}
