//! Finds the CRD of a type in a file, for the generated test of `#[reflect(test = "...")]`.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt;
use serde::Deserialize as _;
use serde_json::Value;

use super::{CrdDifference, differences};

/// Why a file contains no CRD of a type.
#[derive(thiserror::Error)]
pub(crate) enum CrdFileError {
    #[cfg(not(feature = "yaml"))]
    #[error(
        "a CRD file in YAML needs the crate feature `yaml` of reflector-runtime, in `[dev-dependencies]`"
    )]
    NoYaml,
    #[error("it is neither YAML nor JSON")]
    Syntax(#[source] Box<dyn std::error::Error>),
    #[error("its CRD `{name}` cannot be read")]
    Crd { name: String, source: serde_json::Error },
    #[error("it contains no CRD named `{name}`{}", list(.others))]
    Missing { name: String, others: Vec<String> },
}

crate::causes::debug_as_text!(CrdFileError);

fn list(others: &[String]) -> String {
    if others.is_empty() { String::new() } else { format!("; it contains `{}`", others.join("`, `")) }
}

/// What in the CRD of `file`, the contents of a YAML or JSON file, does not fit the type. Empty if it fits.
pub(crate) fn differences_from_file<K: CustomResourceExt>(
    file: &str,
) -> Result<Vec<CrdDifference>, CrdFileError> {
    let name = K::crd_name();
    let documents = documents(file)?;
    let of_crds = documents.iter().filter(|document| document["kind"] == "CustomResourceDefinition");
    let (found, others): (Vec<&Value>, Vec<&Value>) =
        of_crds.partition(|document| document["metadata"]["name"] == name);
    let Some(crd) = found.first() else {
        let name_of = |document: &&Value| document["metadata"]["name"].as_str().map(str::to_owned);
        let others = others.iter().filter_map(name_of).collect();
        return Err(CrdFileError::Missing { name: name.to_owned(), others });
    };
    let crd = CustomResourceDefinition::deserialize(*crd);
    let crd = crd.map_err(|source| CrdFileError::Crd { name: name.to_owned(), source })?;
    Ok(differences(&K::crd(), &crd))
}

/// The documents of a YAML file. JSON is YAML.
#[cfg(feature = "yaml")]
fn documents(file: &str) -> Result<Vec<Value>, CrdFileError> {
    serde_norway::Deserializer::from_str(file)
        .map(|document| Value::deserialize(document).map_err(|error| CrdFileError::Syntax(error.into())))
        .collect()
}

#[cfg(not(feature = "yaml"))]
fn documents(file: &str) -> Result<Vec<Value>, CrdFileError> {
    if !file.trim_start().starts_with('{') {
        return Err(CrdFileError::NoYaml);
    }
    serde_json::from_str(file)
        .map(|document| vec![document])
        .map_err(|error| CrdFileError::Syntax(error.into()))
}
