//! One scenario with one informer, from the first request to the last call. Must not know what is right.

use std::time::Duration;

use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{sleep, timeout},
};

use crate::{
    Error, Gate, Scenario, Transcript,
    driver::{Driver, Observation, Running, Subject},
    script::End,
    stage::Stage,
    transcript::is_end_of_script,
};

/// How long a run may take at most: far longer than any script's backoffs.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a run goes on after the script's end, for requests and calls that should not be.
const AFTER_THE_END: Duration = Duration::from_millis(150);

/// How long an informer may take to stop.
const STOPPING: Duration = Duration::from_secs(20);

/// Plays a scenario to an informer.
///
/// # Errors
/// Where the script does not come to its end, or something fails that is no part of it.
pub async fn play(scenario: &Scenario, gate: Gate, driver: &dyn Driver) -> Result<Transcript, Error> {
    let mut stage = Stage::new(scenario).await?;
    let url = stage.url();
    let subject = Subject {
        // A scenario may be played more than once.
        id: format!("{} ({}) at {url}", scenario.name, gate.name()),
        url,
        resource: scenario.resource,
        namespace: scenario.select.namespace.clone(),
        labels: scenario.select.labels.clone(),
        fields: scenario.select.fields.clone(),
        resync_seconds: scenario.resync_seconds,
        page_size: scenario.page_size,
        joins: scenario.joins,
        quiet_seconds: scenario.quiet_seconds,
    };
    let mut running = driver.start(&subject)?;
    let mut transcript = Transcript::default();
    let ended = {
        let playing = stage.play_outage(scenario);
        let watching = until_the_end(&mut running, scenario.end, &mut transcript);
        tokio::select! {
            failed = playing => Some(failed?),
            ended = timeout(PATIENCE, watching) => match ended {
                Ok(ended) => Some(ended?),
                Err(_) => None,
            },
        }
    };
    // Taken before the informer is stopped, so that what stopping does is not in it.
    for request in stage.requests() {
        transcript.request(&request);
    }
    finish(running.stop(), &mut transcript, driver).await?;
    match ended {
        Some(()) => Ok(transcript),
        None => Err(Error::NoEnd {
            what: format!("{}, {}", subject.id, driver.name()),
            seconds: PATIENCE.as_secs(),
            so_far: transcript.to_string(),
        }),
    }
}

async fn until_the_end(running: &mut Running, end: End, transcript: &mut Transcript) -> Result<(), Error> {
    match end {
        End::Told => {
            observe(running, transcript, Until::EndOfScript).await?;
            observe_for(AFTER_THE_END, running, transcript).await
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

/// Waits for the final state. Calls that were on their way belong to the run.
async fn finish(
    mut observations: UnboundedReceiver<Observation>,
    transcript: &mut Transcript,
    driver: &dyn Driver,
) -> Result<(), Error> {
    loop {
        let late = |_| Error::Driver(format!("{} did not stop", driver.name()));
        match timeout(STOPPING, observations.recv()).await.map_err(late)? {
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
        Some(Observation::Call(_) | Observation::Final(_)) => "it stopped before it was told to".to_owned(),
        None => "it has ended".to_owned(),
    })
}
