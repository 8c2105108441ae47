//! The objects that scripts speak of, in short: `a@5` is the object `default/a` in version 5.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The name of the object that ends a script: an informer that has told of it has told of all before it.
pub const END_OF_SCRIPT: &str = "end-of-script";

const END_VERSION: &str = "9000";

/// What is listed and watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resource {
    /// A custom resource, read without a type of its own.
    #[default]
    Widgets,
    /// A built-in type, read into it.
    ConfigMaps,
}

impl Resource {
    /// `apiVersion`.
    pub fn api_version(self) -> &'static str {
        match self {
            Self::Widgets => "example.com/v1",
            Self::ConfigMaps => "v1",
        }
    }

    /// `kind`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Widgets => "Widget",
            Self::ConfigMaps => "ConfigMap",
        }
    }

    /// The path of its objects, in one namespace or (where that is empty) in all.
    pub fn path(self, namespace: &str) -> String {
        let root = match self {
            Self::Widgets => "/apis/example.com/v1",
            Self::ConfigMaps => "/api/v1",
        };
        let plural = self.plural();
        if namespace.is_empty() {
            format!("{root}/{plural}")
        } else {
            format!("{root}/namespaces/{namespace}/{plural}")
        }
    }

    /// The name in paths.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Widgets => "widgets",
            Self::ConfigMaps => "configmaps",
        }
    }
}

/// An object: in short, or in short with changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum ScriptedObject {
    /// `[namespace/]name[#uid]@version`.
    Short(String),
    /// The same, with some fields set.
    Changed {
        /// What it is like.
        like: String,
        /// Fields that it has besides, or instead (a JSON merge patch).
        with: Value,
    },
}

impl ScriptedObject {
    /// The whole object.
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
    let wrong = || format!("{text:?} is no object: [namespace/]name[#uid]@version");
    let (named, version) = text.split_once('@').ok_or_else(wrong)?;
    let (path, uid) = match named.split_once('#') {
        Some((path, uid)) => (path, uid.to_owned()),
        None => (named, format!("uid-{named}")),
    };
    let (namespace, name) = path.split_once('/').unwrap_or(("default", path));
    if name.is_empty() || version.is_empty() {
        return Err(wrong());
    }
    Ok(object(resource, namespace, name, &uid, version))
}

fn object(resource: Resource, namespace: &str, name: &str, uid: &str, version: &str) -> Value {
    json!({
        "apiVersion": resource.api_version(),
        "kind": resource.kind(),
        "metadata": { "name": name, "namespace": namespace, "uid": uid, "resourceVersion": version },
    })
}

/// The object that ends a script.
pub(super) fn end_of_script(resource: Resource, namespace: &str) -> Value {
    let namespace = if namespace.is_empty() { "default" } else { namespace };
    object(resource, namespace, END_OF_SCRIPT, END_OF_SCRIPT, END_VERSION)
}

/// A bookmark's object.
pub(super) fn bookmark(resource: Resource, version: &str) -> Value {
    json!({
        "apiVersion": resource.api_version(),
        "kind": resource.kind(),
        "metadata": { "resourceVersion": version, "creationTimestamp": null },
    })
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
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
    fn short_objects_are_whole() {
        let whole = parse("kube-system/a#second@7", Resource::ConfigMaps).unwrap();
        assert_eq!(
            whole,
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
