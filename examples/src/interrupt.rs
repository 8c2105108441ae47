//! Ctrl-C. Must not know what an example does.

use std::io;

/// Listens for ctrl-c from this call on, also before the future is awaited. (`tokio::signal::ctrl_c` listens from its
/// first poll on: until then, ctrl-c ends the process.)
///
/// # Errors
/// If the operating system does not allow it.
#[cfg(unix)]
pub fn interrupted() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        let _ = interrupt.recv().await;
    })
}

/// Listens for ctrl-c from this call on, also before the future is awaited. (`tokio::signal::ctrl_c` listens from its
/// first poll on: until then, ctrl-c ends the process.)
///
/// # Errors
/// If the operating system does not allow it.
#[cfg(windows)]
pub fn interrupted() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        let _ = interrupt.recv().await;
    })
}
