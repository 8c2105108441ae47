//! The columns of a `Table`, as displayed by `kubectl get`.

use serde_json::{Value, json};

use super::{JsonPath, Origin, ResourceType};

/// One additional printer column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) format: String,
    pub(crate) description: String,
    pub(crate) priority: i64,
    pub(crate) source: Source,
}

/// The source of the cells.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Path(JsonPath),
    /// The total number of entries in these fields.
    Entries(&'static [&'static str]),
}

impl Column {
    /// A text column of a built-in type.
    pub(crate) fn text(name: &str, path: &str, description: &str) -> Option<Self> {
        Some(Self {
            name: name.to_owned(),
            kind: "string".to_owned(),
            format: String::new(),
            description: description.to_owned(),
            priority: 0,
            source: Source::Path(JsonPath::parse(path)?),
        })
    }
}

/// The columns of the table of a type: NAME, its own columns, and AGE if it has none or is built-in.
pub(crate) fn table_columns(ty: &ResourceType) -> Vec<Column> {
    let standard = |name: &str, format: &str, kind: &str, description: &str, path: &str| Column {
        name: name.to_owned(),
        kind: kind.to_owned(),
        format: format.to_owned(),
        description: description.to_owned(),
        priority: 0,
        source: Source::Path(JsonPath::parse(path).unwrap_or_else(JsonPath::root)),
    };
    let mut columns = vec![standard("Name", "name", "string", NAME_DESCRIPTION, ".metadata.name")];
    columns.extend(ty.columns.iter().cloned());
    if ty.origin == Origin::BuiltIn && matches!(ty.kind.as_str(), "ConfigMap" | "Secret") {
        columns.push(Column {
            source: Source::Entries(&["data", "binaryData"]),
            ..standard("Data", "", "string", data_description(ty), "")
        });
    }
    if ty.columns.is_empty() || ty.origin == Origin::BuiltIn {
        let (kind, description) = match ty.origin {
            Origin::Custom => ("date", CREATED_DESCRIPTION),
            Origin::BuiltIn => ("string", CREATED_DESCRIPTION),
        };
        columns.push(standard("Age", "", kind, description, ".metadata.creationTimestamp"));
    }
    columns
}

impl Column {
    /// Returns the first value at the path of the column.
    pub(crate) fn first<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match &self.source {
            Source::Path(path) => path.first(value),
            Source::Entries(_) => None,
        }
    }

    /// The column definition in the table.
    pub(crate) fn definition(&self) -> Value {
        json!({
            "name": self.name,
            "type": self.kind,
            "format": self.format,
            "description": self.description,
            "priority": self.priority,
        })
    }
}

fn data_description(ty: &ResourceType) -> &'static str {
    match ty.kind.as_str() {
        "ConfigMap" => {
            "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values \
             with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the \
             keys in the BinaryData field, this is enforced during validation process."
        }
        _ => {
            "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized \
             form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value \
             here. Described in https://tools.ietf.org/html/rfc4648#section-4"
        }
    }
}

const NAME_DESCRIPTION: &str = "Name must be unique within a namespace. Is required when creating resources, although some \
     resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended \
     for creation idempotence and configuration definition. Cannot be updated. More info: \
     https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";
const CREATED_DESCRIPTION: &str = "CreationTimestamp is a timestamp representing the server time when this object was created. \
     It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is \
     represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";
