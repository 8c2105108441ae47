//! The resources that this process uses from a moment on. Must not know what uses them.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::usage::{cpu, memory, reset_peak};

/// The resources used for one task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Wall-clock seconds.
    pub seconds: f64,
    /// CPU seconds of the process, user and system.
    pub cpu_seconds: f64,
    /// Peak resident memory, in MiB.
    pub peak_mib: f64,
    /// Resident memory before, in MiB.
    pub before_mib: f64,
    /// Resident memory after, once the process has settled, in MiB.
    pub after_mib: f64,
}

/// How long to wait after a task for background work to finish.
const SETTLE: Duration = Duration::from_millis(300);

/// The resource usage when a task began.
pub(super) struct Start {
    time: Instant,
    cpu: Duration,
    resident: u64,
}

impl Start {
    pub(super) fn now() -> Result<Self> {
        reset_peak()?;
        Ok(Self { resident: memory()?.resident, cpu: cpu()?, time: Instant::now() })
    }

    /// Takes the time now, and CPU and memory after background work had time to settle.
    pub(super) async fn end(self) -> Result<Span> {
        let seconds = self.time.elapsed().as_secs_f64();
        sleep(SETTLE).await;
        let (cpu, memory) = (cpu()?, memory()?);
        Ok(Span {
            seconds,
            cpu_seconds: cpu.saturating_sub(self.cpu).as_secs_f64(),
            peak_mib: mebibytes(memory.peak),
            before_mib: mebibytes(self.resident),
            after_mib: mebibytes(memory.resident),
        })
    }
}

fn mebibytes(bytes: u64) -> f64 {
    // The memory size of a process fits into the 52-bit mantissa of an f64.
    #[allow(clippy::cast_precision_loss)]
    let bytes = bytes as f64;
    bytes / f64::from(1 << 20)
}
