//! client-go's own tests of its reflector, streaming list, pager and `RetryWatcher`, applied to this crate. Each test
//! names its counterpart. They run against the embedded API server, with a paused clock.
//!
//! | module | client-go's file |
//! |---|---|
//! | `reflector`, `reflector_stop`, `reflector_types` | `tools/cache/reflector_test.go` |
//! | `watch_list` | `tools/cache/reflector_watchlist_test.go` |
//! | `data_consistency` | `tools/cache/reflector_data_consistency_detector_test.go` |
//! | `transform` | `tools/cache/reflector_test.go`, its transformer |
//! | `pager` | `tools/pager/pager_test.go` |
//! | `retry_watcher`, `retry_watcher_closes` | `tools/watch/retrywatcher_test.go` |
//!
//! Tests that need no server are next to the code: `src/reflector/core/tests.rs`.

mod data_consistency;
mod pager;
mod reflector;
mod reflector_queue;
mod reflector_stop;
mod reflector_types;
mod retry_watcher;
mod retry_watcher_closes;
#[path = "../support/mod.rs"]
mod support;
mod transform;
mod watch_list;
