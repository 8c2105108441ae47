//! [`DynamicIndex`]: an index that is built at run time, with a name and a function that are not constants.

use std::{fmt, sync::Arc};

use kube::{Resource, core::DynamicObject};
use serde_json::Value;

use super::{Index, IndexKey, IndexValues, TypedIndex, value::push_json};

type Extract<K, V> = dyn Fn(&K, &mut IndexValues<'_, V>) + Send + Sync;

/// An index whose name or function is known only at run time. Clones share the function.
///
/// Look-ups take it by reference. See [`Store::add_index`](crate::Store::add_index) to add one to a store that is in
/// use, and [`InformerBuilder::index`](crate::InformerBuilder::index) to maintain one from the start.
///
/// ```
/// # use std::sync::Arc;
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::*;
/// # use serde_json::{from_value, json};
/// # let mut writer = Writer::new(Arc::new(ResourceType::<Pod>::from_resource()));
/// # let pod: Pod = from_value(json!({
/// #     "metadata": { "namespace": "team-a", "name": "web-0", "labels": { "app": "web" } },
/// #     "spec": { "nodeName": "node-7", "containers": [] },
/// # })).unwrap();
/// # writer.write().insert(&Arc::new(pod)).unwrap();
/// # let lister = Lister::<Pod>::new(writer.store());
/// let label = "app"; // read from the command line, say
/// let by_label = DynamicIndex::by_label(label);
/// lister.add_index(&by_label)?;
/// assert_eq!(lister.by_index(&by_label, "web").len(), 1);
/// assert_eq!(lister.index_names(), ["label:app"]);
/// # Ok::<(), IndexConflict>(())
/// ```
pub struct DynamicIndex<K: 'static, V: ?Sized + 'static = str> {
    name: Arc<str>,
    extract: Arc<Extract<K, V>>,
}

impl<K, V: ?Sized> DynamicIndex<K, V> {
    /// An index with this name. `extract` pushes the values under which an object is found: none, one or many
    /// (client-go's `IndexFunc`). It must depend only on the object and must not panic.
    ///
    /// Name the types, so that the compiler knows the type of the values:
    ///
    /// ```
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::DynamicIndex;
    /// let annotation = "example.com/team".to_owned();
    /// let by_team = DynamicIndex::<Pod>::new("by_team", move |pod, values| {
    ///     let annotations = pod.metadata.annotations.as_ref();
    ///     if let Some(team) = annotations.and_then(|all| all.get(&annotation)) {
    ///         values.push(team);
    ///     }
    /// });
    /// let by_size = DynamicIndex::<Pod, usize>::new("by_size", |pod, values| {
    ///     values.push(&pod.spec.as_ref().map_or(0, |spec| spec.containers.len()));
    /// });
    /// assert_eq!((by_team.name(), by_size.name()), ("by_team", "by_size"));
    /// ```
    pub fn new(
        name: impl Into<Arc<str>>,
        extract: impl Fn(&K, &mut IndexValues<'_, V>) + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), extract: Arc::new(extract) }
    }

    /// The name. It identifies the index within a store.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl<K: Resource> DynamicIndex<K> {
    /// Indexes objects by the value of one label, such as `app`. An object without the label has no value. The name
    /// is `label:app`.
    pub fn by_label(label: impl Into<String>) -> Self {
        let label = label.into();
        Self::new(format!("label:{label}"), move |object: &K, values| {
            if let Some(value) = object.meta().labels.as_ref().and_then(|labels| labels.get(&label)) {
                values.push_str(value);
            }
        })
    }

    /// Indexes objects by the uid of each of their owners (`metadata.ownerReferences`). The name is `ownerUid`.
    pub fn by_owner_uid() -> Self {
        Self::new("ownerUid", |object: &K, values| {
            for owner in object.meta().owner_references.iter().flatten() {
                values.push_str(&owner.uid);
            }
        })
    }
}

impl DynamicIndex<DynamicObject> {
    /// Indexes objects by the field at this path, such as `spec.nodeName` or `spec.containers[].image`. The name is the
    /// path.
    ///
    /// `[]` iterates over a list. A dot in the name of a field is written `\.`, as in kubectl's `JSONPath`. The values are
    /// the text of strings, numbers and booleans, also of those in a list at the end of the path, and the keys of an
    /// object at the end of the path. A missing field and `null` are no value.
    ///
    /// A path into `metadata` converts the metadata of each object to JSON. [`by_label`](Self::by_label) and
    /// [`by_owner_uid`](Self::by_owner_uid) do not.
    ///
    /// # Errors
    /// [`FieldPathError`] if the path contains an empty field name, or text after `[]`.
    pub fn by_field(path: &str) -> Result<Self, FieldPathError> {
        let steps = steps(path)?;
        Ok(Self::new(path, move |object, values| match steps.split_first() {
            Some((Step::Field(first), rest)) => push_root(object, first, rest, values),
            Some((Step::Each, _)) | None => {}
        }))
    }
}

/// One step of a field path.
enum Step {
    Field(String),
    /// Each item of a list.
    Each,
}

fn steps(path: &str) -> Result<Vec<Step>, FieldPathError> {
    let invalid = || FieldPathError { path: path.to_owned() };
    let mut steps = Vec::new();
    for part in fields(path) {
        let name = part.trim_end_matches("[]");
        let lists = (part.len() - name.len()) / 2;
        if name.is_empty() || name.contains(['[', ']']) {
            return Err(invalid());
        }
        steps.push(Step::Field(name.to_owned()));
        steps.extend((0..lists).map(|_| Step::Each));
    }
    Ok(steps)
}

/// Splits a path at its dots, except at those after a backslash.
fn fields(path: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = path.strip_prefix('.').unwrap_or(path).chars().peekable();
    while let Some(character) = characters.next() {
        let next = match character {
            '.' => {
                fields.push(String::new());
                continue;
            }
            '\\' => characters.next_if_eq(&'.').unwrap_or(character),
            other => other,
        };
        if let Some(field) = fields.last_mut() {
            field.push(next);
        }
    }
    fields
}

fn push_root(object: &DynamicObject, first: &str, rest: &[Step], values: &mut IndexValues<'_>) {
    let types = object.types.as_ref();
    match first {
        // The metadata of an object is not part of its JSON data. Serialization of `ObjectMeta` does not fail.
        "metadata" => {
            if let Ok(metadata) = serde_json::to_value(&object.metadata) {
                push(&metadata, rest, values);
            }
        }
        "apiVersion" | "kind" if !rest.is_empty() => {}
        "apiVersion" | "kind" => {
            if let Some(types) = types {
                values.push_str(if first == "kind" { &types.kind } else { &types.api_version });
            }
        }
        field => {
            if let Some(value) = object.data.get(field) {
                push(value, rest, values);
            }
        }
    }
}

fn push(value: &Value, rest: &[Step], values: &mut IndexValues<'_>) {
    match (rest.split_first(), value) {
        (Some((Step::Field(field), rest)), _) => {
            if let Some(value) = value.get(field) {
                push(value, rest, values);
            }
        }
        (Some((Step::Each, rest)), Value::Array(items)) => {
            for item in items {
                push(item, rest, values);
            }
        }
        (Some((Step::Each, _)), _) => {}
        (None, value) => push_json(value, values),
    }
}

/// A path of [`DynamicIndex::by_field`] that is not valid.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{path}` is not a valid field path: expected field names separated by dots, each optionally followed by `[]`, such \
     as `spec.containers[].image`"
)]
pub struct FieldPathError {
    /// The invalid path.
    pub path: String,
}

crate::causes::debug_as_text!(FieldPathError);

impl<K, V: IndexKey + ?Sized> TypedIndex<K> for DynamicIndex<K, V> {
    type Value = V;

    fn name(&self) -> &str {
        &self.name
    }

    fn values(&self, object: &K, sink: &mut dyn FnMut(&V)) {
        (self.extract)(object, &mut IndexValues::new(sink));
    }
}

impl<K, V: ?Sized> From<Index<K, V>> for DynamicIndex<K, V> {
    fn from(index: Index<K, V>) -> Self {
        Self { name: index.name.into(), extract: Arc::new(index.extract) }
    }
}

impl<K, V: ?Sized> Clone for DynamicIndex<K, V> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), extract: self.extract.clone() }
    }
}

impl<K, V: ?Sized> fmt::Debug for DynamicIndex<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DynamicIndex").field(&self.name).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values_of(path: &str, object: &Value) -> Vec<String> {
        let object: DynamicObject = serde_json::from_value(object.clone()).unwrap();
        let mut found = Vec::new();
        let index = DynamicIndex::by_field(path).unwrap();
        TypedIndex::values(&index, &object, &mut |value: &str| found.push(value.to_owned()));
        found
    }

    #[test]
    fn every_kind_of_field_path_extracts_its_values() {
        let object = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": "p", "labels": { "a.b/c": "x", "app": "web" } },
            "spec": {
                "nodeName": "n1", "replicas": 3, "paused": false, "none": null,
                "containers": [{ "image": "i1", "args": ["a", "b"] }, { "image": "i2" }],
            },
        });
        for (path, expected) in [
            ("spec.nodeName", vec!["n1"]),
            (".spec.nodeName", vec!["n1"]),
            ("spec.replicas", vec!["3"]),
            ("spec.paused", vec!["false"]),
            ("spec.none", vec![]),
            ("spec.missing.field", vec![]),
            ("spec.nodeName.deeper", vec![]),
            ("spec.nodeName[]", vec![]),
            ("spec.containers[].image", vec!["i1", "i2"]),
            ("spec.containers[].args", vec!["a", "b"]),
            ("spec.containers[].args[]", vec!["a", "b"]),
            ("metadata.name", vec!["p"]),
            ("metadata.labels", vec!["a.b/c", "app"]),
            ("metadata.labels.a\\.b/c", vec!["x"]),
            ("kind", vec!["Pod"]),
            ("apiVersion", vec!["v1"]),
            ("kind.x", vec![]),
        ] {
            assert_eq!(values_of(path, &object), expected, "{path}");
        }
    }

    #[test]
    fn invalid_field_paths_are_errors() {
        for path in ["", ".", "spec.", "spec..x", "[]", "spec.[]", "spec.x[0]", "spec.x[]y"] {
            assert!(DynamicIndex::by_field(path).is_err(), "{path:?}");
        }
        let error = DynamicIndex::by_field("a..b").unwrap_err();
        assert!(error.to_string().starts_with("`a..b` is not a valid field path"), "{error}");
    }
}
