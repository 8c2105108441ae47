//! The options of a request, validated as the real server validates them.

use serde_json::Value;

use crate::{
    registry::{Origin, ResourceType, Scope},
    selectors::{FieldSelector, LabelSelector, Selectors, ShardSelector},
    status::{FieldError, Status, quote},
};

use super::{Query, Verb};

/// How the resourceVersion of a list is interpreted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VersionMatch {
    Unset,
    Exact,
    NotOlderThan,
}

/// The options of a list, a watch or a deletecollection.
#[derive(Clone, Debug)]
pub(crate) struct ListOptions {
    pub(crate) selectors: Selectors,
    pub(crate) resource_version: String,
    pub(crate) version_match: VersionMatch,
    pub(crate) limit: usize,
    pub(crate) continue_token: String,
    pub(crate) timeout_seconds: Option<u64>,
    pub(crate) allow_bookmarks: bool,
    pub(crate) send_initial_events: Option<bool>,
}

impl ListOptions {
    pub(crate) fn parse(ty: &ResourceType, verb: Verb, query: &Query) -> Result<Self, Status> {
        let labels = LabelSelector::parse(query.text("labelSelector")).map_err(Status::bad_request)?;
        let fields = FieldSelector::parse(query.text("fieldSelector")).map_err(Status::bad_request)?;
        let limit = query.number("limit")?.unwrap_or_default();
        let timeout_seconds =
            query.number("timeoutSeconds")?.and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0);
        let options = Self {
            selectors: Selectors { labels, fields, shard: None },
            resource_version: query.text("resourceVersion").to_owned(),
            version_match: match query.text("resourceVersionMatch") {
                "Exact" => VersionMatch::Exact,
                "NotOlderThan" => VersionMatch::NotOlderThan,
                _ => VersionMatch::Unset,
            },
            limit: usize::try_from(limit).unwrap_or_default(),
            continue_token: query.text("continue").to_owned(),
            timeout_seconds,
            allow_bookmarks: query.flag("allowWatchBookmarks").unwrap_or_default(),
            send_initial_events: query.flag("sendInitialEvents"),
        };
        let errors = match verb {
            Verb::Watch => options.check_watch(query.text("resourceVersionMatch")),
            _ => options.check_list(query.text("resourceVersionMatch")),
        };
        if !errors.is_empty() {
            return Err(Status::invalid("meta.k8s.io", "ListOptions", "", &errors));
        }
        options.check_fields(ty)?;
        options.with_shard(query)
    }

    fn with_shard(mut self, query: &Query) -> Result<Self, Status> {
        let text = query.text("shardSelector");
        if !text.is_empty() {
            // The real server gives this error no reason, so it is a 500.
            let shard = ShardSelector::parse(text)
                .map_err(|why| Status::failure(500, "", format!("invalid shard selector: {why}")))?;
            self.selectors.shard = Some(shard);
        }
        Ok(self)
    }

    fn check_fields(&self, ty: &ResourceType) -> Result<(), Status> {
        for field in self.selectors.fields.fields() {
            let hidden =
                field == "metadata.namespace" && ty.origin == Origin::Custom && ty.scope == Scope::Cluster;
            if ty.is_selectable(field) && !hidden {
                continue;
            }
            let plain = ty.origin == Origin::BuiltIn && ty.selectable.is_empty();
            return Err(Status::bad_request(if plain {
                format!(
                    "{} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
                    crate::status::quote(field)
                )
            } else {
                format!("field label not supported: {field}")
            }));
        }
        Ok(())
    }

    fn check_list(&self, given_match: &str) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let field = "resourceVersionMatch";
        if !given_match.is_empty() {
            if self.resource_version.is_empty() {
                let why = "resourceVersionMatch is forbidden unless resourceVersion is provided";
                errors.push(FieldError::forbidden(field, why));
            }
            if !self.continue_token.is_empty() {
                errors.push(FieldError::forbidden(field, FORBIDDEN_WITH_CONTINUE));
            }
            if self.version_match == VersionMatch::Unset {
                let allowed = ["Exact", "NotOlderThan", ""].map(str::to_owned);
                errors.push(FieldError::not_supported(field, given_match, &allowed));
            }
            if self.version_match == VersionMatch::Exact && self.resource_version == "0" {
                let why = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
                errors.push(FieldError::forbidden(field, why));
            }
        }
        if self.send_initial_events.is_some() {
            errors
                .push(FieldError::forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        errors
    }

    fn check_watch(&self, given_match: &str) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let field = "resourceVersionMatch";
        if self.send_initial_events.is_some() && self.version_match != VersionMatch::NotOlderThan {
            let why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
            errors.push(FieldError::forbidden(field, why));
        }
        if given_match.is_empty() {
            return errors;
        }
        if self.send_initial_events.is_none() {
            let why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
            errors.push(FieldError::forbidden(field, why));
        }
        if self.version_match != VersionMatch::NotOlderThan {
            errors.push(FieldError::not_supported(field, given_match, &["NotOlderThan".to_owned()]));
        }
        if !self.continue_token.is_empty() {
            errors.push(FieldError::forbidden(field, FORBIDDEN_WITH_CONTINUE));
        }
        errors
    }
}

const FORBIDDEN_WITH_CONTINUE: &str = "resourceVersionMatch is forbidden when continue is provided";

/// How fields that the type does not define are handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FieldValidation {
    Ignore,
    #[default]
    Warn,
    Strict,
}

/// The kind of write that the options are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    Create,
    Update,
    Patch,
    Apply,
}

impl Writing {
    fn options_kind(self) -> &'static str {
        match self {
            Self::Create => "CreateOptions",
            Self::Update => "UpdateOptions",
            Self::Patch | Self::Apply => "PatchOptions",
        }
    }

    /// Apply requires a field manager, and only apply may be forced.
    fn check(self, manager: &str, query: &Query, errors: &mut Vec<FieldError>) {
        if self == Self::Apply && manager.is_empty() {
            errors.push(FieldError::required("fieldManager", "is required for apply patch"));
        }
        if self == Self::Patch && query.flag("force").is_some() {
            errors.push(FieldError::forbidden("force", "may not be specified for non-apply patch"));
        }
    }
}

/// The options of a create, an update or a patch.
#[derive(Clone, Debug, Default)]
pub(crate) struct WriteOptions {
    pub(crate) dry_run: bool,
    /// The field manager; `None` records no managed fields.
    pub(crate) manager: Option<String>,
    pub(crate) force: bool,
    pub(crate) field_validation: FieldValidation,
}

impl WriteOptions {
    /// Parses the query; `agent` is the user agent.
    pub(crate) fn parse(writing: Writing, query: &Query, agent: &str) -> Result<Self, Status> {
        let mut errors = Vec::new();
        let dry_run = dry_run(&query.all("dryRun"), &mut errors);
        let field_validation = match query.text("fieldValidation") {
            "" | "Warn" => FieldValidation::Warn,
            "Ignore" => FieldValidation::Ignore,
            "Strict" => FieldValidation::Strict,
            other => {
                let allowed = ["", "Ignore", "Strict", "Warn"].map(str::to_owned);
                errors.push(FieldError::not_supported("fieldValidation", other, &allowed));
                FieldValidation::Warn
            }
        };
        let manager = query.text("fieldManager");
        writing.check(manager, query, &mut errors);
        if manager.len() > 128 {
            errors.push(FieldError::invalid("fieldManager", manager, "may not be more than 128 bytes"));
        }
        if !errors.is_empty() {
            return Err(Status::invalid("meta.k8s.io", writing.options_kind(), "", &errors));
        }
        let manager = match manager {
            "" => agent.split('/').next().unwrap_or_default().chars().take(128).collect(),
            given => given.to_owned(),
        };
        let manager = if manager.is_empty() { "unknown".to_owned() } else { manager };
        Ok(Self {
            dry_run,
            manager: Some(manager),
            force: query.flag("force").unwrap_or_default(),
            field_validation,
        })
    }
}

/// The options of a delete.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeleteOptions {
    pub(crate) dry_run: bool,
    pub(crate) uid: Option<String>,
    pub(crate) resource_version: Option<String>,
    pub(crate) propagation: Propagation,
    pub(crate) grace_seconds: Option<i64>,
}

/// How dependents of the deleted object are handled. The server only records it in finalizers, for a garbage
/// collector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Propagation {
    #[default]
    Unset,
    Background,
    Foreground,
    Orphan,
}

impl DeleteOptions {
    /// Parses the body if there is one, otherwise the query.
    pub(crate) fn parse(query: &Query, body: Option<&Value>) -> Result<Self, Status> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let mut errors = Vec::new();
        if let Some(kind) =
            body.and_then(|body| body["kind"].as_str()).filter(|kind| !matches!(*kind, "" | "DeleteOptions"))
        {
            let version = body.and_then(|body| body["apiVersion"].as_str()).unwrap_or_default();
            return Err(Status::bad_request(format!(
                "no kind {} is registered for version {} in scheme \"pkg/runtime/scheme.go:111\"",
                quote(kind),
                quote(version)
            )));
        }
        let (directives, policy) = match body {
            Some(body) => {
                let given: Vec<&str> =
                    body["dryRun"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                (given, text(&body["propagationPolicy"]))
            }
            None => (query.all("dryRun"), Some(query.text("propagationPolicy").to_owned())),
        };
        let dry_run = dry_run(&directives, &mut errors);
        let propagation = match policy.as_deref().unwrap_or_default() {
            "" => Propagation::Unset,
            "Background" => Propagation::Background,
            "Foreground" => Propagation::Foreground,
            "Orphan" => Propagation::Orphan,
            other => {
                let allowed = ["Foreground", "Background", "Orphan", "nil"].map(str::to_owned);
                errors.push(FieldError::not_supported("propagationPolicy", other, &allowed));
                Propagation::Unset
            }
        };
        let grace_seconds = match body {
            Some(body) => body["gracePeriodSeconds"].as_i64(),
            None => query.number("gracePeriodSeconds")?,
        };
        if !errors.is_empty() {
            return Err(Status::invalid("meta.k8s.io", "DeleteOptions", "", &errors));
        }
        // The resourceVersion of the list of a deletecollection is therefore also a precondition on each object.
        let precondition = |field: &str| match body {
            Some(body) => text(&body["preconditions"][field]),
            None => Some(query.text(field)).filter(|given| !given.is_empty()).map(str::to_owned),
        };
        Ok(Self {
            dry_run,
            uid: precondition("uid"),
            resource_version: precondition("resourceVersion"),
            propagation,
            grace_seconds,
        })
    }
}

fn dry_run(directives: &[&str], errors: &mut Vec<FieldError>) -> bool {
    let all: Vec<&str> = directives.iter().copied().filter(|d| !d.is_empty()).collect();
    if all.iter().any(|d| *d != "All") {
        let given: Vec<Value> = all.iter().map(|d| Value::from(*d)).collect();
        errors.push(FieldError::not_supported("dryRun", given, &["All".to_owned()]));
    }
    !all.is_empty()
}
