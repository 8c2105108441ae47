//! The log of a test whose tasks all run on its own thread.

#![allow(unreachable_pub, reason = "included by several test files")]

use std::{cell::RefCell, io};

thread_local! {
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What has been logged on this thread since the start of the capture.
pub struct Log {
    start: usize,
}

impl Log {
    /// Captures everything from debug level on.
    ///
    /// One subscriber serves all threads: a subscriber of a single thread misses events whose callsite is first reached
    /// by another thread at the same time.
    pub fn capture() -> Self {
        let subscriber = tracing_subscriber::fmt().with_env_filter("reflector_runtime=debug");
        // Another test may have installed it already.
        let _ = subscriber.with_writer(|| Writer).with_ansi(false).try_init();
        Self { start: LOGGED.with_borrow(Vec::len) }
    }

    /// The lines that contain this text.
    #[allow(clippy::unused_self, reason = "only a capture has lines")]
    pub fn lines_with(&self, text: &str) -> Vec<String> {
        let all = LOGGED.with_borrow(|bytes| String::from_utf8(bytes[self.start..].to_vec()).unwrap());
        all.lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
    }
}

struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
