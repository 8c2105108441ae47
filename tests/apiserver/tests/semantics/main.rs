//! Tests of HTTP semantics through the tower service, mostly with a paused clock.

// An error of the server is a complete response, which is large.
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
