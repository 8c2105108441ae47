//! [`record`]: a scripted run with a paused clock, for the picture in the README. Each run is the same.

use std::time::Duration;

use anyhow::{Result, ensure};
use ratatui::buffer::Buffer;

use crate::{draw, faults::Key, workload::Workload, world::World};

/// The time between two samples, as in the terminal.
pub const SAMPLE_PERIOD: Duration = Duration::from_millis(500);

/// How many changes of the workload there are between two samples.
const STEPS_PER_SAMPLE: u128 = SAMPLE_PERIOD.as_millis() / Workload::PERIOD.as_millis();

/// Runs the script. Returns the frames of the picture.
///
/// # Errors
/// If the informers do not recover as the script expects.
pub fn record() -> Result<Vec<Buffer>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
    runtime.block_on(play())
}

async fn play() -> Result<Vec<Buffer>> {
    let (mut world, mut workload, _server) = World::embedded()?;
    let mut frames = Vec::new();
    run(&mut world, &mut workload, 8).await?;
    ensure!(world.state.is_synced(), "not synced");
    frames.push(draw::to_buffer(&world.state));

    // A disconnect. The changes of that time are delivered after it.
    world.press(Key::Cut)?;
    run(&mut world, &mut workload, 5).await?;
    ensure!(!world.state.is_synced(), "synced without a connection");
    frames.push(draw::to_buffer(&world.state));
    world.press(Key::Cut)?;
    run(&mut world, &mut workload, 8).await?;
    ensure!(world.state.is_synced(), "not synced after a disconnect");
    frames.push(draw::to_buffer(&world.state));

    // A queue grows, and is processed.
    world.press(Key::SlowHandlers)?;
    run(&mut world, &mut workload, 6).await?;
    ensure!(world.state.rows.iter().any(|row| row.queued > 10), "no queue");
    frames.push(draw::to_buffer(&world.state));
    world.press(Key::SlowHandlers)?;
    run(&mut world, &mut workload, 3).await?;

    // The versions from which the watches would continue are gone: a relist.
    world.press(Key::Compact)?;
    run(&mut world, &mut workload, 1).await?;
    ensure!(!world.state.is_synced(), "synced after the history was discarded");
    frames.push(draw::to_buffer(&world.state));
    run(&mut world, &mut workload, 8).await?;
    ensure!(world.state.is_synced(), "not synced after a relist");
    ensure!(world.state.rows.iter().all(|row| row.relists == 1), "no relist");
    frames.push(draw::to_buffer(&world.state));
    Ok(frames)
}

/// Lets the workload run for this many samples.
async fn run(world: &mut World, workload: &mut Workload, samples: usize) -> Result<()> {
    for _ in 0..samples {
        for _ in 0..STEPS_PER_SAMPLE {
            workload.step()?;
            tokio::time::sleep(Workload::PERIOD).await;
        }
        world.sample();
    }
    Ok(())
}
