//! Parses the path: which resource, which object, which verb.

use http::Method;

use crate::registry::GroupResource;

use super::{Query, Verb};

/// The resource, object and verb of a request.
#[derive(Clone, Debug)]
pub(crate) struct RequestInfo {
    pub(crate) verb: Verb,
    pub(crate) path: String,
    pub(crate) query: Query,
    /// `None` for discovery and other requests that are not for a resource.
    pub(crate) target: Option<Target>,
}

/// The resource, and the object in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) group_resource: GroupResource,
    pub(crate) version: String,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) subresource: Option<String>,
}

impl RequestInfo {
    pub(crate) fn new(method: &Method, path: &str, query: &str) -> Self {
        let query = Query::parse(query);
        let target = parse_path(path);
        let verb = target.as_ref().map_or(Verb::NonResource, |target| verb(method, target, &query));
        Self { verb, path: path.to_owned(), query, target }
    }
}

fn verb(method: &Method, target: &Target, query: &Query) -> Verb {
    let named = target.name.is_some();
    match *method {
        Method::GET | Method::HEAD if named => Verb::Get,
        Method::GET | Method::HEAD if query.flag("watch") == Some(true) => Verb::Watch,
        Method::GET | Method::HEAD => Verb::List,
        Method::POST => Verb::Create,
        Method::PUT => Verb::Update,
        Method::PATCH => Verb::Patch,
        Method::DELETE if named => Verb::Delete,
        Method::DELETE => Verb::DeleteCollection,
        _ => Verb::NonResource,
    }
}

/// The path segments below a namespace that are not resources in it.
const NAMESPACE_SUBRESOURCES: [&str; 2] = ["status", "finalize"];

fn parse_path(path: &str) -> Option<Target> {
    let decoded: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| {
            // In a path a plus is literal; everything else decodes as in a query.
            let query = part.replace('+', "%2B");
            form_urlencoded::parse(query.as_bytes())
                .map(|(key, _)| key.into_owned())
                .next()
                .unwrap_or_default()
        })
        .collect();
    let parts: Vec<&str> = decoded.iter().map(String::as_str).collect();
    let (group, version, rest) = match parts[..] {
        ["api", version, ref rest @ ..] => ("", version, rest),
        ["apis", group, version, ref rest @ ..] => (group, version, rest),
        _ => return None,
    };
    let target = |namespace: Option<&str>, resource: &str, rest: &[&str]| {
        let mut rest = rest.iter().map(|part| (*part).to_owned());
        let (name, subresource) = (rest.next(), rest.next());
        Target {
            group_resource: GroupResource::new(group, resource),
            version: version.to_owned(),
            namespace: namespace.map(str::to_owned),
            name,
            subresource,
        }
    };
    match *rest {
        ["namespaces", _, sub] if NAMESPACE_SUBRESOURCES.contains(&sub) => {
            Some(target(None, "namespaces", &rest[1..]))
        }
        ["namespaces", namespace, resource, ref rest @ ..] if rest.len() <= 2 => {
            Some(target(Some(namespace), resource, rest))
        }
        [resource, ref rest @ ..] if rest.len() <= 2 => Some(target(None, resource, rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(method: &Method, path: &str, query: &str) -> (Verb, Option<Target>) {
        let info = RequestInfo::new(method, path, query);
        (info.verb, info.target)
    }

    #[test]
    fn distinguishes_resources_namespaces_and_subresources() {
        let (verb, target) =
            parse(&Method::GET, "/apis/example.com/v1/namespaces/a/widgets/w%2D1/status", "");
        let target = target.unwrap();
        assert_eq!((verb, target.group_resource.to_string()), (Verb::Get, "widgets.example.com".to_owned()));
        assert_eq!((target.namespace.as_deref(), target.name.as_deref()), (Some("a"), Some("w-1")));
        assert_eq!(target.subresource.as_deref(), Some("status"));

        let (verb, target) = parse(&Method::PUT, "/api/v1/namespaces/a/finalize", "");
        let target = target.unwrap();
        assert_eq!((verb, target.group_resource.resource.as_str()), (Verb::Update, "namespaces"));
        assert_eq!((target.name.as_deref(), target.subresource.as_deref()), (Some("a"), Some("finalize")));
        assert_eq!(parse(&Method::GET, "/apis/example.com/v1", ""), (Verb::NonResource, None));
    }

    #[test]
    fn watch_is_a_parameter() {
        let verb = |query| parse(&Method::GET, "/api/v1/pods", query).0;
        assert_eq!(["watch=1", "watch=true", "watch"].map(verb), [Verb::Watch; 3]);
        assert_eq!(["", "watch=0", "watch=false"].map(verb), [Verb::List; 3]);
        assert_eq!(parse(&Method::DELETE, "/api/v1/namespaces/a/pods", "").0, Verb::DeleteCollection);
    }
}
