//! The resource: a website.

use kube::CustomResource;
use reflector_runtime::Reflect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// ANCHOR: site
/// A website, which the operator publishes.
#[derive(
    CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema,
)]
#[kube(group = "example.com", version = "v1", kind = "Site", namespaced)]
#[kube(status = "SiteStatus")]
#[reflect(index(by_theme = spec.theme, by_phase: Phase = status?.phase))]
pub struct SiteSpec {
    /// The title.
    pub title: String,
    /// The theme, such as `dark`.
    pub theme: String,
}

/// What the operator has done.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SiteStatus {
    /// The generation of the spec that the status describes.
    pub observed_generation: Option<i64>,
    /// What was done with that spec.
    pub phase: Phase,
}

/// The phase of a site.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema,
)]
pub enum Phase {
    /// It is being prepared.
    Draft,
    /// Its page exists.
    Published,
}
// ANCHOR_END: site

impl Site {
    /// A site that was not created yet.
    #[must_use]
    pub fn of(name: &str, title: &str, theme: &str) -> Self {
        let (title, theme) = (title.to_owned(), theme.to_owned());
        Self::new(name, SiteSpec { title, theme })
    }
}
