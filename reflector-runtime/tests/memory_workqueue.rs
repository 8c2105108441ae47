//! The memory of keys that wait in a work queue: that of the key itself, and little more. It is released afterwards.
//!
//! The allocator counts bytes, so that nothing depends on time. There is one test, so that no other test allocates
//! concurrently.

use std::time::Duration;

use peak_alloc::PeakAlloc;
use reflector_runtime::workqueue::{AddOptions, Priority, WorkQueue};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Collections double their capacity: with this number of keys, the capacity of the entries is used up, and a third of
/// the hash table's.
const KEYS: u64 = 1 << 16;
const KEY: usize = size_of::<u64>();
/// client-go's queue takes 37 bytes besides the key at 100 000 keys.
const READY: usize = 35;
/// A delayed key has a place in a heap, too.
const DELAYED: usize = READY + 16;
/// A raised key has a place in a tree, too.
const RAISED: usize = READY + 32;
/// What may be left of a queue that is empty again.
const LEFT: usize = 100_000;

/// Adds all keys, and returns the bytes per key.
fn bytes_per_key(add: impl Fn(&WorkQueue<u64>, u64)) -> usize {
    let before = ALLOCATOR.current_usage();
    let queue = WorkQueue::new();
    for key in 0..KEYS {
        add(&queue, key);
    }
    let used = ALLOCATOR.current_usage().saturating_sub(before);
    let mut handed_out = 0;
    while let Some(item) = queue.try_get() {
        drop(item);
        handed_out += 1;
    }
    let delayed = queue.shut_down();
    assert_eq!(handed_out + delayed.len() as u64, KEYS);
    drop(delayed);
    let left = ALLOCATOR.current_usage().saturating_sub(before);
    assert!(left < LEFT, "{left} bytes are left");
    used / usize::try_from(KEYS).expect("a small number")
}

#[tokio::test(start_paused = true)]
async fn a_waiting_key_takes_few_bytes_besides_the_key() {
    let ready = bytes_per_key(WorkQueue::add);
    let delayed =
        bytes_per_key(|queue, key| queue.add_after(key, Duration::from_millis(1 + key * 7919 % 3_600_000)));
    let raised = bytes_per_key(|queue, key| {
        queue.add_with(key, AddOptions::new().priority(Priority::Low));
        queue.add(key);
    });
    println!("bytes per key of {KEY}: {ready} ready, {delayed} delayed, {raised} with a raised priority");
    assert!(ready <= KEY + READY, "{ready} bytes per ready key");
    assert!(delayed <= KEY + DELAYED, "{delayed} bytes per delayed key");
    assert!(raised <= KEY + RAISED, "{raised} bytes per key with a raised priority");
}
