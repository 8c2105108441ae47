//! The objects in scripts, in a short notation: `a@5` is the object `default/a` with resourceVersion 5.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The name of the object that ends a script. An informer that has delivered it has delivered all earlier events.
pub const END_OF_SCRIPT: &str = "end-of-script";

pub(super) const END_VERSION: &str = "9000";

/// The resource that is listed and watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resource {
    /// A custom resource, read as a dynamic object.
    #[default]
    Widgets,
    /// A built-in type, read as its Rust type.
    ConfigMaps,
    /// A built-in type that is cluster-scoped.
    Namespaces,
}

impl Resource {
    /// `apiVersion`.
    pub fn api_version(self) -> &'static str {
        match self {
            Self::Widgets => "example.com/v1",
            Self::ConfigMaps | Self::Namespaces => "v1",
        }
    }

    /// `kind`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Widgets => "Widget",
            Self::ConfigMaps => "ConfigMap",
            Self::Namespaces => "Namespace",
        }
    }

    /// The path of its objects in one namespace, or in all namespaces if `namespace` is empty.
    pub fn path(self, namespace: &str) -> String {
        let root = match self {
            Self::Widgets => "/apis/example.com/v1",
            Self::ConfigMaps | Self::Namespaces => "/api/v1",
        };
        let plural = self.plural();
        if namespace.is_empty() {
            format!("{root}/{plural}")
        } else {
            format!("{root}/namespaces/{namespace}/{plural}")
        }
    }

    /// The plural name, as used in paths.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Widgets => "widgets",
            Self::ConfigMaps => "configmaps",
            Self::Namespaces => "namespaces",
        }
    }

    /// Whether the type is part of Kubernetes: items of its lists omit their kind and apiVersion.
    pub fn is_built_in(self) -> bool {
        self != Self::Widgets
    }
}

/// An object in the short notation, optionally with changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum ScriptedObject {
    /// `[namespace/]name[#uid]@resourceVersion`.
    Short(String),
    /// The same, with additional or replaced fields.
    Changed {
        /// The object in the short notation.
        like: String,
        /// The changes, as a JSON merge patch.
        with: Value,
    },
}

impl ScriptedObject {
    /// Builds the complete object.
    pub(super) fn build(&self, resource: Resource) -> Result<Value, String> {
        match self {
            Self::Short(text) => parse(text, resource),
            Self::Changed { like, with } => {
                let mut object = parse(like, resource)?;
                merge(&mut object, with);
                Ok(object)
            }
        }
    }
}

fn parse(text: &str, resource: Resource) -> Result<Value, String> {
    let invalid = || format!("{text:?} is not a valid object: use [namespace/]name[#uid]@resourceVersion");
    let (named, version) = text.split_once('@').ok_or_else(invalid)?;
    let (path, uid) = match named.split_once('#') {
        Some((path, uid)) => (path, uid.to_owned()),
        None => (named, format!("uid-{named}")),
    };
    let (namespace, name) = path.split_once('/').unwrap_or(("default", path));
    if name.is_empty() || version.is_empty() {
        return Err(invalid());
    }
    Ok(object(resource, namespace, name, &uid, version))
}

fn object(resource: Resource, namespace: &str, name: &str, uid: &str, version: &str) -> Value {
    let mut metadata = json!({ "name": name, "uid": uid, "resourceVersion": version });
    if resource != Resource::Namespaces {
        metadata["namespace"] = json!(namespace);
    }
    json!({ "apiVersion": resource.api_version(), "kind": resource.kind(), "metadata": metadata })
}

/// The object that ends a script.
pub(super) fn end_of_script(resource: Resource, namespace: &str) -> Value {
    let namespace = if namespace.is_empty() { "default" } else { namespace };
    object(resource, namespace, END_OF_SCRIPT, END_OF_SCRIPT, END_VERSION)
}

/// The object of a bookmark.
pub(super) fn bookmark(resource: Resource, version: &str) -> Value {
    json!({
        "apiVersion": resource.api_version(),
        "kind": resource.kind(),
        "metadata": { "resourceVersion": version, "creationTimestamp": null },
    })
}

/// Applies a JSON merge patch (RFC 7396).
pub(super) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (key, value) in fields {
        if value.is_null() {
            target.as_object_mut().map(|object| object.remove(key));
        } else {
            merge(&mut target[key.as_str()], value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_notation_builds_complete_objects() {
        let object = parse("kube-system/a#second@7", Resource::ConfigMaps).unwrap();
        assert_eq!(
            object,
            json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": {
                "name": "a", "namespace": "kube-system", "uid": "second", "resourceVersion": "7" } })
        );
        assert!(parse("a", Resource::Widgets).is_err());
        assert!(parse("@5", Resource::Widgets).is_err());
    }

    #[test]
    fn changes_are_merged() {
        let changed = ScriptedObject::Changed {
            like: "a@7".into(),
            with: json!({ "kind": "Gadget", "metadata": { "namespace": null, "labels": { "x": "y" } } }),
        };
        let object = changed.build(Resource::Widgets).unwrap();
        assert_eq!(object["kind"], "Gadget");
        assert_eq!(object["metadata"]["labels"]["x"], "y");
        assert!(object["metadata"].get("namespace").is_none());
    }
}
