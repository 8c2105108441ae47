//! Loading scenarios from files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use super::Scenario;
use crate::Error;

/// Loads all scenarios, sorted by name.
///
/// # Errors
/// [`Error::Data`] names the file that is not valid.
pub fn load_all() -> Result<Vec<Scenario>, Error> {
    let root = data_folder().join("scenarios");
    let mut files = Vec::new();
    for group in entries(&root)? {
        files.extend(entries(&group)?);
    }
    files
        .into_iter()
        .map(|file| {
            let mut scenario: Scenario = read(&file)?;
            let name = file.strip_prefix(&root).unwrap_or(&file).with_extension("");
            scenario.name = name.to_string_lossy().replace('\\', "/");
            Ok(scenario)
        })
        .collect()
}

/// The folder that contains this crate's data files.
pub(crate) fn data_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads a YAML file. It is converted through a JSON value, so that enum variants are written as maps with one key.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Result<T, Error> {
    let text = fs::read_to_string(file).map_err(Error::io(format!("read {}", file.display())))?;
    let invalid = |message: String| Error::Data { file: file.to_owned(), message };
    let value: serde_json::Value =
        serde_norway::from_str(&text).map_err(|error| invalid(error.to_string()))?;
    serde_json::from_value(value).map_err(|error| invalid(error.to_string()))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = || Error::io(format!("read {}", folder.display()));
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        found.push(entry.map_err(failed())?.path());
    }
    found.sort();
    Ok(found)
}
