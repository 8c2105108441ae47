//! Structural `OpenAPI` schemas of custom resources: pruning, defaulting and validation.
//!
//! CEL rules (`x-kubernetes-validations`) are stored in the CRD but not evaluated.

mod defaults;
mod formats;
mod prune;
mod validate;

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Value};

/// A node of a schema.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    /// Empty if the schema does not specify it.
    pub(crate) type_name: String,
    pub(crate) format: String,
    pub(crate) nullable: bool,
    pub(crate) int_or_string: bool,
    pub(crate) unknown: Unknown,
    pub(crate) embedded_resource: bool,
    pub(crate) properties: BTreeMap<String, Schema>,
    pub(crate) additional: Additional,
    pub(crate) items: Option<Box<Schema>>,
    pub(crate) list_type: ListType,
    pub(crate) map_type: MapType,
    pub(crate) default: Option<Value>,
    rules: Rules,
}

/// The schema of properties that are not named (`additionalProperties`).
#[derive(Debug, Default)]
pub(crate) enum Additional {
    #[default]
    Unspecified,
    Any,
    Of(Box<Schema>),
}

/// How fields that a schema does not name are handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unknown {
    #[default]
    Pruned,
    Preserved,
}

/// `x-kubernetes-map-type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MapType {
    #[default]
    Granular,
    Atomic,
}

/// `x-kubernetes-list-type`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum ListType {
    #[default]
    Atomic,
    Set,
    Map(Vec<String>),
}

/// The validation rules of a value, in addition to its type.
#[derive(Debug, Default)]
struct Rules {
    required: Vec<String>,
    allowed: Option<Vec<Value>>,
    minimum: Option<Bound>,
    maximum: Option<Bound>,
    multiple_of: Option<f64>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    min_items: Option<u64>,
    max_items: Option<u64>,
    min_properties: Option<u64>,
    max_properties: Option<u64>,
    unique_items: bool,
    pattern: Option<Regex>,
    all_of: Vec<Schema>,
    any_of: Vec<Schema>,
    one_of: Vec<Schema>,
    not: Option<Box<Schema>>,
}

#[derive(Clone, Debug)]
struct Bound {
    limit: serde_json::Number,
    exclusive: bool,
}

impl Schema {
    /// Parses an `openAPIV3Schema`. Unknown keywords are ignored, and so is a pattern that does not compile.
    pub(crate) fn parse(value: &Value) -> Self {
        let Value::Object(map) = value else {
            return Self::default();
        };
        let flag = |name: &str| map.get(name).and_then(Value::as_bool).unwrap_or_default();
        let text = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self {
            type_name: text("type"),
            format: text("format"),
            nullable: flag("nullable"),
            int_or_string: flag("x-kubernetes-int-or-string"),
            unknown: if flag("x-kubernetes-preserve-unknown-fields") {
                Unknown::Preserved
            } else {
                Unknown::Pruned
            },
            embedded_resource: flag("x-kubernetes-embedded-resource"),
            properties: map
                .get("properties")
                .and_then(Value::as_object)
                .map(|properties| properties.iter().map(|(k, v)| (k.clone(), Self::parse(v))).collect())
                .unwrap_or_default(),
            additional: match map.get("additionalProperties") {
                None | Some(Value::Bool(false)) => Additional::Unspecified,
                Some(Value::Bool(true)) => Additional::Any,
                Some(schema) => Additional::Of(Box::new(Self::parse(schema))),
            },
            items: map.get("items").map(|items| Box::new(Self::parse(items))),
            list_type: match text("x-kubernetes-list-type").as_str() {
                "set" => ListType::Set,
                "map" => ListType::Map(strings(map.get("x-kubernetes-list-map-keys"))),
                _ => ListType::Atomic,
            },
            map_type: if text("x-kubernetes-map-type") == "atomic" {
                MapType::Atomic
            } else {
                MapType::Granular
            },
            default: map.get("default").cloned(),
            rules: Rules::parse(map),
        }
    }

    /// The schema of a property, if it is named or `additionalProperties` has a schema.
    pub(crate) fn property(&self, name: &str) -> Option<&Self> {
        self.properties.get(name).or(match &self.additional {
            Additional::Of(schema) => Some(schema),
            Additional::Any | Additional::Unspecified => None,
        })
    }
}

impl Rules {
    fn parse(map: &Map<String, Value>) -> Self {
        let count = |name: &str| map.get(name).and_then(Value::as_u64);
        let schemas = |name: &str| {
            map.get(name)
                .and_then(Value::as_array)
                .map_or_else(Vec::new, |all| all.iter().map(Schema::parse).collect())
        };
        let bound = |name: &str, exclusive: &str| {
            let limit = map.get(name)?.as_number()?.clone();
            Some(Bound { limit, exclusive: map.get(exclusive).and_then(Value::as_bool).unwrap_or_default() })
        };
        Self {
            required: strings(map.get("required")),
            allowed: map.get("enum").and_then(Value::as_array).cloned(),
            minimum: bound("minimum", "exclusiveMinimum"),
            maximum: bound("maximum", "exclusiveMaximum"),
            multiple_of: map.get("multipleOf").and_then(Value::as_f64),
            min_length: count("minLength"),
            max_length: count("maxLength"),
            min_items: count("minItems"),
            max_items: count("maxItems"),
            min_properties: count("minProperties"),
            max_properties: count("maxProperties"),
            unique_items: map.get("uniqueItems").and_then(Value::as_bool).unwrap_or_default(),
            pattern: map.get("pattern").and_then(Value::as_str).and_then(|pattern| Regex::new(pattern).ok()),
            all_of: schemas("allOf"),
            any_of: schemas("anyOf"),
            one_of: schemas("oneOf"),
            not: map.get("not").map(|not| Box::new(Schema::parse(not))),
        }
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .map_or_else(Vec::new, |all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}
