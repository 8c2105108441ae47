//! client-go's tests of its reflector, streaming list, pager and `RetryWatcher`, by name: each has one of ours that says
//! which it stands for.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files of client-go 0.37, and all tests in them.
const TESTS: &[(&str, &[&str])] = &[
    (
        "tools/cache/reflector_test.go",
        &[
            "TestCloseWatchChannelOnError",
            "TestRunUntil",
            "TestReflectorResyncChan",
            "TestReflectorWatchStoppedBefore",
            "TestReflectorWatchStoppedAfter",
            "TestReflectorHandleWatchStoppedBefore",
            "TestReflectorHandleWatchStoppedAfter",
            "TestReflectorHandleWatchResultChanClosedBefore",
            "TestReflectorHandleWatchResultChanClosedAfter",
            "TestReflectorWatchHandler",
            "TestReflectorStopWatch",
            "TestReflectorListAndWatch",
            "TestReflectorListAndWatchWithErrors",
            "TestReflectorListAndWatchInitConnBackoff",
            "TestNewReflectorWithCustomBackoff",
            "TestBackoffOnTooManyRequests",
            "TestNoRelistOnTooManyRequests",
            "TestRetryInternalError",
            "TestReflectorResync",
            "TestReflectorWatchListPageSize",
            "TestReflectorNotPaginatingNotConsistentReads",
            "TestReflectorPaginatingNonConsistentReadsIfWatchCacheDisabled",
            "TestReflectorResyncWithResourceVersion",
            "TestReflectorExpiredExactResourceVersion",
            "TestReflectorFullListIfExpired",
            "TestReflectorFullListIfTooLarge",
            "TestGetTypeDescriptionFromObject",
            "TestGetExpectedGVKFromObject",
            "TestWatchTimeout",
            "TestReflectorResourceVersionUpdate",
            "TestReflectorListExtract",
            "TestReflectorReplacesStoreOnUnsafeDelete",
            "TestReflectorRespectStoreTransformer",
            "TestIsUnsupportedTableObject",
        ],
    ),
    (
        "tools/cache/reflector_watchlist_test.go",
        &[
            "TestNewReflectorWithDisablementWatchList",
            "TestInitialEventsEndBookmarkTicker",
            "TestWatchListResourceVersion",
            "TestWatchList",
        ],
    ),
    ("tools/cache/reflector_data_consistency_detector_test.go", &["TestReflectorDataConsistencyDetector"]),
    ("tools/cache/retry_with_deadline_test.go", &["TestRetryWithDeadline"]),
    (
        "tools/pager/pager_test.go",
        &["TestListPager_List", "TestListPager_EachListItem", "TestListPager_eachListPageBuffered"],
    ),
    (
        "tools/watch/retrywatcher_test.go",
        &["TestNewRetryWatcher", "TestRetryWatcher", "TestRetryWatcherToFinishWithUnreadEvents"],
    ),
];

/// All Rust files below a folder, but for what builds leave and for this one.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_dir() {
            if name != "target" && !name.to_string_lossy().starts_with('.') {
                rust_files(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("conformance/tests/named.rs")
        {
            found.push(path);
        }
    }
    Ok(())
}

/// The doc comments of the workspace, line by line.
fn doc_lines() -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), &mut files)?;
    let mut lines = Vec::new();
    for file in files {
        let text = fs::read_to_string(file)?;
        let docs = text.lines().map(str::trim_start);
        let docs = docs.filter(|line| line.starts_with("///") || line.starts_with("//!"));
        lines.extend(docs.map(str::to_owned));
    }
    Ok(lines)
}

#[test]
fn each_of_client_gos_tests_has_one_of_ours() {
    let docs = doc_lines().expect("the workspace can be read");
    assert!(docs.len() > 1000, "only {} lines: is this the workspace?", docs.len());
    let missing: Vec<String> = TESTS
        .iter()
        .flat_map(|(file, names)| names.iter().map(move |name| (file, name)))
        .filter(|(_, name)| !docs.iter().any(|line| line.contains(&format!("`{name}`"))))
        .map(|(file, name)| format!("{name} ({file})"))
        .collect();
    assert!(missing.is_empty(), "no test of ours is named for these:\n{}", missing.join("\n"));
}
