//! Sends events as fast as possible, or at a rate. Must not know what the objects look like.

use std::{io, time::Duration};

use tokio::time::sleep;

use super::body::ChunkedBody;
use crate::{
    clock,
    text::{STAMP, STAMP_DIGITS, Texts},
};

/// Up to which event to send, and how fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The number of events that have been sent at the end.
    pub events: u32,
    /// Events per second. Without it, they are sent as fast as possible, and not stamped.
    pub per_second: Option<u32>,
}

/// The part of a wait for which the thread sleeps: tokio's timer has a resolution of one millisecond.
const LAST_PART: Duration = Duration::from_millis(2);

/// The events of a watch.
pub(super) struct Events<'t> {
    pub(super) texts: &'t Texts,
    /// Only those of objects in this namespace.
    pub(super) namespace: Option<u32>,
    /// The number of the next event.
    pub(super) next: usize,
}

impl Events<'_> {
    /// Sends the next events. With a rate, each object is stamped with the time of its [sending](stamp).
    pub(super) async fn send(&mut self, body: &mut ChunkedBody<'_>, pace: Pace) -> io::Result<()> {
        let plan = self.texts.plan();
        let end = pace.events.min(plan.events) as usize;
        let head = plan.kind.event_head("MODIFIED");
        let interval = pace.per_second.map(|rate| Duration::from_secs(1) / rate.max(1));
        let mut due = clock::now();
        let mut text = Vec::new();
        while self.next < end {
            let number = self.next;
            self.next += 1;
            if let Some(interval) = interval {
                if clock::now() < due {
                    body.flush().await?;
                    wait_until(due).await;
                }
                text.clear();
                text.extend_from_slice(self.texts.event(number));
                write_stamp(&mut text, stamp(due, clock::now(), body.blocked_until()));
                due += interval;
            }
            let object = if interval.is_some() { &text } else { self.texts.event(number) };
            if plan.is_in(self.texts.event_object(number), self.namespace) {
                body.write_chunk(&[head.as_bytes(), &object[1..], b"}\n"]).await?;
            }
        }
        body.flush().await
    }
}

/// An event that was due while the receiver accepted nothing counts from then on: a receiver that stops for a while
/// must not delay the clock that it is measured with. Delays of the sender itself do not count.
fn stamp(due: Duration, now: Duration, blocked_until: Option<Duration>) -> Duration {
    match blocked_until {
        Some(until) if due <= until => due,
        _ => now,
    }
}

async fn wait_until(time: Duration) {
    let left = time.saturating_sub(clock::now());
    if left > LAST_PART {
        sleep(left.saturating_sub(LAST_PART)).await;
    }
    // Blocks all connections of this server. There is one peer.
    std::thread::sleep(time.saturating_sub(clock::now()));
}

/// Overwrites the beginning of the value that [`STAMP`] precedes.
fn write_stamp(text: &mut [u8], stamp: Duration) {
    let found = text.windows(STAMP.len()).position(|window| window == STAMP.as_bytes());
    if let Some(at) = found
        && let Some(digits) = text.get_mut(at + STAMP.len()..at + STAMP.len() + STAMP_DIGITS)
    {
        digits.copy_from_slice(format!("{:0width$}", stamp.as_nanos(), width = STAMP_DIGITS).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_receiver_that_accepts_nothing_moves_a_stamp_back() {
        let at = Duration::from_millis;
        assert_eq!(stamp(at(5), at(9), None), at(9), "the sender was late");
        assert_eq!(stamp(at(5), at(9), Some(at(8))), at(5), "due while nothing was accepted");
        assert_eq!(stamp(at(5), at(9), Some(at(4))), at(9), "due after that");
    }

    #[test]
    fn a_stamp_replaces_the_beginning_of_the_value() {
        let mut text = br#"{"a":{"peers.example.com/checksum":"0123456789abcdef0123456789"}}"#.to_vec();
        write_stamp(&mut text, Duration::from_nanos(42));
        let wanted = r#"{"a":{"peers.example.com/checksum":"00000000000000000042456789"}}"#;
        assert_eq!(String::from_utf8(text).unwrap(), wanted);
    }
}
