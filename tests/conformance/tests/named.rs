//! Checks that every client-go test of the reflector, streaming list, pager and `RetryWatcher` has a counterpart in
//! this workspace, whose doc comment names it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The test files of client-go 0.37, and all tests in them.
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

/// Collects all Rust files below a folder, except for build output and this file.
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

/// The doc comment of each test in the workspace, as one string.
fn docs_of_tests() -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), &mut files)?;
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(file)?;
        let (mut docs, mut is_test) = (String::new(), false);
        for line in text.lines().map(str::trim_start) {
            if let Some(doc) = line.strip_prefix("///") {
                docs += doc;
            } else if line.starts_with("#[") {
                is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            } else {
                if is_test && line.contains("fn ") {
                    found.push(std::mem::take(&mut docs));
                }
                docs.clear();
                is_test = false;
            }
        }
    }
    Ok(found)
}

#[test]
fn every_client_go_test_has_a_counterpart() {
    let docs = docs_of_tests().expect("the workspace can be read");
    assert!(docs.len() > 400, "found only {} tests; the workspace path may be wrong", docs.len());
    let missing: Vec<String> = TESTS
        .iter()
        .flat_map(|(file, names)| names.iter().map(move |name| (file, name)))
        .filter(|(_, name)| !docs.iter().any(|doc| doc.contains(&format!("`{name}`"))))
        .map(|(file, name)| format!("{name} ({file})"))
        .collect();
    assert!(
        missing.is_empty(),
        "no test in this workspace names these client-go tests in its doc comment:\n{}",
        missing.join("\n")
    );
}
