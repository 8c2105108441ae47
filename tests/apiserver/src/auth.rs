//! Authorization: one bearer token for all requests, and deny rules.

use std::fmt;

use http::{HeaderMap, header};
use parking_lot::RwLock;

use crate::{
    request::{RequestInfo, Target, Verb},
    status::Status,
};

/// A rule that denies requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Denial {
    pub(crate) verb: Verb,
    pub(crate) resource: String,
    /// `None` matches all namespaces.
    pub(crate) namespace: Option<String>,
}

/// The authorization rules of a server.
#[derive(Debug)]
pub(crate) struct Auth {
    rules: RwLock<Rules>,
}

#[derive(Clone)]
pub(crate) struct Rules {
    pub(crate) user: String,
    pub(crate) token: Option<String>,
    pub(crate) denials: Vec<Denial>,
}

impl fmt::Debug for Rules {
    /// Prints whether there is a token, but not the token: `Debug` of `ApiServer` includes this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("user", &self.user)
            .field("requires_token", &self.token.is_some())
            .field("denials", &self.denials)
            .finish_non_exhaustive()
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self { user: "kubernetes-admin".to_owned(), token: None, denials: Vec::new() }
    }
}

impl Auth {
    pub(crate) fn new(rules: Rules) -> Self {
        Self { rules: RwLock::new(rules) }
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Rules)) {
        change(&mut self.rules.write());
    }

    /// The token that every request must have.
    pub(crate) fn token(&self) -> Option<String> {
        self.rules.read().token.clone()
    }

    /// Returns 401 without the token, and 403 if a rule denies the request.
    pub(crate) fn check(&self, info: &RequestInfo, headers: &HeaderMap) -> Result<(), Status> {
        let rules = self.rules.read();
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        if let Some(token) = &rules.token
            && given.and_then(|given| given.strip_prefix("Bearer ")) != Some(token)
        {
            return Err(Status::unauthorized());
        }
        let Some(target) = &info.target else { return Ok(()) };
        if rules.denials.iter().any(|denial| denial.covers(info.verb, target)) {
            Err(forbidden(&rules.user, info.verb, target))
        } else {
            Ok(())
        }
    }
}

impl Denial {
    /// A rule for one namespace also denies requests for all namespaces, because their results include that
    /// namespace.
    fn covers(&self, verb: Verb, target: &Target) -> bool {
        let namespace = match (&self.namespace, &target.namespace) {
            (Some(denied), Some(requested)) => denied == requested,
            (Some(_) | None, None) | (None, Some(_)) => true,
        };
        self.verb == verb && self.resource == target.group_resource.resource && namespace
    }
}

fn forbidden(user: &str, verb: Verb, target: &Target) -> Status {
    let gr = &target.group_resource;
    let resource = match &target.subresource {
        Some(subresource) => format!("{}/{subresource}", gr.resource),
        None => gr.resource.clone(),
    };
    let place = match &target.namespace {
        Some(namespace) => format!("in the namespace \"{namespace}\""),
        None => "at the cluster scope".to_owned(),
    };
    let why = format!(
        "User \"{user}\" cannot {verb} resource \"{resource}\" in API group \"{}\" {place}",
        gr.group
    );
    Status::forbidden(gr, target.name.as_deref().unwrap_or_default(), &why)
}
