//! One run of one scenario with one informer, from the first request to the last call. Must not know which outcome is
//! expected.

use std::time::Duration;

use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{Instant, sleep, timeout},
};

use crate::{
    Error, Gate, Scenario, Transcript,
    driver::{Driver, Observation, Running, Subject},
    script::End,
    stage::Stage,
    transcript::is_end_of_script,
};

/// Time limit of a run. It is far longer than the backoffs of any script.
const RUN_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a run continues after the end of the script, to catch unexpected requests and calls.
const SETTLE_TIME: Duration = Duration::from_millis(150);

/// Time limit for stopping an informer.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// Runs a scenario with an informer.
///
/// # Errors
/// If the script does not finish in time, or something fails that is not part of it.
pub async fn play(scenario: &Scenario, gate: Gate, driver: &dyn Driver) -> Result<Transcript, Error> {
    let mut stage = Stage::new(scenario).await?;
    let url = stage.url();
    let subject = Subject {
        // A scenario may run more than once, so the URL is part of the id.
        id: format!("{} ({}) at {url}", scenario.name, gate.name()),
        url,
        resource: scenario.resource,
        dynamic: scenario.dynamic,
        namespace: scenario.select.namespace.clone(),
        labels: scenario.select.labels.clone(),
        fields: scenario.select.fields.clone(),
        resync_seconds: scenario.resync_seconds,
        page_size: scenario.page_size,
        joins: scenario.joins,
        response_timeout_seconds: scenario.response_timeout_seconds,
        max_object_bytes: scenario.max_object_bytes,
    };
    let mut running = driver.start(&subject)?;
    let mut transcript = Transcript::default();
    let requests = stage.counter();
    let finished = {
        let playing = stage.play_outage(scenario);
        let watching = until_the_end(&mut running, scenario.end, requests, &mut transcript);
        tokio::select! {
            failed = playing => Some(failed?),
            result = timeout(RUN_TIMEOUT, watching) => match result {
                Ok(result) => Some(result?),
                Err(_) => None,
            },
        }
    };
    // Recorded before the informer is stopped, so that requests made while stopping are not included.
    for request in stage.requests() {
        transcript.request(&request);
    }
    finish(running.stop(), &mut transcript, driver).await?;
    match finished {
        Some(()) => Ok(transcript),
        None => Err(Error::Timeout {
            run: format!("{}, {}", subject.id, driver.name()),
            seconds: RUN_TIMEOUT.as_secs(),
            transcript: transcript.to_string(),
        }),
    }
}

async fn until_the_end(
    running: &mut Running,
    end: End,
    requests: impl Fn() -> usize,
    transcript: &mut Transcript,
) -> Result<(), Error> {
    match end {
        End::EndOfScript => {
            observe(running, transcript, Until::EndOfScript).await?;
            observe_for(SETTLE_TIME, running, transcript).await
        }
        End::AfterRequests { count, within } => {
            let within = Duration::from_millis(within);
            let start = Instant::now();
            while requests() < count && start.elapsed() < within {
                observe_for(Duration::from_millis(5), running, transcript).await?;
            }
            observe_for(SETTLE_TIME, running, transcript).await
        }
        End::After(time) => observe_for(Duration::from_millis(time), running, transcript).await,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    EndOfScript,
    Dropped,
}

async fn observe_for(
    time: Duration,
    running: &mut Running,
    transcript: &mut Transcript,
) -> Result<(), Error> {
    tokio::select! {
        biased;
        failed = observe(running, transcript, Until::Dropped) => failed,
        () = sleep(time) => Ok(()),
    }
}

async fn observe(running: &mut Running, transcript: &mut Transcript, until: Until) -> Result<(), Error> {
    loop {
        match running.next().await {
            Some(Observation::Call(call)) => {
                transcript.call(&call);
                if until == Until::EndOfScript && is_end_of_script(&call.key) {
                    return Ok(());
                }
            }
            other => return Err(unexpected(other)),
        }
    }
}

/// Waits for the final state. Calls that were already in flight belong to the run.
async fn finish(
    mut observations: UnboundedReceiver<Observation>,
    transcript: &mut Transcript,
    driver: &dyn Driver,
) -> Result<(), Error> {
    loop {
        let timed_out =
            |_| Error::Driver(format!("{} did not stop within {} s", driver.name(), STOP_TIMEOUT.as_secs()));
        match timeout(STOP_TIMEOUT, observations.recv()).await.map_err(timed_out)? {
            Some(Observation::Call(call)) => transcript.call(&call),
            Some(Observation::Final(end)) => {
                transcript.end(end);
                return Ok(());
            }
            other => return Err(unexpected(other)),
        }
    }
}

fn unexpected(observation: Option<Observation>) -> Error {
    Error::Driver(match observation {
        Some(Observation::Failed(why)) => why,
        Some(Observation::Call(_) | Observation::Final(_)) => "it stopped before it was asked to".to_owned(),
        None => "it has already stopped".to_owned(),
    })
}
