//! client-go's own tests of its reflector, streaming list, pager and `RetryWatcher`, as promises that ours keeps: each
//! names the test that it stands for. They run against the embedded API server, under a paused clock.
//!
//! | room | client-go's file |
//! |---|---|
//! | `reflector`, `reflector_stop`, `reflector_types` | `tools/cache/reflector_test.go` |
//! | `watch_list` | `tools/cache/reflector_watchlist_test.go` |
//! | `data_consistency` | `tools/cache/reflector_data_consistency_detector_test.go` |
//! | `transform` | `tools/cache/reflector_test.go`, its transformer |
//! | `pager` | `tools/pager/pager_test.go` |
//! | `retry_watcher`, `retry_watcher_closes` | `tools/watch/retrywatcher_test.go` |
//!
//! What needs no server stands with the code: `src/reflector/core/tests.rs`.

mod data_consistency;
mod fed;
mod pager;
mod reflector;
mod reflector_stop;
mod reflector_types;
mod retry_watcher;
mod retry_watcher_closes;
#[path = "../support/mod.rs"]
mod support;
mod transform;
mod watch_list;
