//! The resource usage of a process, from `/proc` and from the kernel's clocks. Must not know what caused it.

use std::{fs, time::Duration};

use anyhow::{Context as _, Result};

/// Clock ticks per second in `/proc/self/stat`. Linux reports this many regardless of the kernel's tick rate.
const TICKS: f64 = 100.0;

/// Returns the CPU time of this process: user plus system.
pub fn cpu() -> Result<Duration> {
    cpu_in("/proc/self/stat")
}

/// Returns the CPU time of another process.
pub fn cpu_of(pid: u32) -> Result<Duration> {
    cpu_in(&format!("/proc/{pid}/stat"))
}

/// Returns the CPU time of the children of this process that have ended, with their own children.
pub fn children_cpu() -> Result<Duration> {
    cpu_at("/proc/self/stat", [13, 14])
}

fn cpu_in(path: &str) -> Result<Duration> {
    cpu_at(path, [11, 12])
}

/// The sum of two fields, which are user and system time.
fn cpu_at(path: &str, [user, system]: [usize; 2]) -> Result<Duration> {
    let stat = fs::read_to_string(path).with_context(|| path.to_owned())?;
    // The command name is in parentheses and may contain any character, including spaces and parentheses.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = |at: usize| fields.split_whitespace().nth(at)?.parse::<u32>().ok();
    let (user, system) =
        ticks(user).zip(ticks(system)).with_context(|| format!("{path} has no utime and stime"))?;
    Ok(Duration::from_secs_f64((f64::from(user) + f64::from(system)) / TICKS))
}

/// Returns the CPU time of this thread, which does not include the time in which other processes ran.
pub fn thread_cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Memory of this process, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Currently resident.
    pub resident: u64,
    /// Peak resident memory since [`reset_peak`].
    pub peak: u64,
}

/// Reads the memory of this process.
pub fn memory() -> Result<Memory> {
    let status = fs::read_to_string("/proc/self/status").context("/proc/self/status")?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024)
    };
    Ok(Memory {
        resident: field("VmRSS:").context("/proc/self/status has no VmRSS")?,
        peak: field("VmHWM:").context("/proc/self/status has no VmHWM")?,
    })
}

/// Resets the peak to the memory currently resident.
pub fn reset_peak() -> Result<()> {
    fs::write("/proc/self/clear_refs", "5").context("/proc/self/clear_refs")
}
