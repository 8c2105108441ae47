//! The kinds of objects: where the server has them, and the framing of their lists. Must not know the objects' fields.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A custom resource of 2 KiB, as a small operator's.
    Gadget,
    /// A custom resource of 4 KiB, as cert-manager's.
    Certificate,
    /// A Pod of 7 KB; 7.5 KB once kube-apiserver has added its fields.
    Pod,
}

/// The objects that a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Those of all namespaces.
    All,
    /// Those of the namespace with this name.
    Namespace(&'a str),
}

/// What differs between custom resources and built-in types, in kube-apiserver's responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// Keys are sorted, so a list's `metadata` is last. Each item has apiVersion and kind.
    Custom,
    /// Keys are in the order of the Go struct. The items of a list have no apiVersion and kind.
    BuiltIn,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Gadget, Self::Certificate, Self::Pod];

    /// The name on the command line, and the prefix of the objects' names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gadget => "gadget",
            Self::Certificate => "certificate",
            Self::Pod => "pod",
        }
    }

    /// The path of the API version, and the plural name.
    fn path(self) -> (&'static str, &'static str) {
        match self {
            Self::Gadget => ("/apis/peers.example.com/v1/", "gadgets"),
            Self::Certificate => ("/apis/cert-manager.io/v1/", "certificates"),
            Self::Pod => ("/api/v1/", "pods"),
        }
    }

    /// The objects at a path: those of all namespaces, or of one.
    pub fn scope_of(self, path: &str) -> Option<Scope<'_>> {
        let (version, plural) = self.path();
        let rest = path.strip_prefix(version)?;
        if rest == plural {
            return Some(Scope::All);
        }
        let namespace = rest.strip_prefix("namespaces/")?.strip_suffix(plural)?.strip_suffix('/')?;
        Some(Scope::Namespace(namespace))
    }

    /// The apiVersion and kind of an object.
    fn type_meta(self) -> (&'static str, &'static str) {
        match self {
            Self::Gadget => ("peers.example.com/v1", "Gadget"),
            Self::Certificate => ("cert-manager.io/v1", "Certificate"),
            Self::Pod => ("v1", "Pod"),
        }
    }

    fn origin(self) -> Origin {
        match self {
            Self::Gadget | Self::Certificate => Origin::Custom,
            Self::Pod => Origin::BuiltIn,
        }
    }

    /// Whether a `CustomResourceDefinition` must exist.
    pub fn is_custom_resource(self) -> bool {
        self.origin() == Origin::Custom
    }

    /// What precedes and follows the items of a list. `metadata` are the members of the list's metadata.
    pub fn list_frame(self, metadata: &str) -> (String, String) {
        let (api_version, kind) = self.type_meta();
        match self.origin() {
            Origin::Custom => (
                format!(r#"{{"apiVersion":"{api_version}","items":["#),
                format!("],\"kind\":\"{kind}List\",\"metadata\":{{{metadata}}}}}\n"),
            ),
            Origin::BuiltIn => (
                format!(
                    r#"{{"kind":"{kind}List","apiVersion":"{api_version}","metadata":{{{metadata}}},"items":["#
                ),
                "]}\n".to_owned(),
            ),
        }
    }

    /// What precedes the text of an object, without its opening brace, in an event of this type.
    pub fn event_head(self, event: &str) -> String {
        let (api_version, kind) = self.type_meta();
        match self.origin() {
            Origin::Custom => format!(r#"{{"type":"{event}","object":{{"#),
            Origin::BuiltIn => {
                format!(r#"{{"type":"{event}","object":{{"kind":"{kind}","apiVersion":"{api_version}","#)
            }
        }
    }

    /// The bookmark that ends a streaming list.
    pub fn end_bookmark(self, resource_version: u64) -> String {
        let (api_version, kind) = self.type_meta();
        format!(
            concat!(
                r#"{{"type":"BOOKMARK","object":{{"kind":"{kind}","apiVersion":"{api_version}","#,
                r#""metadata":{{"resourceVersion":"{version}","#,
                r#""annotations":{{"k8s.io/initial-events-end":"true"}}}}}}}}"#,
                "\n"
            ),
            kind = kind,
            api_version = api_version,
            version = resource_version,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_objects_of_all_namespaces_or_of_one() {
        assert_eq!(Kind::Pod.scope_of("/api/v1/pods"), Some(Scope::All));
        assert_eq!(Kind::Pod.scope_of("/api/v1/namespaces/a/pods"), Some(Scope::Namespace("a")));
        for path in
            ["/api/v1/namespaces/a", "/api/v1/nodes", "/api/v1/namespaces/a/podspods", "/apis/v1/pods"]
        {
            assert_eq!(Kind::Pod.scope_of(path), None, "{path}");
        }
    }
}
