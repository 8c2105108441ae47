//! [`Resource`]: what errors name of an informer's resource, and how to fix a failure of its requests.

use std::fmt;

use crate::{
    causes::Causes,
    list_watch::{ListWatchError, Reason},
    reflector::{ReflectorError, RequestVerb},
};

/// The parts of a resource that error messages name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) group: String,
    pub(super) plural: String,
    pub(super) description: String,
    pub(super) namespace: Option<String>,
    pub(super) verbs: Verbs,
}

/// The verbs that an informer needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verbs {
    ListAndWatch,
    /// The resource is polled.
    List,
}

impl Verbs {
    fn in_rule(self) -> &'static str {
        match self {
            Self::ListAndWatch => r#"["list", "watch"]"#,
            Self::List => r#"["list"]"#,
        }
    }
}

impl Resource {
    /// The same resource in one namespace.
    pub(super) fn in_namespace(&self, namespace: &str) -> Self {
        let description = format!("{} in namespace {namespace}", self.description);
        Self { description, namespace: Some(namespace.to_owned()), ..self.clone() }
    }

    /// How to fix a failure that retrying will not fix. Empty if the error's own text says so, or if it is not such a
    /// failure.
    pub(super) fn advice(&self, error: &ReflectorError) -> String {
        let ReflectorError::Request { verb, error, .. } = error else { return String::new() };
        let advice = match error.reason() {
            Reason::Forbidden => self.rbac_rule(*verb),
            Reason::Unauthorized => {
                "the API server does not accept the credentials: renew the token or the client certificate"
                    .to_owned()
            }
            Reason::NotFound => self.names_to_check(),
            // The response to a watch was not one, and the error says so.
            Reason::NotWatchable if matches!(error, ListWatchError::Protocol(_)) => return String::new(),
            Reason::NotWatchable if *verb == RequestVerb::Watch => {
                "the resource cannot be watched: poll it (`.poll(interval)` on the builder)".to_owned()
            }
            Reason::NotWatchable => "the resource cannot be listed, so it cannot be cached".to_owned(),
            Reason::InvalidRequest => "nothing was sent: check the namespace and the selectors".to_owned(),
            Reason::BadRequest => "the API server rejects the request: check the selectors".to_owned(),
            // Only an implementation of `ListerWatcher` can cause it without a text that says more.
            Reason::UnexpectedResponse if matches!(error, ListWatchError::Other { .. }) => {
                "check the kind and the scope of the resource type, and the address of the server".to_owned()
            }
            _ => return String::new(),
        };
        match error {
            ListWatchError::Http { code: 404 | 405, .. } => advice,
            // The error's text assumes a proxy, but an API server may have sent it as well.
            ListWatchError::Http { .. } | ListWatchError::NotApiServer { .. } => {
                format!("otherwise {advice}")
            }
            _ => advice,
        }
    }

    fn rbac_rule(&self, verb: RequestVerb) -> String {
        let Self { group, plural, namespace, verbs, .. } = self;
        let (role, place) = match namespace {
            Some(namespace) => ("Role", format!(" in namespace {namespace}")),
            None => ("ClusterRole", String::new()),
        };
        format!(
            "RBAC denies the verb `{verb}`: bind a {role}{place} with the rule {{apiGroups: [\"{group}\"], \
             resources: [\"{plural}\"], verbs: {}}}",
            verbs.in_rule()
        )
    }

    fn names_to_check(&self) -> String {
        let Self { group, plural, namespace, .. } = self;
        let (install, names) = if group.is_empty() {
            (String::new(), "version")
        } else {
            (format!("install the CRD `{plural}.{group}`, or "), "group, version")
        };
        // Without a namespace, the request is the same for both scopes.
        let names = match namespace {
            Some(_) => {
                format!("{names}, plural and scope (a cluster-scoped resource is not served in a namespace)")
            }
            None => format!("{names} and plural"),
        };
        format!("{install}check {names}")
    }
}

/// A failure in the text of an error that names the resource and gives the advice: the failure's own text would repeat
/// both.
pub(super) struct FailureText<'a>(pub(super) &'a ReflectorError);

impl FailureText<'_> {
    /// The request that failed. `None` if none was sent.
    pub(super) fn verb(&self) -> Option<RequestVerb> {
        match self.0 {
            ReflectorError::Request { verb, error, .. } if error.reason() != Reason::InvalidRequest => {
                Some(*verb)
            }
            _ => None,
        }
    }
}

impl fmt::Display for FailureText<'_> {
    /// Prints the cause.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ReflectorError::Request { error: ListWatchError::Http { code: 404, .. }, .. } => {
                f.write_str("HTTP 404: the server does not serve this resource")
            }
            ReflectorError::Request { error: ListWatchError::Http { code: 405, .. }, .. } => {
                f.write_str("HTTP 405: the server does not allow this method")
            }
            ReflectorError::Request { error, .. } => Causes(error).fmt(f),
            other => other.fmt(f),
        }
    }
}
