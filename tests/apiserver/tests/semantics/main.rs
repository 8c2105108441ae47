//! HTTP semantics, topic by topic, through the tower service with a paused clock.

// An error of the server is an answer, and as large as one.
#![allow(clippy::result_large_err)]

mod apply;
mod auth;
mod common;
mod conflict;
mod crd;
mod crd_deletion;
mod crud;
mod deletion;
mod direct;
mod discovery;
mod faults;
mod faults_in_watches;
mod negotiation;
mod paging;
mod patch;
mod scripts;
mod selectors;
mod status;
mod table;
mod tcp;
mod versions;
mod watch;
mod watch_list;
