//! The files of the repository that are written by hand.

use std::{fs, path::Path};

/// Folders and files that are generated, or not part of the repository.
const EXCLUDED: [&str; 5] =
    ["target", ".git", "book/book", "book/src/conformance.md", "tests/conformance/CONFORMANCE.md"];

/// The folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The text of a file, given relative to the repository.
///
/// # Panics
/// If the file cannot be read.
pub fn read(file: &str) -> String {
    fs::read_to_string(repository().join(file)).unwrap_or_else(|error| panic!("cannot read {file}: {error}"))
}

/// All files with one of these extensions, relative to the repository, in order.
pub fn sources(extensions: &[&str]) -> Vec<String> {
    let mut files = Vec::new();
    collect("", extensions, &mut files);
    files.sort();
    files
}

fn collect(folder: &str, extensions: &[&str], files: &mut Vec<String>) {
    let entries = fs::read_dir(repository().join(folder)).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if EXCLUDED.contains(&path.as_str()) {
            continue;
        }
        if entry.path().is_dir() {
            collect(&path, extensions, files);
        } else if path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension)) {
            files.push(path);
        }
    }
}
