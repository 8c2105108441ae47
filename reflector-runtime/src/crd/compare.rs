//! [`differences`] between two CRDs: names, scope and versions.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, CustomResourceDefinitionVersion,
};

use super::{CrdDifference, schema};

/// What in `actual`, a CRD of a cluster or of a file, does not fit the type whose CRD is `expected`. Empty if it fits.
///
/// A field that the type requires must exist and be required. Types, formats and `nullable` must agree. Every value of an
/// enum that the CRD accepts must be one of the type's. Fields that only the CRD has, and fields that are optional in
/// both, are no difference.
///
/// In a test, it compares a type with the CRD file that is deployed, so that the two cannot drift apart:
///
/// ```
/// use kube::CustomResourceExt;
/// use reflector_runtime::crd::differences;
///
/// # fn assert_deployed<Widget: CustomResourceExt>(file: &str) {
/// // `Widget` is a type with `#[derive(CustomResource)]`, `file` its CRD file.
/// let deployed = serde_json::from_str(file).expect("a CRD");
/// assert_eq!(differences(&Widget::crd(), &deployed), []);
/// # }
/// ```
pub fn differences(
    expected: &CustomResourceDefinition,
    actual: &CustomResourceDefinition,
) -> Vec<CrdDifference> {
    let mut found = Vec::new();
    let (ours, theirs) = (&expected.spec, &actual.spec);
    for (path, ours, theirs) in [
        ("group", &ours.group, &theirs.group),
        ("scope", &ours.scope, &theirs.scope),
        ("names.kind", &ours.names.kind, &theirs.names.kind),
        ("names.plural", &ours.names.plural, &theirs.names.plural),
    ] {
        if ours != theirs {
            report(&mut found, path, format!("the type has `{ours}`, the CRD has `{theirs}`"));
        }
    }
    for version in &ours.versions {
        compare_version(&mut found, version, &theirs.versions);
    }
    found
}

fn compare_version(
    found: &mut Vec<CrdDifference>,
    ours: &CustomResourceDefinitionVersion,
    all: &[CustomResourceDefinitionVersion],
) {
    let path = format!("versions.{}", ours.name);
    let Some(theirs) = all.iter().find(|version| version.name == ours.name) else {
        let known: Vec<&str> = all.iter().map(|version| version.name.as_str()).collect();
        return report(found, &path, format!("the CRD has only the versions `{}`", known.join("`, `")));
    };
    if ours.served && !theirs.served {
        report(found, &path, "the CRD does not serve this version".to_owned());
    }
    if ours.storage && !theirs.storage {
        let stored =
            all.iter().find(|version| version.storage).map_or("another version", |other| &other.name);
        report(
            found,
            &path,
            format!("the CRD stores `{stored}`, and the type expects this version to be stored"),
        );
    }
    let schema = |version: &CustomResourceDefinitionVersion| {
        version.schema.clone().and_then(|validation| validation.open_api_v3_schema)
    };
    if let (Some(ours), Some(theirs)) = (schema(ours), schema(theirs)) {
        schema::compare(found, "", &ours, &theirs);
    }
}

pub(super) fn report(found: &mut Vec<CrdDifference>, path: &str, message: String) {
    found.push(CrdDifference { path: path.to_owned(), message });
}
