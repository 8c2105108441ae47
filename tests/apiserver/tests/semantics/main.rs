//! HTTP semantics, topic by topic, through the tower service with a paused clock.

mod common;
mod watch;
mod watch_list;
