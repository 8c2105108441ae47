//! The memory of this process, as the operating system reports it.

/// The resident memory in bytes. `None` where the system has no `/proc/self/status`.
pub fn resident() -> Option<u64> {
    parse(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// The value of `VmRSS`, which is in units of 1024 bytes.
fn parse(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_memory_is_read() {
        assert_eq!(parse("Name:\tdashboard\nVmRSS:\t   20480 kB\nThreads:\t3\n"), Some(20 * 1024 * 1024));
        assert_eq!(parse("Name:\tdashboard\n"), None);
        if cfg!(target_os = "linux") {
            assert!(resident().is_some_and(|bytes| bytes > 1024 * 1024));
        }
    }
}
